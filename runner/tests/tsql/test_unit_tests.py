"""Every dbt unit test of the models, run on the embedded engine: each rule at its borders."""

import datetime
import functools
import shutil
from pathlib import Path

import pytest
from dbt.adapters.duckdb.impl import DuckDBAdapter

from nattsynk.build import dbt
from nattsynk.cli import now
from nattsynk.log import Progress
from nattsynk.profile import project, registers

# A day on which nothing happens: a unit test that forgets to pin its own day would fail.
ANOTHER_DAY = datetime.date(1950, 1, 1)


@pytest.mark.long
def test_every_unit_test_passes(profile, monkeypatch: pytest.MonkeyPatch) -> None:
    # Every family of registers at once, so that every model is there.
    profile.write(sources=[systems[0] for systems in registers.families().values()])
    profile.empty_extracts()
    settings = profile.settings()
    project.assemble(settings, unit_tests=True)
    shutil.copy(Path(__file__).with_name("unit_fixtures.jinja"), settings.project / "macros" / "unit_fixtures.sql")
    manifest = dbt.parse(settings, "embedded", Progress(now))
    # A unit test takes the types of its columns from the tables that stand.
    assert dbt.build(settings, "embedded", manifest, ANOTHER_DAY, Progress(now)) == []
    # dbt asks sqlparse for the first word of a model alone, and has it group all the others first.
    monkeypatch.setattr("sqlparse.engine.grouping.group", lambda statement: statement)
    # No unit test makes or changes a table that another reads.
    monkeypatch.setattr(DuckDBAdapter, "get_columns_in_relation", functools.cache(DuckDBAdapter.get_columns_in_relation))
    arguments = ["test", *dbt.common_arguments(settings, "embedded"), "--resource-type", "unit_test"]
    outcome = dbt.invoke(manifest, arguments, {**settings.dbt_vars(), "sync_date": ANOTHER_DAY.isoformat()})
    assert outcome.exception is None, outcome.exception
    results = [result for result in outcome.result if result.node.resource_type == "unit_test"]
    failed = [f"{result.node.name}\n{result.message}" for result in results if str(result.status) != "pass"]
    assert results and len(results) == len(manifest.unit_tests), "some unit tests did not run"
    assert not failed, "\n\n".join(failed)
