"""A profile's settings: `profile.yml` over the rule set's defaults in seeds/rules/settings.csv, checked as they are read."""

import csv
import dataclasses
import difflib
import functools
import re
import unicodedata
from collections.abc import Iterable, Mapping
from pathlib import Path
from types import MappingProxyType
from typing import Any

import yaml

from nattsynk import engines
from nattsynk.errors import Stop, sentence
from nattsynk.profile import registers, strict_yaml
from nattsynk.profile.files import delimiter, has_text
from nattsynk.profile.locations import as_text, separator_text

PROJECT = Path(__file__).resolve().parents[3]
RULE_SETS = ("ucs", "vklass", "eventful")
SYSTEMS = registers.systems()
ENVIRONMENTS = ("test", "production")
KEYS = ("customer", "rule_set", "sources", "environment", "database", "source_location", "receiver", "settings")
AUTH_KEYS = {
    "bearer": ("token_env",),
    "oauth2": ("token_url", "client_id", "client_secret_env", "scope"),
    "mtls": (),
}
MTLS_KEYS = ("cert_file", "key_file", "key_password_env")
NUMBERS = "Write a number in decimal digits, with no zero before it and nothing between. Put it in quotes if it is a text."
Value = int | str | tuple[str, ...]


@dataclasses.dataclass(frozen=True)
class Receiver:
    """Where and how to deliver. ca_file is an extra CA to trust; auth holds the keys of profile.yml, its files as full paths.

    type: the protocol, as receivers.PROTOCOLS lists them. profile.yml cannot name it yet, for there is one.
    """

    url: str
    ca_file: Path | None
    auth: Mapping[str, str]
    type: str = "nattsynk"


@dataclasses.dataclass(frozen=True)
class Settings:
    """One checked profile. `values` has every setting of seeds/rules/settings.csv: int, str, or a tuple of str.

    work_elsewhere: a passing folder in place of the profile's work folder, for who may not touch that.
    """

    name: str
    folder: Path
    customer: str
    rule_set: str
    sources: tuple[str, ...]
    environment: str
    database_name: str
    schema_prefix: str
    source_location: Mapping[str, Mapping[str, str]]
    receiver: Receiver | None
    values: Mapping[str, Value]
    work_elsewhere: Path | None = None

    @property
    def work(self) -> Path:
        """Everything that may be deleted at any time: the assembled project and dbt's own files."""
        return self.work_elsewhere or self.folder / "target"

    @property
    def project(self) -> Path:
        """The dbt project assembled for this profile."""
        return self.work / "project"

    @property
    def extracts(self) -> Path:
        """The source tables as CSV, for an engine that reads files."""
        return self.folder / "extracts"

    @property
    def lock_file(self) -> Path:
        """What a run holds; beside the database, for the work folder may be deleted at any time."""
        return self.folder / "nattsynk.profile.lock"

    @property
    def database_file(self) -> Path:
        """The database, where the engine keeps it in a file: state, never deleted by us."""
        return self.folder / "nattsynk.duckdb"

    @property
    def person_mapping(self) -> Path:
        """The profile's mapping of persons to addresses and accounts; it may be missing. Never copied: it holds persons."""
        return self.folder / "seeds" / "person_mapping.csv"

    @property
    def person_mapping_header(self) -> Path:
        """A file of the mapping's full header and no rows, read together with the mapping for the columns it leaves out."""
        return self.project / "inputs" / "person_mapping.csv"

    @property
    def person_mapping_files(self) -> list[Path]:
        """What is read together as the mapping."""
        return [self.person_mapping_header, *([self.person_mapping] if has_text(self.person_mapping) else [])]

    def modules(self, target: str) -> dict[str, list[str]]:
        """The modules of each source that are read: the compulsory ones, and the optional ones that the engine finds."""
        return {system: registers.used(system, engines.of(target).modules_found(self, system)) for system in self.sources}

    def dbt_vars(self, target: str = engines.DEFAULT) -> dict[str, Any]:
        """What dbt is told, all but sync_date."""
        # It reads a file of a profile whose settings are known.
        from nattsynk.profile import site_columns

        plain = {name: list(value) if isinstance(value, tuple) else value for name, value in self.values.items()}
        return {
            **plain,
            "rule_set": self.rule_set,
            "sources": list(self.sources),
            "modules": self.modules(target),
            "families": registers.families(),
            "holds": registers.holds(),
            "open_codes": registers.open_codes(),
            "register_models": registers.models(),
            "site_columns": site_columns.mapped(self),
            "schema_prefix": self.schema_prefix,
            "paths": self._paths(engines.of(target).separators(self)),
            "person_mapping_delimiter": delimiter(self.person_mapping),
            "source_location": {system: dict(modules) for system, modules in self.source_location.items()},
        }

    def _paths(self, separators: Mapping[str, Mapping[str, str]]) -> dict[str, Any]:
        """Where files lie. In one var that is no text: dbt takes a text for Jinja, and a folder may be named `{{ x }}`."""
        return {
            "extracts": as_text(self.extracts),
            "separators": {system: separator_text(separators.get(system, {})) for system in SYSTEMS},
            "person_mapping": [as_text(path) for path in self.person_mapping_files],
        }


