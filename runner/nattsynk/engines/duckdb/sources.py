"""The registers as DuckDB reads them: one CSV file a table, in the profile's folder of extracts."""

import contextlib
import functools
from collections.abc import Callable, Iterator

import yaml

from nattsynk.build import extracts
from nattsynk.engines.engine import OpenSources, Remark, SourcesSeen
from nattsynk.profile.locations import as_text
from nattsynk.profile.registers import Table
from nattsynk.profile.settings import PROJECT, Settings


def check(settings: Settings) -> SourcesSeen:
    """Reads every extract once (build/extracts.py)."""
    seen = extracts.check(settings)
    return SourcesSeen(
        f"Checked the extracts: {seen.rows} rows", {"rows": seen.rows}, f"{seen.rows} rows in the extracts",
        remarks=(*_separated(seen), *_nulls(seen)),
    )


def _separated(seen: extracts.Seen) -> Iterator[Remark]:
    for sign in dict.fromkeys(seen.separated.values()):
        files = tuple(file for file, its in seen.separated.items() if its == sign)
        yield Remark(f"separated by {sign}, and read all the same. Better export with commas (docs/extracts.md)", files)


def _nulls(seen: extracts.Seen) -> Iterator[Remark]:
    columns = "; ".join(f"{file}: {', '.join(sorted(names))}" for file, names in seen.nulls.items())
    text = "Better let the export write nothing there. Is it NULL in every row, the export has lost the column: without its first day a row is not delivered"
    if columns:
        yield Remark(f"the text NULL is read as blank in {columns}. {text}")


@contextlib.contextmanager
def opened(settings: Settings, by_our_names: Callable[[Table, str], str]) -> Iterator[OpenSources]:
    """The extracts as views of a database in memory."""
    import duckdb

    with duckdb.connect(":memory:") as memory:
        tables, separators = extracts.tables(settings), extracts.separators(settings)
        for system in settings.sources:
            memory.execute(f"create schema {system}")
        for table in tables:
            file = _file(settings, table, separators.get(table.system, {}).get(table.name, ","))
            memory.execute(f"create view {table.system}.{table.name} as {by_our_names(table, file)}")
        yield OpenSources(lambda sql: memory.execute(sql).fetchall(), [(table, f"{table.system}.{table.name}") for table in tables])


def _file(settings: Settings, table: Table, separator: str) -> str:
    """An extract as a build reads it: the external_location of its source."""
    return f"read_csv('{as_text(extracts.path(settings, table)).format()}', delim = '{separator}', {_csv_form()})"


@functools.cache
def _csv_form() -> str:
    """How every extract is read: the options of DuckDB's read_csv that dbt_project.yml says."""
    return yaml.safe_load((PROJECT / "dbt_project.yml").read_text(encoding="utf-8"))["vars"]["nattsynk"]["csv_form"]
