"""Where own SQL is tried before a build. Nothing of the customer's is changed."""

import abc
from collections.abc import Mapping
from typing import Any


class Refused(Exception):
    """The engine refuses a select. what: why, without a row's values. line: the line of the SQL. near: a name that may be meant."""

    def __init__(self, what: str, line: int | None = None, near: str = "") -> None:
        super().__init__(what)
        self.what, self.line, self.near = what, line, near


class Trial(abc.ABC):
    """Tries selects. An engine that `tries_models` also makes tables without rows, for the selects to read."""

    @abc.abstractmethod
    def describe(self, sql: str) -> list[tuple[str, str]] | None:
        """Name and type of each column that a select gives. None where that is not known before a build. Raises Refused."""

    @abc.abstractmethod
    def words(self, column: str, sql: str) -> list[str | None]:
        """The words that a select gives in a column. None are told where the select would have to read the customer's tables."""

    def make_databases(self, names: set[str]) -> None:
        """Makes the databases that models are made in."""
        raise NotImplementedError

    def run(self, statements: list[str]) -> None:
        """Runs the statements that make the tables of our state."""
        raise NotImplementedError

    def make_table(self, node: Any, columns: Mapping[str, str] | None) -> None:
        """Makes the table of a node of dbt, without rows: with these columns, or with those that its select gives. Raises Refused."""
        raise NotImplementedError
