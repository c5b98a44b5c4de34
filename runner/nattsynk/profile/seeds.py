"""The profile's seed files, checked cell by cell and completed to full columns in fixed order before dbt sees them.

Every error names the file, the line and the column, so that whoever keeps the file in a spreadsheet can find it.
"""

import csv
import dataclasses
import datetime
import difflib
import io
import re
from collections.abc import Callable, Iterable, Iterator, Mapping
from pathlib import Path

from nattsynk.errors import Stop, sentence
from nattsynk.profile import registers
from nattsynk.profile.files import delimiter, folded
from nattsynk.profile.settings import SYSTEMS, Settings, project_vars

FORMS = ("FSK", "FTH", "FKLASS", "GR", "GRAN", "GY", "GYAN", "VUX", "SFI")
WINDOW_ENTITIES = ("student_school", "staff_school", "class", "student_class", "group", "student_group", "staff_group")
ACTIVITY_KINDS = ("class_subject", "class_course", "group_subject", "group_course", "group_course_many", "group", "class")
# What macros/composed_name.sql fills.
PLACEHOLDERS = ("{class}", "{group}", "{subject}", "{course}", "{yy}/{yy}", "{year}", "{term}")
Check = Callable[[str, Settings], str]


@dataclasses.dataclass(frozen=True)
class Column:
    """A column of a seed file. needed: its cells may not be blank. check: gives the cell as dbt gets it, or ValueError.

    is_verbatim: blanks at the ends of a cell are part of it; they are taken away elsewhere.
    """

    name: str
    needed: bool = False
    check: Check | None = None
    present: bool = True
    is_verbatim: bool = False


@dataclasses.dataclass(frozen=True)
class SeedFile:
    """A seed file of the contract. unique: the columns that together may stand once."""

    name: str
    columns: tuple[Column, ...]
    unique: tuple[str, ...] = ()


def _choice(*allowed: str, fold: Callable[[str], str] = str) -> Check:
    def check(cell: str, _: Settings) -> str:
        if fold(cell) not in allowed:
            raise ValueError(f"{cell!r} is not one of {', '.join(allowed)}")
        return fold(cell)

    return check


def _form(cell: str, _: Settings) -> str:
    if cell.upper() not in FORMS and not re.fullmatch(r"VUX[A-Z0-9]*", cell.upper()):
        raise ValueError(f"{cell!r} is not a school form; known are {', '.join(FORMS)}")
    return "VUX" if cell.upper().startswith("VUX") else cell.upper()


def _any_system(cell: str, _: Settings) -> str:
    """A register's name. A row of one that the profile does not list says nothing: several profiles may share a file."""
    if cell.lower() not in SYSTEMS:
        raise ValueError(f"{cell!r} is not a source; known are {', '.join(SYSTEMS)}")
    return cell.lower()


def _system(cell: str, settings: Settings) -> str:
    if cell.lower() not in settings.sources:
        raise ValueError(f"{cell!r} is not one of the profile's sources ({', '.join(settings.sources)})")
    return cell.lower()


def _attribute(cell: str, settings: Settings) -> str:
    return _choice(*project_vars()["person_attributes"])(cell, settings)


def _days(cell: str, _: Settings) -> str:
    if not re.fullmatch(r"[0-9]{1,4}", cell):
        raise ValueError(f"{cell!r} is not a whole number of days")
    return str(int(cell))


def _date(cell: str, _: Settings) -> str:
    try:
        return datetime.datetime.strptime(cell, "%Y-%m-%d").date().isoformat()
    except ValueError:
        raise ValueError(f"{cell!r} is not a date such as 2024-06-30") from None


def _lower(cell: str, _: Settings) -> str:
    return cell.lower()


def _site_column(cell: str, _: Settings) -> str:
    """A name that a header or a catalogue may hold: SQL Server takes 128 characters, and a line break is a slip of a spreadsheet."""
    if len(cell) > 128 or not cell.isprintable():
        raise ValueError(f"{cell[:128]!r} is not the name of a column: it has more than 128 characters, or one that cannot be seen")
    return cell


