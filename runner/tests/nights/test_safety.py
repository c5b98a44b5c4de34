"""The safety tests. PER-1: green with a protected person in the register, red as soon as one stands in any table of ours. PER-14: red at a flag that protects nobody."""

import csv

import pytest

from nattsynk.build import dbt
from nattsynk.cli import now
from nattsynk.engines.database import open_database
from nattsynk.log import Progress
from nattsynk.profile import project

DATE = "2023-08-16"
SAFETY_TEST = "no_protected_person_is_delivered"
REACH_TEST = "every_protection_reaches_somebody"
OPEN, PROTECTED = "201101012381", "201101022380"
PROTECTED_ID = "g-skyddad"
# schema, table, column: a trace of the protected person in any one of them is enough.
HELD_BY_NUMBER = [
    ("landing", "land_procapita__ki0v0fol", "civic_key"),
    ("landing", "land_procapita__kj1v0per", "civic_key"),
    ("landing", "land_procapita__kj1v0per", "guardian1_key"),
    ("landing", "land_procapita__kj1v0per", "guardian2_key"),
    ("landing", "land_procapita__kj1v0kla", "mentor_key"),
    ("landing", "land_procapita__kj1v0plk", "civic_key"),
    ("landing", "land_procapita__kj1v0plk", "mentor_key"),
    ("landing", "land_procapita__kj1v0grm", "civic_key"),
    ("landing", "land_procapita__kj1v0ans", "civic_key"),
    ("landing", "land_procapita__kj1v0akt", "civic_key"),
    ("landing", "land_procapita__kjgv0per", "civic_key"),
    ("landing", "land_procapita__kjgv0per", "guardian1_key"),
    ("landing", "land_procapita__kjgv0per", "guardian2_key"),
    ("landing", "land_procapita__kjgp0kla", "mentor_key"),
    ("landing", "land_procapita__kjgp0ekl", "civic_key"),
    ("landing", "land_procapita__kjgp0evg", "civic_key"),
    ("landing", "land_procapita__kjgp0pak", "civic_key"),
    ("landing", "land_procapita__known_persons", "civic_key"),
    ("rules", "int_persons_conformed", "civic_key"),
]
HELD_BY_ID = [
    ("rules", "int_persons_conformed", "person_id"),
    ("export", "export_persons", "person_id"),
    ("export", "export_enrolments", "person_id"),
    ("export", "export_duties", "person_id"),
    ("export", "export_responsibles", "child_id"),
    ("export", "export_responsibles", "responsible_id"),
    ("export", "export_group_memberships", "person_id"),
    ("export", "export_group_staff", "person_id"),
]
TRACES = [
    *((place, PROTECTED) for place in HELD_BY_NUMBER),
    *((place, f"procapita-{PROTECTED_ID}") for place in HELD_BY_ID),
    *((place, f"procapita-{PROTECTED}") for place in HELD_BY_ID),
    (("export", "export_persons", "civic_no"), "20110102-2380"),
    (("landing", "land_procapita__known_persons", "person_key"), PROTECTED_ID),
]
# Known by an id that the gymnasium's table alone gives.
GYMNASIUM_TRACES = [
    (("landing", "land_procapita__kjgv0per", "personguid"), PROTECTED_ID),
    (("landing", "land_procapita__known_persons", "person_key"), PROTECTED_ID),
    (("landing", "land_procapita__kjgp0pak", "civic_key"), PROTECTED),
    (("export", "export_enrolments", "person_id"), f"procapita-{PROTECTED_ID}"),
]
EXTENS_HELD_BY_KEY = [
    ("landing", "land_extens__person", "person_key"),
    ("landing", "land_extens__register_epost", "person_key"),
    ("landing", "land_extens__elevplacering", "person_key"),
    ("landing", "land_extens__klass", "mentor_key"),
    ("landing", "land_extens__klassplacering", "person_key"),
    ("landing", "land_extens__klassplacering", "mentor_key"),
    ("landing", "land_extens__elevaktivitet", "person_key"),
    ("landing", "land_extens__personal", "person_key"),
    ("landing", "land_extens__samband", "person_key"),
    ("landing", "land_extens__samband", "samband_person_key"),
    ("landing", "land_extens__mentorsgrupp_medlem", "person_key"),
    ("landing", "land_extens__known_persons", "person_key"),
    ("rules", "int_persons_identified", "person_key"),
    ("rules", "int_persons_conformed", "person_key"),
]
EXTENS_TRACES = [
    *((place, PROTECTED_ID) for place in EXTENS_HELD_BY_KEY),
    *((place, f"extens-{PROTECTED_ID}") for place in HELD_BY_ID),
    (("landing", "land_extens__person", "civic_key"), PROTECTED),
    (("export", "export_persons", "civic_no"), "20110102-2380"),
]


