"""Every statement is T-SQL by Microsoft's own grammar, of every SQL Server from 2016 and of Fabric."""

from pathlib import Path

import pytest
from grammar import VERSIONS, batches, refused

# What no SQL Server reads, and what it must read.
BROKEN = {
    "limit": "select a from b limit 5",
    "boolean value": "select a = b as x, c from d where true",
    "flag as condition": "select a from b where is_open",
    "qualify": "select a from b qualify row_number() over (order by a) = 1",
    "nested with": "select a from (with c as (select 1 as a) select a from c) as d",
    "view with order by": "create view a.b as select c from d order by c",
    "view after another statement": "select 1 as a; create view b.c as select 1 as d",
    "filter": "select count(*) filter (where a = 1) as b from c",
    "natural join": "select a from b natural join c",
    "using": "select a from b join c using (d)",
    "trailing comma": "select a, from b",
    "unfinished": "select a from b where c = (",
    "within a text": "exec('create view a.b as select ''x'' as c limit 1')",
    "described": "select name from sys.dm_exec_describe_first_result_set(N'select a from b limit 1', null, 0)",
}
GOOD = {
    "view": 'create view "a"."b" as with c as (select 1 as d) select * from c',
    "parameter": "select try_cast(a as int) as b from c where d = ? and exists (select a except select d)",
    "within a text": "use [a]; exec('create view a.b as select ''x'' as c')",
}


@pytest.mark.parametrize("version", VERSIONS)
def test_every_statement_is_read(all_batches: dict[str, list[str]], version: str, tmp_path: Path) -> None:
    assert len(all_batches) > 500
    assert refused(all_batches, version, tmp_path) == {}


@pytest.mark.parametrize("version", VERSIONS)
def test_a_broken_statement_is_refused_and_a_good_one_is_not(version: str, tmp_path: Path) -> None:
    statements = {name: list(batches(sql)) for name, sql in BROKEN.items()}
    assert set(refused(statements, version, tmp_path / "broken")) == set(BROKEN)
    assert refused({name: list(batches(sql)) for name, sql in GOOD.items()}, version, tmp_path / "good") == {}


def test_what_the_newer_grammar_alone_reads_is_told_apart(tmp_path: Path) -> None:
    newer = {"is distinct from": ["select a from b where a is distinct from c"]}
    assert [len(refused(newer, version, tmp_path / version)) for version in VERSIONS] == [1, 1, 0, 0]


def test_statements_within_texts_are_found() -> None:
    inner = list(batches("-- exec('no')\nexec('create view a.b as select ''x'' as c'); /* exec('no') */ exec('exec(''drop view a.b'')')"))
    assert inner[1:] == ["create view a.b as select 'x' as c", "exec('drop view a.b')", "drop view a.b"]
