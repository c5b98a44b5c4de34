"""What stops a delivery before anything is said to the receiver. Each stop is one function that raises `Stop`, exit code 20."""

import contextlib
import dataclasses
import datetime
from collections.abc import Iterator

from nattsynk import ledger
from nattsynk.database import Database
from nattsynk.errors import HELD, UNREACHABLE, Stop
from nattsynk.ledger import Build
from nattsynk.log import Clock
from nattsynk.settings import Settings
from nattsynk.statements import render

OLDEST_BUILD = datetime.timedelta(days=1)


@dataclasses.dataclass(frozen=True)
class Hold:
    """Why a delivery has to wait for a person, and what that person can do."""

    reason: str
    next_step: str


def usable_build(db: Database, clock: Clock) -> Build:
    """The build to deliver. Stops unless it is green, complete and at most a day old."""
    build = ledger.latest_build(db)
    if build is None:
        raise Stop("Nothing has been built yet.", "Run `nattsynk build`, or `nattsynk run` for the whole night.", HELD)
    if build.status != "green" or build.finished_at is None:
        raise Stop(
            f"The last build (of {build.sync_date}) is not green, so nothing is sent.",
            "Run `nattsynk build` and see to what it reports; then send again.",
            HELD,
        )
    if build.options:
        raise Stop(
            f"The last build was made with {build.options}, so it is not the whole register.",
            "Run `nattsynk build` without options, then send again.",
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
    """Stops unless that build still is the latest, and green: the tables that are read must be the ones it made."""
    latest = ledger.latest_build(db)
    if latest is None or (latest.build_id, latest.status) != (build.build_id, "green"):
        raise Stop(
            "Another build has begun since this delivery was made ready, so nothing is sent.",
            "Wait until that build has ended green, then send again.",
            HELD,
        )


@contextlib.contextmanager
def asking_the_registers() -> Iterator[None]:
    """Turns any failure into a Stop (40): a statement inside reads the registers themselves, which may be out of reach by now."""
    try:
        yield
    except Exception as fault:  # noqa: BLE001 - of either engine; its text could hold a row's values
        raise Stop(
            f"The registers could not be asked whom they protect ({type(fault).__name__}), so nothing is sent.",
            "Make sure that the extracts, or the source's database, are as they were for the build; then send again.",
            UNREACHABLE,
        ) from fault


def none_exposed(db: Database) -> None:
    """Stops where the export that stands has somebody whom the register protects by now; it is asked of the source itself."""
    with asking_the_registers():
        (exposed,) = db.one(render("exposed_count", delivery=db.schema("delivery")))
    if exposed:
        raise Stop(
            "The register has changed since the last build in whom it protects, so nothing more is sent from that build.",
            "Run `nattsynk build` (or `nattsynk run`) and send the new one.",
            HELD,
        )


def pauses(db: Database) -> list[str]:
    """What is paused on the day of the build (LIFE-4), a phrase a pause."""
    rows = db.rows(render("pauses_current", delivery=db.schema("delivery")))
    return [f"{_paused(school, form)} until {end}" for school, form, end in rows]


def _paused(school: str | None, form: str | None) -> str:
    if not school:
        return f"school form {form}" if form else "everything"
    return f"school {school}" + (f", school form {form}" if form else "")


def hold_reason(db: Database, settings: Settings, build: Build, is_anew: bool) -> Hold | None:
    """Why this delivery has to wait for a person, or None. is_anew: whether all is said once more to a receiver that has something."""
    paused = pauses(db) if is_anew else []
    if paused:
        # What is paused stays at the receiver as it is; a delivery of everything would change it, or remove it by silence.
        return Hold(
            f"everything would be sent anew, and a pause keeps {'; '.join(paused)} as it is",
            "Nothing was sent. Wait until the pause is over, or take its row out of seeds/pauses.csv; then build and send again.",
        )
    if not build.register_persons:
        # Everybody at the receiver would go, or a first delivery would hold schools without people: the extracts are wrong.
        return Hold(
            "not one person was read from the sources",
            "Nothing was sent. See to the extracts (a header without rows is an empty table), build and send again.",
        )
    thinned = register_thinned(build, ledger.confirmed_build(db), int(settings.values["max_register_drop_percent"]))
    return Hold(thinned, "Nothing was sent. See to the population register's extract, build and send again.") if thinned else None


def register_thinned(build: Build, before: Build | None, most: int) -> str | None:
    """PER-11: protection is only as good as the population register that is read.

    before: the build of the last confirmed delivery. most: the largest drop in coverage, in percentage points.
    """
    if not build.register_persons:
        return None
    if not build.register_covered:
        return f"the population register is empty: it has none of the {build.register_persons} persons read"
    if before is None or not before.register_persons:
        return None
    now = 100 * build.register_covered / build.register_persons
    then = 100 * (before.register_covered or 0) / before.register_persons
    if then - now > most:
        return (
            f"the population register has {now:.0f} % of the persons read, against {then:.0f} % at the last delivery "
            f"(setting max_register_drop_percent: {most})"
        )
    return None
