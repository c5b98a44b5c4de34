"""One build: sources checked, project assembled, dbt run, and the ledger's row of it. And whether one is needed."""

import dataclasses
import datetime
import hashlib
import uuid
from typing import Any

from nattsynk import dbt, project, seeds, sources
from nattsynk.database import Database, open_database
from nattsynk.errors import Stop
from nattsynk.log import Clock, Progress
from nattsynk.pending import pending
from nattsynk.settings import PROJECT, Settings
from nattsynk.statements import render


@dataclasses.dataclass
class Builder:
    """Builds one profile, for one date after the other; keeps the parsed project between builds of one process."""

    settings: Settings
    target: str
    clock: Clock
    progress: Progress
    manifest: Any = None

    def build(self, sync_date: datetime.date) -> None:
        """Builds for the date. Stops with the highest exit code of what went wrong; the ledger then says red."""
        self._check_sources()
        for sentence in pending(self.settings, seeds.complete(self.settings)):
            self.progress.step("pending", sentence)
        project.assemble(self.settings)
        mark = fingerprint(self.settings)
        self.manifest = self.manifest or dbt.parse(self.settings, self.target, self.progress)
        build_id = self._begin(sync_date, mark)
        failures = dbt.build(self.settings, self.target, self.manifest, sync_date, self.progress)
        self._end(build_id, sync_date, mark, "red" if failures else "green")
        if failures:
            raise _stop(failures)

    def ensure(self, sync_date: datetime.date) -> None:
        """Builds unless the last build is green, of that date, and of the project, profile and extracts as they are."""
        if needs_build(self.settings, self.target, sync_date):
            self.build(sync_date)

    def _check_sources(self) -> None:
        if self.target == "embedded":
            rows = sources.check_extracts(self.settings)
            self.progress.step("sources", f"Checked the extracts: {rows} rows", rows=rows)
            return
        with open_database(self.settings, self.target) as database:
            tables = sources.check_tables(self.settings, database)
        self.progress.step("sources", f"Checked {tables} source tables", tables=tables)

    def _begin(self, sync_date: datetime.date, mark: str) -> str:
        # Before the first build there is no ledger yet, and nothing green that could be mistaken for this one.
        build_id = uuid.uuid4().hex
        with open_database(self.settings, self.target) as database:
            if has_ledger(database):
                self._insert(database, build_id, sync_date, mark)
        return build_id

    def _insert(self, database: Database, build_id: str, sync_date: datetime.date, mark: str) -> None:
        values = (build_id, sync_date, mark, "building", "", _utc(self.clock))
        database.execute(render("build_begin", delivery=database.schema("delivery")), values)

    def _end(self, build_id: str, sync_date: datetime.date, mark: str, status: str) -> None:
        with open_database(self.settings, self.target) as database, database.transaction():
            last = last_build(database)
            if last is None or last[0] != build_id:
                self._insert(database, build_id, sync_date, mark)
            persons, covered = _coverage(database)
            values = (status, _utc(self.clock), persons, covered, build_id)
            database.execute(render("build_end", delivery=database.schema("delivery")), values)


def needs_build(settings: Settings, target: str, sync_date: datetime.date) -> bool:
    """True unless the last build is green, of that date, and of the project, profile and extracts as they are."""
    if target == "embedded" and not settings.database_file.exists():
        return True
    with open_database(settings, target) as database:
        last = last_build(database)
    return last is None or last[1:] != (sync_date, fingerprint(settings), "green")


def last_build(database: Database) -> tuple | None:
    """(build_id, sync_date, fingerprint, status) of the latest build, None before the first."""
    return database.one(render("build_standing", delivery=database.schema("delivery"))) if has_ledger(database) else None


def has_ledger(database: Database) -> bool:
    """Whether a first build has made our tables."""
    return _exists(database, "delivery", "builds")


def _exists(database: Database, layer: str, table: str) -> bool:
    return database.one(render("table_exists"), (database.schema(layer), table)) is not None


def _coverage(database: Database) -> tuple[int | None, int | None]:
    if not _exists(database, "rules", "int_register_coverage"):
        return None, None
    return database.one(render("register_coverage", rules=database.schema("rules"))) or (None, None)


def fingerprint(settings: Settings) -> str:
    """SHA-256 over nattsynk's models and rules, the profile's files, and the extracts' names, sizes and times."""
    digest = hashlib.sha256()
    for path in project.own_files(settings):
        root = PROJECT if path.is_relative_to(PROJECT) and not path.is_relative_to(settings.folder) else settings.folder
        digest.update(f"{path.relative_to(root).as_posix()}\0".encode())
        digest.update(hashlib.sha256(path.read_bytes()).digest())
    for path in sorted(settings.extracts.rglob("*.csv")):
        stat = path.stat()
        digest.update(f"{path.relative_to(settings.extracts).as_posix()}\0{stat.st_size}\0{stat.st_mtime_ns}\0".encode())
    return digest.hexdigest()


def _utc(clock: Clock) -> datetime.datetime:
    return clock().astimezone(datetime.UTC).replace(tzinfo=None)


def _stop(failures: list[dbt.Failure]) -> Stop:
    lines = [f"{len(failures)} of the build's models and tests failed:"]
    for failure in failures[:10]:
        lines.append(f"  {failure.name} ({failure.file}): {failure.message}")
        if failure.how_to_resolve:
            lines.append(f"    {failure.how_to_resolve}")
    next_step = "Nothing is sent from a red build; what the receiver holds is unchanged."
    return Stop("\n".join(lines), next_step, max(failure.exit_code for failure in failures))
