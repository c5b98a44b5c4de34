"""Mistakes of a new administrator, tried on the real command line: what is said names the place and the next step. No test builds."""

import shutil
import types
from pathlib import Path

import pytest
from small_registers import DATE, UNITS, fill, write

from nattsynk.build import own_files, own_select
from nattsynk.engines.sqlserver.trial import ServerTrial
from nattsynk.errors import USAGE
from nattsynk.profile import registers
from nattsynk.profile.settings import PROJECT

SCHOOLS = "source_system,source_school_id,school_form,school_id,school_name\n"
GROUP_NAMES = "select cast('procapita-class-1' as nvarchar(200)) as group_id,\n    cast(N'Fyran' as nvarchar(1000)) as {}\n"


@pytest.fixture
def filled(profile):
    """A profile of ProCapita with the handful of rows of small_registers."""
    fill(profile.folder)
    return profile


@pytest.fixture
def looked(nattsynk):
    """What `check` says of a profile."""
    return lambda profile: nattsynk("check", "--profile", profile.folder, "--date", DATE)


def told(ended, verdict: str, name: str) -> str:
    """The lines of a check with a verdict, and the details below them."""
    lines = ended.out.splitlines()
    begins = [number for number, line in enumerate(lines) if line.startswith(f"{verdict:4}  {name}: ")]
    assert begins, ended.out
    found = []
    for begin in begins:
        end = next((number for number in range(begin + 1, len(lines)) if not lines[number].startswith(" ")), len(lines))
        found += lines[begin:end]
    return "\n".join(found)


# ---- which profile


@pytest.fixture
def here(tmp_path, monkeypatch):
    """An empty working directory, and what puts a profile's folder into it."""
    monkeypatch.chdir(tmp_path)

    def put(*names: str) -> Path:
        for name in names:
            (tmp_path / name).mkdir(parents=True, exist_ok=True)
            (tmp_path / name / "profile.yml").write_text("customer: Provköping\nrule_set: ucs\nsources: [procapita]\n", encoding="utf-8")
        return tmp_path

    return put


@pytest.mark.parametrize("verb", ["check", "build", "preview", "send", "run", "approve"])
def test_without_a_profile_no_verb_takes_the_demo(nattsynk, here, verb):
    folder = here()
    ended = nattsynk(verb)
    assert ended.code == USAGE
    assert f"No --profile is given, and no profile folder of your own stands in {folder}" in ended.out + ended.err
    assert "`--profile DIR`" in ended.out + ended.err
    assert "Sjöstad" not in ended.out + ended.err


@pytest.mark.parametrize("place", [".", "sjostad", "profiles/sjostad"])
def test_the_only_profile_of_the_working_directory_is_taken_and_named(nattsynk, here, place):
    folder = (here(place) / place).resolve()
    ended = nattsynk("check")
    assert f"ok    profile: {folder}\n" in ended.out
    assert f"profile: {folder}" in ended.err.replace("\\\\", "\\")
    assert "Provköping" in ended.out


def test_of_several_profiles_none_is_taken_and_all_are_listed(nattsynk, here):
    here("a", "profiles/b")
    ended = nattsynk("build")
    assert ended.code == USAGE
    assert "here are several profiles: a, profiles/b." in ended.err
    assert "Say which: `--profile a`." in ended.err


def test_in_the_projects_own_folder_the_demos_are_no_choice(nattsynk, monkeypatch):
    monkeypatch.chdir(PROJECT)
    ended = nattsynk("build")
    assert ended.code == USAGE
    assert "No --profile is given" in ended.err
    assert "`--profile demo` is the demo municipality" in ended.err


def test_a_verb_that_reads_no_profile_needs_none(nattsynk, here):
    here("a", "b")
    assert nattsynk("init", "new").code == 0


# ---- profile.yml


