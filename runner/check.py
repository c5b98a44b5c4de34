"""`nattsynk check`: everything a night needs, looked at without changing anything. One line a check."""

import datetime
from collections.abc import Callable

from nattsynk import ages, exchange, extracts, ledger, replacing, rights, seeds, sources, system
from nattsynk.errors import Stop
from nattsynk.http import receiver_of
from nattsynk.run import Run

PATIENCE = datetime.timedelta(seconds=30)  # for a receiver that does not answer


class Warned(str):
    """What a check says where all works, but there is something to see to."""


def check(run: Run, at_night: bool = False) -> int:
    """Prints ok, WARN or FAIL for each check. Returns 0, or the highest exit code of those that failed.

    All are made where the settings can be read. at_night: a delivery comes after it, which can wait for a receiver that does not
    answer yet.
    """
    code = _one(run, "settings", _settings) or _rest(run, at_night)
    run.counts.setdefault("failed", 1)
    return code


def _rest(run: Run, at_night: bool) -> int:
    checks: list[tuple[str, Callable[[Run], str | list[str]]]] = [
        ("seeds", _seeds), ("own SQL", _own_sql), ("database", _database),
        *([("rights", _rights)] if run.target == "sqlserver" else []), ("sources", _sources),
        ("receiver", _receiver_tonight if at_night else _receiver),
    ]
    codes = [_one(run, name, look) for name, look in checks]
    run.counts["failed"] = sum(code > 0 for code in codes)
    return max(codes)


def _one(run: Run, name: str, look: Callable[[Run], str | list[str]]) -> int:
    try:
        with system.telling():
            found = look(run)
        for said in [found] if isinstance(found, str) else found:
            print(f"{'WARN' if isinstance(said, Warned) else 'ok  '}  {name}: {said}")
        return 0
    except Stop as stop:
        print(f"FAIL  {name}: {stop.message} {stop.next_step}".rstrip())
        return stop.exit_code


def _settings(run: Run) -> str:
    settings = run.settings
    return f"{settings.customer}, {settings.rule_set}, {', '.join(settings.sources)}, {settings.environment}"


def _seeds(run: Run) -> str:
    texts = seeds.complete(run.settings)
    rows = seeds.check_person_mapping(run.settings)
    return f"{texts['schools.csv'].count(chr(10)) - 1} school rows, {rows} mapped persons"


def _own_sql(run: Run) -> str:
    models = [path for path in replacing.own_models(run.settings) if path.suffix == ".sql"]
    return f"{len(models)} models, {len(replacing.replaced(run.settings))} files in place of ours"


def _database(run: Run) -> str:
    # Opening an embedded database that is not there yet would make it.
    if run.target == "embedded" and not run.settings.database_file.exists():
        return "made by the first build"
    with run.database() as database:
        ledger.exists(database)
    return "opens"


def _rights(run: Run) -> str:
    with run.database() as database:
        rights.check_ours(run.settings, database)
        more = rights.check_source(run.settings, database)
    if more:
        return Warned(f"{'; '.join(more)}. Only read rights are needed: take these, or the role that gives them, away (deploy/rights.sql).")
    return "all that a build does in our own database; at the source reading, and nothing else"


def _sources(run: Run) -> str | list[str]:
    unused = sources.unused(run.settings, run.target)
    left = f"; not in use: {', '.join(unused)}" if unused else ""
    if run.target == "embedded":
        seen = extracts.check(run.settings)
        return [f"{seen.rows} rows in the extracts{left}", *_nulls(seen), *_old(run)]
    with run.database() as database:
        tables = sources.check_tables(run.settings, database)
    return f"{tables} tables with all their columns{left}; SQL Server does not tell how old their rows are"


def _nulls(seen: extracts.Seen) -> list[str]:
    columns = "; ".join(f"{file}: {', '.join(sorted(names))}" for file, names in seen.nulls.items())
    return [Warned(f"the text NULL is read as blank in {columns}. Better let the export write nothing there.")] if columns else []


def _old(run: Run) -> list[str]:
    old = ages.told(run.settings, run.clock)
    return [Warned(f"{old}. {ages.SEE}")] if old else []


def _receiver(run: Run) -> str:
    """Asks where the receiver stands, as a delivery begins: address, certificates, credentials and right to the tenant."""
    with run.new_session(run.settings) as session:
        talk = exchange.Exchange(session, receiver_of(run.settings), run.clock, run.progress, run.clock() + PATIENCE)
        hides = exchange.state(talk).hides
    said = f"answers, its certificate is trusted, and it takes our credentials ({talk.receiver.auth['type']})"
    return said if hides else Warned(f"{said}. It does not know hide (PER-15): a register that protects many by mistake erases them there, for good.")


def _receiver_tonight(run: Run) -> str:
    try:
        return _receiver(run)
    except exchange.Away as stop:
        return Warned(f"{stop.message} The delivery waits for it, {run.settings.values['send_budget_minutes']} minutes at most.")
