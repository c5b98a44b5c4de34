"""What the operating system refuses is told as that, with the file and what to do, and leaves a sound state. Never as a fault of nattsynk.

The refusals are real where they can be: a limit on the size of files always, a disk that is full or only read where a tmpfs may be
mounted, missing rights in a process that has none.
"""

import contextlib
import errno
import os
import shutil
import signal
import subprocess
import sys
import tempfile
from pathlib import Path

import limited
import pytest
import small_registers
from test_stops import leaving  # noqa: F401 - a fixture

from nattsynk import operating_system
from nattsynk.deliver import builds, ledger
from nattsynk.engines.database import open_database
from nattsynk.errors import EXIT_CODES, FAULT, UNREACHABLE, USAGE, Stop
from nattsynk.profile.files import FileSet
from nattsynk.profile.settings import PROJECT, load

posix = pytest.mark.skipif(sys.platform == "win32", reason="limits, mounts and accounts are those of POSIX")
DAY, NEXT_DAY = "2023-09-01", "2023-09-02"
COMMAND = "import signal, sys; signal.signal(signal.SIGINT, signal.default_int_handler); from nattsynk.cli import main; sys.exit(main(sys.argv[1:]))"


# The one place that turns a refusal into a Stop.

@pytest.mark.parametrize(
    ("number", "code", "words"),
    [
        (errno.ENOSPC, 40, "disk is full"), (errno.EDQUOT, 40, "quota"), (errno.EROFS, 40, "can only be read"), (errno.EIO, 40, "reports an error"),
        (errno.EFBIG, 40, "limit on the size"), (errno.EMFILE, 40, "too many files"), (errno.EACCES, 2, "no right to it"),
        (errno.EPERM, 2, "no right to it"), (errno.ENAMETOOLONG, 2, "too long"), (errno.ENOENT, 2, "not there"), (errno.EISDIR, 2, "is a folder"),
        (errno.ENOTDIR, 2, "a part of its path is a file"),
    ],
)
def test_each_number_is_told_with_file_and_next_step(number, code, words):
    stop = operating_system.refusal(OSError(number, os.strerror(number), "/srv/profil/x.csv"))
    assert (stop.exit_code, words in stop.message, "/srv/profil/x.csv" in stop.message, bool(stop.next_step)) == (code, True, True, True)


@pytest.mark.parametrize(
    ("number", "posix_number", "code", "words"),
    [
        (32, errno.EACCES, 40, "another program uses it"), (112, errno.EINVAL, 40, "disk is full"), (206, errno.ENOENT, 2, "too long"),
        (5, errno.EACCES, 2, "no right to it"), (1295, errno.EINVAL, 40, "quota"), (19, errno.EACCES, 40, "can only be read"),
    ],
)
def test_windows_numbers_go_before_its_errno(number, posix_number, code, words):
    fault = OSError(posix_number, "Processen kommer inte åt filen", r"C:\profil\x.csv")
    fault.winerror = number
    stop = operating_system.refusal(fault)
    assert (stop.exit_code, words in stop.message, r"C:\profil\x.csv" in stop.message) == (code, True, True)


@pytest.mark.parametrize(
    ("text", "code", "words"),
    [
        ('IO Error: Could not write file "/p/nattsynk.duckdb.wal": No space left on device', 40, "disk is full"),
        ('TransactionContext Error: Failed to commit: Could not write to file "/p/x" - attempted to write 0 bytes: File too large', 40, "limit on"),
        (r'IO Error: Could not write file "C:\p\nattsynk.duckdb": Det finns inte tillräckligt med utrymme', 40, "disk is full"),
        ('IO Error: Cannot open file "/p/x.csv": Permission denied', 2, "no right to it"),
        ('IO Error: Cannot open file "/p/x.csv": Too many open files', 40, "too many files"),
        ('IO Error: Could not set lock on file "/p/nattsynk.duckdb": Conflicting lock is held', 40, "another program uses it"),
        ("Out of Memory Error: failed to offload data block of size 256.0 KiB (1.0 GiB/1.0 GiB used).", 40, "disk is full"),
    ],
)
def test_duckdb_and_dbt_wrap_it(text, code, words):
    fault = RuntimeError("Runtime Error\n  " + text)
    stop = operating_system.refusal(fault)
    assert (stop.exit_code, words in stop.message) == (code, True)
    assert "Runtime Error" not in stop.message, "nothing of the text but the path"