@pytest.mark.parametrize(("line", "words"), [
    ("settings: {group_selektion: all}", "settings.group_selektion is not known; did you mean group_selection?"),
    ("settings: {part_size: many}", "settings.part_size is 'many'; allowed is a whole number from 1 to 100000."),
    ("settings: {part_size: 0}", "settings.part_size is 0; allowed is a whole number from 1 to 100000."),
    ("settings: {include_guardians: Ja}", "settings.include_guardians is 'Ja'; allowed are 0 and 1 (or false and true)."),
    ("setings: {}", "setings is not known; did you mean settings?"),
    ("receiver:\n\turl: x", "not valid YAML: found character '\\t' that cannot start any token."),
    ("receiver: {url: 'http://x.example/v1', auth: {type: bearer, token_env: T}}", "receiver.url must begin with https://"),
    ("receiver: {url: 'https://x.example/v1', auth: {type: basic}}", "receiver.auth.type must be one of bearer, oauth2, mtls."),
    ("receiver: {url: 'https://x.example/v1', auth: {type: bearer, token: abc}}", "receiver.auth.token is not known; did you mean token_env?"),
])
def test_a_fault_of_profile_yml_is_told_once_with_its_line(nattsynk, here, line, words):
    folder = here("a")
    file = folder / "a" / "profile.yml"
    file.write_text(file.read_text(encoding="utf-8") + line + "\n", encoding="utf-8")
    number = 5 if "\t" in line else 4
    for verb in ("check", "build", "run"):
        ended = nattsynk(verb, "--profile", "a")
        said = ended.out + ended.err
        assert ended.code == USAGE
        assert said.count(words) == 1, said
        assert said.count(f"profile.yml, line {number}: ") == 1
        assert "abc" not in said


@pytest.mark.parametrize("verb", ["check", "build"])
def test_a_rule_set_and_a_profile_that_are_none_are_told_once(nattsynk, here, verb):
    folder = here("a")
    (folder / "a" / "profile.yml").write_text("customer: A\nrule_set: unikum\nsources: [procapita]\n", encoding="utf-8")
    said = nattsynk(verb, "--profile", "a")
    assert (said.out + said.err).count("profile.yml, line 2: rule_set is 'unikum'; allowed are ucs, vklass, eventful.") == 1
    said = nattsynk(verb, "--profile", "nowhere")
    assert (said.out + said.err).count("There is no profile nowhere") == 1
    away = here() / "nowhere"
    said = nattsynk(verb, "--profile", away)
    assert f"There is no profile {away}: {away / 'profile.yml'} does not exist." in said.out + said.err


def test_sql_server_without_its_variables_lists_them_all_once(filled, nattsynk, monkeypatch):
    for name in ("HOST", "USER", "PASSWORD", "AUTHENTICATION"):
        monkeypatch.delenv(f"NATTSYNK_SQLSERVER_{name}", raising=False)
    for verb in ("check", "build", "run"):
        ended = nattsynk(verb, "--profile", filled.folder, "--target", "sqlserver")
        said = ended.out + ended.err
        assert ended.code == USAGE
        assert said.count("NATTSYNK_SQLSERVER_HOST, NATTSYNK_SQLSERVER_USER, NATTSYNK_SQLSERVER_PASSWORD.") == 1
        assert "docs/operate/sql-server.md" in said
        assert "profiles.yml" not in said


def test_an_account_of_windows_needs_the_server_alone(filled, nattsynk, monkeypatch):
    monkeypatch.setenv("NATTSYNK_SQLSERVER_AUTHENTICATION", "windows")
    monkeypatch.delenv("NATTSYNK_SQLSERVER_HOST", raising=False)
    assert "not set: NATTSYNK_SQLSERVER_HOST." in nattsynk("check", "--profile", filled.folder, "--target", "sqlserver").out


# ---- seeds


