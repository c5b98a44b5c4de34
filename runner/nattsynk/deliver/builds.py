"""The builds of the ledger, and the build that may be sent. A build that must not be sent ends the run (exit code 20)."""

import contextlib
import dataclasses
import datetime
from collections.abc import Iterator

from nattsynk.deliver import ledger
from nattsynk.engines.database import Database
from nattsynk.engines.statements import render
from nattsynk.errors import HELD, UNREACHABLE, Stop
from nattsynk.log import Clock
from nattsynk.profile import project
from nattsynk.profile.settings import Settings

OLDEST_BUILD = datetime.timedelta(days=1)
# Two clocks, or one clock before and after it is set, may differ so much without a warning.
CLOCKS_APART = datetime.timedelta(minutes=10)


@dataclasses.dataclass(frozen=True)
class Build:
    """A row of `builds`. fingerprint: of all it was built from. register_persons: the persons that were read. register_covered: how many of them the population register has."""

    build_id: str
    sync_date: datetime.date
    fingerprint: str
    status: str
    options: str | None
    finished_at: datetime.datetime | None
    register_persons: int | None
    register_covered: int | None

    @property
    def is_by_hand(self) -> bool:
        """Whether dbt's own command line made it (macros/begin_build_by_hand.sql)."""
        return self.build_id.startswith("dbt-")


def latest_build(db: Database) -> Build | None:
    """The build that began last, green or not; None before the first. Our tables must be there (`ledger.exists`)."""
    return _build(db, "build_latest")


def confirmed_build(db: Database) -> Build | None:
    """The build of the last confirmed delivery."""
    return _build(db, "build_of_confirmed")


def tables_emptied(db: Database, before: Build, now: Build) -> list[str]:
    """The landing tables that had rows in an earlier build and have none now."""
    sql = render("build_tables_emptied", delivery=db.schema("delivery"), exact=db.exact)
    return [name for (name,) in db.all(sql, [before.build_id, now.build_id])]


def _build(db: Database, name: str) -> Build | None:
    row = db.one(render(name, delivery=db.schema("delivery")))
    return Build(*row) if row else None


def usable_build(db: Database, settings: Settings, clock: Clock) -> Build:
    """The build to deliver. Stops unless it is green, complete and at most a day old. A build by dbt's own command line must also be of the project as it is now."""
    build = latest_build(db)
    if build is None:
        raise Stop("Nothing has been built yet.", "Run `nattsynk build`, or `nattsynk run` for the whole night.", HELD)
    if build.options:
        raise Stop(
            f"The tables were made last by {build.options}, so they may not be the whole register.",
            "Run `nattsynk build` (or `nattsynk run`) and send the new one.",
            HELD,
        )
    if build.status != "green" or build.finished_at is None:
        raise Stop(
            f"The last build (of {build.sync_date}) is not green, so nothing is sent.",
            "Run `nattsynk build` and see to what it reports; then send again.",
            HELD,
        )
    if build.is_by_hand and build.fingerprint != project.fingerprint(settings):
        raise Stop(
            "The last build was made by dbt from a project that was assembled before a model, a seed or profile.yml was changed.",
            "Run `nattsynk build`, or `nattsynk dbt -- build`: both assemble the project anew. Then send.",
            HELD,
        )
    if build.finished_at - ledger.utc(clock) > CLOCKS_APART:
        raise Stop(
            f"By this machine's clock the last build (of {build.sync_date}) ends only at {build.finished_at:%Y-%m-%d %H:%M} UTC: the clock was set back.",
            "See to the clock, run `nattsynk build` (or `nattsynk run`), and send the new one.",
            HELD,
        )
    if ledger.utc(clock) - build.finished_at > OLDEST_BUILD:
        raise Stop(
            f"The last green build (of {build.sync_date}) is older than a day.",
            "Run `nattsynk build` (or `nattsynk run`) and send the new one.",
            HELD,
        )
    return build


def still_latest(db: Database, build: Build) -> None:
    """Stops unless that build is still the latest, and green. Then the tables that are read are the ones it made."""
    latest = latest_build(db)
    if latest is None or (latest.build_id, latest.status) != (build.build_id, "green"):
        raise Stop(
            "Another build has begun since this delivery was made ready, so nothing is sent.",
            "Wait until that build has ended green, then send again.",
            HELD,
        )


@contextlib.contextmanager
def asking_the_registers() -> Iterator[None]:
    """Turns any failure into a Stop (40). A statement inside reads the registers themselves, which may be out of reach by now."""
    try:
        yield
    except Stop:
        raise
    except Exception as fault:  # noqa: BLE001 - of either engine; its text could hold a row's values
        raise Stop(
            f"The registers could not be asked whom they protect ({type(fault).__name__}), so nothing is sent.",
            "Make sure that the extracts, or the source's database, are as they were for the build; then send again.",
            UNREACHABLE,
        ) from None


def none_exposed(db: Database) -> None:
    """Stops if the export has a person who has become protected since the build. The registers themselves are asked."""
    with asking_the_registers():
        (exposed,) = db.one(render("exposed_count", delivery=db.schema("delivery")))
    if exposed:
        raise Stop(
            "The register has changed since the last build in whom it protects, so nothing more is sent from that build.",
            "Run `nattsynk build` (or `nattsynk run`) and send the new one.",
            HELD,
        )
