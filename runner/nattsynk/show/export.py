"""`nattsynk export`: every export table as a file, the complete set for a test import. State is not touched."""

from pathlib import Path

from nattsynk.context import Context
from nattsynk.deliver.entities import entities
from nattsynk.engines.statements import render
from nattsynk.profile.files import FORMATS


def export(run: Context, out: Path, kind: str) -> int:
    """Writes each export table as a file of that kind to `out`, building first where no green build of the date stands. Returns 0."""
    run.builder.ensure(run.sync_date)
    with run.database() as database, FORMATS[kind](out) as files:
        for entity in entities():
            sql = render(
                "table_rows", columns=entity.columns, schema=database.schema("export"), table=entity.table, key=entity.key, numbers=(),
                exact=database.exact,
            )
            run.counts[entity.name] = files.write(entity.table, entity.columns, database.rows(sql))
    run.progress.step("export", f"Wrote {sum(run.counts.values())} rows to {out}", **run.counts)
    return 0