def write(profile, table, *rows, system="procapita"):
    """Writes an extract of these rows."""
    with profile.extract(table, system).open(newline="", encoding="utf-8") as handle:
        columns = next(csv.reader(handle))
    with profile.extract(table, system).open("w", newline="", encoding="utf-8") as handle:
        writer = csv.DictWriter(handle, columns, restval="")
        writer.writeheader()
        writer.writerows(rows)


@pytest.fixture
def school(profile):
    """A school with one child that may be read and one that is protected."""
    write(profile, "kj1v0enh", {"enhkod": "101", "enhnamn": "Ängsskolan", "startdat": "20000101", "skolform": "GR"})
    write(profile, "kj1v0kla", {"klasslnr": "1", "enhkod": "101", "klassnamn": "4A", "fromdat": "20230815", "tomdat": "20240610"})
    write(
        profile, "kj1v0per",
        {"personnr": OPEN, "personguid": "g-oppen", "namn": "Öppen, Ola"},
        {"personnr": PROTECTED, "personguid": PROTECTED_ID, "namn": "Skyddad, Siv"},
    )
    write(profile, "ki0v0fol", {"personnr": OPEN, "adrskydd": "N"}, {"personnr": PROTECTED, "adrskydd": "J"})
    placement = {"enhkod": "101", "klasslnr": "1", "placdatum": "20230815", "datumtom": "20240610"}
    write(profile, "kj1v0plk", {"placlnr": "1", "personnr": OPEN, **placement}, {"placlnr": "2", "personnr": PROTECTED, **placement})
    return profile


@pytest.fixture
def gymnasium(profile):
    """The same in the gymnasium, with no table of the school module."""
    for path in (profile.folder / "extracts" / "procapita").glob("kj1v0*.csv"):
        path.unlink()
    profile.seed("schools.csv", "source_system,source_school_id,school_form,school_id,school_name\nprocapita,0101,GY,norra,Norra\n")
    write(profile, "kjgp0sre", {"skolenhet": "0101", "rektorsenhet_namn": "Norra gymnasiet", "aktiv": "J"})
    write(
        profile, "kjgv0per",
        {"personnr": OPEN, "personguid": "g-oppen", "fornamn": "Ola", "efternamn": "Öppen"},
        {"personnr": PROTECTED, "personguid": PROTECTED_ID, "fornamn": "Siv", "efternamn": "Skyddad"},
    )
    write(profile, "ki0v0fol", {"personnr": OPEN, "adrskydd": "N"}, {"personnr": PROTECTED, "skyddadfolkbokf": "J"})
    period = {"skolenhet": "0101", "skolform": "GY", "period": "HT23", "fromdat": "20230815", "tomdat": "20231222"}
    write(profile, "kjgp0kla", {**period, "klass": "ES23A"})
    write(profile, "kjgp0ekl", {**period, "klass": "ES23A", "personnr": OPEN}, {**period, "klass": "ES23A", "personnr": PROTECTED})
    write(profile, "kjgp0grp", {**period, "grupp": "MA1", "ovrigt": "PORTAL"})
    write(profile, "kjgp0pak", {**period, "grupp": "MA1", "personnr": PROTECTED, "signatur": "SIV", "ovrigt": "PORTAL"})
    return profile


@pytest.fixture
def extens_school(profile):
    """The same in Extens, where the id protects too."""
    profile.write(sources=["extens"])
    profile.empty_extracts()
    profile.seed("schools.csv", "source_system,source_school_id,school_form,school_id,school_name\nextens,101,GR,ang,Ängsskolan\n")
    write(profile, "skolenhet", {"enhet_id": "101", "enhetsnamn": "Ängsskolan", "startdatum": "2000-01-01"}, system="extens")
    write(
        profile, "person",
        {"person_id": "g-oppen", "personnummer": OPEN, "fornamn": "Ola", "efternamn": "Öppen", "sekretess": "0"},
        {"person_id": PROTECTED_ID, "personnummer": PROTECTED, "fornamn": "Siv", "efternamn": "Skyddad", "sekretess": "1"},
        system="extens",
    )
    return profile


