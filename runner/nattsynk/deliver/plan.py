"""Planning a delivery: the delta's rows are frozen with line numbers, cut into parts, and entered in the ledger.

From then on the lines are read from `planned_*` alone, so that a restart says the same bytes under the same keys whatever
has been built meanwhile (docs/decisions/0006-freeze-the-lines-before-sending.md).
"""

import dataclasses
import hashlib
from collections.abc import Iterator, Mapping

from nattsynk.deliver import holds, ledger, lines
from nattsynk.deliver.entities import NAMES, Entity, entities
from nattsynk.deliver.holds import Hold
from nattsynk.deliver.ledger import ERASE, MAIN, Build, Counts, Delivery, Part
from nattsynk.engines.database import Database, again_after_deadlock
from nattsynk.engines.statements import render
from nattsynk.log import Clock
from nattsynk.profile.settings import Settings

# Where a line stands in its delivery; the delta says which: releases of a number, rekeys, deletes that let a new person take a
# number, all else, deletes (docs/decisions/0022-send-a-changed-number-as-a-rekey.md).
STEPS = (1, 2, 3, 4, 5)


@dataclasses.dataclass(frozen=True)
class LineRange:
    """Frozen lines of one entity that follow each other, first to last."""

    first: int
    last: int
    entity: Entity


@dataclasses.dataclass(frozen=True)
class PlanRequest:
    """What a plan is to hold. mode: delta, or full.

    hold: why lines have to wait for a person, None if nothing has to. passing: plan what need not wait; else what does, or all of it.
    since: the last delivery that was confirmed before this run; what the receiver has refused after it waits for the next run.
    """

    mode: str
    hold: Hold | None = None
    passing: bool = False
    since: int = 0

    @property
    def left_out(self) -> frozenset[str]:
        """The operations whose lines wait."""
        return self.hold.operations if self.hold and self.passing else frozenset()

    @property
    def held(self) -> str | None:
        """Why the plan as a whole has to wait."""
        return self.hold.reason if self.hold and not self.passing else None


@again_after_deadlock
def make(db: Database, settings: Settings, build: Build, base: tuple[int, str], wish: PlanRequest, clock: Clock) -> Delivery | None:
    """Freezes what there is to say as a delivery, planned or held, in one transaction. None if there is nothing.

    base: the receiver's sequence and version. In mode full everything exported is a create, and releases go along; where
    nothing is confirmed that is what the delta says, less what is paused.
    What is held goes all the same if it was approved and has not grown since: every line stands in the approved delivery. Everything
    anew goes only if it is the very delivery that was approved, for it removes what it does not say.
    What an earlier plan left unsaid is failed here: the new plan says it all. An approved one stays until what is held is planned.
    Stops (20) if another build has begun.
    """
    with db.transaction():
        holds.still_latest(db, build)
        if wish.passing or not wish.hold:
            # Before anything of it goes, so that no restart measures by what has gone.
            ledger.set_held_bases(db, wish.hold.bases if wish.hold else {})
        sequence = ledger.next_sequence(db, base[0])
        counts = _freeze(db, sequence, wish.mode if ledger.confirmed(db)[0] else "delta", wish)
        parts, digest = _cut(db, sequence, counts, int(settings.values["part_size"]))
        made = _made(settings, build, sequence, base, MAIN, wish.mode, digest, counts)
        approved = ledger.approved(db, clock)
        by = approved.approved_by if approved and wish.held and _covers(db, approved, made) else None
        for earlier in ledger.superseded(db, MAIN):
            if not (wish.passing and approved and earlier.sequence == approved.sequence):
                ledger.fail_within(db, earlier, "a newer plan took its place", clock)
        # Looked at again: a build that began meanwhile may have changed what was being copied.
        holds.still_latest(db, build)
        if not counts:
            return None
        if wish.held and not by:
            made = dataclasses.replace(made, state="held", note=wish.held)
        ledger.insert(db, made, parts, clock)
        if by:
            ledger.approve(db, made.sequence, by, approved.approved_until, clock)
        return dataclasses.replace(made, approved_by=by)


