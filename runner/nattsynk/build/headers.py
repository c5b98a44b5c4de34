"""Checks the first line of an extract, and tells what is wrong with the file as far as that line shows it.

The line is never shown: in a file without a header it is a person's. Of a header the names are shown that are near to a missing one.
"""

import csv
from collections.abc import Mapping, Sequence

from nattsynk.build import lacking
from nattsynk.errors import Stop
from nattsynk.profile.files import folded
from nattsynk.profile.registers import Table

# What may separate the cells of a file besides the comma, where its header leaves no doubt.
READ = {";": "semicolons", "\t": "tabs"}
SEPARATORS = {**READ, "|": "vertical bars"}
COMMAS = "Export it with commas between the cells, and the names of the columns in the first line."
READY = "`nattsynk extract-sql` prints queries that write every extract right (docs/operate/extracts.md)."


def separator(line: str, names: Mapping[str, str]) -> str:
    """What separates the cells of a file: a comma, but semicolon or tab where the first line read so has all columns that are needed.

    names: our columns and what the file calls them.
    """
    wanted = set(map(folded, names.values()))
    return next((sign for sign in READ if wanted <= set(map(folded, split(line, sign)))), ",")


def split(line: str, sign: str) -> list[str]:
    """The cells of a first line; none where it is not readable as CSV."""
    try:
        return next(csv.reader([line.removeprefix("\ufeff")], delimiter=sign, strict=True), [])
    except csv.Error:
        return []


def check(file: str, header: Sequence[str], line: str, table: Table, names: Mapping[str, str]) -> None:
    """Stops (exit code 2) where a column is missing or stands twice. header: its names folded. line: the first one as it is, with its line break."""
    twice = [name for name in names.values() if header.count(folded(name)) > 1]
    if twice:
        raise Stop(f"{file}: the column {twice[0]} stands twice in the header.", "Export the table anew with each column once.")
    missing = [column for column, name in names.items() if folded(name) not in header]
    if len(missing) == len(names):
        _check_form(file, line, table, names)
    if missing:
        # Where none of our names is a cell of its own, the line may be a person's.
        shown = header if len(missing) < len(names) else ()
        raise lacking.columns(file, missing, table, names, shown, "Add it to the export")
    lacking.check_protection(file, header, table, names)


def _check_form(file: str, line: str, table: Table, names: Mapping[str, str]) -> None:
    """Not one column is there: why."""
    first, wanted = line.strip(), set(map(folded, names.values()))
    if not line:
        raise Stop(f"{file} is empty.", f"Export the table {table.name} anew; a table without rows still has its header. {READY}")
    if not first:
        raise Stop(f"{file}: the first line is blank.", f"{COMMAS} {READY}")
    if first.lower().startswith("sep="):
        raise Stop(f"{file}: the first line says how the cells are separated (sep=).", f"Take that line away. {COMMAS}")
    for sign, said in SEPARATORS.items():
        header = list(map(folded, split(first, sign)))
        if wanted.intersection(header):
            if sign not in READ:
                raise Stop(f"{file}: the cells are separated by {said}.", f"{COMMAS} {READY}")
            missing = [column for column, name in names.items() if folded(name) not in header]
            raise lacking.columns(f"{file}, whose cells are separated by {said},", missing, table, names, header, "Add it to the export")
    if set(map(folded, split(first.strip('"'), ","))) & wanted:
        raise Stop(f"{file}: the whole first line stands in one pair of quotes.", f"Turn off the quoting of the tool that saved it: the query quotes. {READY}")
    if not any(name in folded(first) for name in wanted):
        raise Stop(f"{file} has no header: the first line names none of its columns.", f"{COMMAS} {READY}")
