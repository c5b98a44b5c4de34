"""Tries own SQL in a database in memory, over tables without rows that stand where a build would make them."""

import contextlib
import re
from collections.abc import Iterator, Mapping
from typing import Any

from nattsynk.engines.duckdb import answers
from nattsynk.engines.messages import redacted
from nattsynk.engines.statements import render
from nattsynk.engines.trial import Refused, Trial

READS_FILE = re.compile(r"\bread_\w+\s*\(|\b(?:from|join)\s+'|\bglob\s*\(", re.IGNORECASE)


@contextlib.contextmanager
def opened() -> Iterator[Trial]:
    """A trial in a new database in memory."""
    import duckdb

    with duckdb.connect(":memory:") as memory:
        yield DuckDBTrial(memory)


class DuckDBTrial(Trial):
    """DuckDB binds each select, which reads no row."""

    def __init__(self, memory: Any) -> None:
        self._memory = memory

    def describe(self, sql: str) -> list[tuple[str, str]]:
        """Name and type of each column."""
        with _refusals():
            return [(str(name), str(kind)) for name, kind, *_ in self._memory.execute(f"describe {sql}").fetchall()]

    def words(self, column: str, sql: str) -> list[str | None]:
        """The words of a column. None of SQL that reads a file, for a word of a file could be a person's."""
        if READS_FILE.search(sql):
            return []
        with _refusals():
            return [word for (word,) in self._memory.execute(render("check_hook_words", hook_column=column, hook_sql=sql)).fetchall()]

    def make_databases(self, names: set[str]) -> None:
        """Makes the databases that models are made in. The last one is where a name without a database is looked for."""
        memory = self._memory
        for name in names:
            memory.execute(f"attach if not exists ':memory:' as \"{name}\"")
            memory.execute(f'use "{name}"')

    def run(self, statements: list[str]) -> None:
        """Runs the statements that make the tables of our state."""
        for statement in statements:
            self._memory.execute(statement)

    def make_table(self, node: Any, columns: Mapping[str, str] | None) -> None:
        """Makes the table of a node, without rows."""
        memory = self._memory
        content = f"as {node.compiled_code}\nwith no data" if columns is None else f"({_listed(columns)})"
        with _refusals():
            memory.execute(f'create schema if not exists "{node.database}"."{node.schema}"')
            memory.execute(f"create or replace table {node.relation_name} {content}")


@contextlib.contextmanager
def _refusals() -> Iterator[None]:
    import duckdb

    try:
        yield
    except duckdb.Error as fault:
        raise _refused(str(fault)) from None


def _refused(said: str) -> Refused:
    near = re.search(r'Candidate bindings: "([^"]+)"', said)
    what = re.sub(r" \(LINE \d+\)$", "", redacted(answers, said))
    return Refused(what, answers.line(said), near.group(1) if near else "")


def _listed(columns: Mapping[str, str]) -> str:
    return ", ".join(f'"{name}" {kind}' for name, kind in columns.items())