def _covers(db: Database, approved: Delivery, made: Delivery) -> bool:
    """Whether the approval of one plan releases another."""
    if "full" in (approved.mode, made.mode):
        # What is not said is removed: with fewer lines it removes more, with other modes in another way.
        return _whole(approved) == _whole(made)
    schema, numbers = db.schema("delivery"), [made.sequence, approved.sequence]
    return not any(db.one(render("plan_grown", delivery=schema, entity=entity, exact=db.exact), numbers) for entity in entities())


def _whole(delivery: Delivery) -> tuple[str, ...]:
    """What a delivery of everything says and how it removes the rest."""
    return delivery.mode, delivery.plan_digest, delivery.person_removal, delivery.group_removal


@again_after_deadlock
def make_erasure(db: Database, settings: Settings, build: Build, base: tuple[int, str], waiting: bool, clock: Clock) -> Delivery | None:
    """Freezes what has to be erased or hidden, on top of whatever the receiver stands at (base). None if there is nothing.

    waiting: what goes on an approval alone, held without one (PER-15); else what goes at once.
    What is planned or open gives way: the receiver's base moves, and it may name the very persons (docs/decisions/0013-erase-the-protected-before-all-else.md). Who is
    hidden stands in no other delivery, so what is held apart from them stays.
    """
    with db.transaction():
        sequence = ledger.next_sequence(db, base[0])
        counts = _freeze_erased(db, sequence, waiting)
        parts, digest = _cut(db, sequence, counts, int(settings.values["part_size"]))
        made = _made(settings, build, sequence, base, ERASE, "delta", digest, counts)
        approved = ledger.approved(db, clock, ERASE) if waiting and counts else None
        by = approved.approved_by if approved and _covers(db, approved, made) else None
        for earlier in ledger.superseded(db, ERASE):
            if earlier.waits == waiting:
                ledger.fail_within(db, earlier, "asked anew who is to be erased", clock)
        if not counts:
            return None
        if waiting and not by:
            made = dataclasses.replace(made, state="held", note=holds.MASS_PROTECTION.reason)
        for earlier in ledger.superseded(db, MAIN) if made.state == "planned" else ():
            if not waiting or earlier.state != "held":
                ledger.fail_within(db, earlier, "it gave way to an erasure", clock)
        ledger.insert(db, made, parts, clock)
        if by:
            ledger.approve(db, made.sequence, by, approved.approved_until, clock)
        return dataclasses.replace(made, approved_by=by)


def _made(
    settings: Settings, build: Build, sequence: int, base: tuple[int, str], lane: str, mode: str, digest: str, counts: Counts
) -> Delivery:
    """The delivery of the frozen lines that have this digest."""
    return Delivery(
        sequence=sequence, lane=lane, mode=mode, state="planned",
        base_sequence=base[0], base_version=base[1], target_version=_hash(base[1], str(sequence), digest),
        plan_digest=digest, line_count=sum(sum(operations.values()) for operations in counts.values()), counts=counts,
        person_removal=str(settings.values["person_removal"]), group_removal=str(settings.values["group_removal"]),
        sync_date=build.sync_date, build_id=build.build_id,
        open_key=_key(settings, sequence, digest, "open"), commit_key=_key(settings, sequence, digest, "commit"),
    )


def runs(db: Database, sequence: int, counts: Counts) -> list[LineRange]:
    """Where the frozen lines of each entity stand, in the order of the lines: a few runs, however many the lines are."""
    schema, frozen = db.schema("delivery"), [entity for entity in entities() if entity.name in counts]
    found = [LineRange(*run, entity) for entity in frozen for run in db.all(render("plan_runs", delivery=schema, entity=entity), [sequence])]
    return sorted(found, key=lambda run: run.first)


