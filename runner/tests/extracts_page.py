"""The tables of docs/operate/extracts.md, from the one list of what is read of each register (models/staging/*/_*__sources.yml).

Run after a change there: `.venv/bin/python runner/tests/extracts_page.py` writes all that stands below the mark anew. The text above is the page's own.
"""

from collections.abc import Iterator
from pathlib import Path

from nattsynk.profile import registers
from nattsynk.profile.registers import Column, Table

PAGE = Path(__file__).resolve().parents[2] / "docs" / "operate" / "extracts.md"
MARK = "<!-- Written by runner/tests/extracts_page.py from the sources' yml; change it there. -->\n"
# Registers that have the same tables stand together.
FAMILIES = {("procapita", "ted"): "ProCapita and TED", ("extens", "ist"): "Extens and IST Administration"}
MODULES = {
    ("procapita", "school"): "Pre-school and compulsory school (module `school`)",
    ("procapita", "register"): "The population register (module `register`)",
    ("procapita", "gymnasium"): "The gymnasium (module `gymnasium`)",
    ("extens", "school"): "All school forms (module `school`)",
}
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
    for (first, other), title in FAMILIES.items():
        tables = [table for table in registers.tables() if table.system == first]
        assert [(table.name, table.described) for table in registers.tables() if table.system == other] == [(table.name, table.described) for table in tables]
        yield from (f"## {title}", "", f"The files stand in `extracts/{first}/` or `extracts/{other}/`.", "")
        for module in registers.modules(first):
            yield from (f"### {MODULES[first, module]}", "")
            for table in tables:
                if table.module == module:
                    yield from _table(table)


def _table(table: Table) -> Iterator[str]:
    yield from (f"#### {table.name}", "", table.description, "", "| column | meaning | form | cells | example |", "| --- | --- | --- | --- | --- |")
    for column in table.described:
        yield f"| `{column.name}` | {column.description} | {FORMS[column.holds]} | {_cells(column)} | `{column.example}` |"
    yield ""


def _cells(column: Column) -> str:
    if column.holds == "protection":
        return "blank only if nothing protects"
    return "required" if column.is_needed else "may be blank"


if __name__ == "__main__":
    PAGE.write_text(page(), encoding="utf-8", newline="\n")
