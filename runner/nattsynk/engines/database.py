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
import functools
import os
import random
import re
import time
from collections.abc import Callable, Iterator, Sequence
from typing import Any

from nattsynk.engines import answers, database_file
from nattsynk.errors import UNREACHABLE, USAGE, Stop
from nattsynk.profile.configuration import connections
from nattsynk.profile.settings import Settings
from nattsynk.receivers.auth import secret

ENGINES = {"embedded": "duckdb", "sqlserver": "sqlserver"}
TRIES = 3  # of what a deadlock undid
PAUSE = (0.2, 1.0)  # seconds between them, at random so that two who met do not meet again
# NATTSYNK_SQLSERVER_AUTHENTICATION: how SQL Server is told who we are, and whether that takes a password.
HOST, USER, PASSWORD = "NATTSYNK_SQLSERVER_HOST", "NATTSYNK_SQLSERVER_USER", "NATTSYNK_SQLSERVER_PASSWORD"
AUTHENTICATIONS = {"sql": True, "windows": False, "ActiveDirectoryIntegrated": False, "ActiveDirectoryServicePrincipal": True, "msi": False}
# What a driver says when it cannot connect, as far as it can be told apart: what to look for, what is wrong, what to do, exit code.
# The driver's own text is never shown, for it may name accounts and hosts.
REFUSALS = (
    (r"failed to load the driver|can't open lib|IM002|libodbc|not installed|no default driver",
     "Microsoft's ODBC driver could not be loaded.",
     "Install what the back end of NATTSYNK_SQLSERVER_BACKEND needs: docs/operate/installing.md.", USAGE),
    (r"certificate has expired|not within its validity|0x800B0101", "The certificate of SQL Server has expired, or is not valid yet.",
     "Ask who keeps the server to renew it, and check the clock of this machine.", UNREACHABLE),
    (r"hostname mismatch|target principal name|subject name", "The certificate of SQL Server is for another name.",
     "Write the name that the certificate has in NATTSYNK_SQLSERVER_HOST, or ask who keeps the server for a certificate with this name.", UNREACHABLE),
    (r"unsupported protocol|no protocols available|handshake failure|0x80090331", "SQL Server and this machine share no version of TLS.",
     "SQL Server must offer TLS 1.2 or later: ask who keeps it for its updates.", UNREACHABLE),
    (r"certificate|SSL Provider", "SQL Server did not show a certificate that this machine trusts for that name.",
     "Give the server a certificate of a CA that the machine trusts, or put its CA in the machine's store; the check cannot be turned off.", UNREACHABLE),
    (r"0x2AF9|no such host|name or service not known|getaddrinfo", "The name in NATTSYNK_SQLSERVER_HOST does not resolve.",
     "Check it for a misspelt name, and that this machine's DNS knows it.", UNREACHABLE),
    (r"", "SQL Server could not be reached.",
     "Check NATTSYNK_SQLSERVER_HOST, NATTSYNK_SQLSERVER_PORT, the firewall, and that it is a SQL Server that answers there.", UNREACHABLE),
)


class Deadlock(Stop):
    """SQL Server chose our transaction as the victim of a deadlock, and undid all of it. It can be tried again whole."""


def again_after_deadlock(act: Callable[..., Any]) -> Callable[..., Any]:
    """Has a function of a Database tried again where a deadlock undid it, so that a night is not lost to another program.

    Only for a function that does all it does in one transaction, or in one statement, and reads nothing that can be read but once. Within
    a transaction it is not tried by itself: whoever opened the transaction is.
    """

    @functools.wraps(act)
    def tried(db: "Database", *given: Any, **named: Any) -> Any:
        for left in reversed(range(1 if db.in_transaction else TRIES)):
            try:
                return act(db, *given, **named)
            except Deadlock:
                if not left:
                    raise
            time.sleep(random.uniform(*PAUSE))

    return tried