@dataclasses.dataclass(frozen=True)
class Definition:
    """A row of settings.csv. allowed: the choices, or lowest and highest of a number. defaults: rule set -> text."""

    name: str
    type: str
    allowed: tuple[str, ...]
    defaults: Mapping[str, str]
    description: str


@functools.cache
def definitions() -> Mapping[str, Definition]:
    """Every setting by name, in the order of settings.csv."""
    with (PROJECT / "seeds" / "rules" / "settings.csv").open(newline="", encoding="utf-8") as handle:
        rows = list(csv.DictReader(handle))
    return {row["setting"]: _definition(row) for row in rows}


def _definition(row: Mapping[str, str]) -> Definition:
    allowed = tuple(row["allowed_values"].split("|")) if row["allowed_values"] else ()
    defaults = {rule_set: row[rule_set] for rule_set in RULE_SETS}
    return Definition(row["setting"], row["type"], allowed, defaults, row["description"])


@functools.cache
def project_vars() -> Mapping[str, Any]:
    """The vars of nattsynk's own dbt_project.yml, by name."""
    return yaml.safe_load((PROJECT / "dbt_project.yml").read_text(encoding="utf-8"))["vars"]["nattsynk"]


def load(name_or_path: str | Path) -> Settings:
    """Reads the profile of that name under profiles/, or in that folder. Stops (exit code 2) at anything wrong."""
    folder = folder_of(name_or_path)
    read, lines = _read(folder / "profile.yml")
    try:
        return _checked(folder, read)
    except _Fault as fault:
        raise _stop(_place(fault.key, lines), fault.what, fault.next_step) from None


def only_profile(folder: Path) -> Path:
    """The profile that a verb takes where none is named: this folder, or the only one in it or in its profiles/. Stops (exit code 2) otherwise.

    The demos are never taken so: whoever forgets --profile means a customer's profile.
    """
    if (folder / "profile.yml").is_file():
        return folder
    found = [path.parent for pattern in ("*/profile.yml", "profiles/*/profile.yml") for path in sorted(folder.glob(pattern)) if path.is_file()]
    own = [path for path in found if not _is_ours(path)]
    if len(own) == 1:
        return own[0]
    shown = ", ".join(path.relative_to(folder).as_posix() for path in own)
    if own:
        raise Stop(f"No --profile is given, and here are several profiles: {shown}.", f"Say which: `--profile {own[0].relative_to(folder).as_posix()}`.")
    raise Stop(
        f"No --profile is given, and no profile folder of your own stands in {folder} or in its folder profiles.",
        "Say which: `--profile DIR`. `nattsynk init DIR` makes a new one; `--profile demo` is the demo municipality.",
    )


def _is_ours(folder: Path) -> bool:
    """A demo, or the template of a profile: a part of nattsynk itself."""
    folder = folder.resolve()
    return folder.is_relative_to(PROJECT / "runner") or (folder.parent == PROJECT / "profiles" and folder.name.startswith("demo"))


