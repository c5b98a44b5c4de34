"""A small delivery to test with: real TLS, a real DuckDB with the tables of the macro, and a view that tells the delta."""

import dataclasses
import datetime
import shutil
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import requests
import trustme
import yaml

from nattsynk import delivery, ledger
from nattsynk import settings as profiles
from nattsynk.database import Database, open_database
from nattsynk.entities import entities
from nattsynk.http import new_session
from nattsynk.log import Progress
from nattsynk.receiver import Handle, start
from nattsynk.settings import PROJECT, Settings

TOKEN = "invented-token"
NOW = datetime.datetime(2026, 11, 21, 22, 0, tzinfo=datetime.UTC)
MACROS = (
    "create_delivery_tables", "create_schema_if_missing", "create_table_if_missing", "delivered_entities", "delivery_tables_sql",
)


@dataclasses.dataclass
class Certificates:
    """PEM files of a CA made for the tests and of a server it vouches for."""

    ca: Path
    server: Path
    key: Path


@pytest.fixture(scope="session")
def certificates(tmp_path_factory: pytest.TempPathFactory) -> Certificates:
    return issue(tmp_path_factory.mktemp("tls"))


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


@pytest.fixture
def receiver(tmp_path: Path, certificates: Certificates) -> Iterator[Handle]:
    handle = start(tmp_path / "receiver.sqlite", certificates.server, certificates.key, TOKEN)
    yield handle
    handle.stop()


@pytest.fixture(scope="session")
def delivery_tables(tmp_path_factory: pytest.TempPathFactory) -> str:
    """The SQL of the macro create_delivery_tables for DuckDB, compiled by dbt from the export models' contracts alone."""
    from dbt.cli.main import dbtRunner

    folder = tmp_path_factory.mktemp("dbt")
    shutil.copy(PROJECT / "dbt_project.yml", folder)
    (folder / "macros").mkdir()
    (folder / "models").mkdir()
    for macro in MACROS:
        shutil.copy(PROJECT / "macros" / f"{macro}.sql", folder / "macros")
    for contract in (PROJECT / "models" / "marts" / "export").glob("*.yml"):
        described = yaml.safe_load(contract.read_text(encoding="utf-8"))
        models = [model for model in described.get("models", []) if model["name"].startswith("export_")]
        for model in models:
            model.pop("data_tests", None)
            model["columns"] = [{"name": column["name"]} for column in model["columns"]]
            model.get("config", {}).pop("contract", None)
            (folder / "models" / f"{model['name']}.sql").write_text("select 1 as nothing")
        (folder / "models" / contract.name).write_text(yaml.safe_dump({"models": models}))
    connection = {"type": "duckdb", "path": ":memory:", "schema": "trial_test"}
    (folder / "profiles.yml").write_text(yaml.safe_dump({"nattsynk": {"target": "embedded", "outputs": {"embedded": connection}}}))
    outcome = dbtRunner().invoke([
        "--quiet", "compile", "--inline", "{{ create_delivery_tables() }}", "--no-introspect", "--no-populate-cache",
        "--project-dir", str(folder), "--profiles-dir", str(folder), "--target-path", str(folder / "target"),
        "--log-path", str(folder / "logs"), "--log-level", "none", "--no-print",
    ])
    assert outcome.success, outcome.exception
    return outcome.result.results[0].node.compiled_code


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
        return new_session(self.settings)

    def progress(self) -> Progress:
        return Progress(self.clock)

    def send(self, session: requests.Session | None = None) -> delivery.Outcome:
        """One run of send, with a session of its own."""
        http = session or self.session()
        try:
            return delivery.send(self.db, self.settings, http, self.clock, self.progress())
        finally:
            hang_up(http)

    def export(self, entity: str, **values: Any) -> None:
        """Puts a row in an export table; the columns that are not given are null."""
        table = f"{self.db.schema('export')}.{_entity(entity).table}"
        self.db.execute(f"insert into {table} ({', '.join(values)}) values ({', '.join('?' * len(values))})", list(values.values()))

    def build(self, status: str = "green", options: str = "", persons: int = 10, covered: int = 10) -> None:
        """Says in the ledger that a build has ended now."""
        self.builds += 1
        at = ledger.utc(self.clock) + datetime.timedelta(seconds=self.builds)
        self.db.execute(
            f"insert into {self.db.schema('delivery')}.builds values (?, ?, ?, ?, ?, ?, ?, ?, ?)",
            [f"build-{self.builds}", self.now.date(), "f" * 64, status, options, at, at, persons, covered],
        )

    def rows(self, table: str, columns: str = "*") -> list[tuple]:
        """Rows of a table of the delivery schema, sorted."""
        return sorted(self.db.rows(f"select {columns} from {self.db.schema('delivery')}.{table}"), key=repr)


