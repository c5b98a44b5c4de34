"""The JSON Schema of profile.yml. `nattsynk` checks the file with it, and an editor completes from it.

Each part of the schema carries the words for its own fault, so that the editor and the command line say the same:
`patternErrorMessage` for a text of the wrong form, `errorMessage` for all else. Words that begin with `allowed` follow the value.
"""

import functools
import json
from collections.abc import Iterable, Mapping
from typing import Any

from nattsynk.profile import registers
from nattsynk.profile.definitions import (
    ENVIRONMENTS,
    PROJECT,
    RULE_SETS,
    SYSTEMS,
    Definition,
    definitions,
)

FILE_NAME = "profile.schema.json"
# The one of the demos. A test says when it is old.
FILE = PROJECT / "profiles" / FILE_NAME
NOT_BLANK = r"^\s*\S[\s\S]*$"
Node = dict[str, Any]
# The kind of `receiver.auth` -> the keys that it needs.
AUTH = {"bearer": ("token_env",), "oauth2": ("token_url", "client_id", "client_secret_env"), "mtls": ("cert_file", "key_file")}
CERTIFICATE = ("cert_file", "key_file", "key_password_env")


@functools.cache
def schema() -> Mapping[str, Any]:
    """The schema, of the draft that the YAML language server reads."""
    return {
        "$schema": "http://json-schema.org/draft-07/schema#",
        "title": "profile.yml",
        **_keys({
            "customer": _text("The name of the municipality."),
            "rule_set": _one_of(RULE_SETS, "The receiver's named set of defaults."),
            "sources": _sources(),
            "environment": _one_of(ENVIRONMENTS, "Test and production have separate state and never mix. Without it: test."),
            "database": _or_nothing(_database()),
            "source_location": _or_nothing(_keys({system: _or_nothing(_modules(system)) for system in SYSTEMS}, "SQL Server only: where each module of a register is.")),
            "receiver": _or_nothing(_receiver()),
            "settings": _or_nothing(_keys(dict(map(_setting, definitions().values())), "What differs from the rule set's defaults.")),
        }, "One customer's delivery to one receiver.", ["customer", "rule_set", "sources"]),
    }


def as_text() -> str:
    """The schema as it stands in a file."""
    return json.dumps(schema(), ensure_ascii=False, indent=1) + "\n"


def _keys(properties: Mapping[str, Node], description: str, required: Iterable[str] = ()) -> Node:
    """Lines of `key: value` of which no other key is known."""
    return {
        "type": "object", "description": description, "properties": dict(properties), "required": list(required), "additionalProperties": False,
        "errorMessage": "must be a list of `name: value` lines",
    }


def _or_nothing(node: Node) -> Node:
    """The same, or a key with nothing after it."""
    return {**node, "type": [node["type"], "null"]}


def _text(description: str, pattern: str = NOT_BLANK, wrong: str = "is required and must be text") -> Node:
    return {"type": "string", "description": description, "pattern": pattern, "errorMessage": "is required and must be text", "patternErrorMessage": wrong}


def _name(description: str, pattern: str, wrong: str) -> Node:
    return {**_text(description, pattern, wrong), "errorMessage": wrong}


def _one_of(allowed: Iterable[str], description: str) -> Node:
    return {"enum": list(allowed), "description": description, "errorMessage": f"allowed are {', '.join(allowed)}"}


def _sources() -> Node:
    wrong = f"must be a list such as [procapita], no register twice; known are {', '.join(SYSTEMS)}"
    return {
        "type": "array", "items": _one_of(SYSTEMS, "A register."), "minItems": 1, "uniqueItems": True, "errorMessage": wrong,
        "description": "The registers to read. The first has precedence.",
    }


def _database() -> Node:
    name = _name("The database.", "^[A-Za-z_][A-Za-z0-9_]{0,99}$", "must be a name of letters, digits and underscores")
    prefix = _name(
        "The beginning of our schemas' names. Without it: the profile's name and environment.", "^[a-z][a-z0-9_]{0,99}$",
        "must begin with a letter a-z and hold only a-z, 0-9 and underscores",
    )
    return _keys({"name": _or_nothing(name), "schema_prefix": _or_nothing(prefix)}, "SQL Server only: nattsynk's own database.")


