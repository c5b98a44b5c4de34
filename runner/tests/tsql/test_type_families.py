"""Where type families or collations meet, and where a text's order is the database's own: each kind of such a place is found (type_families.py)."""

from collections.abc import Callable

import pytest
from recordings import RULE_SETS
from scopes import Known, Select, faults

from nattsynk.engines.statements import render
from nattsynk.show.report import NUMBERS, REPORTS

TABLES = {
    ("a", "t"): {"x": "nvarchar(50)", "y": "nvarchar(50)", "n": "int", "d": "date", "at": "datetime", "b": "bit"},
    ("a", "kept"): {"x": "nvarchar(50)", "n": "int", "d": "date", "at": "datetime"},
}
EXACT = "collate Latin1_General_100_BIN2"
# What the embedded engine takes, and what is said of it.
OFFENDERS = {
    # The first night on a T-SQL engine ended so: int_groups_located, whose student mentors have no name in the register.
    "with classes as (select x as register_name from a.t), mentors as (select null as register_name from a.t) "
    "select * from classes union all select * from mentors": "number meets text: register_name",
    "select x as name, n from a.t union all select null, n from a.t": "a bare null is an int",
    "select null as name from a.t union all select x from a.t": "a bare null is an int: name",
    "select (null) as name from a.t": "a bare null is an int: name",
    "with q as (select null as c from a.t) select x from a.t where x in (select c from q)": "number meets text",
    "select x as c from a.t union all select y from a.t union all select n from a.t": "number meets text: c",
    "select d as c from a.t union all select cast(null as int) from a.t": "date meets number: c",
    "select x from a.t where exists (select x except select n)": "number meets text: x",
    "select case when n = 1 then x else 0 end as c from a.t": "number meets text",
    "select case n when 1 then x when '2' then y end as c from a.t": "number meets text",
    "select coalesce(x, 0) as c from a.t": "number meets text",
    "select coalesce(d, '') as c from a.t": "date meets text",
    "select nullif(n, '') as c from a.t": "number meets text",
    "select x from a.t where n = '1'": "number meets text",
    "select x from a.t where d >= '2026-08-17'": "date meets text",
    "select x from a.t where at < d": "datetime meets date",
    "select x from a.t where b = n": "number meets bit",
    "select x from a.t where n like '1%'": "number meets text",
    "select x from a.t where n in (1, '2')": "number meets text",
    "select x from a.t where x in (select u.n from a.t as u)": "number meets text",
    "select x from a.t where d between '2026-08-17' and d": "date meets text",
    "select t.x from a.t as t inner join a.t as u on u.n = t.x": "number meets text",
    "select t.x from a.t as t where exists (select 1 from a.t as u where u.d = t.x)": "date meets text",
    "select max(n) as c from a.t group by x having max(n) = x": "number meets text",
    "select n + x as c from a.t": "number meets text",
    "select row_number() over (order by d) as c from a.t where x = (select count(*) from a.t)": "number meets text",
    "select substring(n, 1, 2) as c from a.t": "no text, but number",
    "select soundex(x) as c from a.t where soundex(x) = 'a'": "no type is known",
}
ALLOWED = [
    "select cast(null as nvarchar(50)) as c, n from a.t union all select x, len(x) from a.t",
    "select coalesce(x, null, '') as c, case when n = 1 then d end as day, nullif(x, '') as y from a.t where d = cast('2026-08-17' as date)",
    "select concat(x, n, d) as c, row_number() over (order by d) + n as m, dateadd(day, n, d) as day, year(d) as y from a.t where dateadd(day, 1, d) > d",
    "select try_cast(left(x, 4) as int) as c from a.t where datediff(day, d, at) > n and cast(at as date) = d and charindex(x, y) > 0",
    "with q as (select max(d) over (partition by x) as c from a.t) select c from q where c = (select min(u.d) from a.t as u) or c is null",
]
# Texts that another collation would put in another order, ids and codes among them, and texts under two collations.
UNORDERED = {
    "select row_number() over (partition by n order by d, x) as c from a.t": "own order: t.x",
    "select min(case when n = 1 then x end) as c from a.t": "own order: MIN(",
    "select max(x) over (partition by y) as c from a.t": "own order: MAX(",
    "select t.x from a.t as t inner join a.t as u on u.x > t.x": "own order: u.x > t.x",
    "with q as (select lower(x) as c from a.t) select min(c) as first_c from q": "own order: MIN(",
    "select max(case when n = 1 then ',a' when n = 2 then ',b' else '' end) as c from a.t": "own order: MAX(",
    f"with q as (select x {EXACT} as c, y from a.t) select concat(c, ';', y) as e from q": "two collations meet",
    f"with q as (select x {EXACT} as c, y from a.t) select c from q where c = y": "two collations meet",
    f"with q as (select min(x {EXACT}) as c from a.t) select c from q union all select x from a.t": "two collations meet",
    f"select n {EXACT} as c from a.t": "no text, but number",
}
ORDERED = [
    f"select row_number() over (partition by x order by n, d, y {EXACT}) as c, max(len(x)) as longest from a.t",
    f"with q as (select x {EXACT} as c from a.t) select min(c) as first_c, max(concat(c, '|')) as last_c from q having min(c) <> max(c)",
    f"select min(x {EXACT}) collate database_default as c from a.t union all select y from a.t",
    "select max(case when n_rank = 1 then x end) as c, max(case when n = 1 then ',a' else '' end) as d from (select *, n as n_rank from a.t) as q",
    f"select x from a.t where x {EXACT} >= '1800'",
]
STATEMENTS = {
    "insert into a.kept (n, x) select x, x from a.t": "text is written to number: n of a.kept",
    "with q as (select n, x from a.t) insert into a.kept (x) select n from q": "number is written to text: x of a.kept",
    "insert into a.kept (x, d) values (?, '2026-08-17')": "text is written to date: d of a.kept",
    "update a.kept set at = ?, d = at where n = ?": "datetime is written to date: d of a.kept",
    "update a.kept set x = ? where n = 'one'": "number meets text",
    "delete from a.kept where x in (select n from a.t)": "number meets text",
    "select x, n from a.kept order by n, x": "own order: x",
    "insert into a.kept (x, n) select ?, n from a.t": "a parameter without a type",
    "insert into a.kept (x) select c from (values (?), (?)) as q (c)": "a parameter without a type",
}
ALLOWED_STATEMENTS = [
    "insert into a.kept (x, n, d) values (?, ?, ?)",
    "insert into a.kept (x, n) select cast(? as nvarchar(50)), coalesce(max(n), 0) + 1 from a.kept",
    "insert into a.kept (x) select c from (values (cast(? as nvarchar(50)))) as q (c)",
    "update a.kept set x = ?, n = n + 1 where d < ? and x not in (select x from a.t)",
    "delete from a.kept where not exists (select 1 from a.t as t where t.x = kept.x and t.n = ?)",
]