def _pattern(cell: str, _: Settings) -> str:
    """The pattern of a name. What it does not know would be delivered as it is, as the name of every group."""
    rest = cell
    for placeholder in PLACEHOLDERS:
        rest = rest.replace(placeholder, "")
    unknown = re.search(r"\{[^{}]*\}", rest)
    if unknown:
        raise ValueError(f"{unknown.group()} is not a placeholder; known are {', '.join(PLACEHOLDERS)}{_meant(unknown.group(), PLACEHOLDERS)}")
    if "{" in rest or "}" in rest:
        raise ValueError(f"{cell!r} has a brace without its other; known placeholders are {', '.join(PLACEHOLDERS)}")
    return cell


FILES = (
    SeedFile("schools.csv", (
        Column("source_system", True, _system), Column("source_school_id", True), Column("school_form", True, _form),
        Column("school_id", True), Column("school_name", True), Column("school_unit_code", present=False),
        Column("class_identity", check=_choice("source_id", "school_year", "class_group"), present=False),
        Column("mentor_source", check=_choice("none", "group", "class", "student"), present=False),
    ), ("source_system", "source_school_id", "school_form")),
    SeedFile("sync_windows.csv", (
        Column("school_form", True, _form), Column("entity", True, _choice(*WINDOW_ENTITIES)),
        Column("days_before", True, _days), Column("days_after", True, _days),
        Column("source_system", check=_any_system, present=False),
    ), ("school_form", "entity", "source_system")),
    SeedFile("group_name_patterns.csv", (
        Column("source_system", True, _any_system), Column("school_form", check=_form),
        Column("activity_kind", True, _choice(*ACTIVITY_KINDS)), Column("pattern", True, _pattern, is_verbatim=True),
    ), ("source_system", "school_form", "activity_kind")),
    SeedFile("attributes.csv", (
        Column("role", True, _choice("student", "staff", "guardian")),
        Column("attribute", True, _attribute),
        Column("policy", True, _choice("overwrite", "fill", "omit")),
    ), ("role", "attribute")),
    SeedFile("pauses.csv", (
        Column("school_form", check=_form, present=False), Column("school_id", present=False),
        Column("start_date", True, _date), Column("end_date", True, _date), Column("comment", present=False),
    ), ("school_form", "school_id", "start_date", "end_date")),
    SeedFile("timetable.csv", (
        Column("school_id", True), Column("name", True, is_verbatim=True),
        Column("subject_code", is_verbatim=True), Column("signature", is_verbatim=True),
    )),
)
PERSON_MAPPING = SeedFile("person_mapping.csv", (
    Column("source_system", True), Column("person_key", True), Column("email", present=False),
    Column("user_name", present=False), Column("google_account", present=False),
), ("source_system", "person_key"))
EXTRACT_COLUMNS = SeedFile("extract_columns.csv", (
    Column("source_system", True, _any_system), Column("table", True, _lower), Column("column", True, _lower),
    Column("site_column", True, _site_column),
), ("source_system", "table", "column"))
# Those of the contract. The last two are read by the runner, and are no tables of dbt.
ALL_FILES = (*FILES, PERSON_MAPPING, EXTRACT_COLUMNS)


def complete(settings: Settings) -> dict[str, str]:
    """Every seed file of the contract as checked CSV text by file name; a missing file is its header.

    Stops (exit code 2) at the first error. person_mapping.csv and extract_columns.csv are not among them, but the latter is checked.
    """
    folder = settings.folder / "seeds"
    _no_unknown(folder)
    extract_columns(settings)
    done = {file.name: _csv_text(file, _checked(file, folder / file.name, settings)) for file in FILES}
    if done["schools.csv"].count("\n") < 2:
        raise Stop(
            "seeds/schools.csv is missing or has no rows, so no school would be read.",
            f"List each school unit and school form to deliver, one a row, in {folder / 'schools.csv'}.",
        )
    _check_paused_schools(folder / "pauses.csv", done["schools.csv"])
    return done


def _check_paused_schools(path: Path, schools: str) -> None:
    """A pause of a school that is not there would hold nothing, in silence."""
    known = sorted({row["school_id"] for row in csv.DictReader(io.StringIO(schools))})
    file = next(file for file in FILES if file.name == path.name)
    for line, row in _rows(file, path):
        school = row.get("school_id", "").strip()
        if school and school not in known:
            raise _wrong(file, line, "school_id", f"{school!r} is not a school_id of schools.csv{_meant(school, known)}")


