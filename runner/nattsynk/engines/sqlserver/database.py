"""A database of SQL Server.

A statement may be a batch with several results. Results without columns are skipped, and every result is read to its end: an error of a
later statement is told only there, and a result that is closed unread is cancelled, which rolls the transaction back.
"""

import contextlib
from collections.abc import Iterator
from typing import Any

from nattsynk.engines.database import Database
from nattsynk.engines.sqlserver import unreachable
from nattsynk.errors import Stop


class ServerDatabase(Database):
    """An open connection to our database on the server."""

    exact = "Latin1_General_100_BIN2"

    def close(self) -> None:
        """Closes the connection; what a transaction has not committed is lost."""
        # A connection that has broken cannot always be closed, which must not hide why it broke.
        with contextlib.suppress(Exception):
            super().close()

    def _begin(self) -> None:
        # dbt opens the connection in autocommit. Switching that off begins a transaction, with either driver.
        with self._answered():
            self._handle.autocommit = False

    def _finish(self, how: str) -> None:
        with self._answered():
            getattr(self._handle, how)()
            self._handle.autocommit = True

    @contextlib.contextmanager
    def _cursor(self, handle: Any) -> Iterator[Any]:
        with self._answered():
            cursor = handle.cursor()
            try:
                yield cursor
                _read_to_end(cursor)
            except GeneratorExit:
                # Whoever read a stream needs no more of it. Its own connection may be broken off, a transaction's may not.
                if self.in_transaction:
                    _read_to_end(cursor)
                raise
            finally:
                # All has been read or has failed. A failure of closing tells nothing more.
                with contextlib.suppress(Exception):
                    cursor.close()

    def _to_columns(self, cursor: Any) -> None:
        while cursor.description is None and cursor.nextset():
            pass

    def _unopened(self, fault: Exception) -> Stop:
        return unreachable.told(fault)


def _read_to_end(cursor: Any) -> None:
    while True:
        while cursor.description is not None and cursor.fetchmany(1000):
            pass
        if not cursor.nextset():
            return
