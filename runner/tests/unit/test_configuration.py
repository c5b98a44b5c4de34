"""dbt works as dbt users expect: in the checkout, and in the assembled project of a profile."""

import subprocess
from pathlib import Path

import pytest
import yaml
from programs import program

from nattsynk.profile import project
from nattsynk.profile.settings import PROJECT


def dbt(folder: Path, *arguments: str) -> subprocess.CompletedProcess:
    return subprocess.run([program("dbt"), *arguments], cwd=folder, capture_output=True, text=True, check=False)


@pytest.mark.long
def test_dbt_needs_no_argument_in_the_checkout():
    assert (PROJECT / "profiles.yml").is_file(), "dbt looks for its connections where it is started"
    listed = dbt(PROJECT, "ls", "--quiet", "--resource-type", "unit_test", "--select", "int_windows", "--output", "name")
    assert listed.returncode == 0, listed.stdout
    assert "win_" in listed.stdout


@pytest.mark.long
def test_the_assembled_project_is_complete_by_itself(profile):
    settings = profile.settings()
    project.assemble(settings)
    listed = dbt(settings.project, "ls", "--quiet", "--resource-type", "model", "--select", "export_persons", "local_exclusions", "--output", "name")
    assert listed.stdout.split() == ["export_persons", "local_exclusions"]
    assert not list(settings.project.glob("models/staging/extens")), "a family of which no register is read"


def test_no_test_of_ours_reaches_a_customers_project_or_fingerprint(profile):
    """A golden file or a unit test changes nothing for a customer. dbt's own data tests hold the night, so they do."""
    settings = profile.settings()
    project.assemble(settings)
    ours = [path.relative_to(PROJECT).parts for path in project.own_files(settings) if path.is_relative_to(PROJECT)]
    assembled = [path.relative_to(settings.project).parts for path in settings.project.rglob("*") if path.is_file()]
    assert {parts[0] for parts in ours} == {"dbt_project.yml", "profiles.yml", "models", "macros", "seeds", "tests"}
    assert {parts[0] for parts in assembled} == {*(parts[0] for parts in ours), "inputs"}
    assert {parts[1] for parts in (*ours, *assembled) if parts[0] == "tests"} == {"config", "generic", "integrity", "safety"}
    assert not [parts for parts in (*ours, *assembled) if (settings.project / Path(*parts)).suffix not in (".sql", ".yml", ".csv", ".md")]
    assert not [path for path in settings.project.rglob("*.yml") if "unit_tests" in yaml.safe_load(path.read_text(encoding="utf-8"))]


def test_the_unit_tests_of_a_project_do_not_count_for_its_fingerprint(profile):
    settings = profile.settings()
    project.assemble(settings, unit_tests=True)
    with_unit_tests = (settings.project / "dbt_project.yml").read_text(encoding="utf-8")
    assert list(settings.project.glob("unit_tests/*.yml"))
    project.assemble(settings)
    assert not list(settings.project.glob("unit_tests/*.yml"))
    assert (settings.project / "dbt_project.yml").read_text(encoding="utf-8") == with_unit_tests


def test_a_profile_has_its_own_schema_and_database_in_the_assembled_project(profile):
    profile.write(database={"name": "skolan", "schema_prefix": "prov_test"})
    settings = profile.settings()
    project.assemble(settings, "sqlserver")
    found = yaml.safe_load((settings.project / "profiles.yml").read_text(encoding="utf-8"))["nattsynk"]
    assert found["target"] == "sqlserver"
    assert (found["outputs"]["sqlserver"]["database"], found["outputs"]["sqlserver"]["schema"]) == ("skolan", "prov_test")
    assert (settings.project / found["outputs"]["embedded"]["path"]).resolve() == settings.database_file.resolve()
