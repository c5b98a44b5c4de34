"""The state: whose it is, how it is widened, and that one run at a time has it."""

import contextlib
import datetime
import shutil
import subprocess
import sys
import types

import pytest

from nattsynk import engines
from nattsynk.context import Context
from nattsynk.deliver import builds, ledger, marks
from nattsynk.engines.database import open_database
from nattsynk.errors import Stop
from nattsynk.profile import lock
from nattsynk.profile.lock import exclusive

HOLDS = """
import sys
from test_state import run_of
from nattsynk.profile.lock import exclusive
with exclusive(run_of(sys.argv[1], "send")):
    print("held", flush=True)
    sys.stdin.read()
"""


def run_of(folder, verb):
    now = datetime.datetime(2026, 11, 21, 22, 0, tzinfo=datetime.UTC)
    return Context(verb, str(folder), "embedded", now.date(), lambda: now, None)


def test_a_second_run_says_who_has_the_first(school):
    holder = subprocess.Popen(
        [sys.executable, "-c", HOLDS, str(school.settings.folder)], stdin=subprocess.PIPE, stdout=subprocess.PIPE, cwd=__file__.rpartition("/")[0] or None,
    )
    try:
        assert holder.stdout.readline().strip() == b"held"
        with pytest.raises(Stop) as stopped, exclusive(run_of(school.settings.folder, "build")):
            raise AssertionError("both have it")
        assert stopped.value.exit_code == 40
        assert f"`send`, process {holder.pid} on " in stopped.value.message
        assert "since 2026-11-21 22:00:00 UTC" in stopped.value.message
    finally:
        holder.kill()
        holder.wait()
        holder.stdin.close()
        holder.stdout.close()
    # It died without letting go, and nobody has to clean up after it.
    with exclusive(run_of(school.settings.folder, "build")):
        pass


def test_the_work_folder_may_be_deleted_during_a_run(school):
    with exclusive(run_of(school.settings.folder, "build")):
        shutil.rmtree(school.settings.work, ignore_errors=True)
        with pytest.raises(Stop, match="Another run of this profile"), exclusive(run_of(school.settings.folder, "send")):
            raise AssertionError("both have it")


def test_the_verbs_take_the_lock(school, nattsynk):
    with exclusive(run_of(school.settings.folder, "run")):
        for verb in (["build"], ["send"], ["run"], ["preview"], ["approve"], ["resend", "p-1"], ["purge", "p-1"], ["explain", "p-1"]):
            ended = nattsynk(*verb, "--profile", school.settings.folder)
            assert (ended.code, "Another run of this profile" in ended.err) == (40, True), verb


def test_an_older_version_finds_the_lock_of_this_one(school):
    """docs/operate/personal-data.md names the file."""
    assert school.settings.lock_file.name == "nattsynk.lock"


def test_a_run_leaves_nothing_of_its_lock(school):
    with exclusive(run_of(school.settings.folder, "build")):
        holder = school.settings.lock_file.with_suffix(".lock.json")
        assert "`build`, process " in holder.read_text(encoding="utf-8")
    assert not holder.exists()
    with exclusive(run_of(school.settings.folder, "send")):
        pass


def test_the_lock_is_asked_for_once_and_given_back(school, monkeypatch):
    said = []
    file_lock = types.SimpleNamespace(acquire=lambda timeout: said.append(timeout), release=lambda: said.append("given back"))
    monkeypatch.setattr(lock.filelock, "FileLock", lambda file: file_lock)
    with exclusive(run_of(school.settings.folder, "build")):
        assert said == [0]
    assert said == [0, "given back"]


def test_who_has_the_lock_and_has_not_said_so_is_not_named():
    assert lock._busy(None).message == "Another run of this profile is going on."
    assert lock._busy("`send`").message == "Another run of this profile is going on: `send`."


@pytest.mark.parametrize(("answer", "is_taken"), [(0, True), (1, True), (-1, False), (-999, False)])
@pytest.mark.parametrize("begun", [True, False])
def test_on_a_server_the_database_says_whether_another_run_has_it(monkeypatch, answer, is_taken, begun):
    said, noted = [], {}
    server = engines.of("sqlserver")
    db = types.SimpleNamespace(schema=lambda layer: "x", one=lambda *of: (answer,), execute=lambda *of: said.append(of))
    monkeypatch.setattr(ledger, "exists", lambda db: begun)
    monkeypatch.setattr(marks, "mark", lambda db, name: "`send`")
    monkeypatch.setattr(marks, "set_mark", lambda db, name, value: noted.update({name: value}))
    if is_taken:
        with lock._in_database(server, db, "`build`"):
            assert (said, noted) == ([], {"holder": "`build`"} if begun else {})
        assert len(said) == 1
        return
    with pytest.raises(Stop, match="going on: `send`" if begun else r"going on\.") as stopped, lock._in_database(server, db, "`build`"):
        raise AssertionError("both have it")
    assert (stopped.value.exit_code, said, noted) == (40, [], {})


def test_on_a_server_both_locks_are_taken(school, monkeypatch):
    taken = []
    monkeypatch.setattr(lock, "_in_database", lambda engine, db, text: taken.append(text) or contextlib.nullcontext())
    run = run_of(school.settings.folder, "build")
    with exclusive(run):
        assert taken == []
    monkeypatch.setattr(Context, "database", lambda run: contextlib.nullcontext())
    run.target = "sqlserver"
    with exclusive(run):
        assert len(taken) == 1 and taken[0].startswith("`build`, process ")


def test_the_state_of_one_environment_is_not_that_of_another(school):
    marks.claim(school.db, "test")
    marks.claim(school.db, "test")
    with pytest.raises(Stop, match="environment test, and the profile says production") as stopped:
        marks.claim(school.db, "production")
    assert stopped.value.exit_code == 2


def test_an_older_table_is_widened_and_keeps_its_rows(delivered, delivery_tables):
    """The tables as an older version made them, with what it had delivered."""
    schema = delivered.db.schema("delivery")
    delivered.db.execute(f"drop view {schema}.delta_persons")
    for table, lacking in (("delivered_persons", "mobile, user_name"), ("deliveries", "approved_until"), ("builds", "register_persons")):
        delivered.db.execute(f"create table {schema}.older as select * exclude ({lacking}) from {schema}.{table}")
        delivered.db.execute(f"drop table {schema}.{table}")
        delivered.db.execute(f"alter table {schema}.older rename to {table}")
    before = delivered.rows("delivered_persons", "person_id, given_name, civic_no")
    for statement in delivery_tables.split(";"):
        delivered.db.execute(statement)

    assert delivered.rows("delivered_persons", "person_id, given_name, civic_no") == before
    assert set(delivered.rows("delivered_persons", "mobile, user_name")) == {(None, None)}
    assert ledger.confirmed(delivered.db)[0] == 1
    assert delivered.rows("deliveries", "approved_until") == [(None,)]
    with open_database(delivered.settings) as db:
        assert builds.latest_build(db).register_persons is None
