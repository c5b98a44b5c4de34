"""`nattsynk approve`: a person releases the delivery that is held."""

import datetime

from nattsynk.context import Context
from nattsynk.deliver import holds, ledger
from nattsynk.deliver.delivery import MAIN, PROTECTION_REMOVAL, Delivery
from nattsynk.errors import NOTHING, Stop

LONGEST_NAME = 200  # as the ledger holds


def approve(run: Context, digest: str | None, by: str, hours: int, erase: bool = False) -> int:
    """Releases the held delivery for so many hours. Returns 0, or 10 where nothing is held.

    digest: the beginning of its digest, to be sure that it is the one that was looked at. by: who approves it; the receiver is told.
    erase: it is the erase of who is hidden that is released (PER-15), and nothing else.
    Stops (exit code 2) where another delivery is held than that, or nobody is named.
    """
    by = by.strip()
    if not 1 <= len(by) <= LONGEST_NAME:
        raise Stop(f"--by names who approves it, in 1 to {LONGEST_NAME} characters.", "Approve again with a name; the receiver is told it.")
    with run.database() as database:
        lane, other = (PROTECTION_REMOVAL, MAIN) if erase else (MAIN, PROTECTION_REMOVAL)
        built = ledger.exists(database)
        held = ledger.held(database, lane) if built else None
        if held is None:
            print(_nothing(erase, built and ledger.held(database, other) is not None))
            return NOTHING
        if digest is not None and not (digest and held.digest.startswith(digest.lower())):
            raise Stop(f"The delivery that is held has another digest: {held.digest}.", "Look at it with `nattsynk preview`, then approve that one.")
        until = ledger.utc(run.clock) + datetime.timedelta(hours=hours)
        ledger.approve(database, held.sequence, by, until, run.clock)
    print(f"Delivery {held.sequence} was held: {held.note}.")
    run.counts["sequence"] = held.sequence
    if not erase:
        # Of an erasure not how many (PER-1).
        run.counts["lines"] = held.counts
        _print_counts(held)
    print(f"Digest {held.digest}. Approved by {by} until {until:%Y-%m-%d %H:%M} UTC; {_goes(held)}")
    return 0


def _nothing(erase: bool, other: bool) -> str:
    if not other:
        return "Nothing is held."
    return f"Nothing is held of that kind; `nattsynk approve{'' if erase else ' --erase'}` releases what is."


def _print_counts(held: Delivery) -> None:
    for entity, operations in held.counts.items():
        print("  " + ", ".join(f"{count} {operation}" for operation, count in operations.items()) + f" of entity {entity}")


def _goes(held: Delivery) -> str:
    condition = "if it is the same by then" if held.mode == "full" else "if it has not grown by then"
    return f"`{holds.send_again(held.mode)}` delivers it, {condition}."
