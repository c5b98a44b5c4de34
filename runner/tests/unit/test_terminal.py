"""What a person sees at a terminal, and what a file or a pipe gets: the same words, and there nothing else."""

import contextlib
import io
import os
import re
import subprocess
import sys

import pytest
from programs import program

from nattsynk import terminal
from nattsynk.cli import now
from nattsynk.log import Progress
from nattsynk.profile.settings import PROJECT

ESCAPES = re.compile(r"\x1b\[[0-9;?]*[A-Za-z]")
COUNTS, ROWS = ("exported", "created"), [("student", 12, 0), ("[red]klass", None, 3)]
PLAIN = """\
    entity      exported  created
    student           12        0
    [red]klass         -        3
"""


class Screen(io.StringIO):
    """A stream that is a terminal."""

    def isatty(self) -> bool:
        return True

    @property
    def words(self) -> str:
        """What was written, without colour and what moves the cursor."""
        return ESCAPES.sub("", self.getvalue()).replace("\r", "")


@pytest.fixture
def screen(monkeypatch):
    """A terminal with colours and 80 columns."""
    for name in ("NO_COLOR", "FORCE_COLOR", "TTY_COMPATIBLE", "TTY_INTERACTIVE"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("TERM", "xterm-256color")
    monkeypatch.setenv("COLUMNS", "80")
    return Screen()


def test_a_file_gets_the_words_alone(capsys):
    terminal.say(("FAIL", terminal.VERDICTS["FAIL"]), "  seeds: [red]1A[/red] :smile:")
    terminal.table(("entity",), COUNTS, ROWS)
    assert capsys.readouterr().out == "FAIL  seeds: [red]1A[/red] :smile:\n" + PLAIN


@pytest.mark.parametrize(("verdict", "colour"), [("ok", "32"), ("WARN", "33"), ("FAIL", "1;31"), ("skip", "2")])
def test_a_terminal_gets_a_verdict_in_its_colour(screen, verdict, colour):
    terminal.say((verdict, terminal.VERDICTS[verdict]), "  seeds: right", stream=screen)
    assert screen.getvalue() == f"\x1b[{colour}m{verdict}\x1b[0m  seeds: right\n"


def test_nothing_that_is_shown_is_markup_and_a_long_line_stays_whole(screen):
    text = "[red]1A[/red] :smile: [link=x]" + " ord" * 60
    terminal.say(text, stream=screen)
    assert screen.getvalue() == text + "\n"


def test_no_color_is_honoured(screen, monkeypatch):
    monkeypatch.setenv("NO_COLOR", "1")
    terminal.say(("FAIL", "red"), "  seeds", stream=screen)
    assert screen.getvalue() == "FAIL  seeds\n"


def test_a_table_holds_every_cell_at_a_terminal_too(screen):
    with contextlib.redirect_stdout(screen):
        terminal.table(("entity",), COUNTS, ROWS)
    lines = [line.split() for line in screen.words.splitlines()]
    assert ["entity", *COUNTS] in lines
    assert ["[red]klass", "-", "3"] in lines
    assert ["student", "12", "0"] in lines


def test_a_step_at_a_terminal_is_a_line_and_ends_the_bar(screen):
    progress = Progress(now, screen)
    progress.tick("3/10 model [b]int_x[/b]", 3, 10)
    progress.step("build", "Built [b]all[/b]")
    assert "3/10 model [b]int_x[/b]" in screen.words
    assert screen.words.endswith("Built [b]all[/b]\n")


def test_a_run_that_stops_midway_leaves_no_bar(screen):
    progress = Progress(now, screen)
    progress.tick("Sent part 1 of 3")
    assert "\x1b[?25l" in screen.getvalue(), "the bar hides the cursor"
    progress.close()
    ended = screen.getvalue()
    assert "\x1b[?25h" in ended
    progress.close()
    assert screen.getvalue() == ended


def test_where_nobody_watches_rich_is_not_imported(tmp_path):
    code = "import sys; from nattsynk.cli import main; code = main(['check', '--profile', 'demo', '--date', '2026-08-19']); sys.exit(40 if 'rich' in sys.modules else 0)"
    ended = subprocess.run([sys.executable, "-c", code], cwd=PROJECT, capture_output=True, text=True, check=False)
    assert "ok    settings: " in ended.stdout
    assert "\x1b" not in ended.stdout + ended.stderr
    assert ended.returncode == 0


@pytest.mark.skipif(sys.platform == "win32", reason="pseudo terminals are POSIX's")
def test_a_pseudo_terminal_shows_colour_and_a_pipe_the_same_words(tmp_path):
    import pty

    command = [program("nattsynk"), "check", "--profile", os.fspath(tmp_path)]
    main_end, other_end = pty.openpty()
    environment = {**os.environ, "TERM": "xterm-256color", "COLUMNS": "200"}
    environment.pop("NO_COLOR", None)
    with subprocess.Popen(command, stdout=other_end, stderr=subprocess.DEVNULL, env=environment) as process:
        os.close(other_end)
        shown = b""
        while chunk := _read(main_end):
            shown += chunk
    os.close(main_end)
    piped = subprocess.run(command, capture_output=True, text=True, check=False)
    text = shown.decode("utf-8").replace("\r\n", "\n")
    assert text.startswith("\x1b[1;31mFAIL\x1b[0m  profile: There is no profile")
    assert ESCAPES.sub("", text) == piped.stdout
    assert process.returncode == piped.returncode == 2


def _read(end: int) -> bytes:
    try:
        return os.read(end, 1024)
    except OSError:
        # Linux says so where the other end is closed.
        return b""
