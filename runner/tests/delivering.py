"""A small delivery to test with: certificates, a profile, and a database of which a test fills the export tables."""

import dataclasses
import datetime
import json
import shutil
import types
import uuid
from collections.abc import Callable
from pathlib import Path
from typing import Any

import jinja2
import requests
import trustme
import yaml

from nattsynk.deliver import deliver, ledger, outcomes
from nattsynk.deliver.delivery import Delivery, Part
from nattsynk.deliver.entities import Entity, entities
from nattsynk.engines.database import Database, open_database
from nattsynk.engines.statements import render
from nattsynk.log import Progress
from nattsynk.profile import settings as profiles
from nattsynk.profile.settings import PROJECT, Settings
from nattsynk.receivers import nattsynk as exchange
from nattsynk.receivers.https_client import HttpsClient
from nattsynk.receivers.nattsynk import NattsynkReceiver
from nattsynk.receivers.receiver import Outgoing
from nattsynk.receivers.tls_session import new_session
from nattsynk.reference_receiver import Handle

TOKEN = "invented-token"
NOW = datetime.datetime(2026, 11, 21, 22, 0, tzinfo=datetime.UTC)


@dataclasses.dataclass
class Certificates:
    """PEM files of a CA made for the tests and of a server it vouches for."""

    ca: Path
    server: Path
    key: Path


def issue(folder: Path) -> Certificates:
    """A CA of its own and a certificate for localhost."""
    authority = trustme.CA()
    certificate = authority.issue_cert("localhost")
    found = Certificates(folder / "ca.pem", folder / "server.pem", folder / "key.pem")
    authority.cert_pem.write_to_path(found.ca)
    certificate.private_key_pem.write_to_path(found.key)
    found.server.write_bytes(b"".join(pem.bytes() for pem in certificate.cert_chain_pems))
    return found


def hang_up(session: requests.Session) -> None:
    """Closes a session and its sockets at once; by itself it waits for the last answer to be collected."""
    pools = session.get_adapter("https://").poolmanager.pools
    for key in pools.keys():
        pools[key].close()
    session.close()


def conversation(
    session: requests.Session, settings: Settings, clock: Callable[[], datetime.datetime], progress: Progress, deadline: datetime.datetime, *sleep: Callable[[float], None],
) -> NattsynkReceiver:
    """A receiver that is spoken to until the deadline. sleep: in place of waiting."""
    return NattsynkReceiver(HttpsClient(session, settings.receiver, clock, progress, deadline, *sleep))


def outgoing(delta_id: str, *parts: Part, content: bytes = b"", **values: Any) -> Outgoing:
    """A delivery on its way, of which only what is given is known."""
    known = dict.fromkeys(field.name for field in dataclasses.fields(Delivery)) | {"delta_id": delta_id} | values
    return Outgoing(Delivery(**known), parts, lambda part: content)


