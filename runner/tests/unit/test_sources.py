"""The extracts: whatever is missing or broken ends in one sentence that names it and says how to go on."""

import csv

import pytest

from nattsynk.build import extracts
from nattsynk.engines.sqlserver import sources
from nattsynk.errors import USAGE, Stop
from nattsynk.profile import registers


def stopped(profile) -> Stop:
    with pytest.raises(Stop) as stop:
        extracts.check(profile.settings())
    assert stop.value.exit_code == USAGE
    assert stop.value.next_step
    return stop.value


class Catalogue:
    """A SQL Server's catalogue that has these schemas, each with every table of its module; an empty one has none."""

    def __init__(self, **modules):
        self.modules = modules

    def all(self, sql, values):
        found = [table for table in registers.tables() if table.system == "procapita" and table.module == self.modules.get(values[0])]
        return [(table.name, column) for table in found for column in table.columns]


def test_whole_extracts_pass(profile):
    profile.extract("kj1v0enh").write_text(
        "\ufeffENHKOD,enhnamn,scbkod,startdat,stangtfrom,stangttom,skolform,more\n1,\"A,\nB\",,,,,,\n", encoding="utf-8",
    )
    assert extracts.check(profile.settings()).rows == 1


def test_an_empty_folder_is_named(profile):
    for path in (profile.folder / "extracts" / "procapita").iterdir():
        path.unlink()
    stop = stopped(profile)
    assert str(profile.folder) in stop.message
    assert "kj1v0enh" in stop.next_step


def test_a_missing_table_is_named_with_what_to_do(profile):
    profile.extract("kj1v0plk").unlink()
    stop = stopped(profile)
    assert "extracts/procapita/kj1v0plk.csv is missing" in stop.message
    assert "Export the table kj1v0plk" in stop.next_step


@pytest.mark.parametrize(("absent", "left"), [("kjg", ["school", "register"]), ("kj1", ["register", "gymnasium"])])
def test_a_module_without_any_table_is_unused(profile, absent, left):
    for path in (profile.folder / "extracts" / "procapita").glob(f"{absent}*.csv"):
        path.unlink()
    assert extracts.check(profile.settings()).rows == 0
    assert profile.settings().dbt_vars()["modules"] == {"procapita": left}


def test_a_module_without_one_table_is_no_module(profile):
    profile.extract("kjgp0pak").unlink()
    stop = stopped(profile)
    assert stop.message == "extracts/procapita/kjgp0pak.csv is missing."


def test_one_of_the_modules_of_schools_must_be_there(profile):
    for path in (profile.folder / "extracts" / "procapita").glob("kj*.csv"):
        path.unlink()
    stop = stopped(profile)
    assert "no table of school or gymnasium" in stop.message
    assert "kj1v0enh" in stop.next_step
    assert "kjgp0sre" in stop.next_step


def test_the_population_register_is_no_choice(profile):
    profile.extract("ki0v0fol").unlink()
    assert "extracts/procapita/ki0v0fol.csv is missing" in stopped(profile).message


@pytest.mark.parametrize(
    ("location", "left", "tables"),
    [
        ({"school": "P.KJ1", "register": "P.KI0"}, ["school", "register"], 9),
        ({"gymnasium": "P.KJG", "register": "P.KI0"}, ["register", "gymnasium"], 8),
        ({"school": "P.KJ1", "register": "P.KI0", "gymnasium": "P.KJG"}, ["school", "register", "gymnasium"], 16),
    ],
)
def test_on_sql_server_the_modules_are_those_that_source_location_names(profile, location, left, tables):
    profile.write(source_location={"procapita": location})
    settings = profile.settings()
    assert settings.dbt_vars("sqlserver")["modules"] == {"procapita": left}
    assert sources.check_tables(settings, Catalogue(KJ1="school", KI0="register", KJG="gymnasium")) == tables


@pytest.mark.parametrize(
    ("location", "missing"),
    [({"register": "P.KI0"}, "school or gymnasium"), ({"school": "P.KJ1"}, "register"), ({}, "school or gymnasium")],
)
def test_on_sql_server_a_module_that_must_be_there_is_named(profile, location, missing):
    profile.write(source_location={"procapita": location})
    with pytest.raises(Stop) as stop:
        sources.check_tables(profile.settings(), Catalogue(KJ1="school", KI0="register"))
    assert stop.value.exit_code == USAGE
    assert f"source_location.procapita.{missing} is missing" in stop.value.message


