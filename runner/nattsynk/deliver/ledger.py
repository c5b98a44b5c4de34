"""The ledger: one row a delivery in `<prefix>_delivery.deliveries`, and the transactions that move it.

    planned ──► open ──► committed ──► confirmed
    held           held: a safety rule stopped it. Once approved, it is planned anew, and sent if it has not grown.
    failed         the receiver refused it, or a newer plan took its place. Any state but confirmed can end so.

Times in the database are UTC without a zone.
"""

import dataclasses
import datetime
import json
from collections.abc import Iterator, Mapping

from nattsynk.deliver.delivery import MAIN, PROTECTION_REMOVAL, Base, Delivery, Part
from nattsynk.deliver.entities import Entity, entities
from nattsynk.deliver.marks import CUSTOMER
from nattsynk.engines.database import Database, again_after_deadlock
from nattsynk.engines.statements import render
from nattsynk.log import Clock

LAYERS = ("landing", "staging", "rules", "export", "delivery", "report")
COLUMNS = tuple(field.name for field in dataclasses.fields(Delivery))


def utc(clock: Clock) -> datetime.datetime:
    """The clock's time as the database keeps it: UTC without a zone."""
    return clock().astimezone(datetime.UTC).replace(tzinfo=None)


def exists(db: Database) -> bool:
    """Whether a first build has made our tables. Stops (exit code 2) where the database should be the profile's own, and is somebody else's."""
    found = db.one(render("table_exists"), (db.schema("delivery"), "builds")) is not None
    if not found and not db.engine.is_shared:
        _check_ours(db)
    return found


def _check_ours(db: Database) -> None:
    """Stops if the file has tables, and neither this profile nor its other environment has made them."""
    schemas = {schema for (schema,) in db.all(render("database_schemas"))}
    if not schemas or schemas & {db.schema(layer) for layer in LAYERS}:
        return
    others = sorted(schema.removesuffix("_delivery") for schema in schemas if schema.endswith("_delivery"))
    if not others or not all(_is_other_environment(db, other) for other in others):
        raise db.foreign(others)


def _is_other_environment(db: Database, prefix: str) -> bool:
    schema = f"{prefix}_delivery"
    if db.one(render("table_exists"), (schema, "state_marks")) is None:
        return False
    environment, customer = (db.one(render("mark_get", delivery=schema), [name]) for name in ("environment", CUSTOMER))
    return environment not in (None, (db.environment,)) and customer in (None, (db.customer,))


def confirmed(db: Database) -> Base:
    """The base that the next delta is planned on; (0, "") before the first confirmed delivery.

    A protection removal is sent on top of any base, also one that is not ours. If it was not ours, the two states had parted before the
    removal, and they still have. Then the base is our last delivery before it, so that the next delivery is a full one.
    """
    top = below = None
    for sequence, version, lane, *base in db.all(render("delivery_confirmed", delivery=db.schema("delivery"))):
        here = (sequence, version)
        if top and here != below:
            return here
        top, below = top or here, tuple(base)
        if lane == MAIN:
            return top
    return (0, "")


def confirmed_date(db: Database) -> datetime.date | None:
    """The sync date of the last confirmed delivery, apart from protection removals; None before the first."""
    row = db.one(render("delivery_confirmed_date", delivery=db.schema("delivery")))
    return row[0] if row else None


def knows(db: Database, base: Base) -> bool:
    """Whether our ledger knows the receiver's base: the receiver has no delivery yet, or stands at one of ours."""
    return not base[0] or is_ours(db, base)


def is_ours(db: Database, base: Base) -> bool:
    """Whether a delivery of ours, confirmed or not, leads to that base."""
    return db.one(render("delivery_known", delivery=db.schema("delivery")), base) is not None


def settled(db: Database) -> Base:
    """The base after the last confirmed delivery, a protection removal too; (0, "") before the first."""
    row = db.one(render("delivery_confirmed", delivery=db.schema("delivery")))
    return (row[0], row[1]) if row else (0, "")


def note_base(db: Database, base: Base) -> None:
    """Hides the hidden persons once more if the receiver stands at another base than ours: after a restore it may show them again."""
    if base != settled(db):
        db.execute(render("kept_hide_again", delivery=db.schema("delivery")))


def next_sequence(db: Database, receiver_sequence: int) -> int:
    """A sequence number that neither we nor the receiver have used."""
    (highest,) = db.one(render("delivery_highest", delivery=db.schema("delivery")))
    return max(highest or 0, receiver_sequence) + 1


def unfinished(db: Database) -> list[Delivery]:
    """Deliveries that an earlier run began and did not end, oldest first. There is at most one in each lane."""
    return _in_states(db, "planned", "open", "committed")


def superseded(db: Database, *lanes: str) -> list[Delivery]:
    """Deliveries that a new plan replaces: begun and not committed, or held. lanes: only of these; of all lanes if none is given."""
    return [delivery for delivery in _in_states(db, "planned", "open", "held") if delivery.lane in (lanes or (MAIN, PROTECTION_REMOVAL))]


def held(db: Database, lane: str = MAIN) -> Delivery | None:
    """The held delivery: it waits for an approval, or has an approval that is not used yet."""
    return next((delivery for delivery in reversed(superseded(db, lane)) if delivery.state == "held"), None)


def approved(db: Database, clock: Clock, lane: str = MAIN) -> Delivery | None:
    """The delivery that is approved and not sent yet, while the approval lasts."""
    sql = render("delivery_approved", delivery=db.schema("delivery"), columns=COLUMNS)
    return next(_deliveries(db.all(sql, [lane, utc(clock)])), None)


