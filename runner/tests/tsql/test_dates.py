"""A date means the same in the T-SQL and on the embedded engine, form by form; and a typed one is written as a date while landing."""

import re

import duckdb
import pytest
import yaml
from differential import carried
from jinja2 import Environment
from recordings import Recording

from nattsynk.profile.settings import PROJECT

TEXTS = (
    "20260818", "2026-08-18", "20260818 00:00:00", "2026-08-18 00:00:00.000", "2026-08-18T00:00:00", "20260818T000000", "2026-08-18 00.00",
    "2026-08-18 0", "2026-08-18T21:59:59Z", "2026-08-18T22:00:00Z", "2026-08-18 23:00Z", "2026-08-18T22:00:00+02:00", "2026-08-18T22:00:00+00:00",
    "2026-08-18T22:00:00-00:00", "2026-08-18 00:00:00.0000000 +02:00", "2026-08-18 00:00   -05:00", "2026-08-18 00:00+0200", "2026-08-18 00:00+2",
    "2026-08-18T00:00:00ZZ", "2026-08-18T00:00Z00", "2026-08-18T00:00Z+02:00", "2026-08-18T00:00+02:00Z", "2026-08-18T00:00+02:00+02:00",
    "2026-08-18 - 2026-12-20", "2026-08-18 2026-12-20", "2026-08-18 1 2", "2026-08-18  00:00", "2026-08-18t00:00", "2026-08-18T", "2026-08-18Z",
    "2026-08-18+02:00", "2026-08-18 00:00z", "2026-08-18 12:00AM", "Aug 18 2026 12:00AM", "18/8 2026", "46252", "18.8.26", "2026-8-18", "2026-0818",
    "202608-18", "2026/08/18", "202608180", "2026-08-180", "2026-02-29", "2024-02-29", "20240230", "2026-13-01", "2026-00-01", "2026-01-00", "2026-01-32",
    "1799-12-31", "1800-01-01", "9998-12-31", "9999-01-01", "99991231 00:00", "9999", "00000000", "00000101", "0000-00-00 00:00", "0001-01-01T00:00:00",
    "1900-01-01", "0002-01-01", "x", "-", "---- -- --", "\u0662\u0660\u0662\u06660818", "2026-08-18\u00a000:00", None,
)
# The macros that read a date, alone: what else they call.
MACROS = ("iso_date", "is_time_of_day", "read_date", "read_end_date", "is_unreadable_date", "exact")


def rendered(engine: str, macro: str) -> str:
    """A macro of the column `text`, as the engine gets it; without dbt, for these macros are Jinja alone."""
    environment = Environment()  # noqa: S701 - SQL, no page
    text = "".join((PROJECT / "macros" / f"{name}.sql").read_text(encoding="utf-8") for name in MACROS)
    text = re.sub(r"adapter\.dispatch\('(\w+)'\)", lambda name: f"{engine}__{name[1]}", text)
    return environment.from_string(f"{text}{{{{ {macro}('text') }}}}").render().strip()


@pytest.mark.parametrize("macro", ["read_date", "read_end_date", "is_unreadable_date"])
def test_both_engines_read_the_same_dates(macro: str) -> None:
    db = duckdb.connect()
    db.execute("create macro tsql_len(x) as length(rtrim(x, ' '))")
    db.execute("create macro tsql_left(x, n) as left(x, n)")
    db.execute("create macro tsql_substring(x, place, n) as substring(x, place, n)")
    db.execute("create table texts as select unnest(?) as text", [list(TEXTS)])
    embedded = db.execute(f"select text, {rendered('duckdb', macro)} from texts").fetchall()
    server = db.execute(carried(f"select text, {rendered('default', macro)} as answer from texts")).fetchall()
    assert [(one, other) for one, other in zip(embedded, server, strict=True) if one != other] == []


def dates_of_tables() -> dict[str, list[str]]:
    """Table -> its columns that hold dates, of every register."""
    sources = [yaml.safe_load(path.read_text(encoding="utf-8"))["sources"] for path in (PROJECT / "models" / "staging").glob("*/_*__sources.yml")]
    tables = [table for source in sources for each in source for table in each["tables"]]
    held = {table["name"]: [column["name"] for column in table["columns"] if _holds(column) == "date"] for table in tables}
    return {table: columns for table, columns in held.items() if columns}


def _holds(column: dict) -> str | None:
    return column.get("config", {}).get("meta", {}).get("holds")


def test_a_typed_date_is_written_as_one(recordings: dict[str, Recording]) -> None:
    """SQL Server by itself writes a datetime as Aug 17 2026 12:00AM."""
    columns = {column for held in dates_of_tables().values() for column in held}
    sql = "\n".join(select.sql for recording in recordings.values() for select in recording.selects)
    assert set(re.findall(r"convert\(nvarchar\(4000\), (\w+), 121\)", sql)) == columns
    assert set(re.findall(r"cast\((\w+) as nvarchar\(4000\)\)", sql)) & columns == set()


def test_every_date_column_is_judged() -> None:
    """DQ-4: none is left out of what may hold the night."""
    text = "".join(path.read_text(encoding="utf-8") for path in (PROJECT / "models" / "staging").glob("*/stg_*__cells_landed.sql"))
    judged = {table: re.findall(r"\w+", dates) for table, dates in re.findall(r"landed_cells\('land_\w+?__(\w+)'.*?dates=\[(.*?)\]", text)}
    assert judged == dates_of_tables()
