"""The verbs that read a build, on the demo municipality: complete files, the same bytes twice, and no word of the protected."""

import csv
import io
import json
import shutil
import sys

import pytest

from nattsynk.build.builder import needs_build
from nattsynk.deliver.entities import entities
from nattsynk.engines.database import open_database
from nattsynk.profile.settings import load
from nattsynk.show.report import REPORTS
from nattsynk.typed_keys import unknown as told_of_unknown


@pytest.fixture
def verb(nattsynk, demo_build, demo_nights):
    """Runs a verb on the demo's first night."""
    return lambda name, *arguments: nattsynk(name, "--profile", demo_build.folder, "--date", demo_nights[0], *arguments)


@pytest.fixture
def exported(verb, tmp_path):
    """The folder of the export."""
    assert verb("export", "--out", tmp_path / "export").code == 0
    return tmp_path / "export"


@pytest.fixture
def reported(verb, tmp_path):
    """The folder of the reports."""
    assert verb("report", "--out", tmp_path / "report").code == 0
    return tmp_path / "report"


def rows(path) -> list[dict[str, str]]:
    with path.open(newline="", encoding="utf-8") as handle:
        return list(csv.DictReader(handle))


def steps(err: str) -> list[dict]:
    """The steps that a run told of."""
    return [json.loads(line) for line in err.splitlines() if line.startswith("{")]


def test_a_green_build_stands_for_its_date_alone(demo_build, demo_nights):
    assert not needs_build(demo_build, "embedded", demo_nights[0])
    assert needs_build(demo_build, "embedded", demo_nights[1])


def test_export_writes_every_table_in_the_order_of_the_contract(exported):
    for entity in entities():
        text = (exported / f"{entity.table}.csv").read_bytes()
        assert text.decode("utf-8").splitlines()[0] == ",".join(entity.columns)
        assert not text.startswith(b"\xef\xbb\xbf")
        keys = [tuple(row[column] for column in entity.key) for row in rows(exported / f"{entity.table}.csv")]
        assert keys == sorted(set(keys))
    assert {path.suffix for path in exported.iterdir()} == {".csv"}


def test_export_and_preview_give_the_same_bytes_twice(verb, exported, tmp_path):
    assert verb("export", "--out", tmp_path / "again").code == 0
    for path in exported.iterdir():
        assert path.read_bytes() == (tmp_path / "again" / path.name).read_bytes()
    first, second = verb("preview"), verb("preview")
    assert first.code == 0
    assert first.out == second.out
    assert "create person procapita-" in first.out


def test_reading_a_build_leaves_the_state_alone(verb, demo_build, exported, tmp_path):
    """ENV-5: a complete set for a test import as often as one likes, and production's state is another than test's."""

    def state():
        with open_database(demo_build) as database:
            schema = database.schema("delivery")
            tables = ["builds", "deliveries", *(entity.delivered for entity in entities())]
            return {table: list(database.rows(f"select * from {schema}.{table}")) for table in tables}

    before = state()
    assert before["builds"]
    for name, *arguments in [("export", "--out", tmp_path / "again"), ("report", "--out", tmp_path / "report"), ("preview",), ("explain", "x")]:
        assert verb(name, *arguments).code == 0
    assert state() == before
    assert demo_build.schema_prefix.endswith(f"_{demo_build.environment}")


def test_a_folder_that_cannot_be_made_is_named_and_leaves_nothing(verb, tmp_path):
    (tmp_path / "file").write_text("mine", encoding="utf-8")
    ended = verb("export", "--out", tmp_path / "file" / "out")
    assert ended.code == 2
    assert "cannot be made" in ended.err


def test_report_has_the_columns_of_the_contract(reported):
    for name, columns in REPORTS.items():
        assert (reported / f"{name}.csv").read_text(encoding="utf-8").splitlines()[0] == ",".join(columns)


def test_names_are_for_one_school_and_in_the_file_alone(verb, reported, tmp_path):
    assert verb("report", "--out", tmp_path / "x", "--with-names").code == 2
    school = next(row["school_id"] for row in rows(reported / "rpt_exclusions.csv") if row["school_id"] and row["entity"] == "enrolment")
    ended = verb("report", "--out", tmp_path / "named", "--with-names", "--school", school)
    named = rows(tmp_path / "named" / "rpt_exclusions.csv")
    assert {row["school_id"] for row in named} == {school}
    names = {row["family_name"] for row in named if row["family_name"]}
    assert names
    assert not any(name in ended.out + ended.err for name in names)


