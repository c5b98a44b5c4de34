"""Freezing: the rows of the delta are copied into `planned_*` and numbered. A later build does not change the lines of a delivery any more.

Why: docs/decisions/0006-freeze-the-lines-before-sending.md.
"""

from collections.abc import Mapping

from nattsynk.deliver.delivery import Counts
from nattsynk.deliver.entities import NAMES, entities
from nattsynk.engines.database import Database
from nattsynk.engines.statements import render

# The steps of a delivery, in their order: releases of a number, rekeys, deletes that let a new person take a number, all other lines,
# deletes. The delta says in which step a line goes (docs/decisions/0022-send-a-changed-number-as-a-rekey.md).
STEPS = (1, 2, 3, 4, 5)


def freeze(db: Database, sequence: int, mode: str, left_out: frozenset[str], since: int) -> Counts:
    """Copies the delta (mode delta) or the whole export (mode full) into planned_*, and numbers the lines. Returns their counts.

    left_out: the operations whose lines are held. since: as a PlanRequest has it.
    """
    schema, export = db.schema("delivery"), db.schema("export")
    counts: Counts = {}
    sizes: dict[tuple[int, str], int] = {}
    chosen: list[int | str] = []
    db.execute(render("wait_clear", delivery=schema))
    if mode == "delta":
        _wait(db, left_out)
        chosen = [since, *_three(left_out)]
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


def anything_waits(db: Database) -> bool:
    """Whether the last plan left out records that can be sent once others are confirmed."""
    return db.one(render("wait_count", delivery=db.schema("delivery"))) != (0,)


def _wait(db: Database, left_out: frozenset[str]) -> None:
    """Lists the records that others have to wait for, and the new persons who are held."""
    schema = db.schema("delivery")
    # Held records first: a record that the receiver has refused before is held too.
    if left_out:
        db.execute(render("wait_for_number", delivery=schema), _three(left_out))
    if "create" in left_out:
        db.execute(render("wait_for_approval", delivery=schema))
    for entity in entities():
        if entity.name in NAMES.values():
            db.execute(render("wait_on_refused", delivery=schema, entity=entity))
    db.execute(render("wait_for_school", delivery=schema))


def _three(operations: frozenset[str]) -> list[str]:
    """The operations of the held lines, as three parameters. Creates are not among them: new persons are listed one by one."""
    lines = {"delete": ("delete",), "update": ("update", "rekey")}
    named = [line for operation in sorted(operations) for line in lines.get(operation, ())]
    return (named + ["", "", ""])[:3]


def _lines_before(sizes: Mapping[tuple[int, str], int]) -> dict[tuple[int, str], int]:
    """(step, entity) -> how many lines stand before its first. Entities go in their order; in the last step, the deletes, in reverse."""
    found, before = {}, 0
    for step in STEPS:
        for entity in reversed(entities()) if step == STEPS[-1] else entities():
            found[step, entity.name] = before
            before += sizes.get((step, entity.name), 0)
    return found
