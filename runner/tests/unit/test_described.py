"""Every model says what it does, what a row is and by what key, and others' tables describe each column.

The head of a model's SQL is the home of the text. The description in its yml repeats it, for dbt's documentation.
"""

import csv
import functools
import re
from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path
from typing import Any

import pytest

from nattsynk.engines.database import open_database
from nattsynk.profile import our_yaml
from nattsynk.profile.settings import PROJECT, Settings

MODELS = PROJECT / "models"
# What a model does; what one of its rows is, by which key, and what else a reader of the table must know; where to change it.
HEAD = re.compile(r"(?P<what>[A-Z].*?\.) (?P<row>One row is .*?\.) (?P<key>(?:Key: (?P<columns>[\w, ]+)|No key(?:: [^.]+)?)\.)(?P<more>.*?) Change: .*\.")
REFERENCE = re.compile(r"doc\('(\w+)'\)")
# Read by others than our own models: the receiver's tables and what administrators look into. Each column of them is described.
READ_BY_OTHERS = ("marts/export", "marts/delta", "marts/reports")


@functools.cache
def models() -> Mapping[str, Path]:
    # All but the places for a customer's own SQL.
    return {path.stem: path for path in sorted(MODELS.rglob("*.sql")) if path.parent.name != "local"}


@functools.cache
def entry(model: str) -> Mapping[str, Any]:
    """What the yml beside a model says of it."""
    content = our_yaml.read(models()[model].with_suffix(".yml"))
    [found] = content["models"]
    assert found["name"] == model
    return found


@functools.cache
def head(model: str) -> re.Match:
    comment: list[str] = []
    for line in models()[model].read_text(encoding="utf-8").splitlines():
        if not line.startswith("--"):
            break
        comment.append(line.removeprefix("--").strip())
    found = HEAD.fullmatch(" ".join(comment))
    assert found, "the head says what the model does, then `One row is ….`, then `Key: columns.` or `No key.`, and ends with `Change: ….`"
    return found


def key(model: str) -> list[str]:
    columns = head(model)["columns"]
    return columns.split(", ") if columns else []


def is_public(model: str) -> bool:
    return entry(model).get("config", {}).get("access") == "public"


def columns_described(model: str) -> dict[str, str]:
    return {column["name"]: column.get("description", "") for column in entry(model).get("columns", [])}


def references(model: str) -> set[str]:
    return {name for text in columns_described(model).values() for name in REFERENCE.findall(text)}


@pytest.mark.parametrize("model", models())
def test_the_description_is_the_head_of_the_sql(model: str) -> None:
    found = head(model)
    assert entry(model)["description"].split() == f"{found['row']} {found['key']}{found['more']} {found['what']}".split()


def test_what_is_public_is_the_conformed_register_and_the_export() -> None:
    promised = {model for model in models() if model.startswith("export_") or (model.startswith("int_") and model.endswith("_conformed"))}
    assert {model for model in models() if is_public(model)} == promised


def test_every_receiver_has_an_exposure_of_the_whole_export() -> None:
    with (PROJECT / "seeds" / "rules" / "rule_set_windows.csv").open(newline="", encoding="utf-8") as handle:
        rule_sets = {row["rule_set"] for row in csv.DictReader(handle)}
    exposures = our_yaml.read(MODELS / "marts" / "export" / "_receivers__exposures.yml")["exposures"]
    assert {exposure["name"] for exposure in exposures} == rule_sets
    whole = {f"ref('{model}')" for model in models() if model.startswith("export_")}
    assert [set(exposure["depends_on"]) for exposure in exposures] == [whole] * len(exposures)


def test_every_text_of_the_columns_is_used() -> None:
    texts = set(re.findall(r"{% docs (\w+) %}", (MODELS / "columns.md").read_text(encoding="utf-8")))
    assert texts == set().union(*(references(model) for model in models()))


@pytest.fixture(scope="module")
def built(demo_build: Settings) -> Iterable[Mapping[str, list[str]]]:
    """Model -> its columns, of those that the demo's register needs."""
    with open_database(demo_build) as database:
        found: dict[str, list[str]] = {}
        for table, column in database.rows("select table_name, column_name from information_schema.columns order by ordinal_position"):
            found.setdefault(table, []).append(column)
    return {model: columns for model, columns in found.items() if model in models()}


def read_by_others(built: Mapping[str, list[str]]) -> Iterator[str]:
    for model in built:
        if is_public(model) or models()[model].relative_to(MODELS).as_posix().startswith(READ_BY_OTHERS):
            yield model


def test_every_column_that_others_read_is_described(built: Mapping[str, list[str]]) -> None:
    asked = list(read_by_others(built))
    assert {model for model in models() if model.startswith(("export_", "delta_", "rpt_"))} <= set(asked)
    lacking = {model: [column for column in built[model] if not columns_described(model).get(column)] for model in asked}
    assert {model: columns for model, columns in lacking.items() if columns} == {}


def test_every_column_that_is_described_is_there(built: Mapping[str, list[str]]) -> None:
    strange = {model: [column for column in columns_described(model) if column not in columns] for model, columns in built.items()}
    assert {model: columns for model, columns in strange.items() if columns} == {}


@pytest.mark.long
def test_every_key_is_one(demo_build: Settings, built: Mapping[str, list[str]]) -> None:
    """In the demo. The keys of the export are proved in every build (tests/generic/unique_key.sql)."""
    with open_database(demo_build) as database:
        schemas = dict(database.rows("select table_name, table_schema from information_schema.tables"))
        repeated = {
            model: database.one(f"select count(*) from (select 1 from {schemas[model]}.{model} group by {', '.join(key(model))} having count(*) > 1) as twice")[0]
            for model in built if key(model)
        }
    assert {model: count for model, count in repeated.items() if count} == {}
