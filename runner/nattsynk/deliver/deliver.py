"""`send`: the delta of the last green build goes to the receiver, and what the receiver confirms becomes the new base.

A run goes through these steps: the removal of newly protected persons, an unfinished delivery, the lines that need no approval, and
the held lines if somebody has approved them.
"""

import contextlib
import dataclasses
from collections.abc import Callable, Iterator

from nattsynk.deliver import (
    builds,
    freeze,
    holds,
    ledger,
    marks,
    outcomes,
    plan,
    protection_removal,
)
from nattsynk.deliver.builds import Build
from nattsynk.deliver.delivery import PROTECTION_REMOVAL, Base, Delivery
from nattsynk.deliver.holds import Hold
from nattsynk.deliver.outcomes import Outcome
from nattsynk.deliver.transfer import Transfer
from nattsynk.engines.database import Database
from nattsynk.errors import HELD, NOTHING, REJECTED, Stop
from nattsynk.log import Clock, Progress
from nattsynk.profile.settings import Settings
from nattsynk.receivers.receiver import BaseMismatch, Receiver

# A run makes five deliveries at most: the lines that nothing holds, what waits for them in three steps (school, group, what is in the group),
# and the lines that an approval releases. The limit is one more.
MOST_DELIVERIES = 6


def send(db: Database, settings: Settings, receiver: Receiver, clock: Clock, progress: Progress, full: bool = False) -> Outcome:
    """Delivers what there is to deliver. Stops with 20 (no build to send), 30 (refused) or 40 (not reached).

    full: send everything anew, whatever the receiver has.
    """
    since = ledger.settled(db)[0]
    with outcomes.collected() as ended:
        night = _Night(db, settings, receiver, clock, progress, ended)
        night.remove_protected()
        build = builds.usable_build(db, settings, clock)
        builds.none_exposed(db)
        if not full:
            night.resume(build)
        night.at_base(lambda base: night.deliver_delta(build, base, full, since))
        ledger.forget_history(db, settings.number("history_days"), clock)
    return outcomes.together(ended) or Outcome(NOTHING, "Nothing to deliver: the receiver has everything.", {}, 0)


def remove_protected(db: Database, settings: Settings, receiver: Receiver, clock: Clock, progress: Progress) -> Outcome | None:
    """The part of `send` that no build holds back: newly protected persons are erased or hidden. None if there is nobody."""
    if not protection_removal.is_needed(db):
        protection_removal.give_up(db, clock)
        protection_removal.fail_deliveries_that_name_them(db, clock)
        return None
    with outcomes.collected() as ended:
        _Night(db, settings, receiver, clock, progress, ended).remove_protected()
    return outcomes.together(ended)


