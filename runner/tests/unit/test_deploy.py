"""The files of deploy/ are what their readers take, and name what is there."""

import configparser
import re
from xml.etree import ElementTree

import pytest
import yaml

from nattsynk.cli import verbs
from nattsynk.profile.settings import PROJECT

DEPLOY = PROJECT / "deploy"
SPACE = {"": "http://schemas.microsoft.com/windows/2004/02/mit/task"}
CONNECTION = set(re.findall(r"env_var\('(\w+)'", (PROJECT / "profiles.yml").read_text(encoding="utf-8")))
# What a Windows administrator reads: each section that shows a command of one system shows the other's too.
USERS_GUIDES = ("README.md", *sorted(f"docs/operate/{path.name}" for path in (PROJECT / "docs" / "operate").glob("*.md")))
POSIX = re.compile(r"\.venv/bin/|\bpython3\b|(?:^|`)make [a-z]|\bcp -r|^export [A-Z]|\bchmod\b|\binstall -m|\bcrontab\b|/(?:var|srv|opt|etc)/", re.MULTILINE)
WINDOWS = re.compile(r"\.venv\\Scripts\\|\bicacls\b|\bsetx\b|\bschtasks\b|\bpy -3|[A-Z]:\\")
# Sections about one system alone.
OF_ONE_SYSTEM = ("Linux", "systemd", "cron", "Changing it", "Where things are")
ENGLISH_GROUPS = re.compile(r"Administrators|SYSTEM|Users|Everyone|Authenticated|BUILTIN|NT AUTHORITY|CREATOR", re.IGNORECASE)
SCHEDULE, SQL_SERVER, INSTALLING, NOT_YET_SHOWN = (
    (PROJECT / "docs" / f"{name}.md").read_text(encoding="utf-8")
    for name in ("operate/schedule", "operate/sql-server", "operate/installing", "develop/not-yet-shown")
)


def test_every_file_is_named_in_a_guide_and_every_named_file_is_there():
    text = "\n".join([SCHEDULE, SQL_SERVER, INSTALLING, NOT_YET_SHOWN, *(path.read_text(encoding="utf-8") for path in DEPLOY.iterdir())])
    assert [path.name for path in DEPLOY.iterdir() if path.name not in text] == []
    assert [name for name in re.findall(r"`deploy[/\\]([\w.@-]+)`", text) if not (DEPLOY / name).is_file()] == []


def test_every_variable_of_the_connection_is_in_the_guide_and_no_other():
    assert set(re.findall(r"NATTSYNK_SQLSERVER_\w+", SQL_SERVER)) == CONNECTION


def test_the_task_has_an_account_a_time_and_a_cut_off():
    task = ElementTree.parse(DEPLOY / "nattsynk-task.xml").getroot()
    found = {name: task.find(f".//{name}", SPACE).text for name in ("UserId", "StartBoundary", "ExecutionTimeLimit", "Command", "RunLevel")}
    assert found["RunLevel"] == "LeastPrivilege"
    assert found["StartBoundary"].endswith("T01:15:00")
    assert found["ExecutionTimeLimit"] == "PT5H"
    arguments = task.find(".//Arguments", SPACE).text
    assert found["Command"] == "cmd.exe"
    assert arguments in SCHEDULE, "the guide registers the very same command for a managed account"
    assert re.search(r'deploy\\nattsynk\.cmd" (\w+) ', arguments).group(1) in verbs.commands
    assert f"{found['UserId']} /rp *" in SCHEDULE


def test_the_command_file_has_no_profile_and_no_target_and_ends_with_nattsynks_code():
    """goto finds its label in a file with Windows' line ends alone."""
    raw = (DEPLOY / "nattsynk.cmd").read_bytes()
    assert raw.count(b"\n") == raw.count(b"\r\n") > 10
    commands = [line for line in raw.decode().splitlines() if not line.startswith("rem ")]
    assert [line for line in commands if "--" in line or "sqlserver" in line or "D:" in line] == []
    assert sum("%PROGRAM%\" %*" in line for line in commands) == 2
    assert "set PYTHONUTF8=1" in commands and "chcp 65001 >nul" in commands
    assert commands[-1] == "exit /b %CODE%"


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


def sections(file):
    """(heading, text) of a guide, fenced lines that begin with # taken for what they are."""
    heading, lines, is_fenced = "", [], False
    for line in (PROJECT / file).read_text(encoding="utf-8").splitlines():
        is_fenced ^= line.startswith("```")
        if line.startswith("#") and not is_fenced:
            yield heading, "\n".join(lines)
            heading, lines = line.strip("# "), []
        lines.append(line)
    yield heading, "\n".join(lines)


@pytest.mark.parametrize("file", USERS_GUIDES)
def test_what_is_said_for_linux_is_said_for_windows(file):
    alone = [heading for heading, text in sections(file) if heading not in OF_ONE_SYSTEM and POSIX.search(text) and not WINDOWS.search(text)]
    assert alone == []


@pytest.mark.parametrize("file", USERS_GUIDES)
def test_a_block_of_commands_for_linux_has_one_for_windows_beside_it(file):
    for heading, text in sections(file):
        blocks = re.findall(r"^```\n(.*?)^```", text, re.MULTILINE | re.DOTALL)
        posix, windows = ([block for block in blocks if pattern.search(block)] for pattern in (POSIX, WINDOWS))
        assert heading in OF_ONE_SYSTEM or not posix or windows, heading


def test_rights_are_given_by_sid():
    """On a Swedish Windows the group is called Administratörer."""
    texts = {file: (PROJECT / file).read_text(encoding="utf-8") for file in USERS_GUIDES} | {
        path.name: path.read_text(encoding="utf-8") for path in DEPLOY.iterdir()
    }
    lines = {(file, line) for file, text in texts.items() for line in text.splitlines() if "icacls " in line and ":(" in line}
    assert len(lines) > 3
    assert [line for line in lines if ENGLISH_GROUPS.search(line[1])] == []
    assert [line for line in lines if "*S-1-5-32-544:" not in line[1]] == [], "administrators could not read it, nor back it up"


def test_the_guide_names_a_python_that_the_packages_take():
    text = INSTALLING
    assert "py -3.13 -m venv" in text
    assert set(re.findall(r"py -(3\.\d+)", text)) == {"3.13"}


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


def test_the_workflow_of_the_tests_calls_what_contributors_are_told():
    """The workflow cannot run here. What it calls can, and is the same."""
    jobs = yaml.safe_load((PROJECT / ".github" / "workflows" / "tests.yml").read_text(encoding="utf-8"))["jobs"]
    told = (PROJECT / "CONTRIBUTING.md").read_text(encoding="utf-8")
    for job in jobs.values():
        commands = [step["run"] for step in job["steps"] if "run" in step]
        assert commands and [command for command in commands if command not in told] == []
