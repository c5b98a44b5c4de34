"""One run of a profile at a time. The lock is the system's, so it ends with its process, however that ends.

The lock of a file keeps two runs on one machine apart. Where other machines can reach the database, the database is asked for its lock too.
"""

import contextlib
import datetime
import json
import os
import socket
from collections.abc import Iterator
from pathlib import Path

import filelock

from nattsynk import operating_system
from nattsynk.context import Context
from nattsynk.deliver import ledger, marks
from nattsynk.engines.database import Database
from nattsynk.engines.engine import Engine
from nattsynk.errors import UNREACHABLE, USAGE, Stop

HOLDER = "holder"


@contextlib.contextmanager
def exclusive(run: Context) -> Iterator[None]:
    """Holds the profile's lock. Stops (exit code 40) where another run has it, and says which."""
    now = run.clock().astimezone(datetime.UTC)
    text = f"`{run.verb}`, process {os.getpid()} on {socket.gethostname()}, since {now:%Y-%m-%d %H:%M:%S} UTC"
    with contextlib.ExitStack() as held:
        held.enter_context(_on_machine(run.settings.lock_file, text))
        if run.engine.is_shared:
            held.enter_context(_in_database(run.engine, held.enter_context(run.database()), text))
        yield


@contextlib.contextmanager
def _on_machine(file: Path, text: str) -> Iterator[None]:
    # Who holds it stands in a file of its own: on Windows nobody else can read one that is locked.
    lock, holder = filelock.FileLock(file), file.with_suffix(".lock.json")
    try:
        lock.acquire(timeout=0)
    except filelock.Timeout:
        raise _busy(_read(holder)) from None
    except OSError as fault:
        refused = operating_system.refusal(fault)
        code, next_step = (refused.exit_code, refused.next_step) if refused else (USAGE, "Run as the account that owns the profile.")
        raise Stop(f"The folder {file.parent} cannot be written to ({fault.strerror}).", next_step, code) from fault
    try:
        with operating_system.telling(holder):
            holder.write_text(json.dumps({HOLDER: text}), encoding="utf-8")
        yield
    finally:
        holder.unlink(missing_ok=True)
        lock.release()


def _read(holder: Path) -> str | None:
    try:
        return str(json.loads(holder.read_text(encoding="utf-8"))[HOLDER])
    except (OSError, ValueError, KeyError, TypeError):
        # It has just begun, or has just ended.
        return None


@contextlib.contextmanager
def _in_database(engine: Engine, db: Database, text: str) -> Iterator[None]:
    begun = ledger.exists(db)
    with engine.lock(db) as is_ours:
        if not is_ours:
            raise _busy(marks.mark(db, HOLDER) if begun else None)
        if begun:
            marks.set_mark(db, HOLDER, text)
        yield


def _busy(who: str | None) -> Stop:
    return Stop("Another run of this profile is going on" + (f": {who}." if who else "."), "Wait until it has ended, then run again.", UNREACHABLE)