def part_bytes(db: Database, delivery: Delivery, part: Part, frozen: list[LineRange]) -> bytes:
    """The NDJSON of one part, read from the frozen lines. frozen: `runs` of the delivery."""
    return b"".join(_lines(db, delivery.sequence, part.first, part.last, frozen))


def _freeze(db: Database, sequence: int, mode: str, wish: PlanRequest) -> Counts:
    """Copies the delta, or everything, into planned_*, numbered. Returns the lines by entity and operation, only what there is."""
    schema, export = db.schema("delivery"), db.schema("export")
    counts: Counts = {}
    sizes: dict[tuple[int, str], int] = {}
    chosen: list[int | str] = []
    db.execute(render("wait_clear", delivery=schema))
    if mode == "delta":
        _wait(db, wish)
        chosen = [wish.since, *_three(wish.left_out)]
    for entity in entities():
        for step, operation, count in db.all(render(f"plan_count_{mode}", delivery=schema, export=export, entity=entity), chosen):
            operations = counts.setdefault(entity.name, {})
            operations[operation] = count + operations.get(operation, 0)
            sizes[step, entity.name] = count + sizes.get((step, entity.name), 0)
    before = _lines_before(sizes)
    for entity in entities():
        if entity.name in counts:
            insert = render(f"plan_insert_{mode}", delivery=schema, export=export, entity=entity, steps=STEPS, exact=db.exact)
            db.execute(insert, [sequence, *(before[step, entity.name] for step in STEPS), *chosen])
    return counts


def _wait(db: Database, wish: PlanRequest) -> None:
    """Lists what other records have to wait for, and the new persons that wait themselves."""
    schema = db.schema("delivery")
    # Who is held first: one whom the receiver has refused before is held all the same.
    if wish.left_out:
        db.execute(render("wait_for_number", delivery=schema), _three(wish.left_out))
    if "create" in wish.left_out:
        db.execute(render("wait_for_approval", delivery=schema))
    for entity in entities():
        if entity.name in NAMES.values():
            db.execute(render("wait_on_refused", delivery=schema, entity=entity))
    db.execute(render("wait_for_school", delivery=schema))


def anything_waits(db: Database) -> bool:
    """Whether the last plan left records out that may go once others are confirmed."""
    return db.one(render("wait_count", delivery=db.schema("delivery"))) != (0,)


def _three(operations: frozenset[str]) -> list[str]:
    """The operations of the lines that are held, as three parameters. New persons wait by name, for others may be new."""
    lines = {"delete": ("delete",), "update": ("update", "rekey")}
    named = [line for operation in sorted(operations) for line in lines.get(operation, ())]
    return (named + ["", "", ""])[:3]


def anything_to_erase(db: Database) -> bool:
    """Whether somebody whom the receiver has from us, shown or hidden, is protected by now; the registers themselves are asked."""
    schema = db.schema("delivery")
    if not _knows_protected(db):
        return False
    with holds.asking_the_registers():
        return db.one(render("erase_count", delivery=schema)) is not None


def erase_waits(db: Database) -> bool:
    """Whether the erase of somebody who is hidden waits for an approval (PER-15)."""
    return any(waits for _, waits, _ in db.all(render("erase_count", delivery=db.schema("delivery"))))


def give_up_erasures(db: Database, clock: Clock) -> None:
    """Lets go of what was planned or held to erase: there is nobody any more."""
    for delivery in ledger.superseded(db, ERASE):
        ledger.fail(db, delivery, "there is nobody to erase", clock)


def give_up_exposed(db: Database, clock: Clock) -> None:
    """Lets go of what is planned or held and names somebody who is protected by now; it is planned anew from a build without them."""
    waiting = [delivery for delivery in ledger.superseded(db, MAIN) if "person" in delivery.counts]
    schema = db.schema("delivery")
    if not waiting or not db.one(render("table_exists"), (schema, "delta_deliveries_exposed")):
        return
    with holds.asking_the_registers():
        exposed = {sequence for (sequence,) in db.all(render("exposed_deliveries", delivery=schema))}
    for delivery in waiting:
        if delivery.sequence in exposed:
            ledger.fail(db, delivery, "it named somebody who must not be delivered", clock)


