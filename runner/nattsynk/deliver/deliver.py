"""`send`: the delta of the last green build goes to the receiver, and what it confirms becomes the new base.

A run that dies anywhere leaves a ledger from which the next one goes on: the lines are frozen, the keys are derived
from them, and the receiver tells which parts it has.
"""

import contextlib
import dataclasses
import datetime
from collections.abc import Callable, Iterator, Mapping
from typing import Any

import requests

from nattsynk.deliver import holds, ledger, plan
from nattsynk.deliver.holds import Hold
from nattsynk.deliver.ledger import Counts, Delivery
from nattsynk.engines.database import Database
from nattsynk.errors import DELIVERED, HELD, NOTHING, REJECTED, Stop
from nattsynk.log import Clock, Progress
from nattsynk.profile.settings import Settings
from nattsynk.receivers import exchange
from nattsynk.receivers.exchange import BaseMismatch, Exchange, Refused
from nattsynk.receivers.tls_session import receiver_of

SCHEMA_VERSION = "1"
# In one run: what passes, what waits for that in three steps (school, group, what is in the group), what is held. One is to spare.
MOST_DELIVERIES = 6


@dataclasses.dataclass(frozen=True)
class Outcome:
    """What a run of send, or a delivery in it, came to. lines: entity -> operation -> lines sent. rejected: lines that the receiver refused."""

    exit_code: int
    message: str
    lines: Counts
    rejected: int


class Interrupted(Stop):
    """A run that stopped after something had come to an end: it tells both, with the higher exit code. outcome: what had."""

    def __init__(self, outcome: Outcome, stop: Stop) -> None:
        super().__init__(f"{outcome.message} {stop.message}", stop.next_step, max(outcome.exit_code, stop.exit_code))
        self.outcome = outcome


def send(db: Database, settings: Settings, http: requests.Session, clock: Clock, progress: Progress, full: bool = False) -> Outcome:
    """Delivers what there is to deliver. Stops with 20 (no build to send), 30 (refused) or 40 (not reached).

    full: everything is said anew, whatever the receiver has.
    """
    talk, since = _talk(settings, http, clock, progress), ledger.settled(db)[0]
    with _all_told() as outcomes:
        _erase_first(db, settings, talk, outcomes)
        build = holds.usable_build(db, settings, clock)
        holds.none_exposed(db)
        if not full:
            _resume(db, talk, build, outcomes)
        _at_base(db, talk, lambda base: _deliver_new(db, settings, talk, build, base, full, since, outcomes))
        ledger.forget_history(db, int(settings.values["history_days"]), clock)
    return _together(outcomes) or Outcome(NOTHING, "Nothing to deliver: the receiver has everything.", {}, 0)


def erase(db: Database, settings: Settings, http: requests.Session, clock: Clock, progress: Progress) -> Outcome | None:
    """The part of `send` that no build holds back: what a register has come to protect is erased or hidden. None if there is nobody."""
    if not plan.anything_to_erase(db):
        plan.give_up_erasures(db, clock)
        plan.give_up_exposed(db, clock)
        return None
    with _all_told() as outcomes:
        _erase_first(db, settings, _talk(settings, http, clock, progress), outcomes)
    return _together(outcomes)


@contextlib.contextmanager
def _all_told() -> Iterator[list[Outcome]]:
    """A list for what a run comes to; a Stop tells that too."""
    outcomes: list[Outcome] = []
    try:
        yield outcomes
    except Stop as stop:
        outcome = _together(outcomes)
        if outcome is None:
            raise
        raise Interrupted(outcome, stop) from stop


def _erase_first(db: Database, settings: Settings, talk: Exchange, outcomes: list[Outcome]) -> None:
    """What nothing holds back: the receipt of what was committed, and the erasure of who became protected."""
    ledger.follow_clock(db, talk.clock)
    _add(outcomes, _finish_committed(db, talk))
    _erase(db, settings, talk, outcomes)
    plan.give_up_exposed(db, talk.clock)


def _add(outcomes: list[Outcome], outcome: Outcome | None) -> None:
    outcomes += [outcome] if outcome else []


def _talk(settings: Settings, http: requests.Session, clock: Clock, progress: Progress) -> Exchange:
    deadline = clock().astimezone(datetime.UTC) + datetime.timedelta(minutes=int(settings.values["send_budget_minutes"]))
    return Exchange(http, receiver_of(settings), clock, progress, deadline, part_size=int(settings.values["part_size"]))


