"""Our SQL keeps to the subset that both engines read alike (docs/decisions/0001-one-sql-for-two-engines.md)."""

import csv
import re
from pathlib import Path

import pytest
from forbidden import (
    FUNCTIONS,
    ORDERED,
    SOURCE,
    SQL,
    bare,
    found,
    found_in_source,
    unknown_functions,
)
from recordings import Recording

from nattsynk.profile.settings import PROJECT

# Each pattern with a model that breaks it.
OFFENDERS = [
    ("double colon", "select a::int as b from c"),
    ("varchar", "select cast(a as varchar) as b from c"),
    ("varchar", "select cast(a as varchar(30)) as b from c"),
    ("nvarchar without a length", "select cast(a as nvarchar) as b from c"),
    ("text by bars", "select a || b as c from d"),
    ("text by plus", "select a + '-' as b from c"),
    ("text by plus", "select N'å' + a as b from c"),
    ("text by plus", "select a + upper(b) as c from d"),
    ("true or false", "select true as a from b"),
    ("true or false", "select a from b where c = false"),
    ("a comparison as a value", "select a = b as c from d"),
    ("a comparison as a value", "select x, a.y <> 'z' as c from d"),
    ("a flag as a condition", "select a from b where is_open"),
    ("a flag as a condition", "select case when b.is_open and c = 1 then 1 else 0 end as d from b"),
    ("a flag as a condition", "select a from b where c = 1 and not has_end"),
    ("bit", "select cast(a as bit) as b from c"),
    ("bit", "select cast(a as boolean) as b from c"),
    ("qualify", "select a from b qualify row_number() over (order by a) = 1"),
    ("limit", "select a from b limit 5"),
    ("top", "select top 5 a from b"),
    ("distinct on", "select distinct on (a) a, b from c"),
    ("group by ordinal", "select a, count(*) as b from c group by 1"),
    ("group by ordinal", "select a, b, count(*) as n from c group by a, 2"),
    ("group by ordinal", "select a, count(*) as n from b group by all"),
    ("order by ordinal", "select row_number() over (order by 1) as a from b"),
    ("isnull, ifnull, iif", "select isnull(a, 0) as b from c"),
    ("isnull, ifnull, iif", "select ifnull(a, 0) as b from c"),
    ("isnull, ifnull, iif", "select iif(a = 1, 2, 3) as b from c"),
    ("the clock", "select current_date as a from b"),
    ("the clock", "select getdate() as a from b"),
    ("the clock", "select sysdatetime() as a from b"),
    ("the clock", "select now() as a from b"),
    ("is distinct from", "select a from b where a is distinct from c"),
    ("is distinct from", "select a from b where a is not distinct from c"),
    ("union distinct", "select a from b union distinct select a from c"),
    ("nested with", "select a from (with b as (select 1 as a) select a from b) as c"),
    (ORDERED, "select a from b order by a"),
    (ORDERED, "with b as (select 1 as a) select * from b order by a"),
    ("using", "select a from b inner join c using (a)"),
    ("natural join", "select a from b natural left outer join c"),
    ("natural join", "select a from b natural join c"),
    ("filter", "select count(*) filter (where a = 1) as b from c"),
    ("star with exclude", "select * exclude (a) from b"),
    ("star with exclude", "select b.* replace (1 as a) from b"),
    ("string_agg", "select string_agg(a, ',') as b from c"),
    ("trim", "select trim(a) as b from c"),
    ("hash", "select hashbytes('SHA2_256', a) as b from c"),
    ("hash", "select md5(a) as b from c"),
    ("bare division", "select a / b as c from d"),
    ("dbt's own SQL", "select {{ dbt.dateadd('day', 1, 'a') }} as b from c"),
    ("dbt's own SQL", "select cast(a as {{ dbt.type_string() }}) as b from c"),
    ("dbt's own SQL", "select {{ dbt.concat(['a', 'b']) }} as b from c"),
    ("safe_cast", "select {{ dbt.safe_cast('a', 'int') }} as b from c"),
    ("an engine's name", "{% if target.type == 'x' %} select 1 as a {% endif %}"),
    ("an engine's name", "select 1 as a -- x\n{{ 'duckdb' }}"),
    ("an engine's name", "{{ adapter.dispatch('a')() }}"),
    ("config in the file", "{{ config(materialized='table') }} select 1 as a"),
]
ALLOWED = [
    "-- a || b, true, limit 5, duckdb\nselect '::', N'a + b', 'true' as a from b /* order by c */",
    "select concat(a, '-', b) as c, cast(d as nvarchar(50)) as e from f where is_open = 1 and has_end in (0, 1)",
    "select row_number() over (partition by a order by b, c desc) as row_rank from d",
    "select case when a.is_open = b.is_open then 1 else 0 end as is_same, x - 1 as y, 7 + len(z) as w from a",
    "select a from b where exists (select a except select c) union all select d from e",
    "select a / nullif(b, 0) as c, top_grade, limits, {{ add_days('d', -14) }} as e from {{ ref('f') }}",
    "with filter_rows as (select 1 as a) select * from filter_rows",
]


