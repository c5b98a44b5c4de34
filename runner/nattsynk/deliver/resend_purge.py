"""`nattsynk resend` and `nattsynk purge`: what an administrator does to one record, by its key."""

from collections.abc import Iterator

from nattsynk import typed_keys
from nattsynk.context import Context
from nattsynk.deliver import ledger
from nattsynk.deliver.entities import NAMES, entities
from nattsynk.engines.database import Database
from nattsynk.engines.statements import render
from nattsynk.errors import Stop
from nattsynk.typed_keys import Key


def resend(run: Context, key: str, links: bool) -> int:
    """Owes one record once more: the next delivery creates it anew. links: and all records that name it. Returns 0.

    key: in any form that a verb prints. Stops (exit code 2) where nothing exported has it.
    """
    with run.database() as database:
        _must_be_built(database)
        found = set(_exported(database, typed_keys.read(key, run.sync_date)))
        if links:
            found |= {link for entity, record in found for link in _links(database, entity, record)}
        if not found:
            raise Stop("Nothing that is exported has that key.", typed_keys.unknown("resend"))
        with database.transaction():
            for entity, record in sorted(found):
                # Whatever it was owed for: an older debt may be of a change that is gone, and would say nothing.
                database.execute(render("owed_clear_record", delivery=database.schema("delivery")), [entity, record])
                database.execute(render("resend_add", delivery=database.schema("delivery")), [entity, record, ledger.utc(run.clock)])
    run.counts["owed"] = len(found)
    print("\n".join(f"{entity} {record}" for entity, record in sorted(found)))
    owed, them = ("1 record is", "it") if len(found) == 1 else (f"{len(found)} records are", "them")
    print(f"{owed} owed once more; the next `nattsynk send` delivers {them}.")
    return 0


def _exported(database: Database, key: Key) -> Iterator[tuple[str, str]]:
    """(entity, record key) of what the key names."""
    for entity in entities():
        for (record,) in typed_keys.rows(database, "resend_find", key, export=database.schema("export"), entity=entity):
            yield entity.name, record


def _links(database: Database, name: str, record: str) -> Iterator[tuple[str, str]]:
    """(entity, record key) of what names the record."""
    for entity in entities():
        columns = [column for other, column in entity.references if other == name]
        if columns:
            sql = render("resend_links", export=database.schema("export"), entity=entity, links=columns)
            for (link,) in database.all(sql, [record] * len(columns)):
                yield entity.name, link


def purge(run: Context, key: str) -> int:
    """Removes one person from history and ledger. Returns 0, also where nothing is known of the key.

    Stops (exit code 2) while the receiver has the person from us: then it is the next delivery that has to remove them.
    """
    with run.database() as database:
        _must_be_built(database)
        found = [person for (person,) in typed_keys.rows(database, "purge_find", typed_keys.read(key, run.sync_date), exact=database.exact)]
        if len(found) > 1:
            raise Stop(f"That key names several persons: {', '.join(found)}.", "Purge one of them by that id.")
        for person in found or typed_keys.forms(key):
            _forget(run, database, person)
    print("Forgotten. What the receiver keeps of a person who has left is the receiver's own." if found else typed_keys.unknown("purge"))
    return 0


def _forget(run: Context, database: Database, person: str) -> None:
    schema = database.schema("delivery")
    if database.one(render("purge_is_delivered", delivery=schema), [person]):
        raise Stop(
            "The receiver still has this person from us.",
            "Let a delivery remove them first (they leave the register, or models/local_exclusions.sql names them), then purge.",
        )
    columns = [(entity, column) for entity in entities() for column in entity.stored if NAMES.get(column) == "person"]
    planned = any(
        database.one(render("purge_is_planned", delivery=schema, entity=entity, column=column), [person]) for entity, column in columns
    )
    with database.transaction():
        # Planned anew by the next run, without them.
        for delivery in ledger.superseded(database) if planned else ():
            ledger.fail_within(database, delivery, "a person was purged", run.clock)
        database.execute(render("wait_clear", delivery=schema))
        database.execute(render("purge_kept", delivery=schema), [person])
        for entity, column in columns:
            if column in entity.key:
                database.execute(render("purge_owed", delivery=schema, entity=entity, column=column), [entity.name, person])


def _must_be_built(database: Database) -> None:
    if not ledger.exists(database):
        raise Stop("Nothing is built yet.", "`nattsynk build` builds.")