def follow_clock(db: Database, clock: Clock) -> None:
    """Moves the end of an approval back if the clock was set back since. So it lasts as long as it was given for."""
    now, schema = utc(clock), db.schema("delivery")
    for sequence, given, until, by in db.all(render("approvals_ahead", delivery=schema), [now]):
        db.execute(render("delivery_approve", delivery=schema), [by, until - (given - now), now, sequence])


def approve(db: Database, sequence: int, by: str, until: datetime.datetime, clock: Clock) -> None:
    """Notes that a person approves a delivery. until: as the database keeps it (`utc`)."""
    db.execute(render("delivery_approve", delivery=db.schema("delivery")), [by, until, utc(clock), sequence])


def _in_states(db: Database, *states: str) -> list[Delivery]:
    sql = render("delivery_in_states", delivery=db.schema("delivery"), columns=COLUMNS)
    return list(_deliveries(db.all(sql, states)))


def _deliveries(rows: list[tuple]) -> Iterator[Delivery]:
    for row in rows:
        values = dict(zip(COLUMNS, row))
        yield Delivery(**{**values, "counts": json.loads(values["counts"])})


def insert(db: Database, delivery: Delivery, parts: list[Part], clock: Clock) -> None:
    """Writes a new delivery and its parts. Call it inside the transaction that froze the lines."""
    schema, now = db.schema("delivery"), utc(clock)
    values = {**vars(delivery), "counts": json.dumps(delivery.counts)}
    db.execute(
        render("delivery_insert", delivery=schema, columns=COLUMNS), [*(values[column] for column in COLUMNS), now, now]
    )
    for part in parts:
        db.execute(render("part_insert", delivery=schema), [delivery.sequence, *dataclasses.astuple(part)])


def parts(db: Database, sequence: int) -> list[Part]:
    """The parts of a delivery in order."""
    return [Part(*row) for row in db.all(render("parts_select", delivery=db.schema("delivery")), [sequence])]


def set_open(db: Database, sequence: int, delta_id: str, clock: Clock) -> None:
    """Notes that the receiver has taken the announcement. delta_id: the receiver's own id of the delivery."""
    db.execute(render("delivery_set_open", delivery=db.schema("delivery")), [delta_id, utc(clock), sequence])


def set_stored(db: Database, sequence: int, part: int, clock: Clock) -> None:
    """Notes that the receiver has that part."""
    db.execute(render("part_set_stored", delivery=db.schema("delivery")), [utc(clock), sequence, part])


def set_committed(db: Database, sequence: int, clock: Clock) -> None:
    """Notes that the commit is about to be sent. From now on only the receiver knows the outcome."""
    _set_state(db, sequence, "committed", None, clock)


def reopen(db: Database, sequence: int, clock: Clock) -> None:
    """Notes that the commit never reached the receiver."""
    _set_state(db, sequence, "open", None, clock)


@again_after_deadlock
def fail(db: Database, delivery: Delivery, note: str, clock: Clock) -> None:
    """Ends a delivery that will never be confirmed, and deletes its frozen lines. note: why, without personal data."""
    with db.transaction():
        fail_within(db, delivery, note, clock)


def fail_within(db: Database, delivery: Delivery, note: str, clock: Clock) -> None:
    """`fail` within the caller's transaction."""
    _set_state(db, delivery.sequence, "failed", note, clock)
    clear_lines(db, delivery)


def _set_state(db: Database, sequence: int, state: str, note: str | None, clock: Clock) -> None:
    db.execute(render("delivery_set_state", delivery=db.schema("delivery")), [state, note, utc(clock), sequence])


def clear_lines(db: Database, delivery: Delivery) -> None:
    """Deletes the frozen lines of a delivery that has ended, and the staged lines of its receipt."""
    for entity in entities_of(delivery):
        db.execute(render("plan_clear", delivery=db.schema("delivery"), entity=entity), [delivery.sequence])
    clear_rejected(db, delivery.sequence)


def entities_of(delivery: Delivery) -> list[Entity]:
    """The entities that the delivery has lines of."""
    return [entity for entity in entities() if entity.name in delivery.counts]


def clear_rejected(db: Database, sequence: int) -> None:
    """Deletes the staged lines of a receipt."""
    db.execute(render("rejected_clear", delivery=db.schema("delivery")), [sequence])


def set_limit_baselines(db: Database, baselines: Mapping[tuple[str, str], int]) -> None:
    """Notes the counts that the limits are measured by while lines are held: (entity, school or blank) -> records at the receiver."""
    schema = db.schema("delivery")
    db.execute(render("bases_clear", delivery=schema))
    for (entity, school), confirmed_count in baselines.items():
        db.execute(render("bases_add", delivery=schema), [entity, school, confirmed_count])


@again_after_deadlock
def forget_history(db: Database, days: int, clock: Clock) -> None:
    """Deletes deliveries and builds that ended more than so many days ago. The ones that the base rests on stay."""
    schema, earliest = db.schema("delivery"), utc(clock) - datetime.timedelta(days=days)
    with db.transaction():
        db.execute(render("history_forget", delivery=schema), [earliest])
        db.execute(render("history_forget_parts", delivery=schema))
        db.execute(render("history_forget_builds", delivery=schema), [earliest])
        db.execute(render("history_forget_tables", delivery=schema))
