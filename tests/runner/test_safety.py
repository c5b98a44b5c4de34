"""The safety test of PER-1: green with a protected person in the register, red as soon as one stands in any table of ours."""

import csv

import pytest

from nattsynk import dbt, project
from nattsynk.cli import now
from nattsynk.database import open_database
from nattsynk.log import Progress

DATE = "2023-08-16"
SAFETY_TEST = "no_protected_person_is_delivered"
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


def write(profile, table, *rows):
    """Writes an extract of these rows."""
    with profile.extract(table).open(newline="", encoding="utf-8") as handle:
        columns = next(csv.reader(handle))
    with profile.extract(table).open("w", newline="", encoding="utf-8") as handle:
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


def safety_test(settings, manifest):
    """Runs the safety test alone, on the tables as they stand. The failure, or None."""
    variables = {**settings.dbt_vars(), "sync_date": DATE}
    outcome = dbt._invoke(manifest, ["test", *dbt._common(settings, "embedded"), "--select", SAFETY_TEST], variables)
    [result] = [result for result in outcome.result if result.node.name == SAFETY_TEST]
    return None if str(result.status) == "pass" else dbt._failure(result, frozenset())


def test_one_trace_in_one_table_is_enough(school, nattsynk):
    assert nattsynk("build", "--profile", school.folder, "--date", DATE).code == 0
    settings = school.settings()
    manifest = dbt.parse(settings, "embedded", Progress(now))
    assert safety_test(settings, manifest) is None
    for (schema, table, column), trace in TRACES:
        with open_database(settings, "embedded") as database:
            name = f"{database.schema(schema)}.{table}"
            database.execute(f"insert into {name} ({column}) values (?)", (trace,))
        failure = safety_test(settings, manifest)
        assert failure and failure.exit_code == 20 and "Nothing is sent" not in failure.message, (table, column)
        assert trace not in f"{failure}"
        with open_database(settings, "embedded") as database:
            database.execute(f"delete from {name} where {column} = ?", (trace,))
    assert safety_test(settings, manifest) is None


@pytest.mark.parametrize(("model", "cut", "replaced"), [
    ("land_procapita__kj1v0per", "where {{ is_open_person('keyed.civic_key') }}", "where 1 = 1"),
    ("int_persons_conformed", "    {{ union_staging('persons') }}\n", f"""    {{{{ union_staging('persons') }}}}
    union all
    select staged.* replace ('{PROTECTED}' as civic_key, 'procapita-{PROTECTED_ID}' as person_id, '{PROTECTED_ID}' as person_key)
    from {{{{ ref('stg_procapita__persons') }}}} as staged
"""),
])
def test_a_replaced_model_that_lets_a_protected_person_through_holds_the_night(school, nattsynk, monkeypatch, model, cut, replaced):
    assemble = project.assemble

    def assemble_and_replace(settings):
        assemble(settings)
        [path] = settings.project.rglob(f"{model}.sql")
        text = path.read_text(encoding="utf-8")
        assert cut in text
        path.write_text(text.replace(cut, replaced), encoding="utf-8")

    monkeypatch.setattr(project, "assemble", assemble_and_replace)
    ended = nattsynk("build", "--profile", school.folder, "--date", DATE)
    assert ended.code == 20
    assert SAFETY_TEST in ended.err
    assert PROTECTED_ID not in ended.out + ended.err
    assert "Siv" not in ended.out + ended.err
