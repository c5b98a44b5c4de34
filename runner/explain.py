"""`nattsynk explain`: every rule that spoke of one person or group.

A protected person is answered as an unknown one is: nothing of ours holds such a row, and the sentence is the same.
"""

import datetime

from nattsynk.database import Database
from nattsynk.keys import civic_key, compared
from nattsynk.run import Run
from nattsynk.statements import render

UNKNOWN = "nattsynk knows no person or group by that key."


def explain(run: Run, key: str) -> int:
    """Prints the trail of the key, building first where needed. Returns 0, also where nothing is known."""
    run.builder.ensure(run.sync_date)
    with run.database() as database:
        rows = _trail(database, key, run.sync_date)
    print("\n".join(_lines(rows)) if rows else UNKNOWN)
    return 0


def _trail(database: Database, key: str, sync_date: datetime.date) -> list[tuple]:
    number = civic_key(key, sync_date)
    if number:
        return _rows(database, "civic_key", number)
    return _rows(database, "subject_key", key) or _rows(database, "source_key", key)


def _rows(database: Database, column: str, value: str) -> list[tuple]:
    sql = render("trail_of_key", report=database.schema("report"), column=column, exact=database.exact)
    return database.all(sql, (compared(value),) * sql.count("?"))


def _lines(rows: list[tuple]) -> list[str]:
    lines = []
    for _, entity, source_key, school_id, verdict, code, rule_id, evidence, text_sv in rows:
        place = f" at {school_id}" if school_id else ""
        rule = " ".join(word for word in (rule_id, code) if word)
        lines.append(f"{verdict}: {entity} {source_key or ''}{place}" + (f" ({rule})" if rule else ""))
        lines += [f"    {text}" for text in (text_sv, evidence) if text]
    return lines
