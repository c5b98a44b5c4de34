"""Everything that nattsynk sends to SQL Server, written down once a test session."""

import functools
from collections.abc import Callable, Iterator
from typing import Any

import pytest
from grammar import batches
from recordings import RULE_SETS, Recording, record
from scopes import Known

from nattsynk.deliver.entities import entities
from nattsynk.deliver.freeze import STEPS
from nattsynk.deliver.ledger import COLUMNS
from nattsynk.engines.macros import Macros
from nattsynk.engines.statements import all_statements
from nattsynk.profile import registers
from nattsynk.show.extract_sql import COLLATED


def places(family: str) -> Iterator[dict[str, str]]:
    """Table -> what a statement calls it: all tables of a family, and all but those of each module that may be unused."""
    tables = [table for table in registers.tables() if table.system == registers.families()[family][0]]
    optional = {table.module for table in tables if table.is_optional}
    for unused in ("", *sorted(optional)):
        yield {table.name: f"{table.standard_location}.{table.name}" for table in tables if table.module != unused}


SAMPLES: dict[str, list[Any]] = {
    "delivery": ["demo_delivery"],
    "exact": ["Latin1_General_100_BIN2"],
    "export": ["demo_export"],
    "links": [("person_id",), ("child_id", "responsible_id")],
    "numbers": [()],
    "landing": ["demo_landing"],
    "ids": ["demo_rules.int_person_ids_chosen"],
    "persons": ["demo_rules.int_persons_identified"],
    "report": ["demo_report"],
    "row_count": [1, 300],
    "rules": ["demo_rules"],
    "schema": ["demo_report"],
    "source_database": ["PROCAPITA"],
    "table": ["rpt_findings"],
    "report_table": ["rpt_findings"],
    "column": ["person_id", "subject_key"],
    "columns": [COLUMNS, ("school_id", "entity")],
    "key": [("school_id",), ("school_id", "entity")],
    "entity": list(entities()),
    "macros": [Macros("sqlserver", {"sync_date": "2026-08-18"})],
    "source_table": ["PROCAPITA.dbo.kj1v0plk"],
    "dates": [("placdatum",), ("placdatum", "datumtom")],
    **{family: list(places(family)) for family in registers.families()},
    "own_names": [[("enhkod", "[Enhets kod]"), ("enhnamn", "enhnamn")]],
    "hook_column": ["entity"],
    "hook_sql": ["select cast('group' as nvarchar(20)) as entity"],
    "steps": [STEPS],
    "references": [[(entity, entity.key[0]) for entity in entities()]],
    "header": ['enhkod,"O\'Brien"'],
    "read": [[("[enhkod]", "id"), ("[Från dag]", "date"), ("[adrskydd]", "protection")]],
    "relation": ["[PROCAPITA].[PROCAPITA_KJ1].[kj1v0enh]"],
    "collated": [COLLATED],
    "hangs_on": [[], [(entities()[0], "school_id", [(entity, "school_id") for entity in entities() if "school_id" in entity.stored])]],
}


@pytest.fixture(scope="session")
def recordings(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Recording]:
    """Rule set -> recording."""
    return record(tmp_path_factory.mktemp("recordings"))


@pytest.fixture(scope="session")
def resolved(recordings: dict[str, Recording]) -> Callable[[str], tuple[Known, list[str]]]:
    """rule set -> (every table with its types, what SQL Server would refuse of the models and tests)."""

    @functools.cache
    def resolve(rule_set: str) -> tuple[Known, list[str]]:
        known = Known(recordings[rule_set].tables)
        return known, [fault for select in recordings[rule_set].selects for fault in known.faults(select)]

    return resolve


@pytest.fixture(scope="session")
def built(recordings: dict[str, Recording]) -> Recording:
    return recordings[RULE_SETS[0]]


@pytest.fixture(scope="session")
def runner_statements() -> dict[str, str]:
    """Every statement of the runner: template and number -> SQL with ? for its parameters."""
    return {f"{path} #{number}": sql for number, (path, sql) in enumerate(all_statements(SAMPLES))}


@pytest.fixture(scope="session")
def all_batches(recordings: dict[str, Recording], runner_statements: dict[str, str]) -> dict[str, list[str]]:
    """Where a statement comes from -> every batch of it, those within its texts too."""
    return {name: list(batches(sql)) for name, sql in _named(recordings, runner_statements)}


def _named(recordings: dict[str, Recording], runner_statements: dict[str, str]) -> Iterator[tuple[str, str]]:
    yield from runner_statements.items()
    for rule_set, recording in recordings.items():
        yield from ((f"{rule_set}: {select.name}", select.sql) for select in recording.selects)
        for number, statement in enumerate(recording.statements):
            yield f"{rule_set}: {statement['node'] or 'dbt'} #{number}", statement["sql"]
