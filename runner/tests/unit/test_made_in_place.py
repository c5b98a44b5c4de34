"""macros/made_in_place.sql: the embedded engine's tables and views take the place of what stood, whole or not at all. With dbt, on a model of two rows."""

import shutil

import duckdb
import pytest
import yaml
from dbt.adapters.duckdb.connections import DuckDBConnectionManager
from dbt.cli.main import dbtRunner

from nattsynk.profile.settings import PROJECT

CONTRACT = {"config": {"contract": {"enforced": True}}, "columns": [{"name": "a", "data_type": "integer"}]}


@pytest.fixture
def make(tmp_path):
    """Makes the model `pair` of a select as a table or view; returns whether it could, and the rows that stand then."""
    (tmp_path / "macros").mkdir()
    (tmp_path / "models").mkdir()
    shutil.copy(PROJECT / "macros" / "made_in_place.sql", tmp_path / "macros")
    (tmp_path / "dbt_project.yml").write_text("name: tiny\nprofile: tiny\nflags: {send_anonymous_usage_stats: false}\n")
    output = {"type": "duckdb", "path": str(tmp_path / "tiny.duckdb"), "schema": "main"}
    (tmp_path / "profiles.yml").write_text(yaml.safe_dump({"tiny": {"target": "it", "outputs": {"it": output}}}))

    def run(sql, kind, contract=None):
        (tmp_path / "models" / "pair.sql").write_text("{{ config(materialized='%s') }}\n%s" % (kind, sql))
        (tmp_path / "models" / "pair.yml").write_text(yaml.safe_dump({"models": [{"name": "pair", **(contract or {})}]}))
        outcome = dbtRunner().invoke([
            "run", "--project-dir", str(tmp_path), "--profiles-dir", str(tmp_path), "--target-path", str(tmp_path / "target"),
            "--log-path", str(tmp_path), "--log-level", "none", "--log-level-file", "none", "--no-print",
        ])
        DuckDBConnectionManager.close_all_connections()
        with duckdb.connect(tmp_path / "tiny.duckdb", read_only=True) as db:
            (standing,) = db.execute("select table_type from information_schema.tables where table_name = 'pair'").fetchone()
            return outcome.success, standing, db.execute("select a from pair order by a").fetchall()

    return run


@pytest.mark.long
def test_what_is_made_takes_the_place_of_what_stood_whole_or_not_at_all(make):
    two, three = "select 1 as a union all select 2", "select 3 as a"
    assert make(two, "table") == (True, "BASE TABLE", [(1,), (2,)])
    assert make(three, "table") == (True, "BASE TABLE", [(3,)])
    assert make(two, "view") == (True, "VIEW", [(1,), (2,)])
    assert make(three, "view") == (True, "VIEW", [(3,)])
    assert make(two, "table") == (True, "BASE TABLE", [(1,), (2,)])
    # It fails among the rows, after the old table is dropped.
    assert make("select cast(concat('x', a) as int) as a from (select 1 as a) as t", "table") == (False, "BASE TABLE", [(1,), (2,)])


def test_a_contract_is_kept(make):
    assert make("select 1 as a", "table", CONTRACT) == (True, "BASE TABLE", [(1,)])
    assert make("select 'text' as a", "table", CONTRACT) == (False, "BASE TABLE", [(1,)])
    assert make("select 2 as a", "table", CONTRACT) == (True, "BASE TABLE", [(2,)])
