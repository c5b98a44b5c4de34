"""What `make mutants` changes, and that its list of survivors speaks of changes that there are."""

import ast
import re

import of_runner
import pytest
import python_points
import scope
import sql_points
import survivors


@pytest.mark.parametrize(("sql", "expected"), [
    ("where a < 1", {"< becomes <=", "1 becomes 2", "without a < 1"}),
    ("where a = 1 and not b > {{ limit }}", {
        "= becomes <>", "and becomes or", "without not", "> becomes >=", "without a = 1", "without not b > {{ limit }}",
    }),
    ("where a is null or b is not null", {"is becomes is not", "or becomes and", "without not", "without a is null", "without b is not null"}),
    ("case when a between '00' and '12' then b - {{ days }} end", {
        "'00' becomes '01'", "'12' becomes '13'", "without a between '00' and '12'", "- becomes +",
    }),
    ("left join b on (a.x = b.x or a.y = b.y)", {
        "= becomes <>", "or becomes and", "without a.x = b.x", "without a.y = b.y", "without (a.x = b.x or a.y = b.y)",
    }),
    ("cast(a as nvarchar(10)) -- where a < 1", set()),
    ("{% macro default__x(a) %}{{ a }} < b{% endmacro %}{% macro duckdb__x(a) %}{{ a }} > b{% endmacro %}", {"> becomes >="}),
])
def test_the_changes_of_sql(sql: str, expected: set[str]) -> None:
    assert {point.told for point in sql_points.points(sql)} == expected


def test_a_mark_leads_to_the_same_sql_as_a_changed_source() -> None:
    source = "select 1 from a where b <= c and (not d = 1 or e = 'x')"
    marked = sql_points.marked(source, 7)
    points = sql_points.points(source)
    assert sql_points.numbers(marked) == set(range(7, 7 + len(points)))
    for number, point in enumerate(points, start=7):
        found = sql_points.changed(marked, number, point)
        assert re.sub(r"/\*.*?\*/|\s", "", found) == re.sub(r"\s", "", sql_points.source_changed(source, point))


@pytest.mark.parametrize(("source", "expected"), [
    ("a < 1 and not b", {"< becomes <=", "1 becomes 2", "and becomes or", "without not", "without a < 1", "without not b"}),
    ("[x for x in y if x - 1]", {"- becomes +", "1 becomes 2", "without if x - 1"}),
    ("f(True)", {"without f(True)"}),
])
def test_the_changes_of_python(source: str, expected: set[str]) -> None:
    points = python_points.points(source)
    assert {point.told for point in points} == expected
    assert len({ast.unparse(python_points.changed(source, point)) for point in points}) == len(points)


def test_every_survivor_in_the_list_is_a_change_of_the_source_and_has_a_reason() -> None:
    explained = survivors.explained()
    files = {path.relative_to(of_runner.PROJECT).as_posix() for pattern in (*scope.MODELS, *scope.RUNNER) for path in of_runner.PROJECT.glob(pattern)}
    assert {file for file, _, _ in explained} <= files
    there = set(survivors.named((change.file, change.line, change.told) for change in of_runner.changes(sorted({file for file, _, _ in explained}))))
    assert [survivor for survivor in explained if survivor not in there] == []
    assert [survivor for survivor, reason in explained.items() if len(reason) < 10] == []
