"""What the operating system refuses, told as that: which file, why, and what to do. Never as a fault of nattsynk.

Python says it by a number (errno; on Windows winerror). DuckDB, SQLite and dbt wrap it in a text, of which only the path in quotes is
read: a path is no personal data, the rest of such a text may be. docs/decisions/0047-tell-what-the-operating-system-refuses.md.
"""

import contextlib
import dataclasses
import errno
import os
import re
import shutil
import sqlite3
from collections.abc import Iterator
from pathlib import Path

from nattsynk.errors import UNREACHABLE, USAGE, Stop


@dataclasses.dataclass(frozen=True)
class Refusal:
    """One thing that a system says no with. why: ends the sentence "X cannot be read or written: ..."."""

    why: str
    next_step: str
    exit_code: int


_STANDS = "What was committed stands"
FULL = Refusal("its disk is full", f"Make room on that disk, then run again. {_STANDS}.", UNREACHABLE)
QUOTA = Refusal("the quota of the account is used up", f"Make room, or have the quota raised, then run again. {_STANDS}.", UNREACHABLE)
TOO_LARGE = Refusal(
    "a limit on the size of files is reached", f"Raise the limit (`ulimit -f`, LimitFSIZE of the service), then run again. {_STANDS}.", UNREACHABLE,
)
READ_ONLY = Refusal("its disk can only be read", "Mount it so that it can be written to, or use another folder; then run again.", UNREACHABLE)
DAMAGED = Refusal("its disk reports an error", "Have the disk looked at; it may be failing. Restore from a backup if files were lost.", UNREACHABLE)
MANY_OPEN = Refusal("too many files are open", "Raise the limit of open files (`ulimit -n`, LimitNOFILE of the service), then run again.", UNREACHABLE)
IN_USE = Refusal("another program uses it", "Close the program that has it open (often Excel, a backup or a virus scanner), then run again.", UNREACHABLE)
AWAY = Refusal("the network folder that it is in does not answer", "See to it that the folder can be reached, then run again.", UNREACHABLE)
DENIED = Refusal(
    "the account that runs nattsynk has no right to it", "Give that account rights to it, or run as the account that owns the profile.", USAGE,
)
TOO_LONG = Refusal("its name is too long", "Use a shorter path or name.", USAGE)
MISSING = Refusal("it is not there", "Check the path.", USAGE)
IS_FOLDER = Refusal("it is a folder, and a file is meant", "Name a file, or move the folder away.", USAGE)
NO_FOLDER = Refusal("a part of its path is a file, and a folder is meant", "Check the path, or move that file away.", USAGE)

BY_ERRNO = {
    errno.ENOSPC: FULL, errno.EDQUOT: QUOTA, errno.EFBIG: TOO_LARGE, errno.EROFS: READ_ONLY, errno.EIO: DAMAGED, errno.EMFILE: MANY_OPEN,
    errno.ENFILE: MANY_OPEN, errno.EBUSY: IN_USE, errno.ESTALE: AWAY, errno.EACCES: DENIED, errno.EPERM: DENIED, errno.ENAMETOOLONG: TOO_LONG,
    errno.ENOENT: MISSING, errno.EISDIR: IS_FOLDER, errno.ENOTDIR: NO_FOLDER,
}
# What Windows means, for its errno is coarser: 32 and 112 are EACCES and EINVAL there.
BY_WINERROR = {
    2: MISSING, 3: MISSING, 5: DENIED, 19: READ_ONLY, 23: DAMAGED, 32: IN_USE, 33: IN_USE, 39: FULL, 53: AWAY, 64: AWAY, 67: AWAY, 112: FULL,
    123: TOO_LONG, 206: TOO_LONG, 223: TOO_LARGE, 1117: DAMAGED, 1295: QUOTA,
}
# Without a file's name these say nothing: they may be about a socket or a program.
_ONLY_OF_A_FILE = {DENIED, MISSING, IS_FOLDER, NO_FOLDER, IN_USE, AWAY}
# How DuckDB begins to tell of a file. On Windows the reason after it is in the system's own language, so the verb has to do.
_DUCKDB = re.compile(
    r"(?:Could not|Cannot|Failed to) (?P<verb>set lock on|write to|write|fsync|truncate|move|create directory|open|read from)"
    r"(?: file)? \"(?P<file>[^\"\n]+)\"(?P<rest>[^\n]*)", re.IGNORECASE,
)
_WRITES = ("write to", "write", "fsync", "truncate")
_NO_ROOM_TO_SPILL = re.compile(r"failed to offload data block of size")
_SQLITE = (
    ("database or disk is full", FULL), ("disk i/o error", DAMAGED), ("readonly database", READ_ONLY), ("unable to open database file", DENIED),
    ("database is locked", IN_USE),
)