@pytest.mark.parametrize(("name", "sql"), OFFENDERS)
def test_an_offender_is_caught(name: str, sql: str) -> None:
    assert name in found_in_source(sql)


def test_every_pattern_has_an_offender() -> None:
    assert {name for name, _ in OFFENDERS} == {*SQL, *SOURCE, ORDERED}


def test_every_pattern_is_in_the_decision() -> None:
    text = (PROJECT / "docs" / "decisions" / "0001-one-sql-for-two-engines.md").read_text(encoding="utf-8")
    assert [name for name in (*SQL, *SOURCE, ORDERED) if name not in text] == []


@pytest.mark.parametrize("sql", ALLOWED)
def test_what_is_allowed_is_not_caught(sql: str) -> None:
    assert found_in_source(sql) == []


def test_no_model_and_no_test_is_written_with_any() -> None:
    models = {path: found_in_source(path.read_text(encoding="utf-8")) for path in sorted((PROJECT / "models").rglob("*.sql"))}
    # A test is configured in its own file: only a model's configuration has a home elsewhere.
    tests = {path: found_in_source(path.read_text(encoding="utf-8")) for path in sorted((PROJECT / "tests").rglob("*.sql"))}
    broken = {(name, _relative(path)) for path, names in models.items() for name in names}
    broken |= {(name, _relative(path)) for path, names in tests.items() for name in names if name != "config in the file"}
    assert len(models) > 90
    assert broken - _exceptions() == set()
    assert _exceptions() - broken == set(), "an exception that nothing needs any more"


def test_no_model_becomes_any(recordings: dict[str, Recording]) -> None:
    broken = {
        (name, select.name) for recording in recordings.values() for select in recording.selects for name in found(bare(select.sql))
    }
    excepted = {(name, Path(file).stem) for name, file in _exceptions()}
    assert broken - excepted == set()


def test_no_statement_of_the_runner_has_any(runner_statements: dict[str, str]) -> None:
    assert {name: found(bare(sql), is_view=False) for name, sql in runner_statements.items() if found(bare(sql), is_view=False)} == {}


def test_only_functions_of_the_oldest_server_are_called(recordings: dict[str, Recording]) -> None:
    selects = [select for recording in recordings.values() for select in recording.selects]
    assert {select.name: unknown_functions(bare(select.sql)) for select in selects if unknown_functions(bare(select.sql))} == {}


def test_an_unknown_function_is_caught() -> None:
    assert unknown_functions(bare("with a as (select strpos(b, 'c(') as d, len(e) as f from g) select * from a")) == {"strpos"}


def test_no_function_is_allowed_in_vain(recordings: dict[str, Recording]) -> None:
    everything = " ".join(bare(select.sql) for recording in recordings.values() for select in recording.selects)
    assert {name for name in FUNCTIONS if not re.search(rf"\b{name}\s*\(", everything)} == set()


def _exceptions() -> set[tuple[str, str]]:
    """Rows of exceptions.csv: pattern, file, comment (why it must be)."""
    with Path(__file__).with_name("exceptions.csv").open(newline="", encoding="utf-8") as handle:
        rows = list(csv.DictReader(handle))
    assert all(row["comment"].strip() for row in rows)
    return {(row["pattern"], row["file"]) for row in rows}


def _relative(path: Path) -> str:
    return path.relative_to(PROJECT).as_posix()
