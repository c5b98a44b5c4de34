"""The profile's seeds: completed to full columns, or a Stop that names file, line and column."""

import csv

import pytest

from nattsynk.errors import USAGE, Stop
from nattsynk.profile import project, seeds

SCHOOLS = "source_system,source_school_id,school_form,school_id,school_name\n"


def test_missing_files_become_headers_and_short_ones_full_columns(profile):
    for path in (profile.folder / "seeds").glob("*.csv"):
        if path.name != "schools.csv":
            path.unlink()
    done = seeds.complete(profile.settings())
    assert done["pauses.csv"] == "school_form,school_id,start_date,end_date,comment\n"
    assert done["schools.csv"].splitlines()[1] == "procapita,101,GR,ang,Ängsskolan,,,"


def test_a_spreadsheets_semicolons_bom_and_blank_lines_are_read(profile):
    text = "\ufeff" + SCHOOLS.replace(",", ";") + 'Procapita ; 101;gr;ang;"Ängen; södra"\n;;;;\n\n'
    profile.seed("schools.csv", text)
    rows = list(csv.DictReader(seeds.complete(profile.settings())["schools.csv"].splitlines()))
    assert [(row["source_system"], row["school_form"], row["school_name"]) for row in rows] == [("procapita", "GR", "Ängen; södra")]


@pytest.mark.parametrize(
    ("name", "text", "words"),
    [
        ("schools.csv", SCHOOLS, ["schools.csv", "no rows"]),
        ("schools.csv", SCHOOLS + "procapita,101,XX,a,A\n", ["line 2", "school_form", "FKLASS"]),
        ("schools.csv", SCHOOLS + "extens,101,GR,a,A\n", ["line 2", "source_system", "procapita"]),
        ("schools.csv", SCHOOLS + "procapita,101,GR,,A\n", ["line 2", "school_id", "blank"]),
        ("schools.csv", SCHOOLS + "procapita,101,GR,a,A\n" * 2, ["line 3", "stands already on line 2"]),
        ("schools.csv", SCHOOLS + "procapita,a1,GR,a,A\nprocapita,A1,GR,b,B\n", ["line 3", "stands already on line 2"]),
        ("schools.csv", SCHOOLS + "procapita,101,GR,Ang,A\nprocapita,102,GR,ang,A\n", ["line 3", "school_id", "'ang' is written 'Ang' above"]),
        ("schools.csv", SCHOOLS + "procapita,101,GR,a\n", ["line 2", "4 cells"]),
        ("schools.csv", SCHOOLS.replace("school_id,", "skola,", 1), ["line 1", "not a column"]),
        ("schools.csv", SCHOOLS.replace(",school_name", ""), ["line 1", "school_name", "missing"]),
        ("schools.csv", SCHOOLS.replace("school_name", "school_id"), ["line 1", "school_id", "twice"]),
        ("schools.csv", SCHOOLS[:-1] + ",mentor_source\nprocapita,1,GR,a,A,teacher\n", ["mentor_source", "none, group, class, student"]),
        ("schools.csv", SCHOOLS[:-1] + ",class_identity\nprocapita,1,GR,a,A,class_group\n", ["class_identity", "extens and ist"]),
        ("sync_windows.csv", "school_form,entity,days_before,days_after\nGR,class,ten,0\n", ["line 2", "days_before", "whole number"]),
        ("sync_windows.csv", "school_form,entity,days_before,days_after\nGR,klass,1,0\n", ["line 2", "entity"]),
        ("attributes.csv", "role,attribute,policy\nteacher,mobile,fill\n", ["line 2", "role"]),
        ("attributes.csv", "role,attribute,policy\nstaff,shoe_size,fill\n", ["line 2", "attribute"]),
        ("attributes.csv", "role,attribute,policy\nstaff,mobile,maybe\n", ["line 2", "policy"]),
        ("pauses.csv", "start_date,end_date\n20240601,2024-07-01\n", ["line 2", "start_date", "not a date"]),
        ("pauses.csv", "start_date,end_date\n2024-07-01,2024-06-01\n", ["line 2", "end_date", "before"]),
        ("group_name_patterns.csv", "source_system,school_form,activity_kind,pattern\nprocapita,GR,lesson,x\n", ["activity_kind"]),
        *[
            ("group_name_patterns.csv", f"source_system,school_form,activity_kind,pattern\nprocapita,GR,class,{pattern}\n", ["line 2", "pattern", word, "{class}"])
            for pattern, word in [
                ("{namn} {kurs}", "{namn} is not a placeholder"), ("{class}-{yy}", "{yy} is not"), ("{Class}", "did you mean {class}?"), ("{}", "{} is not"),
                ("{class", "without its other"), ("class}", "without its other"), ("{{class}}", "not a placeholder"), ("{class}{", "without its other"),
            ]
        ],
        ("group_name_patterns.csv", "source_system,school_form,activity_kind,pattern\nprocapita,gr,class,a\nProcapita,GR ,class,b\n", ["line 3", "line 2"]),
        ("sync_windows.csv", "school_form,entity,days_before,days_after\nGR,class,1,0\ngr,class,2,0\n", ["line 3", "line 2"]),
        ("attributes.csv", "role,attribute,policy\nstaff,mobile,fill\nstaff,mobile,omit\n", ["line 3", "line 2"]),
        ("pauses.csv", "school_form,start_date,end_date\nGR,2024-06-01,2024-07-01\ngr,2024-06-01,2024-07-01\n", ["line 3", "line 2"]),
        ("timetable.csv", "school_id,name,subject_code,signature\nang, ,SO,ALM\n", ["line 2", "name", "blank"]),
        ("school.csv", "a\n", ["school.csv", "did you mean schools.csv?"]),
    ],
)
def test_what_is_wrong_is_named(profile, name, text, words):
    profile.seed(name, text)
    with pytest.raises(Stop) as stop:
        seeds.complete(profile.settings())
    assert stop.value.exit_code == USAGE
    for word in words:
        assert word in stop.value.message
    assert stop.value.next_step