@pytest.mark.parametrize("sql", OFFENDERS | UNORDERED)
def test_a_meeting_is_found(sql: str) -> None:
    said = faults([Select("model", "a", "model", sql)], TABLES)
    assert any((OFFENDERS | UNORDERED)[sql] in fault for fault in said), said


@pytest.mark.parametrize("sql", ALLOWED + ORDERED)
def test_what_is_cast_or_alike_is_let_be(sql: str) -> None:
    assert faults([Select("model", "a", "model", sql)], TABLES) == []


def test_a_contract_is_held() -> None:
    contract = {"x": "nvarchar(50)", "n": "nvarchar(50)", "d": "date"}
    assert faults([Select("export", "a", "export", "select x, n, d from a.t", contract)], TABLES) == [
        "export: number is written to text: n of the contract"
    ]


def test_a_model_is_read_by_the_types_that_it_makes() -> None:
    first = Select("first", "a", "first", "select n as c from a.t")
    assert faults([first, Select("second", "a", "second", "select c from a.first where c = 1")], TABLES) == []
    assert "number meets text" in faults([first, Select("second", "a", "second", "select c from a.first where c = ''")], TABLES)[0]


@pytest.mark.parametrize("sql", STATEMENTS)
def test_a_meeting_in_a_statement_is_found(sql: str) -> None:
    assert any(STATEMENTS[sql] in fault for fault in Known(TABLES).statement_faults(sql)), Known(TABLES).statement_faults(sql)


@pytest.mark.parametrize("sql", ALLOWED_STATEMENTS)
def test_a_sound_statement_is_let_be(sql: str) -> None:
    assert Known(TABLES).statement_faults(sql) == []


def test_no_type_meets_another_in_a_statement_of_the_runner(
    resolved: Callable[[str], tuple[Known, list[str]]], runner_statements: dict[str, str]
) -> None:
    known = resolved(RULE_SETS[0])[0].under("demo")
    assert known.families["demo_delivery", "builds"]["sync_date"] == "date"
    assert {name: found for name, sql in runner_statements.items() if (found := known.statement_faults(sql))} == {}


@pytest.mark.parametrize("name", REPORTS)
def test_a_report_is_written_in_the_same_order_by_every_database(resolved: Callable[[str], tuple[Known, list[str]]], name: str) -> None:
    known, columns = resolved(RULE_SETS[0])[0].under("demo"), REPORTS[name]
    sql = render("table_rows", columns=columns, schema="demo_report", table=name, key=columns, numbers=NUMBERS, exact="Latin1_General_100_BIN2")
    assert known.statement_faults(sql) == []
    assert {column: known.families["demo_report", name][column] for column in columns if column in NUMBERS and known.families["demo_report", name][column] == "text"} == {}