@dataclasses.dataclass
class Trial:
    """One profile with a database to deliver from. Times are NOW unless moved."""

    settings: Settings
    db: Database
    now: datetime.datetime = NOW
    builds: int = 0

    def clock(self) -> datetime.datetime:
        return self.now

    def session(self) -> requests.Session:
        return new_session(self.settings.receiver)

    def receiver(self, session: requests.Session) -> NattsynkReceiver:
        """The profile's receiver, over a session of the test's own."""
        return exchange.of(self.settings, self.clock, self.progress(), session=session)

    def progress(self) -> Progress:
        return Progress(self.clock)

    def send(self, session: requests.Session | None = None, full: bool = False) -> outcomes.Outcome:
        """One run of send, with a session of its own."""
        http = session or self.session()
        try:
            return deliver.send(self.db, self.settings, self.receiver(http), self.clock, self.progress(), full)
        finally:
            hang_up(http)

    def export(self, entity: str, **values: Any) -> None:
        """Puts a row in an export table; the columns that are not given are null."""
        table = f"{self.db.schema('export')}.{_entity(entity).table}"
        self.db.execute(f"insert into {table} ({', '.join(values)}) values ({', '.join('?' * len(values))})", list(values.values()))

    def build(self, status: str = "green", options: str = "", persons: int | None = 10, covered: int | None = 10) -> None:
        """Says in the ledger that a build has ended now."""
        self.builds += 1
        at, schema, build_id = ledger.utc(self.clock), self.db.schema("delivery"), f"build-{self.builds}"
        self.db.execute(render("build_begin", delivery=schema), [build_id, self.now.date(), "f" * 64, "building", options, at])
        self.db.execute(render("build_end", delivery=schema), [status, at, persons, covered, build_id])

    def protect(self, *persons: str) -> None:
        """The register protects them from now on, and nobody else."""
        self.db.execute(f"delete from {self.db.schema('delivery')}.protected")
        for person in persons:
            self.db.execute(f"insert into {self.db.schema('delivery')}.protected values (?)", [person])

    def limit_erasures(self, persons: int, percent: int = 0) -> None:
        """More newly protected persons than that in one night are a mass (settings max_erase_persons and max_erase_percent)."""
        schema = self.db.schema("delivery")
        self.db.execute(f"update {schema}.erase_limits set most = case setting when 'max_erase_persons' then ? else ? end", [persons, percent])

    def drop(self, person: str) -> None:
        """Takes a person and all links out of the export."""
        for entity in entities():
            for column in OF_WHOM.get(entity.name, ()):
                self.db.execute(f"delete from {self.db.schema('export')}.{entity.table} where {column} = ?", [person])

    def rows(self, table: str, columns: str = "*") -> list[tuple]:
        """Rows of a table of the delivery schema, sorted."""
        return sorted(self.db.rows(f"select {columns} from {self.db.schema('delivery')}.{table}"), key=repr)


def _entity(name: str) -> Entity:
    return next(entity for entity in entities() if entity.name == name)


def new_profile(folder: Path, url: str, ca_file: Path, **values: Any) -> Settings:
    """A profile that delivers to url; parts of three lines unless told otherwise."""
    folder.mkdir(exist_ok=True)
    (folder / "profile.yml").write_text(yaml.safe_dump({
        "customer": "Provstads kommun", "rule_set": "ucs", "sources": ["procapita"], "environment": "test",
        "receiver": {"url": url, "ca_file": str(ca_file), "auth": {"type": "bearer", "token_env": "TRIAL_TOKEN"}},
        "settings": {"part_size": 3, **values},
    }))
    return profiles.load(folder)


def trial_of(settings: Settings, database: Path, builds: int = 0) -> Trial:
    """A trial of a profile, from a copy of a database in which that many builds have ended. Whoever asks for it closes its db."""
    shutil.copy(database, settings.database_file)
    return Trial(settings, open_database(settings), builds=builds)


# How a confirmed row d goes; an entity that is not named has no mode.
MODES = {
    "person": "'deactivate'",
    "group": "case when d.group_type = 'Mentor' then 'release' else 'archive' end",
    "staff": "case when d.staff_role = 'mentor' then 'release' end",
}


# Of whom a record is, as far as it is of a person.
OF_WHOM = {
    "person": ("person_id",), "enrolment": ("person_id",), "duty": ("person_id",), "responsible": ("child_id", "responsible_id"),
    "membership": ("person_id",), "staff": ("person_id",),
}


