"""`nattsynk send`, and `nattsynk run`, the nightly job: check, build, send."""

from nattsynk import delivery, ledger
from nattsynk.check import check
from nattsynk.errors import Stop
from nattsynk.run import Run


def send(run: Run) -> int:
    """Delivers the delta of the last green build; the sync date is the build's. Returns the delivery's exit code."""
    if run.target == "embedded" and not run.settings.database_file.exists():
        raise _nothing_built()
    with run.new_session(run.settings) as session, run.database() as database:
        if not ledger.exists(database):
            raise _nothing_built()
        outcome = delivery.send(database, run.settings, session, run.clock, run.progress)
    run.counts.update(lines=outcome.lines, rejected=outcome.rejected)
    print(outcome.message)
    return outcome.exit_code


def nightly(run: Run) -> int:
    """Check, build, send. A check that fails ends the night before anything is read or sent."""
    failed = check(run)
    if failed:
        return failed
    run.builder.build(run.sync_date)
    return send(run)


def _nothing_built() -> Stop:
    return Stop("Nothing is built yet, so there is nothing to send.", "`nattsynk build` builds, `nattsynk run` checks, builds and sends.")
