"""Changes of the runner's modules and statements that limit, hold or end something, each tried with the tests that reach it.

pytest runs all tests once, and it is noted which functions and statements each of them reaches. Then this process, which has imported what takes
long, is forked for each change: the child imports the changed module and runs the tests that reach it, the fastest first, until one fails. Nothing
is written to the project's files.
"""

import ast
import contextlib
import dataclasses
import importlib.abc
import importlib.machinery
import importlib.util
import json
import os
import signal
import sys
import threading
import time
import types
from collections import defaultdict
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

# Not used here, but by every child.
import dbt.cli.main  # noqa: F401
import dbt.adapters.duckdb.impl  # noqa: F401
import jinja2
import pytest
import python_points
import requests  # noqa: F401
import sql_points
import survivors
import trustme  # noqa: F401
import uvicorn  # noqa: F401
from survivors import Survivor

PROJECT = Path(__file__).parents[2]
# Tests that build with dbt take too long to run for each change, and are left out (marked long).
TESTS = [
    f"tests/runner/test_{name}.py"
    for name in ("stops", "ages", "mass_protection", "erasure", "delivery", "other_systems", "state", "cli", "records")
]
QUIET = ("-q", "-p", "no:cacheprovider", "--no-header", "--no-summary", "-m", "not long and not at_length")
SLOWEST, MOST_SECONDS = 20.0, 180
TABLES = "delivery_tables"  # the fixture of tests/runner/conftest.py
BROKEN = 99  # the exit code of a child whose tests could not be run at all
Reached = dict[str, dict[str, float]]  # function (`stops.hold`) or statement (`kept_hide`) -> test -> seconds


@dataclasses.dataclass(frozen=True)
class Change:
    """One change of a file of the runner. told: what it does. reaches: the function or statement that a test must reach to tell of it."""

    file: str
    line: str
    told: str
    reaches: str
    point: Any


def changes(files: list[str]) -> Iterator[Change]:
    for file in files:
        source, name = (PROJECT / file).read_text(encoding="utf-8"), Path(file).stem
        if file.endswith(".py"):
            for point in python_points.points(source):
                yield Change(file, source.splitlines()[point.line - 1].strip(), point.told, f"{name}.{point.of}", point)
        else:
            for point in sql_points.points(source):
                yield Change(file, sql_points.line(source, point.begin), point.told, name, point)


def surviving(files: list[str], folder: Path) -> Iterator[tuple[Survivor, str]]:
    """The changes that no test tells of, and whether any test reaches them."""
    first = folder / "first.json"
    code = _in_a_child(lambda: _play(TESTS, First(files, first)), 3600)
    assert code == 0, f"without a change the tests end in {code}"
    kept = json.loads(first.read_text(encoding="utf-8"))
    every = list(changes(files))
    for change, name in zip(every, survivors.named((change.file, change.line, change.told) for change in every)):
        seconds = _tests(change, kept["reached"])
        chosen = sorted((test for test in seconds if seconds[test] < SLOWEST), key=seconds.get)
        if not chosen:
            yield name, "no test reaches it"
            continue
        code = _in_a_child(lambda: _make(change) or _play(["-x", *chosen], Again(kept["tables"])), MOST_SECONDS)
        assert code != BROKEN, f"the tests could not be run with {name}"
        if code == 0:
            yield name, "no test tells of it"


def _tests(change: Change, reached: Reached) -> dict[str, float]:
    """The tests that reach a change, and their seconds. What stands outside the functions of a module stands for all of them."""
    if not change.reaches.endswith("."):
        return reached.get(change.reaches, {})
    return {test: seconds for name, tests in reached.items() if name.startswith(change.reaches) for test, seconds in tests.items()}


def _play(tests: list[str], plugin: object) -> int:
    return int(pytest.main([*tests, *QUIET], plugins=[plugin]))


