"""What an administrator does to extracts and their columns: each mistake is told with its place and the next step, all of a kind at once."""

import pytest

from nattsynk.build import extracts
from nattsynk.engines.sqlserver import sources
from nattsynk.errors import USAGE, Stop
from nattsynk.profile import registers

HEADER = "source_system,table,column,site_column\n"


def stopped(profile) -> Stop:
    with pytest.raises(Stop) as stop:
        extracts.check(profile.settings())
    assert stop.value.exit_code == USAGE
    assert stop.value.next_step
    assert "landing" not in stop.value.next_step
    return stop.value


def renamed(profile, table, **names):
    """The header of an extract with other names."""
    path = profile.extract(table)
    text = path.read_text(encoding="utf-8")
    path.write_text(",".join(names.get(name, name) for name in text.strip().split(",")) + "\n", encoding="utf-8")


def mapped(profile, *rows):
    profile.seed("extract_columns.csv", HEADER + "".join(f"{row}\n" for row in rows))


class Catalogue:
    """A SQL Server's catalogue whose schemas KJ1 and KI0 have every table, with other names of some columns."""

    def __init__(self, **names):
        self.names = names

    def all(self, sql, values):
        module = {"KJ1": "school", "KI0": "register"}[values[0]]
        found = [table for table in registers.tables() if table.system == "procapita" and table.module == module]
        return [(table.name.upper(), self.names.get(f"{table.name}_{column}", column)) for table in found for column in table.columns]


def on_sql_server(profile, **names) -> int:
    profile.write(source_location={"procapita": {"school": "P.KJ1", "register": "P.KI0"}})
    return sources.check_tables(profile.settings(), Catalogue(**names))


def refused_on_sql_server(profile, **names) -> Stop:
    with pytest.raises(Stop) as stop:
        on_sql_server(profile, **names)
    assert stop.value.exit_code == USAGE
    assert "landing" not in stop.value.next_step
    return stop.value


# ---- All that is missing, at once ------------------------------------------------------------------------------------


@pytest.mark.parametrize("verb", ["check", "build", "run", "export"])
def test_every_missing_column_and_table_is_told_in_one_run_by_every_verb(profile, nattsynk, verb):
    renamed(profile, "kj1v0per", personnr="personnummer", personguid="person_guid")
    renamed(profile, "ki0v0fol", adrskydd="sekretess")
    profile.extract("kj1v0grm").unlink()
    ended = nattsynk(verb, "--profile", profile.folder, *(["--out", profile.folder / "out"] if verb == "export" else []))
    said = ended.out + ended.err
    assert ended.code == USAGE
    assert "kj1v0per.csv lacks the columns personnr (near it stands personnummer), personguid (near it stands person_guid)." in said
    assert "ki0v0fol.csv lacks the column adrskydd" in said
    assert "kj1v0grm.csv is missing" in said
    assert "Add it to the export, or name the site's own column in seeds/extract_columns.csv." in said
    assert "landing" not in said
    assert not profile.settings().database_file.exists()


def test_every_missing_column_is_told_of_sql_server_too(profile):
    stop = refused_on_sql_server(profile, kj1v0per_personnr="PersonNr12", kj1v0kla_klassnamn="Klassnamnet", ki0v0fol_ort="Postort")
    assert "P.KJ1.kj1v0per lacks the column personnr (near it stands personnr12)." in stop.message
    assert "P.KJ1.kj1v0kla lacks the column klassnamn (near it stands klassnamnet)." in stop.message
    assert "P.KI0.ki0v0fol lacks the column ort (near it stands postort)." in stop.message
    assert "seeds/extract_columns.csv" in stop.next_step


def test_a_column_that_may_be_blank_is_told_apart_from_one_that_must_hold_values(profile):
    renamed(profile, "kj1v0plk", mentor_personnr="x1", placlnr="x2")
    assert "mentor_personnr may be a column without values" in stopped(profile).next_step
    renamed(profile, "kj1v0plk", x1="mentor_personnr")
    assert "without values" not in stopped(profile).next_step


def test_a_protection_flag_may_not_be_exported_without_values(profile):
    renamed(profile, "ki0v0fol", adrskydd="x1", ort="x2")
    assert "ort may be a column without values" in stopped(profile).next_step