def _modules(system: str) -> Node:
    place = _name("The database and the schema.", r"^[0-9A-Za-zÀ-ÖØ-öø-ÿ_]+\.[0-9A-Za-zÀ-ÖØ-öø-ÿ_]+$", 'must be "database.schema"')
    return _keys(dict.fromkeys(registers.modules(system), place), f"The modules of {system}.")


def _receiver() -> Node:
    return _keys({
        "url": _address("The receiver's address of this customer."),
        "ca_file": _or_nothing(_text("A CA certificate of your own in PEM form, if the receiver's is not publicly trusted.")),
        "auth": _auth(),
    }, "Where to deliver. No secret stands in this file.", ["url", "auth"])


def _address(description: str) -> Node:
    wrong = "must begin with https:// and be a plain address without query or user name"
    return _text(description, r"^https://[^/\s?#@]+(/[^\s?#]*)?$", wrong)


def _env(description: str) -> Node:
    wrong = "must name an environment variable (letters, digits, underscores); the secret itself never stands here"
    return _text(f"The name of the environment variable that holds {description}.", "^[A-Za-z_][A-Za-z0-9_]{0,99}$", wrong)


def _auth() -> Node:
    every = {
        "type": {**_one_of(AUTH, "How to sign in."), "errorMessage": f"must be one of {', '.join(AUTH)}"},
        "token_env": _env("the token"),
        "token_url": _address("Where tokens are given."),
        "client_id": _text("Our name there."),
        "client_secret_env": _env("our secret there"),
        "scope": _or_nothing(_text("What the token is for.")),
        "cert_file": _or_nothing(_text("Our certificate in PEM form.")),
        "key_file": _or_nothing(_text("The certificate's private key in PEM form.")),
        "key_password_env": _or_nothing(_env("the password of the private key")),
    }
    kinds = [
        {
            "if": {"properties": {"type": {"const": kind}}, "required": ["type"]},
            "then": {"properties": dict.fromkeys(_keys_of(kind), True), "required": list(needed), "additionalProperties": False},
        }
        for kind, needed in AUTH.items()
    ]
    pair = {"if": {"anyOf": [{"required": [name]} for name in CERTIFICATE]}, "then": {"required": ["cert_file", "key_file"]}}
    # Which keys are known is said by the kind.
    return {**_keys(every, "How to sign in at the receiver.", ["type"]), "additionalProperties": True, "allOf": [*kinds, pair]}


def _keys_of(kind: str) -> tuple[str, ...]:
    return ("type", *dict.fromkeys((*AUTH[kind], *(["scope"] if kind == "oauth2" else []), *CERTIFICATE)))


def _setting(definition: Definition) -> tuple[str, Node]:
    defaults = "; ".join(f"{rule_set} {text.strip() or 'blank'}" for rule_set, text in definition.defaults.items())
    return definition.name, {**KINDS[definition.type](definition), "description": f"{definition.description} Default: {defaults}."}


def _flag(_: Definition) -> Node:
    return {"enum": [0, 1, False, True], "errorMessage": "allowed are 0 and 1 (or false and true)"}


def _number(definition: Definition) -> Node:
    lowest, highest = map(int, definition.allowed)
    return {"type": "integer", "minimum": lowest, "maximum": highest, "errorMessage": f"allowed is a whole number from {lowest} to {highest}"}


def _choice(definition: Definition) -> Node:
    blank = ["", None] if definition.may_be_blank else []
    return {"enum": [*definition.allowed, *blank], "errorMessage": f"allowed are {', '.join(definition.allowed)}"}


def _free_text(_: Definition) -> Node:
    return {"type": ["string", "null"], "errorMessage": "allowed is a text; put it in quotes"}


def _list(_: Definition) -> Node:
    wrong = "allowed is a list of texts such as [Aktiv]"
    text = {"type": "string", "pattern": NOT_BLANK, "errorMessage": wrong, "patternErrorMessage": wrong}
    return {**text, "type": ["array", "string"], "items": text, "minItems": 1}


KINDS = {"flag": _flag, "number": _number, "choice": _choice, "text": _free_text, "list": _list}
