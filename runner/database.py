"""The customer's database, opened with dbt's own connection settings, so that credentials stand in one place.

A `Database` speaks plain SQL with `?` parameters on both engines. Statements run on one connection; a stream
(`rows`) outside a transaction reads on a connection of its own, so it may be consumed while other statements run.
Inside a transaction everything shares the transaction's connection: finish a stream before the next statement.

On SQL Server a statement may be a batch with several results. Results without columns are skipped, and every result is read to its end:
an error of a later statement is told only there, and a result that is closed unread is cancelled, which rolls the transaction back.
"""

import argparse
import contextlib
import dataclasses
import os
import re
from collections.abc import Iterator, Sequence
from typing import Any

from nattsynk import answers
from nattsynk.auth import secret
from nattsynk.errors import UNREACHABLE, USAGE, Stop
from nattsynk.settings import PROJECT, Settings

ENGINES = {"embedded": "duckdb", "sqlserver": "sqlserver"}
# NATTSYNK_SQLSERVER_AUTHENTICATION: how SQL Server is told who we are, and whether that takes a password.
HOST, USER, PASSWORD = "NATTSYNK_SQLSERVER_HOST", "NATTSYNK_SQLSERVER_USER", "NATTSYNK_SQLSERVER_PASSWORD"
AUTHENTICATIONS = {"sql": True, "windows": False, "ActiveDirectoryIntegrated": False, "ActiveDirectoryServicePrincipal": True, "msi": False}
# What a driver says when it cannot connect, as far as it can be told apart: what to look for, what is wrong, what to do, exit code.
# The driver's own text is never shown, for it may name accounts and hosts.
REFUSALS = (
    (r"failed to load the driver|can't open lib|IM002|libodbc|not installed|no default driver",
     "Microsoft's ODBC driver could not be loaded.",
     "Install what the back end of NATTSYNK_SQLSERVER_BACKEND needs: docs/installing.md.", USAGE),
    (r"certificate|SSL Provider", "SQL Server did not show a certificate that this machine trusts for that name.",
     "Give the server a certificate of a CA that the machine trusts, or put its CA in the machine's store; the check cannot be turned off.", UNREACHABLE),
    (r"28000|login failed|18456", "SQL Server does not accept the login.",
     f"Check NATTSYNK_SQLSERVER_AUTHENTICATION, NATTSYNK_SQLSERVER_USER and {PASSWORD}, or the service account.", UNREACHABLE),
    (r"4060|cannot open database", "SQL Server knows the login, but does not open our database for it.",
     "Check database.name of profile.yml; deploy/rights.sql makes the database and lets the login in.", UNREACHABLE),
    (r"", "SQL Server could not be reached.",
     "Check NATTSYNK_SQLSERVER_HOST, NATTSYNK_SQLSERVER_PORT, the firewall, and that it is a SQL Server that answers there.", UNREACHABLE),
)


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

    @property
    def exact(self) -> str:
        """The collation under which texts are compared letter for letter (macros/exact.sql)."""
        return '"C"' if self.engine == "duckdb" else "Latin1_General_100_BIN2"

    def execute(self, sql: str, params: Sequence[Any] = ()) -> None:
        """Runs one statement and forgets its result. Committed at once unless inside `transaction`."""
        with self._cursor(self._handle) as cursor:
            _run(cursor, sql, params)

    def one(self, sql: str, params: Sequence[Any] = ()) -> tuple | None:
        """The first row of a query, or None."""
        with self._cursor(self._handle) as cursor:
            self._ask(cursor, sql, params)
            row = cursor.fetchone()
        return None if row is None else tuple(row)

    def all(self, sql: str, params: Sequence[Any] = ()) -> list[tuple]:
        """All rows of a query that gives few, on the connection of the statements."""
        with self._cursor(self._handle) as cursor:
            self._ask(cursor, sql, params)
            return [tuple(row) for row in cursor.fetchall()]

    def rows(self, sql: str, params: Sequence[Any] = (), size: int = 1000) -> Iterator[tuple]:
        """Streams a query's rows, `size` at a time. Values are Python's own: str, int, datetime.date, None."""
        handle = self._handle if self._in_transaction else self._connect()
        try:
            with self._cursor(handle) as cursor:
                self._ask(cursor, sql, params)
                while batch := cursor.fetchmany(size):
                    yield from map(tuple, batch)
        finally:
            if handle is not self._handle:
                handle.close()

    def _ask(self, cursor: Any, sql: str, params: Sequence[Any]) -> None:
        """Runs a batch up to its first result that has columns."""
        _run(cursor, sql, params)
        while self.engine == "sqlserver" and cursor.description is None and cursor.nextset():
            pass

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
        # dbt opens SQL Server in autocommit; switching it off is what begins a transaction there, with either back end.
        if self.engine == "sqlserver":
            with self._answered():
                self._handle.autocommit = False
        else:
            self.execute("begin transaction")
        self._in_transaction = True

    def _end(self, how: str) -> None:
        self._in_transaction = False
        if self.engine == "sqlserver":
            with self._answered():
                getattr(self._handle, how)()
                self._handle.autocommit = True
        else:
            self.execute(how)

    @contextlib.contextmanager
    def _cursor(self, handle: Any) -> Iterator[Any]:
        # A DuckDB handle of dbt has one cursor, which is the connection itself: closing it would end the connection.
        with self._answered():
            cursor = handle.cursor()
            try:
                yield cursor
                self._read_to_end(cursor)
            except GeneratorExit:
                # Whoever read a stream needs no more of it. Its own connection may be broken off, a transaction's may not.
                if self._in_transaction:
                    self._read_to_end(cursor)
                raise
            finally:
                if self.engine == "sqlserver":
                    cursor.close()

    def _read_to_end(self, cursor: Any) -> None:
        while self.engine == "sqlserver":
            while cursor.description is not None and cursor.fetchmany(1000):
                pass
            if not cursor.nextset():
                return

    @contextlib.contextmanager
    def _answered(self) -> Iterator[None]:
        try:
            yield
        except Exception as fault:
            if self.engine == "sqlserver" and answers.is_broken_off(fault):
                raise Stop("SQL Server broke off what it was asked.", "Run again; what was committed stands.", UNREACHABLE) from fault
            raise

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

    if target == "sqlserver":
        _check_environment()
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
            "See docs/operating.md, section SQL Server, for the environment variables that it takes.",
        ) from fault
    if target == "embedded":
        # Where dbt is told a path from the project, a run still stands elsewhere.
        return dataclasses.replace(profile.credentials, path=settings.database_file.as_posix())
    return profile.credentials


