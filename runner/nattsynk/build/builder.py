"""One build: sources checked, project assembled, dbt run, and the ledger's row of it. And whether one is needed."""

import dataclasses
import datetime
import hashlib
import uuid
from collections.abc import Sequence
from typing import Any

from nattsynk import engines
from nattsynk.build import dbt, freshness, own_sql
from nattsynk.build.failures import Failure
from nattsynk.deliver import builds, ledger, marks
from nattsynk.engines.database import Database, again_after_deadlock, open_database
from nattsynk.engines.statements import render
from nattsynk.errors import Stop
from nattsynk.log import Clock, Progress
from nattsynk.profile import guard, overrides, project
from nattsynk.profile.settings import Settings


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
        self.check_sources()
        project.assemble(self.settings, self.target)
        for path in overrides.replaced(self.settings):
            self.progress.step("replaced", f"Replaced by the profile's own: {path.as_posix()}", file=path.as_posix())
        mark = fingerprint(self.settings)
        own_sql.refuse(self.settings, self.target, lambda _: self._parsed())
        self._parsed()
        build_id = uuid.uuid4().hex
        begun = self._begin(build_id, sync_date, mark)
        failures = dbt.build(self.settings, self.target, self.manifest, sync_date, self.progress)
        if begun or self._begin(build_id, sync_date, mark):
            self._end(build_id, "red" if failures else "green", () if failures else self._landed())
        if failures:
            raise _stop(failures)

    def accept(self) -> None:
        """Looks at what `build` looks at before dbt runs, of a build that dbt's own command line made. Stops where that was to be refused."""
        self.check_sources()
        project.assemble(self.settings, self.target)
        self._parsed()

    def ensure(self, sync_date: datetime.date) -> None:
        """Builds unless the last build is green, of that date, and of the project, profile and extracts as they are."""
        if needs_build(self.settings, self.target, sync_date):
            self.build(sync_date)

    def _parsed(self) -> Any:
        """The parsed project. Stops where the profile's SQL reads past the protection cut."""
        self.manifest = self.manifest or dbt.parse(self.settings, self.target, self.progress)
        guard.check(self.settings, self.manifest)
        return self.manifest

    def check_sources(self) -> None:
        """Looks at the registers' tables and columns. Stops where one cannot be read as a build needs it."""
        engine = engines.of(self.target)
        seen = engine.check_sources(self.settings)
        self.progress.step("sources", seen.step, **seen.counts)
        old = engine.age_of_sources(self.settings, self.clock)
        if old:
            self.progress.step("warning", f"{old}. {freshness.SEE}", what=old, how_to_resolve=freshness.SEE)

    def _begin(self, build_id: str, sync_date: datetime.date, mark: str) -> bool:
        """Enters the build. False before the first one, when there is neither a ledger nor anything green to mistake for it."""
        with open_database(self.settings, self.target) as database:
            if not ledger.exists(database):
                return False
            marks.claim(database, self.settings.environment)
            marks.claim_profile(database, self.settings.customer, self.settings.receiver.url if self.settings.receiver else "")
            values = (build_id, sync_date, mark, "building", "", ledger.utc(self.clock))
            database.execute(render("build_begin", delivery=database.schema("delivery")), values)
        return True

    def _end(self, build_id: str, status: str, landed: Sequence[str]) -> None:
        with open_database(self.settings, self.target) as database:
            _enter_end(database, build_id, status, landed, self.clock)

    def _landed(self) -> list[str]:
        """The landing tables of the registers, as the build made them."""
        models = (node for node in self.manifest.nodes.values() if node.resource_type == "model" and node.schema.endswith("_landing"))
        # Those of the registers; what is derived while landing may be empty.
        return sorted(node.name for node in models if "__" in node.name and node.config.materialized == "table")


def needs_build(settings: Settings, target: str, sync_date: datetime.date) -> bool:
    """True unless the last build is green, of that date, and of the project, profile and extracts as they are."""
    if not engines.of(target).is_made(settings):
        return True
    with open_database(settings, target) as database:
        last = builds.latest_build(database) if ledger.exists(database) else None
    return last is None or (last.sync_date, last.fingerprint, last.status) != (sync_date, fingerprint(settings), "green")


@again_after_deadlock
def _enter_end(database: Database, build_id: str, status: str, landed: Sequence[str], clock: Clock) -> None:
    with database.transaction():
        persons, covered = _coverage(database)
        schemas = {"delivery": database.schema("delivery"), "landing": database.schema("landing")}
        for table in landed:
            database.execute(render("build_tables_add", table=table, **schemas), (build_id, table))
        values = (status, ledger.utc(clock), persons, covered, build_id)
        database.execute(render("build_end", delivery=database.schema("delivery")), values)


def _coverage(database: Database) -> tuple[int | None, int | None]:
    if database.one(render("table_exists"), (database.schema("rules"), "int_register_coverage")) is None:
        return None, None
    return database.one(render("register_coverage", rules=database.schema("rules"))) or (None, None)


def fingerprint(settings: Settings) -> str:
    """SHA-256 over the project's own fingerprint, and the extracts' names, sizes and times. Without extracts, the project's own."""
    if not settings.extracts.is_dir():
        return project.fingerprint(settings)
    digest = hashlib.sha256(project.fingerprint(settings).encode())
    for path in sorted(settings.extracts.rglob("*.csv")):
        stat = path.stat()
        digest.update(f"{path.relative_to(settings.extracts).as_posix()}\0{stat.st_size}\0{stat.st_mtime_ns}\0".encode())
    return digest.hexdigest()


def _stop(failures: list[Failure]) -> Stop:
    refused = next((failure.refused for failure in failures if failure.refused), None)
    if refused:
        # The models that follow only fail for it.
        return refused
    lines = [f"{len(failures)} of the build's models and tests failed:"]
    for failure in failures[:10]:
        lines.append(f"  {failure.name} ({failure.file}): {failure.message}")
        lines += [f"    {row}" for row in failure.rows]
        if failure.how_to_resolve:
            lines.append(f"    {failure.how_to_resolve}")
    next_step = "Nothing is sent from a red build; what the receiver holds is unchanged."
    return Stop("\n".join(lines), next_step, max(failure.exit_code for failure in failures))
