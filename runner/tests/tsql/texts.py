"""Comparisons and groups of text that another collation would answer otherwise. What it would put in another order: type_families.py.

SQL Server's usual collations ignore case; DuckDB compares every byte. So a text is compared by the macro exact(), or in one case
(lower, upper), or it is a column of `text_columns.csv`, of which no two values differ by case alone or where that means the same:

    code                        a word of ours, of a seed or a model, always written the same
    configured id               of schools.csv, where two that differ by case alone are refused
    id                          a key of a register, whose own database has no two such, or an id that we make of one
    digits                      a number or date as text, with the letters TF in upper case
    only searched for a sign    compared with a pattern of signs, never with another text
    made by exact()             compared under the collation that it was made with

Of texts that differ by case alone, SQL Server makes one group, and takes either for the first, another one each night if it likes. So
groups are made by exact() too.
"""

import csv
import functools
import re
from collections.abc import Iterator
from pathlib import Path

import sqlglot
from sqlglot import exp

with Path(__file__).with_name("text_columns.csv").open(newline="", encoding="utf-8") as _file:
    COLUMNS = {row["column"]: row["what"] for row in csv.DictReader(_file)}
# Names that our style gives to dates, numbers and flags.
NO_TEXT = re.compile(
    r"(is|has)_\w+|\w+_(at|date|row|rank|count|no|number|percent|on|from|keys|until)|counts_for_group|part|run|keys_\w+|sequence|step|students|priority|row_count|bearers|ending_date|names_\w+"
)
# Models that hold a number under the name that is a text's elsewhere: what the receiver does with each attribute.
OF_NUMBERS = ("int_role_attributes", "int_person_attributes")
# What the runner alone compares: words, ids and sentences that it or a seed wrote, always the same, and names of the server's catalogue.
OF_RUNNER = frozenset({"build_id", "mode", "name", "pointer", "rule_id", "state", "subject_key", "table_name", "table_schema", "target_version", "text_sv"})
COMPARISONS = (exp.EQ, exp.NEQ, exp.In, exp.Like, exp.GT, exp.GTE, exp.LT, exp.LTE)


@functools.cache
def _tree(sql: str) -> exp.Expression:
    return sqlglot.parse_one(sql, dialect="tsql")


def compared(sql: str) -> Iterator[tuple[str, str]]:
    """(column, comparison) of each column that a query compares as it is with anything that may be text."""
    for comparison in _tree(sql).find_all(*COMPARISONS):
        if isinstance(comparison.parent, exp.Update):
            continue  # A value that is set.
        sides = [side for side in (comparison.this, comparison.args.get("expression")) if side is not None]
        if any(_settles(side) for side in sides):
            continue
        for side in sides:
            if isinstance(side, exp.Column):
                yield side.name.lower(), comparison.sql(dialect="tsql")[:120]


def _settles(side: exp.Expression) -> bool:
    """Whether this side makes the comparison one of numbers, of dates, of one case, or one under a collation of its own."""
    if isinstance(side, exp.Literal):
        return not side.is_string
    return isinstance(side, exp.Collate | exp.Lower | exp.Upper | exp.Cast)


def grouped(sql: str) -> Iterator[tuple[str, str]]:
    """(column, expression) of each column that a query groups by as it is."""
    for place in _tree(sql).find_all(exp.Group, exp.Window):
        parts = place.expressions if isinstance(place, exp.Group) else place.args.get("partition_by") or []
        exact = {part.this.sql() for part in parts if isinstance(part, exp.Collate)}
        for part in parts:
            if isinstance(part, exp.Column) and part.sql() not in exact:
                yield part.name.lower(), f"grouped by {part.sql(dialect='tsql')}"


def unsettled(sql: str) -> list[str]:
    """The comparisons and groups of a query that may come out otherwise under another collation."""
    found = [*compared(sql), *grouped(sql)]
    return [f"{column}: {text}" for column, text in found if column not in COLUMNS and not NO_TEXT.fullmatch(column)]
