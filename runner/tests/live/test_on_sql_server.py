"""`make test-sqlserver`: the demos on a real SQL Server, in scratch databases that are made and dropped here.

Needs the variables of docs/operate/sql-server.md (NATTSYNK_SQLSERVER_HOST, …) and a login that may create databases: a server for tests, never the
register's. It does nothing without NATTSYNK_TEST_SQLSERVER=1, which the make target sets. test_rehearsal.py carries out all of it
that needs no server.
"""

import dataclasses
import os
import secrets
from collections.abc import Iterator
from pathlib import Path

import pytest
from nights import DEMOS, Trial, profile
from registers_as_tables import fill_tables, make_tables
from scratch import create, drop

from nattsynk.engines.database import open_database
from nattsynk.profile.settings import PROJECT, load
from nattsynk.reference_receiver import Handle

pytestmark = pytest.mark.skipif(
    os.environ.get("NATTSYNK_TEST_SQLSERVER") != "1" or not os.environ.get("NATTSYNK_SQLSERVER_HOST"),
    reason="no SQL Server to test on: set NATTSYNK_SQLSERVER_HOST and the login's variables, then `make test-sqlserver`",
)


@pytest.fixture
def scratch() -> Iterator[tuple[str, str]]:
    """Two databases, ours and the register's, of a name that no other run has."""
    ours = f"nattsynk_live_{secrets.token_hex(4)}"
    master = dataclasses.replace(load(PROJECT / "profiles" / "demo"), database_name="master")
    with open_database(master, "sqlserver") as server:
        try:
            for statement in create(ours):
                server.execute(statement)
            yield ours, f"{ours}_register"
        finally:
            for statement in drop(ours):
                server.execute(statement)


@pytest.mark.parametrize("name", DEMOS)
def test_two_nights_and_a_delivery(name: str, scratch: tuple[str, str], tmp_path: Path, receiver: Handle, ca_file: Path) -> None:
    ours, register = scratch
    demo = load(PROJECT / "profiles" / name)
    places = {
        system: {module: f"{register}.{place.split('.')[1]}" for module, place in modules.items()}
        for system, modules in demo.source_location.items()
    }
    folder = tmp_path / name
    profile(name, folder, receiver, ca_file, database={"name": ours, "schema_prefix": "live"}, source_location=places)
    settings = load(folder)
    with open_database(dataclasses.replace(settings, database_name=register), "sqlserver") as source:
        for sql, _ in make_tables(settings):
            source.execute(sql)

        def bring() -> None:
            for sql, values in fill_tables(settings):
                source.execute(sql, values)

        Trial(name, folder, "sqlserver", bring).go()
