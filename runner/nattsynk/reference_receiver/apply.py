"""Applying a delta: every line in order, all in the caller's transaction, with an answer for each (docs/receive/exchange.md)."""

import json
import sqlite3
from collections.abc import Iterator
from typing import Any

from nattsynk.reference_receiver.contract import fault_of
from nattsynk.reference_receiver.store import text

# entity -> (pointer, entity referred to); the pointer's last name is the column in the line and the key of the target.
REFERENCES = {
    "school": (),
    "person": (),
    "enrolment": (("/key/person_id", "person"), ("/key/school_id", "school")),
    "duty": (("/key/person_id", "person"), ("/key/school_id", "school")),
    "responsible": (("/key/child_id", "person"), ("/key/responsible_id", "person")),
    "group": (("/data/school_id", "school"),),
    "membership": (("/key/group_id", "group"), ("/key/person_id", "person")),
    "staff": (("/key/group_id", "group"), ("/key/person_id", "person")),
}
OWN_KEY = {"person": "person_id", "school": "school_id", "group": "group_id"}
UNIQUE = {"person": "civic_no", "school": "school_unit_code"}
IN_REVERSE = ("staff", "membership", "group", "responsible", "duty", "enrolment", "person", "school")
Answer = tuple[str, str | None, str | None]  # status, problem name, pointer

APPLIED: Answer = ("applied", None, None)
UNCHANGED: Answer = ("unchanged", None, None)


def apply_lines(db: sqlite3.Connection, tenant: str, delta: str, lines: Iterator[dict[str, Any]]) -> dict[str, int]:
    """Applies the lines and writes the receipt's. Returns the lines by status."""
    counts = {"applied": 0, "unchanged": 0, "rejected": 0}
    for line in lines:
        status, problem, pointer = _apply(db, tenant, line)
        counts[status] += 1
        if status != "applied":
            db.execute("insert into receipt_lines values (?, ?, ?, ?, ?)", (delta, line["n"], status, problem, pointer))
        # Said in this delta, whatever came of it: a full delivery removes what it does not say.
        db.execute(
            "update records set last_delta = ? where tenant = ? and entity = ? and key = ?",
            (delta, tenant, str(line.get("entity")), text(line.get("key"))),
        )
    return counts


def remove_absent(db: sqlite3.Connection, tenant: str, delta: str, modes: dict[str, str]) -> dict[str, int]:
    """After a full delivery: what was delivered before and is not said any more goes. Returns the removed by entity.

    What was put in by hand stays.
    """
    removed = {}
    for entity in IN_REVERSE:
        rows = db.execute(
            "select key from records where tenant = ? and entity = ? and is_ours = 1 and is_active = 1"
            " and (last_delta is null or last_delta <> ?)",
            (tenant, entity, delta),
        ).fetchall()
        for row in rows:
            _delete(db, tenant, {"entity": entity, "key": json.loads(row["key"]), "mode": modes.get(entity)})
        if rows:
            removed[entity] = len(rows)
    return removed


def change(db: sqlite3.Connection, tenant: str, entity: str, key: dict[str, str], values: dict[str, str | None]) -> bool:
    """Changes values of a record as its user does; a filled one that is emptied is filled again. Returns whether there is one."""
    record = _record(db, tenant, entity, text(key))
    if record is None:
        return False
    data = _filled({**json.loads(record["data"]), **values}, json.loads(record["offered"]))
    db.execute(
        "update records set data = ?, unique_value = ? where tenant = ? and entity = ? and key = ?",
        (text(data), data.get(UNIQUE.get(entity, "")), tenant, entity, text(key)),
    )
    return True


def _apply(db: sqlite3.Connection, tenant: str, line: dict[str, Any]) -> Answer:
    wrong = fault_of(line)
    if wrong:
        return ("rejected", "value-invalid", wrong)
    if line["op"] == "delete":
        return _delete(db, tenant, line)
    missing = _missing_reference(db, tenant, line)
    if missing:
        return ("rejected", "unknown-reference", missing)
    record = _record(db, tenant, line["entity"], text(line["key"]))
    if line["op"] != "create" and (record is None or not record["is_active"] or not record["is_ours"]):
        return ("rejected", "unknown-record", "/key")
    if _is_taken(db, tenant, line):
        return ("rejected", "value-taken", f"/data/{UNIQUE[line['entity']]}")
    if line["op"] == "create" and record is None:
        # Not before the line is good: a rejected one shows nobody.
        _unhide(db, tenant, line)
        record = _record(db, tenant, line["entity"], text(line["key"])) or _adopted(db, tenant, line)
    return _put(db, tenant, line, record)


