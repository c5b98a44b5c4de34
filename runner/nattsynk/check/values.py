"""What `nattsynk check` tells of the values of the source: rows and dates of each table, units against schools.csv, shares of persons.

Counts and shares alone leave the database. A share is told in whole percent, rounded down, so that it singles out nobody: protected
persons are among the rows, for the cut is made by a build.
"""

import contextlib
import dataclasses
import difflib
import functools
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping

from nattsynk.build import sources
from nattsynk.context import Context
from nattsynk.engines.macros import Macros
from nattsynk.engines.statements import render, render_of_family
from nattsynk.profile import seeds
from nattsynk.profile.registers import Table, family_of


@dataclasses.dataclass(frozen=True)
class Source:
    """The source, open. places: system -> table -> what a statement calls it."""

    ask: Callable[[str], list[tuple]]
    macros: Macros
    places: Mapping[str, Mapping[str, str]]


@dataclasses.dataclass(frozen=True)
class Dates:
    """A date column: how many cells are written, and how many of them are no date."""

    name: str
    written: int
    unreadable: int

    def __str__(self) -> str:
        return f"{self.name} {percent(self.written - self.unreadable, self.written)}" if self.written else f"{self.name} blank"


@dataclasses.dataclass(frozen=True)
class Unit:
    """A unit of a register. placements: of all times."""

    system: str
    id: str
    name: str
    has_form: bool
    is_open: bool
    placements: int

    def __str__(self) -> str:
        return f"{self.system} {self.id} ({self.name})" if self.name else f"{self.system} {self.id}"


@contextlib.contextmanager
def opened(run: Context) -> Iterator[Source]:
    """The source of the profile, to be read only."""
    macros = Macros(run.engine.adapter, {**run.settings.dbt_vars(run.target), "sync_date": run.sync_date.isoformat()})
    with run.engine.open_sources(run.settings, functools.partial(_by_our_names, macros)) as found:
        yield Source(found.ask, macros, _by_system(found.places))


def _by_our_names(macros: Macros, table: Table, place: str) -> str:
    """The select of a table's columns by our names, whatever the site calls them."""
    own_names = [(column, macros.source_column(table.system, table.name, column)) for column in table.columns]
    return render("check_source", own_names=own_names, source_table=place)


def _by_system(places: Iterable[tuple[Table, str]]) -> dict[str, dict[str, str]]:
    found: dict[str, dict[str, str]] = {}
    for table, place in places:
        found.setdefault(table.system, {})[table.name] = place
    return found


def tables(run: Context) -> list[tuple[str, int, list[Dates]]]:
    """(system and table, its rows, its date columns) of each table that is read."""
    with opened(run) as source:
        return [_table(source, table) for table in sources.read(run.settings, run.target)]


def _table(source: Source, table: Table) -> tuple[str, int, list[Dates]]:
    place = source.places[table.system][table.name]
    ((rows,),) = source.ask(render("check_rows", source_table=place))
    names = [name for name, holds in table.holds.items() if holds == "date"]
    judged = source.ask(render("check_dates", source_table=place, dates=names, macros=source.macros)) if names else []
    counts = {name: (int(written), int(unreadable)) for name, written, unreadable in judged}
    return f"{table.system} {table.name}", int(rows), [Dates(name, *counts.get(name, (0, 0))) for name in names]


def units(run: Context) -> list[Unit]:
    """Every unit of the registers, in the order of its id."""
    with opened(run) as source:
        return [
            Unit(system, unit_id, name or "", bool(has_form), bool(is_open), int(placements))
            for system in run.settings.sources
            for unit_id, name, has_form, is_open, placements in sorted(_of_family(source, "check_units", system), key=lambda row: row[0])
        ]


def persons(run: Context) -> list[tuple[str, int, str]]:
    """(system, rows of persons, their shares in words) of each register."""
    with opened(run) as source:
        return [_persons(system, *_of_family(source, "check_persons", system)[0]) for system in run.settings.sources]


def _persons(system: str, rows: int, numbers: int, emails: int, register_rows: int, register: str) -> tuple[str, int, str]:
    with_number, with_email, with_register_row = (percent(count, rows) for count in (numbers, emails, register_rows))
    return system, rows, f"{with_number} have a number, {with_email} an e-mail address, {with_register_row} a row in the {register}"


def _of_family(source: Source, statement: str, system: str) -> list[tuple]:
    return source.ask(render_of_family(family_of(system), statement, macros=source.macros, tables=source.places[system]))


def percent(part: int, whole: int) -> str:
    """A share in whole percent, rounded down: 100 % is everybody."""
    return f"{100 * part // whole} %" if whole else "0 %"


def configured(run: Context) -> dict[tuple[str, str], list[tuple[int, str]]]:
    """(system, unit id) -> (line, school form) of each row of schools.csv."""
    found: dict[tuple[str, str], list[tuple[int, str]]] = {}
    for line, row in seeds.schools(run.settings):
        found.setdefault((row["source_system"], row["source_school_id"]), []).append((line, row["school_form"]))
    return found


def near(unit_id: str, known: list[Unit], listed: Collection[str] = ()) -> str:
    """The unit that an id may mean, as the end of a sentence: rather one that no row has yet. listed: the ids of all rows."""
    by_id = {unit.id: unit for unit in known}
    folded = {other.casefold(): other for other in by_id}
    free = [other for other in by_id if other not in listed]
    close = [*difflib.get_close_matches(unit_id, free, n=1), *difflib.get_close_matches(unit_id, by_id, n=1)]
    found = folded.get(unit_id.casefold()) or next(iter(close), None)
    return f"; did you mean {found}{f' ({by_id[found].name})' if by_id[found].name else ''}?" if found else "."