def _checked(folder: Path, read: Mapping[str, Any]) -> Settings:
    for key, written in strict_yaml.not_plain(read):
        # Somebody may have put a secret there.
        shown = "" if key.startswith("receiver.") else f" is {written}, which"
        raise _Fault(key, f"{key}{shown} is not a plain number", NUMBERS)
    _known(read, KEYS, "")
    rule_set = _one_of(read, "rule_set", RULE_SETS)
    sources = _sources(read.get("sources"))
    environment = _one_of({"environment": "test", **read}, "environment", ENVIRONMENTS)
    database = _mapping(read, "database", ("name", "schema_prefix"))
    values = _values(_plain_mapping(read.get("settings"), "settings"), rule_set)
    _check_together(values, sources)
    return Settings(
        name=folder.name,
        folder=folder,
        customer=_text(read, "customer", ""),
        rule_set=rule_set,
        sources=sources,
        environment=environment,
        database_name=_identifier(database.get("name", "nattsynk"), "database.name"),
        schema_prefix=_prefix(database.get("schema_prefix"), f"{folder.name}_{environment}"),
        source_location=_locations(read.get("source_location"), sources),
        receiver=_receiver(read.get("receiver"), folder),
        values=MappingProxyType(values),
    )


def folder_of(name_or_path: str | Path) -> Path:
    """The folder of the profile of that name under profiles/, or at that path. Stops (exit code 2) where there is none."""
    named = PROJECT / "profiles" / name_or_path
    folder = named if (named / "profile.yml").is_file() else Path(name_or_path)
    if not (folder / "profile.yml").is_file():
        path = folder / "profile.yml"
        looked = f"{path} does not exist" if path.is_absolute() else f"neither profiles/{name_or_path}/profile.yml nor {path} exists"
        raise Stop(
            f"There is no profile {name_or_path}: {looked}.",
            "`nattsynk init DIR` makes a new profile folder; `--profile DIR` uses it.",
        )
    folder = folder.resolve()
    if set(folder.as_posix()) & {"?", "\\"}:
        raise Stop(
            f"The path {folder} holds a question mark or a backslash, and DuckDB cannot keep a database there.",
            "Rename the folder, or move the profile.",
        )
    return folder


class _Fault(Exception):
    """Something wrong in profile.yml. key: where, as a way from the top such as settings.part_size."""

    def __init__(self, key: str, what: str, next_step: str = "Correct profile.yml and run again.") -> None:
        super().__init__(what)
        self.key, self.what, self.next_step = key, what, next_step


def _read(path: Path) -> tuple[dict[str, Any], Mapping[str, int]]:
    """The content of profile.yml, and the line of each key."""
    try:
        read, lines = strict_yaml.read(path.read_text(encoding="utf-8-sig"))
    except yaml.MarkedYAMLError as fault:
        line = fault.problem_mark.line + 1 if fault.problem_mark else 1
        raise _stop(f", line {line}", f"not valid YAML: {fault.problem}") from fault
    except (yaml.YAMLError, UnicodeDecodeError) as fault:
        raise _stop("", "the file is not readable as YAML in UTF-8") from fault
    if not isinstance(read, dict):
        raise _stop("", "the file is empty or not a list of `key: value`")
    return read, lines


def _stop(place: str, what: str, next_step: str = "Correct profile.yml and run again.") -> Stop:
    return Stop(f"profile.yml{place}: {sentence(what)}", next_step)


def _place(key: str, lines: Mapping[str, int]) -> str:
    """The line of a key, or of what it stands in where it is missing."""
    while key and key not in lines:
        key = key.rpartition(".")[0]
    return f", line {lines[key]}" if key else ""


def _known(given: Iterable[str], known: Iterable[str], where: str) -> None:
    for key in given:
        if key not in known:
            raise _Fault(f"{where}{key}", f"{where}{key} is not known{_nearest(key, known)}", f"Known here: {', '.join(known)}.")


def _nearest(name: str, known: Iterable[str]) -> str:
    near = difflib.get_close_matches(name, list(known), n=1, cutoff=0.5)
    return f"; did you mean {near[0]}?" if near else ""