def _record(db: sqlite3.Connection, tenant: str, entity: str, key: str) -> sqlite3.Row | None:
    return db.execute("select * from records where tenant = ? and entity = ? and key = ?", (tenant, entity, key)).fetchone()


def _missing_reference(db: sqlite3.Connection, tenant: str, line: dict[str, Any]) -> str | None:
    """The pointer of the first reference to a record that is not here, or not active."""
    for pointer, entity in REFERENCES[line["entity"]]:
        found = _record(db, tenant, entity, _target(line, pointer, entity))
        if found is None or not found["is_active"]:
            return pointer
    return None


def _target(line: dict[str, Any], pointer: str, entity: str) -> str:
    _, where, column = pointer.split("/")
    return text({OWN_KEY[entity]: line[where].get(column)})


def _unique_value(line: dict[str, Any]) -> str | None:
    return line["data"].get(UNIQUE.get(line["entity"], ""))


def _adopted(db: sqlite3.Connection, tenant: str, line: dict[str, Any]) -> sqlite3.Row | None:
    """LIFE-2: a create takes over what is here under the same personnummer or school unit code and is not delivered."""
    value = _unique_value(line)
    if value is None:
        return None
    other = db.execute(
        "select * from records where tenant = ? and entity = ? and unique_value = ? and (is_ours = 0 or is_active = 0)"
        " order by is_active desc, key",
        (tenant, line["entity"], value),
    ).fetchone()
    if other is None:
        return None
    _move(db, tenant, line["entity"], other["key"], text(line["key"]))
    return _record(db, tenant, line["entity"], text(line["key"]))


def _unhide(db: sqlite3.Connection, tenant: str, line: dict[str, Any]) -> None:
    """PER-15: whom a create names, by key or personnummer, stands among the others again, inactive as one who left."""
    if line["entity"] != "person":
        return
    db.execute(
        "insert into records select tenant, 'person', key, data, 0, 1, unique_value, null, offered from hidden_persons"
        " where tenant = ? and (key = ? or unique_value = ?)",
        (tenant, text(line["key"]), _unique_value(line)),
    )
    db.execute("delete from hidden_persons where tenant = ? and (key = ? or unique_value = ?)", (tenant, text(line["key"]), _unique_value(line)))


def _hide(db: sqlite3.Connection, tenant: str, key: str) -> None:
    """PER-15: a person is kept apart with their own data and no links."""
    db.execute(
        "insert or replace into hidden_persons select tenant, key, data, unique_value, offered from records"
        " where tenant = ? and entity = 'person' and key = ?",
        (tenant, key),
    )
    _forget(db, tenant, "person", key)


def _move(db: sqlite3.Connection, tenant: str, entity: str, old: str, new: str) -> None:
    """Gives a record another key, and what hangs on it."""
    (old_id,), (new_id,) = json.loads(old).values(), json.loads(new).values()
    hanging = db.execute(
        "select entity, key from links where tenant = ? and target_entity = ? and target_key = ?", (tenant, entity, old)
    ).fetchall()
    for link in hanging:
        moved = text({column: new_id if value == old_id else value for column, value in json.loads(link["key"]).items()})
        _rename(db, tenant, link["entity"], link["key"], moved)
    _rename(db, tenant, entity, old, new)
    db.execute(
        "update links set target_key = ? where tenant = ? and target_entity = ? and target_key = ?", (new, tenant, entity, old)
    )


def _rename(db: sqlite3.Connection, tenant: str, entity: str, old: str, new: str) -> None:
    for table in ("records", "links"):
        db.execute(f"update {table} set key = ? where tenant = ? and entity = ? and key = ?", (new, tenant, entity, old))


def _is_taken(db: sqlite3.Connection, tenant: str, line: dict[str, Any]) -> bool:
    """Whether another delivered person has the number. Schools may share a unit code."""
    value = _unique_value(line)
    if line["entity"] != "person" or value is None:
        return False
    return db.execute(
        "select 1 from records where tenant = ? and entity = 'person' and unique_value = ? and key <> ? and is_active = 1 and is_ours = 1",
        (tenant, value, text(line["key"])),
    ).fetchone() is not None