def _erase(db: Database, settings: Settings, talk: Exchange, outcomes: list[Outcome]) -> None:
    """PER-2: who was delivered and is protected by now goes first, as a delta of its own, whatever else is held or under way."""
    plan.settle_erased(db)
    build = ledger.latest_build(db)
    if build is None or not plan.anything_to_erase(db):
        plan.give_up_erasures(db, talk.clock)
        return
    _at_base(db, talk, lambda base: _deliver_erasures(db, settings, talk, build, base, outcomes))


def _deliver_erasures(
    db: Database, settings: Settings, talk: Exchange, build: ledger.Build, base: tuple[int, str], outcomes: list[Outcome]
) -> None:
    """What goes at once, then the erase of who is hidden, if it is approved (PER-15). Adds to outcomes what each came to."""
    for waiting in (False, True):
        delivery = plan.make_erasure(db, settings, build, base, waiting, talk.clock)
        if delivery and delivery.state == "held":
            _add(outcomes, _held(delivery, holds.MASS_PROTECTION))
        elif delivery:
            _tell_plan(talk, delivery)
            _add(outcomes, _deliver(db, talk, delivery))
            base = ledger.settled(db)


def _deliver_new(
    db: Database, settings: Settings, talk: Exchange, build: ledger.Build, base: tuple[int, str], full: bool, since: int,
    outcomes: list[Outcome],
) -> None:
    """Delivers what passes, then what had to wait for that, then what is held if it was approved. Adds to outcomes what each came to."""
    mode, why = _mode(ledger.confirmed(db), base, full)
    talk.progress.step("base", why, mode=mode, sequence=base[0])
    for paused in holds.pauses(db):
        talk.progress.step("pause", f"Paused: {paused}")
    if mode == "full" and (base[0] or ledger.confirmed(db)[0]):
        holds.none_paused(db)
    # Measured once: what this run creates must not make its deletes look few.
    hold = holds.hold(db, settings, build, mode, base, talk.clock)
    wish = plan.PlanRequest(mode, hold, bool(hold and hold.operations), since)
    for _ in range(MOST_DELIVERIES):
        made = _deliver_wish(db, settings, talk, build, base, wish)
        _add(outcomes, made)
        if made and made.exit_code != HELD and plan.anything_waits(db):
            wish = dataclasses.replace(wish, mode="delta")
        elif wish.passing:
            wish = dataclasses.replace(wish, passing=False)
        else:
            return
        base = ledger.confirmed(db)


def _deliver_wish(
    db: Database, settings: Settings, talk: Exchange, build: ledger.Build, base: tuple[int, str], wish: plan.PlanRequest
) -> Outcome | None:
    """Plans against the receiver's base and delivers; None if there is nothing."""
    delivery = plan.make(db, settings, build, base, wish, talk.clock)
    if delivery is None:
        return _nothing_said(base, wish)
    _tell_plan(talk, delivery)
    if delivery.state == "held":
        return _held(delivery, wish.hold)
    return _deliver(db, talk, delivery)


def _held(delivery: Delivery, hold: Hold) -> Outcome:
    """What is said of a delivery that waits for an approval."""
    what = f"Delivery {delivery.sequence} (digest {delivery.digest[:12]}) is held: {hold.reason}."
    return Outcome(HELD, f"{what} {hold.see} {hold.release}", {}, 0)


def _nothing_said(base: tuple[int, str], wish: plan.PlanRequest) -> Outcome | None:
    """Nothing was planned. That is no good news where the source is broken, or where all that the receiver has would have to go."""
    if wish.hold and not wish.hold.operations:
        return Outcome(HELD, f"Nothing is sent: {wish.hold.reason}. {wish.hold.see}", {}, 0)
    if wish.mode == "full" and base[0]:
        what = "Nothing is sent: the receiver has deliveries, and nothing at all is exported now."
        return Outcome(HELD, f"{what} See with `nattsynk report` what was left out, and why; then build and send again.", {}, 0)
    return None


def _at_base(db: Database, talk: Exchange, deliver: Callable[[tuple[int, str]], None]) -> None:
    """Delivers on top of the receiver's base. It may move between two requests: its word goes once; twice means somebody else."""
    try:
        receiver = exchange.state(talk)
        ledger.note_receiver(db, receiver.hides)
        ledger.note_base(db, receiver.base)
        deliver(receiver.base)
    except BaseMismatch as mismatch:
        ledger.note_base(db, mismatch.base)
        _at_base_again(mismatch.base, deliver)


def _at_base_again(base: tuple[int, str], deliver: Callable[[tuple[int, str]], None]) -> None:
    try:
        deliver(base)
    except BaseMismatch as mismatch:
        raise Stop(
            "The receiver's base moves while we deliver to it: somebody else delivers to the same tenant.",
            "Make sure that one profile alone delivers to this receiver.url, then send again.",
            REJECTED,
        ) from mismatch


