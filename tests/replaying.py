"""Builds without dbt: the statements that it sent for the same project and settings, with another sync date, a second instead of ten.

The first build of a project under its settings is dbt's own, and so is every one that a replay cannot say is green. A new database is
made by all that dbt sent; later nights by what the day, the registers and the deliveries move. All around it, from the check of the
extracts to the ledger's row, is the runner's own each night. test_school_year.py shows that a replay leaves what dbt leaves.
"""

import contextlib
import dataclasses
import datetime
import re
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

from dbt.adapters.duckdb.environments.local import DuckDBCursorWrapper

from nattsynk import dbt
from nattsynk.database import Database, open_database
from nattsynk.settings import Settings

# A model takes the place of what stood there (macros/made_in_place.sql).
DROPS = re.compile(r"drop (table|view) if exists [^;]+;")
MAKES = re.compile(r'create\s+(?P<kind>table|view)\s+(?P<name>"\w+"\."(?P<schema>\w+)"\."\w+")')
READS = re.compile(r'"\w+"\."\w+"\."\w+"')
TESTS = "should_error"
# What leaves something behind, whatever comment it begins with.
WRITES = re.compile(r"\s*(/\*.*?\*/\s*|--[^\n]*\n\s*)*(create|copy|insert|update|delete|alter)\b", re.IGNORECASE | re.DOTALL)


@dataclasses.dataclass(frozen=True)
class Recording:
    """What dbt sent to make a project, on a day."""

    statements: list[str]
    day: datetime.date

    def on(self, day: datetime.date) -> Iterator[tuple[str, str]]:
        """Each statement, and the same on a day: it stands in them as a date and, for personnummer, as six digits."""
        for sql in self.statements:
            moved = sql
            for way in ("%Y-%m-%d", "'%y%m%d'"):
                moved = moved.replace(self.day.strftime(way), day.strftime(way))
            yield sql, moved


@dataclasses.dataclass
class Replay:
    """Stands in for nattsynk.dbt.build. recordings: what the tests of this process have seen dbt send."""

    recordings: dict[Any, Recording]
    build: Callable[..., list[dbt.Failure]] = dbt.build
    standing: Any = None
    landed: Any = None
    rows: dict[str, Any] = dataclasses.field(default_factory=dict)

    def __call__(self, settings: Settings, target: str, manifest: Any, sync_date: datetime.date, progress: Any) -> list[dbt.Failure]:
        extracts, seeds = _state(settings.extracts), _contents(settings.project, "csv")
        # A seed without rows is made, and not filled.
        empty = frozenset(path for path, content in seeds if b"\n" not in content.strip())
        project = (repr(settings.dbt_vars(target)), empty, _contents(settings.project, "sql"), _contents(settings.project, "yml"))
        if project in self.recordings:
            is_new, is_landed = self.standing != (project, seeds), self.landed == extracts
            if self._is_green(settings, self.recordings[project], sync_date, is_new, is_landed):
                self.standing, self.landed = (project, seeds), extracts
                return []
        self.rows = {}
        with self._recording() as statements:
            failures = self.build(settings, target, manifest, sync_date, progress)
        self.standing, self.landed = None if failures else (project, seeds), extracts
        if not failures:
            self.recordings[project] = Recording(statements, sync_date)
        return failures

    @contextlib.contextmanager
    def _recording(self) -> Iterator[list[str]]:
        statements, execute = [], DuckDBCursorWrapper.execute

        def record(cursor: Any, sql: str, bindings: Any = None) -> Any:
            sent = DROPS.sub("", sql, count=1)
            if TESTS in sent or WRITES.match(sent):
                statements.append(sent)
            return execute(cursor, sql, bindings)

        DuckDBCursorWrapper.execute = record
        try:
            yield statements
        finally:
            DuckDBCursorWrapper.execute = execute

    def _is_green(self, settings: Settings, recording: Recording, day: datetime.date, is_new: bool, is_landed: bool) -> bool:
        """Replays all for a day, or nothing. False where a test finds something or a statement fails."""
        try:
            with open_database(settings) as db, db.transaction():
                db.execute("pragma disable_optimizer")
                self._replay(db, recording, day, is_new, is_landed)
        except Exception:  # Whatever it is, dbt meets it too, and tells it as the runner hears it.
            return False
        return True

    def _replay(self, db: Database, recording: Recording, day: datetime.date, is_new: bool, is_landed: bool) -> None:
        """All in a new database; else what the day moves: statements with the date in them, and those that read what moved or what was
        delivered; landing with the extracts. A table moves when its rows do. A view that only reads what moved stands already.
        """
        moved: set[str] = set()
        for sql, today in recording.on(day):
            made, is_dated, reads = MAKES.search(sql), sql != today, set(READS.findall(sql))
            is_read = is_dated or bool(reads & moved) or any('_delivery"."' in name for name in reads)
            if TESTS in sql:
                if is_new or is_read:
                    assert not any(db.one(today) or ())
                continue
            if made is None:
                if is_new:
                    db.execute(today)
                continue
            name, is_table = made["name"], made["kind"] == "table"
            if not (is_new or is_read or (made["schema"].endswith("_landing") and not is_landed)):
                continue
            if is_table or is_dated or is_new:
                db.execute(re.sub(r"\bcreate(?=\s+(table|view)\b)", "create or replace", today, count=1))
            if not is_table or self._rows_differ(db, name):
                moved.add(name)

    def _rows_differ(self, db: Database, table: str) -> bool:
        """Whether a table holds other rows than when this was asked last."""
        before, now = self.rows.get(table), db.one(f"select count(*), sum(hash(its)::hugeint) from {table} as its")
        self.rows[table] = now
        return now != before


def _state(folder: Path) -> dict[Path, tuple[int, int]]:
    return {path: (path.stat().st_size, path.stat().st_mtime_ns) for path in folder.rglob("*") if path.is_file()}


def _contents(folder: Path, suffix: str) -> frozenset[tuple[Path, bytes]]:
    return frozenset((path, path.read_bytes()) for path in folder.rglob(f"*.{suffix}"))
