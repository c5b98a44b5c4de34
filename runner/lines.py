"""A delivery's lines: one JSON object a line (NDJSON), the same bytes every time for the same frozen rows."""

import datetime
import json
from typing import Any

from nattsynk.entities import Entity


def encode(entity: Entity, row: tuple, removal: dict[str, str]) -> bytes:
    """One line with its line end.

    row: line number, operation, changed columns (comma separated or None), then the entity's columns.
    removal: entity name -> the mode of its deletes; entities without one are simply removed.
    """
    number, operation, changed, *values = row
    record = dict(zip(entity.columns, values))
    line: dict[str, Any] = {
        "n": number, "op": operation, "entity": entity.name, "key": {column: record[column] for column in entity.key},
    }
    if operation == "delete":
        line |= {"mode": removal[entity.name]} if entity.name in removal else {}
    else:
        line["data"] = {column: _plain(record[column]) for column in entity.data if _belongs(column, record[column])}
    if operation == "update":
        line["changed"] = changed.split(",") if changed else []
    return json.dumps(line, ensure_ascii=False, separators=(",", ":")).encode() + b"\n"


def _belongs(column: str, value: Any) -> bool:
    # Nulls are said aloud, but a previous value is only there when something took its place.
    return value is not None or not column.startswith("previous_")


def _plain(value: Any) -> str | int | None:
    return value.isoformat() if isinstance(value, datetime.date) else value
