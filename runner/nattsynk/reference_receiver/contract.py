"""docs/receive/openapi.yaml as the reference receiver's own judge: manifests against its schema, lines against its columns."""

import dataclasses
import functools
from typing import Any

import jsonschema
import yaml

from nattsynk.profile.settings import PROJECT

OPENAPI = PROJECT / "docs" / "receive" / "openapi.yaml"


@dataclasses.dataclass(frozen=True)
class Shape:
    """What a line of one entity may hold. Lengths are the most characters of a text, None where the schema has none.

    needed: the columns that data of a create or an update always has; rekeyed: what that of a rekey has, none where there is no
    such operation. modes: how a delete may be, None where it may say nothing.
    """

    key: dict[str, int | None]
    data: dict[str, int | None]
    needed: frozenset[str]
    rekeyed: frozenset[str]
    modes: tuple[str | None, ...]


@functools.cache
def schemas() -> dict[str, Any]:
    """The document's schemas by name."""
    return yaml.safe_load(OPENAPI.read_text(encoding="utf-8"))["components"]["schemas"]


@functools.cache
def validator(name: str) -> jsonschema.protocols.Validator:
    """A validator of one of the document's schemas."""
    whole = {"$ref": f"#/components/schemas/{name}", "components": {"schemas": schemas()}}
    return jsonschema.Draft202012Validator(whole)


@functools.cache
def shapes() -> dict[str, Shape]:
    """entity -> its shape."""
    found = {}
    for name, schema in schemas().items():
        entity = schema.get("properties", {}).get("entity", {}).get("const") if name.endswith("Line") else None
        if entity:
            stem = name.removesuffix("Line")
            key, data = (schemas()[stem + part]["properties"] for part in ("Key", "Data"))
            mode = schema["properties"].get("mode", {}).get("$ref", "").rpartition("/")[2]
            modes = tuple(schemas()[mode]["enum"]) if mode else ()
            always = {"required": ["mode"]} in [rule.get("then") for rule in schema["allOf"]]
            found[entity] = Shape(
                _lengths(key), _lengths(data), _asked(schema, "create"), _asked(schema, "rekey"), modes if always else (*modes, None)
            )
    return found


def _asked(schema: dict[str, Any], operation: str) -> frozenset[str]:
    """The columns that data of an operation must have: `then` of the schema's conditions on it."""
    rules = [(rule.get("if", {}).get("properties", {}).get("op", {}), rule.get("then", {})) for rule in schema["allOf"]]
    asked = [then for condition, then in rules if operation in (condition.get("const"), *condition.get("enum", ()))]
    return frozenset(column for then in asked for column in then.get("properties", {}).get("data", {}).get("required", ()))


def _lengths(properties: dict[str, Any]) -> dict[str, int | None]:
    return {column: schema.get("maxLength") for column, schema in properties.items()}


def fault_of(line: Any) -> str | None:
    """The pointer of what is wrong with a line, None for a good one. Schemas say the same, but take ten times as long."""
    shape = shapes().get(line.get("entity"))
    if shape is None:
        return "/entity"
    if line.get("op") not in schemas()["Operation"]["enum"] or (line["op"] == "rekey" and not shape.rekeyed):
        return "/op"
    key = line.get("key")
    if not isinstance(key, dict) or key.keys() != shape.key.keys() or not all(_fits(key, shape.key, column) and key[column] for column in key):
        return "/key"
    if line["op"] == "delete":
        return None if line.get("mode") in shape.modes and "data" not in line else "/mode"
    data = line.get("data")
    if not isinstance(data, dict) or not data.keys() <= shape.data.keys():
        return "/data"
    if line["op"] == "rekey" and (data.keys() != shape.rekeyed or not all(data[column] for column in data if column.startswith("previous_"))):
        return "/data"
    if line["op"] != "rekey" and not shape.needed <= data.keys():
        return "/data"
    if not isinstance(line.get("fill", []), list) or not all(isinstance(column, str) and column in data for column in line.get("fill", [])):
        return "/fill"
    wrong = next((column for column in data if data[column] is not None and not _fits(data, shape.data, column)), None)
    return f"/data/{wrong}" if wrong else None


def _fits(values: dict[str, Any], lengths: dict[str, int | None], column: str) -> bool:
    return isinstance(values[column], str) and len(values[column]) <= (lengths[column] or len("yyyy-mm-dd"))