@pytest.mark.parametrize(
    "fault",
    [KeyError("x"), ConnectionResetError(errno.ECONNRESET, "reset"), OSError("nothing known"), PermissionError(errno.EACCES, "of a socket"), RuntimeError("x")],
)
def test_anything_else_stays_what_it_is(fault):
    assert operating_system.refusal(fault) is None


def test_a_fault_of_ours_in_the_middle_of_a_refusal_is_a_fault_of_ours():
    try:
        try:
            open("/nowhere/at/all")
        except OSError:
            raise KeyError("ours")  # noqa: B904 - what is tested
    except KeyError as fault:
        assert operating_system.refusal(fault) is None


@pytest.mark.parametrize("verb", [["check"], ["preview"], ["send"]])
def test_the_last_handler_tells_it_for_every_verb(nattsynk, profile, monkeypatch, verb):
    def refused(*_):
        raise OSError(errno.EIO, "Input/output error", "/srv/x")

    monkeypatch.setattr("nattsynk.profile.settings.load", refused)
    ended = nattsynk(*verb, "--profile", profile.folder)
    assert (ended.code, "/srv/x cannot be read or written" in ended.err + ended.out, "fault of" in ended.err) == (40, True, False)


def test_the_results_file_has_the_code_too(nattsynk, profile, monkeypatch, tmp_path):
    monkeypatch.setattr("nattsynk.profile.settings.load", lambda *_: (_ for _ in ()).throw(OSError(errno.ENOSPC, "x", "/srv/x")))
    assert nattsynk("send", "--profile", profile.folder, "--results", tmp_path / "r.json").code == 40
    assert '"exit_code": 40' in (tmp_path / "r.json").read_text(encoding="utf-8")


def test_a_disk_full_of_standard_error_keeps_the_exit_code(monkeypatch):
    class Full:
        def write(self, _):
            raise OSError(errno.ENOSPC, "No space left on device")

        def flush(self):
            pass

        def isatty(self):
            return False

    from nattsynk.cli import main

    monkeypatch.setattr("sys.stderr", Full())
    assert main(["send", "--profile", "no-such-profile"]) == 2


# Rights.

@pytest.fixture
def readable():
    """A folder that an account without rights may enter."""
    folder = Path(tempfile.mkdtemp(prefix="nattsynk-"))
    folder.chmod(0o755)
    yield folder
    shutil.rmtree(folder)


def open_to_all(folder):
    """As a login leaves them."""
    folder.chmod(0o755)
    for path in folder.rglob("*"):
        path.chmod(0o755 if path.is_dir() else 0o644)


@pytest.mark.long
@posix
@pytest.mark.parametrize("what", ["profile.yml", "extracts/procapita/kj1v0per.csv", "seeds/schools.csv", "nattsynk.duckdb"])
def test_what_the_account_has_no_right_to_is_named(processes, profile, readable, trial_database, what):
    """Root may read anything, so the process gives its account up where it is root's."""
    folder = readable / "profile"
    shutil.copytree(profile.folder, folder)
    shutil.copy(trial_database, folder / "nattsynk.duckdb")
    open_to_all(folder)
    (folder / what).chmod(0)
    code, out, err = limited.run(processes, "check", "--profile", folder, nobody=True)
    said = out + err
    assert (code, "fault of" in said) == (2 if what == "profile.yml" else code, False), said
    assert f"{folder / what} cannot be read or written: the account that runs nattsynk has no right to it." in said, said


@posix
def test_a_profile_that_is_not_ours_to_write_is_named(processes, profile, readable):
    folder = readable / "profile"
    shutil.copytree(profile.folder, folder)
    open_to_all(folder)
    if os.getuid():
        folder.chmod(0o555)
    code, _, err = limited.run(processes, "build", "--profile", folder, nobody=True)
    assert (code, f"The folder {folder} cannot be written to" in err) == (2, True), err


@posix
def test_names_too_long_and_files_for_folders(nattsynk, profile, tmp_path):
    ended = nattsynk("check", "--profile", tmp_path / ("x" * 300))
    assert (ended.code, "fault of" in ended.err + ended.out) == (2, False)
    (tmp_path / "file").write_text("")
    ended = nattsynk("init", tmp_path / "file" / "profile")
    assert (ended.code, "a folder is meant" in ended.err, "fault of" in ended.err) == (2, True, False)
    (profile.folder / "profile.yml").unlink()
    (profile.folder / "profile.yml").mkdir()
    ended = nattsynk("check", "--profile", profile.folder)
    assert (ended.code, "fault of" in ended.err + ended.out) == (2, False)


