"""Deliveries over real TLS, from a real DuckDB with the tables that the project's macro makes."""

import contextlib
import datetime
import multiprocessing
import multiprocessing.forkserver
import os
import shutil
import sqlite3
import sys
import types
from collections.abc import Iterator
from pathlib import Path

import pytest
import yaml
from delivering import (
    TOKEN,
    Certificates,
    Trial,
    export_and_delta,
    issue,
    new_profile,
    protection,
    trial_of,
)
from town import Town

from nattsynk.deliver.entities import entities
from nattsynk.engines.database import open_database
from nattsynk.profile.settings import PROJECT
from nattsynk.receivers import https_client
from nattsynk.reference_receiver import Handle, start

MACROS = (
    "add_columns_if_missing", "create_delivery_tables", "create_schema_if_missing", "create_table_if_missing", "delivered_entities",
    "delivery_tables_sql", "state_table",
)


@pytest.fixture(scope="session")
def certificates(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Certificates]:
    """A CA and its server. In place of the public CAs, which each session takes a while to read, is one that vouches for nobody."""
    public = issue(tmp_path_factory.mktemp("public")).ca
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("certifi.where", lambda: str(public))
        yield issue(tmp_path_factory.mktemp("tls"))


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
    shutil.copy(PROJECT / "models" / "_groups.yml", folder / "models")
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


@pytest.fixture(scope="session")
def trial_database(tmp_path_factory: pytest.TempPathFactory, certificates: Certificates, delivery_tables: str) -> Path:
    """An empty database to deliver from, to copy."""
    settings = new_profile(tmp_path_factory.mktemp("template") / "trial", "https://localhost", certificates.ca)
    with open_database(settings) as db:
        for statement in delivery_tables.split(";"):
            db.execute(statement)
        db.execute(f"create schema {db.schema('export')}")
        for entity in entities():
            for statement in export_and_delta(db, entity):
                db.execute(statement)
        for statement in protection(db):
            db.execute(statement)
        db.execute("checkpoint")
    return settings.database_file


@pytest.fixture
def trial(tmp_path: Path, certificates: Certificates, receiver: Handle, trial_database: Path, monkeypatch) -> Iterator[Trial]:
    monkeypatch.setenv("TRIAL_TOKEN", TOKEN)
    made = trial_of(new_profile(tmp_path / "trial", receiver.tenant("trial"), certificates.ca), trial_database)
    with made.db:
        yield made


@pytest.fixture
def no_waits(monkeypatch: pytest.MonkeyPatch) -> None:
    """What is waited for is counted against the budget, and takes no time."""
    monkeypatch.setattr(https_client, "time", types.SimpleNamespace(sleep=lambda seconds: None))


@pytest.fixture
def school(trial: Trial) -> Trial:
    """A trial with one school, two pupils, a teacher, a group: 9 lines in 3 parts."""
    _fill(trial)
    return trial


def _fill(trial: Trial) -> None:
    trial.export("school", school_id="sjo", school_name="Sjöskolan")
    for number in (1, 2, 3):
        trial.export("person", person_id=f"p-{number}", given_name=f"Prov{number}", family_name="Ström", civic_no=f"20100101-TF0{number}")
    for number in (1, 2):
        trial.export("enrolment", person_id=f"p-{number}", school_id="sjo", school_form="GR", start_date=datetime.date(2026, 8, 17))
    trial.export("duty", person_id="p-3", school_id="sjo", duty_role="Lärare")
    trial.export("group", group_id="g-1", school_id="sjo", group_type="Klass", group_name="5B", school_form="GR")
    trial.export("membership", group_id="g-1", person_id="p-1")
    trial.build()


@pytest.fixture(scope="session")
def first_night(tmp_path_factory: pytest.TempPathFactory, certificates: Certificates, trial_database: Path) -> tuple[Path, Path]:
    """What a school and its receiver have after the first delivery, to copy: the files of both."""
    folder = tmp_path_factory.mktemp("first-night")
    receiver = start(folder / "receiver.sqlite", certificates.server, certificates.key, TOKEN)
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("TRIAL_TOKEN", TOKEN)
        trial = trial_of(new_profile(folder / "trial", receiver.tenant("trial"), certificates.ca), trial_database)
        with trial.db:
            _fill(trial)
            assert trial.send().exit_code == 0
            trial.db.execute("checkpoint")
    receiver.stop()
    return trial.settings.database_file, receiver.store.file


@pytest.fixture
def delivered(tmp_path: Path, certificates: Certificates, receiver: Handle, first_night: tuple[Path, Path], monkeypatch) -> Iterator[Trial]:
    """The same school after its first delivery, which was made once for all tests."""
    monkeypatch.setenv("TRIAL_TOKEN", TOKEN)
    ours, theirs = first_night
    with contextlib.closing(sqlite3.connect(theirs)) as kept, contextlib.closing(sqlite3.connect(receiver.store.file)) as here:
        kept.backup(here)
    made = trial_of(new_profile(tmp_path / "trial", receiver.tenant("trial"), certificates.ca), ours, builds=1)
    with made.db:
        yield made


@pytest.fixture(scope="session")
def processes():
    """Makes processes that have everything imported already and share nothing with this one."""
    context = multiprocessing.get_context("forkserver")
    context.set_forkserver_preload(["limited"])
    with pytest.MonkeyPatch.context() as patch:
        # Python 3.11 does not tell the server where modules are, and the server does not tell that it found none.
        patch.setenv("PYTHONPATH", os.pathsep.join(sys.path))
        patch.setenv("TRIAL_TOKEN", TOKEN)
        multiprocessing.forkserver.ensure_running()
    return context


@pytest.fixture
def town(profile, receiver: Handle, certificates: Certificates, monkeypatch) -> Town:
    """A municipality whose nights are played against the real receiver, with empty registers."""
    monkeypatch.setenv("TRIAL_TOKEN", TOKEN)
    made = Town(profile, receiver, certificates.ca)
    made.configure()
    return made
