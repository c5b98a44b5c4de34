"""A run of send that is killed at its n-th step: in a process of its own, by the system, with nothing to catch.

All that a run imports is imported here, once for all the processes that are made of this one's.

A step is a statement that writes (within a transaction or by itself), a commit, and the time before and after each request.
"""

import os
import signal
from pathlib import Path
from typing import Any

# A run imports them late. A process that has given its rights up could not read them any more.
import dbt.adapters.duckdb.connections  # noqa: F401
import dbt.adapters.factory  # noqa: F401
import dbt.config.profile  # noqa: F401
import dbt.config.renderer  # noqa: F401
import dbt.flags  # noqa: F401
from delivering import NOW, Trial

from nattsynk.engines.database import open_database
from nattsynk.profile import settings as profiles


class Steps:
    """Counts the steps of a run, and kills the process at one of them. last: where to write how many there were."""

    def __init__(self, die_at: int) -> None:
        self.die_at, self.count = die_at, 0

    def step(self) -> None:
        self.count += 1
        if self.count == self.die_at:
            os.kill(os.getpid(), signal.SIGKILL)

    def around(self, act: Any) -> Any:
        """The same function, with a step before it."""

        def watched(*given: Any, **named: Any) -> Any:
            self.step()
            return act(*given, **named)

        return watched


class Counted:
    """A session with a step before and after each request."""

    def __init__(self, session: Any, steps: Steps) -> None:
        self.session, self.steps = session, steps

    def request(self, *given: Any, **named: Any) -> Any:
        self.steps.step()
        answer = self.session.request(*given, **named)
        self.steps.step()
        return answer

    def __getattr__(self, name: str) -> Any:
        return getattr(self.session, name)


def send(folder: Path, die_at: int) -> int:
    """Runs send of the profile, and dies at that step. Returns how many steps it took, if it took fewer."""
    settings, steps = profiles.load(str(folder)), Steps(die_at)
    with open_database(settings) as db:
        db.execute, db._end = steps.around(db.execute), steps.around(db._end)
        trial = Trial(settings, db, NOW)
        trial.send(Counted(trial.session(), steps))
    return steps.count