class Database:
    """An open database of one profile. Made by `open_database`; a context manager that closes itself."""

    def __init__(self, settings: Settings, engine: str, credentials: Any, manager: Any) -> None:
        self.engine = engine
        self.file, self.environment, self.customer = settings.database_file, settings.environment, settings.customer
        self._prefix = settings.schema_prefix
        self._credentials = credentials
        self._manager = manager
        self._handle = self._connect()
        self.in_transaction = False

    def __enter__(self) -> "Database":
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def close(self) -> None:
        """Closes the connection; what a transaction has not committed is lost."""
        # One that has broken cannot always be closed, which must not hide why it broke.
        with contextlib.suppress(Exception) if self.engine == "sqlserver" else contextlib.nullcontext():
            self._handle.close()

    @property
    def prefix(self) -> str:
        """What the names of our schemas begin with."""
        return self._prefix

    def schema(self, layer: str) -> str:
        """The schema of a layer, e.g. schema("delivery") -> "sjostad_test_delivery"."""
        return f"{self._prefix}_{layer}"

    @property
    def exact(self) -> str:
        """The collation under which texts are compared letter for letter (macros/exact.sql)."""
        return '"C"' if self.engine == "duckdb" else "Latin1_General_100_BIN2"

    @again_after_deadlock
    def execute(self, sql: str, params: Sequence[Any] = ()) -> None:
        """Runs one statement and forgets its result. Committed at once unless inside `transaction`."""
        with self._cursor(self._handle) as cursor:
            _run(cursor, sql, params)

    @again_after_deadlock
    def one(self, sql: str, params: Sequence[Any] = ()) -> tuple | None:
        """The first row of a query, or None."""
        with self._cursor(self._handle) as cursor:
            self._ask(cursor, sql, params)
            row = cursor.fetchone()
        return None if row is None else tuple(row)

    @again_after_deadlock
    def all(self, sql: str, params: Sequence[Any] = ()) -> list[tuple]:
        """All rows of a query that gives few, on the connection of the statements."""
        with self._cursor(self._handle) as cursor:
            self._ask(cursor, sql, params)
            return [tuple(row) for row in cursor.fetchall()]

    def rows(self, sql: str, params: Sequence[Any] = (), size: int = 1000) -> Iterator[tuple]:
        """Streams a query's rows, `size` at a time. Values are Python's own: str, int, datetime.date, None."""
        handle = self._handle if self.in_transaction else self._connect()
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
        if self.in_transaction:
            raise RuntimeError("a transaction is already open")
        self._begin()
        try:
            yield
            self._end("commit")
        except BaseException:
            # Where the connection is gone the server has rolled back; what happened first is what is told.
            with contextlib.suppress(Exception):
                self._end("rollback")
            raise

    def _begin(self) -> None:
        # dbt opens SQL Server in autocommit; switching it off is what begins a transaction there, with either back end.
        if self.engine == "sqlserver":
            with self._answered():
                self._handle.autocommit = False
        else:
            self.execute("begin transaction")
        self.in_transaction = True

    def _end(self, how: str) -> None:
        self.in_transaction = False
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
                if self.in_transaction:
                    self._read_to_end(cursor)
                raise
            finally:
                if self.engine == "sqlserver":
                    # All has been read or has failed; a failure of closing tells nothing more.
                    with contextlib.suppress(Exception):
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
            trouble = answers.of_fault(fault) if self.engine == "sqlserver" else None
            if trouble is None:
                raise
            # Without the driver's exception: its text may hold a row's values.
            raise (Deadlock if trouble is answers.DEADLOCK else Stop)(trouble.what, trouble.next_step, UNREACHABLE) from None

    def _connect(self) -> Any:
        from dbt.adapters.contracts.connection import Connection, ConnectionState

        wanted = Connection(
            type=self.engine, name="nattsynk", state=ConnectionState.INIT, transaction_open=False,
            handle=None, credentials=self._credentials,
        )
        try:
            return self._manager.open(wanted).handle
        except Exception as fault:
            raise (database_file.unopened(self.file, fault) if self.engine == "duckdb" else _unreachable(fault)) from None


def _run(cursor: Any, sql: str, params: Sequence[Any]) -> None:
    if params:
        cursor.execute(sql, list(params))
    else:
        cursor.execute(sql)


def open_database(settings: Settings, target: str = "embedded") -> Database:
    """Opens the profile's database. On the embedded engine the file is made if it is missing.

    Stops (exit code 40) when it cannot be reached or another process holds the file, and (2) when a value that
    the connection needs is missing from the environment, or the file is no database of ours.
    """
    if target == "embedded":
        database_file.check(settings.database_file)
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
    """dbt's credentials object for the target, rendered by dbt from profiles.yml and the environment."""
    from dbt import flags
    from dbt.adapters.factory import load_plugin
    from dbt.config.profile import Profile
    from dbt.config.renderer import ProfileRenderer
    from dbt_common.context import set_invocation_context
    from dbt_common.exceptions import DbtBaseException

    if target == "sqlserver":
        check_environment()
    # dbt sets both itself when a command of its own runs; here its profile is read outside of any.
    set_invocation_context(dict(os.environ))
    if not hasattr(flags.get_flags(), "LOG_CACHE_EVENTS"):
        flags.set_flags(argparse.Namespace(USE_COLORS=False, LOG_CACHE_EVENTS=False))
    load_plugin(ENGINES[target])
    raw = connections(settings, target)
    try:
        profile = Profile.from_raw_profiles(raw, "nattsynk", ProfileRenderer({}), target_override=target)
    except DbtBaseException as fault:
        raise Stop(
            f"The connection settings of target {target} could not be read: {_first_line(fault)}",
            "See docs/operate/sql-server.md for the environment variables that it takes.",
        ) from fault
    if target == "embedded":
        # Where dbt is told a path from the project, a run still stands elsewhere.
        return dataclasses.replace(profile.credentials, path=settings.database_file.as_posix())
    return profile.credentials


def check_environment() -> None:
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
            "Set them for the account that runs nattsynk: docs/operate/sql-server.md. The password may stand in that account's keyring.",
        )


def _first_line(fault: Exception) -> str:
    lines = [line.strip() for line in str(fault).splitlines() if line.strip()]
    return lines[-1] if lines else type(fault).__name__


def _unreachable(fault: Exception) -> Stop:
    trouble = answers.trouble(str(fault))
    if trouble not in (None, answers.BROKEN_OFF):
        return Stop(trouble.what, trouble.next_step, UNREACHABLE)
    _, message, next_step, code = next(refusal for refusal in REFUSALS if re.search(refusal[0], str(fault), re.IGNORECASE))
    return Stop(message, next_step, code)