@pytest.mark.parametrize(("name", "text", "place"), [
    ("schools.csv", SCHOOLS + "procapita,101,GX,ang,A\n", "schools.csv, line 2, school_form"),
    ("schools.csv", SCHOOLS + "procapita,101,GR,ang,A\n" * 2, "schools.csv, line 3"),
    ("schools.csv", SCHOOLS + "extens,101,GR,ang,A\n", "schools.csv, line 2, source_system"),
    ("schools.csv", SCHOOLS[:-1] + ",note\nprocapita,101,GR,ang,A,x\n", "schools.csv, line 1, note"),
    ("schools.csv", SCHOOLS.replace("school_name", "name"), "schools.csv, line 1, name"),
    ("pauses.csv", "school_id,start_date,end_date\nx,2024-02-30,2024-03-01\n", "pauses.csv, line 2, start_date"),
    ("pauses.csv", "school_id,start_date,end_date\nprocapita-skolan,2024-03-02,2024-03-01\n", "pauses.csv, line 2, end_date"),
    ("pauses.csv", "school_id,start_date,end_date\nprocapita-skola,2024-02-01,2024-03-01\n", "pauses.csv, line 2, school_id"),
    ("sync_windows.csv", "school_form,entity,days_before,days_after\nGR,klass,1,0\n", "sync_windows.csv, line 2, entity"),
    ("sync_windows.csv", "school_form,entity,days_before,days_after\nGR,class,-1,0\n", "sync_windows.csv, line 2, days_before"),
    ("person_mapping.csv", "source_system,person_key,email\nprocapita,elev-1\n", "person_mapping.csv, line 2"),
    ("attributes.csv", "role,attribute,policy\npupil,mobile,fill\n", "attributes.csv, line 2, role"),
    ("attributes.csv", "role,attribute,policy\nstaff,phon,fill\n", "attributes.csv, line 2, attribute"),
    ("group_name_patterns.csv", "source_system,school_form,activity_kind,pattern\nprocapita,GR,lektion,{class}\n", "group_name_patterns.csv, line 2, activity_kind"),
    ("group_name_patterns.csv", "source_system,school_form,activity_kind,pattern\nprocapita,GR,group,{namn} {kurs}\n", "group_name_patterns.csv, line 2, pattern"),
    ("extra.csv", "a\n", "extra.csv"),
])
def test_a_fault_of_a_seed_file_is_told_by_check_with_its_place(filled, looked, name, text, place):
    filled.seed(name, text)
    ended = looked(filled)
    assert ended.code == USAGE
    assert f"seeds/{place}" in told(ended, "FAIL", "seeds")


def test_one_school_with_two_names_is_warned_of_with_its_lines(filled, looked):
    filled.seed("schools.csv", SCHOOLS + "procapita,101,GR,ang,Ängsskolan\nprocapita,101,FTH,ang,Ängens fritids\n")
    said = told(looked(filled), "WARN", "seeds")
    assert "seeds/schools.csv: ang has several names: Ängsskolan (line 2), Ängens fritids (line 3)" in said


# ---- values


def test_check_tells_the_rows_of_each_table_and_how_many_dates_can_be_read(filled, looked):
    said = told(looked(filled), "ok", "tables")
    assert "procapita kj1v0plk          4 rows   dates: placdatum 100 %, datumtom 100 %" in said
    assert "procapita kj1v0per          6 rows\n" in said
    placements = [{"placlnr": str(n), "enhkod": "101", "klasslnr": "1", "placdatum": day} for n, day in enumerate(["18/8 2023", "20230815", "00000101", ""])]
    write(filled.extract("kj1v0plk"), placements)
    said = told(looked(filled), "WARN", "tables")
    assert "1 of the " in said
    assert "kj1v0plk          4 rows   dates: placdatum 66 %, datumtom blank" in said
    assert "18/8" not in said


@pytest.mark.parametrize("written", ["NULL", "18/8 2023", "230818", "2023-08-32"])
def test_no_date_of_a_column_can_be_read(filled, looked, written):
    write(filled.extract("kj1v0plk"), [{"placlnr": "1", "enhkod": "101", "klasslnr": "1", "placdatum": written}])
    ended = looked(filled)
    assert ("placdatum blank" if written == "NULL" else "placdatum 0 %") in ended.out
    above = "nothing is sent. See how the export writes procapita kj1v0plk.placdatum (docs/operate/extracts.md)\n"
    assert (above in ended.out) == (written != "NULL")
    lost = "extracts/procapita/kj1v0plk.csv: placdatum. Better let the export write nothing there. Is it NULL in every row, the export has lost the column"
    assert (lost in ended.out) == (written == "NULL")


def test_a_unit_that_the_register_lacks_is_named_with_the_near_one(filled, looked):
    filled.seed("schools.csv", SCHOOLS + "procapita,101,GR,ang,Ängsskolan\nprocapita,1O1,FTH,bjork,Björkskolan\n")
    said = told(looked(filled), "WARN", "units")
    assert "seeds/schools.csv, line 3: procapita has no unit 1O1; did you mean 101 (Skolan)?" in said


