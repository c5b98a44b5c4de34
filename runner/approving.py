"""`nattsynk approve`: a person releases the delivery that is held."""

import datetime

from nattsynk import ledger
from nattsynk.errors import NOTHING, Stop
from nattsynk.run import Run


def approve(run: Run, digest: str | None, by: str, hours: int) -> int:
    """Releases the held delivery for so many hours. Returns 0, or 10 where nothing is held.

    digest: the beginning of its plan digest, to be sure that it is the one that was looked at. by: who approves it; the receiver is told.
    Stops (exit code 2) where another delivery is held than that.
    """
    with run.database() as database:
        held = ledger.held(database) if ledger.exists(database) else None
        if held is None:
            print("Nothing is held.")
            return NOTHING
        if digest and not held.plan_digest.startswith(digest.lower()):
            raise Stop(f"The delivery that is held has another digest: {held.plan_digest}.", "Look at it with `nattsynk preview`, then approve that one.")
        until = ledger.utc(run.clock) + datetime.timedelta(hours=hours)
        ledger.approve(database, held.sequence, by, until, run.clock)
    run.counts.update(sequence=held.sequence, lines=held.counts)
    print(f"Delivery {held.sequence} was held: {held.note}.")
    for entity, operations in held.counts.items():
        print("  " + ", ".join(f"{count} {operation}" for operation, count in operations.items()) + f" of entity {entity}")
    print(f"Digest {held.plan_digest}. Approved by {by} until {until:%Y-%m-%d %H:%M} UTC; `nattsynk send` delivers it, if it has not grown by then.")
    return 0
