"""Checks the extracts before an engine that reads files reads them: one CSV file a table, `extracts/<system>/<table>.csv`."""

import csv
import dataclasses
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any, TextIO

from nattsynk.build import cells, headers, sources
from nattsynk.errors import Stop, together
from nattsynk.profile import registers, site_columns
from nattsynk.profile.files import folded
from nattsynk.profile.registers import Table
from nattsynk.profile.settings import Settings


@dataclasses.dataclass(frozen=True)
class Seen:
    """What the extracts hold. nulls: file -> its columns in which the text NULL stands, where it is read as blank.

    separated: file -> what separates its cells, where that is no comma.
    """

    rows: int
    nulls: Mapping[str, Sequence[str]]
    separated: Mapping[str, str]


def modules_found(settings: Settings, system: str) -> set[str]:
    """The modules of a register of which any table is an extract."""
    folder = settings.extracts / system
    return {table.module for table in registers.tables() if table.system == system and (folder / f"{table.name}.csv").is_file()}


def tables(settings: Settings) -> list[Table]:
    """The tables that must be extracts."""
    return sources.tables_of(settings, modules_found)


def check(settings: Settings) -> Seen:
    """Reads every extract file once: it exists, is UTF-8, has its columns, and all rows have as many cells as the header.

    An engine could silently skip or misread such a file. No flag may hold a word that an export tool writes for no value (cells.py).
    Stops (exit code 2) with the first fault of each file.
    """
    for system in settings.sources:
        _check_folder(settings, system)
    mapped, seen, wrong = site_columns.mapped(settings), {}, []
    for table in tables(settings):
        try:
            seen[shown(table)] = _check_file(path(settings, table), table, site_columns.names(mapped, table))
        except Stop as stop:
            wrong.append(stop)
    if wrong:
        raise together(wrong)
    separated = {shown(table): headers.READ[sign] for table, sign in _separated(settings)}
    return Seen(sum(rows for rows, _ in seen.values()), {file: nulls for file, (_, nulls) in seen.items() if nulls}, separated)


def separators(settings: Settings) -> dict[str, dict[str, str]]:
    """System -> table -> what separates the cells of its file, where that is no comma."""
    found: dict[str, dict[str, str]] = {}
    for table, sign in _separated(settings):
        found.setdefault(table.system, {})[table.name] = sign
    return found


def _separated(settings: Settings) -> Iterator[tuple[Table, str]]:
    mapped = site_columns.mapped(settings)
    for table in tables(settings):
        sign = _separator(path(settings, table), site_columns.names(mapped, table))
        if sign != ",":
            yield table, sign


def _separator(file: Path, names: Mapping[str, str]) -> str:
    if not file.is_file():
        return ","
    with file.open(encoding="utf-8-sig", errors="replace") as handle:
        return headers.separator(handle.readline(), names)


def path(settings: Settings, table: Table) -> Path:
    """The extract of a table."""
    return settings.extracts / table.system / f"{table.name}.csv"


def shown(table: Table) -> str:
    """The same as a message names it."""
    return f"extracts/{table.system}/{table.name}.csv"


def _check_folder(settings: Settings, system: str) -> None:
    folder = settings.extracts / system
    choices = sources.choices(settings, system)
    is_empty = not any(folder.glob("*.csv"))
    if is_empty or (choices and not set(choices).intersection(modules_found(settings, system))):
        others = [table.name for table in sources.needed(settings) if table.system == system and not table.is_optional]
        wanted = [", ".join(names) for names in choices.values()]
        raise Stop(
            f"The folder of extracts {folder} is missing or empty." if is_empty else f"{folder} holds no table of {' or '.join(choices)}.",
            f"Put the source tables there, one CSV file a table: {'; '.join([*wanted, ', '.join(others)] if others else wanted)}.",
        )


def _check_file(file: Path, table: Table, names: Mapping[str, str]) -> tuple[int, list[str]]:
    """The number of rows, and the columns in which NULL stands for a blank."""
    if not file.is_file():
        raise Stop(f"{shown(table)} is missing.", f"Export the table {table.name} to that file. {headers.READY}")
    with file.open(newline="", encoding="utf-8-sig") as handle:
        lines = _Lines(handle)
        reader = csv.reader(lines, delimiter=_separator(file, names), strict=True)
        try:
            header = list(map(folded, next(reader, [])))
            headers.check(shown(table), header, lines.first, table, names)
            ours = {folded(name): column for column, name in names.items()}
            columns = cells.Columns([ours.get(name, "") for name in header], table.holds)
            rows = _check_rows(shown(table), reader, lines, len(header), columns)
        except csv.Error as fault:
            raise Stop(f"{shown(table)}, line {reader.line_num}: not readable as CSV ({fault}).", "Export the table anew as CSV.") from None
        except UnicodeDecodeError:
            raise Stop(f"{shown(table)}, line {_bad_line(file)}: not UTF-8.", "Export the table anew in UTF-8 (code page 65001).") from None
    _check_flags(shown(table), columns)
    return rows, columns.nulls


def _check_rows(file: str, reader: Any, lines: "_Lines", width: int, columns: cells.Columns) -> int:
    rows, row_end = 0, lines.end
    for rows, row in enumerate(reader, 1):  # noqa: B007 - the count is what is wanted
        if lines.end not in (row_end, ""):
            raise Stop(
                f"{file}, line {reader.line_num}: ends in another way than the header (some lines end in CR LF, some in LF or CR).",
                "Export the table anew as one file, or make all its line ends alike; files put together by hand often mix them.",
            )
        if row and len(row) != width:
            raise Stop(
                f"{file}, line {reader.line_num}: {len(row)} cells, but the header has {width}.",
                "Export the table anew with every value that holds a comma, quote or line break in double quotes.",
            )
        if row:
            columns.look(row)
    return rows


def _check_flags(file: str, columns: cells.Columns) -> None:
    if columns.literals:
        found = "; ".join(f"the flag {name} holds the text {literal}" for name, literal in columns.literals.items())
        names = ", ".join(f"coalesce({name}, '')" for name in columns.literals)
        raise Stop(
            f"{file}: {found}. An export tool writes that for a cell without a value, or for no. nattsynk would take it for yes.",
            f"Nothing is read. Let the export write nothing at all for such a cell, in its query with {names}, and run again.",
        )


class _Lines:
    """The lines of a file. first: the first of them. end: how the latest of them ends; line breaks within quotes are the reader's to join."""

    def __init__(self, handle: TextIO) -> None:
        self._handle = handle
        self.first = ""
        self.end = ""

    def __iter__(self) -> Iterator[str]:
        for line in self._handle:
            self.first = self.first or line
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
