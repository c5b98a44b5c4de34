"""Planning a delivery: the delta's rows are frozen with line numbers, cut into parts, and entered in the ledger.

From then on the lines are read from `planned_*` alone, so that a restart says the same bytes under the same keys whatever
has been built meanwhile (docs/decisions/frozen-plan.md).
"""

import dataclasses
import hashlib
from collections.abc import Iterator

from nattsynk import ledger, lines, stops
from nattsynk.database import Database
from nattsynk.entities import Entity, entities
from nattsynk.ledger import Build, Counts, Delivery, Part
from nattsynk.log import Clock
from nattsynk.settings import Settings
from nattsynk.statements import render

LANE = "main"


@dataclasses.dataclass(frozen=True)
class Segment:
    """A run of lines of one entity: first to last, inclusive."""

    entity: Entity
    first: int
    last: int


def make(
    db: Database, settings: Settings, build: Build, base: tuple[int, str], mode: str, held: str | None, clock: Clock
) -> Delivery | None:
    """Freezes what there is to say as a delivery, planned or held, in one transaction. None if there is nothing.

    base: the receiver's sequence and version. mode: delta, or full (everything exported is a create, and releases go along).
    held: why it has to wait for a person, None if it may go.
    What an earlier plan left unsaid is failed here: the new plan says it all. Stops (20) if another build has begun.
    """
    with db.transaction():
        stops.still_latest(db, build)
        for earlier in ledger.superseded(db):
            ledger.fail_within(db, earlier, "a newer plan took its place", clock)
        sequence = ledger.next_sequence(db, base[0])
        counts = _freeze(db, sequence, mode)
        # Looked at again: a build that began meanwhile may have changed what was being copied.
        stops.still_latest(db, build)
        if not counts:
            return None
        parts, digest = _cut(db, sequence, counts, int(settings.values["part_size"]))
        delivery = Delivery(
            sequence=sequence, lane=LANE, mode=mode, state="held" if held else "planned",
            base_sequence=base[0], base_version=base[1], target_version=_hash(base[1], str(sequence), digest),
            plan_digest=digest, line_count=parts[-1].last, counts=counts,
            person_removal=str(settings.values["person_removal"]), group_removal=str(settings.values["group_removal"]),
            sync_date=build.sync_date, build_id=build.build_id,
            open_key=_key(settings, sequence, digest, "open"), commit_key=_key(settings, sequence, digest, "commit"), note=held,
        )
        ledger.insert(db, delivery, parts, clock)
    return delivery


def part_bytes(db: Database, delivery: Delivery, part: Part) -> bytes:
    """The NDJSON of one part, read from the frozen lines."""
    return b"".join(_lines(db, delivery.sequence, _segments(delivery.counts), part.first, part.last))


def _freeze(db: Database, sequence: int, mode: str) -> Counts:
    """Copies the delta, or everything, into planned_*, numbered. Returns the lines by entity and operation, only what there is."""
    schema, export = db.schema("delivery"), db.schema("export")
    counted = {
        entity.name: dict(list(db.rows(render(f"plan_count_{mode}", delivery=schema, export=export, entity=entity))))
        for entity in entities()
    }
    counts = {name: operations for name, operations in counted.items() if operations}
    before = _lines_before(counts)
    for entity in entities():
        if entity.name in counts:
            insert = render(f"plan_insert_{mode}", delivery=schema, export=export, entity=entity)
            db.execute(insert, [sequence, *before[entity.name]])
    return counts


def _lines_before(counts: Counts) -> dict[str, tuple[int, int]]:
    """entity -> (the line before its first delete, the line before its first other line)."""
    segments = _all_segments(counts)
    deletes = {segment.entity.name: segment.first - 1 for segment in segments[len(entities()):]}
    others = {segment.entity.name: segment.first - 1 for segment in segments[: len(entities())]}
    return {entity.name: (deletes[entity.name], others[entity.name]) for entity in entities()}


def _segments(counts: Counts) -> list[Segment]:
    """The runs of lines in order, without the empty ones."""
    return [segment for segment in _all_segments(counts) if segment.last >= segment.first]


def _all_segments(counts: Counts) -> list[Segment]:
    """Creates and updates in the order of delivery, then deletes in reverse; last < first where there are none."""
    sizes = [(entity, _size(counts, entity, deletes=False)) for entity in entities()]
    sizes += [(entity, _size(counts, entity, deletes=True)) for entity in reversed(entities())]
    found, before = [], 0
    for entity, size in sizes:
        found.append(Segment(entity, before + 1, before + size))
        before += size
    return found


def _size(counts: Counts, entity: Entity, deletes: bool) -> int:
    operations = counts.get(entity.name, {})
    return sum(count for operation, count in operations.items() if (operation == "delete") == deletes)


def _lines(db: Database, sequence: int, segments: list[Segment], first: int, last: int) -> Iterator[bytes]:
    for segment in segments:
        if segment.first <= last and segment.last >= first:
            sql = render("plan_lines", delivery=db.schema("delivery"), entity=segment.entity)
            for row in db.rows(sql, [sequence, max(first, segment.first), min(last, segment.last)]):
                yield lines.encode(segment.entity, row)


def _cut(db: Database, sequence: int, counts: Counts, part_size: int) -> tuple[list[Part], str]:
    """The parts with their digests, and the digest of all lines (SHA-256 in hex). Holds one line at a time."""
    segments = _segments(counts)
    whole, parts = hashlib.sha256(), []
    part, first, length, number = hashlib.sha256(), 1, 0, 0
    total = segments[-1].last
    for number, line in enumerate(_lines(db, sequence, segments, 1, total), start=1):
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