def test_explain_answers_for_one_exported_and_one_left_out(verb, exported, reported):
    person = rows(exported / "export_persons.csv")[0]["person_id"]
    assert "exported: person " in verb("explain", person).out
    reason = next(row for row in rows(reported / "rpt_exclusions.csv") if row["entity"] == "person" and row["source_key"])
    ended = verb("explain", reason["source_key"])
    assert ended.code == 0
    assert reason["reason_code"] in ended.out
    assert reason["text_sv"] in ended.out


def test_explain_says_the_same_of_the_protected_as_of_the_unknown(verb, demo_build, monkeypatch):
    with (demo_build.extracts / "procapita" / "ki0v0fol.csv").open(newline="", encoding="utf-8") as handle:
        protected = {row["personnr"].strip() for row in csv.DictReader(handle) if row["adrskydd"].strip() == "J"}
    with (demo_build.extracts / "procapita" / "kj1v0per.csv").open(newline="", encoding="utf-8") as handle:
        keys = {row["personguid"].strip() for row in csv.DictReader(handle) if row["personnr"].strip() in protected}
    assert keys
    unknown = verb("explain", "no-such-key")
    assert unknown.out.strip() == told_of_unknown("explain")
    for key in sorted(keys)[:2]:
        assert (verb("explain", key), verb("explain", f"procapita-{key}")) == (unknown, unknown)
    monkeypatch.setattr(sys, "stdin", io.StringIO(sorted(protected)[0] + "\n"))
    assert verb("explain", "-") == unknown


def test_explain_reads_a_personnummer_from_standard_input(verb, demo_build, exported, monkeypatch):
    person = rows(exported / "export_persons.csv")[0]["person_id"].removeprefix("procapita-")
    with (demo_build.extracts / "procapita" / "kj1v0per.csv").open(newline="", encoding="utf-8") as handle:
        number = next(row["personnr"].strip() for row in csv.DictReader(handle) if row["personguid"].strip() == person)
    monkeypatch.setattr(sys, "stdin", io.StringIO(f"{number}\n"))
    ended = verb("explain", "-")
    assert "exported: person " in ended.out
    assert number not in ended.out + ended.err


def test_own_sql_that_fails_is_the_profiles_fault(demo_build, demo_nights, nattsynk, tmp_path):
    broken = tmp_path / "broken"
    shutil.copytree(demo_build.folder, broken, ignore=shutil.ignore_patterns("*.duckdb*", "target"))
    (broken / "models" / "local_exclusions.sql").write_text("select {{ no such thing }}", encoding="utf-8")
    ended = nattsynk("build", "--profile", broken, "--date", demo_nights[0])
    assert ended.code == 2
    assert "local_exclusions" in ended.err
    assert "folder models/" in ended.err


def test_a_red_data_test_holds_and_says_how_to_resolve(demo_build, demo_nights, nattsynk, parsed_once, tmp_path):
    red = tmp_path / "red"
    shutil.copytree(demo_build.folder, red, ignore=shutil.ignore_patterns("*.duckdb*", "project"))
    (red / "models" / "local_numbers.sql").write_text("select 1 as a, 'Hemlig Person' as b", encoding="utf-8")
    (red / "models" / "local_numbers.yml").write_text(
        "models:\n  - name: local_numbers\n    columns:\n      - name: b\n        data_tests:\n"
        "          - accepted_values:\n              description: Only known letters.\n              arguments: {values: [x]}\n"
        "              config: {meta: {how_to_resolve: Correct the letters.}}\n",
        encoding="utf-8",
    )
    ended = nattsynk("build", "--profile", red, "--date", demo_nights[0])
    assert ended.code == 20
    [warning] = [step for step in steps(ended.err) if step["step"] == "warning"]
    assert (warning["test"], warning["count"] > 0) == ("codes_are_mapped", True)
    assert "no seed maps" in warning["what"]
    assert "school_form_codes.csv" in warning["how_to_resolve"]
    assert warning["what"] in warning["text"]
    assert "Only known letters. (1 rows)" in ended.err
    assert "Correct the letters." in ended.err
    assert "Hemlig" not in ended.err
    assert needs_build(load(red), "embedded", demo_nights[0])


@pytest.mark.parametrize(
    ("given", "written"),
    [('=HYPERLINK("x")', '\'=HYPERLINK("x")'), ("+46-Prov", "'+46-Prov"), ("-", "'-"), ("@x", "'@x"), ("\t=1", "'\t=1"), ("\r=1", "'\r=1"),
     ("a=b", "a=b"), ("", ""), (None, None), (-7, -7)],
)
def test_no_cell_of_a_report_is_a_formula(given, written):
    from nattsynk.show.report import _for_a_spreadsheet

    assert _for_a_spreadsheet(("a", given)) == ["a", written]
