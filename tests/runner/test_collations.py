"""A build under a collation that ignores case, as SQL Server's usual ones do, gives what it gives under one that does not."""

import shutil

import pytest
import yaml
from dbt.adapters.duckdb.connections import DuckDBConnectionManager
from dbt.adapters.duckdb.environments import Environment
from test_golden import GENERATORS, GOLDEN, night_files

from nattsynk.settings import PROJECT


@pytest.fixture
def case_ignored(monkeypatch):
    """DuckDB compares every text without case, unless the SQL says otherwise."""
    true = Environment.initialize_db.__func__

    def initialize(cls, *given):
        connection = true(cls, *given)
        connection.execute("set global default_collation = 'nocase'")
        assert connection.execute("select 'a' = 'A'").fetchone() == (True,)
        return connection

    DuckDBConnectionManager.close_all_connections()
    monkeypatch.setattr(Environment, "initialize_db", classmethod(initialize))
    yield
    DuckDBConnectionManager.close_all_connections()


@pytest.mark.parametrize("name", GENERATORS)
def test_the_demo_gives_the_same_where_case_is_ignored(name, nattsynk, tmp_path, case_ignored):
    folder = tmp_path / name
    shutil.copytree(PROJECT / "profiles" / name, folder, ignore=shutil.ignore_patterns("target", "*.duckdb*"))
    nights = yaml.safe_load((folder / "nights.yml").read_text(encoding="utf-8"))
    files = night_files(nattsynk, folder, nights[-1], tmp_path / "out")
    golden = {path.name: path.read_text(encoding="utf-8") for path in (GOLDEN / name / str(nights[-1]["date"])).glob("*.csv")}
    # Rows may come in another order.
    differ = [file for file in sorted({*files, *golden}) if sorted(files.get(file, "").splitlines()) != sorted(golden.get(file, "").splitlines())]
    assert differ == []
