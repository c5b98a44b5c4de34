"""`extract-sql`, and what its queries write: the lines are the extract that nattsynk reads, whatever the register holds and calls its columns."""

import csv
import re

import duckdb
import pytest
import small_registers
from differential import DATABASE_COLLATIONS, MACROS, carried  # noqa: E402

from nattsynk.errors import USAGE
from nattsynk.profile import registers
from nattsynk.profile.settings import SYSTEMS
from nattsynk.show import extract_sql

TOOLS = ("ssms", "bcp", "powershell")
# Of every kind of trouble one: blanks, brackets, quotes, letters beyond a to z, a word of SQL.
OWN = {
    "kj1v0per": {"personnr": "Per nr", "personguid": "Guid [stabil]", "namn": 'sa"namn"', "epostarb": "O'Brien, e-post"},
    "ki0v0fol": {"adrskydd": "Skyddad Ädress", "ort": "select"},
    "kj1v0plk": {"placdatum": "Från och med", "personnr": "PNR"},
}


@pytest.mark.parametrize("system", SYSTEMS)
@pytest.mark.parametrize("tool", TOOLS)
def test_every_table_of_every_register_is_printed_for_every_tool_without_a_profile(nattsynk, system, tool):
    ended = nattsynk("extract-sql", "--system", system, "--for", tool)
    assert ended.code == 0
    for table in registers.tables():
        if table.system == system:
            assert ended.out.count(f"from [{table.standard_location.replace('.', '].[')}].[{table.name}]") == 1
            assert f"N'{','.join(table.columns)}'" in ended.out
    assert re.findall(r"\b(insert|update|delete|merge|into|drop|create|alter|grant|exec)\b", ended.out, re.IGNORECASE) == []


def test_one_table_by_its_name_in_any_case(nattsynk):
    ended = nattsynk("extract-sql", "--system", "procapita", "--table", "KJ1V0ENH")
    assert ended.out.count("select line") == 1
    assert "Save as extracts/procapita/kj1v0enh.csv" in ended.out


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (["--system", "procapita", "--table", "kj1v0pre"], "did you mean kj1v0per?"), (["--system", "skolan"], "procapita"),
        ([], "--system"), (["--system", "ist", "--for", "excel"], "ssms"),
    ],
)
def test_a_wrong_name_is_told_with_the_known_ones(nattsynk, arguments, words):
    ended = nattsynk("extract-sql", *arguments)
    assert ended.code == USAGE
    assert words in ended.err


def test_a_profile_says_where_the_tables_are_and_what_the_site_calls_its_columns(profile, nattsynk):
    profile.write(source_location={"procapita": {"school": "DB.S1", "register": "DB.S2"}})
    profile.seed("extract_columns.csv", 'source_system,table,column,site_column\nprocapita,ki0v0fol,adrskydd,"Skydd] ""O\'B"""\n')
    ended = nattsynk("extract-sql", "--profile", profile.folder, "--system", "procapita")
    assert "from [DB].[S1].[kj1v0enh]" in ended.out
    assert "from [DB].[S2].[ki0v0fol]" in ended.out
    assert "kjgp0sre" not in ended.out
    assert 'cast([Skydd]] "O\'B"] as' in ended.out
    assert 'ort,"Skydd] ""O\'\'B""",skyddadfolkbokf' in ended.out
    ended = nattsynk("extract-sql", "--profile", profile.folder, "--system", "procapita", "--for", "bcp")
    assert ended.code == USAGE
    assert "--for powershell" in ended.err
    ended = nattsynk("extract-sql", "--profile", profile.folder, "--system", "ted")
    assert ended.code == USAGE
    assert "not one of the profile's sources" in ended.err


def lines_of(sql: str, rows: str) -> list[str]:
    """What the T-SQL gives, carried to DuckDB; rows: a select of DuckDB's that stands for the table."""
    with duckdb.connect() as db:
        alike, replaced = DATABASE_COLLATIONS["nocase"]
        db.execute(MACROS.format(alike=alike, replaced=replaced))
        place, schema, table = re.search(r"from \[(\w+)\]\.\[(\w+)\]\.\[(\w+)\]", sql).groups()
        db.execute(f"attach ':memory:' as {place}; create schema if not exists {place}.{schema}; create table {place}.{schema}.{table} as {rows}")
        return [line for (line,) in db.execute(carried(sql)).fetchall()]


def test_a_line_holds_what_the_register_does():
    [table] = [table for table in registers.tables() if (table.system, table.name) == ("extens", "skolenhet")]
    rows = """select 7 as enhet_id, 'Skolan "Åsa", norr' || chr(13) || chr(10) || 'x  ' as enhetsnamn, '   ' as skolenhetskod, null as skolform,
        date '2026-08-17' as startdatum, '20270611' as slutdatum, chr(10) as aktiv_enhet, '0 ' as avgangsenhet"""
    lines = lines_of(extract_sql.query(table), rows)
    assert lines == [",".join(table.columns), '"7","Skolan ""Åsa"", norr  x",,,"2026-08-17","20270611","?","0"']


def test_a_table_without_rows_has_its_header():
    [table] = [table for table in registers.tables() if (table.system, table.name) == ("ist", "samband")]
    assert lines_of(extract_sql.query(table), "select '' as person_id, '' as samband_person_id, '' as sambandstyp where 1 = 0") == [",".join(table.columns)]


def exported(profile, nattsynk, out):
    """What the profile exports, file by file."""
    ended = nattsynk("export", "--profile", profile.folder, "--date", small_registers.DATE, "--out", out)
    assert ended.code == 0, ended.err
    return {path.name: path.read_bytes() for path in sorted(out.iterdir())}


def doubled(name):
    return '"' + name.replace('"', '""') + '"'


def rewritten(profile, table, sign):
    """The extract as the query writes it from a table of fixed width with the site's names; sign: what separates its cells."""
    file, own = profile.extract(table.name), OWN.get(table.name, {})
    columns = ", ".join(f"coalesce({name}, '') || '  ' as {doubled(own.get(name, name))}" for name in table.columns)
    rows = f"select {columns} from read_csv('{file}', all_varchar = true, header = true, delim = ',', quote = '\"')"
    lines = lines_of(extract_sql.query(table, profile.settings()), rows)
    with file.open("w", newline="", encoding="utf-8-sig") as handle:
        csv.writer(handle, delimiter=sign).writerows(csv.reader(lines))


@pytest.mark.long
def test_the_export_is_the_same_whatever_the_site_calls_its_columns_and_the_queries_write_the_extracts(profile, nattsynk, tmp_path):
    """The protected child is cut by a flag of another name too."""
    small_registers.fill(profile.folder)
    before = exported(profile, nattsynk, tmp_path / "before")
    rows = [["source_system", "table", "column", "site_column"], *(["procapita", table, *pair] for table, own in OWN.items() for pair in own.items())]
    with (profile.folder / "seeds" / "extract_columns.csv").open("w", newline="", encoding="utf-8") as handle:
        csv.writer(handle).writerows(rows)
    signs = {"kj1v0plk": ";", "ki0v0fol": ";", "kj1v0per": "\t"}
    for table in registers.tables():
        if table.system == "procapita" and table.module != "gymnasium":
            rewritten(profile, table, signs.get(table.name, ","))
    after = exported(profile, nattsynk, tmp_path / "after")
    assert after == before
    assert b"elev-1" in after["export_persons.csv"]
    assert small_registers.PROTECTED.encode() not in b"".join(after.values())
