"""One planned delivery goes to the receiver: open, parts, commit, receipt. The ledger notes each step before the next one is taken.

A run that dies anywhere leaves a ledger from which the next run goes on: the lines are frozen, the keys are derived from them, and the
receiver tells which parts it has.
"""

import contextlib
import dataclasses
import functools
from collections.abc import Iterator, Mapping

from nattsynk.deliver import confirm, ledger, parts
from nattsynk.deliver.delivery import PROTECTION_REMOVAL, Delivery
from nattsynk.deliver.outcomes import Outcome
from nattsynk.engines.database import Database
from nattsynk.errors import DELIVERED, REJECTED, Stop
from nattsynk.log import Clock, Progress
from nattsynk.receivers.receiver import (
    APPLYING,
    OPEN,
    BaseMismatch,
    Outgoing,
    Received,
    Receiver,
    Refused,
)


@dataclasses.dataclass(frozen=True)
class Transfer:
    """Sends deliveries out of one database to one receiver."""

    db: Database
    receiver: Receiver
    clock: Clock
    progress: Progress

    def deliver(self, delivery: Delivery) -> Outcome:
        """Sends a delivery, or goes on with it where an earlier run stopped. Raises BaseMismatch."""
        with self._failed_where_refused(delivery):
            outgoing = self._send_parts(self._outgoing(delivery))
        self._commit(outgoing)
        return self._confirm(outgoing)

    def finish_committed(self) -> Outcome | None:
        """Ends a delivery whose commit was sent by an earlier run: only the receiver knows its outcome. None if there is none to end."""
        for delivery in ledger.unfinished(self.db):
            if delivery.state == "committed":
                with contextlib.suppress(BaseMismatch):
                    outcome = self._finish(delivery)
                    if outcome:
                        return outcome
        return None

    def read_receipt(self, outgoing: Outgoing) -> Mapping[str, int]:
        """The receipt's lines by status; its rejected lines are staged. Stops unless it accounts for every line.

        Lines come in rising order, so that no more than a page of them is held.
        """
        delivery = outgoing.delivery
        ledger.clear_rejected(self.db, delivery.sequence)
        counts: Mapping[str, int] | None = None
        listed, before = {"unchanged": 0, "rejected": 0}, 0
        for page in self.receiver.receipt(outgoing):
            if page.version != delivery.target_version or counts not in (None, page.counts):
                raise _unaccounted(delivery)
            counts = page.counts
            for number, status, _, _ in page.lines:
                if not before < number <= delivery.line_count:
                    raise _unaccounted(delivery)
                before = number
                listed[status] += 1
            confirm.stage_rejected(self.db, delivery.sequence, [
                (number, problem_type, pointer) for number, status, problem_type, pointer in page.lines if status == "rejected"
            ])
        if counts is None or sum(counts.values()) != delivery.line_count or any(counts[status] != listed[status] for status in listed):
            raise _unaccounted(delivery)
        return counts

    def _outgoing(self, delivery: Delivery) -> Outgoing:
        ranges = functools.cache(lambda: parts.line_ranges(self.db, delivery.sequence, delivery.counts))
        return Outgoing(delivery, ledger.parts(self.db, delivery.sequence), lambda part: parts.part_bytes(self.db, delivery, part, ranges()))

    def _finish(self, delivery: Delivery) -> Outcome | None:
        outgoing = self._outgoing(delivery)
        found = self.receiver.find(outgoing)
        if found is None:
            ledger.fail(self.db, delivery, "the receiver does not know the delta any more", self.clock)
            return None
        if found.state == OPEN:
            # The commit never arrived, so nothing is applied. The delivery may go on, or give way to a newer build.
            ledger.reopen(self.db, delivery.sequence, self.clock)
            return None
        outgoing = _named(outgoing, found)
        self.progress.step("resume", f"Delivery {delivery.sequence} was committed: asking for its receipt", sequence=delivery.sequence)
        if found.state == APPLYING:
            # The receiver may have died at it; the commit, asked for again, finishes it.
            self._commit(outgoing)
        return self._confirm(outgoing)

    def _send_parts(self, outgoing: Outgoing) -> Outgoing:
        """Announces the delivery and sends the parts that the receiver lacks. Returns it with the receiver's id."""
        received = self.receiver.open(outgoing)
        outgoing = _named(outgoing, received)
        delivery, count = outgoing.delivery, len(outgoing.parts)
        ledger.set_open(self.db, delivery.sequence, received.delta_id, self.clock)
        if received.state != OPEN:
            return outgoing
        for part in outgoing.parts:
            if received.parts.get(part.number) != part.sha256:
                self.receiver.put(outgoing, part)
            ledger.set_stored(self.db, delivery.sequence, part.number, self.clock)
            self.progress.tick(f"Sent part {part.number} of {count}")
        if delivery.lane != PROTECTION_REMOVAL:
            self.progress.step("parts", f"Sent {delivery.line_count} lines in {count} parts", lines=delivery.line_count, parts=count)
        return outgoing

    def _commit(self, outgoing: Outgoing) -> None:
        """Asks the receiver to apply the delivery; it does so once however often it is asked."""
        with self._failed_where_refused(outgoing.delivery):
            ledger.set_committed(self.db, outgoing.delivery.sequence, self.clock)
            self.receiver.commit(outgoing)

    @contextlib.contextmanager
    def _failed_where_refused(self, delivery: Delivery) -> Iterator[None]:
        """Fails the delivery where the receiver stands at another base, or refuses it for good."""
        try:
            yield
        except BaseMismatch:
            ledger.fail(self.db, delivery, "the receiver stands at another base", self.clock)
            raise
        except Refused as refused:
            if not refused.may_go_on:
                ledger.fail(self.db, delivery, f"refused: {refused.reason}", self.clock)
            raise

    def _confirm(self, outgoing: Outgoing) -> Outcome:
        """Reads the receipt and, if it accounts for every line, moves the base."""
        delivery, counts = outgoing.delivery, self.read_receipt(outgoing)
        confirm.confirm(self.db, delivery, counts, self.clock)
        if delivery.lane == PROTECTION_REMOVAL:
            return _removed(delivery, counts)
        self.progress.step("receipt", f"The receiver accounts for all {delivery.line_count} lines", **counts)
        sent = f"Delivered {delivery.line_count} lines as delivery {delivery.sequence}"
        if counts["rejected"]:
            message = f"{sent}; the receiver refused {counts['rejected']} of them, which ride on the next delivery (owed_records says why)."
            return Outcome(REJECTED, message, delivery.counts, counts["rejected"])
        return Outcome(DELIVERED, f"{sent}; the receiver has confirmed them all.", delivery.counts, 0)


def _named(outgoing: Outgoing, received: Received) -> Outgoing:
    """The delivery with the receiver's id of it."""
    return dataclasses.replace(outgoing, delivery=dataclasses.replace(outgoing.delivery, delta_id=received.delta_id))


def _removed(delivery: Delivery, counts: Mapping[str, int]) -> Outcome:
    """The outcome of a protection removal. It tells neither how many lines it had nor how many were refused (PER-1)."""
    first = f"Delivery {delivery.sequence} went first"
    if counts["rejected"]:
        return Outcome(REJECTED, f"{first}; the receiver refused some of it, which goes first again the next time.", {}, 0)
    return Outcome(DELIVERED, f"{first}; the receiver has confirmed it.", {}, 0)


def _unaccounted(delivery: Delivery) -> Stop:
    return Stop(
        f"The receiver's receipt does not account for every line of delivery {delivery.sequence}, so nothing counts as delivered.",
        "Give the receiver's support this message; the next `nattsynk send` asks for the receipt again.",
        REJECTED,
    )