def extract_columns(settings: Settings) -> list[dict[str, str]]:
    """The rows of extract_columns.csv. Stops (exit code 2) at the first error."""
    rows = list(_checked(EXTRACT_COLUMNS, settings.folder / "seeds" / EXTRACT_COLUMNS.name, settings))
    for table in registers.tables():
        own = {row["column"]: row["site_column"] for row in rows if (row["source_system"], row["table"]) == (table.system, table.name)}
        _check_read_once(table, own)
    return rows


def _check_read_once(table: registers.Table, own: Mapping[str, str]) -> None:
    """One column of the site's may not be two of ours: a protection flag that is read from another column protects nobody."""
    read: dict[str, str] = {}
    for column in table.columns:
        name = own.get(column, column)
        other = read.setdefault(folded(name), column)
        if other != column:
            raise Stop(
                f"seeds/{EXTRACT_COLUMNS.name}: {table.system} {table.name} would read {other} and {column} from the same column, {name!r}.",
                "Name another site_column for one of the two.",
            )


def schools(settings: Settings) -> list[tuple[int, dict[str, str]]]:
    """(line, cells as dbt gets them) of each row of schools.csv."""
    file = FILES[0]
    rows = _rows(file, settings.folder / "seeds" / file.name)
    return [(line, {column.name: _cell(file, line, column, row.get(column.name, ""), settings) for column in file.columns}) for line, row in rows]


def school_names_that_differ(settings: Settings) -> list[str]:
    """Each school_id of schools.csv that has several names: the receiver is given one of them."""
    found: dict[str, dict[str, int]] = {}
    for line, row in schools(settings):
        found.setdefault(row["school_id"], {}).setdefault(row["school_name"], line)
    return [
        f"seeds/schools.csv: {school} has several names: " + ", ".join(f"{name} (line {line})" for name, line in names.items())
        for school, names in found.items() if len(names) > 1
    ]


def check_person_mapping(settings: Settings) -> int:
    """The number of rows of person_mapping.csv; Stops (exit code 2) where it cannot be read, or a key stands twice.

    Keys are compared as int_person_mapping_matched does: an id without case, a personnummer without its dash. No key is shown.
    """
    # A hash of each key, for the file may be long.
    count, seen = 0, dict[int, int]()
    for count, (line, row) in enumerate(_rows(PERSON_MAPPING, settings.person_mapping), 1):
        key = re.sub("[-{} ]", "", row["person_key"]).upper()
        first = seen.setdefault(hash((row["source_system"].strip().lower(), key)), line) if key else line
        if first != line:
            raise _twice(PERSON_MAPPING, line, first)
    return count


def person_mapping_rows(settings: Settings) -> Iterator[list[str]]:
    """The cells of each row of person_mapping.csv, in the order of its full header; a column that the file leaves out is blank."""
    for _, row in _rows(PERSON_MAPPING, settings.person_mapping):
        yield [row.get(column.name, "").strip() for column in PERSON_MAPPING.columns]


def person_mapping_header(settings: Settings) -> str:
    """The full header of person_mapping.csv, as the profile's own file separates its cells.

    The file itself holds persons, so it is neither copied nor made a seed table: an engine that reads files reads it as a source, behind
    the protection cut, together with this header for the columns that it leaves out; for SQL Server loading.py lands it.
    """
    return delimiter(settings.person_mapping).join(column.name for column in PERSON_MAPPING.columns) + "\n"


def _no_unknown(folder: Path) -> None:
    known = [file.name for file in ALL_FILES]
    for path in sorted(folder.glob("*.csv")):
        if path.name not in known:
            raise Stop(sentence(f"seeds/{path.name} is not a file that nattsynk reads{_meant(path.name, known)}"), f"Known are {', '.join(known)}.")


def _checked(file: SeedFile, path: Path, settings: Settings) -> Iterator[dict[str, str]]:
    # Databases ignore case in keys, so what differs by case alone is the same.
    seen: dict[tuple[str, ...], int] = {}
    written: dict[str, str] = {}
    for line, row in _rows(file, path):
        cells = {column.name: _cell(file, line, column, row.get(column.name, ""), settings) for column in file.columns}
        _together(file, line, cells)
        school = cells.get("school_id", "")
        if written.setdefault(school.lower(), school) != school:
            raise _wrong(file, line, "school_id", f"{school!r} is written {written[school.lower()]!r} above")
        key = tuple(cells[name].lower() for name in file.unique)
        if file.unique and key in seen:
            raise _twice(file, line, seen[key])
        seen[key] = line
        yield cells