def test_the_near_unit_is_one_that_no_row_lists(filled, looked):
    write(filled.extract("kj1v0enh"), [{"enhkod": unit, "enhnamn": f"Skola {unit}", "skolform": "GR"} for unit in ("302", "304")])
    filled.seed("schools.csv", SCHOOLS + "procapita,30,GR,ang,Ängsskolan\nprocapita,304,GR,bjork,Björkskolan\n")
    assert "procapita has no unit 30; did you mean 302 (Skola 302)?" in told(looked(filled), "WARN", "units")


def test_where_no_unit_is_in_the_register_check_fails(filled, looked):
    filled.seed("schools.csv", SCHOOLS + "procapita,1O1,GR,ang,Ängsskolan\n")
    ended = looked(filled)
    assert ended.code == USAGE
    said = told(ended, "FAIL", "units")
    assert "no unit that schools.csv lists for procapita is in the register" in said
    assert "seeds/schools.csv, line 2: procapita has no unit 1O1; did you mean 101 (Skolan)?" in said
    assert "procapita 101 (Skolan): 4 placements" in said


def test_open_units_that_no_row_lists_are_listed_with_their_placements_the_largest_first(filled, looked):
    units = [{"enhkod": str(unit), "enhnamn": f"Skola {unit}", "skolform": "GR"} for unit in range(101, 130)]
    write(filled.extract("kj1v0enh"), [*units, {"enhkod": "200", "enhnamn": "Stängd", "stangtfrom": "20200101"}])
    write(filled.extract("kj1v0plk"), [{"placlnr": str(n), "enhkod": "105", "placdatum": "20230815"} for n in range(3)])
    lines = told(looked(filled), "ok", "units").splitlines()
    assert lines[0].endswith("1 of the 1 unit in schools.csv are in the register")
    assert lines[2].strip() == "procapita 105 (Skola 105): 3 placements"
    assert lines[-1].strip() == "and 8 more units"
    assert not any("Stängd" in line for line in lines)


def test_a_unit_without_a_school_form_and_two_rows_is_warned_of(filled, looked):
    filled.seed("schools.csv", SCHOOLS + "procapita,101,GR,ang,Ängsskolan\nprocapita,101,FTH,ang,Ängsskolan\n")
    assert "without a school form" not in looked(filled).out
    write(filled.extract("kj1v0enh"), [{"enhkod": "101", "enhnamn": "Skolan"}])
    said = told(looked(filled), "WARN", "units")
    assert "a unit without a school form in the register has several rows in schools.csv" in said
    assert "seeds/schools.csv, lines 2, 3: procapita 101 (Skolan) is GR and FTH" in said


def test_shares_of_persons_are_told_in_whole_percent(filled, looked):
    persons = [{"personnr": "", "personguid": "a"}, *({"personnr": f"20130101{n:04}", "personguid": str(n), "epostarb": "x@skola.example"} for n in range(2))]
    write(filled.extract("kj1v0per"), persons)
    write(filled.extract("ki0v0fol"), [{"personnr": "201301010000"}])
    said = told(looked(filled), "ok", "persons")
    assert said.endswith("of 3 rows of persons 66 % have a number, 66 % an e-mail address, 33 % a row in the population register")


@pytest.mark.parametrize("system", UNITS)
def test_every_register_is_looked_at_in_the_same_way(profile, looked, system):
    profile.write(sources=[system])
    shutil.rmtree(profile.folder / "extracts")
    profile.empty_extracts()
    fill(profile.folder)
    ended = looked(profile)
    assert "1 of the 1 unit in schools.csv are in the register" in told(ended, "ok", "units")
    assert "of 6 rows of persons 100 % have a number, 100 % an e-mail address, 100 % a row in" in told(ended, "ok", "persons")
    assert f"{system} " in told(ended, "ok", "tables")


def test_every_register_has_statements_of_its_family():
    for family in registers.families():
        assert {path.stem for path in (registers.STAGING / family).glob("*.jinja")} == {"check_units", "check_persons"}


# ---- own SQL


