"""What lies where the embedded database should be, and is none of ours: each verb says what it is, and changes nothing."""

import datetime
import shutil
import sqlite3
import subprocess
import sys

import duckdb
import pytest
from delivering import TOKEN, new_profile, trial_of

from nattsynk.deliver import ledger, marks
from nattsynk.engines.database import open_database
from nattsynk.engines.duckdb import database_file
from nattsynk.errors import Stop

VERBS = (
    ["build"], ["run"], ["send"], ["preview"], ["approve"], ["resend", "p-1"], ["purge", "p-1"], ["explain", "p-1"], ["export", "--out"],
    ["report", "--out"], ["check"],
)
# Leaves a .wal behind, as a kill does.
KILLED = """
import duckdb, os, sys
db = duckdb.connect(sys.argv[1])
db.execute("set checkpoint_threshold = '1GB'")
db.execute("create table a as select range as b from range(1000)")
if len(sys.argv) > 2: db.execute("checkpoint")
db.execute("insert into a values (1)")
os._exit(0)
"""


def sqlite(file):
    with sqlite3.connect(file) as db:
        db.execute("create table a (b)")
    db.close()


def of_another_program(file):
    with duckdb.connect(str(file)) as db:
        db.execute("create table budget (year int)")


def cut(file, most):
    """A database of ours, its end missing."""
    with duckdb.connect(str(file)) as db:
        db.execute("create table a as select range as b, repeat('x', 100) as c from range(100000)")
    file.write_bytes(file.read_bytes()[:most])


def cut_beyond_free_blocks(file):
    """A file that DuckDB has made shorter itself, and then one byte of what is in use is missing."""
    shortened(file)
    file.write_bytes(file.read_bytes()[:-1])


def shortened(file, block_size=262144):
    """Free blocks at the end of a file are given back to the disk; the header counts them still."""
    with duckdb.connect() as db:
        db.execute(f"attach '{file}' as ours (block_size {block_size})")
        db.execute("use ours")
        db.execute("create table kept as select range as b from range(1000)")
        db.execute("checkpoint ours")
        db.execute("create table dropped as select range as b, hash(range) as c from range(900000)")
        db.execute("checkpoint ours")
        longest = file.stat().st_size
        db.execute("drop table dropped")
        db.execute("checkpoint ours")
        db.execute("insert into kept values (1000)")
        db.execute("checkpoint ours")
    assert file.stat().st_size < longest


def damaged(file):
    cut(file, None)
    content = bytearray(file.read_bytes())
    content[0:8] = b"\xff" * 8
    file.write_bytes(bytes(content))


def killed(file, *how):
    subprocess.run([sys.executable, "-c", KILLED, str(file), *how], check=True)


def wal_of_another(file):
    other = file.with_name("other.duckdb")
    killed(other)
    of_another_program(file)
    shutil.copy(f"{other}.wal", f"{file}.wal")


def wal_of_before(file):
    """A .wal that was restored beside a newer file."""
    killed(file)
    kept = file.with_name("kept.wal")
    shutil.copy(f"{file}.wal", kept)
    with duckdb.connect(str(file)) as db:
        db.execute("checkpoint")
    shutil.copy(kept, f"{file}.wal")


FOREIGN = {
    "zeros": (lambda file: file.write_bytes(bytes(100_000)), "nothing but zeros"),
    "empty": (lambda file: file.write_bytes(b""), "is empty"),
    "text": (lambda file: file.write_text("Kära dagbok " * 9000), "a file of another kind"),
    "SQLite": (sqlite, "SQLite"),
    "cut in the headers": (lambda file: cut(file, 5000), "is cut off"),
    "cut in the middle": (lambda file: cut(file, 300_000), "is cut off"),
    "a byte short": (lambda file: cut(file, -1), "is cut off"),
    "a byte short, free blocks aside": (cut_beyond_free_blocks, "is cut off"),
    "damaged": (damaged, "is damaged"),
    "another program's": (of_another_program, "another program's database"),
    "the .wal of another": (wal_of_another, ".wal"),
    "the .wal of before": (wal_of_before, ".wal"),
    "a folder": (lambda file: file.mkdir(), "is a folder"),
}


@pytest.fixture
def small(tmp_path, certificates, monkeypatch):
    """A profile that is read without a build. Nobody waits for its receiver, which is not there."""
    monkeypatch.setattr("nattsynk.check.check.PATIENCE", datetime.timedelta(0))
    monkeypatch.setenv("TRIAL_TOKEN", TOKEN)
    return new_profile(tmp_path / "trial", "https://localhost:1", certificates.ca)


@pytest.mark.parametrize("kind", FOREIGN)
def test_it_is_named_and_nothing_is_changed(small, nattsynk, kind):
    make, words = FOREIGN[kind]
    make(small.database_file)
    before = content(small)
    for verb in (["approve"], ["check"]):
        ended = nattsynk(*verb, "--profile", small.folder)
        said = ended.out + ended.err
        assert words in said and "nattsynk.duckdb" in said, said
        assert "fault of nattsynk" not in said
        if verb != ["check"]:
            assert (ended.code, "backup" in said or kind == "a folder") == (2, True)
        if kind not in ("another program's", "the .wal of another"):
            assert content(small) == before


@pytest.mark.parametrize("block_size", [16384, 262144])
def test_a_file_that_duckdb_has_made_shorter_is_whole(tmp_path, block_size):
    """With small blocks the list of the free ones lies in several pieces."""
    file = tmp_path / "nattsynk.duckdb"
    shortened(file, block_size)
    database_file.check(file)
    with duckdb.connect(str(file)) as db:
        assert db.execute("select count(*) from kept").fetchall() == [(1001,)]
    database_file.check(file)