def protection(db: Database) -> list[str]:
    """A table of the protected, and who of them is delivered or about to be; the project's own views are tested with the models.

    How they go is the project's own: delta_erased_persons.
    """
    schema = db.schema("delivery")
    received = f"select person_id from {schema}.delivered_persons union select person_id from {schema}.kept_persons"
    keys = sorted({column for entity in entities() for column in entity.key})
    links = [
        f"select '{entity.name}' as entity, null as mode, 0 as is_waiting, "
        + ", ".join(f"d.{column}" if column in entity.key else f"null as {column}" for column in keys)
        + f" from {schema}.{entity.delivered} as d where "
        + " or ".join(f"d.{column} in (select person_id from {schema}.protected)" for column in OF_WHOM[entity.name])
        for entity in entities() if entity.name in OF_WHOM and entity.name != "person"
    ]
    persons = (
        "select 'person', mode, is_waiting, " + ", ".join("person_id" if column == "person_id" else "null" for column in keys)
        + f" from {schema}.delta_erased_persons"
    )
    return [
        f"create table {schema}.protected (person_id nvarchar(100))",
        *registers(db),
        f"create view {schema}.delta_persons_protected as select distinct person_id from {schema}.protected where person_id in ({received})",
        f"create table {schema}.erase_limits (setting nvarchar(50), most int)",
        f"insert into {schema}.erase_limits values ('max_erase_persons', 20), ('max_erase_percent', 1)",
        f"create table {schema}.int_protection_codes (has_many_unknown int)",
        f"insert into {schema}.int_protection_codes values (0)",
        f"create view {schema}.delta_erased_persons as {model_sql(schema, 'delta_erased_persons')}",
        f"create view {schema}.delta_erased_records as {' union all '.join([*links, persons])}",
        f"create table {schema}.delta_limits_passed (reason nvarchar(20), operation nvarchar(10), entity nvarchar(20), school_id nvarchar(100),"
        " line_count int, confirmed_count int, most_percent int)",
        f"create table {schema}.delta_pauses (school_id nvarchar(100), school_form nvarchar(10), end_date date)",
        f"create view {schema}.delta_persons_exposed as select person_id from {db.schema('export')}.export_persons"
        f" where person_id in (select person_id from {schema}.protected)",
        f"create view {schema}.delta_deliveries_exposed as select distinct sequence from {schema}.planned_persons"
        f" where person_id in (select person_id from {schema}.protected)",
    ]


def registers(db: Database) -> list[str]:
    """What a key is looked up in (named.jinja) beside our state: registers that hold nobody."""
    rules = db.schema("rules")
    return [
        f"create schema {rules}",
        f"create table {rules}.source_systems as select 'procapita' as source_system",
        f"create table {rules}.int_person_ids_chosen (source_system nvarchar(20), own_id nvarchar(100), person_id nvarchar(100))",
        f"create table {rules}.int_persons_conformed (person_id nvarchar(100), civic_key nvarchar(20))",
        f"create table {rules}.int_groups_judged (source_system nvarchar(20), source_key nvarchar(200), group_id nvarchar(200))",
        f"create table {rules}.int_units_judged (source_system nvarchar(20), source_key nvarchar(200), school_id nvarchar(100))",
    ]


def model_sql(schema: str, name: str) -> str:
    """The SQL of a model that reads our state alone, with its settings read from the table erase_limits."""
    text = (PROJECT / "models" / "marts" / "delta" / f"{name}.sql").read_text(encoding="utf-8")
    return jinja2.Template(text).render(
        exact=lambda column: f'{column} collate "C"',
        ref=lambda model: f"{schema}.{model}", source=lambda _, table: f"{schema}.{table}",
        setting=lambda setting: f"(select most from {schema}.erase_limits where setting = '{setting}')",
    )


