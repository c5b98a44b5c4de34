"""Planning a delivery: the delta's rows are frozen with line numbers, cut into parts, and entered in the ledger.

From then on the lines are read from `planned_*` alone, so that a restart says the same bytes under the same keys whatever
has been built meanwhile (docs/decisions/0006-freeze-the-lines-before-sending.md).
"""

import dataclasses
import hashlib

from nattsynk.deliver import builds, freeze, ledger, parts
from nattsynk.deliver.builds import Build
from nattsynk.deliver.delivery import MAIN, Base, Counts, Delivery
from nattsynk.deliver.entities import entities
from nattsynk.deliver.holds import Hold
from nattsynk.engines.database import Database, again_after_deadlock
from nattsynk.engines.statements import render
from nattsynk.log import Clock
from nattsynk.profile.settings import Settings


@dataclasses.dataclass(frozen=True)
class PlanRequest:
    """What to plan. mode: delta, or full.

    hold: which lines are held, None if none are. passing: plan only the lines that are not held; otherwise plan every line.
    since: the last delivery that was confirmed before this run. Lines that the receiver has refused after it wait for the next run.
    """

    mode: str
    hold: Hold | None = None
    passing: bool = False
    since: int = 0

    @property
    def left_out(self) -> frozenset[str]:
        """The operations of the lines that this plan leaves out."""
        return self.hold.operations if self.hold and self.passing else frozenset()

    @property
    def held(self) -> str | None:
        """Why the whole plan is held; None if it is not."""
        return self.hold.reason if self.hold and not self.passing else None


@again_after_deadlock
def make(db: Database, settings: Settings, build: Build, base: Base, request: PlanRequest, clock: Clock) -> Delivery | None:
    """Freezes the lines to send as a delivery, planned or held, in one transaction. None if there are no lines.

    base: where the receiver stands. In mode full every exported record is a create, and releases go along. Before the first confirmed
    delivery these are the lines of the delta, without paused records.
    An approved delivery is sent if tonight's lines are a subset of the approved lines. A full delivery removes what it does not say, so
    it must be exactly the one that was approved.
    Fails every earlier delivery that was not committed: the new one says all of it. An approved delivery stays until the held lines
    are planned. Stops (20) if another build has begun.
    """
    with db.transaction():
        builds.still_latest(db, build)
        if request.passing or not request.hold:
            # Noted before the first line is sent: a restart must not measure the limits by what is left.
            ledger.set_limit_baselines(db, request.hold.baselines if request.hold else {})
        sequence = ledger.next_sequence(db, base[0])
        counts = freeze.freeze(db, sequence, request.mode if ledger.confirmed(db)[0] else "delta", request.left_out, request.since)
        found, digest = parts.cut(db, sequence, counts, settings.number("part_size"))
        made = delivery_of(settings, build, sequence, base, MAIN, request.mode, digest, counts)
        approved = ledger.approved(db, clock)
        by = approved.approved_by if approved and request.held and covers(db, approved, made) else None
        for earlier in ledger.superseded(db, MAIN):
            if not (request.passing and approved and earlier.sequence == approved.sequence):
                ledger.fail_within(db, earlier, "a newer plan took its place", clock)
        # Once more: a build that began meanwhile may have changed the tables while they were copied.
        builds.still_latest(db, build)
        if not counts:
            return None
        if request.held and not by:
            made = dataclasses.replace(made, state="held", note=request.held)
        ledger.insert(db, made, found, clock)
        if by and approved and approved.approved_until:
            ledger.approve(db, made.sequence, by, approved.approved_until, clock)
        return dataclasses.replace(made, approved_by=by)


def covers(db: Database, approved: Delivery, made: Delivery) -> bool:
    """Whether the approval of one plan releases another."""
    if "full" in (approved.mode, made.mode):
        # A full delivery removes what it does not say. With fewer lines it removes more, with other settings it removes in another way.
        return _whole(approved) == _whole(made)
    schema, numbers = db.schema("delivery"), [made.sequence, approved.sequence]
    return not any(db.one(render("plan_grown", delivery=schema, entity=entity, exact=db.exact), numbers) for entity in entities())


def _whole(delivery: Delivery) -> tuple[str, ...]:
    """What tells one full delivery from another: its lines, and how it removes the rest."""
    return delivery.mode, delivery.plan_digest, delivery.person_removal, delivery.group_removal


def delivery_of(
    settings: Settings, build: Build, sequence: int, base: Base, lane: str, mode: str, digest: str, counts: Counts
) -> Delivery:
    """A planned delivery of the frozen lines that have this digest."""
    return Delivery(
        sequence=sequence, lane=lane, mode=mode, state="planned",
        base_sequence=base[0], base_version=base[1], target_version=_hash(base[1], str(sequence), digest),
        plan_digest=digest, line_count=sum(sum(operations.values()) for operations in counts.values()), counts=counts,
        person_removal=settings.text("person_removal"), group_removal=settings.text("group_removal"),
        sync_date=build.sync_date, build_id=build.build_id,
        open_key=_key(settings, sequence, digest, "open"), commit_key=_key(settings, sequence, digest, "commit"),
    )


def _key(settings: Settings, sequence: int, digest: str, step: str) -> str:
    """An idempotency key. The next run derives the same one, from customer, environment, sequence and plan."""
    return _hash(settings.customer, settings.environment, str(sequence), digest, step)


def _hash(*texts: str) -> str:
    return hashlib.sha256("\n".join(texts).encode()).hexdigest()
