"""What check says of rights on SQL Server, over what a server would answer; and that deploy/rights.sql grants just what is read.

No server answers here: `Answers` stands in for a Database at its two questions, by a list of what the login may do. That the script is
T-SQL runner/tests/tsql/test_scripts.py asks Microsoft's grammar; that a server gives such rights only a live run shows.
"""

import re

import pytest

from nattsynk import engines
from nattsynk.check import check
from nattsynk.engines.sqlserver import rights
from nattsynk.engines.statements import render
from nattsynk.errors import UNREACHABLE, USAGE, Stop
from nattsynk.profile.registers import tables
from nattsynk.profile.settings import PROJECT

OURS = {("nattsynk", "DATABASE", "CONTROL")}
SCRIPT = (PROJECT / "deploy" / "rights.sql").read_text(encoding="utf-8")


class Answers:
    """Stands in for a Database: answers what a login may do, from a list."""

    def __init__(self, permitted, closed=()):
        self.permitted, self.closed = permitted, closed

    def one(self, sql, params):
        if sql == render("check_access"):
            return (0 if params[0] in self.closed else 1,)
        assert sql == render("check_permission")
        # Of a table that the login has no right to at all, a server says 0 or nothing.
        return (1,) if tuple(params) in self.permitted else (None,)

    def __enter__(self):
        return self

    def __exit__(self, *_):
        pass


@pytest.fixture
def settings(profile):
    profile.write(source_location={"procapita": {"school": "P.KJ1", "register": "P.KI0"}})
    return profile.settings()


def may(permission, *names):
    return {(name, "OBJECT", permission) for name in names}


@pytest.fixture
def enough():
    read = [f"P.{'KI0' if table.module == 'register' else 'KJ1'}.{table.name}" for table in tables() if table.system == "procapita" and table.module != "gymnasium"]
    return OURS | may("SELECT", *read)


def test_enough_and_no_more_is_fine(settings, enough):
    rights.check_ours(settings, Answers(enough))
    assert rights.check_source(settings, Answers(enough)) == []


def test_every_table_that_cannot_be_read_is_named(settings, enough):
    with pytest.raises(Stop) as stop:
        rights.check_source(settings, Answers(enough - may("SELECT", "P.KI0.ki0v0fol", "P.KJ1.kj1v0akt")))
    assert stop.value.exit_code == USAGE
    assert stop.value.message == "The login may not read P.KJ1.kj1v0akt, P.KI0.ki0v0fol, or there is no such table."
    assert "deploy/rights.sql" in stop.value.next_step


def test_a_database_that_cannot_be_entered_is_named(settings, enough):
    with pytest.raises(Stop) as stop:
        rights.check_source(settings, Answers(enough, closed=("P",)))
    assert stop.value.exit_code == UNREACHABLE
    assert "database P " in stop.value.message


def test_our_own_database_must_be_the_logins_own(settings, enough):
    with pytest.raises(Stop) as stop:
        rights.check_ours(settings, Answers(enough - OURS))
    assert stop.value.exit_code == USAGE
    assert "our own database nattsynk" in stop.value.message


def test_a_login_that_may_write_to_the_source_is_a_warning_and_no_failure(profile, settings, enough, capsys, monkeypatch):
    answers = Answers(enough | may("DELETE", "P.KJ1.kj1v0per") | may("INSERT", "P.KJ1.kj1v0enh") | may("CONTROL", "P.KI0.ki0v0fol"))
    run = type("Run", (), {"settings": settings, "engine": engines.of("sqlserver"), "database": lambda self: answers})()
    look = check.Check("rights", check._rights)
    assert check._made(run, look, set())[0] == 0
    said = capsys.readouterr().out
    assert said.startswith("WARN  rights: more than the read rights that are needed.")
    assert said.splitlines()[1:] == ["        in P.KJ1 the login may also insert, delete", "        in P.KI0 the login may also control"]
    answers.permitted = enough
    assert check._made(run, look, set())[0] == 0
    assert capsys.readouterr().out.startswith("ok    rights: ")


def test_the_script_grants_select_on_what_is_read_and_nothing_else():
    granted = re.findall(r"grant (\w+) on \[\$\((\w+)Schema\)\]\.\[(\w+)\]", SCRIPT)
    assert {permission for permission, _, _ in granted} == {"select"}
    assert sorted(name for _, _, name in granted) == sorted({table.name for table in tables()})
    assert len(re.findall(r"\bgrant\b", re.sub("--.*", "", SCRIPT))) == len(granted)


def test_each_table_is_granted_where_its_module_is():
    """A module has a name in the script, which stands for one place. Registers that have the same tables share it."""
    places = dict(re.findall(r':setvar (\w+)Schema "(\w+)"', SCRIPT))
    for block, name in re.findall(r"on \[\$\((\w+)Schema\)\]\.\[(\w+)\]", SCRIPT):
        assert places[block] in {table.standard_location.split(".")[1] for table in tables() if table.name == name}