def test_on_sql_server_a_named_module_without_a_table_is_a_fault(profile):
    profile.write(source_location={"procapita": {"school": "P.KJ1", "register": "P.KI0", "gymnasium": "P.EMPTY"}})
    with pytest.raises(Stop) as stop:
        sources.check_tables(profile.settings(), Catalogue(KJ1="school", KI0="register"))
    assert "P.EMPTY.kjgp0sre is missing" in stop.value.message


def test_a_module_that_is_not_known_is_refused_with_the_nearest(profile):
    profile.write(source_location={"procapita": {"school": "P.KJ1", "register": "P.KI0", "gymnasiet": "P.KJG"}})
    with pytest.raises(Stop) as stop:
        profile.settings()
    assert "source_location.procapita.gymnasiet is not known; did you mean gymnasium?" in stop.value.message


def test_a_column_that_stands_twice_is_named(profile):
    path = profile.extract("kj1v0grm")
    path.write_text(path.read_text(encoding="utf-8").strip() + ",AKTIV\n", encoding="utf-8")
    assert "aktiv stands twice" in stopped(profile).message


def test_a_ragged_row_is_named_by_line_without_its_content(profile):
    with profile.extract("kj1v0ans").open("a", encoding="utf-8") as handle:
        handle.write("1,201101012381,Hemlig Person\n")
    stop = stopped(profile)
    assert "kj1v0ans.csv, line 2: 3 cells" in stop.message
    assert "Hemlig" not in stop.message + stop.next_step


def test_another_code_page_is_named_by_line(profile):
    path = profile.extract("kj1v0enh")
    path.write_bytes(path.read_bytes() + b"1,\xc4ngsskolan,,,,,\n")
    assert "kj1v0enh.csv, line 2: not UTF-8" in stopped(profile).message


@pytest.mark.parametrize(
    ("ends", "line"), [(("\n", "\r\n", "\n"), 2), (("\r\n", "\r\n", "\n"), 3), (("\r\n", "\r", ""), 2)],
)
def test_mixed_line_ends_are_named_by_line(profile, ends, line):
    path = profile.extract("kj1v0enh")
    header = path.read_text(encoding="utf-8").strip()
    rows = [header, "1,A,,,,,", "2,B,,,,,"]
    path.write_bytes("".join(row + end for row, end in zip(rows, ends)).encode())
    stop = stopped(profile)
    assert f"kj1v0enh.csv, line {line}: ends in another way" in stop.message
    assert "line ends" in stop.next_step


@pytest.mark.parametrize(("end", "within"), [("\r\n", "\n"), ("\n", "\r\n"), ("\r\n", "\r")])
def test_a_line_break_within_quotes_may_differ(profile, end, within):
    path = profile.extract("kj1v0enh")
    header = path.read_text(encoding="utf-8").strip()
    path.write_bytes(end.join([header, f'1,"A{within}B",,,,,', "2,B,,,,,"]).encode())
    assert extracts.check(profile.settings()).rows == 2


def with_cell(profile, table, column, *cells, system="procapita"):
    """Rows of an extract that are blank but for this column."""
    path = profile.extract(table, system)
    header = next(csv.reader(path.read_text(encoding="utf-8").splitlines()))
    with path.open("w", newline="", encoding="utf-8") as handle:
        writer = csv.DictWriter(handle, header, restval="")
        writer.writeheader()
        writer.writerows([{column: cell} for cell in cells])


LITERALS = ["NULL", "null", " Null ", "(null)", "FALSE", "false", "FALSKT", "falskt", "0.0", "0,0", "#N/A", "#SAKNAS!", r"\N", "None", "NaN", "\u00a0NULL\u200b"]


@pytest.mark.parametrize("literal", LITERALS)
@pytest.mark.parametrize(("table", "column"), [("ki0v0fol", "adrskydd"), ("ki0v0fol", "skyddadfolkbokf")])
def test_a_literal_of_an_export_tool_in_a_protection_flag_refuses_the_extract(profile, table, column, literal):
    with_cell(profile, table, column, "", "201101012381", "J", literal)
    stop, written = stopped(profile), literal.strip(" \u00a0\u200b").upper()
    assert f"extracts/procapita/{table}.csv: the flag {column} holds the text {written}." in stop.message
    assert f"coalesce({column}, '')" in stop.next_step
    assert "2011" not in stop.message + stop.next_step


@pytest.mark.parametrize("code", ["J", "N", "", " ", "0", "1", "S", "JA", "TRUE", "201101012381", "NULLA", "Falstad"])
def test_any_other_code_in_a_protection_flag_passes_and_is_judged_by_the_models(profile, code):
    with_cell(profile, "ki0v0fol", "adrskydd", code, code)
    assert extracts.check(profile.settings()).rows == 2


