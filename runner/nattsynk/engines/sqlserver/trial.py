"""Tries own SQL on SQL Server, which describes a select and does not run it."""

from nattsynk.engines.database import Database
from nattsynk.engines.messages import shortened
from nattsynk.engines.statements import render
from nattsynk.engines.trial import Refused, Trial

# Errors that say: the select reads something that is not there yet, or that this login may not see. The build will tell.
NOT_THERE = {208, 2760, 916, 229}


class ServerTrial(Trial):
    """The server describes each select as it stands."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def describe(self, sql: str) -> list[tuple[str, str]] | None:
        """Name and type of each column. None where the select reads a table that no build has made yet."""
        rows = self._database.all(render("check_described"), (sql,))
        for _, _, number, text in rows:
            if number in NOT_THERE:
                return None
            if number:
                raise Refused(shortened(str(text), 2))
        return [(str(name), str(kind)) for name, kind, _, _ in rows]

    def words(self, column: str, sql: str) -> list[str | None]:
        """None: the server would have to run the select."""
        return []
