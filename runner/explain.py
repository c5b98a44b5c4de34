"""`nattsynk explain`: every rule that spoke of one person or group.

A protected person is answered as an unknown one is: nothing of ours holds such a row, and the sentence is the same.
"""

import datetime
import re
import sys

import click

from nattsynk.database import Database
from nattsynk.errors import Stop
from nattsynk.run import Run
from nattsynk.statements import render

UNKNOWN = "nattsynk knows no person or group by that key."
CIVIC_NO = re.compile(r"(?P<century>\d\d)?(?P<day>\d{6})(?P<sign>[-+]?)(?P<end>\d{4}|TF\d\d)", re.IGNORECASE)


def explain(run: Run, key: str) -> int:
    """Prints the trail of the key, building first where needed. Returns 0, also where nothing is known."""
    wanted = _asked() if key == "-" else key.strip()
    if key != "-" and CIVIC_NO.fullmatch(wanted):
        raise Stop(
            "A personnummer is never given as an argument: it would stay in the shell's history.",
            "Use `nattsynk explain -`, which asks for it or reads it from standard input.",
        )
    run.builder.ensure(run.sync_date)
    with run.database() as database:
        rows = _trail(database, wanted, run.sync_date)
    print("\n".join(_lines(rows)) if rows else UNKNOWN)
    return 0


def _asked() -> str:
    if sys.stdin.isatty():
        return click.prompt("Key or personnummer", hide_input=True).strip()
    return sys.stdin.readline().strip()


def _trail(database: Database, wanted: str, sync_date: datetime.date) -> list[tuple]:
    number = CIVIC_NO.fullmatch(wanted)
    if number:
        return _rows(database, "civic_key", civic_key(number, sync_date))
    return _rows(database, "subject_key", wanted) or _rows(database, "source_key", wanted)


def _rows(database: Database, column: str, value: str) -> list[tuple]:
    sql = render("trail_of_key", report=database.schema("report"), column=column)
    return list(database.rows(sql, (value,) * sql.count("?")))


def civic_key(number: re.Match[str], sync_date: datetime.date) -> str:
    """The number as rows are joined by it (macros/civic_key.sql): 12 characters, without century the latest not after the date."""
    century = number["century"] or _century(number["day"], number["sign"], sync_date)
    return f"{century}{number['day']}{number['end'].upper()}"


def _century(day: str, sign: str, sync_date: datetime.date) -> str:
    # A samordningsnummer has 60 added to its day.
    born = int(day) - (60 if day[4] in "6789" else 0)
    this = sync_date.year // 100
    return str(this - (born > int(sync_date.strftime("%y%m%d"))) - (sign == "+"))


def _lines(rows: list[tuple]) -> list[str]:
    lines = []
    for _, entity, source_key, school_id, verdict, code, rule_id, evidence, text_sv in rows:
        place = f" at {school_id}" if school_id else ""
        rule = " ".join(word for word in (rule_id, code) if word)
        lines.append(f"{verdict}: {entity} {source_key or ''}{place}" + (f" ({rule})" if rule else ""))
        lines += [f"    {text}" for text in (text_sv, evidence) if text]
    return lines
