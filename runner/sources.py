"""Checks the source's tables and columns before dbt reads them, so that a change in the register ends in one sentence.

What is needed stands in `models/staging/<family>/_<family>__sources.yml`, once: tables, columns, and the model that lands
each. An unknown column is ignored.
"""

import csv
from collections.abc import Iterator
from pathlib import Path
from typing import TextIO

from nattsynk import registers
from nattsynk.database import Database
from nattsynk.errors import Stop
from nattsynk.registers import Table
from nattsynk.settings import Settings
from nattsynk.statements import render


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


def _read(settings: Settings, target: str) -> list[Table]:
    """The tables that must be there: those of every module that is not unused."""
    modules = settings.modules(target)
    return [table for table in needed(settings) if table.module in modules[table.system]]


def _choices(settings: Settings, system: str) -> dict[str, list[str]]:
    """The modules of which a source must have at least one, with their tables; none where every module is compulsory."""
    optional = [table for table in needed(settings) if table.system == system and table.is_optional]
    return {module: [table.name for table in optional if table.module == module] for module in dict.fromkeys(table.module for table in optional)}


def check_extracts(settings: Settings) -> int:
    """Reads every extract file once: it exists, is UTF-8, has its columns, and all rows have as many cells as the header.

    DuckDB would silently skip or misread such a file. Returns the number of rows. Stops (exit code 2) at the first fault.
    """
    for system in settings.sources:
        _check_folder(settings, system)
    tables = _read(settings, "embedded")
    return sum(_check_file(settings.extracts / table.system / f"{table.name}.csv", table) for table in tables)


def _check_folder(settings: Settings, system: str) -> None:
    folder = settings.extracts / system
    choices = _choices(settings, system)
    is_empty = not any(folder.glob("*.csv"))
    if is_empty or (choices and not set(choices).intersection(settings.modules("embedded")[system])):
        others = [table.name for table in needed(settings) if table.system == system and not table.is_optional]
        wanted = [", ".join(names) for names in choices.values()]
        raise Stop(
            f"The folder of extracts {folder} is missing or empty." if is_empty else f"{folder} holds no table of {' or '.join(choices)}.",
            f"Put the source tables there, one CSV file a table: {'; '.join([*wanted, ', '.join(others)] if others else wanted)}.",
        )


def _check_file(path: Path, table: Table) -> int:
    shown = f"extracts/{table.system}/{path.name}"
    if not path.is_file():
        raise Stop(f"{shown} is missing.", f"Export the table {table.name} to that file; it is read by {table.model}.")
    rows = 0
    with path.open(newline="", encoding="utf-8-sig") as handle:
        lines = _Lines(handle)
        reader = csv.reader(lines, strict=True)
        try:
            header = [name.strip().lower() for name in next(reader, [])]
            _check_columns(shown, header, table)
            row_end = lines.end
            for rows, cells in enumerate(reader, 1):  # noqa: B007 - the count is what is wanted
                if lines.end not in (row_end, ""):
                    raise Stop(
                        f"{shown}, line {reader.line_num}: ends in another way than the header (some lines end in CR LF, some in LF or CR).",
                        "Export the table anew as one file, or make all its line ends alike; files put together by hand often mix them.",
                    )
                if cells and len(cells) != len(header):
                    raise Stop(
                        f"{shown}, line {reader.line_num}: {len(cells)} cells, but the header has {len(header)}.",
                        "Export the table anew with every value that holds a comma, quote or line break in double quotes.",
                    )
        except csv.Error as fault:
            raise Stop(f"{shown}, line {reader.line_num}: not readable as CSV ({fault}).", "Export the table anew as CSV.") from None
        except UnicodeDecodeError:
            raise Stop(f"{shown}, line {_bad_line(path)}: not UTF-8.", "Export the table anew in UTF-8 (code page 65001).") from None
    return rows


class _Lines:
    """The lines of a file. end: how the latest of them ends; line breaks within quotes are the reader's to join."""

    def __init__(self, handle: TextIO) -> None:
        self._handle = handle
        self.end = ""

    def __iter__(self) -> Iterator[str]:
        for line in self._handle:
            self.end = line[len(line.rstrip("\r\n")):]
            yield line


def _bad_line(path: Path) -> int:
    with path.open("rb") as handle:
        for number, line in enumerate(handle, 1):
            try:
                line.decode("utf-8")
            except UnicodeDecodeError:
                return number
    return 1


def _check_columns(shown: str, header: list[str], table: Table) -> None:
    twice = [name for name in table.columns if header.count(name) > 1]
    if twice:
        raise Stop(f"{shown}: the column {twice[0]} stands twice in the header.", "Export the table anew with each column once.")
    missing = [name for name in table.columns if name not in header]
    if missing:
        raise _lacks(shown, missing, table)


def _lacks(shown: str, missing: list[str], table: Table) -> Stop:
    columns = f"the column {missing[0]}" if len(missing) == 1 else f"the columns {', '.join(missing)}"
    return Stop(f"{shown} lacks {columns}.", f"Add it to the extract, or map the site's own name in {table.model}.")


def check_tables(settings: Settings, database: Database) -> int:
    """The same for SQL Server, from its catalogue: every table and column exists. Returns the number of tables."""
    tables = located(settings)
    for place in dict.fromkeys(place for place, _ in tables):
        found = _columns(database, *place.split("."))
        for where, table in tables:
            if where == place:
                _check_table(f"{place}.{table.name}", found.get(table.name), table)
    return len(tables)


def located(settings: Settings) -> list[tuple[str, Table]]:
    """Every table that must be there on SQL Server, and where (database.schema). Stops (exit code 2) at a module that profile.yml does not name."""
    for system in settings.sources:
        _check_named(settings, system)
    return [(_place(settings, table), table) for table in _read(settings, "sqlserver")]


def _place(settings: Settings, table: Table) -> str:
    place = settings.source_location.get(table.system, {}).get(table.module)
    if place is None:
        raise _unnamed(table.system, [table.module])
    return place


def _check_named(settings: Settings, system: str) -> None:
    choices = list(_choices(settings, system))
    if choices and not set(choices).intersection(settings.source_location.get(system, {})):
        raise _unnamed(system, choices)


def _unnamed(system: str, modules: list[str]) -> Stop:
    return Stop(
        f"profile.yml: source_location.{system}.{' or '.join(modules)} is missing.",
        f'Write where the module is: source_location: {{{system}: {{{modules[0]}: "DATABASE.SCHEMA"}}}}.',
    )


def _columns(database: Database, name: str, schema: str) -> dict[str, set[str]]:
    found: dict[str, set[str]] = {}
    for table, column in database.all(render("check_columns", source_database=name), (schema,)):
        found.setdefault(table.lower(), set()).add(column.lower())
    return found


def _check_table(shown: str, columns: set[str] | None, table: Table) -> None:
    if columns is None:
        raise Stop(f"{shown} is missing, or the login may not read it.", f"Give the login read rights, or change {table.model}.")
    missing = [name for name in table.columns if name not in columns]
    if missing:
        raise _lacks(shown, missing, table)
