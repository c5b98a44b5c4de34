"""The tables that the models read of each register, as `models/staging/<family>/_<family>__sources.yml` lists them, once."""

import dataclasses
import functools
from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path
from types import MappingProxyType

import yaml

MODELS = Path(__file__).resolve().parents[3] / "models"


@dataclasses.dataclass(frozen=True)
class Column:
    """A column of a source table. holds: what its cells are (protection, flag, date …). is_needed: its cells may not be blank.

    The column itself has to be there, whatever its cells hold.
    """

    name: str
    description: str
    holds: str
    example: str
    is_needed: bool


@dataclasses.dataclass(frozen=True)
class Table:
    """A source table as the models need it. Its own names are ours: a site may have others (site_columns.py).

    standard_location: `DATABASE.SCHEMA`, where it usually is on SQL Server.
    is_optional: its module may be unused, but one of the optional modules of a register must be there.
    """

    system: str
    module: str
    name: str
    description: str
    described: tuple[Column, ...]
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
    files = sorted((MODELS / "staging").rglob("*__sources.yml"))
    listed = ((path.parent.name, source) for path in files for source in yaml.safe_load(path.read_text(encoding="utf-8"))["sources"])
    return tuple((family, source) for family, source in listed if "system" in source["config"]["meta"])


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


def family_of(system: str) -> str:
    """The folder of models/staging whose tables a register keeps its data in."""
    return next(family for family, systems in families().items() if system in systems)


@functools.cache
def holds() -> dict[str, dict[str, str]]:
    """Source table -> column -> what its cells hold. Registers of one family have the same tables."""
    return {table.name: dict(table.holds) for table in tables()}


def _tables(source: dict) -> Iterator[Table]:
    meta = source["config"]["meta"]
    for table in source["tables"]:
        columns = tuple(map(_column, table["columns"]))
        is_optional = bool(meta.get("is_optional"))
        yield Table(meta["system"], meta["module"], table["name"], table["description"], columns, meta["standard_location"], is_optional)


def _column(column: dict) -> Column:
    meta = column["config"]["meta"]
    return Column(column["name"], column["description"], meta["holds"], str(meta["example"]), bool(meta.get("is_needed")))


def modules(system: str) -> list[str]:
    """The modules of a register, in the order of its list."""
    return list(dict.fromkeys(table.module for table in tables() if table.system == system))


def used(system: str, found: Iterable[str]) -> list[str]:
    """The modules of a register that are read where these were found: those, and the ones that every site must have."""
    there = {*found, *(table.module for table in tables() if table.system == system and not table.is_optional)}
    return [module for module in modules(system) if module in there]
