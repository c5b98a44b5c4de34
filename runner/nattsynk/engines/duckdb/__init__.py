"""DuckDB, the embedded engine: a database in one file of the profile, and the registers in CSV files beside it."""

import contextlib
import dataclasses
from collections.abc import Callable, Iterator
from typing import Any

from nattsynk.build import extracts, freshness
from nattsynk.engines import connection
from nattsynk.engines.database import Database
from nattsynk.engines.duckdb import answers, database_file, sources, trial
from nattsynk.engines.duckdb.database import DuckDBDatabase
from nattsynk.engines.engine import Engine, OpenSources, SourcesSeen
from nattsynk.engines.trial import Trial
from nattsynk.log import Clock
from nattsynk.profile.registers import Table
from nattsynk.profile.settings import Settings


class DuckDB(Engine):
    """Runs inside the process. The database file is the profile's own, and one process has it at a time."""

    target = "embedded"
    adapter = "duckdb"
    messages = answers
    reads_files = True
    is_shared = False
    has_rights = False
    tries_models = True

    def output(self, settings: Settings) -> dict[str, Any]:
        # dbt-duckdb takes a path for an address, which ends at a `#`. Seen from the project the path has none. A project elsewhere is only looked at.
        is_inside = settings.project.is_relative_to(settings.folder)
        return {"path": f"../../{settings.database_file.name}" if is_inside else ":memory:", "schema": settings.schema_prefix}

    def prepare_environment(self) -> None:
        """Nothing: profiles.yml reads no variable for DuckDB."""

    def is_made(self, settings: Settings) -> bool:
        return settings.database_file.exists()

    def open(self, settings: Settings) -> Database:
        database_file.check(settings.database_file)
        given = connection.credentials(settings, self.target, self.adapter)
        # dbt is told a path from the project. A run works in another folder.
        return DuckDBDatabase(settings, self, dataclasses.replace(given, path=settings.database_file.as_posix()))

    def forget_connections(self) -> None:
        """The adapter would keep the connection for the next project that names its database in the same way."""
        from dbt.adapters.duckdb.connections import DuckDBConnectionManager

        DuckDBConnectionManager.close_all_connections()

    @contextlib.contextmanager
    def lock(self, database: Database) -> Iterator[bool]:
        """Whoever has opened the file has it alone."""
        yield True

    def check_rights(self, settings: Settings, database: Database) -> list[str]:
        return []

    def modules_found(self, settings: Settings, system: str) -> set[str]:
        return extracts.modules_found(settings, system)

    def separators(self, settings: Settings) -> dict[str, dict[str, str]]:
        return extracts.separators(settings)

    def check_sources(self, settings: Settings) -> SourcesSeen:
        return sources.check(settings)

    def age_of_sources(self, settings: Settings, clock: Clock) -> str:
        return freshness.told(settings, clock)

    def open_sources(self, settings: Settings, by_our_names: Callable[[Table, str], str]) -> contextlib.AbstractContextManager[OpenSources]:
        return sources.opened(settings, by_our_names)

    def open_trial(self, settings: Settings) -> contextlib.AbstractContextManager[Trial]:
        return trial.opened()


ENGINE = DuckDB()