def _cell(file: SeedFile, line: int, column: Column, text: str, settings: Settings) -> str:
    cell = text if column.is_verbatim else text.strip()
    if not cell.strip():
        if column.needed:
            raise _wrong(file, line, column.name, "must not be blank")
        return ""
    try:
        return column.check(cell, settings) if column.check else cell
    except ValueError as fault:
        raise _wrong(file, line, column.name, str(fault)) from None


def _together(file: SeedFile, line: int, cells: Mapping[str, str]) -> None:
    """What no cell can tell alone."""
    having = registers.with_class_groups()
    if file.name == "schools.csv" and cells["class_identity"] == "class_group" and cells["source_system"] not in having:
        raise _wrong(file, line, "class_identity", f"is class_group, which only {' and '.join(having)} have")
    if file.name == "pauses.csv" and cells["end_date"] < cells["start_date"]:
        raise _wrong(file, line, "end_date", "is before start_date")
    if file is EXTRACT_COLUMNS:
        _check_mapped(file, line, cells)


def _check_mapped(file: SeedFile, line: int, cells: Mapping[str, str]) -> None:
    """A row of extract_columns.csv: its table and column are ours, and the site's column has another name."""
    system, table, column = (cells[name] for name in ("source_system", "table", "column"))
    columns = {known.name: known.columns for known in registers.tables() if known.system == system}
    if table not in columns:
        raise _wrong(file, line, "table", f"{table!r} is not a table of {system}{_near(table, columns)}")
    if column not in columns[table]:
        raise _wrong(file, line, "column", f"{column!r} is not a column of {table}{_near(column, columns[table])}")
    if folded(cells["site_column"]) == column:
        raise _wrong(file, line, "site_column", "is our own name already; take the row away")


def _meant(name: str, known: Iterable[str]) -> str:
    near = difflib.get_close_matches(name, list(known), n=1)
    return f"; did you mean {near[0]}?" if near else ""


def _near(name: str, known: Iterable[str]) -> str:
    return _meant(name, known) or f"; known are {', '.join(known)}"


def _rows(file: SeedFile, path: Path) -> Iterator[tuple[int, dict[str, str]]]:
    """(line number, cells by column) of each row that is not blank; nothing where the file is missing or empty."""
    if not path.is_file():
        return
    reader = csv.reader(_lines(file, path), delimiter=delimiter(path), strict=True)
    try:
        header = [name.strip().lower() for name in next(reader, [])]
        if not any(header):
            return
        _check_header(file, header)
        for cells in reader:
            if not any(cell.strip() for cell in cells):
                continue
            if len(cells) != len(header):
                raise _wrong(file, reader.line_num, "", f"has {len(cells)} cells, but the header has {len(header)}")
            yield reader.line_num, dict(zip(header, cells, strict=True))
    except csv.Error as fault:
        raise _wrong(file, reader.line_num, "", f"is not readable as CSV ({fault})") from None


def _lines(file: SeedFile, path: Path) -> Iterator[str]:
    with path.open("rb") as handle:
        for number, line in enumerate(handle, start=1):
            try:
                yield line.decode("utf-8-sig" if number == 1 else "utf-8")
            except UnicodeDecodeError:
                raise _wrong(file, number, "", "is not UTF-8; save the file as CSV UTF-8") from None


def _check_header(file: SeedFile, header: list[str]) -> None:
    known = [column.name for column in file.columns]
    for name in header:
        if name not in known:
            raise _wrong(file, 1, name or "a column without a name", f"is not a column of this file{_near(name, known)}")
        if header.count(name) > 1:
            raise _wrong(file, 1, name, "stands twice in the header")
    for column in file.columns:
        if column.present and column.name not in header:
            raise _wrong(file, 1, column.name, "is missing from the header")


def _wrong(file: SeedFile, line: int, column: str, what: str) -> Stop:
    place = f"seeds/{file.name}, line {line}" + (f", {column}" if column else "")
    return Stop(f"{place}: {sentence(what)}", "Correct the file and run again.")


def _twice(file: SeedFile, line: int, first: int) -> Stop:
    return _wrong(file, line, ", ".join(file.unique), f"stands already on line {first}")


def _csv_text(file: SeedFile, rows: Iterator[dict[str, str]]) -> str:
    text = io.StringIO(newline="")
    writer = csv.DictWriter(text, [column.name for column in file.columns], lineterminator="\n")
    writer.writeheader()
    writer.writerows(rows)
    return text.getvalue()