def _tell_plan(talk: Exchange, delivery: Delivery) -> None:
    if delivery.lane == ledger.ERASE:
        # How many have become protected is told nowhere (PER-1).
        talk.progress.step("plan", f"Delivery {delivery.sequence} goes first", sequence=delivery.sequence)
        return
    talk.progress.step(
        "plan", f"Planned {delivery.line_count} lines as delivery {delivery.sequence}",
        sequence=delivery.sequence, lane=delivery.lane, mode=delivery.mode, counts=delivery.counts, digest=delivery.plan_digest,
    )


def _mode(ours: tuple[int, str], receivers: tuple[int, str], full: bool) -> tuple[str, str]:
    """(mode, what the operator is told). The receiver's base wins: where it is not ours, everything is said anew."""
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


def _finish_committed(db: Database, talk: Exchange) -> Outcome | None:
    """Fetches the receipt of a delivery whose commit was asked for and whose outcome only the receiver knows."""
    for delivery in ledger.unfinished(db):
        if delivery.state != "committed":
            continue
        found = exchange.find_delta(talk, str(delivery.delta_id))
        if found is None:
            ledger.fail(db, delivery, "the receiver does not know the delta any more", talk.clock)
        elif found.state == "open":
            # The commit never arrived, so nothing is applied: it may go on, or give way to a newer build.
            ledger.reopen(db, delivery.sequence, talk.clock)
        else:
            talk.progress.step("resume", f"Delivery {delivery.sequence} was committed: asking for its receipt", sequence=delivery.sequence)
            try:
                if found.state == "applying":
                    # It may have died at it; then the commit, said again, finishes it.
                    _commit(db, talk, delivery, found.delta_id)
            except BaseMismatch:
                continue
            return _confirm(db, talk, delivery, found.delta_id)
    return None


def _resume(db: Database, talk: Exchange, build: ledger.Build, outcomes: list[Outcome]) -> None:
    """Goes on with a delivery that a dead run left, if it is of the build that stands.

    One of an older build is left to the new plan: its frozen lines may hold what must not be said today, such as a
    person who is protected since. One whose approval has ended is held anew.
    """
    for delivery in ledger.unfinished(db):
        if delivery.approved_until and delivery.approved_until <= ledger.utc(talk.clock):
            ledger.fail(db, delivery, "its approval has ended", talk.clock)
        elif delivery.build_id == build.build_id:
            talk.progress.step("resume", f"Going on with delivery {delivery.sequence}", sequence=delivery.sequence)
            try:
                return _add(outcomes, _deliver(db, talk, delivery))
            except BaseMismatch:
                talk.progress.step("resume", f"Delivery {delivery.sequence} no longer fits the receiver", sequence=delivery.sequence)


def _deliver(db: Database, talk: Exchange, delivery: Delivery) -> Outcome:
    """Manifest, parts, commit, receipt; each step is in the ledger before the next is taken."""
    with _failed_where_refused(db, delivery, talk.clock):
        delta_id = _send_parts(db, talk, delivery)
    _commit(db, talk, delivery, delta_id)
    return _confirm(db, talk, delivery, delta_id)


def _commit(db: Database, talk: Exchange, delivery: Delivery, delta_id: str) -> None:
    """Asks the receiver to apply the delta; it does so once however often it is asked."""
    with _failed_where_refused(db, delivery, talk.clock):
        ledger.set_committed(db, delivery.sequence, talk.clock)
        exchange.commit(talk, delta_id, delivery.commit_key)


@contextlib.contextmanager
def _failed_where_refused(db: Database, delivery: Delivery, clock: Clock) -> Iterator[None]:
    """Gives the delivery up where the receiver stands at another base, or refuses it."""
    try:
        yield
    except BaseMismatch:
        ledger.fail(db, delivery, "the receiver stands at another base", clock)
        raise
    except Refused as refused:
        # With another token the very same delivery can go on; anything else that is refused stays refused.
        if refused.status not in (401, 403):
            ledger.fail(db, delivery, f"refused: HTTP {refused.status} {refused.problem}".strip(), clock)
        raise


