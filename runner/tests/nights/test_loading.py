"""person_mapping.csv as SQL Server gets it. The statements are those that it is sent; here the embedded engine carries them out, on a copy of a build."""

import csv
import re
import shutil

import pytest

from nattsynk.build import dbt, person_mapping
from nattsynk.cli import now
from nattsynk.engines.database import Database, open_database
from nattsynk.log import Progress
from nattsynk.profile.seeds import PERSON_MAPPING
from nattsynk.profile.settings import load

COLUMNS = ", ".join(column.name for column in PERSON_MAPPING.columns)


@pytest.fixture
def demo(demo_build, tmp_path):
    """A copy of the demo's profile and of what its first night built."""
    folder = tmp_path / "demo"
    shutil.copytree(demo_build.folder, folder, ignore=shutil.ignore_patterns("target"))
    return load(folder)


def loaded(settings):
    with open_database(settings) as database:
        return set(database.rows(f"select {COLUMNS} from {database.schema('landing')}.person_mapping"))


def test_what_is_landed_names_only_who_has_landed_and_serves_the_same_persons(demo, demo_build, demo_nights):
    """PER-1, PER-7: the model gives the same from the landed table as from the file."""
    with demo.person_mapping.open(newline="", encoding="utf-8") as handle:
        given = list(csv.DictReader(handle))
    person_mapping.load_person_mapping(demo, "embedded", demo_nights[0])
    assert 0 < len(loaded(demo)) < len(given), "the demo maps somebody protected, and somebody unknown"
    with open_database(demo) as database:
        by_file = set(database.rows(f"select * from {database.schema('rules')}.int_person_mapping_matched"))
        by_table = set(database.rows(matched(demo_build, demo_nights[0], f"{database.schema('landing')}.person_mapping")))
    assert by_table == by_file
    assert by_file


def matched(settings, sync_date, mapping):
    """The compiled int_person_mapping_matched, reading this table where it reads the file."""
    manifest = dbt.parse(settings, "embedded", Progress(now))
    arguments = ["compile", *dbt.common_arguments(settings, "embedded"), "--select", "int_person_mapping_matched"]
    outcome = dbt.invoke(manifest, arguments, {**settings.dbt_vars(), "sync_date": sync_date.isoformat()})
    sql, files = re.subn(r"from read_csv\(.*?\)\n", f"from {mapping}\n", outcome.result.results[0].node.compiled_code)
    assert files == 1
    return sql


def test_rows_of_the_protected_and_the_unknown_are_nowhere(demo, demo_nights):
    with open_database(demo) as database:
        [(known,)] = database.rows(f"select max(civic_key) from {database.schema('rules')}.int_persons_identified where civic_no_status = 'valid'")
    short = f"{known[2:8]}-{known[8:]}" if known > "1927" else known
    unknown = [f"unknown-{n};;unknown@prov.example" for n in range(2 * person_mapping.BATCH)]
    rows = ["person_key;source_system;email", f" {short} ;;known@prov.example", *unknown, f"{known};;later@prov.example", ""]
    demo.person_mapping.write_text("\n".join(rows), encoding="utf-8")
    person_mapping.load_person_mapping(demo, "embedded", demo_nights[0])
    assert loaded(demo) == {("", short, "known@prov.example", "", ""), ("", known, "later@prov.example", "", "")}


def test_a_file_that_is_gone_leaves_no_rows_and_a_broken_one_the_rows_of_before(demo, demo_nights, monkeypatch):
    person_mapping.load_person_mapping(demo, "embedded", demo_nights[0])
    before = loaded(demo)

    def break_off(database, sql, params=()):
        if params:
            raise ConnectionError
        execute(database, sql, params)

    execute = Database.execute
    with monkeypatch.context() as broken, pytest.raises(ConnectionError):
        broken.setattr(Database, "execute", break_off)
        person_mapping.load_person_mapping(demo, "embedded", demo_nights[0])
    assert loaded(demo) == before
    demo.person_mapping.unlink()
    person_mapping.load_person_mapping(demo, "embedded", demo_nights[0])
    assert loaded(demo) == set()


def test_every_model_seed_and_test_is_built_in_one_part(demo_build):
    """What the file may name is built before it is loaded, and nothing is left out or built twice."""
    manifest = dbt.parse(demo_build, "embedded", Progress(now))

    def listed(chosen):
        arguments = ["list", *dbt.common_arguments(demo_build, "embedded"), "--exclude-resource-type", "unit_test", "--output", "name", "--quiet", *chosen]
        named = dbt.invoke(manifest, arguments, {**demo_build.dbt_vars(), "sync_date": "2026-08-18"}).result
        return sorted(set(named) - {name for name in named if name.startswith("source:")})

    before, after = listed(["--select", *dbt.LANDED]), listed(["--exclude", *dbt.LANDED])
    assert sorted(before + after) == listed([])
    assert person_mapping.LANDED in before
    assert "int_person_mapping_matched" in after
    assert "no_protected_person_is_delivered" in after
