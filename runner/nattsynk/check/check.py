"""`nattsynk check`: everything a night needs, looked at without changing anything. One line a check, its details indented below it."""

import dataclasses
import datetime
import tempfile
from collections.abc import Callable, Iterable
from pathlib import Path
from typing import Any

from nattsynk import operating_system, terminal
from nattsynk.build import dbt, freshness, own_files, own_sql, sources
from nattsynk.check import values
from nattsynk.context import Context
from nattsynk.deliver import ledger
from nattsynk.engines.engine import Engine
from nattsynk.errors import USAGE, Stop
from nattsynk.profile import guard, overrides, project, seeds, site_columns
from nattsynk.profile.settings import Settings
from nattsynk.receivers.receiver import Away

PATIENCE = datetime.timedelta(seconds=30)  # for a receiver that does not answer
SHOWN = 20  # units that are listed


@dataclasses.dataclass(frozen=True)
class Said:
    """What a check says where all works. warns: there is something to see to."""

    text: str
    details: tuple[str, ...] = ()
    warns: bool = False


class Failed(Stop):
    """A check that fails, with a line for each thing to correct."""

    def __init__(self, message: str, next_step: str, details: Iterable[str]) -> None:
        super().__init__(message, next_step, USAGE)
        self.details = tuple(details)


Look = Callable[[Context], Said | list[Said]]


@dataclasses.dataclass(frozen=True)
class Check:
    """A check by its name. needs: the checks without which it cannot be made; then it is left out."""

    name: str
    look: Look
    needs: tuple[str, ...] = ()


def check(run: Context, at_night: bool = False) -> int:
    """Prints ok, WARN or FAIL for each check. Returns 0, or the highest exit code of those that failed.

    All are made that can be. at_night: a build and a delivery come after it. The build reads the register once and judges what it reads
    and the profile's own SQL, so these checks are left to it; the delivery can wait for a receiver that does not answer yet.
    """
    codes: dict[str, int] = {}
    left: list[str] = []
    told: set[str] = set()
    for each in _checks(run.engine, at_night):
        if all(codes.get(name) == 0 for name in each.needs):
            codes[each.name], is_told = _made(run, each, told)
        if each.name not in codes or not is_told:
            left.append(each.name)
    if left:
        _print("skip", ", ".join(left), "not looked at before the rest is right")
    run.counts["failed"] = sum(code > 0 for code in codes.values())
    return max(codes.values())


def _checks(engine: Engine, at_night: bool) -> list[Check]:
    read = ("settings",)
    # An engine that reads files needs no connection to look at the sources and at own SQL.
    connected = read if engine.reads_files else ("settings", "database")
    by_day = [
        Check("tables", _tables, ("sources",)), Check("units", _units, ("sources", "seeds")), Check("persons", _persons, ("sources",)),
    ]
    return [
        Check("profile", _profile), Check("settings", _settings, ("profile",)), Check("seeds", _seeds, read),
        Check("database", _database, read), *([Check("rights", _rights, connected)] if engine.has_rights else []),
        Check("sources", _sources, connected), *([] if at_night else by_day),
        Check("own SQL", _own_files if at_night else _own_sql, ("seeds", *connected)),
        Check("receiver", _receiver_tonight if at_night else _receiver, read),
    ]


def _made(run: Context, each: Check, told: set[str]) -> tuple[int, bool]:
    """(exit code, whether anything was said) of one check. told: the faults that are told already; each is told once."""
    try:
        with operating_system.telling():
            found = each.look(run)
    except Stop as stop:
        if stop.message in told:
            return stop.exit_code, False
        told.add(stop.message)
        # After a message that names several things, the next step stands on a line of its own.
        text, *lines = f"{stop.message}{chr(10) if chr(10) in stop.message else ' '}{stop.next_step}".rstrip().splitlines()
        _print("FAIL", each.name, text, (*lines, *getattr(stop, "details", ())))
        return stop.exit_code, True
    for said in [found] if isinstance(found, Said) else found:
        _print("WARN" if said.warns else "ok", each.name, said.text, said.details)
    return 0, True


def _print(verdict: str, name: str, text: str, details: Iterable[str] = ()) -> None:
    terminal.say((f"{verdict:4}", terminal.VERDICTS[verdict]), f"  {name}: {text}")
    for line in details:
        terminal.say(f"        {line}")


def _profile(run: Context) -> Said:
    return Said(str(run.folder))


