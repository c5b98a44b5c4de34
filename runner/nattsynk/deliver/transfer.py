"""One planned delivery goes to the receiver: open, parts, commit, receipt. The ledger notes each step before the next one is taken.

A run that dies anywhere leaves a ledger from which the next run goes on: the lines are frozen, the keys are derived from them, and the
receiver tells which parts it has.
"""

import contextlib
import dataclasses
from collections.abc import Iterator, Mapping

from nattsynk.deliver import confirm, ledger, parts
from nattsynk.deliver.delivery import PROTECTION_REMOVAL, Delivery
from nattsynk.deliver.outcomes import Outcome
from nattsynk.engines.database import Database
from nattsynk.errors import DELIVERED, REJECTED, Stop
from nattsynk.log import Clock, Progress
from nattsynk.receivers.receiver import APPLYING, OPEN, BaseMismatch, Received, Receiver, Refused


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
            opened = self._send_parts(delivery)
        self._commit(opened)
        return self._confirm(opened)

    def finish_committed(self) -> Outcome | None:
        """Fetches the receipt of a delivery whose commit was asked for: only the receiver knows what came of it. None if there is none."""
        for delivery in ledger.unfinished(self.db):
            if delivery.state == "committed":
                with contextlib.suppress(BaseMismatch):
                    outcome = self._finish(delivery)
                    if outcome:
                        return outcome
        return None

    def _finish(self, delivery: Delivery) -> Outcome | None:
        found = self.receiver.find(delivery)
        if found is None:
            ledger.fail(self.db, delivery, "the receiver does not know the delta any more", self.clock)
            return None
        if found.state == OPEN:
            # The commit never arrived, so nothing is applied. The delivery may go on, or give way to a newer build.
            ledger.reopen(self.db, delivery.sequence, self.clock)
            return None
        opened = _named(delivery, found)
        self.progress.step("resume", f"Delivery {delivery.sequence} was committed: asking for its receipt", sequence=delivery.sequence)
        if found.state == APPLYING:
            # The receiver may have died at it; the commit, asked for again, finishes it.
            self._commit(opened)
        return self._confirm(opened)

    def _send_parts(self, delivery: Delivery) -> Delivery:
        """Announces the delivery and sends the parts that the receiver lacks. Returns it with the receiver's id."""
        listed = ledger.parts(self.db, delivery.sequence)
        received = self.receiver.open(delivery, listed)
        opened = _named(delivery, received)
        ledger.set_open(self.db, delivery.sequence, received.delta_id, self.clock)
        if received.state != OPEN:
            return opened
        ranges = parts.line_ranges(self.db, delivery.sequence, delivery.counts)
        for part in listed:
            if received.parts.get(part.number) != part.sha256:
                self.receiver.put(opened, part, parts.part_bytes(self.db, delivery, part, ranges))
            ledger.set_stored(self.db, delivery.sequence, part.number, self.clock)
            self.progress.tick(f"Sent part {part.number} of {len(listed)}")
        if delivery.lane != PROTECTION_REMOVAL:
            self.progress.step(
                "parts", f"Sent {delivery.line_count} lines in {len(listed)} parts", lines=delivery.line_count, parts=len(listed),
            )
        return opened

    def _commit(self, opened: Delivery) -> None:
        """Asks the receiver to apply the delivery; it does so once however often it is asked."""
        with self._failed_where_refused(opened):
            ledger.set_committed(self.db, opened.sequence, self.clock)
            self.receiver.commit(opened)

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

    def _confirm(self, opened: Delivery) -> Outcome:
        """Reads the receipt and, if it accounts for every line, moves the base."""
        counts = self.read_receipt(opened)
        confirm.confirm(self.db, opened, counts, self.clock)
        if opened.lane == PROTECTION_REMOVAL:
            return _removed(opened, counts)
        self.progress.step("receipt", f"The receiver accounts for all {opened.line_count} lines", **counts)
        sent = f"Delivered {opened.line_count} lines as delivery {opened.sequence}"
        if counts["rejected"]:
            message = f"{sent}; the receiver refused {counts['rejected']} of them, which ride on the next delivery (owed_records says why)."
            return Outcome(REJECTED, message, opened.counts, counts["rejected"])
        return Outcome(DELIVERED, f"{sent}; the receiver has confirmed them all.", opened.counts, 0)

    def read_receipt(self, opened: Delivery) -> Mapping[str, int]:
        """The receipt's lines by status; its rejected lines are staged. Stops unless it accounts for every line.

        Lines come in rising order, so that no more than a page of them is held.
        """
        ledger.clear_rejected(self.db, opened.sequence)
        counts: Mapping[str, int] | None = None
        listed, before = {"unchanged": 0, "rejected": 0}, 0
        for page in self.receiver.receipt(opened):
            if page.version != opened.target_version or counts not in (None, page.counts):
                raise _unaccounted(opened)
            counts = page.counts
            for number, status, _, _ in page.lines:
                if not before < number <= opened.line_count:
                    raise _unaccounted(opened)
                before = number
                listed[status] += 1
            confirm.stage_rejected(self.db, opened.sequence, [
                (number, problem_type, pointer) for number, status, problem_type, pointer in page.lines if status == "rejected"
            ])
        if counts is None or sum(counts.values()) != opened.line_count or any(counts[status] != listed[status] for status in listed):
            raise _unaccounted(opened)
        return counts


def _named(delivery: Delivery, received: Received) -> Delivery:
    """The delivery with the receiver's id of it."""
    return dataclasses.replace(delivery, delta_id=received.delta_id)


def _removed(opened: Delivery, counts: Mapping[str, int]) -> Outcome:
    """What is said of a removal: not how many lines, nor how many were refused (PER-1)."""
    first = f"Delivery {opened.sequence} went first"
    if counts["rejected"]:
        return Outcome(REJECTED, f"{first}; the receiver refused some of it, which goes first again the next time.", {}, 0)
    return Outcome(DELIVERED, f"{first}; the receiver has confirmed it.", {}, 0)


def _unaccounted(delivery: Delivery) -> Stop:
    return Stop(
        f"The receiver's receipt does not account for every line of delivery {delivery.sequence}, so nothing counts as delivered.",
        "Give the receiver's support this message; the next `nattsynk send` asks for the receipt again.",
        REJECTED,
    )