def test_values_of_a_file_without_a_header_are_not_taken_for_names(profile):
    profile.extract("kj1v0per").write_text('201101012381,"personnr Nisse",,,0,a@b.example,,,,guid\n', encoding="utf-8")
    stop = stopped(profile)
    assert "kj1v0per.csv" in stop.message
    assert not any(word in stop.message + stop.next_step for word in ("Nisse", "nisse", "2011", "@"))


# ---- A site's own names ------------------------------------------------------------------------------------------------

ODD = ["Per nr", "[år]kod", 'sa"id', "O'Brien", "a]b", "ÅÄÖ åäö", "{{ x }}", "select", "?", "50 %"]


@pytest.mark.parametrize("name", ODD)
def test_any_name_is_read_in_a_header_and_in_a_catalogue(profile, name):
    quoted = '"' + name.replace('"', '""') + '"'
    renamed(profile, "kj1v0per", personnr=quoted)
    mapped(profile, f"procapita,kj1v0per,personnr,{quoted}")
    assert extracts.check(profile.settings()).rows == 0
    assert on_sql_server(profile, kj1v0per_personnr=name) == 9


@pytest.mark.parametrize(
    ("row", "words"),
    [
        ("procapita,kj1v0pre,personnr,pnr", ["line 2, table", "did you mean kj1v0per?"]),
        ("procapita,person,personnr,pnr", ["line 2, table", "is not a table of procapita", "known are"]),
        ("procapita,kj1v0per,personummer,pnr", ["line 2, column", "did you mean personnr?"]),
        ("procapita,kj1v0per,personnr,PersonNr", ["line 2, site_column", "our own name"]),
        ("procapita,kj1v0per,personnr,", ["line 2, site_column", "must not be blank"]),
        ("procapita,kj1v0per,personnr,namn", ["read personnr and namn from the same column"]),
        ("procapita,kj1v0per,personnr,x\nprocapita,KJ1V0PER,personnr,y", ["line 3", "stands already on line 2"]),
        ("procapita,kj1v0per,personnr,X\nprocapita,kj1v0per,namn,x", ["read personnr and namn from the same column"]),
        ("skolan,kj1v0per,personnr,x", ["line 2, source_system", "is not a source"]),
        (f"procapita,kj1v0per,personnr,{'x' * 129}", ["line 2, site_column", "128"]),
    ],
)
def test_a_wrong_row_of_the_mapping_is_told_by_line_and_column(profile, nattsynk, row, words):
    mapped(profile, row)
    for verb in ("check", "build"):
        ended = nattsynk(verb, "--profile", profile.folder)
        assert ended.code == USAGE
        assert "extract_columns.csv" in ended.out + ended.err
        assert [word for word in words if word not in ended.out + ended.err] == []


@pytest.mark.parametrize("text", [None, "", HEADER, HEADER.replace(",", ";") + "procapita;kj1v0per;personnr;pnr\n"])
def test_the_mapping_may_be_missing_blank_or_with_semicolons(profile, text):
    if text is not None:
        profile.seed("extract_columns.csv", text)
    if text and "pnr" in text:
        renamed(profile, "kj1v0per", personnr="pnr")
    assert extracts.check(profile.settings()).rows == 0


def test_a_row_of_a_register_that_is_not_read_says_nothing(profile):
    mapped(profile, "extens,person,sekretess,Skydd")
    assert profile.settings().dbt_vars()["site_columns"] == {}


def test_two_columns_may_change_places(profile):
    mapped(profile, "procapita,kj1v0per,eposthem,epostarb", "procapita,kj1v0per,epostarb,eposthem")
    assert extracts.check(profile.settings()).rows == 0


def test_a_mapped_column_that_the_source_lacks_stops_the_run_though_ours_is_there(profile):
    mapped(profile, "procapita,ki0v0fol,adrskydd,Sekretess", "procapita,kj1v0per,namn,Namnet")
    stop = stopped(profile)
    assert "ki0v0fol.csv lacks the column Sekretess (seeds/extract_columns.csv reads adrskydd from it)." in stop.message
    assert "kj1v0per.csv lacks the column Namnet" in stop.message
    assert "Correct seeds/extract_columns.csv, or the export." in stop.next_step
    stop = refused_on_sql_server(profile)
    assert "P.KI0.ki0v0fol lacks the column Sekretess (seeds/extract_columns.csv reads adrskydd from it" in stop.message


