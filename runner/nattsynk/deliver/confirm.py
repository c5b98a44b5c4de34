"""Confirming a delivery: `delivered_*` takes the lines that the receiver applied, and rejected lines are owed."""

from collections.abc import Mapping, Sequence

from nattsynk.deliver import ledger
from nattsynk.deliver.delivery import MAIN, PROTECTION_REMOVAL, Delivery
from nattsynk.deliver.entities import Entity, entities
from nattsynk.engines.database import Database, again_after_deadlock
from nattsynk.engines.statements import render
from nattsynk.log import Clock
from nattsynk.receivers.receiver import UNKNOWN_RECORD


@again_after_deadlock
def stage_rejected(db: Database, sequence: int, rejected: Sequence[tuple[int, str, str | None]]) -> None:
    """Stages the rejected lines of one page of a receipt, (line, problem type, pointer), until `confirm` uses them."""
    sql = render("rejected_insert", delivery=db.schema("delivery"))
    with db.transaction():
        for line, problem_type, pointer in rejected:
            db.execute(sql, [sequence, line, problem_type, pointer])


@again_after_deadlock
def confirm(db: Database, delivery: Delivery, statuses: Mapping[str, int], clock: Clock) -> None:
    """Moves the base, in one transaction: `delivered_*` takes the lines that the receiver has applied.

    statuses: status -> lines, as the receipt counts them. The rejected lines have been staged before.
    """
    schema, sequence = db.schema("delivery"), delivery.sequence
    with db.transaction():
        _keep_persons(db, delivery, clock)
        for entity in entities() if delivery.mode == "full" else ():
            db.execute(render("confirm_drop_all", delivery=schema, entity=entity), [sequence])
        for entity in ledger.entities_of(delivery):
            if delivery.mode == "delta":
                db.execute(render("confirm_drop_changed", delivery=schema, entity=entity), [sequence, UNKNOWN_RECORD])
            db.execute(render("confirm_take", delivery=schema, entity=entity), [sequence])
        if delivery.mode == "delta":
            _forget_unknown(db, sequence)
        _owe(db, delivery, clock)
        ledger.clear_lines(db, delivery)
        if delivery.lane == MAIN and (delivery.approved_by or delivery.mode == "full"):
            ledger.set_limit_baselines(db, {})
        db.execute(
            render("delivery_set_confirmed", delivery=schema),
            [statuses["applied"], statuses["unchanged"], statuses["rejected"], ledger.utc(clock), sequence],
        )


def _keep_persons(db: Database, delivery: Delivery, clock: Clock) -> None:
    """Records persons the receiver may still hold, so that they can be erased if they become protected. Only id and civic number are kept."""
    schema = db.schema("delivery")
    if delivery.lane == PROTECTION_REMOVAL:
        db.execute(render("delivery_set_erased", delivery=schema), [delivery.sequence] * 2)
    db.execute(render("kept_add", delivery=schema), [ledger.utc(clock), delivery.sequence])
    if delivery.mode == "full" and delivery.person_removal == "deactivate":
        db.execute(render("kept_add_absent", delivery=schema), [ledger.utc(clock), delivery.sequence])
    db.execute(render("kept_clear", delivery=schema), [delivery.sequence])
    if delivery.lane == PROTECTION_REMOVAL:
        db.execute(render("kept_hide", delivery=schema), [delivery.sync_date, *[delivery.sequence] * 2])
    if delivery.lane == PROTECTION_REMOVAL and delivery.approved_by:
        db.execute(render("kept_approve", delivery=schema), [delivery.sequence])
    if delivery.mode == "delta":
        person = next(entity for entity in entities() if entity.name == "person")
        sql = render("kept_add_unknown", delivery=schema, entity=person, references=_referring(person))
        db.execute(sql, [ledger.utc(clock), *[delivery.sequence] * (sql.count("?") - 1)])


def _forget_unknown(db: Database, sequence: int) -> None:
    """LIFE-6: a record that was removed by hand at the receiver took its links along. The next delivery creates them all."""
    schema = db.schema("delivery")
    (unknown,) = db.one(render("rejected_count_unknown", delivery=schema), [sequence])
    # What hangs on a group goes before the group, which goes before the school that it hangs on.
    for entity in reversed(entities()) if unknown else ():
        references = _referring(entity)
        hangs_on = [(other, column, _referring(other)) for name, column in entity.references for other in entities() if other.name == name]
        for table, column in [*((other.delivered, column) for other, column in references), (entity.delivered, entity.key[0])] if references else ():
            sql = render(
                "confirm_drop_unknown", delivery=schema, entity=entity, references=references, hangs_on=hangs_on, table=table, column=column,
            )
            db.execute(sql, [sequence] * sql.count("?"))


def _referring(entity: Entity) -> list[tuple[Entity, str]]:
    """(entity, column) of each other entity whose records name one of this entity."""
    return [(other, column) for other in entities() for name, column in other.references if name == entity.name]


def _owe(db: Database, delivery: Delivery, clock: Clock) -> None:
    """Owes rejected lines until a later delivery settles them. The delta has them by itself, for `delivered_*` did not take them."""
    schema = db.schema("delivery")
    for entity in ledger.entities_of(delivery):
        db.execute(render("owed_clear_planned", delivery=schema, entity=entity), [entity.name, delivery.sequence])
        db.execute(render("owed_insert", delivery=schema, entity=entity), [entity.name, ledger.utc(clock), delivery.sequence])
    (owed,) = db.one(render("owed_count", delivery=schema))
    if owed:
        for entity in entities():
            db.execute(render("owed_clear_settled", delivery=schema, entity=entity), [entity.name])