def _entity(name: str):
    return next(entity for entity in entities() if entity.name == name)


@pytest.fixture
def trial(tmp_path: Path, certificates: Certificates, receiver: Handle, delivery_tables: str, monkeypatch) -> Iterator[Trial]:
    monkeypatch.setenv("TRIAL_TOKEN", TOKEN)
    settings = new_profile(tmp_path / "trial", receiver.tenant("trial"), certificates.ca)
    with open_database(settings) as db:
        for statement in delivery_tables.split(";"):
            db.execute(statement)
        db.execute(f"create schema {db.schema('export')}")
        for entity in entities():
            for statement in _export_and_delta(db, entity):
                db.execute(statement)
        yield Trial(settings, db)


def new_profile(folder: Path, url: str, ca_file: Path, **values: Any) -> Settings:
    """A profile that delivers to url; parts of three lines unless told otherwise."""
    folder.mkdir(exist_ok=True)
    (folder / "profile.yml").write_text(yaml.safe_dump({
        "customer": "Provstads kommun", "rule_set": "ucs", "sources": ["procapita"], "environment": "test",
        "receiver": {"url": url, "ca_file": str(ca_file), "auth": {"type": "bearer", "token_env": "TRIAL_TOKEN"}},
        "settings": {"part_size": 3, **values},
    }))
    return profiles.load(folder)


def _export_and_delta(db: Database, entity) -> list[str]:
    """The export table, and the delta as a plain view; the project's own views are tested with the models."""
    export, schema = db.schema("export"), db.schema("delivery")
    columns = [f"{column} {'date' if column.endswith('_date') else 'nvarchar(300)'}" for column in entity.columns]
    same_key = " and ".join(f"d.{column} = e.{column}" for column in entity.key)
    compared = [column for column in entity.stored if column not in entity.key]
    changed = "concat_ws(',', " + ", ".join(
        f"case when e.{column} is distinct from d.{column} then '{column}' end" for column in compared
    ) + ")"
    mine = ", ".join(f"e.{column}" for column in entity.columns)
    theirs = ", ".join(f"d.{column}" if column in entity.stored else f"null as {column}" for column in entity.columns)
    return [
        f"create table {export}.{entity.table} ({', '.join(columns)})",
        f"""create view {schema}.{entity.delta} as
            select 'create' as operation, null as changed, {mine} from {export}.{entity.table} as e
            where not exists (select 1 from {schema}.{entity.delivered} as d where {same_key})
            union all
            select 'update', {changed}, {mine} from {export}.{entity.table} as e
            inner join {schema}.{entity.delivered} as d on {same_key} where {changed} <> ''
            union all
            select 'delete', null, {theirs} from {schema}.{entity.delivered} as d
            where not exists (select 1 from {export}.{entity.table} as e where {same_key})""",
    ]


@pytest.fixture
def school(trial: Trial) -> Trial:
    """A trial with one school, two pupils, a teacher, a group: 9 lines in 3 parts."""
    trial.export("school", school_id="sjo", school_name="Sjöskolan")
    for number in (1, 2, 3):
        trial.export("person", person_id=f"p-{number}", given_name=f"Prov{number}", family_name="Ström", civic_no=f"20100101-TF0{number}")
    for number in (1, 2):
        trial.export("enrolment", person_id=f"p-{number}", school_id="sjo", school_form="GR", start_date=datetime.date(2026, 8, 17))
    trial.export("duty", person_id="p-3", school_id="sjo", duty_role="Lärare")
    trial.export("group", group_id="g-1", school_id="sjo", group_type="Klass", group_name="5B", school_form="GR")
    trial.export("membership", group_id="g-1", person_id="p-1")
    trial.build()
    return trial