def _settings(run: Context) -> Said:
    settings = run.settings
    return Said(f"{settings.customer}, {settings.rule_set}, {', '.join(settings.sources)}, {settings.environment}")


def _seeds(run: Context) -> list[Said]:
    texts = seeds.complete(run.settings)
    rows = seeds.check_person_mapping(run.settings)
    said = Said(f"{_count(texts['schools.csv'].count(chr(10)) - 1, 'school row')}, {_count(rows, 'mapped person')}")
    several = seeds.school_names_that_differ(run.settings)
    text = "a school has several names in schools.csv, and the receiver is given that of its unit with the lowest id. Give it one name"
    return [said, *([Said(text, tuple(several), warns=True)] if several else [])]


def _own_files(run: Context) -> list[Said]:
    """Which files there are, without reading their SQL."""
    models = [path for path in overrides.own_models(run.settings) if path.suffix == ".sql"]
    said = Said(f"{_count(len(models), 'model')}, {_count(len(overrides.replaced(run.settings)), 'file')} in place of ours")
    idle = own_files.warnings(run.settings)
    return [said, *([Said("look at these files", tuple(idle), warns=True)] if idle else [])]


def _own_sql(run: Context) -> list[Said]:
    said = _own_files(run)
    if own_files.is_own(run.settings):
        with tempfile.TemporaryDirectory(prefix="nattsynk-") as folder:
            elsewhere = dataclasses.replace(run.settings, work_elsewhere=Path(folder).resolve())
            found = list(own_sql.faults(elsewhere, run.target, lambda settings: _parsed(run, settings)))
        if found:
            raise Failed("a build would stop at the profile's own SQL.", "Correct the file and run again.", found)
    return said


def _parsed(run: Context, settings: Settings) -> Any:
    """The project as dbt reads it, assembled in a passing folder: a build may be going on in the profile's own."""
    project.assemble(settings, run.target)
    manifest = dbt.parse(settings, run.target, run.progress)
    guard.check(settings, manifest)
    return manifest


def _database(run: Context) -> Said:
    # Opening it would make it.
    if not run.engine.is_made(run.settings):
        return Said("made by the first build")
    with run.database() as database:
        ledger.exists(database)
    return Said("opens")


def _rights(run: Context) -> Said:
    with run.database() as database:
        more = run.engine.check_rights(run.settings, database)
    if more:
        text = "more than the read rights that are needed. Take these, or the role that gives them, away (deploy/rights.sql)"
        return Said(text, tuple(more), warns=True)
    return Said("all that a build does in our own database; at the source reading, and nothing else")


def _sources(run: Context) -> list[Said]:
    unused = sources.unused(run.settings, run.target)
    left = f"; not in use: {', '.join(unused)}" if unused else ""
    seen = run.engine.check_sources(run.settings)
    remarks = [Said(remark.text, remark.details, warns=True) for remark in seen.remarks]
    return [Said(f"{seen.found}{left}{seen.note}"), *_own_names(run), *remarks, *_old(run)]


def _own_names(run: Context) -> list[Said]:
    tables = ((f"{system} {table}", columns) for system, of_system in site_columns.mapped(run.settings).items() for table, columns in of_system.items())
    read = tuple(f"{table}: {', '.join(f'{ours} from {site}' for ours, site in columns.items())}" for table, columns in tables)
    return [Said("read by the site's own names (extract_columns.csv)", read)] if read else []


def _old(run: Context) -> list[Said]:
    old = run.engine.age_of_sources(run.settings, run.clock)
    return [Said(f"{old}. {freshness.SEE}", warns=True)] if old else []


def _tables(run: Context) -> Said:
    """Rows and dates of each table."""
    found = values.tables(run)
    width = max(len(name) for name, _, _ in found)
    lines = tuple(
        f"{name:{width}}  {rows:9} rows" + (f"   dates: {', '.join(map(str, dates))}" if dates and rows else "") for name, rows, dates in found
    )
    columns = [date for _, _, dates in found for date in dates]
    poor = [date for date in columns if date.unreadable]
    if poor:
        limit = run.settings.number("max_unreadable_percent")
        text = f"{len(poor)} of the {len(columns)} date columns have cells that are no date. Such rows are left out; above {limit} % (max_unreadable_percent) nothing is sent"
        above = [f"{name}.{date.name}" for name, _, dates in found for date in dates if 100 * date.unreadable > limit * date.written]
        if above:
            text += f". See how the export writes {', '.join(above)} (docs/operate/extracts.md)"
        return Said(text, lines, warns=True)
    return Said(f"{_count(len(found), 'table')}; every date that is written can be read", lines)


