"""`nattsynk preview`: what would be sent, counted per school and entity, then line by line. Keys only, no personal values."""

import collections

from nattsynk.context import Context
from nattsynk.deliver import holds, protection_removal
from nattsynk.deliver.entities import entities
from nattsynk.engines.database import Database
from nattsynk.engines.statements import render

SUMMARY = ("school_id", "entity", "candidates", "exported", "excluded", "created", "updated", "deleted")


def preview(run: Context) -> int:
    """Prints the preview, building first where needed; the same input gives the same bytes. Returns 0."""
    run.builder.ensure(run.sync_date)
    with run.database() as database:
        sql = render(
            "table_rows", columns=SUMMARY, schema=database.schema("report"), table="rpt_run_summary", key=("school_id", "entity"), numbers=(),
            exact=database.exact,
        )
        print(f"{'school':24} {'entity':12} {'create':>8} {'update':>8} {'delete':>8}")
        for school, entity, *_, created, updated, deleted in database.rows(sql):
            print(f"{school or '-':24} {entity:12} {created:>8} {updated:>8} {deleted:>8}")
        print()
        for paused in holds.pauses(database):
            print(f"Paused: {paused}")
        for column in holds.columns_unreadable(database):
            print(f"Everything is held until it is approved: {column}")
        first = _erased(database)
        if protection_removal.is_waiting(database):
            print(f"Held until it is approved: {holds.MASS_PROTECTION.reason}.")
        if first:
            # Who and how many they are is nobody's business, a preview's reader's neither; the limits' counts have them yet.
            print("A delta of its own goes before all else. What is held is measured after it.")
        for limit in holds.limits_passed(database) if not first else ():
            print(f"Held until it is approved: {limit}")
        operations: collections.Counter[str] = collections.Counter()
        for entity in entities():
            sql = render("delta_lines", delivery=database.schema("delivery"), entity=entity, exact=database.exact)
            for operation, *key, how in database.rows(sql):
                if (entity.name, *key) in first:
                    continue
                operations[operation] += 1
                print(" ".join([operation, entity.name, *map(str, key)]) + (f": {how}" if how else ""))
    run.counts.update(operations)
    nothing = "Nothing else would be sent." if first else "Nothing would be sent."
    print(", ".join(f"{operations[name]} {name}" for name in sorted(operations)) or nothing)
    return 0


def _erased(database: Database) -> set[tuple[str, ...]]:
    """(entity, key …) of what goes by itself before the rest."""
    schema = database.schema("delivery")
    wanted = {name for name, waits, _ in database.all(render("erase_count", delivery=schema)) if not waits}
    return {
        (entity.name, *key) for entity in entities() if entity.name in wanted
        for key in database.rows(render("erase_keys", delivery=schema, entity=entity))
    }
