"""The ledger: one row a delivery in `<prefix>_delivery.deliveries`, and the transactions that move it.

    held ──► planned ──► open ──► committed ──► confirmed        held: a safety rule stopped it; when it is approved
       └────────┴──────────┴──────────┴──► failed                it is planned anew, and goes if it has not grown
                                                                 failed: refused, or its place taken by a newer plan

Times in the database are UTC without a zone.
"""

import dataclasses
import datetime
import json
from collections.abc import Iterator, Mapping, Sequence

from nattsynk.deliver.entities import Entity, entities
from nattsynk.engines.database import Database, again_after_deadlock
from nattsynk.engines.statements import render
from nattsynk.errors import Stop
from nattsynk.log import Clock

Counts = dict[str, dict[str, int]]
# What a delivery is for: the night's delta, or the removal of who became protected, which goes by itself before it.
MAIN, ERASE = "main", "erase"
CUSTOMER, RECEIVER = "customer", "receiver"  # the marks that say whose state it is
LONGEST_MARK = 200  # as the table holds
LAYERS = ("landing", "staging", "rules", "export", "delivery", "report")
HIDES = "receiver_hides"  # the mark that says whether the receiver knows the delete mode hide
UNKNOWN_RECORD = "urn:nattsynk:problem:unknown-record"


@dataclasses.dataclass(frozen=True)
class Delivery:
    """One delivery as the ledger has it. counts: entity -> operation -> lines. The keys are idempotency keys."""

    sequence: int
    lane: str
    mode: str
    state: str
    base_sequence: int
    base_version: str
    target_version: str
    plan_digest: str
    line_count: int
    counts: Counts
    person_removal: str
    group_removal: str
    sync_date: datetime.date
    build_id: str
    open_key: str
    commit_key: str
    delta_id: str | None = None
    approved_by: str | None = None
    approved_until: datetime.datetime | None = None
    note: str | None = None

    @property
    def waits(self) -> bool:
        """Whether it goes on an approval alone."""
        return self.state == "held" or self.approved_by is not None

    @property
    def digest(self) -> str:
        """What `approve` is asked with. The lines of an erasure are a few ids, which somebody could guess from their own digest."""
        return self.target_version if self.lane == ERASE else self.plan_digest


@dataclasses.dataclass(frozen=True)
class Part:
    """One part: lines first to last, inclusive; length in bytes and SHA-256 in hex, both of its NDJSON unpacked."""

    number: int
    first: int
    last: int
    length: int
    sha256: str


@dataclasses.dataclass(frozen=True)
class Build:
    """A row of `builds`. fingerprint: of all it was built from (building.py). register_persons: persons read; register_covered: those that the population register has."""

    build_id: str
    sync_date: datetime.date
    fingerprint: str
    status: str
    options: str | None
    finished_at: datetime.datetime | None
    register_persons: int | None
    register_covered: int | None

    @property
    def is_by_hand(self) -> bool:
        """Whether dbt's own command line made it (macros/begin_build_by_hand.sql)."""
        return self.build_id.startswith("dbt-")


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
    """A file that has tables, and none of ours, may be the state of the profile's other environment, and nothing else."""
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


def latest_build(db: Database) -> Build | None:
    """The build that began last, whatever became of it. None where none has; our tables must stand (`exists`)."""
    return _build(db, "build_latest")


def confirmed_build(db: Database) -> Build | None:
    """The build of the last confirmed delivery."""
    return _build(db, "build_of_confirmed")


def tables_emptied(db: Database, before: Build, now: Build) -> list[str]:
    """The landing tables that have no rows now and had some in an earlier build."""
    sql = render("build_tables_emptied", delivery=db.schema("delivery"), exact=db.exact)
    return [name for (name,) in db.all(sql, [before.build_id, now.build_id])]


def _build(db: Database, name: str) -> Build | None:
    row = db.one(render(name, delivery=db.schema("delivery")))
    return Build(*row) if row else None


def confirmed(db: Database) -> tuple[int, str]:
    """Sequence and version of what the receiver has confirmed; (0, "") before the first delivery.

    An erasure goes on top of whatever the receiver stands at. Where that was not ours, the two states had parted before it, and
    they are as parted after it: then it is our own last word that counts, so that everything is said anew.
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
    """The sync date of the last confirmed delivery of a night's delta or of everything; None before the first."""
    row = db.one(render("delivery_confirmed_date", delivery=db.schema("delivery")))
    return row[0] if row else None