def test_a_second_protection_flag_of_our_name_stops_the_run(profile):
    """Whom it marks would be delivered."""
    mapped(profile, "procapita,ki0v0fol,adrskydd,Sekretess")
    renamed(profile, "ki0v0fol", ort="ort,Sekretess")
    stop = stopped(profile)
    assert "has the column adrskydd itself, which protects" in stop.message
    assert "seeds/extract_columns.csv" in stop.next_step


def test_flags_are_looked_at_under_the_sites_own_name(profile):
    mapped(profile, "procapita,ki0v0fol,adrskydd,Skyddad adress")
    renamed(profile, "ki0v0fol", adrskydd="Skyddad adress")
    path = profile.extract("ki0v0fol")
    header = path.read_text(encoding="utf-8").strip()
    cells = ["NULL" if name == "Skyddad adress" else "" for name in header.split(",")]
    path.write_text(f"{header}\n{','.join(cells)}\n", encoding="utf-8")
    assert "the flag adrskydd holds the text NULL" in stopped(profile).message


def test_check_says_which_columns_are_read_by_the_sites_own_names(profile, nattsynk):
    mapped(profile, "procapita,ki0v0fol,adrskydd,Sekretess")
    renamed(profile, "ki0v0fol", adrskydd="Sekretess")
    ended = nattsynk("check", "--profile", profile.folder)
    assert "ok    sources: read by the site's own names (extract_columns.csv)\n        procapita ki0v0fol: adrskydd from Sekretess" in ended.out


# ---- Forms of a file ---------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(("sign", "said"), [(";", "semicolons"), ("\t", "tabs")])
def test_another_separator_is_read_where_the_header_leaves_no_doubt_and_check_warns(profile, nattsynk, sign, said):
    path = profile.extract("kj1v0enh")
    header = path.read_text(encoding="utf-8").strip()
    path.write_text(header.replace(",", sign) + "\n" + sign.join(["101", f'"A,{sign}B"', *[""] * 5]) + "\n", encoding="utf-8")
    assert extracts.check(profile.settings()).rows == 1
    assert extracts.separators(profile.settings()) == {"procapita": {"kj1v0enh": sign}}
    ended = nattsynk("check", "--profile", profile.folder)
    assert f"WARN  sources: separated by {said}, and read all the same." in ended.out
    assert "\n        extracts/procapita/kj1v0enh.csv\n" in ended.out


TABLE = "enhkod,enhnamn,scbkod,startdat,stangtfrom,stangttom,skolform\n101,Ängsskolan,,,,,\n"


@pytest.mark.parametrize(
    ("content", "words"),
    [
        (TABLE.encode("latin-1"), "line 2: not UTF-8"), (TABLE.encode("utf-16"), "line 1: not UTF-8"),
        (TABLE.replace(",,,,,", ",,,,,,").encode(), "line 2: 8 cells, but the header has 7"),
        (TABLE.replace("Ä", '"Ä"').encode(), "line 2: not readable as CSV"), (TABLE.partition("\n")[2].encode(), "has no header"),
        (b"", "is empty"), (b"\n" + TABLE.encode(), "the first line is blank"), (b"sep=;\r\n" + TABLE.replace(",", ";").encode(), "(sep=)"),
        (TABLE.replace("scbkod", "skolenhetskod").replace(",", ";").encode(), "separated by semicolons, lacks the column scbkod"),
    ],
)
def test_check_says_what_is_wrong_with_a_file_where_it_is_and_what_to_do(profile, nattsynk, content, words):
    profile.extract("kj1v0enh").write_bytes(content)
    ended = nattsynk("check", "--profile", profile.folder)
    [line] = [line for line in ended.out.splitlines() if line.startswith("FAIL  sources: ")]
    assert ended.code == USAGE
    assert "extracts/procapita/kj1v0enh.csv" in line
    assert words in line
    assert any(step in line for step in ("Export", "Take that line away", "Add it to the export"))
    assert "ngsskolan" not in ended.out


def test_a_byte_order_mark_is_read(profile):
    profile.extract("kj1v0enh").write_bytes(TABLE.encode("utf-8-sig"))
    assert extracts.check(profile.settings()).rows == 1


def test_a_row_of_another_separator_than_the_header_is_told_by_line(profile):
    path = profile.extract("kj1v0enh")
    header = path.read_text(encoding="utf-8").strip()
    path.write_text(header.replace(",", ";") + "\n101,A,,,,,\n", encoding="utf-8")
    assert "kj1v0enh.csv, line 2: 1 cells, but the header has 7" in stopped(profile).message
