"""The T-SQL gives what the embedded engine gives: every model, row by row, on the demos' nights and on rows gone wild (differential.py)."""

import collections
import csv
import dataclasses
import random
import shutil
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
import yaml
from differential import Embedded, Engine, Model, Project, Server, differences, moved

from nattsynk.profile.project import assemble
from nattsynk.profile.settings import PROJECT, load

DEMOS = ("demo", "demo_extens", "demo_ted")
GOLDEN = PROJECT / "runner" / "tests" / "golden"
# A fault as somebody might write it, in the compiled T-SQL of three models: what stands there, and what somebody wrote.
FAULTS = {
    "wrong order of arguments": (
        "stg_procapita__persons", "charindex(',', gathered.full_name)", "charindex(gathered.full_name, ',')",
    ),
    "off by one day": ("int_placements_exclusions", "dateadd(day, coalesce(", "dateadd(day, 1 + coalesce("),
    "lost null": (
        "stg_procapita__groups", "coalesce(source_rows.grupptyp, 'blank') as", "source_rows.grupptyp as",
    ),
}
# What a register may hold where another value is expected.
ODD = (
    "", "0", "-", "1.5", "00000101", "99991231", "20260231", "2026-02-30", "9999-12-31", "18000101",
    "2026-08-18", "20260818 00:00", "2026-08-18 00:00:00.0000000 +02:00", "2026-08-18T00:00:00Z", "2026-08-17T22:00:00Z", "2026-08-18 1 2", "18/8 2026", "2,01605E+11", "O'Ek", "%", "_x_", "[a]", "\u00a0",
    "åäö ÅÄÖ é", "x" * 120,
    "NULL", "null", "\u202f", "N\u00a0", "\u200bJ\u3000", "\t", "\ufeff0", "4\u200bA\r\n", "A\u030ake \u202eB\x00\n C",
    "\U0001f600\u2003x", "20160715\u20132383", "160715\u22112383\u00a0 ",
)


@dataclasses.dataclass
class Twins:
    """A demo in both databases, after its second night. nights: what differed on each."""

    project: Project
    models: dict[str, list[Model]]
    embedded: Engine
    server: Engine
    nights: list[list[str]]
    astray: list[str]


@pytest.fixture(scope="module", params=DEMOS)
def twins(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory, parse_once: Callable) -> Iterator[Twins]:
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("NATTSYNK_SQLSERVER_HOST", "nowhere.invalid")
        patch.setattr("nattsynk.build.dbt.parse", parse_once)
        made = _lived(request.param, tmp_path_factory.mktemp("differential") / request.param)
        yield made
        made.embedded.close()
        made.server.close()


def _lived(name: str, folder: Path) -> Twins:
    """Both nights of a demo; between them the receiver has confirmed the first."""
    shutil.copytree(PROJECT / "profiles" / name, folder, ignore=shutil.ignore_patterns("target", "*.duckdb*"))
    settings = load(folder)
    assemble(settings)
    project = Project(settings)
    embedded, server = Embedded(project), Server(project)
    one, two = yaml.safe_load((folder / "nights.yml").read_text(encoding="utf-8"))
    models = {target: project.models(target, one["date"]) for target in ("embedded", "sqlserver")}
    first = _night(embedded, server, models)
    astray = _astray(embedded, models["embedded"], GOLDEN / name / one["date"].isoformat())
    for engine in (embedded, server):
        engine.deliver()
    shutil.copytree(folder / two["changes"], settings.extracts / settings.sources[0], dirs_exist_ok=True)
    models = {target: moved(compiled, one["date"], two["date"]) for target, compiled in models.items()}
    return Twins(project, models, embedded, server, [first, _night(embedded, server, models)], astray)


def _night(embedded: Engine, server: Engine, models: dict[str, list[Model]]) -> list[str]:
    """Builds both; returns what differs."""
    embedded.build(models["embedded"])
    server.build(models["sqlserver"])
    return differences(embedded, server, models)


