"""Checks the source's tables and columns before dbt reads them, so that a change in the register ends in one sentence.

What is needed stands in `models/staging/<family>/_<family>__sources.yml`, once: tables and columns. What a site calls a column differently
stands in its extract_columns.csv. An unknown column is ignored.
"""

from collections.abc import Mapping

from nattsynk.build import lacking
from nattsynk.engines.database import Database
from nattsynk.engines.statements import render
from nattsynk.errors import Stop, together
from nattsynk.profile import registers, site_columns
from nattsynk.profile.files import folded
from nattsynk.profile.registers import Table
from nattsynk.profile.settings import Settings


def needed(settings: Settings) -> list[Table]:
    """The tables that the models can read of the profile's sources. Stops (exit code 2) at a source that no model reads yet."""
    for system in settings.sources:
        if not registers.modules(system):
            raise Stop(f"The source {system} is not read by this version.", "List in profile.yml the sources that it reads.")
    return [table for table in registers.tables() if table.system in settings.sources]


def unused(settings: Settings, target: str) -> list[str]:
    """The modules that are not read, as `<system> <module>`: none of their tables is there, and they need not be."""
    modules = settings.modules(target)
    return [f"{system} {module}" for system in settings.sources for module in registers.modules(system) if module not in modules[system]]


def read(settings: Settings, target: str) -> list[Table]:
    """The tables that must be there: those of every module that is not unused."""
    modules = settings.modules(target)
    return [table for table in needed(settings) if table.module in modules[table.system]]


def choices(settings: Settings, system: str) -> dict[str, list[str]]:
    """The modules of which a source must have at least one, with their tables; none where every module is compulsory."""
    optional = [table for table in needed(settings) if table.system == system and table.is_optional]
    return {module: [table.name for table in optional if table.module == module] for module in dict.fromkeys(table.module for table in optional)}


def check_tables(settings: Settings, database: Database) -> int:
    """The same for SQL Server, from its catalogue: every table and column exists. Returns the number of tables.

    Stops (exit code 2) with all that is missing anywhere.
    """
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


def located(settings: Settings) -> list[tuple[str, Table]]:
    """Every table that must be there on SQL Server, and where (database.schema). Stops (exit code 2) at a module that profile.yml does not name."""
    for system in settings.sources:
        _check_named(settings, system)
    return [(_place(settings, table), table) for table in read(settings, "sqlserver")]


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