# No room.

@pytest.fixture(scope="module")
def built(tmp_path_factory, processes):
    """A small municipality, built once for its first day."""
    folder = tmp_path_factory.mktemp("full") / "profile"
    assert limited.run(processes, "init", folder)[0] == 0
    (folder / "profile.yml").write_text("customer: Provköping\nrule_set: eventful\nsources: [procapita]\n", encoding="utf-8")
    empty_extracts(folder)
    small_registers.fill(folder)
    code, _, err = limited.run(processes, "build", "--profile", folder, "--date", DAY, now=None)
    assert code == 0, err
    return folder


def empty_extracts(folder):
    from nattsynk.build import sources

    for table in sources.needed(load(folder)):
        path = folder / "extracts" / table.system / f"{table.name}.csv"
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(",".join(table.columns) + "\n", encoding="utf-8")


def last_build(folder):
    with open_database(load(folder)) as db:
        return builds.latest_build(db)


def says_no_room(code, out, err):
    """The one sentence that is wanted."""
    said = out + err
    return (code, "is full" in said or "a limit on the size of files" in said, "fault of nattsynk" in said) == (UNREACHABLE, True, False)


@contextlib.contextmanager
def small_disk(folder, kilobytes):
    """A disk of that size, or a loud skip. Gives what makes it large."""
    folder.mkdir()
    mounted = subprocess.run(["mount", "-t", "tmpfs", "-o", f"size={kilobytes}k", "tmpfs", str(folder)], capture_output=True)
    if mounted.returncode:
        pytest.skip("no tmpfs may be mounted here: a full disk is not played")
    try:
        yield lambda options="size=200m": subprocess.run(["mount", "-o", f"remount,{options}", str(folder)], check=True)
    finally:
        subprocess.run(["umount", "-l", str(folder)], check=True)


@pytest.mark.long
@posix
@pytest.mark.parametrize("size", [0, 1_000, 20_000, 100_000, 300_000, 1_000_000])
def test_a_first_build_without_room_says_so_and_leaves_nothing_green(processes, built, tmp_path, size):
    folder = tmp_path / "profile"
    shutil.copytree(built, folder, ignore=shutil.ignore_patterns("target", "nattsynk.*"))
    ended = limited.run(processes, "build", "--profile", folder, "--date", DAY, size=size, now=None)
    assert says_no_room(*ended), ended
    if (folder / "nattsynk.duckdb").exists():
        assert last_build(folder).status != "green"


