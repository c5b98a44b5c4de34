"""`nattsynk explain`: every rule that spoke of what a key names, what is exported of it, and what there is to say of it.

A protected person is answered as an unknown key is. Nothing that is read here has such a row, and every key takes the same statements.
"""

import datetime
import itertools

from nattsynk import keys
from nattsynk.context import Context
from nattsynk.errors import FAULT

# Only with --strict, for scripts.
NOT_FOUND = FAULT


def explain(run: Context, key: str, strict: bool = False) -> int:
    """Prints what is known by the key, building first where needed. Returns 0; with strict 1 where nothing is known."""
    run.builder.ensure(run.sync_date)
    asked = keys.read(key, run.sync_date)
    with run.database() as database:
        trail = keys.rows(database, "trail_of_key", asked, exact=database.exact)
        exported = keys.rows(database, "exported_of_key", asked, export=database.schema("export"), exact=database.exact)
        changes = keys.rows(database, "changes_of_key", asked, exact=database.exact)
    lines = [*_trail(trail), *_exported(exported, run.sync_date), *_changes(changes)]
    print("\n".join(lines) if lines else keys.unknown("explain"))
    return NOT_FOUND if strict and not lines else 0


def _trail(rows: list[tuple]) -> list[str]:
    """What was decided, under the id that it is about."""
    lines = []
    for subject, told in itertools.groupby(rows, key=lambda row: row[0]):
        lines.append(f"{subject}:")
        for _, _, entity, source_key, school_id, verdict, code, rule_id, evidence, text_sv in told:
            place = f" at {school_id}" if school_id else ""
            rule = " ".join(word for word in (rule_id, code) if word)
            lines.append(f"  {verdict}: {entity} {source_key or ''}{place}" + (f" ({rule})" if rule else ""))
            lines += [f"      {text}" for text in (text_sv, evidence) if text]
    return lines


def _exported(rows: list[tuple], sync_date: datetime.date) -> list[str]:
    """What the export has: schools, classes, groups and duties with their dates."""
    lines = []
    for subject, said in itertools.groupby(rows, key=lambda row: row[0]):
        lines.append(f"In the export of {sync_date}, {subject}:")
        for _, _, kind, record, name, detail, school_id, start, end in said:
            facts = [name and f"({name})", school_id and f"at {school_id}", _period(start, end)]
            lines.append(f"  {kind} {' '.join([record, *filter(None, facts)])}" + (f"; {detail}" if detail else ""))
    return lines


def _period(start: datetime.date | None, end: datetime.date | None) -> str:
    return " ".join([*([f"from {start}"] if start else []), *([f"to {end}"] if end else [])])


def _changes(rows: list[tuple]) -> list[str]:
    """What the next delivery says of the record itself."""
    lines = [f"  {operation} {entity} {record}" for operation, entity, record in rows]
    return ["To be sent, unless it is held:", *lines] if lines else []