def _astray(embedded: Engine, models: list[Model], golden: Path) -> list[str]:
    """The exports that are not what `nattsynk export` wrote of that night."""
    relations = {model.name: model.relation for model in models}
    return [path.stem for path in sorted(golden.glob("export_*.csv")) if _written(path) != _exported(embedded, relations[path.stem], path)]


def _written(path: Path) -> collections.Counter:
    with path.open(newline="", encoding="utf-8") as handle:
        return collections.Counter(tuple(row) for row in csv.reader(handle))


def _exported(embedded: Engine, relation: str, path: Path) -> collections.Counter:
    with path.open(newline="", encoding="utf-8") as handle:
        header = tuple(next(csv.reader(handle)))
    columns, rows = embedded.answer(relation)
    places = [columns.index(column) for column in header]
    texts = (tuple("" if row[place] is None else str(row[place]) for place in places) for row in rows)
    return collections.Counter([header, *texts])


def test_both_nights_are_the_same(twins: Twins) -> None:
    assert twins.nights == [[], []]


def test_the_embedded_side_is_what_a_build_exports(twins: Twins) -> None:
    """It runs what dbt compiles, without dbt: that is as good as a build."""
    assert twins.astray == []


@pytest.mark.parametrize("twins", DEMOS, indirect=True)
def test_the_embedded_side_is_the_same_where_case_is_ignored(twins: Twins) -> None:
    """Every text compared without case, unless the SQL says otherwise."""
    models = twins.models["embedded"]
    exact, ignoring = Embedded(twins.project), Embedded(twins.project, "nocase")
    for engine in (exact, ignoring):
        engine.build(models)
    told = [model for model in models if model.name.startswith(("export_", "rpt_"))]
    found = differences(exact, ignoring, {"embedded": told, "sqlserver": told})
    exact.close()
    ignoring.close()
    assert found == []


@pytest.mark.parametrize("twins", DEMOS, indirect=True)
def test_rows_gone_wild_are_the_same(twins: Twins) -> None:
    wild = random.Random(1)
    for path in sorted(twins.project.settings.extracts.rglob("*.csv")):
        _go_wild(path, wild)
    embedded, server = Embedded(twins.project), Server(twins.project)
    found = _night(embedded, server, twins.models)
    embedded.close()
    server.close()
    assert found == []


@pytest.mark.parametrize("twins", DEMOS[:1], indirect=True)
@pytest.mark.parametrize("fault", FAULTS)
def test_a_fault_is_found(twins: Twins, fault: str) -> None:
    name, right, wrong = FAULTS[fault]
    models = twins.models["sqlserver"]
    place = [model.name for model in models].index(name)
    planted = dataclasses.replace(models[place], sql=models[place].sql.replace(right, wrong))
    assert planted != models[place], "the fault has no place in the model any more"
    twins.server.make([planted, *models[place + 1:]])
    found = differences(twins.embedded, twins.server, twins.models)
    twins.server.make(models[place:])
    assert any(line.startswith(("export_", "delta_", "rpt_")) for line in found)


def _go_wild(path: Path, wild: random.Random) -> None:
    """Here and there a row is gone or stands again, and a value is another's, written otherwise, or odd."""
    with path.open(newline="", encoding="utf-8") as handle:
        header, *rows = csv.reader(handle)
    columns = list(zip(*rows, strict=True))
    rows = [list(row) for row in rows for _ in range(wild.choices((0, 1, 2), (1, 30, 1))[0])]
    for row in rows:
        for place, value in enumerate(row):
            if wild.random() < 0.03:
                row[place] = _another(value, columns[place], wild)
    with path.open("w", newline="", encoding="utf-8") as handle:
        csv.writer(handle, lineterminator="\n").writerows([header, *rows])


def _another(value: str, others: tuple[str, ...], wild: random.Random) -> str:
    written = (value.swapcase(), f"  {value}", value.replace(" ", "  "), f"{value}É")
    return wild.choice((wild.choice(ODD), wild.choice(others), wild.choice(written)))
