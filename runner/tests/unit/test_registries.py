"""The registries of reasons and findings, the models and their unit tests agree. Reads files alone, no database."""

import csv
import functools
import itertools
import re
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

import pytest
import unit_test_files
from generated import WRITTEN

from nattsynk.profile import registers
from nattsynk.profile.settings import PROJECT, project_vars

REGISTRIES = {"reason_code": "exclusion_reasons", "finding_code": "findings"}
JINJA = re.compile(r"\{\{.*?\}\}|\{%.*?%\}|\{#.*?#\}", re.DOTALL)
CODE = re.compile(r"'([a-z]+(?:_[a-z]+)+)'")
# What looks like a code and is none: kinds of groups, and names of our columns.
GROUP_KINDS = {"class_activity", "class_group", "student_mentor"}
COLUMNS = set(project_vars()["columns"])
WINDOW = re.compile(r"window_reason\('(\w+)'")


def rows(name: str) -> list[dict[str, str]]:
    with (PROJECT / "seeds" / "rules" / f"{name}.csv").open(newline="", encoding="utf-8") as handle:
        return list(csv.DictReader(handle))


@functools.cache
def macros() -> Mapping[str, str]:
    return {path.stem: path.read_text(encoding="utf-8") for path in sorted((PROJECT / "macros").glob("*.sql"))}


@functools.cache
def models() -> Mapping[str, Path]:
    # All but the places for a customer's own SQL.
    return {path.stem: path for path in sorted((PROJECT / "models").rglob("*.sql")) if path.parent.name != "local"}


def unit_tests() -> list[Mapping[str, Any]]:
    return [test for tests in unit_test_files.unit_tests().values() for test in tests]


@functools.cache
def macros_of(name: str) -> frozenset[str]:
    """The macros that a model or macro calls, directly or through others."""
    text = macros().get(name) or models()[name].read_text(encoding="utf-8")
    called = {macro for macro in macros() if macro != name and re.search(rf"\b{macro}\(", text)}
    return frozenset(called.union(*(macros_of(macro) for macro in called)))


def vars_of(model: str) -> set[str]:
    """The vars that a model reads, through macros too; those of nattsynk itself are not a customer's and need no pin."""
    texts = [models()[model].read_text(encoding="utf-8"), *(macros()[macro] for macro in macros_of(model))]
    read = {name for text in texts for name in re.findall(r"\b(?:setting|setting_list|var)\(\s*'(\w+)'", text)}
    return read - {"columns", "families", "holds", "open_codes", "person_attributes", "site_columns"}


def outputs(kind: str) -> Iterator[str]:
    """The codes that a unit test expects from the model that makes them, not from one that passes them on."""
    for test in unit_tests():
        if makes(test["model"], kind):
            yield from (str(row[kind]) for row in test["expect"].get("rows") or [] if row.get(kind))


def makes(model: str, kind: str) -> bool:
    if kind == "finding_code":
        return model.startswith("int_findings_")
    return model.endswith("_exclusions") or model in ("int_persons_judged", "int_activities_judged")


def literals() -> Iterator[tuple[str, str]]:
    """(file, code) for every text in a model that makes reasons or findings, and in its macros, that looks like a code."""
    makers = [name for name in models() if any(makes(name, kind) for kind in REGISTRIES)]
    helpers = {macro for model in makers for macro in macros_of(model) if macro.endswith("_reasons")}
    for name in sorted({*makers, *helpers}):
        text = macros().get(name) or models()[name].read_text(encoding="utf-8")
        yield from ((name, code) for code in CODE.findall(JINJA.sub("", text)) if code not in GROUP_KINDS | COLUMNS)


def made_by_window() -> set[str]:
    """The codes that window_reason makes of its prefix; groups share one call for classes and groups."""
    prefixes = {prefix for path in models().values() for prefix in WINDOW.findall(path.read_text(encoding="utf-8"))}
    endings = ("start_blank", "not_started", "ended")
    kinds = itertools.product(("class", "group"), (*endings, "end_blank", "without_teacher"))
    return {f"{prefix}_{ending}" for prefix, ending in itertools.product(prefixes, endings)} | {f"{kind}_{end}" for kind, end in kinds}


