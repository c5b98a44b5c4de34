"""A database of DuckDB: one file beside the profile's settings."""

import contextlib
from collections.abc import Iterator
from typing import Any

from nattsynk.engines.database import Database
from nattsynk.engines.duckdb import database_file
from nattsynk.engines.engine import Engine
from nattsynk.errors import Stop
from nattsynk.profile.settings import Settings


class DuckDBDatabase(Database):
    """An open file of DuckDB. A statement of ours gives one result, so there is none to skip."""

    exact = '"C"'

    def __init__(self, settings: Settings, engine: Engine, credentials: Any) -> None:
        self._file = settings.database_file
        super().__init__(settings, engine, credentials)

    def foreign(self, others: list[str]) -> Stop:
        """Why nattsynk does not take a file that has tables, and none of ours."""
        return database_file.foreign(self._file, self.prefix, others)

    def _begin(self) -> None:
        self.execute("begin transaction")

    def _finish(self, how: str) -> None:
        self.execute(how)

    @contextlib.contextmanager
    def _cursor(self, handle: Any) -> Iterator[Any]:
        # A handle of dbt has one cursor, which is the connection itself: closing it would end the connection.
        with self._answered():
            yield handle.cursor()

    def _to_columns(self, cursor: Any) -> None:
        pass

    def _unopened(self, fault: Exception) -> Stop:
        return database_file.unopened(self._file, fault)
