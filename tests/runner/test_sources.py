"""The extracts: whatever is missing or broken ends in one sentence that names it and says how to go on."""

import pytest

from nattsynk import registers, sources
from nattsynk.errors import USAGE, Stop


def stopped(profile) -> Stop:
    with pytest.raises(Stop) as stop:
        sources.check_extracts(profile.settings())
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
    assert sources.check_extracts(profile.settings()) == 1


def test_an_empty_folder_is_named(profile):
    for path in (profile.folder / "extracts" / "procapita").iterdir():
        path.unlink()
    stop = stopped(profile)
    assert str(profile.folder) in stop.message
    assert "kj1v0enh" in stop.next_step


def test_a_missing_table_is_named_with_its_model(profile):
    profile.extract("kj1v0plk").unlink()
    stop = stopped(profile)
    assert "extracts/procapita/kj1v0plk.csv is missing" in stop.message
    assert "models/staging/procapita/landing/" in stop.next_step


@pytest.mark.parametrize(("absent", "left"), [("kjg", ["school", "register"]), ("kj1", ["register", "gymnasium"])])
def test_a_module_without_any_table_is_unused(profile, absent, left):
    for path in (profile.folder / "extracts" / "procapita").glob(f"{absent}*.csv"):
        path.unlink()
    assert sources.check_extracts(profile.settings()) == 0
    assert profile.settings().dbt_vars()["modules"] == {"procapita": left}


def test_a_module_without_one_table_is_no_module(profile):
    profile.extract("kjgp0pak").unlink()
    stop = stopped(profile)
    assert "extracts/procapita/kjgp0pak.csv is missing" in stop.message
    assert "land_procapita__kjgp0pak.sql" in stop.next_step


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


def test_a_missing_column_is_named_with_its_model(profile):
    path = profile.extract("kj1v0per")
    path.write_text(path.read_text(encoding="utf-8").replace(",personguid", ""), encoding="utf-8")
    stop = stopped(profile)
    assert "kj1v0per.csv lacks the column personguid" in stop.message
    assert "models/staging/procapita/landing/" in stop.next_step


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
    assert sources.check_extracts(profile.settings()) == 2


def test_a_missing_column_stops_the_build_before_anything_is_made(profile, nattsynk):
    path = profile.extract("kj1v0per")
    path.write_text(path.read_text(encoding="utf-8").replace(",personguid", ""), encoding="utf-8")
    ended = nattsynk("build", "--profile", profile.folder)
    assert ended.code == USAGE
    assert "personguid" in ended.err
    assert not profile.settings().database_file.exists()
