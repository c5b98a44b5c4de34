"""What the login may do on SQL Server: all that a build does in our own database; at the source, read its tables and nothing else.

`deploy/rights.sql` gives exactly that.
"""

import itertools

from nattsynk.engines.database import Database
from nattsynk.engines.sqlserver.sources import located
from nattsynk.engines.statements import render
from nattsynk.errors import UNREACHABLE, Stop
from nattsynk.profile.settings import Settings

# What a reader of a table must not be able to do; db_datawriter, db_ddladmin, db_owner and sysadmin give some of it or all.
WRITES = ("INSERT", "UPDATE", "DELETE", "ALTER", "CONTROL")


def check_ours(settings: Settings, database: Database) -> None:
    """Stops (exit code 2) where the login does not have our database to itself."""
    if not _may(database, settings.database_name, "DATABASE", "CONTROL"):
        raise Stop(f"The login may not do everything in our own database {settings.database_name}.", "Make it db_owner there, as deploy/rights.sql does.")


def check_source(settings: Settings, database: Database) -> list[str]:
    """What the login may do at the source beyond reading: a sentence for each place. Stops where it may not read what is needed.

    Exit code 40 where a database cannot be entered, 2 where a table cannot be read; every such table is named.
    """
    tables = [(place, f"{place}.{table.name}") for place, table in located(settings)]
    for name in dict.fromkeys(place.split(".")[0] for place, _ in tables):
        _check_access(database, name)
    unread = [table for _, table in tables if not _may(database, table, "OBJECT", "SELECT")]
    if unread:
        raise Stop(f"The login may not read {', '.join(unread)}, or there is no such table.", "Grant it select on each, as deploy/rights.sql does.")
    places = itertools.groupby(tables, key=lambda placed: placed[0])
    return [said for place, placed in places if (said := _written(database, place, [table for _, table in placed]))]


def _check_access(database: Database, name: str) -> None:
    if not (database.one(render("check_access"), [name]) or [None])[0]:
        raise Stop(
            f"The login may not enter the database {name} of the source, or it is not there, or it is offline.",
            "Make a user for the login there, as deploy/rights.sql does; else see profile.yml, source_location, and the server.",
            UNREACHABLE,
        )


def _written(database: Database, place: str, tables: list[str]) -> str:
    """What may be done to the tables of one place beyond reading them, as a sentence; nothing where nothing may."""
    more = [permission for permission in WRITES if any(_may(database, table, "OBJECT", permission) for table in tables)]
    return f"in {place} the login may also {', '.join(more).lower()}" if more else ""


def _may(database: Database, name: str, kind: str, permission: str) -> bool:
    row = database.one(render("check_permission"), [name, kind, permission])
    return row is not None and row[0] == 1
