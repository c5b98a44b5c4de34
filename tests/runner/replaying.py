"""Builds after the first one of a test without dbt: the statements that dbt sent then, with another sync date, a second instead of twenty.

The first build of a profile is dbt's own, and so is every one whose project or settings are other than the recorded ones, and every
one that a replay cannot say is green. All around it, from the check of the extracts to the ledger's row, is the runner's own each night.
test_school_year.py shows that a replay leaves what dbt leaves.
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


@dataclasses.dataclass
class Replay:
    """Stands in for nattsynk.dbt.build."""

    build: Callable[..., list[dbt.Failure]] = dbt.build
    statements: list[str] = dataclasses.field(default_factory=list)
    recorded_on: str = ""
    recorded_of: Any = None
    landed: Any = None
    rows: dict[str, Any] = dataclasses.field(default_factory=dict)

    def __call__(self, settings: Settings, target: str, manifest: Any, sync_date: datetime.date, progress: Any) -> list[dbt.Failure]:
        extracts = _files(settings.extracts)
        project = (settings.dbt_vars(target), _files(settings.project))
        if project == self.recorded_of and self._is_green(settings, sync_date.isoformat(), extracts == self.landed):
            self.landed = extracts
            return []
        self.rows = {}
        with self._recording():
            failures = self.build(settings, target, manifest, sync_date, progress)
        self.recorded_on, self.recorded_of, self.landed = sync_date.isoformat(), None if failures else project, extracts
        return failures

    @contextlib.contextmanager
    def _recording(self) -> Iterator[None]:
        self.statements, execute = [], DuckDBCursorWrapper.execute

        def record(cursor: Any, sql: str, bindings: Any = None) -> Any:
            if MAKES.search(sql) or TESTS in sql:
                self.statements.append(DROPS.sub("", sql, count=1))
            return execute(cursor, sql, bindings)

        DuckDBCursorWrapper.execute = record
        try:
            yield
        finally:
            DuckDBCursorWrapper.execute = execute

    def _is_green(self, settings: Settings, day: str, is_landed: bool) -> bool:
        """Replays all for a day, or nothing. False where a test finds something or a statement fails."""
        try:
            with open_database(settings) as db, db.transaction():
                self._replay(db, day, is_landed)
        except Exception:  # Whatever it is, dbt meets it too, and tells it as the runner hears it.
            return False
        return True

    def _replay(self, db: Database, day: str, is_landed: bool) -> None:
        """What the day moves: statements with the date in them, and those that read what moved or what was delivered; landing with the extracts.

        A table moves when its rows do. A view that only reads what moved stands already, for it holds no rows.
        """
        moved: set[str] = set()
        for sql in self.statements:
            made, is_dated, reads = MAKES.search(sql), self.recorded_on in sql, set(READS.findall(sql))
            is_new = made is not None and made["schema"].endswith("_landing") and not is_landed
            if not (is_dated or is_new or reads & moved or any('_delivery"."' in name for name in reads)):
                continue
            today = sql.replace(self.recorded_on, day)
            if made is None:
                assert not any(db.one(today) or ())
                continue
            name, is_table = made["name"], made["kind"] == "table"
            if is_table or is_dated:
                db.execute(re.sub(r"\bcreate(?=\s+(table|view)\b)", "create or replace", today, count=1))
            if not is_table or self._rows_differ(db, name):
                moved.add(name)

    def _rows_differ(self, db: Database, table: str) -> bool:
        """Whether a table holds other rows than when this was asked last."""
        before, now = self.rows.get(table), db.one(f"select count(*), sum(hash(its)::hugeint) from {table} as its")
        self.rows[table] = now
        return now != before


def _files(folder: Path) -> dict[Path, tuple[int, int]]:
    return {path: (path.stat().st_size, path.stat().st_mtime_ns) for path in folder.rglob("*") if path.is_file()}