def _plain_mapping(value: Any, key: str) -> dict[str, Any]:
    if value is None:
        return {}
    if not isinstance(value, dict):
        raise _Fault(key, f"{key} must be a list of `name: value` lines")
    return value


def _mapping(read: Mapping[str, Any], key: str, known: tuple[str, ...]) -> dict[str, Any]:
    found = _plain_mapping(read.get(key), key)
    _known(found, known, f"{key}.")
    return {name: value for name, value in found.items() if value is not None}


def _text(given: Mapping[str, Any], key: str, where: str) -> str:
    value = given.get(key)
    if not isinstance(value, str) or not value.strip():
        raise _Fault(f"{where}{key}", f"{where}{key} is required and must be text")
    return value.strip()


def _one_of(given: Mapping[str, Any], key: str, allowed: tuple[str, ...]) -> str:
    value = given.get(key)
    if value not in allowed:
        shown = "is missing" if value is None else f"is {value!r}"
        raise _Fault(key, f"{key} {shown}; allowed are {', '.join(allowed)}")
    return value


def _sources(value: Any) -> tuple[str, ...]:
    if not isinstance(value, list) or not value:
        raise _Fault("sources", f"sources must be a list such as [procapita]; known are {', '.join(SYSTEMS)}")
    for system in value:
        if system not in SYSTEMS:
            raise _Fault("sources", f"sources names {system!r}, which is not known; known are {', '.join(SYSTEMS)}")
    if len(set(value)) < len(value):
        raise _Fault("sources", "sources names a system twice")
    return tuple(value)


def _identifier(value: Any, key: str) -> str:
    if not isinstance(value, str) or not re.fullmatch(r"[A-Za-z_][A-Za-z0-9_]{0,99}", value):
        raise _Fault(key, f"{key} must be a name of letters, digits and underscores")
    return value


def _prefix(given: Any, default: str) -> str:
    if given is not None:
        if not isinstance(given, str) or not re.fullmatch(r"[a-z][a-z0-9_]{0,99}", given):
            raise _Fault("database.schema_prefix", "database.schema_prefix must begin with a letter a-z and hold only a-z, 0-9 and underscores")
        return given
    plain = unicodedata.normalize("NFKD", default.lower()).encode("ascii", "ignore").decode()
    safe = re.sub(r"[^a-z0-9]+", "_", plain).strip("_")
    return safe if safe[:1].isalpha() else f"p_{safe}"


def _locations(value: Any, sources: tuple[str, ...]) -> Mapping[str, Mapping[str, str]]:
    found = _plain_mapping(value, "source_location")
    _known(found, sources, "source_location.")
    return {system: _modules(system, modules) for system, modules in found.items()}


def _modules(system: str, value: Any) -> dict[str, str]:
    modules = _plain_mapping(value, f"source_location.{system}")
    _known(modules, registers.modules(system), f"source_location.{system}.")
    for module, place in modules.items():
        if not isinstance(place, str) or not re.fullmatch(r"\w+\.\w+", place):
            raise _Fault(f"source_location.{system}.{module}", f'source_location.{system}.{module} must be "database.schema"')
    return modules


def _receiver(value: Any, folder: Path) -> Receiver | None:
    if value is None:
        return None
    found = _mapping({"receiver": value}, "receiver", ("url", "ca_file", "auth"))
    ca_file = folder / _text(found, "ca_file", "receiver.") if "ca_file" in found else None
    auth = _auth(_plain_mapping(found.get("auth"), "receiver.auth"), folder)
    return Receiver(_address(found, "url", "receiver.").rstrip("/"), ca_file, MappingProxyType(auth))


def _address(given: Mapping[str, Any], key: str, where: str) -> str:
    url = _text(given, key, where)
    if not re.fullmatch(r"https://[^/\s?#@]+(/[^\s?#]*)?", url):
        raise _Fault(f"{where}{key}", f"{where}{key} must begin with https:// and be a plain address without query or user name")
    return url


