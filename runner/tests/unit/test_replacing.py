"""What a profile may put in place of ours, and that no way leads past what keeps protected persons out."""

from types import SimpleNamespace

import pytest
from small_registers import DATE, PROTECTED, fill

from nattsynk.build import dbt, failures
from nattsynk.build.builder import fingerprint
from nattsynk.cli import now
from nattsynk.errors import USAGE, Stop
from nattsynk.log import Progress
from nattsynk.profile import guard, guarded_files, our_files, project
from nattsynk.profile.settings import PROJECT

SAFETY_TEST = "no_protected_person_is_delivered"


@pytest.fixture
def put(profile):
    """Writes a file of the profile."""

    def write(name, text):
        path = profile.folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8")

    return write


def refused(profile) -> str:
    """The one sentence that assembling ends with."""
    with pytest.raises(Stop) as stop:
        project.assemble(profile.settings())
    assert stop.value.exit_code == USAGE
    assert stop.value.next_step
    return stop.value.message


def test_a_file_stands_where_ours_stood_and_gives_way_again(profile, put):
    settings = profile.settings()
    project.assemble(settings)
    before = fingerprint(settings)
    for name, place in [
        ("models/rpt_names.sql", "models/marts/reports/rpt_names.sql"),
        ("macros/name_near.sql", "macros/name_near.sql"),
        ("seeds/duty_roles.csv", "seeds/rules/duty_roles.csv"),
    ]:
        ours = (settings.project / place).read_bytes()
        put(f"replace/{name}", "source_system,position_title,duty_role\n" if name.startswith("seeds") else "-- mine")
        project.assemble(settings)
        assert (settings.project / place).read_bytes() == (settings.folder / "replace" / name).read_bytes()
        assert fingerprint(settings) != before
        (settings.folder / "replace" / name).unlink()
        project.assemble(settings)
        assert (settings.project / place).read_bytes() == ours


def test_every_model_that_reads_the_register_is_guarded():
    reading = {name for name, path in our_files.ours("models").items() if "read_source(" in path.read_text(encoding="utf-8")}
    assert reading
    assert {name for name in our_files.ours("models") if name.startswith("land_")} | reading <= guarded_files.guarded()
    assert not {"int_groups_named", "export_persons", "stg_procapita__persons", "rpt_findings"} & guarded_files.guarded()


@pytest.mark.parametrize("name", [
    "models/land_procapita__kj1v0per.sql", "models/land_extens__known_persons.sql", "models/stg_protected_persons.sql",
    "models/stg_procapita__protected_persons.sql", "models/stg_extens__protected_ids.sql", "models/stg_procapita__signature_holders.sql",
    "models/land_ambiguous_signatures.sql", "models/int_person_mapping_matched.sql", "macros/is_open_person.sql", "macros/is_known_person.sql",
    "macros/civic_key.sql", "macros/read_source.sql", "macros/is_protecting.sql", "macros/union_staging.sql",
    "macros/made_in_place.sql", "macros/index_export_key.sql",
])
def test_the_cut_cannot_be_replaced(profile, put, name):
    put(f"replace/{name}", "select 1 as a")
    assert "keeps protected persons out" in refused(profile)


@pytest.mark.parametrize(("name", "text", "words"), [
    ("replace/models/int_group_named.sql", "select 1 as a", ["did you mean int_groups_named.sql?"]),
    ("replace/models/local_mine.sql", "select 1 as a", ["name of one of nattsynk's models"]),
    ("replace/models/int_groups_named.yml", "models: []", ["name of one of nattsynk's models"]),
    ("replace/int_groups_named.sql", "select 1 as a", ["stands outside"]),
    (f"replace/tests/{SAFETY_TEST}.sql", "select 1 as a", ["stands outside"]),
    ("replace/seeds/duty_roles.csv", "a,b\n", ["other columns"]),
    ("replace/seeds/settings.csv", "a,b\n", ["no table to replace"]),
    ("replace/macros/school_year.sql", "{% macro school_year(day) %}{% endmacro %}{%- macro ref(name) -%}x{% endmacro %}", ["defines ref too"]),
    ("replace/macros/school_year.sql", "{% macro is_open_person(key) %}1 = 1{% endmacro %}", ["defines is_open_person too"]),
    ("replace/models/rpt_names.sql", "{{ config(post_hook='delete from x') }} select 1 as a", ["post_hook"]),
    ("models/int_groups_named.sql", "select 1 as a", ["name of a model of nattsynk"]),
    ("models/local_a.sql", "{% do run_query('drop table x') %} select 1 as a", ["run_query"]),
    ("models/local_a.sql", "{% do adapter.execute('drop table x') %} select 1 as a", ["adapter."]),
    ("models/local_a.yml", f"data_tests:\n  - name: {SAFETY_TEST}\n    config: {{enabled: false}}\n", ["`models:` alone"]),
    ("models/local_a.yml", "models:\n  - name: land_procapita__kj1v0per\n    config: {enabled: false}\n", ["describes land_procapita__kj1v0per"]),
    ("models/local_a.yml", "a: [", ["not readable as YAML."]),
])
def test_what_may_not_be_is_named(profile, put, name, text, words):
    put(name, text)
    message = refused(profile)
    assert name.split("/")[-1].split(".")[0] in message
    for word in words:
        assert word in message


