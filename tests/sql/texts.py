"""Comparisons of text that another collation would answer otherwise.

SQL Server's usual collations ignore case; DuckDB compares every byte. So a text is compared by the macro exact(), or in one case
(lower, upper), or it is a column of `text_columns.csv`, of which no two values differ by case alone or where that means the same:

    code                        a word of ours, of a seed or a model, always written the same
    configured id               of schools.csv, where two that differ by case alone are refused
    id                          a key of a register, whose own database has no two such, or an id that we make of one
    digits                      a number or date as text, with the letters TF in upper case
    only searched for a sign    compared with a pattern of signs, never with another text
    made by exact()             compared under the collation that it was made with
"""

import csv
import re
from collections.abc import Iterator
from pathlib import Path

import sqlglot
from sqlglot import exp

with Path(__file__).with_name("text_columns.csv").open(newline="", encoding="utf-8") as _file:
    COLUMNS = {row["column"]: row["what"] for row in csv.DictReader(_file)}
# Names that our style gives to dates, numbers and flags.
NO_TEXT = re.compile(
    r"(is|has)_\w+|\w+_(date|row|rank|count|no|number|percent|on|from|keys)|keys_\w+|sequence|step|students|priority|row_count|ending_date"
)
COMPARISONS = (exp.EQ, exp.NEQ, exp.In, exp.Like, exp.GT, exp.GTE, exp.LT, exp.LTE)


def compared(sql: str) -> Iterator[tuple[str, str]]:
    """(column, comparison) of each column that a query compares as it is with anything that may be text."""
    for comparison in sqlglot.parse_one(sql, dialect="tsql").find_all(*COMPARISONS):
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


def unsettled(sql: str) -> list[str]:
    """The comparisons of a query that may be answered otherwise under another collation."""
    return [f"{column}: {text}" for column, text in compared(sql) if column not in COLUMNS and not NO_TEXT.fullmatch(column)]
