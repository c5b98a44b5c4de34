"""dbt works as dbt users expect: in the checkout, and in the assembled project of a profile."""

import subprocess
import sys
from pathlib import Path

import pytest
import yaml
from nattsynk.profile import configuration, project
from nattsynk.profile.configuration import OF_THE_PROFILE, PROJECT_FILE
from nattsynk.profile.settings import PROJECT

DBT = Path(sys.executable).with_name("dbt")


def dbt(folder: Path, *arguments: str) -> subprocess.CompletedProcess:
    return subprocess.run([DBT, *arguments], cwd=folder, capture_output=True, text=True, check=False)


def test_the_vars_in_the_checkout_are_those_of_the_demo():
    _, written = PROJECT_FILE.read_text(encoding="utf-8").split(OF_THE_PROFILE)
    assert written == configuration.as_vars(configuration.demo_vars()), "run `make demo-vars`"


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
    assert not list(settings.project.glob("runner/tests/golden"))


def test_a_profile_has_its_own_schema_and_database_in_the_assembled_project(profile):
    profile.write(database={"name": "skolan", "schema_prefix": "prov_test"})
    settings = profile.settings()
    project.assemble(settings, "sqlserver")
    found = yaml.safe_load((settings.project / "profiles.yml").read_text(encoding="utf-8"))["nattsynk"]
    assert found["target"] == "sqlserver"
    assert (found["outputs"]["sqlserver"]["database"], found["outputs"]["sqlserver"]["schema"]) == ("skolan", "prov_test")
    assert (settings.project / found["outputs"]["embedded"]["path"]).resolve() == settings.database_file.resolve()