def test_own_sql_in_another_code_page_is_named(profile):
    (profile.folder / "models" / "local_a.sql").write_bytes("select 'Ängen' as a".encode("cp1252"))
    assert "models/local_a.sql is not UTF-8" in refused(profile)


def test_check_tells_of_own_sql_before_the_night(profile, put, nattsynk):
    put("replace/seeds/duty_roles.csv", "source_system,position_title,duty_role\n")
    assert "ok    own SQL: 3 models, 1 file in place of ours" in nattsynk("check", "--profile", profile.folder).out
    put("replace/macros/is_open_person.sql", "x")
    assert "FAIL  own SQL: replace/macros/is_open_person.sql" in nattsynk("check", "--profile", profile.folder).out


@pytest.mark.long
def test_own_sql_does_not_read_the_register_however_it_is_written(profile, put):
    put("models/local_source.sql", "select 1 as a from {{ source('procapita_school', 'kj1v0per') }}")
    put("models/local_hidden.sql", "{% set reader = {'read': source} %}select 1 as a from {{ reader.read('procapita_' ~ 'school', 'kj1v0per') }}")
    put("models/local_macro.sql", "{{ read_source('procapita', 'school', 'kj1v0per', ['personnr']) }}")
    put("models/local_list.sql", "select civic_key from {{ ref('stg_protected_persons') }}")
    put("models/local_landed.sql", "select civic_key from {{ ref('land_procapita__kj1v0per') }}")
    put("replace/models/rpt_names.sql", "select 1 as a from {{ source('procapita_register', 'ki0v0fol') }}")
    put("replace/macros/without_comma.sql", "{% macro without_comma(name) %}{% set x = source('procapita_school', 'kj1v0per') %}{{ name }}{% endmacro %}")
    settings = profile.settings()
    project.assemble(settings)
    stops = list(guard.ways_past_the_cut(settings, dbt.parse(settings, "embedded", Progress(now))))
    named = {stop.message.split(" ")[0] for stop in stops}
    assert {"local_source", "local_hidden", "local_macro", "local_list", "rpt_names"} <= named
    # The macro leads a model of ours astray; what is read after landing is nobody's concern.
    assert [name for name in named if name.startswith("int_")]
    assert "local_landed" not in named
    assert {stop.exit_code for stop in stops} == {USAGE}


@pytest.mark.long
def test_the_attempt_ends_the_build_before_anything_is_made(profile, put, nattsynk):
    put("models/local_list.sql", "select civic_key from {{ ref('stg_protected_persons') }}")
    ended = nattsynk("build", "--profile", profile.folder, "--date", DATE)
    assert ended.code == USAGE
    assert "local_list" in ended.err
    assert not profile.settings().database_file.exists()


@pytest.mark.long
def test_a_protected_person_that_own_sql_fetches_past_dbt_holds_the_night(profile, put, nattsynk):
    fill(profile.folder)
    ours = (PROJECT / "models" / "marts" / "export" / "export_persons.sql").read_text(encoding="utf-8").rstrip()
    register = profile.extract("kj1v0per").as_posix()
    fetched = f"select concat('procapita-', personguid) as person_id from read_csv('{register}', all_varchar = true) where personguid = '{PROTECTED}'"
    put("replace/models/export_persons.sql", f"{ours}\nunion all by name {fetched}\n")
    ended = nattsynk("build", "--profile", profile.folder, "--date", DATE)
    assert ended.code == 20
    assert "Replaced by the profile's own: models/marts/export/export_persons.sql" in ended.err
    assert SAFETY_TEST in ended.err
    assert PROTECTED not in ended.out + ended.err


def test_a_replaced_model_that_fails_is_the_profiles_fault():
    path = "models/marts/reports/rpt_names.sql"
    node = SimpleNamespace(name="rpt_names", original_file_path=path, resource_type="model", config=SimpleNamespace(meta={}))
    result = SimpleNamespace(node=node, status="error", message="Binder Error: no column x", failures=None)
    assert failures.of_result("embedded", result, frozenset(), {path: path}).exit_code == USAGE
    assert failures.of_result("embedded", result, frozenset(), {}).exit_code != USAGE
