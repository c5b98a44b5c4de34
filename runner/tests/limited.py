"""A command line in a process of its own, to which the system refuses something: size of files, rights.

The process is made of a server that has everything imported (`processes` of conftest.py). What it says comes back by a pipe.
"""

import contextlib
import datetime
import encodings.utf_8_sig  # noqa: F401 - Python's own folder may be closed to an account without rights
import functools
import io
import multiprocessing.connection
import os
import signal
import traceback
from pathlib import Path
from typing import Any

import dying  # noqa: F401 - what a run imports
from delivering import NOW

from nattsynk import cli, receivers
from nattsynk.cli import main
from nattsynk.profile.settings import Settings
from nattsynk.receivers import nattsynk as exchange
from nattsynk.receivers import tls_session
from nattsynk.receivers.receiver import Receiver

NOBODY = 65534


def start(
    link: multiprocessing.connection.Connection, arguments: list[str], size: int | None = None, nobody: bool = False,
    now: datetime.datetime | None = NOW, interrupt_at: int = 0,
) -> None:
    """Runs a command line. size: the most bytes that a file may have. nobody: as an account without rights, where we have one to give up.

    now: what the clock says; the true time if None. interrupt_at: Ctrl-C is pressed before that request.
    """
    signal.signal(signal.SIGINT, signal.default_int_handler)
    if size is not None:
        import resource  # not on Windows

        # Else the system ends the process at once.
        signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
        resource.setrlimit(resource.RLIMIT_FSIZE, (size, size))
    if nobody and os.getuid() == 0:
        os.setgroups([])
        os.setgid(NOBODY)
        os.setuid(NOBODY)
    out, err = io.StringIO(), io.StringIO()
    with contextlib.redirect_stdout(out), contextlib.redirect_stderr(err):
        try:
            code = main(arguments, (lambda: now) if now else cli.now, functools.partial(receiver_of, interrupt_at))
        except BaseException:
            traceback.print_exc()
            code = -1
    link.send((code, out.getvalue(), err.getvalue()))


def receiver_of(interrupt_at: int, settings: Settings, *given: Any) -> Receiver:
    """The profile's receiver, over a session that is interrupted."""
    if settings.receiver is None:
        return receivers.of(settings, *given)
    return exchange.of(settings, *given, session=Interrupted(tls_session.new_session(settings.receiver), interrupt_at))


class Interrupted:
    """A session in which somebody presses Ctrl-C before the n-th request; never for 0."""

    def __init__(self, session: Any, at: int) -> None:
        self.session, self.at, self.count = session, at, 0

    def request(self, *given: Any, **named: Any) -> Any:
        self.count += 1
        if self.count == self.at:
            os.kill(os.getpid(), signal.SIGINT)
        return self.session.request(*given, **named)

    def __getattr__(self, name: str) -> Any:
        return getattr(self.session, name)


def run(processes: Any, *arguments: Path | str, **how: Any) -> tuple[int, str, str]:
    """Exit code, standard output and standard error of a command line under such conditions."""
    ours, theirs = multiprocessing.Pipe()
    process = processes.Process(target=start, args=(theirs, [str(argument) for argument in arguments]), kwargs=how)
    process.start()
    theirs.close()
    answer = ours.recv()
    process.join()
    return answer
