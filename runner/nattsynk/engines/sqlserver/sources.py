"""The registers as SQL Server has them: tables of other databases, where `source_location` of profile.yml says."""

from collections.abc import Callable, Mapping

from nattsynk.build import lacking
from nattsynk.build.sources import choices, tables_of
from nattsynk.engines.database import Database
from nattsynk.engines.engine import OpenSources, SourcesSeen
from nattsynk.engines.statements import render
from nattsynk.errors import Stop, together
from nattsynk.profile import site_columns
from nattsynk.profile.files import folded
from nattsynk.profile.registers import Table
from nattsynk.profile.settings import Settings


def modules_found(settings: Settings, system: str) -> set[str]:
    """The modules of a register that source_location names."""
    return set(settings.source_location.get(system, {}))


def check(settings: Settings, database: Database) -> SourcesSeen:
    """Looks in the catalogue for every table and column."""
    tables = check_tables(settings, database)
    note = "; SQL Server does not tell how old their rows are"
    return SourcesSeen(f"Checked {tables} source tables", {"tables": tables}, f"{tables} tables with all their columns", note)


def check_tables(settings: Settings, database: Database) -> int:
    """The number of tables. Stops (exit code 2) with all that is missing anywhere."""
    tables, mapped, wrong = located(settings), site_columns.mapped(settings), []
    for place in dict.fromkeys(place for place, _ in tables):
        found = _columns(database, *place.split("."))
        for where, table in tables:
            try:
                if where == place:
                    _check_table(f"{place}.{table.name}", found.get(table.name), table, site_columns.names(mapped, table))
            except Stop as stop:
                wrong.append(stop)
    if wrong:
        raise together(wrong)
    return len(tables)


def opened(settings: Settings, database: Database, by_our_names: Callable[[Table, str], str]) -> OpenSources:
    """Each table as a subquery, by our names of its columns."""
    places = ((table, f"({by_our_names(table, f'{place}.{table.name}')}) as source_rows") for place, table in located(settings))
    return OpenSources(database.all, places)


def located(settings: Settings) -> list[tuple[str, Table]]:
    """Every table that must be there, and where (database.schema). Stops (exit code 2) at a module that profile.yml does not name."""
    for system in settings.sources:
        _check_named(settings, system)
    return [(_place(settings, table), table) for table in tables_of(settings, modules_found)]


def _place(settings: Settings, table: Table) -> str:
    place = settings.source_location.get(table.system, {}).get(table.module)
    if place is None:
        raise _unnamed(table.system, [table.module])
    return place


def _check_named(settings: Settings, system: str) -> None:
    modules = list(choices(settings, system))
    if modules and not set(modules).intersection(settings.source_location.get(system, {})):
        raise _unnamed(system, modules)


def _unnamed(system: str, modules: list[str]) -> Stop:
    return Stop(
        f"profile.yml: source_location.{system}.{' or '.join(modules)} is missing.",
        f'Write where the module is: source_location: {{{system}: {{{modules[0]}: "DATABASE.SCHEMA"}}}}.',
    )


def _columns(database: Database, name: str, schema: str) -> dict[str, set[str]]:
    found: dict[str, set[str]] = {}
    for table, column in database.all(render("check_columns", source_database=name), (schema,)):
        found.setdefault(table.lower(), set()).add(folded(column))
    return found


def _check_table(shown: str, columns: set[str] | None, table: Table, names: Mapping[str, str]) -> None:
    if columns is None:
        raise Stop(f"{shown} is missing, or the login may not read it.", "Give the login read rights, or correct source_location in profile.yml.")
    missing = [column for column, name in names.items() if folded(name) not in columns]
    if missing:
        raise lacking.columns(shown, missing, table, names, columns, "Have a view with it made, and name its schema in source_location")
    lacking.check_protection(shown, columns, table, names)