def knows(db: Database, base: tuple[int, str]) -> bool:
    """Whether our ledger is as new as the receiver: it stands nowhere yet, or at a delivery of ours."""
    return not base[0] or is_ours(db, base)


def is_ours(db: Database, base: tuple[int, str]) -> bool:
    """Whether the receiver can stand there because of a delivery of ours, confirmed or not."""
    return db.one(render("delivery_known", delivery=db.schema("delivery")), base) is not None


def settled(db: Database) -> tuple[int, str]:
    """Sequence and version of the last delivery that the receiver has confirmed, whatever it was for; (0, "") before the first."""
    row = db.one(render("delivery_confirmed", delivery=db.schema("delivery")))
    return (row[0], row[1]) if row else (0, "")


def note_receiver(db: Database, hides: bool) -> None:
    """Notes whether the receiver knows the delete mode hide, for delta_erased_persons to decide by."""
    if mark(db, HIDES) != str(int(hides)):
        set_mark(db, HIDES, str(int(hides)))


def note_base(db: Database, base: tuple[int, str]) -> None:
    """A receiver that stands elsewhere than at our last word may have gone back to when it still showed whom it hides."""
    if base != settled(db):
        db.execute(render("kept_hide_again", delivery=db.schema("delivery")))


def next_sequence(db: Database, receiver_sequence: int) -> int:
    """A number that neither we nor the receiver have used."""
    (highest,) = db.one(render("delivery_highest", delivery=db.schema("delivery")))
    return max(highest or 0, receiver_sequence) + 1


def unfinished(db: Database) -> list[Delivery]:
    """Deliveries that a run began and did not end, oldest first. There is at most one a lane."""
    return _in_states(db, "planned", "open", "committed")


def superseded(db: Database, *lanes: str) -> list[Delivery]:
    """Deliveries that a new plan takes the place of: begun and not committed, or held. lanes: of these alone; of all if none is given."""
    return [delivery for delivery in _in_states(db, "planned", "open", "held") if delivery.lane in (lanes or (MAIN, ERASE))]


def held(db: Database, lane: str = MAIN) -> Delivery | None:
    """The delivery that waits for an approval, or has one that is not used yet."""
    return next((delivery for delivery in reversed(superseded(db, lane)) if delivery.state == "held"), None)


def approved(db: Database, clock: Clock, lane: str = MAIN) -> Delivery | None:
    """The delivery that somebody has approved and that has not gone, while the approval lasts."""
    sql = render("delivery_approved", delivery=db.schema("delivery"), columns=COLUMNS)
    return next(_deliveries(db.all(sql, [lane, utc(clock)])), None)


def follow_clock(db: Database, clock: Clock) -> None:
    """Where the clock was set back since an approval was given, its end goes back as far: it lasts as long as it was given for, no longer."""
    now, schema = utc(clock), db.schema("delivery")
    for sequence, given, until, by in db.all(render("approvals_ahead", delivery=schema), [now]):
        db.execute(render("delivery_approve", delivery=schema), [by, until - (given - now), now, sequence])


def approve(db: Database, sequence: int, by: str, until: datetime.datetime, clock: Clock) -> None:
    """A person releases a delivery, for a time. until: as the database keeps it (`utc`)."""
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
    """The receiver has taken the manifest and calls the delta by that id."""
    db.execute(render("delivery_set_open", delivery=db.schema("delivery")), [delta_id, utc(clock), sequence])


def set_stored(db: Database, sequence: int, part: int, clock: Clock) -> None:
    """The receiver has that part."""
    db.execute(render("part_set_stored", delivery=db.schema("delivery")), [utc(clock), sequence, part])


def set_committed(db: Database, sequence: int, clock: Clock) -> None:
    """The commit is about to be asked for. Written before it is sent: from now on only the receiver knows the outcome."""
    _set_state(db, sequence, "committed", None, clock)


def reopen(db: Database, sequence: int, clock: Clock) -> None:
    """The commit turned out never to have reached the receiver."""
    _set_state(db, sequence, "open", None, clock)


