"""Changes of the models and macros that decide, each tried with the unit tests whose SQL it reaches.

dbt runs all unit tests once, on sources that carry a mark at each change. Its marks show in the SQL that dbt sends, so that a change of the
source can be made in what was sent, and dbt need not run again: thousands of changes take minutes. A test tells of a change if its rows are
others than before.
"""

import datetime
import shutil
from collections import Counter, defaultdict
from collections.abc import Iterator
from pathlib import Path

import duckdb
import sql_points
import survivors
from dbt.adapters.duckdb.impl import DuckDBAdapter
from sql_points import Point
from survivors import Survivor

from nattsynk.build import dbt
from nattsynk.cli import now
from nattsynk.log import Progress
from nattsynk.profile import project, registers
from nattsynk.profile.settings import PROJECT, Settings, load

ANOTHER_DAY = datetime.date(1950, 1, 1)
SOURCES = [systems[0] for systems in registers.families().values()]
PROFILE = f"""customer: Provköping
rule_set: eventful
sources: [{", ".join(SOURCES)}]
"""
SCHOOLS = "source_system,source_school_id,school_form,school_id,school_name\nprocapita,101,GR,ang,Ängsskolan\n"

Places = dict[int, tuple[str, Point]]  # number of a change -> file and what changes there


def profile_of_all_families(folder: Path) -> Settings:
    """A new profile that reads every family of registers, so that every model is there; the tables have no rows."""
    shutil.rmtree(folder, ignore_errors=True)
    (folder / "seeds").mkdir(parents=True)
    (folder / "profile.yml").write_text(PROFILE, encoding="utf-8")
    (folder / "seeds" / "schools.csv").write_text(SCHOOLS, encoding="utf-8")
    for table in registers.tables():
        if table.system in SOURCES:
            file = folder / "extracts" / table.system / f"{table.name}.csv"
            file.parent.mkdir(parents=True, exist_ok=True)
            file.write_text(",".join(table.columns) + "\n", encoding="utf-8")
    return load(folder)


def mark(settings: Settings, files: list[str]) -> Places:
    """Puts the marks in the profile's own copy of these files of ours."""
    places: Places = {}
    for file in files:
        copy = settings.project / file
        source = copy.read_text(encoding="utf-8")
        copy.write_text(sql_points.marked(source, len(places)), encoding="utf-8")
        places |= {number: (file, point) for number, point in enumerate(sql_points.points(source), start=len(places))}
    return places


def sent(settings: Settings) -> dict[str, str]:
    """Unit test -> the SQL that dbt sent for it. All must pass."""
    manifest = dbt.parse(settings, "embedded", Progress(now))
    failures = dbt.build(settings, "embedded", manifest, ANOTHER_DAY, Progress(now))
    assert failures == [], failures
    found: dict[str, str] = {}
    execute = DuckDBAdapter.execute

    def record(adapter: DuckDBAdapter, sql: str, *arguments: object, **others: object) -> object:
        if "as actual_or_expected" in sql:
            found[adapter.connections.get_thread_connection().name.rpartition(".")[2]] = sql
        return execute(adapter, sql, *arguments, **others)

    DuckDBAdapter.execute = record
    try:
        arguments = ["test", *dbt.common_arguments(settings, "embedded"), "--resource-type", "unit_test"]
        outcome = dbt.invoke(manifest, arguments, {**settings.dbt_vars(), "sync_date": ANOTHER_DAY.isoformat()})
    finally:
        DuckDBAdapter.execute = execute
    assert outcome.exception is None, outcome.exception
    failed = [result.node.name for result in outcome.result if result.node.resource_type == "unit_test" and str(result.status) != "pass"]
    assert failed == [], f"without a change these fail: {failed}"
    return found


class Engine:
    """The database of the profile, asked for the rows of a unit test."""

    def __init__(self, settings: Settings) -> None:
        self.connection = duckdb.connect(str(settings.database_file), read_only=True)
        self.connection.execute("set default_null_order = 'nulls_first_on_asc_last_on_desc'")
        self.connection.execute("set threads = 1")

    def rows(self, sql: str) -> Counter[str] | str | None:
        """The actual rows; the error where a value makes one; None where the change left no SQL at all."""
        try:
            result = self.connection.execute(sql)
            which = [column[0] for column in result.description].index("actual_or_expected")
            return Counter(repr(row) for row in result.fetchall() if row[which] == "actual")
        except (duckdb.ParserException, duckdb.BinderException, duckdb.CatalogException):
            return None
        except duckdb.Error as error:
            return type(error).__name__


def surviving(folder: Path, files: list[str]) -> Iterator[tuple[Survivor, str]]:
    """The changes that no unit test tells of, and whether any test reaches them. A change that leaves no SQL at all is none."""
    settings = profile_of_all_families(folder)
    project.assemble(settings, unit_tests=True)
    places = mark(settings, files)
    statements = sent(settings)
    reaching: dict[int, list[str]] = defaultdict(list)
    for test, sql in statements.items():
        for number in sql_points.numbers(sql):
            reaching[number].append(test)
    engine = Engine(settings)
    expected = {test: engine.rows(sql) for test, sql in statements.items()}
    told: Counter[str] = Counter()
    for (number, (_, point)), name in zip(places.items(), _names(places)):
        # Tests that have told of most go first.
        tests = sorted(reaching[number], key=lambda test: -told[test])
        outcomes = ((test, engine.rows(sql_points.changed(statements[test], number, point))) for test in tests)
        is_sql, by = False, None
        for test, rows in outcomes:
            is_sql = is_sql or rows is not None
            if rows is not None and rows != expected[test]:
                by = test
                break
        if by:
            told[by] += 1
        elif is_sql or not tests:
            yield name, "no test tells of it" if tests else "no test reaches it"


def _names(places: Places) -> list[Survivor]:
    sources = {file: (PROJECT / file).read_text(encoding="utf-8") for file, _ in places.values()}
    return survivors.named((file, sql_points.line(sources[file], point.begin), point.told) for file, point in places.values())
