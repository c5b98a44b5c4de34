"""What the live run does, as far as no server is needed: the two nights and the delivery on the embedded engine, and the tables of the registers."""

import csv
from pathlib import Path

import duckdb
import pytest
from nights import DEMOS, Trial, profile
from registers_as_tables import fill_tables, make_tables

from nattsynk.engines.sqlserver import sources
from nattsynk.profile.settings import PROJECT, load
from nattsynk.reference_receiver import Handle


@pytest.mark.long
@pytest.mark.parametrize("name", ["demo_ted"])
def test_two_nights_and_a_delivery(name: str, tmp_path: Path, receiver: Handle, ca_file: Path, parsed_once: None) -> None:
    """One of the demos; all of them are compared with runner/tests/golden in runner/tests/nights/test_golden.py."""
    profile(name, tmp_path / name, receiver, ca_file)
    Trial(name, tmp_path / name, "embedded", lambda: None).go()


@pytest.mark.parametrize("name", DEMOS)
def test_the_tables_of_a_register_hold_what_its_extracts_hold(name: str) -> None:
    settings = load(PROJECT / "profiles" / name)
    with duckdb.connect() as source:
        if "dbo" in str(settings.source_location):
            source.execute("create schema dbo")  # which every database of SQL Server has
        for sql, values in [*make_tables(settings), *fill_tables(settings), *fill_tables(settings)]:
            assert len(values) <= 2100
            source.execute(sql, values)
        for place, table in sources.located(settings):
            with (settings.extracts / table.system / f"{table.name}.csv").open(newline="", encoding="utf-8") as handle:
                given = [tuple(row[column] or None for column in table.columns) for row in csv.DictReader(handle)]
            assert source.execute(f"select {', '.join(table.columns)} from {place.split('.')[1]}.{table.name}").fetchall() == given
