"""The frozen lines of a delivery as bytes, and how they are cut into parts. The same frozen rows give the same bytes every time."""

import dataclasses
import hashlib
from collections.abc import Iterator

from nattsynk.deliver import lines
from nattsynk.deliver.delivery import Counts, Delivery, Part
from nattsynk.deliver.entities import Entity, entities
from nattsynk.engines.database import Database
from nattsynk.engines.statements import render


@dataclasses.dataclass(frozen=True)
class LineRange:
    """Consecutive frozen lines of one entity, first to last, inclusive."""

    first: int
    last: int
    entity: Entity


def line_ranges(db: Database, sequence: int, counts: Counts) -> list[LineRange]:
    """Where the frozen lines of each entity stand, in the order of the lines: a few ranges, however many the lines are."""
    schema, frozen = db.schema("delivery"), [entity for entity in entities() if entity.name in counts]
    ranges = [LineRange(first, last, entity) for entity in frozen for first, last in db.all(render("plan_runs", delivery=schema, entity=entity), [sequence])]
    return sorted(ranges, key=lambda each: each.first)


def part_bytes(db: Database, delivery: Delivery, part: Part, ranges: list[LineRange]) -> bytes:
    """The NDJSON of one part, read from the frozen lines. ranges: `line_ranges` of the delivery."""
    return b"".join(_lines(db, delivery.sequence, part.first, part.last, ranges))


def cut(db: Database, sequence: int, counts: Counts, part_size: int) -> tuple[list[Part], str]:
    """The parts with their digests, and the digest of all lines (SHA-256 in hex). Holds one line at a time."""
    whole = hashlib.sha256()
    parts: list[Part] = []
    part, first, length, number = hashlib.sha256(), 1, 0, 0
    total = sum(sum(operations.values()) for operations in counts.values())
    for number, line in enumerate(_lines(db, sequence, 1, total, line_ranges(db, sequence, counts)), start=1):
        whole.update(line)
        part.update(line)
        length += len(line)
        if number - first + 1 == part_size or number == total:
            parts.append(Part(len(parts) + 1, first, number, length, part.hexdigest()))
            part, first, length = hashlib.sha256(), number + 1, 0
    if number != total:
        raise RuntimeError(f"{total} lines were counted and {number} frozen: the delta changed while it was read")
    return parts, whole.hexdigest()


def _lines(db: Database, sequence: int, first: int, last: int, ranges: list[LineRange]) -> Iterator[bytes]:
    """The frozen lines from first to last, each range in one statement."""
    for each in ranges:
        begin, end = max(first, each.first), min(last, each.last)
        if begin <= end:
            for row in db.rows(render("plan_lines", delivery=db.schema("delivery"), entity=each.entity), [sequence, begin, end]):
                yield lines.encode(each.entity, row)