def _put(db: sqlite3.Connection, tenant: str, line: dict[str, Any], record: sqlite3.Row | None) -> Answer:
    """PER-5, PER-9: what the line does not name is left alone, what it fills is only set where there is nothing."""
    old, before = (json.loads(record["data"]), json.loads(record["offered"])) if record else ({}, {})
    said = {column: value for column, value in line["data"].items() if not column.startswith("previous_")}
    # A create or an update says all that is offered from now on; a rekey says nothing of it.
    offered = before if line["op"] == "rekey" else {column: said[column] for column in line.get("fill", ())}
    data = _filled({**old, **{column: value for column, value in said.items() if column not in offered}}, offered)
    if record and record["is_active"] and record["is_ours"] and (data, offered) == (old, before):
        return UNCHANGED
    key = text(line["key"])
    db.execute(
        "insert or replace into records values (?, ?, ?, ?, 1, 1, ?, null, ?)",
        (tenant, line["entity"], key, text(data), data.get(UNIQUE.get(line["entity"], "")), text(offered)),
    )
    _unlink(db, tenant, line["entity"], key)
    for pointer, entity in REFERENCES[line["entity"]]:
        db.execute("insert into links values (?, ?, ?, ?, ?)", (tenant, entity, _target(line, pointer, entity), line["entity"], key))
    return APPLIED


def _filled(data: dict[str, Any], offered: dict[str, str | None]) -> dict[str, Any]:
    """The data with what is offered where there is nothing."""
    return {**data, **{column: value for column, value in offered.items() if data.get(column) is None}}


def _unlink(db: sqlite3.Connection, tenant: str, entity: str, key: str) -> None:
    db.execute("delete from links where tenant = ? and entity = ? and key = ?", (tenant, entity, key))


def _delete(db: sqlite3.Connection, tenant: str, line: dict[str, Any]) -> Answer:
    """Removes what was delivered, or lets it go. Persons are kept inactive unless erased or hidden, groups unless deleted, schools always.

    What was put in by hand, or let go before, is left alone.
    """
    entity, key, mode = line["entity"], text(line["key"]), line.get("mode")
    if mode == "erase" and db.execute("delete from hidden_persons where tenant = ? and key = ?", (tenant, key)).rowcount:
        return APPLIED
    record = _record(db, tenant, entity, key)
    is_final = mode in ("erase", "hide", "delete") or entity not in OWN_KEY
    if record is None or not record["is_ours"] or not (record["is_active"] or is_final or mode == "release"):
        return UNCHANGED
    if mode == "release":
        db.execute("update records set is_ours = 0 where tenant = ? and entity = ? and key = ?", (tenant, entity, key))
        return APPLIED
    if entity in ("person", "group"):
        _drop_links(db, tenant, entity, key)
    if entity == "enrolment":
        _drop_handmade(db, tenant, line["key"])
    if mode == "hide":
        _hide(db, tenant, key)
    elif is_final:
        _forget(db, tenant, entity, key)
    else:
        db.execute("update records set is_active = 0 where tenant = ? and entity = ? and key = ?", (tenant, entity, key))
    return APPLIED


def _drop_links(db: sqlite3.Connection, tenant: str, target_entity: str, target_key: str) -> None:
    """Whatever hangs on a person or a group goes with it."""
    hanging = db.execute(
        "select entity, key from links where tenant = ? and target_entity = ? and target_key = ?", (tenant, target_entity, target_key)
    ).fetchall()
    for link in hanging:
        _forget(db, tenant, link["entity"], link["key"])


def _drop_handmade(db: sqlite3.Connection, tenant: str, enrolment: dict[str, str]) -> None:
    """LIFE-1: when an enrolment ends, so do the person's memberships at that school that were made by hand."""
    person = text({"person_id": enrolment["person_id"]})
    rows = db.execute(
        "select records.key from links inner join records using (tenant, entity, key) where links.tenant = ?"
        " and links.target_entity = 'person' and links.target_key = ? and entity = 'membership' and is_ours = 0",
        (tenant, person),
    ).fetchall()
    for row in rows:
        group = _record(db, tenant, "group", text({"group_id": json.loads(row["key"])["group_id"]}))
        if group and json.loads(group["data"]).get("school_id") == enrolment["school_id"]:
            _forget(db, tenant, "membership", row["key"])


def _forget(db: sqlite3.Connection, tenant: str, entity: str, key: str) -> None:
    _unlink(db, tenant, entity, key)
    db.execute("delete from records where tenant = ? and entity = ? and key = ?", (tenant, entity, key))