@pytest.mark.parametrize("literal", LITERALS)
def test_in_another_flag_null_is_blank_and_every_other_literal_is_refused(profile, literal):
    with_cell(profile, "kj1v0grm", "aktiv", literal)
    if "NULL" in literal.upper() and "(" not in literal:
        assert extracts.check(profile.settings()).nulls == {"extracts/procapita/kj1v0grm.csv": ["aktiv"]}
    else:
        assert "the flag aktiv holds the text" in stopped(profile).message


def test_every_flag_of_a_file_is_named_at_once(profile):
    path = profile.extract("ki0v0fol")
    header = path.read_text(encoding="utf-8").strip()
    cells = {"adrskydd": "NULL", "skyddadfolkbokf": "FALSKT"}
    path.write_text(f"{header}\n{','.join(cells.get(name, '') for name in header.split(','))}\n", encoding="utf-8")
    assert "adrskydd holds the text NULL; the flag skyddadfolkbokf holds the text FALSKT" in stopped(profile).message


@pytest.mark.parametrize("system", ["extens", "ist"])
def test_extens_and_ist_are_read_as_carefully(profile, system):
    profile.write(sources=[system])
    profile.empty_extracts()
    with_cell(profile, "person", "sekretess", "0", "1", "FALSE", system=system)
    assert f"extracts/{system}/person.csv: the flag sekretess holds the text FALSE" in stopped(profile).message


@pytest.mark.parametrize("verb", ["check", "build", "run", "export", "report", "preview"])
def test_a_literal_in_a_flag_ends_every_verb_before_dbt_runs(profile, nattsynk, verb):
    with_cell(profile, "ki0v0fol", "adrskydd", "NULL", "NULL")
    out = ["--out", profile.folder / "out"] if verb in ("export", "report") else []
    ended = nattsynk(verb, "--profile", profile.folder, *out)
    assert ended.code == USAGE
    assert "adrskydd holds the text NULL" in ended.out + ended.err
    assert not profile.settings().project.exists()


def test_check_says_once_which_columns_held_null_as_text(profile, nattsynk):
    with_cell(profile, "kj1v0plk", "datumtom", "NULL", "null", "20240614")
    with_cell(profile, "kj1v0per", "namn", "NULL", "Null, Prov")
    ended = nattsynk("check", "--profile", profile.folder)
    [line] = [line for line in ended.out.splitlines() if "NULL" in line]
    assert line.startswith("WARN  sources: ")
    assert "extracts/procapita/kj1v0plk.csv: datumtom" in line
    assert "extracts/procapita/kj1v0per.csv: namn" in line


@pytest.mark.parametrize(
    ("rewrite", "words"),
    [
        (lambda text: text.replace(",scbkod", "").replace(",", ";"), "separated by semicolons, lacks the column scbkod"),
        (lambda text: text.replace(",scbkod", "").replace(",", "\t"), "separated by tabs, lacks the column scbkod"),
        (lambda text: text.replace(",", "|"), "separated by vertical bars"), (lambda text: "sep=;\n" + text.replace(",", ";"), "(sep=)"),
        (lambda text: f'"{text.strip()}"\n', "in one pair of quotes"),
        (lambda text: "", "is empty"), (lambda text: "\n" + text, "first line is blank"),
        (lambda text: text.partition("\n")[2] + '1,"Hemlig, Person",,,,,\n', "has no header"),
        (lambda text: text.partition("\n")[2] + "1;Hemlig Person;;;;;\n", "has no header"),
    ],
)
def test_the_form_of_a_file_is_named_where_its_first_line_shows_it(profile, rewrite, words):
    path = profile.extract("kj1v0enh")
    path.write_text(rewrite(path.read_text(encoding="utf-8")), encoding="utf-8")
    stop = stopped(profile)
    assert "extracts/procapita/kj1v0enh.csv" in stop.message
    assert words in stop.message
    assert "Hemlig" not in stop.message + stop.next_step


def test_a_missing_column_stops_the_build_before_anything_is_made(profile, nattsynk):
    path = profile.extract("kj1v0per")
    path.write_text(path.read_text(encoding="utf-8").replace(",personguid", ""), encoding="utf-8")
    ended = nattsynk("build", "--profile", profile.folder)
    assert ended.code == USAGE
    assert "personguid" in ended.err
    assert not profile.settings().database_file.exists()