def _check_environment() -> None:
    """Stops (exit code 2) at a value that profiles.yml must not meet. Fetches the password from the keyring for this process alone where only that has it."""
    name, host = os.environ.get("NATTSYNK_SQLSERVER_AUTHENTICATION", "sql"), os.environ.get(HOST, "")
    if name not in AUTHENTICATIONS:
        raise Stop(f"NATTSYNK_SQLSERVER_AUTHENTICATION is {name!r}.", f"Known are {', '.join(AUTHENTICATIONS)}.")
    if re.search("[;={}]", host):
        # The adapter puts it into the connection string as it is, where the first of two values counts.
        raise Stop("NATTSYNK_SQLSERVER_HOST is not the name of a server.", r"Write host, or host\instance; the port has a variable of its own.")
    needed = (HOST, USER) if AUTHENTICATIONS[name] else (HOST,)
    missing = [variable for variable in needed if not os.environ.get(variable, "").strip()]
    if AUTHENTICATIONS[name]:
        try:
            os.environ[PASSWORD] = secret(PASSWORD)
        except Stop:
            missing.append(PASSWORD)
    if missing:
        raise Stop(
            f"The target sqlserver needs environment variables that are not set: {', '.join(missing)}.",
            "Set them for the account that runs nattsynk: docs/operating.md, section SQL Server. The password may stand in that account's keyring.",
        )


def _first_line(fault: Exception) -> str:
    lines = [line.strip() for line in str(fault).splitlines() if line.strip()]
    return lines[-1] if lines else type(fault).__name__


def is_held(text: str) -> bool:
    """Whether DuckDB says that another process has the file. A folder may be named `lock`."""
    return "Could not set lock on file" in text or "being used by another process" in text


def _unreachable(engine: str, fault: Exception) -> Stop:
    if engine == "duckdb":
        return Stop(
            "The profile's database file nattsynk.duckdb could not be opened"
            + (": another process holds it." if is_held(str(fault)) else "."),
            "Wait until the other run has ended (or close the tool that has the file open), then run again.",
            UNREACHABLE,
        )
    _, message, next_step, code = next(refusal for refusal in REFUSALS if re.search(refusal[0], str(fault), re.IGNORECASE))
    return Stop(message, next_step, code)
