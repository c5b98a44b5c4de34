"""What dbt itself makes of a checkout: its own command line, in a process of its own, and nothing of ours around it."""

import json
import os
import shutil
import subprocess
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from filelock import FileLock
from processes import in_every_process
from programs import program

from nattsynk.profile.settings import PROJECT

# What dbt reads of a checkout.
READ = ("dbt_project.yml", "profiles.yml", "macros", "models", "profiles", "seeds", "tests", "unit_tests")


def dbt(folder: Path, *arguments: str) -> None:
    """Runs `dbt ARGUMENTS` in a folder. What came of it stands in run_results.json."""
    told = subprocess.run(
        [program("dbt"), "--no-print", *arguments], cwd=folder, env={**os.environ, "DBT_SEND_ANONYMOUS_USAGE_STATS": "false"},
        capture_output=True, text=True, encoding="utf-8", check=False,
    )
    assert results_file(folder).exists(), told.stdout + told.stderr


def results_file(folder: Path) -> Path:
    return folder / "target" / "run_results.json"


def outcomes(folder: Path) -> dict[str, tuple[str, str]]:
    """What came of each node of the last command, by its unique id: status and message."""
    results = results_file(folder)
    return {result["unique_id"]: (result["status"], result["message"] or "") for result in json.loads(results.read_text(encoding="utf-8"))["results"]}


@pytest.fixture(scope="session")
def built_checkout(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A checkout, copied, after `dbt build` without the unit tests. Made once for all processes; read it, and copy it to do more."""
    folder = in_every_process(tmp_path_factory, "checkout")
    with FileLock(folder / "lock"):
        if not (folder / "target").exists():
            for name in READ:
                (shutil.copytree if (PROJECT / name).is_dir() else shutil.copy)(PROJECT / name, folder / name)
            dbt(folder, "build", "--exclude-resource-type", "unit_test")
    # Each process looks, for another one may have built it.
    built = outcomes(folder)
    wrong = {node: outcome for node, outcome in built.items() if outcome[0] not in ("success", "pass", "warn", "no-op")}
    assert built and not wrong, wrong
    return folder


@pytest.fixture(scope="session")
def unit_tested(built_checkout: Path, tmp_path_factory: pytest.TempPathFactory) -> Callable[[tuple[str, ...]], dict[str, Any]]:
    """Has dbt run the unit tests of these models' files, once: name of the test -> status and message."""
    done: dict[tuple[str, ...], dict[str, Any]] = {}

    def run(files: tuple[str, ...]) -> dict[str, Any]:
        if files not in done:
            folder = tmp_path_factory.mktemp("rules") / "checkout"
            shutil.copytree(built_checkout, folder)
            results_file(folder).unlink()
            dbt(folder, "test", "--select", *(f"path:unit_tests/{file}.yml" for file in files))
            done[files] = {node.rsplit(".", 1)[1]: outcome for node, outcome in outcomes(folder).items() if node.startswith("unit_test.")}
        return done[files]

    return run
