"""Holds: lines that wait until a person approves them with `nattsynk approve` (exit code 20).

A build that must not be sent at all is no hold (builds.py).
"""

import dataclasses
from collections.abc import Mapping

from nattsynk.deliver import builds, ledger
from nattsynk.deliver.builds import Build
from nattsynk.deliver.delivery import Base
from nattsynk.engines.database import Database
from nattsynk.engines.statements import render
from nattsynk.errors import HELD, Stop
from nattsynk.log import Clock
from nattsynk.profile.settings import Settings

MOST_SAID = 900  # characters of a reason; the ledger's note holds 1000


@dataclasses.dataclass(frozen=True)
class Hold:
    """Why lines are held, how to see to the cause, and how to release the lines.

    operations: of the held lines (delete, update, create); every line if empty. baselines: (entity, school or blank) -> how many records the
    receiver had when lines were first held.
    """

    reason: str
    see: str
    release: str
    operations: frozenset[str] = frozenset()
    baselines: Mapping[tuple[str, str], int] = dataclasses.field(default_factory=dict)


MASS_PROTECTION = Hold(
    "a mass protection waits. Persons whom the register came to protect in one night are hidden at the receiver, and not erased there yet",
    "Ask whoever keeps the register whether it is meant. If not, put it right there: who is protected no longer is delivered again, with history.",
    "If it is meant: `nattsynk approve --erase`, then `nattsynk send`.",
)


def pauses(db: Database) -> list[str]:
    """The pauses of the build's day (LIFE-4), a phrase each."""
    rows = db.all(render("pauses_current", delivery=db.schema("delivery"), exact=db.exact))
    return [f"{_paused(school, form)} until {end}" for school, form, end in rows]


def _paused(school: str | None, form: str | None) -> str:
    if not school:
        return f"school form {form}" if form else "everything"
    return f"school {school}" + (f", school form {form}" if form else "")


def none_paused(db: Database) -> None:
    """Stops a full delivery while something is paused: a full delivery removes what it does not say, and paused records must stay as they are."""
    paused = pauses(db)
    if paused:
        raise Stop(
            f"Everything would be sent anew, and a pause keeps {'; '.join(paused)} as it is.",
            "Nothing was sent. Wait until the pause is over, or take its row out of seeds/pauses.csv; then build and send again.",
            HELD,
        )


def hold(db: Database, settings: Settings, build: Build, mode: str, base: Base, clock: Clock) -> Hold | None:
    """Which of tonight's lines are held, and why; None if none are. base: where the receiver stands."""
    release = f"If it is meant: `nattsynk approve`, then `{send_again(mode)}`."
    broken = _broken_source(db, settings, build)
    if broken:
        return Hold(broken, "See to the extracts, build and send again.", release)
    old = db.engine.age_of_sources(settings, clock)
    if old and not ledger.knows(db, base):
        # A profile restored with its extracts: who has become protected since the backup is not protected in them.
        lost = f"{old}, and the receiver stands at delivery {base[0]}, which our state does not know: both may be of an older backup"
        see = "Put the register's extracts of today in their place, build and send again. Old ones do not know who has become protected since."
        return Hold(lost, see, release)
    if old and settings.flag("hold_stale_sources"):
        return Hold(old, "See to the job that exports them, build and send again.", release)
    back = _back_in_time(db, build)
    if back:
        return Hold(back, "See to the clock, or to --date, then build and send again.", release)
    if base[0] and not ledger.confirmed(db)[0] and not ledger.is_ours(db, base):
        # No limit can be measured, and everything that is delivered there and not exported here would be removed.
        unknown = f"the receiver stands at delivery {base[0]}, and we have none on record: what it has and is not exported now would be removed"
        return Hold(unknown, "See to it that receiver.url is this profile's own tenant, and whether our state can be restored from a backup.", release)
    passed = list(_passed(db))
    if not passed:
        return None
    # A full delivery removes by what it does not say: nothing can be taken out of it.
    operations = frozenset(operation for _, operation, *_ in passed) if mode == "delta" else frozenset()
    baselines = {(entity, school or ""): confirmed for _, _, entity, school, _, confirmed, _ in passed}
    return Hold(_few([_phrase(*row) for row in passed], "; "), "See with `nattsynk preview` whether it is meant.", release, operations, baselines)


def _back_in_time(db: Database, build: Build) -> str | None:
    """Why a build of a day before the last delivery is held: it would take back what was delivered since."""
    last = ledger.confirmed_date(db)
    if last is None or build.sync_date >= last:
        return None
    return f"the build is of {build.sync_date}, and the receiver has been told of {last} already. A clock set back, or --date, does that"


def send_again(mode: str) -> str:
    """The command that plans a delivery of that mode again. Without --full, `send` plans a delta if the states agree."""
    return "nattsynk send --full" if mode == "full" else "nattsynk send"


def _broken_source(db: Database, settings: Settings, build: Build) -> str | None:
    unreadable = columns_unreadable(db)
    if unreadable:
        most = settings.number("max_unreadable_percent")
        return f"{_few(unreadable, '; ')} (setting max_unreadable_percent: {most}). The likely cause is the extract, not the register"
    if not build.register_persons:
        # Everybody at the receiver would go, or a first delivery would hold schools without people: the extracts are wrong.
        return "not one person was read from the sources"
    before = builds.confirmed_build(db)
    emptied = builds.tables_emptied(db, before, build) if before else []
    if emptied:
        return f"there were rows at the last delivery, and are none now, in {_few(emptied, ', ')}"
    return register_thinned(build, before, settings.number("max_register_drop_percent"))


def _few(phrases: list[str], between: str) -> str:
    """As many of the phrases as fit in a reason, and the number of the others."""
    said = phrases
    while len(between.join(said)) > MOST_SAID - 100:
        said = said[:-1]
    more = len(phrases) - len(said)
    return between.join(said) + (f"{between}and {more} more" if more else "")


def columns_unreadable(db: Database) -> list[str]:
    """DQ-4: the columns of the registers that are mostly unreadable, or mostly blank keys, a phrase each. It names the form of the cells, never a value."""
    rules = db.schema("rules")
    if db.one(render("table_exists"), (rules, "int_columns_read")) is None:
        return []
    return [_unreadable(*row) for row in db.all(render("columns_unreadable", rules=rules, exact=db.exact))]


def _unreadable(system: str, table: str, column: str, holds: str, cells: int, unreadable: int, form: str | None) -> str:
    share = f"{100 * unreadable / cells:.0f} %"
    if holds == "key":
        return f"{system} {table}.{column} is blank in {unreadable} of {cells} rows ({share})"
    what = {"date": "is no date", "number": "is no personal number"}.get(holds, "has a code that no list knows")
    return f"{system} {table}.{column} {what} in {unreadable} of {cells} filled cells ({share}), mostly written as {form}"


def limits_passed(db: Database) -> list[str]:
    """The limits that the delta passes, a phrase each."""
    return [_phrase(*row) for row in _passed(db)]


def _passed(db: Database) -> list[tuple]:
    return db.all(render("limits_passed", delivery=db.schema("delivery"), exact=db.exact))


def _phrase(reason: str, operation: str, entity: str, school: str | None, lines: int, confirmed: int, most: int) -> str:
    where = f" of school {school}" if school else ""
    if reason == "school_gone":
        return f"school {school} is gone"
    if reason == "keys_replaced":
        return f"{lines} new records of entity person beside as many that go: have the register's keys been replaced?"
    setting = {"delete": "max_delete_percent", "update": "max_update_percent"}[operation]
    return f"{lines} of {confirmed} records of entity {entity}{where} would be {operation}d ({setting}: {most})"


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