@pytest.mark.parametrize(("name", "text", "words"), [
    ("local_group_names", GROUP_NAMES.format("group_nam"), ["does not give the column group_name", "It gives group_id, group_nam", "did you mean group_name?"]),
    ("local_group_names", "select cast('a' as nvarchar(200)) as group_id\n", ["does not give the column group_name", "has to give group_id, group_name."]),
    ("local_group_names", "select\n    'a' as group_id\n    'b' as group_name\n", ["local_group_names.sql, line 3: Parser Error"]),
    ("local_group_names", "select\n    'a' as group_id,\n    nosuch as group_name\n", ["local_group_names.sql, line 3: Binder Error", "nosuch"]),
    ("local_group_names", "-- Mine.\n" + GROUP_NAMES.format("group_name").rstrip() + ";\n", ["local_group_names.sql, line 3: there is a semicolon"]),
    ("local_group_names", "select 7 as group_id, 'b' as group_name\n", ["the column group_id is integer, and has to be a text", "cast(… as nvarchar(200))"]),
    ("local_memberships", "select 'a' as group_id, 'b' as person_id, '2024-01-01' as start_date, cast(null as date) as end_date\n",
     ["the column start_date is varchar, and has to be a date", "cast(… as date)"]),
    ("local_group_names", "-- nothing yet\n", ["local_group_names.sql is empty"]),
    ("local_exclusions", "select 'grupp' as entity, 'procapita' as source_system, '1' as source_key, 'x' as evidence\n",
     ["the entity 'grupp' is not known", "did you mean group?", "school, person"]),
    ("local_exclusions", "select 'group' as entity, 'Procapita' as source_system, '1' as source_key, 'x' as evidence\n",
     ["the source_system 'Procapita' is not known", "did you mean procapita?"]),
])
def test_a_fault_of_own_sql_names_the_file_and_its_line_in_check_and_in_build(filled, looked, nattsynk, name, text, words):
    (filled.folder / "models" / f"{name}.sql").write_text(text, encoding="utf-8")
    ended = looked(filled)
    assert ended.code == USAGE
    said = told(ended, "FAIL", "own SQL")
    built = nattsynk("build", "--profile", filled.folder, "--date", DATE)
    assert built.code == USAGE
    for word in (f"models/{name}.sql", *words):
        assert word in said
        assert word in built.err
    assert "target/" not in said + built.err
    assert not filled.settings().database_file.exists()


@pytest.mark.long
def test_own_sql_with_jinja_is_compiled_and_asked_with_the_models_that_it_reads(filled, looked):
    models, ours = filled.folder / "models", filled.folder / "replace" / "models"
    (models / "local_exclusions.sql").write_text(
        "{# Two lines\n   of words. #}\nselect\n    'group' as entity,\n    source_system,\n    group_ke as source_key,\n    'x' as evidence\n"
        "from {{ ref('stg_procapita__groups') }}\n", encoding="utf-8",
    )
    (models / "local_group_names.sql").write_text("select group_id, group_name from {{ ref('local_b') }}\n", encoding="utf-8")
    (models / "local_b.sql").write_text("select 'a' as group_id, 'b' as group_nam\n", encoding="utf-8")
    ours.mkdir(parents=True)
    (ours / "int_group_subjects.sql").write_text(
        "select group_row, cast(null as nvarchar(50)) as subject_code\nfrom {{ ref('int_groups_located') }}\n", encoding="utf-8",
    )
    ended = looked(filled)
    assert ended.code == USAGE
    said = told(ended, "FAIL", "own SQL")
    assert 'models/local_exclusions.sql, line 6: Binder Error: Referenced column "group_ke" not found' in said
    assert "models/local_group_names.sql, line 1: Binder Error" in said
    assert "replace/models/int_group_subjects.sql does not give what int_groups_titled reads of it" in said
    assert "course_code" in said
    assert not filled.settings().work.exists()


@pytest.mark.long
@pytest.mark.parametrize(("text", "words"), [
    ("select 1 as a from {{ ref('stg_procapita__grupper') }}", ["models/local_a.sql", "stg_procapita__grupper"]),
    ("select 1 as a\nfrom {{ ref('stg_procapita__groups' }}", ["models/local_a.sql", "line 2"]),
])
def test_a_fault_that_dbt_finds_names_the_profiles_file(filled, looked, text, words):
    (filled.folder / "models" / "local_a.sql").write_text(text, encoding="utf-8")
    ended = looked(filled)
    assert ended.code == USAGE
    said = told(ended, "FAIL", "own SQL")
    for word in words:
        assert word in said
    assert "models/local/" not in said
    assert "fault of nattsynk" not in said
    assert ". Correct the profile's own SQL in its folder models/ or replace/." in said.replace("\n        ", " ")


