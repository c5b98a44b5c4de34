"""The tables of docs/extracts.md, from the one list of what is read of each register (models/staging/*/_*__sources.yml).

`make generated` writes all that stands below the mark. The text above is the page's own.
"""

from collections.abc import Iterator
from pathlib import Path

from nattsynk.profile import registers
from nattsynk.profile.registers import Column, Table

PAGE = Path(__file__).resolve().parents[2] / "docs" / "extracts.md"
MARK = "<!-- Written by `make generated` from the sources' yml; change it there. -->\n"
FORMS = {
    "id": "text, spelled alike in every table",
    "civic_no": "12 digits, a dash may stand before the last four",
    "date": "`yyyy-mm-dd` or `yyyymmdd`",
    "protection": "the register's code as it is",
    "flag": "the register's code as it is",
    "code": "the register's code",
    "name": "text",
    "email": "an e-mail address",
    "text": "text",
}


def page() -> str:
    """The whole page as it should be."""
    own, _, _ = PAGE.read_text(encoding="utf-8").partition(MARK)
    return own + MARK + "\n" + "\n".join(_lines()).rstrip() + "\n"


def _lines() -> Iterator[str]:
    for first, *others in registers.alike():
        tables = _tables_of(first)
        assert all([(table.name, table.described) for table in _tables_of(other)] == [(table.name, table.described) for table in tables] for other in others)
        folders = " or ".join(f"`extracts/{system}/`" for system in (first, *others))
        yield from (f"## {' and '.join(map(registers.title, (first, *others)))}", "", f"The files stand in {folders}.", "")
        for module in registers.modules(first):
            of_module = [table for table in tables if table.module == module]
            yield from (f"### {of_module[0].covers} (module `{module}`)", "")
            for table in of_module:
                yield from _table(table)


def _tables_of(system: str) -> list[Table]:
    return [table for table in registers.tables() if table.system == system]


def _table(table: Table) -> Iterator[str]:
    yield from (f"#### {table.name}", "", table.description, "", "| column | meaning | form | cells | example |", "| --- | --- | --- | --- | --- |")
    for column in table.described:
        yield f"| `{column.name}` | {column.description} | {FORMS[column.holds]} | {_cells(column)} | `{column.example}` |"
    yield ""


def _cells(column: Column) -> str:
    if column.holds == "protection":
        return "blank only if nothing protects"
    return "required" if column.is_needed else "may be blank"
