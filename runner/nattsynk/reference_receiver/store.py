"""The reference receiver's store: one SQLite file, a connection a request, a transaction a change."""

import contextlib
import json
import sqlite3
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

TABLES = """
create table if not exists tenants (tenant text primary key, sequence integer not null, version text not null);
create table if not exists deltas (
    id text primary key, tenant text not null, open_key text not null, commit_key text, manifest text not null,
    state text not null, counts text, removed text, unique (tenant, open_key)
);
create table if not exists parts (
    delta text not null, n integer not null, sha256 text not null, content blob not null, primary key (delta, n)
);
create table if not exists receipt_lines (
    delta text not null, n integer not null, status text not null, problem text, pointer text, primary key (delta, n)
);
-- is_ours: delivered or adopted, as against put in by hand or released. unique_value: personnummer or school unit code.
-- offered: what was last said of the columns that are filled, to fill them again when they become empty.
create table if not exists records (
    tenant text not null, entity text not null, key text not null, data text not null,
    is_active integer not null, is_ours integer not null, unique_value text, last_delta text, offered text not null default '{}',
    primary key (tenant, entity, key)
);
create index if not exists records_by_value on records (tenant, entity, unique_value);
-- Persons who are hidden (PER-15). They stand apart from all others, so that nothing shows or finds them but an erase and a create.
create table if not exists hidden_persons (
    tenant text not null, key text not null, data text not null, unique_value text, offered text not null, primary key (tenant, key)
);
-- Which records hang on which.
create table if not exists links (
    tenant text not null, target_entity text not null, target_key text not null, entity text not null, key text not null,
    primary key (tenant, target_entity, target_key, entity, key)
);
create index if not exists links_by_record on links (tenant, entity, key);
"""


class Store:
    """The content of a receiver. applier: applies deltas, one at a time."""

    def __init__(self, file: Path) -> None:
        self.file = file
        self.applier = ThreadPoolExecutor(max_workers=1)
        with contextlib.closing(sqlite3.connect(file)) as connection:
            connection.execute("pragma journal_mode = wal")
            connection.executescript(TABLES)

    @contextlib.contextmanager
    def transaction(self) -> Iterator[sqlite3.Connection]:
        """A connection whose statements are committed together, or not at all. Rows are read by column name."""
        connection = sqlite3.connect(self.file, timeout=30, isolation_level=None)
        connection.row_factory = sqlite3.Row
        try:
            connection.execute("begin immediate")
            yield connection
            connection.execute("commit")
        finally:
            # Closing rolls back what was not committed.
            connection.close()

    @contextlib.contextmanager
    def reading(self) -> Iterator[sqlite3.Connection]:
        """A connection for reading."""
        connection = sqlite3.connect(self.file, timeout=30)
        connection.row_factory = sqlite3.Row
        try:
            yield connection
        finally:
            connection.close()

    def records(self, tenant: str, entity: str) -> list[dict[str, Any]]:
        """Every record of an entity: key, data, is_active, is_ours; in the order of their keys."""
        sql = "select key, data, is_active, is_ours from records where tenant = ? and entity = ? order by key"
        with self.reading() as db:
            return [
                {
                    "key": json.loads(row["key"]), "data": json.loads(row["data"]),
                    "is_active": bool(row["is_active"]), "is_ours": bool(row["is_ours"]),
                }
                for row in db.execute(sql, (tenant, entity))
            ]


def base(db: sqlite3.Connection, tenant: str) -> dict[str, Any]:
    """The tenant's sequence and version; 0 and "" before its first delta."""
    row = db.execute("select sequence, version from tenants where tenant = ?", (tenant,)).fetchone()
    return dict(row) if row else {"sequence": 0, "version": ""}


def text(value: Any) -> str:
    """A key or data as it is stored and compared."""
    return json.dumps(value, ensure_ascii=False, sort_keys=True, separators=(",", ":"))
