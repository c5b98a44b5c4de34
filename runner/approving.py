"""`nattsynk approve`: a person releases the delivery that is held."""

import datetime

from nattsynk import ledger, stops
from nattsynk.errors import NOTHING, Stop
from nattsynk.run import Run

LONGEST_NAME = 200  # as the ledger holds


def approve(run: Run, digest: str | None, by: str, hours: int) -> int:
    """Releases the held delivery for so many hours. Returns 0, or 10 where nothing is held.

    digest: the beginning of its plan digest, to be sure that it is the one that was looked at. by: who approves it; the receiver is told.
    Stops (exit code 2) where another delivery is held than that, or nobody is named.
    """
    by = by.strip()
    if not 1 <= len(by) <= LONGEST_NAME:
        raise Stop(f"--by names who approves it, in 1 to {LONGEST_NAME} characters.", "Approve again with a name; the receiver is told it.")
    with run.database() as database:
        held = ledger.held(database) if ledger.exists(database) else None
        if held is None:
            print("Nothing is held.")
            return NOTHING
        if digest is not None and not (digest and held.plan_digest.startswith(digest.lower())):
            raise Stop(f"The delivery that is held has another digest: {held.plan_digest}.", "Look at it with `nattsynk preview`, then approve that one.")
        until = ledger.utc(run.clock) + datetime.timedelta(hours=hours)
        ledger.approve(database, held.sequence, by, until, run.clock)
    run.counts.update(sequence=held.sequence, lines=held.counts)
    print(f"Delivery {held.sequence} was held: {held.note}.")
    for entity, operations in held.counts.items():
        print("  " + ", ".join(f"{count} {operation}" for operation, count in operations.items()) + f" of entity {entity}")
    send = stops.send_again(held.mode)
    goes = f"`{send}` delivers it, if it is the same by then." if held.mode == "full" else f"`{send}` delivers it, if it has not grown by then."
    print(f"Digest {held.plan_digest}. Approved by {by} until {until:%Y-%m-%d %H:%M} UTC; {goes}")
    return 0
