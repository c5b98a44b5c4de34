"""A delivery's lines: one JSON object a line (NDJSON), the same bytes every time for the same frozen rows."""

import datetime
import json
from typing import Any

from nattsynk.deliver.entities import Entity


def encode(entity: Entity, row: tuple) -> bytes:
    """One line with its line end. row: line number, then the entity's `line` columns; lists in them are comma separated."""
    number, *values = row
    record = dict(zip(entity.line, values))
    line: dict[str, Any] = {
        "n": number, "op": record["operation"], "entity": entity.name, "key": {column: record[column] for column in entity.key},
    }
    if record["operation"] == "delete":
        line |= {"mode": record["mode"]} if record["mode"] else {}
    elif record["operation"] == "rekey":
        line["data"] = {column: _plain(record[column]) for column in entity.rekeyed}
    else:
        omitted = _names(record.get("omitted"))
        line["data"] = {
            column: _plain(record[column]) for column in entity.data if column not in omitted and _belongs(column, record[column])
        }
    if record["operation"] == "update":
        line["changed"] = _names(record["changed"])
    if record["operation"] in ("create", "update") and record.get("filled"):
        line["fill"] = _names(record["filled"])
    return json.dumps(line, ensure_ascii=False, separators=(",", ":")).encode() + b"\n"


def _names(listed: str | None) -> list[str]:
    return listed.split(",") if listed else []


def _belongs(column: str, value: Any) -> bool:
    # Nulls are said aloud, but a previous value is only there when something took its place.
    return value is not None or not column.startswith("previous_")


def _plain(value: Any) -> str | int | None:
    return value.isoformat() if isinstance(value, datetime.date) else value
