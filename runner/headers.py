"""Checks the first line of an extract, and tells what is wrong with the file as far as that line shows it.

The line is never shown: in a file without a header it is a person's.
"""

from collections.abc import Sequence

from nattsynk import sources
from nattsynk.errors import Stop
from nattsynk.registers import Table

SEPARATORS = {";": "semicolons", "\t": "tabs", "|": "vertical bars"}
COMMAS = "Export it with commas between the cells, and the names of the columns in the first line."


def check(file: str, header: Sequence[str], line: str, table: Table) -> None:
    """Stops (exit code 2) where a column is missing or stands twice. line: the first one as it is; it has a line break at its end."""
    twice = [name for name in table.columns if header.count(name) > 1]
    if twice:
        raise Stop(f"{file}: the column {twice[0]} stands twice in the header.", "Export the table anew with each column once.")
    missing = [name for name in table.columns if name not in header]
    if len(missing) == len(table.columns):
        _check_form(file, line, table)
    if missing:
        raise sources.lacks(file, missing, table)


def _check_form(file: str, line: str, table: Table) -> None:
    """Not one column is there: why."""
    first = line.strip()
    if not line:
        raise Stop(f"{file} is empty.", f"Export the table {table.name} anew; a table without rows still has its header.")
    if not first:
        raise Stop(f"{file}: the first line is blank.", COMMAS)
    if first.lower().startswith("sep="):
        raise Stop(f"{file}: the first line says how the cells are separated (sep=).", f"Take that line away. {COMMAS}")
    for separator, name in SEPARATORS.items():
        if {cell.strip(' "').lower() for cell in first.split(separator)} & set(table.columns):
            raise Stop(f"{file}: the cells are separated by {name}.", COMMAS)
    if not any(name in first.lower() for name in table.columns):
        raise Stop(f"{file} has no header: the first line names none of its columns.", COMMAS)