def _send_parts(db: Database, talk: Exchange, delivery: Delivery) -> str:
    """Announces the delta and sends the parts that the receiver lacks. Returns its id there."""
    parts = ledger.parts(db, delivery.sequence)
    remote = exchange.open_delta(talk, _manifest(delivery, parts), delivery.open_key)
    ledger.set_open(db, delivery.sequence, remote.delta_id, talk.clock)
    if remote.state != "open":
        return remote.delta_id
    frozen = plan.runs(db, delivery.sequence, delivery.counts)
    for part in parts:
        if remote.parts.get(part.number) != part.sha256:
            exchange.put_part(talk, remote.delta_id, part.number, plan.part_bytes(db, delivery, part, frozen))
        ledger.set_stored(db, delivery.sequence, part.number, talk.clock)
        talk.progress.tick(f"Sent part {part.number} of {len(parts)}")
    if delivery.lane != ledger.ERASE:
        talk.progress.step("parts", f"Sent {delivery.line_count} lines in {len(parts)} parts", lines=delivery.line_count, parts=len(parts))
    return remote.delta_id


def _manifest(delivery: Delivery, parts: list[ledger.Part]) -> dict[str, Any]:
    return {
        "schema_version": SCHEMA_VERSION,
        "sequence": delivery.sequence,
        "base": {"sequence": delivery.base_sequence, "version": delivery.base_version},
        "target": {"sequence": delivery.sequence, "version": delivery.target_version},
        "mode": delivery.mode,
        "sync_date": delivery.sync_date.isoformat(),
        "counts": delivery.counts,
        "lines": delivery.line_count,
        "parts": [
            {"n": part.number, "lines": part.last - part.first + 1, "length": part.length, "sha256": part.sha256}
            for part in parts
        ],
        "plan_digest": delivery.plan_digest,
        "removal": {"person": delivery.person_removal, "group": delivery.group_removal},
        "approved_by": delivery.approved_by,
    }


def _confirm(db: Database, talk: Exchange, delivery: Delivery, delta_id: str) -> Outcome:
    """Reads the receipt and, if it accounts for every line, moves the base."""
    counts = _read_receipt(db, talk, delivery, delta_id)
    ledger.confirm(db, delivery, counts, talk.clock)
    if delivery.lane == ledger.ERASE:
        # Not how many, refused ones neither.
        first = f"Delivery {delivery.sequence} went first"
        if counts["rejected"]:
            return Outcome(REJECTED, f"{first}; the receiver refused some of it, which goes first again the next time.", {}, 0)
        return Outcome(DELIVERED, f"{first}; the receiver has confirmed it.", {}, 0)
    talk.progress.step("receipt", f"The receiver accounts for all {delivery.line_count} lines", **counts)
    sent = f"Delivered {delivery.line_count} lines as delivery {delivery.sequence}"
    if counts["rejected"]:
        message = f"{sent}; the receiver refused {counts['rejected']} of them, which ride on the next delivery (owed_records says why)."
        return Outcome(REJECTED, message, delivery.counts, counts["rejected"])
    return Outcome(DELIVERED, f"{sent}; the receiver has confirmed them all.", delivery.counts, 0)


def _read_receipt(db: Database, talk: Exchange, delivery: Delivery, delta_id: str) -> Mapping[str, int]:
    """The receipt's lines by status; its rejected lines are staged. Stops unless it accounts for every line.

    Lines come in rising order, so that no more than a page of them is held.
    """
    ledger.clear_rejected(db, delivery.sequence)
    counts: Mapping[str, int] | None = None
    listed, before = {"unchanged": 0, "rejected": 0}, 0
    for page in exchange.receipt(talk, delta_id):
        if page.version != delivery.target_version or counts not in (None, page.counts):
            raise _unaccounted(delivery)
        counts = page.counts
        for number, status, _, _ in page.lines:
            if not before < number <= delivery.line_count:
                raise _unaccounted(delivery)
            before = number
            listed[status] += 1
        ledger.stage_rejected(db, delivery.sequence, [
            (number, problem_type, pointer) for number, status, problem_type, pointer in page.lines if status == "rejected"
        ])
    if counts is None or sum(counts.values()) != delivery.line_count or any(counts[status] != listed[status] for status in listed):
        raise _unaccounted(delivery)
    return counts


def _unaccounted(delivery: Delivery) -> Stop:
    return Stop(
        f"The receiver's receipt does not account for every line of delivery {delivery.sequence}, so nothing counts as delivered.",
        "Give the receiver's support this message; the next `nattsynk send` asks for the receipt again.",
        REJECTED,
    )


def _together(outcomes: list[Outcome]) -> Outcome | None:
    """What a run with several deliveries came to, None if it had none."""
    if not outcomes:
        return None
    lines: Counts = {}
    for outcome in outcomes:
        for name, operations in outcome.lines.items():
            for operation, count in operations.items():
                lines.setdefault(name, {}).setdefault(operation, 0)
                lines[name][operation] += count
    return Outcome(
        max(outcome.exit_code for outcome in outcomes), " ".join(outcome.message for outcome in outcomes), lines,
        sum(outcome.rejected for outcome in outcomes),
    )
