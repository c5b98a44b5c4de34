"""The customer's database, opened with dbt's own connection settings, so that credentials stand in one place.

A `Database` speaks plain SQL with `?` parameters on both engines. Statements run on one connection; a stream
(`rows`) outside a transaction reads on a connection of its own, so it may be consumed while other statements run.
Inside a transaction everything shares the transaction's connection: finish a stream before the next statement.
"""

import argparse
import contextlib
import os
from collections.abc import Iterator, Sequence
from typing import Any

from nattsynk.errors import UNREACHABLE, Stop
from nattsynk.settings import PROJECT, Settings

ENGINES = {"embedded": "duckdb", "sqlserver": "sqlserver"}


class Database:
    """An open database of one profile. Made by `open_database`; a context manager that closes itself."""

    def __init__(self, settings: Settings, engine: str, credentials: Any, manager: Any) -> None:
        self.engine = engine
        self._prefix = settings.schema_prefix
        self._credentials = credentials
        self._manager = manager
        self._handle = self._connect()
        self._in_transaction = False

    def __enter__(self) -> "Database":
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def close(self) -> None:
        """Closes the connection; what a transaction has not committed is lost."""
        self._handle.close()

    def schema(self, layer: str) -> str:
        """The schema of a layer, e.g. schema("delivery") -> "sjostad_test_delivery"."""
        return f"{self._prefix}_{layer}"

    def execute(self, sql: str, params: Sequence[Any] = ()) -> None:
        """Runs one statement and forgets its result. Committed at once unless inside `transaction`."""
        with self._cursor(self._handle) as cursor:
            _run(cursor, sql, params)

    def one(self, sql: str, params: Sequence[Any] = ()) -> tuple | None:
        """The first row of a query, or None."""
        with self._cursor(self._handle) as cursor:
            _run(cursor, sql, params)
            row = cursor.fetchone()
        return None if row is None else tuple(row)

    def rows(self, sql: str, params: Sequence[Any] = (), size: int = 1000) -> Iterator[tuple]:
        """Streams a query's rows, `size` at a time. Values are Python's own: str, int, datetime.date, None."""
        handle = self._handle if self._in_transaction else self._connect()
        try:
            with self._cursor(handle) as cursor:
                _run(cursor, sql, params)
                while batch := cursor.fetchmany(size):
                    yield from map(tuple, batch)
        finally:
            if handle is not self._handle:
                handle.close()

    @contextlib.contextmanager
    def transaction(self) -> Iterator[None]:
        """All statements inside are committed together, or not at all. Transactions do not nest."""
        if self._in_transaction:
            raise RuntimeError("a transaction is already open")
        self._begin()
        try:
            yield
        except BaseException:
            self._end("rollback")
            raise
        self._end("commit")

    def _begin(self) -> None:
        # dbt opens SQL Server in autocommit; switching it off is what begins a transaction there.
        if self.engine == "sqlserver":
            self._handle.autocommit = False
        else:
            self.execute("begin transaction")
        self._in_transaction = True

    def _end(self, how: str) -> None:
        self._in_transaction = False
        if self.engine == "sqlserver":
            getattr(self._handle, how)()
            self._handle.autocommit = True
        else:
            self.execute(how)

    @contextlib.contextmanager
    def _cursor(self, handle: Any) -> Iterator[Any]:
        # A DuckDB handle of dbt has one cursor, which is the connection itself: closing it would end the connection.
        cursor = handle.cursor()
        try:
            yield cursor
        finally:
            if self.engine == "sqlserver":
                cursor.close()

    def _connect(self) -> Any:
        from dbt.adapters.contracts.connection import Connection, ConnectionState

        wanted = Connection(
            type=self.engine, name="nattsynk", state=ConnectionState.INIT, transaction_open=False,
            handle=None, credentials=self._credentials,
        )
        try:
            return self._manager.open(wanted).handle
        except Exception as fault:
            raise _unreachable(self.engine, fault) from fault


def _run(cursor: Any, sql: str, params: Sequence[Any]) -> None:
    if params:
        cursor.execute(sql, list(params))
    else:
        cursor.execute(sql)


def open_database(settings: Settings, target: str = "embedded") -> Database:
    """Opens the profile's database. On the embedded engine the file is made if it is missing.

    Stops (exit code 40) when it cannot be reached or another process holds the file, and (2) when a value that
    the connection needs is missing from the environment.
    """
    credentials = _credentials(settings, target)
    return Database(settings, ENGINES[target], credentials, _manager(ENGINES[target]))


def _manager(engine: str) -> Any:
    # Imported when asked for: pyodbc and its system library are not needed for the embedded engine.
    if engine == "sqlserver":
        from dbt.adapters.sqlserver.sqlserver_connections import SQLServerConnectionManager

        return SQLServerConnectionManager
    from dbt.adapters.duckdb.connections import DuckDBConnectionManager

    return DuckDBConnectionManager


def _credentials(settings: Settings, target: str) -> Any:
    """dbt's credentials object for the target, rendered by dbt from profiles.yml, the vars and the environment."""
    from dbt import flags
    from dbt.adapters.factory import load_plugin
    from dbt.config.profile import Profile, read_profile
    from dbt.config.renderer import ProfileRenderer
    from dbt_common.context import set_invocation_context
    from dbt_common.exceptions import DbtBaseException

    # dbt sets both itself when a command of its own runs; here its profile is read outside of any.
    set_invocation_context(dict(os.environ))
    if not hasattr(flags.get_flags(), "LOG_CACHE_EVENTS"):
        flags.set_flags(argparse.Namespace(USE_COLORS=False, LOG_CACHE_EVENTS=False))
    load_plugin(ENGINES[target])
    raw = read_profile(str(PROJECT / "profiles"))
    try:
        profile = Profile.from_raw_profiles(raw, "nattsynk", ProfileRenderer(settings.dbt_vars()), target_override=target)
    except DbtBaseException as fault:
        raise Stop(
            f"The connection settings of target {target} could not be read: {_first_line(fault)}",
            "See profiles/profiles.yml for the environment variables that it takes.",
        ) from fault
    return profile.credentials


def _first_line(fault: Exception) -> str:
    lines = [line.strip() for line in str(fault).splitlines() if line.strip()]
    return lines[-1] if lines else type(fault).__name__


def _unreachable(engine: str, fault: Exception) -> Stop:
    if engine == "duckdb":
        return Stop(
            "The profile's database file nattsynk.duckdb could not be opened"
            + (": another process holds it." if "lock" in str(fault).lower() else "."),
            "Wait until the other run has ended (or close the tool that has the file open), then run again.",
            UNREACHABLE,
        )
    return Stop(
        f"SQL Server could not be reached ({type(fault).__name__}).",
        "Check NATTSYNK_SQLSERVER_HOST, the login and the network; `nattsynk check --target sqlserver` tries again.",
        UNREACHABLE,
    )