@posix
@pytest.mark.long
@pytest.mark.parametrize("room", [100, 300, 600, 900])
def test_a_build_on_a_full_disk_says_so_and_the_next_one_with_room_is_right(processes, built, tmp_path, room):
    """room: kilobytes beside the work folder, which is there already. What a build commits needs 1,200 at least."""
    work = sum(-(-file.stat().st_size // 4096) * 4 for file in built.rglob("*") if file.is_file() and file.name != "nattsynk.duckdb")
    with small_disk(tmp_path / "disk", work + room) as enlarge:
        folder = tmp_path / "disk" / "profile"
        shutil.copytree(built, folder, ignore=shutil.ignore_patterns("nattsynk.*"))
        ended = limited.run(processes, "build", "--profile", folder, "--date", DAY, now=None)
        assert says_no_room(*ended), ended
        enlarge()
        code, _, err = limited.run(processes, "build", "--profile", folder, "--date", NEXT_DAY, now=None)
        assert (code, last_build(folder).status) == (0, "green"), err


@posix
@pytest.mark.parametrize("verb", ["export", "report"])
@pytest.mark.parametrize("size", [10, 100, 300])
def test_files_without_room_are_not_there_at_all(processes, built, tmp_path, verb, size):
    """Nothing that looks like a whole set, and what was there before stays whole."""
    folder, out = tmp_path / "profile", tmp_path / "out"
    shutil.copytree(built, folder, ignore=shutil.ignore_patterns("target"))
    out.mkdir()
    (out / f"{verb}_of_yesterday.csv").write_text("whole")
    ended = limited.run(processes, verb, "--profile", folder, "--date", DAY, "--out", out, size=size, now=None)
    assert says_no_room(*ended), ended
    assert [path.name for path in out.iterdir()] == [f"{verb}_of_yesterday.csv"]
    assert limited.run(processes, verb, "--profile", folder, "--date", DAY, "--out", out, now=None)[0] == 0
    assert len(list(out.iterdir())) > 5 and not list(out.glob("*.part"))


def test_files_that_another_program_holds_are_told_as_mixed(tmp_path, monkeypatch):
    """Excel has one of them open: the others have their new content by then."""
    true, taken = os.replace, []

    def held(part, path):
        if taken:
            fault = PermissionError(errno.EACCES, "x", str(part), None, str(path))
            fault.winerror = 32
            raise fault
        taken.append(true(part, path))

    monkeypatch.setattr("os.replace", held)
    with pytest.raises(Stop, match="another program uses it.*1 new files of 2 beside older ones") as stopped, FileSet(tmp_path) as files:
        files.write("a", ["x"], [])
        files.write("b", ["x"], [])
    assert stopped.value.exit_code == UNREACHABLE
    assert [path.name for path in tmp_path.iterdir()] == ["a.csv"]


@posix
@pytest.mark.parametrize("size", [0, 10, 500])
def test_half_a_profile_is_not_left(processes, tmp_path, size):
    folder = tmp_path / "new"
    ended = limited.run(processes, "init", folder, size=size)
    assert says_no_room(*ended), ended
    assert not folder.exists()
    assert limited.run(processes, "init", folder)[0] == 0


@posix
def test_an_approval_without_room_is_not_given(processes, tmp_path, leaving):  # noqa: F811
    """The delivery is held as before."""
    assert leaving.send().exit_code == 20
    leaving.db.close()
    code, out, err = limited.run(processes, "approve", "--profile", leaving.settings.folder, "--by", "Prov", size=70)
    assert says_no_room(code, out, err), (code, out, err)
    leaving.db = open_database(leaving.settings)
    assert ledger.held(leaving.db).approved_by is None


@posix
def test_a_disk_that_can_only_be_read_is_told_as_that(processes, profile, tmp_path):
    with small_disk(tmp_path / "disk", 3_000) as change:
        shutil.copytree(profile.folder, tmp_path / "disk" / "profile")
        change("ro")
        for verb in (["build"], ["preview"], ["approve"]):
            code, _, err = limited.run(processes, *verb, "--profile", tmp_path / "disk" / "profile", now=None)
            assert (code, "Read-only file system" in err, "fault of" in err) == (40, True, False), err
        code, _, err = limited.run(processes, "init", tmp_path / "disk" / "new")
        assert (code, "can only be read" in err) == (40, True), err


# Ctrl-C.

@posix
@pytest.mark.long
@pytest.mark.parametrize("moment", [("sources", 0.5), ("parse", 1), ("parse", 4), ("parse", 8)])
def test_a_build_that_is_interrupted_says_so_and_is_not_green(built, tmp_path, moment):
    """dbt catches Ctrl-C, and may tell it as a model that failed. A real signal to a real process."""
    (step, seconds), folder, said = moment, tmp_path / "profile", []
    shutil.copytree(built, folder)
    process = subprocess.Popen(
        [sys.executable, "-c", COMMAND, "build", "--profile", str(folder), "--date", NEXT_DAY], stderr=subprocess.PIPE, text=True, encoding="utf-8", cwd=PROJECT,
    )
    with process:
        for line in process.stderr:
            said.append(line)
            if f'"step": "{step}"' in line:
                with contextlib.suppress(subprocess.TimeoutExpired):
                    process.wait(seconds)
                process.send_signal(signal.SIGINT)
    assert process.returncode == FAULT, said
    assert said[-1] == "nattsynk: Interrupted; what was committed stands, and the next run goes on from there.\n"
    assert "fault of" not in "".join(said)
    last = last_build(folder)
    assert (last.sync_date.isoformat(), last.status) in ((DAY, "green"), (NEXT_DAY, "building"))


def test_interrupted_has_the_lowest_claim_of_the_codes():
    """docs/decisions/0047-tell-what-the-operating-system-refuses.md: a scheduler must see that the night did not end, and nothing else is meant."""
    assert "interrupted" in EXIT_CODES[FAULT] and USAGE in EXIT_CODES
