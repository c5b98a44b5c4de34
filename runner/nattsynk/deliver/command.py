"""`nattsynk send`, and `nattsynk run`, the nightly job: check, build, send."""

import contextlib
from collections.abc import Iterator

from nattsynk.check.check import check
from nattsynk.context import Context
from nattsynk.deliver import builds, deliver, ledger, marks
from nattsynk.deliver.outcomes import Interrupted, Outcome
from nattsynk.engines.database import Database
from nattsynk.errors import Stop
from nattsynk.show import summary


def send(run: Context, full: bool = False) -> int:
    """Delivers the delta of the last green build, or everything anew; the sync date is the build's. Returns the delivery's exit code."""
    if not run.engine.is_made(run.settings):
        raise _nothing_built()
    if _built_by_hand(run):
        run.builder.accept()
    with run.receiver() as receiver, run.database() as database:
        if not ledger.exists(database):
            raise _nothing_built()
        marks.claim(database, run.settings.environment)
        marks.claim_profile(database, run.settings.customer, run.settings.receiver.url if run.settings.receiver else "")
        with _summed_up(run, database), _counted_when_stopped(run):
            outcome = deliver.send(database, run.settings, receiver, run.clock, run.progress, full)
            _count(run, outcome)
            print(outcome.message)
    return outcome.exit_code


def _built_by_hand(run: Context) -> bool:
    with run.database() as database:
        build = builds.latest_build(database) if ledger.exists(database) else None
    return build is not None and build.is_by_hand


def nightly(run: Context) -> int:
    """Check, build, send. A check that fails ends the night before anything is read or sent; a receiver that does not answer yet does not."""
    failed = check(run, at_night=True)
    if failed:
        return failed
    try:
        run.builder.build(run.sync_date)
    except Stop as stop:
        raise _after_protection_removal(run, stop) from stop
    return send(run)


def _after_protection_removal(run: Context, stop: Stop) -> Stop:
    """Why the build stopped the night. Newly protected persons are removed all the same, if the build came as far as dbt (PER-2)."""
    if not run.engine.is_made(run.settings):
        return stop
    with run.receiver() as receiver, run.database() as database:
        build = builds.latest_build(database) if ledger.exists(database) else None
        # Not where the sources could not even be read: then there is nothing to ask.
        if build is None or build.status != "red" or build.sync_date != run.sync_date:
            return stop
        try:
            with _counted_when_stopped(run):
                outcome = deliver.remove_protected(database, run.settings, receiver, run.clock, run.progress)
        except Stop as other:
            return Stop(f"{stop.message}\n{other.message}", stop.next_step, max(stop.exit_code, other.exit_code))
    if outcome is None:
        return stop
    _count(run, outcome)
    return Stop(f"{stop.message}\n{outcome.message}", stop.next_step, max(stop.exit_code, outcome.exit_code))


@contextlib.contextmanager
def _summed_up(run: Context, database: Database) -> Iterator[None]:
    """Ends in the summary of the build and of what was sent, also where the run stops. The summary is read first: sending ends the changes that it tells."""
    found = None
    # Nothing delays who has to be erased: without its summary the delivery goes all the same.
    with contextlib.suppress(Stop):
        found = summary.read(database)
    try:
        yield
    finally:
        summary.show_and_lead_on(run, found, run.counts.get("lines", {}))


@contextlib.contextmanager
def _counted_when_stopped(run: Context) -> Iterator[None]:
    """What was delivered before a run stopped counts too."""
    try:
        yield
    except Interrupted as stop:
        _count(run, stop.outcome)
        raise


def _count(run: Context, outcome: Outcome) -> None:
    run.counts.update(lines=outcome.lines, rejected=outcome.rejected)


def _nothing_built() -> Stop:
    return Stop("Nothing is built yet, so there is nothing to send.", "`nattsynk build` builds, `nattsynk run` checks, builds and sends.")