def safety_sql(settings, name=SAFETY_TEST):
    """A safety test alone, run once and green; what it asks the database."""
    manifest = dbt.parse(settings, "embedded", Progress(now))
    variables = {**settings.dbt_vars(), "sync_date": DATE}
    outcome = dbt.invoke(manifest, ["test", *dbt.common_arguments(settings, "embedded"), "--select", name], variables)
    [result] = [result for result in outcome.result if result.node.name == name]
    assert str(result.status) == "pass"
    return result.node.compiled_code


@pytest.mark.long
@pytest.mark.parametrize(
    ("register", "system", "traces"),
    [("extens_school", "extens", EXTENS_TRACES), ("gymnasium", "procapita", GYMNASIUM_TRACES), ("school", "procapita", TRACES)],
)
def test_one_trace_in_one_table_is_enough_and_names_the_table_alone(request, nattsynk, register, system, traces):
    profile = request.getfixturevalue(register)
    assert nattsynk("build", "--profile", profile.folder, "--date", DATE).code == 0
    settings = profile.settings()
    sql = safety_sql(settings)
    with open_database(settings, "embedded") as database:
        for (schema, table, column), trace in traces:
            name = f"{database.schema(schema)}.{table}"
            # A register's own key says something only with the name of the register.
            columns, values = (f"source_system, {column}", (system, trace)) if trace == PROTECTED_ID else (column, (trace,))
            database.execute(f"insert into {name} ({columns}) values ({', '.join('?' * len(values))})", values)
            assert list(database.rows(sql)) == [(table, "protected")], (table, column)
            database.execute(f"delete from {name} where {column} = ?", (trace,))
        assert list(database.rows(sql)) == []


@pytest.mark.long
def test_a_cut_that_lets_a_protected_person_through_holds_the_night(school, nattsynk, monkeypatch):
    assemble = project.assemble

    def assemble_with_an_open_cut(settings, target):
        assemble(settings, target)
        path = settings.project / "macros" / "is_open_person.sql"
        text = path.read_text(encoding="utf-8")
        assert "not exists (" in text
        path.write_text(text.replace("not exists (", "1 = 1 or not exists ("), encoding="utf-8")

    monkeypatch.setattr(project, "assemble", assemble_with_an_open_cut)
    ended = nattsynk("build", "--profile", school.folder, "--date", DATE)
    assert ended.code == 20
    assert SAFETY_TEST in ended.err
    for secret in (PROTECTED, PROTECTED_ID, "Siv"):
        assert secret not in ended.out + ended.err


@pytest.mark.long
@pytest.mark.parametrize("number", ["2,01101E+11", ""])
def test_a_protection_that_reaches_nobody_holds_the_night(school, nattsynk, tmp_path, number):
    """PER-14. The first night too, and the message singles nobody out."""
    write(school, "ki0v0fol", {"personnr": OPEN, "adrskydd": "N"}, {"personnr": number, "adrskydd": "J"})
    ended = nattsynk("export", "--profile", school.folder, "--date", DATE, "--out", tmp_path / "out")
    assert ended.code == 20
    assert REACH_TEST in ended.err
    assert "ki0v0fol of procapita: at least one row" in ended.err
    assert not (tmp_path / "out").exists()
    for secret in (PROTECTED, PROTECTED_ID, "Siv", "2,01101E"):
        assert secret not in ended.out + ended.err


@pytest.mark.long
def test_a_flag_without_id_and_number_holds_the_night_of_extens(extens_school, nattsynk):
    person = {"person_id": "g-oppen", "personnummer": OPEN, "fornamn": "Ola", "efternamn": "Öppen", "sekretess": "0"}
    write(extens_school, "person", person, {"sekretess": "1"}, system="extens")
    ended = nattsynk("build", "--profile", extens_school.folder, "--date", DATE)
    assert ended.code == 20
    assert "person of extens: at least one row" in ended.err


def test_how_many_reach_nobody_is_told_in_steps(school, nattsynk):
    assert nattsynk("build", "--profile", school.folder, "--date", DATE).code == 0
    settings = school.settings()
    sql = safety_sql(settings, REACH_TEST)
    told = {1: "at least one row", 10: "at least one row", 11: "more than ten rows", 100: "more than ten rows", 101: "more than a hundred rows"}
    with open_database(settings, "embedded") as database:
        view = f"{database.schema('staging')}.stg_protected_rows_unreached"
        for count, how_many in told.items():
            database.execute(f"create or replace view {view} as select 'ted' as source_system, 'ki0v0fol' as table_name from range({count})")
            assert list(database.rows(sql)) == [("ki0v0fol of ted", how_many)]