def test_models_that_come_to_nothing_are_warned_of(filled, looked):
    (filled.folder / "models" / "local_exclusion.sql").write_text("select 1 as a\n", encoding="utf-8")
    (filled.folder / "models" / "mine.sql").write_text("select 1 as a\n", encoding="utf-8")
    said = told(looked(filled), "WARN", "own SQL")
    assert "models/local_exclusion.sql is no hook, and no other file of the profile reads it: nothing comes of it; did you mean local_exclusions?" in said
    assert "models/mine.sql is not called local_…" in said


def test_the_hooks_that_init_makes_need_no_look(profile):
    assert not own_files.is_own(profile.settings())
    assert {name: list(columns) for name, columns in own_files.hooks().items()} == {
        "local_exclusions": ["entity", "source_system", "source_key", "evidence"], "local_group_names": ["group_id", "group_name"],
        "local_memberships": ["group_id", "person_id", "start_date", "end_date"],
    }


def test_sql_server_describes_a_hook_and_leaves_what_is_not_there_to_the_build():
    own = own_files.Own(Path("local_group_names.sql"), "models/local_group_names.sql", "")

    def faults(rows):
        """What is said of the file where the server describes it so."""
        return own_select.faults(ServerTrial(types.SimpleNamespace(all=lambda *_: rows)), own, "select", "select")

    good = [("group_id", "nvarchar(200)", None, None), ("group_name", "nvarchar(1000)", None, None)]
    assert faults(good) == []
    assert "does not give the column group_name" in faults(good[:1])[0]
    assert "the column group_id is int, and has to be a text" in faults([("group_id", "int", None, None), good[1]])[0]
    assert faults([(None, None, 208, "Invalid object name 'x'.")]) == []
    assert faults([(None, None, 102, "Incorrect syntax near 'from'.")]) == [
        "models/local_group_names.sql: Incorrect syntax near 'from'.",
    ]


# ---- what a newcomer reads


@pytest.mark.parametrize("demo", ["demo", "demo_extens", "demo_ted"])
def test_check_of_a_demo_is_one_line_a_check_with_its_details_below(tmp_path, nattsynk, demo):
    folder = tmp_path / demo
    shutil.copytree(PROJECT / "profiles" / demo, folder, copy_function=shutil.copyfile, ignore=shutil.ignore_patterns("target", "*.duckdb*"))
    before = sorted(folder.rglob("*"))
    ended = nattsynk("check", "--profile", folder, "--date", "2026-08-19")
    heads = [line.split(":")[0][6:] for line in ended.out.splitlines() if not line.startswith(" ")]
    assert list(dict.fromkeys(heads)) == ["profile", "settings", "seeds", "database", "sources", "tables", "units", "persons", "own SQL", "receiver"]
    assert all(line[:4] in ("ok  ", "WARN", "FAIL", "    ") for line in ended.out.splitlines())
    assert sorted(folder.rglob("*")) == before


def test_the_night_reads_the_register_once_so_its_check_does_not(filled, nattsynk, monkeypatch):
    monkeypatch.setattr("nattsynk.check.values.opened", None)
    monkeypatch.setattr("nattsynk.build.own_sql.faults", None)
    ended = nattsynk("run", "--profile", filled.folder, "--date", DATE)
    assert ended.code == USAGE
    assert "FAIL  receiver" in ended.out
    assert "tables" not in ended.out


def test_a_fault_that_two_checks_meet_is_told_once(filled, looked):
    filled.seed("extract_columns.csv", "source_system,table,column,site_column\nprocapita,kj1v0per,personnr\n")
    ended = looked(filled)
    assert ended.code == USAGE
    assert ended.out.count("seeds/extract_columns.csv, line 2") == 1
    assert told(ended, "FAIL", "seeds")
    assert "\nskip  sources, tables, units, persons, own SQL: not looked at before the rest is right\n" in ended.out