def refusal(fault: BaseException, file: Path | str = "") -> Stop | None:
    """What a fault comes to if the operating system's refusal is behind it, however wrapped; None if it is anything else.

    file: which one it is about, where the fault itself does not say.
    """
    for link in _chain(fault):
        stop = _of(link, str(file))
        if stop is not None:
            return stop
    return None


def refusal_in(text: str) -> Stop | None:
    """The same, of what DuckDB says about a file. Nothing of the text is told but the path."""
    found = _DUCKDB.search(text)
    if found:
        return _stop(found["file"], _reason(found["verb"].lower(), found["rest"]))
    return _stop("The folder for passing files of the database", FULL) if _NO_ROOM_TO_SPILL.search(text) else None


@contextlib.contextmanager
def telling(file: Path | str = "") -> Iterator[None]:
    """What the operating system refuses inside is raised as a Stop. file: what is read or written, where the system does not say."""
    try:
        yield
    except OSError as fault:
        stop = refusal(fault, file)
        if stop is None:
            raise
        raise stop from fault


def _chain(fault: BaseException) -> Iterator[BaseException]:
    """The fault, and what it was raised from."""
    link: BaseException | None = fault
    while link is not None:
        yield link
        link = link.__cause__


def _of(fault: BaseException, file: str) -> Stop | None:
    if isinstance(fault, shutil.Error):
        return _of_a_copy(fault, file)
    if isinstance(fault, OSError):
        return _of_the_system(fault, file)
    if isinstance(fault, sqlite3.Error):
        return next((_stop(file, found) for words, found in _SQLITE if words in str(fault).lower()), None)
    return refusal_in(str(fault))


def _of_the_system(fault: OSError, file: str) -> Stop | None:
    name = fault.filename if isinstance(fault.filename, (str, bytes, os.PathLike)) else None
    name = os.fsdecode(name) if name else file
    found = BY_WINERROR.get(getattr(fault, "winerror", None) or 0) or BY_ERRNO.get(fault.errno or 0)
    if found is None or (not name and found in _ONLY_OF_A_FILE):
        return None
    return _stop(name, found)


def _of_a_copy(fault: shutil.Error, file: str) -> Stop | None:
    """shutil.copytree gathers (from, to, why), the last as a text."""
    _, to, why = fault.args[0][0]
    number = re.match(r"\[(Errno|WinError) (\d+)\]", str(why))
    found = (BY_ERRNO if number[1] == "Errno" else BY_WINERROR).get(int(number[2])) if number else None
    return _stop(os.fsdecode(to) or file, found) if found else None


def _reason(verb: str, rest: str) -> Refusal:
    if verb == "set lock on":
        return IN_USE
    if "being used by another process" in rest:
        return IN_USE
    said = next((found for number, found in BY_ERRNO.items() if os.strerror(number) in rest), None)
    if said:
        return said
    return FULL if verb in _WRITES else DENIED


def _stop(file: str, found: Refusal) -> Stop:
    return Stop(f"{file or 'A file'} cannot be read or written: {found.why}.", found.next_step, found.exit_code)