def content(small):
    return {path.name: path.read_bytes() for path in small.folder.glob("nattsynk.duckdb*") if path.is_file()}


def test_every_verb_says_so(profile, nattsynk, tmp_path, monkeypatch):
    monkeypatch.setattr("nattsynk.check.check.PATIENCE", datetime.timedelta(0))
    monkeypatch.setattr("nattsynk.build.dbt.parse", lambda *given: None)
    monkeypatch.setattr("nattsynk.profile.guard.check", lambda *given: None)
    monkeypatch.setenv("TRIAL_TOKEN", TOKEN)
    profile.write(receiver={"url": "https://localhost:1", "auth": {"type": "bearer", "token_env": "TRIAL_TOKEN"}})
    file = profile.settings().database_file
    file.write_bytes(bytes(100_000))
    for verb in VERBS:
        out = [str(tmp_path / "out")] if verb[-1] == "--out" else []
        ended = nattsynk(*verb, *out, "--profile", profile.folder)
        assert "nothing but zeros" in ended.out + ended.err, (verb, ended)
        # check and run tell of the receiver too, which is not there: of several codes the highest counts.
        assert ended.code == (40 if verb in (["check"], ["run"]) else 2), (verb, ended)
        assert "fault of nattsynk" not in ended.err
    assert file.read_bytes() == bytes(100_000)
    assert not (tmp_path / "out").exists()


def test_what_a_kill_leaves_is_no_damage(small):
    """A .wal with its file, whole or with its last statement cut off, is what the database is made of."""
    killed(small.database_file, "checkpoint")
    wal = small.database_file.with_name("nattsynk.duckdb.wal")
    wal.write_bytes(wal.read_bytes()[:-3])
    database_file.check(small.database_file)
    with open_database(small) as db:
        assert db.one("select count(*) from main.a") == (1000,)


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("IO Error: Trying to read a database file with storage version number 999, but we can only read storage versions between 64 and 67.", "newer DuckDB"),
        ('Serialization Error: Error opening "x": file was written with a storage version greater than the latest version supported', "newer DuckDB"),
        ("Corrupt database file: computed checksum 1 does not match stored checksum 2 in block at location 0", "is damaged"),
        ('IO Error: Cannot open file "/p/nattsynk.duckdb": Permission denied', "no right to it"),
        ('IO Error: Cannot open file "/p/nattsynk.duckdb": Read-only file system', "can only be read"),
        ('IO Error: Could not set lock on file "/p/nattsynk.duckdb": Conflicting lock is held in PID 7', "another process holds it"),
    ],
)
def test_what_duckdb_says_is_told_in_our_words(small, text, words):
    stop = database_file.unopened(small.database_file, Exception(text))
    assert words in stop.message and stop.exit_code in (2, 40) and stop.next_step


# Somebody else's state.

def built_by(folder, certificates, trial_database, prefix="trial_test", **keys):
    settings = new_profile(folder, "https://localhost:1", certificates.ca)
    shutil.copy(trial_database, settings.database_file)
    return settings


def test_the_state_of_another_profile_is_refused(tmp_path, certificates, trial_database, nattsynk, monkeypatch):
    monkeypatch.setenv("TRIAL_TOKEN", TOKEN)
    with open_database(trial := built_by(tmp_path / "trial", certificates, trial_database)) as db:
        marks.claim(db, "test")
        marks.claim_profile(db, "Provstads kommun", "https://localhost:1")
        db.execute("checkpoint")
    other = new_profile(tmp_path / "other", "https://localhost:1", certificates.ca)
    shutil.copy(trial.database_file, other.database_file)
    for verb in (["approve"], ["send"]):
        ended = nattsynk(*verb, "--profile", other.folder)
        assert ended.code == 2
        assert "trial_test" in ended.err and "other_test" in ended.err and "schema_prefix: trial_test" in ended.err


@pytest.mark.parametrize(("customer", "refused"), [("Provstads kommun", False), ("Annan kommun", True)])
def test_a_files_other_environment_may_stand_beside(tmp_path, certificates, trial_database, customer, refused):
    settings = built_by(tmp_path / "trial", certificates, trial_database)
    with open_database(settings) as db:
        marks.claim(db, "test")
        marks.claim_profile(db, customer, "")
    text = (settings.folder / "profile.yml").read_text().replace("environment: test", "environment: production")
    (settings.folder / "profile.yml").write_text(text)
    from nattsynk.profile import settings as profiles

    with open_database(profiles.load(settings.folder)) as db:
        if refused:
            with pytest.raises(Stop, match="another profile"):
                ledger.exists(db)
        else:
            assert ledger.exists(db) is False


def test_a_customer_or_a_receiver_may_change_but_not_both(tmp_path, certificates, trial_database):
    with trial_of(new_profile(tmp_path / "trial", "https://localhost:1", certificates.ca), trial_database).db as db:
        marks.claim_profile(db, "Provstads kommun", "https://a.example")
        marks.claim_profile(db, "Provstad", "https://a.example")
        marks.claim_profile(db, "Provstad", "https://b.example")
        with pytest.raises(Stop, match="Provstad.*b.example.*Annan kommun.*c.example") as stopped:
            marks.claim_profile(db, "Annan kommun", "https://c.example")
        assert stopped.value.exit_code == 2
        assert marks.mark(db, "customer") == "Provstad"
