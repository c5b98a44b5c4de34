"""A profile's extracts as real tables of a source database: the statements that make and fill them, for both engines."""

import csv
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from nattsynk.engines.sqlserver import sources
from nattsynk.profile.settings import Settings

Statement = tuple[str, list[Any]]
# SQL Server takes 2100 parameters a statement, and 1000 rows.
MOST_PARAMETERS = 2000


def make_tables(settings: Settings) -> Iterator[Statement]:
    """Every table that nattsynk reads of the profile's sources, empty, in the schemas that source_location names."""
    tables = [(place.split(".")[1], table) for place, table in sources.located(settings)]
    for schema in dict.fromkeys(schema for schema, _ in tables):
        if schema != "dbo":
            yield f"create schema {schema}", []
    for schema, table in tables:
        yield f"create table {schema}.{table.name} ({', '.join(f'{column} nvarchar(400)' for column in table.columns)})", []


def fill_tables(settings: Settings) -> Iterator[Statement]:
    """The rows of the extracts as they are now, in place of those that stand there."""
    for place, table in sources.located(settings):
        name = f"{place.split('.')[1]}.{table.name}"
        yield f"delete from {name}", []
        rows = list(_rows(settings.extracts / table.system / f"{table.name}.csv", table.columns))
        size = MOST_PARAMETERS // len(table.columns)
        for first in range(0, len(rows), size):
            part = rows[first:first + size]
            marks = ", ".join(f"({', '.join('?' * len(table.columns))})" for _ in part)
            yield f"insert into {name} ({', '.join(table.columns)}) values {marks}", [cell for row in part for cell in row]


def _rows(file: Path, columns: tuple[str, ...]) -> Iterator[list[str | None]]:
    with file.open(newline="", encoding="utf-8-sig") as handle:
        for row in csv.DictReader(handle):
            # A blank cell is null to the embedded engine too.
            yield [row[column] or None for column in columns]
