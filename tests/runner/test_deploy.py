"""The files of deploy/ are what their readers take, and name what is there."""

import configparser
import re
from xml.etree import ElementTree

import pytest
import yaml

from nattsynk.cli import verbs
from nattsynk.settings import PROJECT

DEPLOY = PROJECT / "deploy"
SPACE = {"": "http://schemas.microsoft.com/windows/2004/02/mit/task"}
CONNECTION = set(re.findall(r"env_var\('(\w+)'", (PROJECT / "profiles.yml").read_text(encoding="utf-8")))
GUIDES = [(PROJECT / "docs" / name).read_text(encoding="utf-8") for name in ("operating.md", "installing.md", "not-yet-shown.md")]


def test_every_file_is_named_in_a_guide_and_every_named_file_is_there():
    text = "\n".join([*GUIDES, *(path.read_text(encoding="utf-8") for path in DEPLOY.iterdir())])
    assert [path.name for path in DEPLOY.iterdir() if path.name not in text] == []
    assert [name for name in re.findall(r"`deploy[/\\]([\w.@-]+)`", text) if not (DEPLOY / name).is_file()] == []


def test_every_variable_of_the_connection_is_in_the_guide_and_no_other():
    assert set(re.findall(r"NATTSYNK_SQLSERVER_\w+", GUIDES[0])) == CONNECTION


def test_the_task_has_an_account_a_time_and_a_cut_off():
    task = ElementTree.parse(DEPLOY / "nattsynk-task.xml").getroot()
    found = {name: task.find(f".//{name}", SPACE).text for name in ("UserId", "StartBoundary", "ExecutionTimeLimit", "Command", "RunLevel")}
    assert found["RunLevel"] == "LeastPrivilege"
    assert found["StartBoundary"].endswith("T01:15:00")
    assert found["ExecutionTimeLimit"] == "PT5H"
    assert found["Command"] in GUIDES[0]


def test_the_units_run_a_night_with_a_cut_off():
    service, timer = configparser.ConfigParser(interpolation=None), configparser.ConfigParser(interpolation=None)
    for parser in (service, timer):
        parser.optionxform = str
    service.read(DEPLOY / "nattsynk@.service", encoding="utf-8")
    timer.read(DEPLOY / "nattsynk@.timer", encoding="utf-8")
    verb = service["Service"]["ExecStart"].split()[1]
    assert verb in verbs.commands
    assert (service["Service"]["SuccessExitStatus"], service["Service"]["TimeoutStartSec"]) == ("10", "5h")
    assert timer["Timer"]["OnCalendar"].endswith("Europe/Stockholm")


@pytest.mark.parametrize("file", ["deploy/nattsynk.cmd", "deploy/nattsynk-task.xml", "deploy/rights.sql"])
def test_what_windows_reads_is_plain_ascii(file):
    assert (PROJECT / file).read_bytes().isascii()


def test_the_live_run_of_a_public_repository_uses_what_is_here():
    workflow = yaml.safe_load((PROJECT / ".github" / "workflows" / "sqlserver.yml").read_text(encoding="utf-8"))
    [job] = workflow["jobs"].values()
    commands = " ".join(step.get("run", "") for step in job["steps"])
    makefile = (PROJECT / "Makefile").read_text(encoding="utf-8")
    for target in re.findall(r"make ([\w-]+)", commands):
        assert f"\n{target}:" in makefile
    assert set(job["env"]) <= CONNECTION
    assert "NATTSYNK_SQLSERVER_PASSWORD" in commands
    [server] = yaml.safe_load((DEPLOY / "compose.yaml").read_text(encoding="utf-8"))["services"].values()
    assert server["ports"] == ["127.0.0.1:1433:1433"], "nobody else reaches it"
