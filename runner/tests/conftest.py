"""What the Python tests share: a small profile to break, the demo built once, and the command line in process."""

import collections
import csv
import dataclasses
import datetime
import gc
import os
import shutil
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
import yaml
from dbt.adapters.duckdb.connections import DuckDBConnectionManager
from leaks import pytest_configure, pytest_runtest_makereport  # noqa: F401 - in every test, what nattsynk writes is searched for persons
from processes import in_every_process
from reading import reader

from nattsynk.build import sources
from nattsynk.build.builder import Builder
from nattsynk.cli import main, now
from nattsynk.log import Progress
from nattsynk.profile.settings import PROJECT, Settings, load

pytest_plugins = ["delivery_fixtures"]

PROFILE = {"customer": "Provköping", "rule_set": "eventful", "sources": ["procapita"]}


# dbt keeps hundreds of thousands of objects, which Python by itself would look through for garbage all the time.
gc.set_threshold(200_000, 20, 100)

# The rooms that `make test` runs, in which no test builds a profile but where it is marked `long`.
QUICK = ("rules", "unit", "delivery", "wire")
# Each takes long to make and is shared by several tests, which therefore run in one process.
SHARED = ("recordings", "demo_build", "twins")


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.addoption("--quick", action="store_true", help=f"Run the rooms {', '.join(QUICK)}, without what is marked long or thorough.")


def is_quick(item: pytest.Item) -> bool:
    room = item.path.relative_to(Path(__file__).parent).parts[0]
    return room in QUICK and not any(map(item.get_closest_marker, ("long", "thorough")))


@pytest.hookimpl(tryfirst=True)  # Before the one that reads the groups.
def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """Chooses the tests of `make test`, and sorts them for processes that run side by side.

    The tests of a file stay in one process, but for those that are long or name a group of their own. What takes longest begins first,
    so that no process ends late: the rules, long tests, what is shared, then the largest files. The first part of the rules builds the
    tables for all parts, so the other parts begin a file later.
    """
    if config.getoption("quick"):
        left_out = [item for item in items if not is_quick(item)]
        config.hook.pytest_deselected(items=left_out)
        items[:] = [item for item in items if is_quick(item)]
    begun: collections.Counter[Path] = collections.Counter()
    first_part = next((part for item in items if (part := item.get_closest_marker("xdist_group"))), None)
    largest = max((item.path.stat().st_size for item in items), default=0)

    def place(item: pytest.Item) -> tuple[int, int]:
        if part := item.get_closest_marker("xdist_group"):
            return (0, 0) if part.args == first_part.args else (3, 1 - largest)
        if item.get_closest_marker("long"):
            begun[item.path] += 1
            return 1, begun[item.path]
        return (2, 0) if shared(item) else (3, -item.path.stat().st_size)

    def shared(item: pytest.Item) -> str:
        made = next((name for name in SHARED if name in item.fixturenames), "")
        of = item.callspec.params.get(made, "") if hasattr(item, "callspec") else ""
        return f"{made} {of}".strip()

    items.sort(key=place)
    for item in items:
        if not item.get_closest_marker("xdist_group"):
            item.add_marker(pytest.mark.xdist_group(shared(item) or (item.nodeid if item.get_closest_marker("long") else item.location[0])))


@dataclasses.dataclass(frozen=True)
class Ended:
    """How a command ended."""

    code: int
    out: str
    err: str


@dataclasses.dataclass(frozen=True)
class SmallProfile:
    """A profile in a temporary folder: one school, and every source table with its header and no rows."""

    folder: Path

    def settings(self) -> Settings:
        return load(self.folder)

    def write(self, **keys: object) -> None:
        """Writes profile.yml anew with these keys changed or added."""
        text = yaml.safe_dump({**PROFILE, **keys}, allow_unicode=True)
        (self.folder / "profile.yml").write_text(text, encoding="utf-8")

    def seed(self, name: str, text: str) -> None:
        (self.folder / "seeds" / name).write_text(text, encoding="utf-8")

    def extract(self, table: str, system: str = "procapita") -> Path:
        return self.folder / "extracts" / system / f"{table}.csv"

    def empty_extracts(self) -> None:
        """Writes every table of the listed sources with its header and no rows."""
        for table in sources.needed(self.settings()):
            path = self.extract(table.name, table.system)
            path.parent.mkdir(parents=True, exist_ok=True)
            with path.open("w", newline="", encoding="utf-8") as handle:
                csv.writer(handle, lineterminator="\n").writerow(table.columns)


@pytest.fixture(scope="session")
def small_folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("small")


@pytest.fixture(scope="session")
def parse_once(tmp_path_factory: pytest.TempPathFactory) -> Callable[[Settings, str, Progress], Any]:
    """Stands in for nattsynk.dbt.parse (reading.py), in every process of a run."""
    return reader(in_every_process(tmp_path_factory, "parsed"))


@pytest.fixture
def parsed_once(parse_once: Callable[..., Any], monkeypatch: pytest.MonkeyPatch) -> None:
    """What dbt has read before, in any test, is not read again."""
    monkeypatch.setattr("nattsynk.build.dbt.parse", parse_once)


@pytest.fixture
def profile(small_folder: Path, parsed_once: None, nattsynk: Callable[..., Ended]) -> Iterator[SmallProfile]:
    """A new profile for each test."""
    small = SmallProfile(small_folder / "profile")
    assert nattsynk("init", small.folder).code == 0
    small.write()
    small.seed("schools.csv", "source_system,source_school_id,school_form,school_id,school_name\nprocapita,101,GR,ang,Ängsskolan\n")
    small.empty_extracts()
    yield small
    # dbt keeps its connection, and with it the file of the name, beyond a build.
    DuckDBConnectionManager.close_all_connections()
    # Some tests take it away themselves.
    shutil.rmtree(small.folder, ignore_errors=True)


@pytest.fixture
def nattsynk(capsys: pytest.CaptureFixture[str]) -> Callable[..., Ended]:
    """Runs one command line in process."""

    def run(*arguments: object) -> Ended:
        capsys.readouterr()
        # What a login gives most people; a command may be stricter, and must not leave that to the other tests.
        before = os.umask(0o022)
        try:
            code = main([str(argument) for argument in arguments])
        finally:
            os.umask(before)
        out, err = capsys.readouterr()
        assert "Traceback" not in out + err
        return Ended(code, out, err)

    return run


@pytest.fixture(scope="session")
def demo_nights() -> list[datetime.date]:
    """The sync dates of the demo."""
    return [night["date"] for night in yaml.safe_load((PROJECT / "profiles" / "demo" / "nights.yml").read_text(encoding="utf-8"))]


@pytest.fixture(scope="session")
def demo_build(
    tmp_path_factory: pytest.TempPathFactory, demo_nights: list[datetime.date], parse_once: Callable[..., Any],
) -> Iterator[Settings]:
    """profiles/demo, copied and built for its first night. Shared by all tests: they may read, not change it."""
    folder = tmp_path_factory.mktemp("demo") / "demo"
    # Files of now: extracts of an old checkout would be warned of.
    shutil.copytree(PROJECT / "profiles" / "demo", folder, copy_function=shutil.copyfile, ignore=shutil.ignore_patterns("target", "*.duckdb*"))
    settings = load(folder)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("nattsynk.build.dbt.parse", parse_once)
        Builder(settings, "embedded", now, Progress(now)).build(demo_nights[0])
    yield settings
