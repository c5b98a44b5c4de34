"""The removal of newly protected persons: a delivery of its own that goes before all else (PER-2).

It erases them at the receiver, or hides them while a mass protection waits for an approval (PER-15). The registers themselves are
asked who is protected, so no build holds it back (docs/decisions/0013-erase-the-protected-before-all-else.md).
"""

import dataclasses

from nattsynk.deliver import builds, holds, ledger, parts, plan
from nattsynk.deliver.builds import Build
from nattsynk.deliver.delivery import MAIN, PROTECTION_REMOVAL, Base, Counts, Delivery
from nattsynk.deliver.entities import entities
from nattsynk.engines.database import Database, again_after_deadlock
from nattsynk.engines.statements import render
from nattsynk.log import Clock
from nattsynk.profile.settings import Settings


@again_after_deadlock
def make(db: Database, settings: Settings, build: Build, base: Base, waiting: bool, clock: Clock) -> Delivery | None:
    """Freezes the records to erase or hide, on top of whatever base the receiver stands at. None if there are none.

    waiting: plan the erasures that need an approval, and hold them without one (PER-15); otherwise the ones that are sent at once.
    Planned and open deliveries of the night give way: the receiver's base moves, and they may name these very persons. Hidden persons
    stand in no other delivery, so a held one stays when only their erasure is planned.
    """
    with db.transaction():
        sequence = ledger.next_sequence(db, base[0])
        counts = _freeze(db, sequence, waiting)
        found, digest = parts.cut(db, sequence, counts, settings.number("part_size"))
        made = plan.delivery_of(settings, build, sequence, base, PROTECTION_REMOVAL, "delta", digest, counts)
        approved = ledger.approved(db, clock, PROTECTION_REMOVAL) if waiting and counts else None
        by = approved.approved_by if approved and plan.covers(db, approved, made) else None
        for earlier in ledger.superseded(db, PROTECTION_REMOVAL):
            if earlier.waits == waiting:
                ledger.fail_within(db, earlier, "asked anew who is to be erased", clock)
        if not counts:
            return None
        if waiting and not by:
            made = dataclasses.replace(made, state="held", note=holds.MASS_PROTECTION.reason)
        for earlier in ledger.superseded(db, MAIN) if made.state == "planned" else ():
            if not waiting or earlier.state != "held":
                ledger.fail_within(db, earlier, "it gave way to an erasure", clock)
        ledger.insert(db, made, found, clock)
        if by and approved and approved.approved_until:
            ledger.approve(db, made.sequence, by, approved.approved_until, clock)
        return dataclasses.replace(made, approved_by=by)


def is_needed(db: Database) -> bool:
    """Whether a person that the receiver has from us, shown or hidden, has become protected."""
    schema = db.schema("delivery")
    if not _knows_protected(db):
        return False
    with builds.asking_the_registers():
        return db.one(render("erase_count", delivery=schema)) is not None


def is_waiting(db: Database) -> bool:
    """Whether the erasure of a hidden person waits for an approval (PER-15)."""
    return any(waits for _, waits, _ in db.all(render("erase_count", delivery=db.schema("delivery"))))


def give_up(db: Database, clock: Clock) -> None:
    """Fails planned and held removals: nobody is to be removed any more."""
    for delivery in ledger.superseded(db, PROTECTION_REMOVAL):
        ledger.fail(db, delivery, "there is nobody to erase", clock)


def fail_deliveries_that_name_them(db: Database, clock: Clock) -> None:
    """Fails planned and held deliveries that name a person who has become protected. The next build is without that person."""
    waiting = [delivery for delivery in ledger.superseded(db, MAIN) if "person" in delivery.counts]
    schema = db.schema("delivery")
    if not waiting or not db.one(render("table_exists"), (schema, "delta_deliveries_exposed")):
        return
    with builds.asking_the_registers():
        exposed = {sequence for (sequence,) in db.all(render("exposed_deliveries", delivery=schema))}
    for delivery in waiting:
        if delivery.sequence in exposed:
            ledger.fail(db, delivery, "it named somebody who must not be delivered", clock)


@again_after_deadlock
def forget_refused(db: Database) -> None:
    """Forgets refused erasures of persons who are no longer protected. The delta has them again."""
    schema = db.schema("delivery")
    if not _knows_protected(db) or db.one(render("owed_count_erased", delivery=schema)) == (0,):
        return
    with builds.asking_the_registers(), db.transaction():
        for entity in entities():
            db.execute(render("owed_clear_erased", delivery=schema, entity=entity), [entity.name])


def _knows_protected(db: Database) -> bool:
    """Whether a first build has made the view of the records to erase."""
    return db.one(render("table_exists"), (db.schema("delivery"), "delta_erased_records")) is not None


def _freeze(db: Database, sequence: int, waiting: bool) -> Counts:
    """Copies the keys of the records to erase or hide into planned_*, links first. Returns the lines by entity and operation."""
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
