"""Builds without dbt: the statements that it sent for the same project and settings, with another sync date, a second instead of ten.

The first build of a project under its settings is dbt's own, in whatever process and folder, and so is every one that a replay cannot
say is green. A new database is made by all that dbt sent; later nights by what the day, the registers and the deliveries move. All
around it, from the check of the extracts to the ledger's row, is the runner's own each night. That a replay leaves what dbt leaves is
shown by the golden demos, which are written by dbt alone and replayed in part, and at length by test_school_year.py for every table.
"""

import contextlib
import dataclasses
import datetime
import json
import re
import types
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import reading
from dbt.adapters.duckdb.environments.local import DuckDBCursorWrapper

from nattsynk.build import dbt
from nattsynk.build.failures import Failure
from nattsynk.engines.database import Database, open_database
from nattsynk.profile.settings import Settings

# A model takes the place of what stood there (macros/made_in_place.sql).
DROPS = re.compile(r"drop (table|view) if exists [^;]+;")
MAKES = re.compile(r'create\s+(?P<kind>table|view)\s+(?P<name>"\w+"\."(?P<schema>\w+)"\."\w+")')
READS = re.compile(r'"\w+"\."\w+"\."\w+"')
FILLS = re.compile(r'copy ("\w+"\."\w+"\."\w+") from', re.IGNORECASE)
TESTS = "should_error"
NODE = re.compile(r'"node_id": "([^"]+)"')
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
class Recordings:
    """What dbt sent, by project and settings, in all processes of a run. folder: where it is kept, a file each."""

    folder: Path
    here: dict[tuple[str, Path], Recording] = dataclasses.field(default_factory=dict)

    def find(self, project: str, profile: Path) -> Recording | None:
        """As it would be sent for a profile in that folder."""
        file = self.folder / project
        if (project, profile) not in self.here and file.exists():
            kept = json.loads(file.read_text(encoding="utf-8"))
            statements = [sql.replace(kept["profile"], profile.as_posix()) for sql in kept["statements"]]
            self.here[project, profile] = Recording(statements, datetime.date.fromisoformat(kept["day"]))
        return self.here.get((project, profile))

    def keep(self, project: str, profile: Path, recording: Recording) -> None:
        text = json.dumps({"profile": profile.as_posix(), "day": recording.day.isoformat(), "statements": recording.statements})
        reading.keep(self.folder / project, text.encode())


@dataclasses.dataclass
class Replay:
    """Stands in for nattsynk.dbt.build.

    standing, landed: what the tables were last made from. rows: what is in each. warned: what the tests that only warn found.
    """

    recordings: Recordings
    build: Callable[..., list[Failure]] = dbt.build
    standing: Any = None
    landed: Any = None
    rows: dict[str, Any] = dataclasses.field(default_factory=dict)
    warned: dict[str, int] = dataclasses.field(default_factory=dict)

    def __call__(self, settings: Settings, target: str, manifest: Any, sync_date: datetime.date, progress: Any) -> list[Failure]:
        extracts, seeds, project = _state(settings.extracts), _seeds(settings.project), reading.project(settings, settings.dbt_vars(target))
        recording = self.recordings.find(project, settings.folder)
        if recording:
            is_new, is_landed = self.standing != (project, seeds), self.landed == extracts
            if self._is_green(settings, recording, manifest, sync_date, is_new, is_landed):
                self.standing, self.landed = (project, seeds), extracts
                for node, count in self.warned.items():
                    dbt._warn(types.SimpleNamespace(node=manifest.nodes[node], failures=count), progress)
                return []
        self.rows, self.warned = {}, {}
        with self._recording() as statements:
            failures = self.build(settings, target, manifest, sync_date, progress)
        self.standing, self.landed = None if failures else (project, seeds), extracts
        if not failures:
            self.recordings.keep(project, settings.folder, Recording([*_all_filled(statements, settings, manifest)], sync_date))
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

    def _is_green(self, settings: Settings, recording: Recording, manifest: Any, day: datetime.date, is_new: bool, is_landed: bool) -> bool:
        """Replays all for a day, or nothing. False where a test finds something or a statement fails."""
        try:
            with open_database(settings) as db, db.transaction():
                db.execute("pragma disable_optimizer")
                self._replay(db, recording, manifest, day, is_new, is_landed)
        except Exception:  # Whatever it is, dbt meets it too, and tells it as the runner hears it.
            return False
        return True

    def _replay(self, db: Database, recording: Recording, manifest: Any, day: datetime.date, is_new: bool, is_landed: bool) -> None:
        """All in a new database; else what the day moves: statements with the date in them, and those that read what moved or what was
        delivered; landing with the extracts. A table moves when its rows do. A view that only reads what moved stands already.
        """
        moved: set[str] = set()
        for sql, today in recording.on(day):
            made, is_dated, reads = MAKES.search(sql), sql != today, set(READS.findall(sql))
            is_read = is_dated or bool(reads & moved) or any('_delivery"."' in name for name in reads)
            if TESTS in sql:
                # A test may read the register itself, through views alone.
                if is_new or is_read or not is_landed:
                    self._test(db, today, manifest)
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

    def _test(self, db: Database, sql: str, manifest: Any) -> None:
        """Fails where dbt's test does, or notes what it warns of."""
        [node], (found, *_) = NODE.findall(sql), db.one(sql)
        self.warned.pop(node, None)
        if found:
            assert str(manifest.nodes[node].config.severity).lower() == "warn"
            self.warned[node] = found

    def _rows_differ(self, db: Database, table: str) -> bool:
        """Whether a table holds other rows than when this was asked last."""
        before, now = self.rows.get(table), db.one(f"select count(*), sum(hash(its)::hugeint) from {table} as its")
        self.rows[table] = now
        return now != before


def _all_filled(statements: list[str], settings: Settings, manifest: Any) -> Iterator[str]:
    """The statements, and for a seed that had no rows, which dbt makes and does not fill, what fills the others."""
    seeds = {node.relation_name: settings.project / node.original_file_path for node in manifest.nodes.values() if node.resource_type == "seed"}
    filled = {relation for sql in statements for relation in FILLS.findall(sql)}
    for sql in statements:
        yield sql
        made = MAKES.search(sql)
        if made and made["name"] in seeds.keys() - filled:
            yield f"copy {made['name']} from '{seeds[made['name']].as_posix()}' (format csv, header true)"


def _state(folder: Path) -> dict[Path, tuple[int, int]]:
    return {path: (path.stat().st_size, path.stat().st_mtime_ns) for path in folder.rglob("*") if path.is_file()}


def _seeds(folder: Path) -> frozenset[tuple[Path, bytes]]:
    return frozenset((path.relative_to(folder), path.read_bytes()) for path in folder.rglob("*.csv"))