def produced() -> set[str]:
    found = {code for _, code in literals()} | made_by_window()
    return found | {row["finding_code"] for row in rows("exclusion_reasons") if row["finding_code"] and row["reason_code"] in found}


@pytest.mark.parametrize("kind", REGISTRIES)
def test_every_registered_code_is_expected_by_a_unit_test(kind: str) -> None:
    registered = {row[kind] for row in rows(REGISTRIES[kind])}
    assert sorted(registered - set(outputs(kind))) == []


@pytest.mark.parametrize("kind", REGISTRIES)
def test_every_registered_code_is_made_by_a_model(kind: str) -> None:
    assert sorted({row[kind] for row in rows(REGISTRIES[kind])} - produced()) == []


@pytest.mark.parametrize("kind", REGISTRIES)
def test_every_expected_code_is_registered(kind: str) -> None:
    assert sorted(set(outputs(kind)) - {row[kind] for row in rows(REGISTRIES[kind])}) == []


def test_every_code_in_a_model_is_registered() -> None:
    registered = {row[kind] for kind, name in REGISTRIES.items() for row in rows(name)}
    windows = made_by_window()
    assert [(name, code) for name, code in literals() if code not in registered and code not in windows] == []


def test_the_finding_of_a_reason_is_registered() -> None:
    named = {row["finding_code"] for row in rows("exclusion_reasons") if row["finding_code"]}
    assert sorted(named - {row["finding_code"] for row in rows("findings")}) == []


@pytest.mark.parametrize(("name", "column"), [("exclusion_reasons", "reason_code"), ("exclusion_reasons", "priority"), ("findings", "finding_code")])
def test_no_two_rows_share(name: str, column: str) -> None:
    values = [row[column] for row in rows(name)]
    assert sorted(value for value in set(values) if values.count(value) > 1) == []


@pytest.mark.parametrize("name", ["exclusion_reasons", "findings", "problem_types", "verdicts"])
def test_swedish_texts_are_sentences(name: str) -> None:
    texts = [row[column] for row in rows(name) for column in ("text_sv", "action_sv") if column in row]
    assert [text for text in texts if not re.fullmatch(r"[A-ZÅÄÖ].*\S\.", text)] == []


def test_each_rule_named_has_its_form() -> None:
    named = {row["rule_id"] for name in (*REGISTRIES.values(), "verdicts") for row in rows(name)}
    assert sorted(rule for rule in named if not re.fullmatch(r"[A-Z]{2,4}-\d+", rule)) == []


@pytest.mark.parametrize("model", models())
def test_every_model_has_unit_tests_under_its_name(model: str) -> None:
    assert {test["model"] for test in unit_test_files.unit_tests()[model]} == {model}


def test_every_unit_test_pins_the_vars_of_its_model() -> None:
    unpinned = {}
    for test in unit_tests():
        pinned = test.get("overrides", {}).get("vars", {})
        missing = vars_of(test["model"]) - set(pinned)
        if missing:
            unpinned[f"{test['model']}.{test['name']}"] = sorted(missing)
    assert unpinned == {}


def test_every_unit_test_is_named_by_its_rule_and_says_what_it_shows() -> None:
    wrong = [
        f"{test['model']}.{test['name']}"
        for test in unit_tests()
        if not re.match(r"(?:[a-z]{2,4}_\d+|win)_", test["name"]) or not re.fullmatch(r"[A-ZÅÄÖ].*\.", (test.get("description") or "").strip())
    ]
    assert wrong == []


def test_no_two_unit_tests_share_a_name() -> None:
    names = [test["name"] for test in unit_tests()]
    assert sorted(name for name in set(names) if names.count(name) > 1) == []