def _auth(given: dict[str, Any], folder: Path) -> dict[str, str]:
    """Every key that is there, checked. No value is shown: somebody may have put a secret where its name belongs."""
    where, kind = "receiver.auth.", given.get("type")
    if not isinstance(kind, str) or kind not in AUTH_KEYS:
        raise _Fault(f"{where}type", f"{where}type must be one of {', '.join(AUTH_KEYS)}")
    _known(given, ("type", *AUTH_KEYS[kind], *MTLS_KEYS), where)
    present = {key for key, value in given.items() if value is not None}
    needed = {"type", *AUTH_KEYS[kind]} - {"scope"}
    if kind == "mtls" or present & set(MTLS_KEYS):
        needed |= {"cert_file", "key_file"}
    found = {key: _text(given, key, where) for key in sorted(present | needed)}
    for key in found:
        if key.endswith("_env") and not re.fullmatch(r"[A-Za-z_][A-Za-z0-9_]{0,99}", found[key]):
            raise _Fault(f"{where}{key}", f"{where}{key} must name an environment variable (letters, digits, underscores); the secret itself never stands here")
        if key.endswith("_url"):
            _address(found, key, where)
        if key.endswith("_file"):
            found[key] = str(folder / found[key])
    return found


def _values(given: Mapping[str, Any], rule_set: str) -> dict[str, Value]:
    _known(given, definitions(), "settings.")
    return {
        name: _given(definition, given[name]) if name in given else _default(definition, rule_set)
        for name, definition in definitions().items()
    }


def _default(definition: Definition, rule_set: str) -> Value:
    text = definition.defaults[rule_set]
    if definition.type in ("flag", "number"):
        return int(text)
    return tuple(text.split("|")) if definition.type == "list" else text


def _given(definition: Definition, value: Any) -> Value:
    """The value of profile.yml in its own type. An empty text or choice with a blank default may be left blank."""
    if definition.type == "flag":
        return _flag(definition, value)
    if definition.type == "number":
        return _number(definition, value)
    if definition.type == "list":
        return _list(definition, value)
    text = "" if value is None else value
    if not isinstance(text, str):
        raise _Fault(f"settings.{definition.name}", f"settings.{definition.name} is {value!r}, but must be text; put it in quotes")
    if definition.type == "choice" and text not in (*definition.allowed, *_blank(definition)):
        raise _Fault(f"settings.{definition.name}", f"settings.{definition.name} is {text!r}; allowed are {', '.join(definition.allowed)}")
    return text


def _blank(definition: Definition) -> tuple[str, ...]:
    return () if all(definition.defaults.values()) else ("",)


def _flag(definition: Definition, value: Any) -> int:
    if not isinstance(value, int) or value not in (0, 1):
        raise _Fault(f"settings.{definition.name}", f"settings.{definition.name} is {value!r}; allowed are 0 and 1 (or false and true)")
    return int(value)


def _number(definition: Definition, value: Any) -> int:
    lowest, highest = map(int, definition.allowed)
    if isinstance(value, bool) or not isinstance(value, int) or not lowest <= value <= highest:
        raise _Fault(f"settings.{definition.name}", f"settings.{definition.name} is {value!r}; allowed is a whole number from {lowest} to {highest}")
    return value


def _list(definition: Definition, value: Any) -> tuple[str, ...]:
    value = [value] if isinstance(value, str) else value
    if not isinstance(value, list) or not value or not all(isinstance(item, str) and item.strip() for item in value):
        raise _Fault(f"settings.{definition.name}", f"settings.{definition.name} is {value!r}, but must be a list of texts such as [Aktiv]")
    return tuple(item.strip() for item in value)


def _check_together(values: Mapping[str, Value], sources: tuple[str, ...]) -> None:
    selection = values["group_selection"]
    if selection != "all" and not str(values["group_selection_text"]).strip():
        raise _Fault("settings.group_selection", f"settings.group_selection is {selection}, so settings.group_selection_text must not be blank")
    if values["class_identity"] == "class_group" and not set(registers.with_class_groups()) & set(sources):
        having = " and ".join(registers.with_class_groups())
        raise _Fault("settings.class_identity", f"settings.class_identity is class_group, which only {having} have")