def export_and_delta(db: Database, entity: Entity) -> list[str]:
    """The export table, and the delta as a plain view; the project's own views are tested with the models."""
    export, schema = db.schema("export"), db.schema("delivery")
    columns = [f"{column} {'date' if column.endswith('_date') else 'nvarchar(300)'}" for column in entity.columns + entity.policies]
    same_key = " and ".join(f"d.{column} = e.{column}" for column in entity.key)
    compared = [column for column in entity.stored if column not in entity.key]
    # Of an omitted column the confirmed value stays.
    omitted = {column: f"list_contains(string_split(e.omitted, ','), '{column}')" for column in compared if "omitted" in entity.policies}
    kept = {column: f"case when {when} then d.{column} else e.{column} end" for column, when in omitted.items()}
    said = {column: kept.get(column, f"e.{column}") for column in entity.columns}
    changed = "concat_ws(',', " + ", ".join(
        f"case when {said[column]} is distinct from d.{column} then '{column}' end" for column in compared
    ) + ")"
    resent = f"{entity.record_key} in (select record_key from {schema}.owed_records where entity = '{entity.name}' and operation = 'resend')"
    new = ", ".join(f"e.{column}" for column in entity.policies + entity.columns)
    mine = ", ".join([f"e.{policy}" for policy in entity.policies] + [f"{value} as {column}" for column, value in said.items()])
    theirs = ", ".join(f"d.{column}" if column in entity.stored else f"null as {column}" for column in entity.policies + entity.columns)
    return [
        f"create table {export}.{entity.table} ({', '.join(columns)})",
        f"""create view {schema}.{entity.delta} as
            select 4 as step, 'create' as operation, null as changed, null as mode, {new} from {export}.{entity.table} as e
            where not exists (select 1 from {schema}.{entity.delivered} as d where {same_key})
            union all
            select 4, case when {resent} then 'create' else 'update' end, case when not {resent} then {changed} end, null, {mine}
            from {export}.{entity.table} as e
            inner join {schema}.{entity.delivered} as d on {same_key} where {changed} <> '' or {resent}
            union all
            select 5, 'delete', null, {MODES.get(entity.name, 'null')}, {theirs} from {schema}.{entity.delivered} as d
            where not exists (select 1 from {export}.{entity.table} as e where {same_key})""",
    ]


def records(receiver: Handle, entity: str) -> list[dict[str, Any]]:
    """What the receiver holds of an entity and has not deactivated, keys and data in one."""
    return [record["data"] | record["key"] for record in receiver.store.records("trial", entity) if record["is_active"]]


def applied(receiver: Handle, tenant: str = "trial") -> list[tuple[dict[str, Any], list[dict[str, Any]]]]:
    """The deltas that the receiver has applied, in order: manifest and lines of each."""
    with receiver.store.reading() as db:
        deltas = db.execute("select id, manifest from deltas where tenant = ? and state = 'applied' order by rowid", (tenant,)).fetchall()
        parts = {row["id"]: db.execute("select content from parts where delta = ? order by n", (row["id"],)).fetchall() for row in deltas}
    return [
        (json.loads(row["manifest"]), [json.loads(line) for part in parts[row["id"]] for line in part["content"].splitlines()])
        for row in deltas
    ]


def change(trial: Trial, column: str, value: str, person: str = "p-1") -> None:
    """Changes one value of one exported person."""
    trial.db.execute(f"update {trial.db.schema('export')}.export_persons set {column} = ? where person_id = ?", [value, person])


def settings_of(**values: Any) -> types.SimpleNamespace:
    """These settings and no others, as a test of one function needs them."""
    return types.SimpleNamespace(values=values, number=values.__getitem__, text=values.__getitem__, flag=values.__getitem__)


def remove(trial: Trial, table: str, column: str, value: str) -> None:
    """Takes rows out of an export table."""
    trial.db.execute(f"delete from {trial.db.schema('export')}.{table} where {column} = ?", [value])


def backup(trial: Trial) -> Callable[[], None]:
    """A copy of the profile and its database as they are. Returns what puts it back.

    It is put back in another place: within one process DuckDB goes on with the file that it has open, whatever is written over it.
    """
    copy = trial.settings.folder.parent / f"backup-{uuid.uuid4().hex}" / trial.settings.folder.name
    trial.db.execute("checkpoint")
    shutil.copytree(trial.settings.folder, copy)

    def restore() -> None:
        trial.db.close()
        trial.settings = profiles.load(copy)
        trial.db = open_database(trial.settings)

    return restore