@pytest.mark.parametrize("family", registers.families())
def test_every_name_that_is_read_is_looked_at_for_characters_that_are_no_text(family: str) -> None:
    """DQ-5. Each column that holds a name or an e-mail is listed with its landing table, or its table with all its texts."""
    text = models()[f"stg_{family}__unclean_texts"].read_text(encoding="utf-8")
    loops = re.findall(r"\{%- for [^%]*? in \[(.*?)\] %\}(.*?)\{%- endfor", text, re.DOTALL)
    whole = " ".join(listed for listed, body in loops if "text_columns(" in body)
    lines = [line for listed, body in loops if "text_columns(" not in body for line in listed.splitlines()]
    assert whole
    for table, columns in registers.holds()[family].items():
        named = [column for column, what in columns.items() if what in ("name", "email")]
        listed = " ".join(line for line in lines if f"'{table}'" in line)
        assert f"'{table}'" in whole or [column for column in named if f"'{column}'" not in listed] == [], table


@pytest.mark.parametrize("family", registers.families())
def test_each_landing_table_names_its_persons_to_the_safety_test(family: str) -> None:
    """PER-1. A number or a person's id that is read from the register stands in the yml of the table that it lands in.

    The ids of persons are the needed ids of the tables of persons; other tables name them, or end in their name.
    """
    said = registers.models()[family]
    tables = [table for table in registers.tables() if table.system == registers.families()[family][0]]
    persons = [table for table in tables if "person" in said.get(f"land_{family}__{table.name}", {}).get("judged_as", {})]
    ids = tuple({column.name for table in persons for column in table.described if column.holds == "id" and column.is_needed})
    assert ids
    for table in tables:
        landed = said.get(f"land_{family}__{table.name}", {})
        numbers = [column for column, holds in table.holds.items() if holds == "civic_no"]
        named = [column for column in table.columns if column.endswith(ids)]
        assert len(landed.get("civic_numbers", [])) == len(numbers), table.name
        assert len(landed.get("person_ids", [])) == len(named), table.name


@pytest.mark.parametrize("family", registers.families())
def test_rows_of_every_entity_are_counted_when_they_land(family: str) -> None:
    """DQ-2. tests/integrity/every_row_is_judged.sql compares each of these entities."""
    text = (PROJECT / "tests" / "integrity" / "every_row_is_judged.sql").read_text(encoding="utf-8")
    judged = set(re.findall(r"select '(\w+)'", text)) | {"class", "group"}
    assert {entity for said in registers.models()[family].values() for entity in said.get("judged_as", {})} == judged


def test_every_register_is_a_row_of_source_systems_and_a_source() -> None:
    assert sorted(registers.systems()) == sorted(itertools.chain(*registers.families().values()))


@pytest.mark.parametrize("path", WRITTEN, ids=lambda path: path.name)
def test_what_is_written_from_another_list_is_up_to_date(path: Path) -> None:
    assert path.read_text(encoding="utf-8") == WRITTEN[path](), "run `make generated`"


def test_every_source_column_says_what_it_means() -> None:
    for column in {column for table in registers.tables() for column in table.described}:
        assert column.description.endswith((".", "…")), column
        assert column.example, column
        assert "|" not in column.description + column.example


@pytest.mark.parametrize("family", registers.families())
def test_what_is_judged_as_a_key_is_needed(family: str) -> None:
    """DQ-4. A key may not be blank, so a site that lacks its column is not told that it may."""
    text = models()[f"stg_{family}__cells_landed"].read_text(encoding="utf-8")
    keys = {(table, key) for table, named in re.findall(r"'land_\w+?__(\w+)', keys=\{(.*?)\}", text) for key in re.findall(r"'(\w+)': ", named)}
    assert keys
    needed = {(table.name, column.name) for table in registers.tables() if table.system in registers.families()[family] for column in table.described if column.is_needed}
    assert keys <= needed
    assert {column for _, column in needed - keys} <= {"personguid"}