@again_after_deadlock
def fail(db: Database, delivery: Delivery, note: str, clock: Clock) -> None:
    """Ends a delivery that will never be confirmed, and lets its frozen lines go. note: without personal data."""
    with db.transaction():
        fail_within(db, delivery, note, clock)


def fail_within(db: Database, delivery: Delivery, note: str, clock: Clock) -> None:
    """`fail`, as a part of the caller's transaction."""
    _set_state(db, delivery.sequence, "failed", note, clock)
    _clear(db, delivery)


def _set_state(db: Database, sequence: int, state: str, note: str | None, clock: Clock) -> None:
    db.execute(render("delivery_set_state", delivery=db.schema("delivery")), [state, note, utc(clock), sequence])


def _clear(db: Database, delivery: Delivery) -> None:
    for entity in _said(delivery):
        db.execute(render("plan_clear", delivery=db.schema("delivery"), entity=entity), [delivery.sequence])
    clear_rejected(db, delivery.sequence)


def _said(delivery: Delivery) -> list[Entity]:
    """The entities that the delivery has lines of."""
    return [entity for entity in entities() if entity.name in delivery.counts]


@again_after_deadlock
def stage_rejected(db: Database, sequence: int, rejected: Sequence[tuple[int, str, str | None]]) -> None:
    """Keeps the rejected lines of a receipt, (line, problem type, pointer), page by page, until `confirm` uses them."""
    sql = render("rejected_insert", delivery=db.schema("delivery"))
    with db.transaction():
        for line, problem_type, pointer in rejected:
            db.execute(sql, [sequence, line, problem_type, pointer])


def clear_rejected(db: Database, sequence: int) -> None:
    """Forgets what was staged of a receipt."""
    db.execute(render("rejected_clear", delivery=db.schema("delivery")), [sequence])


@again_after_deadlock
def confirm(db: Database, delivery: Delivery, statuses: Mapping[str, int], clock: Clock) -> None:
    """Moves the base: the one transaction in which `delivered_*` takes what the receiver answered it applied.

    statuses: lines by status, as the receipt counts them. The rejected ones have been staged.
    """
    schema, sequence = db.schema("delivery"), delivery.sequence
    with db.transaction():
        _keep(db, delivery, clock)
        for entity in entities() if delivery.mode == "full" else ():
            db.execute(render("confirm_drop_all", delivery=schema, entity=entity), [sequence])
        for entity in _said(delivery):
            if delivery.mode == "delta":
                db.execute(render("confirm_drop_changed", delivery=schema, entity=entity), [sequence, UNKNOWN_RECORD])
            db.execute(render("confirm_take", delivery=schema, entity=entity), [sequence])
        if delivery.mode == "delta":
            _forget_unknown(db, sequence)
        _owe(db, delivery, clock)
        _clear(db, delivery)
        if delivery.lane == MAIN and (delivery.approved_by or delivery.mode == "full"):
            set_held_bases(db, {})
        db.execute(
            render("delivery_set_confirmed", delivery=schema),
            [statuses["applied"], statuses["unchanged"], statuses["rejected"], utc(clock), sequence],
        )


def set_held_bases(db: Database, bases: Mapping[tuple[str, str], int]) -> None:
    """Notes what the limits are measured by while something is held: (entity, school or blank) -> how much of it the receiver had."""
    schema = db.schema("delivery")
    db.execute(render("bases_clear", delivery=schema))
    for (entity, school), confirmed_count in bases.items():
        db.execute(render("bases_add", delivery=schema), [entity, school, confirmed_count])