@dataclasses.dataclass(frozen=True)
class _Night:
    """One run of `send`. ended: the outcome of each delivery that has ended so far."""

    db: Database
    settings: Settings
    receiver: Receiver
    clock: Clock
    progress: Progress
    ended: list[Outcome]

    @property
    def transfer(self) -> Transfer:
        return Transfer(self.db, self.receiver, self.clock, self.progress)

    def remove_protected(self) -> None:
        """What nothing holds back: the receipt of a committed delivery, then the removal of newly protected persons (PER-2)."""
        ledger.follow_clock(self.db, self.clock)
        self._add(self.transfer.finish_committed())
        protection_removal.forget_refused(self.db)
        build = builds.latest_build(self.db)
        if build is None or not protection_removal.is_needed(self.db):
            protection_removal.give_up(self.db, self.clock)
        else:
            self.at_base(lambda base: self._deliver_removals(build, base))
        protection_removal.fail_deliveries_that_name_them(self.db, self.clock)

    def resume(self, build: Build) -> None:
        """Goes on with a delivery that a dead run left, if it is of the build that stands.

        A delivery of an older build is left to the new plan: its frozen lines may name a person who has become protected since. A delivery
        whose approval has ended is held anew.
        """
        for delivery in ledger.unfinished(self.db):
            if delivery.approved_until and delivery.approved_until <= ledger.utc(self.clock):
                ledger.fail(self.db, delivery, "its approval has ended", self.clock)
            elif delivery.build_id == build.build_id:
                self.progress.step("resume", f"Going on with delivery {delivery.sequence}", sequence=delivery.sequence)
                try:
                    return self._add(self.transfer.deliver(delivery))
                except BaseMismatch:
                    self.progress.step("resume", f"Delivery {delivery.sequence} no longer fits the receiver", sequence=delivery.sequence)

    def at_base(self, deliver: Callable[[Base], None]) -> None:
        """Delivers on top of the receiver's base. The base may move between two requests: then once more. If it moves twice, somebody else delivers too."""
        try:
            state = self.receiver.state()
            base = ledger.settled(self.db) if state.base is None else state.base
            marks.note_receiver(self.db, state.hides)
            ledger.note_base(self.db, base)
            deliver(base)
        except BaseMismatch as mismatch:
            ledger.note_base(self.db, mismatch.base)
            with _one_sender():
                deliver(mismatch.base)

    def deliver_delta(self, build: Build, base: Base, full: bool, since: int) -> None:
        """Delivers the lines that need no approval, then the lines that waited for them, then the held lines if they are approved."""
        mode, why = _mode(ledger.confirmed(self.db), base, full)
        self.progress.step("base", why, mode=mode, sequence=base[0])
        for paused in holds.pauses(self.db):
            self.progress.step("pause", f"Paused: {paused}")
        if mode == "full" and (base[0] or ledger.confirmed(self.db)[0]):
            holds.none_paused(self.db)
        # Measured once: records that this run creates must not make its deletes look few.
        hold = holds.hold(self.db, self.settings, build, mode, base, self.clock)
        request = plan.PlanRequest(mode, hold, bool(hold and hold.operations), since)
        for _ in range(MOST_DELIVERIES):
            outcome = self._deliver_request(build, base, request)
            self._add(outcome)
            if outcome and outcome.exit_code != HELD and freeze.anything_waits(self.db):
                request = dataclasses.replace(request, mode="delta")
            elif request.passing:
                request = dataclasses.replace(request, passing=False)
            else:
                return
            base = ledger.confirmed(self.db)

    def _add(self, outcome: Outcome | None) -> None:
        self.ended.extend([outcome] if outcome else [])

    def _deliver_removals(self, build: Build, base: Base) -> None:
        """Delivers the removals that are sent at once, then the erasure of hidden persons if it is approved (PER-15)."""
        for waiting in (False, True):
            delivery = protection_removal.make(self.db, self.settings, build, base, waiting, self.clock)
            if delivery and delivery.state == "held":
                self._add(_held(delivery, holds.MASS_PROTECTION))
            elif delivery:
                self._tell(delivery)
                self._add(self.transfer.deliver(delivery))
                base = ledger.settled(self.db)

    def _deliver_request(self, build: Build, base: Base, request: plan.PlanRequest) -> Outcome | None:
        """Plans against the receiver's base and delivers; None if there is nothing."""
        delivery = plan.make(self.db, self.settings, build, base, request, self.clock)
        if delivery is None:
            return _nothing_planned(base, request)
        self._tell(delivery)
        if delivery.state == "held" and request.hold:
            return _held(delivery, request.hold)
        return self.transfer.deliver(delivery)

    def _tell(self, delivery: Delivery) -> None:
        if delivery.lane == PROTECTION_REMOVAL:
            # How many persons have become protected is told nowhere (PER-1).
            self.progress.step("plan", f"Delivery {delivery.sequence} goes first", sequence=delivery.sequence)
            return
        self.progress.step(
            "plan", f"Planned {delivery.line_count} lines as delivery {delivery.sequence}",
            sequence=delivery.sequence, lane=delivery.lane, mode=delivery.mode, counts=delivery.counts, digest=delivery.plan_digest,
        )


@contextlib.contextmanager
def _one_sender() -> Iterator[None]:
    try:
        yield
    except BaseMismatch as mismatch:
        raise Stop(
            "The receiver's base moves while we deliver to it: somebody else delivers to the same tenant.",
            "Make sure that one profile alone delivers to this receiver.url, then send again.",
            REJECTED,
        ) from mismatch


def _held(delivery: Delivery, hold: Hold) -> Outcome:
    """The outcome of a delivery that waits for an approval."""
    what = f"Delivery {delivery.sequence} (digest {delivery.digest[:12]}) is held: {hold.reason}."
    return Outcome(HELD, f"{what} {hold.see} {hold.release}", {}, 0)


def _nothing_planned(base: Base, request: plan.PlanRequest) -> Outcome | None:
    """The outcome where no line was planned. It is a hold if the source is broken, or if a full delivery would remove everything."""
    if request.hold and not request.hold.operations:
        return Outcome(HELD, f"Nothing is sent: {request.hold.reason}. {request.hold.see}", {}, 0)
    if request.mode == "full" and base[0]:
        what = "Nothing is sent: the receiver has deliveries, and nothing at all is exported now."
        return Outcome(HELD, f"{what} See with `nattsynk report` what was left out, and why; then build and send again.", {}, 0)
    return None


def _mode(ours: Base, receivers: Base, full: bool) -> tuple[str, str]:
    """(mode, what the operator is told). The receiver's base wins: if it is not ours, everything is sent anew."""
    if full:
        return "full", "Everything is sent anew, as asked for (--full)"
    if ours == receivers and ours[0]:
        return "delta", f"The receiver stands at delivery {ours[0]}, as we do"
    if not ours[0] and not receivers[0]:
        return "full", "First delivery: everything is sent"
    if not ours[0]:
        return "full", f"The receiver stands at delivery {receivers[0]}, and we have none on record: everything is sent anew"
    if ours[0] == receivers[0]:
        return "full", f"The receiver stands at another version of delivery {ours[0]} than we do: everything is sent anew"
    return "full", f"The receiver stands at delivery {receivers[0]}, we at {ours[0]}: everything is sent anew"