def _units(run: Context) -> list[Said]:
    """schools.csv against the units of the registers."""
    found = values.units(run)
    known = {(unit.system, unit.id): unit for unit in found}
    rows = values.configured(run)
    units = {system: [unit for unit in found if unit.system == system] for system in run.settings.sources}
    listed = {system: {unit_id for other, unit_id in rows if other == system} for system in run.settings.sources}
    lacking = [
        f"seeds/schools.csv, line {line}: {system} has no unit {unit_id}" + values.near(unit_id, units[system], listed[system])
        for (system, unit_id), lines in rows.items() if (system, unit_id) not in known for line, _ in lines
    ]
    lost = [system for system in run.settings.sources if not any(key in known for key in rows if key[0] == system)]
    listed_nowhere = [system for system in lost if not any(key[0] == system for key in rows)]
    if set(lost) - set(listed_nowhere):
        systems = ", ".join(system for system in lost if system not in listed_nowhere)
        raise Failed(
            f"no unit that schools.csv lists for {systems} is in the register, so nothing of it would be delivered.",
            "Write source_school_id as the register writes it.", [*lacking, *_unlisted(found, rows)],
        )
    said = [Said(f"{len(set(rows) & set(known))} of the {_count(len(rows), 'unit')} in schools.csv are in the register", _unlisted(found, rows))]
    if lacking:
        said.append(Said("schools.csv lists units that the register does not have. Nothing of them is delivered", tuple(lacking), warns=True))
    if listed_nowhere:
        said.append(Said(f"schools.csv lists no unit of {', '.join(listed_nowhere)}. Nothing of it is delivered", warns=True))
    formless = _formless(known, rows)
    if formless:
        text = "a unit without a school form in the register has several rows in schools.csv. Classes and groups without a form of their own are left out"
        said.append(Said(f"{text}. Give the unit its school form in the register, or one row", formless, warns=True))
    return said


def _unlisted(found: list[values.Unit], rows: dict[tuple[str, str], list[tuple[int, str]]]) -> tuple[str, ...]:
    """The open units that no row lists, the largest first."""
    units = sorted((unit for unit in found if unit.is_open and (unit.system, unit.id) not in rows), key=lambda unit: -unit.placements)
    if not units:
        return ()
    lines = [f"  {unit}: {_count(unit.placements, 'placement')}" for unit in units[:SHOWN]]
    more = [f"  and {_count(len(units) - SHOWN, 'more unit')}"] if len(units) > SHOWN else []
    return ("in the register and in no row of schools.csv, with placements of all times:", *lines, *more)


def _formless(known: dict[tuple[str, str], values.Unit], rows: dict[tuple[str, str], list[tuple[int, str]]]) -> tuple[str, ...]:
    return tuple(
        f"seeds/schools.csv, lines {', '.join(str(line) for line, _ in lines)}: {known[key]} is {' and '.join(form for _, form in lines)}"
        for key, lines in rows.items() if len(lines) > 1 and key in known and not known[key].has_form
    )


def _persons(run: Context) -> Said:
    found = values.persons(run)
    lines = tuple(f"{system}: of {_count(rows, 'row')} of persons {shares}" for system, rows, shares in found)
    return Said(lines[0]) if len(lines) == 1 else Said(_count(sum(rows for _, rows, _ in found), "row"), lines)


def _count(number: int, word: str) -> str:
    return f"{number} {word}{'' if number == 1 else 's'}"


def _receiver(run: Context) -> Said:
    """Asks where the receiver stands, as a delivery begins: address, certificates, credentials and right to the tenant."""
    with run.receiver(PATIENCE) as receiver:
        state = receiver.state()
    said = f"answers, {receiver.proof()}"
    if state.hides:
        return Said(said)
    return Said(f"{said}. It does not know hide (PER-15): a register that protects many by mistake erases them there, for good.", warns=True)


def _receiver_tonight(run: Context) -> Said:
    try:
        return _receiver(run)
    except Away as stop:
        return Said(f"{stop.message} The delivery waits for it, {run.settings.number('send_budget_minutes')} minutes at most.", warns=True)
