"""Every dbt unit test of the models, run on the embedded engine: each rule at its borders."""

import shutil
from pathlib import Path

from nattsynk import dbt, project
from nattsynk.cli import now
from nattsynk.log import Progress
from nattsynk.settings import Settings, load

# A day on which nothing of the demo happens: a unit test that forgets to pin its own day would fail.
ANOTHER_DAY = "1950-01-01"


def test_every_unit_test_passes(demo_build: Settings, tmp_path: Path) -> None:
    settings = load(shutil.copytree(demo_build.folder, tmp_path / "demo"))
    project.assemble(settings, unit_tests=True)
    manifest = dbt.parse(settings, "embedded", Progress(now))
    arguments = ["test", *dbt.common_arguments(settings, "embedded"), "--resource-type", "unit_test"]
    outcome = dbt.invoke(manifest, arguments, {**settings.dbt_vars(), "sync_date": ANOTHER_DAY})
    assert outcome.exception is None, outcome.exception
    results = [result for result in outcome.result if result.node.resource_type == "unit_test"]
    failed = [f"{result.node.name}\n{result.message}" for result in results if str(result.status) != "pass"]
    assert results and len(results) == len(manifest.unit_tests), "some unit tests did not run"
    assert not failed, "\n\n".join(failed)
