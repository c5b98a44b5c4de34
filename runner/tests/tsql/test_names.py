"""Every name of the compiled SQL resolves as T-SQL resolves it. What is said of types: test_type_families.py."""

from collections.abc import Callable

import pytest
from recordings import RULE_SETS
from scopes import Known, Select, faults

TABLES = {("a", "t"): {"x": "int", "y": "int"}}
# What the embedded engine forgives and SQL Server does not, and a word of what is said of it.
OFFENDERS = {
    "select z from a.t": "could not be resolved",
    "select x from a.missing": "could not be resolved",
    "select x as b, b + 1 as c from a.t": "could not be resolved",
    "select x as b from a.t where b = 1": "could not be resolved",
    "select x as b, count(*) as n from a.t group by b": "could not be resolved",
    "select t.x as b from a.t as t inner join a.t as u on t.x = x": "could not be resolved",
    "select *, x from a.t": "two columns of one name",
    "with q as (select x, y as X from a.t) select 1 as b from q": "two columns of one name",
    "with q as (select x, y + 1 from a.t) select x from q": "a column without a name",
    "select count(*) from a.t": "a column without a name",
    "select x from a.t union all select x, y from a.t": "branches of a union",
    "select sum(case when exists (select 1 from a.t as u where u.x = t.y) then 1 else 0 end) as c from a.t": "an aggregate over a subquery",
    "select row_number() over (order by 1) as n from a.t": "ordered by a constant",
    "select x from (with q as (select x from a.t) select x from q": "Expecting",
}
ALLOWED = [
    "select y as x, cast(null as int) as b from a.t union all select 1, 2",
    "select x from a.t where exists (select x except select y) and y in (select 1 from a.t)",
    "with q as (select * from a.t) select q.*, row_number() over (partition by x order by count(*) desc) as n from q group by x, y",
    "select (select max(u.x) from a.t as u where u.y = t.y) as b from a.t",
]


@pytest.mark.parametrize("rule_set", RULE_SETS)
def test_every_name_resolves_and_no_type_meets_another(resolved: Callable[[str], tuple[Known, list[str]]], rule_set: str) -> None:
    assert resolved(rule_set)[1] == []


@pytest.mark.parametrize("sql", OFFENDERS)
def test_an_offender_is_caught(sql: str) -> None:
    said = faults([Select("model", "a", "model", sql)], TABLES)
    assert said and OFFENDERS[sql] in said[0]


@pytest.mark.parametrize("sql", ALLOWED)
def test_what_is_allowed_is_not_caught(sql: str) -> None:
    assert faults([Select("model", "a", "model", sql)], TABLES) == []


def test_a_model_is_read_by_the_columns_that_it_makes() -> None:
    first = Select("first", "a", "first", "select x as b from a.t")
    assert faults([first, Select("second", "a", "second", "select b from a.first")], TABLES) == []
    assert faults([first, Select("second", "a", "second", "select x from a.first")], TABLES) != []
