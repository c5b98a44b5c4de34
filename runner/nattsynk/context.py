"""What every verb is given: the profile's settings, the date, the engine, the receiver, the clock, and where to report."""

import dataclasses
import datetime
import functools
import json
from collections.abc import Callable
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

from nattsynk import engines, operating_system, receivers
from nattsynk.build.builder import Builder
from nattsynk.engines.database import Database, open_database
from nattsynk.engines.engine import Engine
from nattsynk.errors import USAGE, Stop
from nattsynk.log import Clock, Progress
from nattsynk.profile import settings as profiles
from nattsynk.profile.settings import Settings
from nattsynk.receivers.receiver import Receiver

STOCKHOLM = ZoneInfo("Europe/Stockholm")


@dataclasses.dataclass
class Context:
    """One run of one verb. `counts` goes to the results file; settings are read when first asked for.

    profile: a name or a folder; None where none is given. Then the only one of the working directory is taken, and named.
    receiver_of: makes the receiver of a profile; it takes what receivers.of takes.
    """

    verb: str
    profile: str | None
    target: str
    sync_date: datetime.date
    clock: Clock
    progress: Progress
    receiver_of: Callable[..., Receiver] = receivers.of
    is_date_given: bool = False
    counts: dict[str, Any] = dataclasses.field(default_factory=dict)

    @functools.cached_property
    def folder(self) -> Path:
        """The profile's folder; Stops (exit code 2) where there is none."""
        if self.profile is None:
            self.profile = str(profiles.only_profile(Path.cwd()))
            self.progress.step("profile", f"profile: {self.profile}", profile=self.profile)
        return profiles.folder_of(self.profile)

    @functools.cached_property
    def settings(self) -> Settings:
        """The profile's settings; Stops (exit code 2) at anything wrong in profile.yml."""
        return profiles.load(self.folder)

    @functools.cached_property
    def builder(self) -> Builder:
        """The builder of this profile; it keeps the parsed project."""
        return Builder(self.settings, self.target, self.clock, self.progress)

    @property
    def engine(self) -> Engine:
        """The engine of the target."""
        return engines.of(self.target)

    def database(self) -> Database:
        """The profile's database, to be used as a context manager."""
        return open_database(self.settings, self.target)

    def receiver(self, patience: datetime.timedelta | None = None) -> Receiver:
        """The profile's receiver, to be used as a context manager. patience: as receivers.of takes it."""
        return self.receiver_of(self.settings, self.clock, self.progress, patience)


def today(clock: Clock) -> datetime.date:
    """The calendar day in Stockholm, which the sync date is by default."""
    return clock().astimezone(STOCKHOLM).date()


def write_results(path: Path, run: Context, exit_code: int, started: datetime.datetime) -> None:
    """The run as JSON: verb, profile, target, sync_date, exit_code, started_at, finished_at, steps, counts."""
    results = {
        "verb": run.verb,
        "profile": run.profile,
        "target": run.target,
        "sync_date": run.sync_date.isoformat(),
        "exit_code": exit_code,
        "started_at": started.isoformat(timespec="seconds"),
        "finished_at": run.clock().isoformat(timespec="seconds"),
        "steps": run.progress.steps,
        "counts": run.counts,
    }
    try:
        path.write_text(json.dumps(results, ensure_ascii=False, indent=2) + "\n", encoding="utf-8")
    except OSError as fault:
        refused = operating_system.refusal(fault, path)
        code = refused.exit_code if refused else USAGE
        raise Stop(f"The results file {path} could not be written ({fault.strerror}).", "Give --results a path that can be written.", code) from fault