def test_a_file_in_another_code_page_is_named(profile):
    (profile.folder / "seeds" / "pauses.csv").write_bytes("start_date,end_date,comment\n2024-06-01,2024-07-01,Höst\n".encode("cp1252"))
    with pytest.raises(Stop, match="seeds/pauses.csv, line 2: is not UTF-8"):
        seeds.complete(profile.settings())


def test_the_timetable_is_taken_letter_for_letter(profile):
    profile.seed("timetable.csv", "school_id,name,subject_code,signature\n ang ,1A ,SO , ALM\nang,1A,  ,\n")
    rows = list(csv.DictReader(seeds.complete(profile.settings())["timetable.csv"].splitlines()))
    assert [tuple(row.values()) for row in rows] == [("ang", "1A ", "SO ", " ALM"), ("ang", "1A", "", "")]


def test_person_mapping_holds_persons_so_only_its_header_is_ours(profile):
    profile.seed("person_mapping.csv", "source_system;person_key;email\nprocapita;g-1;a@b.example\n")
    settings = profile.settings()
    project.assemble(settings)
    assert settings.person_mapping_header.read_text(encoding="utf-8") == "source_system;person_key;email;user_name;google_account\n"
    assert not any("g-1" in path.read_text(encoding="utf-8") for path in settings.project.rglob("*.*"))


def test_an_error_in_person_mapping_shows_no_cell(profile):
    profile.seed("person_mapping.csv", "source_system,person_key\nprocapita,201101012381,x@y.example\n")
    with pytest.raises(Stop) as stop:
        project.assemble(profile.settings())
    assert "person_mapping.csv, line 2" in stop.value.message
    assert "2011" not in stop.value.message


@pytest.mark.parametrize(
    ("one", "other", "is_same"),
    [
        ("procapita,g-1", " Procapita , G-1 ", True), ("procapita,g-1", "procapita,{G-1}", True), ("procapita,g-1", "extens,g-1", False),
        ("procapita,201101012381", "procapita,20110101-2381", True), (",201101012381", ",201101012381", True), (",g-1", ",g-2", False),
    ],
)
def test_a_key_that_stands_twice_in_person_mapping_is_told_by_its_lines_alone(profile, one, other, is_same):
    profile.seed("person_mapping.csv", f"source_system,person_key,email\n{one},\n\n{other},\n")
    if not is_same:
        assert seeds.check_person_mapping(profile.settings()) == 2
        return
    with pytest.raises(Stop) as stop:
        seeds.check_person_mapping(profile.settings())
    assert stop.value.exit_code == USAGE
    assert stop.value.message == "seeds/person_mapping.csv, line 4, source_system, person_key: stands already on line 2."


def test_every_placeholder_that_a_name_is_composed_of_may_stand_in_a_pattern(profile):
    pattern = " ".join(seeds.PLACEHOLDERS)
    profile.seed("group_name_patterns.csv", f"source_system,school_form,activity_kind,pattern\nprocapita,GR,class,{pattern}\n")
    assert pattern in seeds.complete(profile.settings())["group_name_patterns.csv"]


def test_assembling_again_touches_nothing_and_removes_what_is_gone(profile):
    settings = profile.settings()
    own = settings.folder / "models" / "local_exclusions.sql"
    own.write_text("select 1 as mine", encoding="utf-8")
    project.assemble(settings)
    copied = settings.project / "models" / "local" / own.name
    assert copied.read_text(encoding="utf-8") == "select 1 as mine"
    before = {path: path.stat().st_mtime_ns for path in settings.project.rglob("*") if path.is_file()}
    project.assemble(settings)
    assert before == {path: path.stat().st_mtime_ns for path in before}
    own.unlink()
    project.assemble(settings)
    assert "where 1 = 0" in copied.read_text(encoding="utf-8")
