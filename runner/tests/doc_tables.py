"""The tables of docs/ that are written from the seeds and from the list of what is read of each register.

A page marks the place of a table. `make generated` writes each table there; a test says when one is old.
"""

import csv
import functools
import re
from collections.abc import Callable, Iterable, Iterator
from pathlib import Path

from nattsynk.profile import definitions, registers
from nattsynk.profile.definitions import PROJECT
from nattsynk.profile.registers import Column, Table

DOCS = PROJECT / "docs"
PLACE = re.compile(r"(<!-- table: (\w+) -->\n).*?(<!-- end of table -->\n)", re.DOTALL)
# The columns of a table: the most used one first.
RULE_SETS = tuple(reversed(definitions.RULE_SETS))
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


def written(text: str) -> str:
    """A page's text with each of its tables as it should be."""
    return PLACE.sub(lambda place: f"{place[1]}\n" + "\n".join(TABLES[place[2]]()).rstrip() + f"\n\n{place[3]}", text)


def pages() -> list[Path]:
    return sorted(path for path in DOCS.rglob("*.md") if PLACE.search(path.read_text(encoding="utf-8")))


def page(path: Path) -> str:
    """A page as it should be."""
    return written(path.read_text(encoding="utf-8"))


def _seed(name: str) -> list[dict[str, str]]:
    with (PROJECT / "seeds" / "rules" / f"{name}.csv").open(newline="", encoding="utf-8") as handle:
        return list(csv.DictReader(handle))


def _table(head: Iterable[str], rows: Iterable[Iterable[str]]) -> Iterator[str]:
    head = tuple(head)
    yield f"| {' | '.join(head)} |"
    yield f"|{' --- |' * len(head)}"
    yield from (f"| {' | '.join(cell.replace('|', chr(92) + '|') for cell in row)} |" for row in rows)


def _code(text: str) -> str:
    return f"`{text}`" if text.strip() else ""


def _settings() -> Iterator[str]:
    yield from _table(
        ("setting", "values", *RULE_SETS, "meaning"),
        ((_code(row["setting"]), _values(row), *(_code(row[name]) for name in RULE_SETS), row["description"]) for row in _seed("settings")),
    )


def _values(row: dict[str, str]) -> str:
    return row["allowed_values"].replace("|", " – " if row["type"] == "number" else ", ") or row["type"]


def _windows() -> Iterator[str]:
    entities = list(dict.fromkeys(row["entity"] for row in _seed("rule_set_windows")))
    days = {(row["rule_set"], row["school_form"], row["entity"]): f"{row['days_before']}/{row['days_after']}" for row in _seed("rule_set_windows")}
    places = dict.fromkeys((rule_set, form) for rule_set, form, _ in days)
    yield from _table(
        ("rule set", "school form", *map(_code, entities)),
        ((_code(rule_set), form, *(days.get((rule_set, form, entity), "") for entity in entities)) for rule_set, form in places),
    )


def _attributes() -> Iterator[str]:
    policies = {(row["role"], row["attribute"], row["rule_set"]): row["policy"] for row in _seed("rule_set_attributes")}
    yield from _table(
        ("role", "attribute", *map(_code, RULE_SETS)),
        (
            (role, _code(attribute), *(policies.get((role, attribute, rule_set), "") for rule_set in RULE_SETS))
            for role, attribute in dict.fromkeys((role, attribute) for role, attribute, _ in policies)
        ),
    )


def _school_forms() -> Iterator[str]:
    codes: dict[str, list[str]] = {}
    for row in _seed("school_form_codes"):
        codes.setdefault(row["school_form"], []).append(row["source_code"])
    yield from _table(
        ("school form", "in Swedish", "codes", "`class_identity`"),
        (
            (_code(row["school_form"]), row["name_sv"], ", ".join(map(_code, codes[row["school_form"]])), _code(row["class_identity"]))
            for row in _seed("school_forms")
        ),
    )


def _rows_of(seed: str, *codes: str, texts: tuple[str, ...] = ()) -> Callable[[], Iterator[str]]:
    """A table of a seed's columns: those of codes first, then those of texts."""

    def table() -> Iterator[str]:
        yield from _table(
            ((*codes, *texts)), ((*(_code(row[name]) for name in codes), *(row[name] for name in texts)) for row in _seed(seed))
        )

    return table


def _columns_of(first: str, *others: str) -> Callable[[], Iterator[str]]:
    """Every table and column that is read of registers that have the same tables."""

    def table() -> Iterator[str]:
        tables = _tables_of(first)
        described = [(table.name, table.described) for table in tables]
        assert all(described == [(table.name, table.described) for table in _tables_of(other)] for other in others)
        for module in registers.modules(first):
            of_module = [table for table in tables if table.module == module]
            yield from (f"## {of_module[0].covers} (module `{module}`)", "")
            for each in of_module:
                yield from _columns(each)

    return table


def _tables_of(system: str) -> list[Table]:
    return [table for table in registers.tables() if table.system == system]


def _columns(table: Table) -> Iterator[str]:
    yield from (f"### {table.name}", "", table.description, "")
    yield from _table(
        ("column", "meaning", "form", "cells", "example"),
        ((_code(column.name), column.description, FORMS[column.holds], _cells(column), _code(column.example)) for column in table.described),
    )
    yield ""


def _cells(column: Column) -> str:
    if column.holds == "protection":
        return "blank only if nothing protects"
    return "required" if column.is_needed else "may be blank"


TABLES: dict[str, Callable[[], Iterator[str]]] = {
    "settings": _settings,
    "windows": _windows,
    "attributes": _attributes,
    "school_forms": _school_forms,
    "group_name_defaults": _rows_of("group_name_defaults", "source_system", "activity_kind", "pattern"),
    "group_kind_codes": _rows_of("group_kind_codes", "source_system", "source_code", "group_kind"),
    "active_codes": _rows_of("active_codes", "source_system", "source_code", "is_active"),
    "protection_codes": _rows_of("protection_codes", "source_system", "source_code", "means"),
    "exclusion_reasons": _rows_of("exclusion_reasons", "reason_code", texts=("rule_id", "priority", "text_sv", "action_sv")),
    "findings": _rows_of("findings", "finding_code", texts=("rule_id", "severity", "text_sv", "action_sv")),
    "problem_types": _rows_of("problem_types", "problem_type", texts=("text_sv", "action_sv")),
    "timetable_checks": _rows_of("timetable_checks", "check_code", texts=("rule_id", "text_sv", "action_sv")),
    **{alike[0]: _columns_of(*alike) for alike in registers.alike()},
}


# What is written -> its text.
WRITTEN: dict[Path, Callable[[], str]] = {path: functools.partial(page, path) for path in pages()}