class First:
    """Notes what each test reaches, and the SQL of the tables that dbt compiles for all of them."""

    def __init__(self, files: list[str], file: Path) -> None:
        self.names, self.file = {str(PROJECT / file): Path(file).stem for file in files}, file
        self.reached: Reached = defaultdict(dict)
        self.tables = ""

    @pytest.hookimpl(wrapper=True)
    def pytest_fixture_setup(self, fixturedef: Any) -> Iterator[None]:
        made = yield
        if fixturedef.argname == TABLES:
            self.tables = made
        return made

    @pytest.hookimpl(wrapper=True)
    def pytest_runtest_protocol(self, item: Any) -> Iterator[None]:
        begun, here = time.perf_counter(), set()
        with self._noting(here):
            done = yield
        for name in here:
            self.reached[name][item.nodeid] = time.perf_counter() - begun
        return done

    @contextlib.contextmanager
    def _noting(self, here: set[str]) -> Iterator[None]:
        from nattsynk import statements

        template = statements._ENVIRONMENT.get_template

        def called(frame: Any, event: str, argument: object) -> None:
            if event == "call" and frame.f_code.co_filename in self.names:
                here.add(f"{self.names[frame.f_code.co_filename]}.{_function(frame.f_code.co_qualname)}")

        def rendered(name: str, *others: Any, **more: Any) -> Any:
            here.add(Path(name).stem)
            return template(name, *others, **more)

        statements._ENVIRONMENT.get_template = rendered
        sys.setprofile(called)
        try:
            yield
        finally:
            sys.setprofile(None)
            del statements._ENVIRONMENT.get_template

    def pytest_sessionfinish(self) -> None:
        self.file.parent.mkdir(parents=True, exist_ok=True)
        self.file.write_text(json.dumps({"tables": self.tables, "reached": self.reached}, indent=1), encoding="utf-8")


class Again:
    """Spares each child what dbt compiled already."""

    def __init__(self, tables: str) -> None:
        self.tables = tables

    @pytest.hookimpl(tryfirst=True)
    def pytest_fixture_setup(self, fixturedef: Any, request: Any) -> str | None:
        if fixturedef.argname != TABLES:
            return None
        fixturedef.cached_result = (self.tables, fixturedef.cache_key(request), None)
        return self.tables


def _function(qualified: str) -> str:
    """The innermost function that has a name: a comprehension is no function of its own."""
    return [name for name in qualified.split(".") if not name.startswith("<")][-1]


def _make(change: Change) -> None:
    """Has the changed module imported in place of ours, or the changed statement rendered."""
    source = (PROJECT / change.file).read_text(encoding="utf-8")
    if change.file.endswith(".py"):
        tree = python_points.changed(source, change.point)
        sys.meta_path.insert(0, Instead(f"nattsynk.{Path(change.file).stem}", PROJECT / change.file, tree))
    else:
        from nattsynk import statements

        text = sql_points.source_changed(source, change.point)
        statements._ENVIRONMENT.loader = jinja2.ChoiceLoader([jinja2.DictLoader({Path(change.file).name: text}), statements._ENVIRONMENT.loader])


class Instead(importlib.abc.Loader):
    """Imports one module from a changed tree."""

    def __init__(self, module: str, file: Path, tree: ast.Module) -> None:
        self.module, self.file, self.tree = module, file, tree

    def find_spec(self, name: str, path: object, target: object = None) -> importlib.machinery.ModuleSpec | None:
        return importlib.util.spec_from_loader(name, self, origin=str(self.file)) if name == self.module else None

    def exec_module(self, module: types.ModuleType) -> None:
        module.__file__ = str(self.file)
        exec(compile(self.tree, str(self.file), "exec"), module.__dict__)  # noqa: S102 - a module of ours


def _in_a_child(play: Callable[[], int], seconds: int) -> int:
    """The exit code of a fork of this process, which is ended where it takes too long. Fork before anything opens a database: DuckDB has threads."""
    child = os.fork()
    if child == 0:
        code = BROKEN
        with contextlib.suppress(BaseException), open(os.devnull, "w", encoding="utf-8") as nowhere:
            os.dup2(nowhere.fileno(), 1)
            os.dup2(nowhere.fileno(), 2)
            code = play()
        os._exit(code)
    timer = threading.Timer(seconds, lambda: os.kill(child, signal.SIGKILL))
    timer.start()
    try:
        _, status = os.waitpid(child, 0)
    finally:
        timer.cancel()
    return os.waitstatus_to_exitcode(status)