@again_after_deadlock
def settle_erased(db: Database) -> None:
    """Lets go of refused erasures of those who are protected no longer: the ordinary delta speaks of them again."""
    schema = db.schema("delivery")
    if not _knows_protected(db) or db.one(render("owed_count_erased", delivery=schema)) == (0,):
        return
    with holds.asking_the_registers(), db.transaction():
        for entity in entities():
            db.execute(render("owed_clear_erased", delivery=schema, entity=entity), [entity.name])


def _knows_protected(db: Database) -> bool:
    """Whether a first build has made the view of what has to be erased."""
    return db.one(render("table_exists"), (db.schema("delivery"), "delta_erased_records")) is not None


def _freeze_erased(db: Database, sequence: int, waiting: bool) -> Counts:
    """Copies the keys of what has to be erased or hidden into planned_*, links first. Returns the lines by entity and operation."""
    schema, before = db.schema("delivery"), 0
    counts: Counts = {}
    wanted = {name for name, waits, _ in db.all(render("erase_count", delivery=schema)) if waits == waiting}
    for entity in reversed(entities()):
        if entity.name in wanted:
            db.execute(render("plan_insert_erase", delivery=schema, entity=entity, exact=db.exact), [sequence, before, int(waiting)])
            (count,) = db.one(render("plan_count_frozen", delivery=schema, entity=entity), [sequence])
            counts |= {entity.name: {"delete": count}} if count else {}
            before += count
    return counts


def _lines_before(sizes: Mapping[tuple[int, str], int]) -> dict[tuple[int, str], int]:
    """(step, entity) -> the lines before its first. Entities go in their order, in the last step, the deletes, in reverse."""
    found, before = {}, 0
    for step in STEPS:
        for entity in reversed(entities()) if step == STEPS[-1] else entities():
            found[step, entity.name] = before
            before += sizes.get((step, entity.name), 0)
    return found


def _lines(db: Database, sequence: int, first: int, last: int, frozen: list[LineRange]) -> Iterator[bytes]:
    """The frozen lines from first to last, each run of one entity in one statement."""
    for run in frozen:
        begin, end = max(first, run.first), min(last, run.last)
        if begin <= end:
            for row in db.rows(render("plan_lines", delivery=db.schema("delivery"), entity=run.entity), [sequence, begin, end]):
                yield lines.encode(run.entity, row)


def _cut(db: Database, sequence: int, counts: Counts, part_size: int) -> tuple[list[Part], str]:
    """The parts with their digests, and the digest of all lines (SHA-256 in hex). Holds one line at a time."""
    whole, parts = hashlib.sha256(), []
    part, first, length, number = hashlib.sha256(), 1, 0, 0
    total = sum(sum(operations.values()) for operations in counts.values())
    for number, line in enumerate(_lines(db, sequence, 1, total, runs(db, sequence, counts)), start=1):
        whole.update(line)
        part.update(line)
        length += len(line)
        if number - first + 1 == part_size or number == total:
            parts.append(Part(len(parts) + 1, first, number, length, part.hexdigest()))
            part, first, length = hashlib.sha256(), number + 1, 0
    if number != total:
        raise RuntimeError(f"{total} lines were counted and {number} frozen: the delta changed while it was read")
    return parts, whole.hexdigest()


def _key(settings: Settings, sequence: int, digest: str, step: str) -> str:
    """An idempotency key that a restart derives again: customer, environment, sequence and plan."""
    return _hash(settings.customer, settings.environment, str(sequence), digest, step)


def _hash(*texts: str) -> str:
    return hashlib.sha256("\n".join(texts).encode()).hexdigest()
