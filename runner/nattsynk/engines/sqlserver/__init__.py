"""SQL Server: a database of ours on the customer's server, and the registers in other databases there."""

import contextlib
from collections.abc import Callable, Iterator
from typing import Any

from nattsynk.engines import connection
from nattsynk.engines.database import Database
from nattsynk.engines.engine import Engine, OpenSources, SourcesSeen
from nattsynk.engines.sqlserver import answers, environment, rights, sources
from nattsynk.engines.sqlserver.database import ServerDatabase
from nattsynk.engines.sqlserver.trial import ServerTrial
from nattsynk.engines.statements import render
from nattsynk.engines.trial import Trial
from nattsynk.errors import Stop
from nattsynk.log import Clock
from nattsynk.profile.registers import Table
from nattsynk.profile.settings import Settings


class SQLServer(Engine):
    """A server, which other programs and other machines use too."""

    target = "sqlserver"
    adapter = "sqlserver"
    messages = answers
    reads_files = False
    is_shared = True
    has_rights = True
    tries_models = False

    def output(self, settings: Settings) -> dict[str, Any]:
        return {"database": settings.database_name, "schema": settings.schema_prefix}

    def prepare_environment(self) -> None:
        environment.prepare(self.target)

    def is_made(self, settings: Settings) -> bool:
        """True: deploy/rights.sql makes the database, and no run does."""
        return True

    def open(self, settings: Settings) -> Database:
        self.prepare_environment()
        return ServerDatabase(settings, self, connection.credentials(settings, self.target, self.adapter))

    def forget_connections(self) -> None:
        """Nothing: the adapter keeps none."""

    @contextlib.contextmanager
    def lock(self, database: Database) -> Iterator[bool]:
        """The application lock of the server, which ends with its connection."""
        name = database.schema("delivery")
        (answer,) = database.one(render("lock_take"), [name])
        if answer < 0:
            yield False
            return
        try:
            yield True
        finally:
            # A broken connection has given the lock back already.
            with contextlib.suppress(Stop):
                database.execute(render("lock_release"), [name])

    def check_rights(self, settings: Settings, database: Database) -> list[str]:
        rights.check_ours(settings, database)
        return rights.check_source(settings, database)

    def modules_found(self, settings: Settings, system: str) -> set[str]:
        return sources.modules_found(settings, system)

    def separators(self, settings: Settings) -> dict[str, dict[str, str]]:
        return {}

    def check_sources(self, settings: Settings) -> SourcesSeen:
        with self.open(settings) as database:
            return sources.check(settings, database)

    def age_of_sources(self, settings: Settings, clock: Clock) -> str:
        """Blank: SQL Server does not tell when a table was filled."""
        return ""

    @contextlib.contextmanager
    def open_sources(self, settings: Settings, by_our_names: Callable[[Table, str], str]) -> Iterator[OpenSources]:
        with self.open(settings) as database:
            yield sources.opened(settings, database, by_our_names)

    @contextlib.contextmanager
    def open_trial(self, settings: Settings) -> Iterator[Trial]:
        with self.open(settings) as database:
            yield ServerTrial(database)


ENGINE = SQLServer()
