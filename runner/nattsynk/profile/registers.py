"""The registers and the tables that the models read of each: what a register is stands in these two places.

- `models/staging/<family>/`: the tables in its `_<family>__sources.yml`, and what its models are for in their own yml.
- A row of `seeds/rules/source_systems.csv` for each register that keeps its data in those tables.
"""

import csv
import dataclasses
import functools
from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path
from types import MappingProxyType

from nattsynk.profile import our_yaml

PROJECT = Path(__file__).resolve().parents[3]
STAGING = PROJECT / "models" / "staging"
# What the yml of a family's model may say of it: the entities that its rows are judged as, and the columns that name a person.
MODEL_META = ("judged_as", "civic_numbers", "person_ids")


@dataclasses.dataclass(frozen=True)
class Column:
    """A column of a source table. holds: what its cells are (protection, flag, date …). is_needed: its cells may not be blank.

    The column itself has to be there, whatever its cells hold. open_codes: of a protection flag, the codes that protect nobody.
    """

    name: str
    description: str
    holds: str
    example: str
    is_needed: bool
    open_codes: tuple[str, ...] = ()


@dataclasses.dataclass(frozen=True)
class Table:
    """A source table as the models need it. Its own names are ours: a site may have others (site_columns.py).

    covers: what its module holds, in words. standard_location: `DATABASE.SCHEMA`, where it usually is on SQL Server.
    is_optional: its module may be unused, but one of the optional modules of a register must be there.
    """

    system: str
    module: str
    name: str
    description: str
    described: tuple[Column, ...]
    covers: str
    standard_location: str
    is_optional: bool

    @functools.cached_property
    def holds(self) -> Mapping[str, str]:
        """Column -> what its cells are."""
        return MappingProxyType({column.name: column.holds for column in self.described})

    @property
    def columns(self) -> tuple[str, ...]:
        return tuple(self.holds)


@functools.cache
def _sources() -> tuple[tuple[str, dict], ...]:
    """(folder of models/staging, source) of each source of a register. One without a system is a file of the profile, checked with its seeds."""
    files = sorted(STAGING.rglob("*__sources.yml"))
    listed = ((path.parent.name, source) for path in files for source in our_yaml.read(path)["sources"])
    return tuple((family, source) for family, source in listed if "system" in source["config"]["meta"])


@functools.cache
def _rows() -> dict[str, dict[str, str]]:
    """Register -> its row of source_systems.csv, in the order of the file."""
    with (PROJECT / "seeds" / "rules" / "source_systems.csv").open(newline="", encoding="utf-8") as handle:
        return {row["source_system"]: row for row in csv.DictReader(handle)}


def systems() -> tuple[str, ...]:
    """Every register that a profile may list."""
    return tuple(_rows())


def with_class_groups() -> tuple[str, ...]:
    """The registers in which a teaching group may stand for a class."""
    return tuple(system for system, row in _rows().items() if row["has_class_groups"] == "1")


def title(system: str) -> str:
    """The name of a register as people write it: the beginning of its sources' descriptions."""
    description = next(source["description"] for _, source in _sources() if source["config"]["meta"]["system"] == system)
    return description.partition(",")[0].rstrip(".")


@functools.cache
def tables() -> tuple[Table, ...]:
    """Every table of every register."""
    return tuple(table for _, source in _sources() for table in _tables(source))


@functools.cache
def families() -> dict[str, list[str]]:
    """Folder of models/staging -> the registers that keep their data in its tables."""
    found: dict[str, list[str]] = {}
    for family, source in _sources():
        systems, system = found.setdefault(family, []), source["config"]["meta"]["system"]
        if system not in systems:
            systems.append(system)
    return found


def alike() -> list[list[str]]:
    """The registers, those that have the same tables together, in the order of source_systems.csv."""
    return sorted(families().values(), key=lambda group: systems().index(group[0]))


def family_of(system: str) -> str:
    """The folder of models/staging whose tables a register keeps its data in."""
    return next(family for family, systems in families().items() if system in systems)


@functools.cache
def holds() -> dict[str, dict[str, dict[str, str]]]:
    """Family -> source table -> column -> what its cells hold."""
    return {family: {table.name: dict(table.holds) for table in tables() if table.system in systems} for family, systems in families().items()}


def open_codes() -> dict[str, list[str]]:
    """Family -> the codes of its protection flags that protect nobody. All its flags have the same ones."""
    found: dict[str, list[str]] = {}
    for family, systems in families().items():
        flags = {column.open_codes for table in tables() if table.system in systems for column in table.described if column.holds == "protection"}
        [codes] = flags
        found[family] = list(codes)
    return found


@functools.cache
def models() -> dict[str, dict[str, dict]]:
    """Family -> model -> what the model's yml says it is for, where it says something (MODEL_META)."""
    found: dict[str, dict[str, dict]] = {}
    for family in families():
        files = (path for path in sorted((STAGING / family).rglob("*.yml")) if not path.stem.endswith("__sources"))
        listed = (model for path in files for model in our_yaml.read(path)["models"])
        found[family] = {model["name"]: said for model in listed if (said := _said(model))}
    return found


def _said(model: dict) -> dict:
    return {name: value for name, value in model.get("config", {}).get("meta", {}).items() if name in MODEL_META}


def _tables(source: dict) -> Iterator[Table]:
    meta = source["config"]["meta"]
    for table in source["tables"]:
        columns = tuple(map(_column, table["columns"]))
        is_optional = bool(meta.get("is_optional"))
        yield Table(meta["system"], meta["module"], table["name"], table["description"], columns, meta["covers"], meta["standard_location"], is_optional)


def _column(column: dict) -> Column:
    meta = column["config"]["meta"]
    open_codes = tuple(meta.get("open_codes", ()))
    return Column(column["name"], column["description"], meta["holds"], str(meta["example"]), bool(meta.get("is_needed")), open_codes)


def modules(system: str) -> list[str]:
    """The modules of a register, in the order of its list."""
    return list(dict.fromkeys(table.module for table in tables() if table.system == system))


def used(system: str, found: Iterable[str]) -> list[str]:
    """The modules of a register that are read where these were found: those, and the ones that every site must have."""
    there = {*found, *(table.module for table in tables() if table.system == system and not table.is_optional)}
    return [module for module in modules(system) if module in there]
