"""The customer's database: statements, streams and transactions.

A `Database` speaks plain SQL with `?` parameters on every engine. Statements run on one connection. A stream (`rows`) outside a
transaction reads on a connection of its own, so other statements may run while it is read. Inside a transaction everything shares the
transaction's connection: finish a stream before the next statement.
"""

import abc
import contextlib
import functools
import random
import time
from collections.abc import Callable, Iterator, Sequence
from typing import TYPE_CHECKING, Any

from nattsynk import engines
from nattsynk.engines import connection
from nattsynk.errors import UNREACHABLE, Stop
from nattsynk.profile.settings import Settings

if TYPE_CHECKING:
    from nattsynk.engines.engine import Engine

TRIES = 3  # of what a deadlock undid
PAUSE = (0.2, 1.0)  # seconds between the tries, at random so that two programs that met do not meet again


class Deadlock(Stop):
    """The database chose our transaction as the victim of a deadlock, and undid all of it. The whole transaction can be tried again."""


def again_after_deadlock(act: Callable[..., Any]) -> Callable[..., Any]:
    """Tries a function of a Database again where a deadlock undid it, so that another program does not cost a night.

    Only for a function that does all it does in one transaction, or in one statement, and reads nothing that can be read but once. Inside
    a transaction the function is not tried again by itself: the function that opened the transaction is.
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


class Database(abc.ABC):
    """An open database of one profile, made by `open_database`. A context manager that closes itself.

    exact: the collation under which texts are compared letter for letter (macros/exact.sql).
    """

    exact: str

    def __init__(self, settings: Settings, engine: "Engine", credentials: Any) -> None:
        self.engine = engine
        self.environment, self.customer = settings.environment, settings.customer
        self._prefix = settings.schema_prefix
        self._credentials = credentials
        self._handle = self._connect()
        self.in_transaction = False

    def __enter__(self) -> "Database":
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def close(self) -> None:
        """Closes the connection; what a transaction has not committed is lost."""
        self._handle.close()

    @property
    def prefix(self) -> str:
        """What the names of our schemas begin with."""
        return self._prefix

    def schema(self, layer: str) -> str:
        """The schema of a layer, e.g. schema("delivery") -> "sjostad_test_delivery"."""
        return f"{self._prefix}_{layer}"

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

    @contextlib.contextmanager
    def transaction(self) -> Iterator[None]:
        """All statements inside are committed together, or not at all. Transactions do not nest."""
        if self.in_transaction:
            raise RuntimeError("a transaction is already open")
        self._begin()
        self.in_transaction = True
        try:
            yield
            self._end("commit")
        except BaseException:
            # Where the connection is gone the server has rolled back. The first fault is the one to tell.
            with contextlib.suppress(Exception):
                self._end("rollback")
            raise

    def _end(self, how: str) -> None:
        self.in_transaction = False
        self._finish(how)

    def _ask(self, cursor: Any, sql: str, params: Sequence[Any]) -> None:
        _run(cursor, sql, params)
        self._to_columns(cursor)

    @contextlib.contextmanager
    def _answered(self) -> Iterator[None]:
        try:
            yield
        except Exception as fault:
            messages = self.engine.messages
            trouble = messages.trouble_of(fault)
            if trouble is None:
                raise
            # Without the driver's exception: its text may hold a row's values.
            raise (Deadlock if messages.is_deadlock(trouble) else Stop)(trouble.what, trouble.next_step, UNREACHABLE) from None

    def _connect(self) -> Any:
        try:
            return connection.connect(self.engine.adapter, self._credentials)
        except Exception as fault:
            raise self._unopened(fault) from None

    # ---- what each engine does in its own way

    def foreign(self, others: list[str]) -> Stop:
        """Why nattsynk does not take a database that has tables, and none of ours. others: the prefixes of other profiles' schemas there.

        Asked of a database that is not shared. A shared one may have tables of others.
        """
        raise NotImplementedError

    @abc.abstractmethod
    def _begin(self) -> None:
        """Begins a transaction."""

    @abc.abstractmethod
    def _finish(self, how: str) -> None:
        """Ends a transaction. how: commit, rollback."""

    @abc.abstractmethod
    def _cursor(self, handle: Any) -> contextlib.AbstractContextManager[Any]:
        """A cursor of a connection. What goes wrong inside is told as `_answered` tells it."""

    @abc.abstractmethod
    def _to_columns(self, cursor: Any) -> None:
        """Goes on to the first result that has columns."""

    @abc.abstractmethod
    def _unopened(self, fault: Exception) -> Stop:
        """Why the database could not be opened."""


def _run(cursor: Any, sql: str, params: Sequence[Any]) -> None:
    if params:
        cursor.execute(sql, list(params))
    else:
        cursor.execute(sql)


def open_database(settings: Settings, target: str = engines.DEFAULT) -> Database:
    """Opens the profile's database. An engine that keeps it in a file makes the file where it is missing.

    Stops (exit code 40) where the database cannot be reached or another process holds it. Stops (exit code 2) where the environment
    lacks a value that the connection needs, or the file is no database of ours.
    """
    return engines.of(target).open(settings)