def _keep(db: Database, delivery: Delivery, clock: Clock) -> None:
    """Remembers, by id and number alone, who is or may be at the receiver still, should they become protected: whom it deactivates, hides, knows no longer."""
    schema = db.schema("delivery")
    if delivery.lane == ERASE:
        db.execute(render("delivery_set_erased", delivery=schema), [delivery.sequence] * 2)
    db.execute(render("kept_add", delivery=schema), [utc(clock), delivery.sequence])
    if delivery.mode == "full" and delivery.person_removal == "deactivate":
        db.execute(render("kept_add_absent", delivery=schema), [utc(clock), delivery.sequence])
    db.execute(render("kept_clear", delivery=schema), [delivery.sequence])
    if delivery.lane == ERASE:
        db.execute(render("kept_hide", delivery=schema), [delivery.sync_date, *[delivery.sequence] * 2])
    if delivery.lane == ERASE and delivery.approved_by:
        db.execute(render("kept_approve", delivery=schema), [delivery.sequence])
    if delivery.mode == "delta":
        person = next(entity for entity in entities() if entity.name == "person")
        sql = render("kept_add_unknown", delivery=schema, entity=person, references=_referring(person))
        db.execute(sql, [utc(clock), *[delivery.sequence] * (sql.count("?") - 1)])


def _forget_unknown(db: Database, sequence: int) -> None:
    """LIFE-6: what was removed by hand at the receiver took along what hung on it there, so all of that is created anew."""
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
    """(entity, column) of what names a record of this one."""
    return [(other, column) for other in entities() for name, column in other.references if name == entity.name]


def _owe(db: Database, delivery: Delivery, clock: Clock) -> None:
    """Rejected lines are owed until a later delivery settles them. They ride by themselves: the delta still sees them."""
    schema = db.schema("delivery")
    for entity in _said(delivery):
        db.execute(render("owed_clear_planned", delivery=schema, entity=entity), [entity.name, delivery.sequence])
        db.execute(render("owed_insert", delivery=schema, entity=entity), [entity.name, utc(clock), delivery.sequence])
    (owed,) = db.one(render("owed_count", delivery=schema))
    if owed:
        for entity in entities():
            db.execute(render("owed_clear_settled", delivery=schema, entity=entity), [entity.name])




@again_after_deadlock
def forget_history(db: Database, days: int, clock: Clock) -> None:
    """Lets go of deliveries and builds that ended more than so many days ago; what the base rests on stays."""
    schema, earliest = db.schema("delivery"), utc(clock) - datetime.timedelta(days=days)
    with db.transaction():
        db.execute(render("history_forget", delivery=schema), [earliest])
        db.execute(render("history_forget_parts", delivery=schema))
        db.execute(render("history_forget_builds", delivery=schema), [earliest])
        db.execute(render("history_forget_tables", delivery=schema))


def mark(db: Database, name: str) -> str | None:
    """What is noted of the state under a name, None where nothing is."""
    row = db.one(render("mark_get", delivery=db.schema("delivery")), [name])
    return row[0] if row else None


@again_after_deadlock
def set_mark(db: Database, name: str, value: str) -> None:
    """Notes something of the state, in place of what was noted under the name."""
    schema = db.schema("delivery")
    with db.transaction():
        db.execute(render("mark_clear", delivery=schema), [name])
        db.execute(render("mark_set", delivery=schema), [name, value])


def claim(db: Database, environment: str) -> None:
    """Notes whose state this is at the first build. Stops (exit code 2) where it is another environment's."""
    found = mark(db, "environment")
    if found is None:
        set_mark(db, "environment", environment)
    elif found != environment:
        raise Stop(
            f"The state in the schema {db.schema('delivery')} is that of environment {found}, and the profile says {environment}.",
            "Give each environment a database.schema_prefix of its own (or none: it is then made of the folder's name and the environment).",
        )


def claim_profile(db: Database, customer: str, url: str) -> None:
    """Notes for whom and where it delivers. Stops (exit code 2) where both are others than before: then it is another profile's state.

    One of them may change from one run to the next: a customer takes another name, a receiver moves. url: blank where there is none yet.
    """
    now = {CUSTOMER: customer[:LONGEST_MARK], RECEIVER: url[:LONGEST_MARK]}
    noted = {name: mark(db, name) or "" for name in now}
    if all(noted[name] and now[name] and noted[name] != now[name] for name in now):
        raise Stop(
            f"The state in the schema {db.schema('delivery')} is that of {noted[CUSTOMER]}, which delivers to {noted[RECEIVER]}. "
            f"The profile says {customer} and {url}.",
            "Nothing was changed. Is it the wrong file, restore the right one. Have both changed, change one, build, then change the other.",
        )
    for name, value in now.items():
        if value and noted[name] != value:
            set_mark(db, name, value)
