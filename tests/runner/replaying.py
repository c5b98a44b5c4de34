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
from nattsynk.database import open_database
from nattsynk.settings import Settings

# A model is made under a passing name and then takes the place of what stood there.
MAKES = re.compile(r'create\s+(?P<kind>table|view)\s+(?P<name>"\w+"\."(?P<schema>\w+)"\."\w+)__dbt_tmp"')
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

    def __call__(self, settings: Settings, target: str, manifest: Any, sync_date: datetime.date, progress: Any) -> list[dbt.Failure]:
        extracts = _files(settings.extracts)
        project = (settings.dbt_vars(target), _files(settings.project))
        if project == self.recorded_of and self._is_green(settings, sync_date.isoformat(), extracts == self.landed):
            self.landed = extracts
            return []
        with self._recording():
            failures = self.build(settings, target, manifest, sync_date, progress)
        self.recorded_on, self.recorded_of, self.landed = sync_date.isoformat(), None if failures else project, extracts
        return failures

    @contextlib.contextmanager
    def _recording(self) -> Iterator[None]:
        self.statements, execute = [], DuckDBCursorWrapper.execute

        def record(cursor: Any, sql: str, bindings: Any = None) -> Any:
            if MAKES.search(sql) or TESTS in sql:
                self.statements.append(sql)
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
                found = [db.one(sql) for sql in self._moved(day, is_landed)]
        except Exception:  # Whatever it is, dbt meets it too, and tells it as the runner hears it.
            return False
        return not any(any(row) for row in found if row)

    def _moved(self, day: str, is_landed: bool) -> Iterator[str]:
        """The statements that the day moves: those with the date in them, and those that read what has moved or what was delivered.

        Landing moves with the extracts. A view that only reads what has moved stands already, for it holds no rows.
        """
        moved: set[str] = set()
        for sql in self.statements:
            made, is_dated = MAKES.search(sql), self.recorded_on in sql
            is_new = made is not None and made["schema"].endswith("_landing") and not is_landed
            reads = set(READS.findall(sql))
            if not (is_dated or is_new or reads & moved or any('_delivery"."' in name for name in reads)):
                continue
            if made is not None:
                moved.add(made["name"] + '"')
            if made is None or made["kind"] == "table" or is_dated:
                anew = MAKES.sub(lambda makes: makes[0].replace("create", "create or replace", 1), sql)
                yield anew.replace("__dbt_tmp", "").replace(self.recorded_on, day)


def _files(folder: Path) -> dict[Path, tuple[int, int]]:
    return {path: (path.stat().st_size, path.stat().st_mtime_ns) for path in folder.rglob("*") if path.is_file()}
