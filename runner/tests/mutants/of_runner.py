"""Changes of the runner's modules and statements that limit, hold or end something, each tried with the tests that reach it.

pytest collects the tests once and runs all of them, and it is noted which lines and statements each of them reaches. Then this very process is
forked for each change: the child puts the change in place of what is loaded, and runs the tests that reach it, the quickest first, until one
fails. Nothing is written to the project's files. What a change came to is kept in a log, so that a run that was stopped goes on where it was.
"""

import ast
import contextlib
import dataclasses
import functools
import gc
import hashlib
import inspect
import json
import os
import pickle
import shutil
import signal
import sys
import time
import types
from collections import Counter, defaultdict
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

# Some of it is not used here, but by every fork.
import dbt.adapters.duckdb.impl  # noqa: F401
import dbt.cli.main  # noqa: F401
import jinja2
import pytest
import python_points
import requests  # noqa: F401
import scope
import sql_points
import survivors
import trustme  # noqa: F401
import uvicorn  # noqa: F401
from survivors import Survivor

PROJECT = Path(__file__).parents[3]
TESTS = [
    next((PROJECT / "runner" / "tests").rglob(f"test_{name}.py")).relative_to(PROJECT).as_posix() for name in ("plan", "stops", "records", "mass_protection", "erasure", "clocks", "restored", "ages", "state", "cli")
]
# Seconds: a test that takes longer is left out; all tests of a change together; what a test that never ends is given beside its own.
SLOWEST, MOST_SECONDS, PATIENCE = 8.0, 40.0, 30
QUIET = ("-q", "-p", "no:cacheprovider", "--no-header", "--capture=sys", "-m", "not long and not thorough")
TOLD, UNCHANGED, BROKEN = 1, 98, 99  # exit codes of a child: a test told; there was nothing to change; the tests could not be run
SHARED = ("delivery_tables", "trial_database", "first_night", "small_folder")  # fixtures that are made once, for all changes
Place = tuple[str, int]  # a file and a line of it, or a statement and 0


@dataclasses.dataclass(frozen=True)
class Change:
    """One change of a file of the runner. told: what it does. places: a test tells of it that reaches one of them; blank for all of the file."""

    file: str
    line: str
    told: str
    places: tuple[Place, ...]
    point: Any

    @property
    def is_python(self) -> bool:
        return self.file.endswith(".py")


def changes(files: list[str]) -> Iterator[Change]:
    """All changes of these files, of each those of the functions that scope.py names, if it names any."""
    for file in files:
        source = (PROJECT / file).read_text(encoding="utf-8")
        if file.endswith(".py"):
            for point in python_points.points(source):
                if point.of in scope.FUNCTIONS.get(file, (point.of,)):
                    lines = range(point.line, point.last + 1) if point.of else python_points.using(source, point.line)
                    yield Change(file, source.splitlines()[point.line - 1].strip(), point.told, tuple((file, line) for line in lines), point)
        else:
            for point in sql_points.points(source):
                yield Change(file, sql_points.line(source, point.begin), point.told, ((Path(file).stem, 0),), point)


def surviving(files: list[str], folder: Path, tests: list[str] = TESTS) -> Iterator[tuple[Survivor, str]]:
    """The changes that no test tells of, and whether any test reaches them."""
    folder.mkdir(parents=True, exist_ok=True)
    every = list(changes(files))
    names = survivors.named((change.file, change.line, change.told) for change in every)
    log = Log(folder / "runner.log")
    standing = Standing(list(zip(every, names)), log, folder / "base")
    code = pytest.main([*tests, *QUIET], plugins=[standing])
    assert standing.is_done, f"the tests could not be run for each change ({code})"
    for name in names:
        by = log.found[name]
        if by in ("", None):
            yield name, "no test tells of it" if by == "" else "no test reaches it"


class Log:
    """What each change came to: the test that told of it, blank where none did, None where none reaches it. A line each.

    A test that told is believed as long as the runner and the test are the same; a change that none told of is tried again.
    """

    def __init__(self, file: Path) -> None:
        self.file, self.found = file, {}
        self.before: dict[Survivor, str] = {}
        for line in file.read_text(encoding="utf-8").splitlines() if file.exists() else ():
            entry = json.loads(line)
            if entry["by"] and entry["of"] == _digest(entry["by"]):
                self.before[tuple(entry["change"])] = entry["by"]

    def knows(self, name: Survivor) -> bool:
        if name in self.before:
            self.found[name] = self.before[name]
        return name in self.found

    def add(self, name: Survivor, by: str | None, seconds: float) -> None:
        self.found[name] = by
        entry = {"change": name, "by": by, "seconds": round(seconds, 1), "of": _digest(by) if by else ""}
        with self.file.open("a", encoding="utf-8") as log:
            log.write(json.dumps(entry, ensure_ascii=False) + "\n")


@functools.cache
def _of_the_runner() -> bytes:
    files = sorted(path for path in (PROJECT / "runner").rglob("*") if path.suffix in (".py", ".sql", ".jinja"))
    return b"".join(path.read_bytes() for path in files)


@functools.cache
def _functions_of(file: str) -> dict[str, str]:
    """Test -> its source. Under the empty name all else of the file."""
    source = (PROJECT / file).read_text(encoding="utf-8")
    tests = {node.name: ast.unparse(node) for node in ast.parse(source).body if isinstance(node, ast.FunctionDef) and node.name.startswith("test_")}
    others = [ast.unparse(node) for node in ast.parse(source).body if getattr(node, "name", "") not in tests]
    return tests | {"": "\n".join(others)}


def _digest(test: str) -> str:
    """Of the runner and of all that a test is: it says whether what was found with it still holds."""
    file, _, name = test.partition("::")
    functions = _functions_of(file)
    own = functions.get(name.partition("[")[0], "") + functions[""]
    return hashlib.sha256(_of_the_runner() + own.encode()).hexdigest()


class Standing:
    """In place of pytest's own loop: all tests once, to see what each reaches, and then the tests of each change in a fork."""

    def __init__(self, tried: list[tuple[Change, Survivor]], log: Log, base: Path) -> None:
        self.tried, self.log, self.base = tried, log, base
        self.files = {str(PROJECT / change.file): change.file for change, _ in tried if change.is_python}
        self.reached: dict[Place, set[str]] = defaultdict(set)
        self.seconds: dict[str, float] = {}
        self.failed: list[str] = []
        self.made: dict[str, Any] = {}
        self.told: Counter[tuple[str, str]] = Counter()
        self.is_done = False

    @pytest.hookimpl(tryfirst=True)
    def pytest_runtestloop(self, session: Any) -> bool:
        import leaks  # beside conftest.py, where pytest finds it

        # Tests that start nattsynk anew would start it unchanged.
        items = {item.nodeid: item for item in session.items if "processes" not in item.fixturenames}
        leaks.known()  # read once for all
        self._note(list(items.values()))
        some = sorted(items.values(), key=lambda item: self.seconds[item.nodeid])[::25]
        code, last = self._in_a_child(lambda writing: self._play(None, some, writing))
        assert code == 0, f"without a change {last} fails in a fork"
        for change, name in self.tried:
            if self.log.knows(name):
                continue
            begun, chosen = time.perf_counter(), [items[test] for test in self._tests(change)]
            if not chosen:
                self.log.add(name, None, 0)
                continue
            code, by = self._in_a_child(lambda writing: self._play(change, chosen, writing))
            assert code not in (UNCHANGED, BROKEN), f"{code} of {name}"
            if code:
                self.told[change.file, by] += 1
            self.log.add(name, by if code else "", time.perf_counter() - begun)
        self.is_done = True
        return True

    def _note(self, items: list[Any]) -> None:
        """What each test reaches and how long it takes; what was noted of a test before is believed while the test and the runner are the same.

        In a fork, for a fork of whatever has opened DuckDB lacks its threads.
        """
        file = self.base.with_name("noted.pickle")
        noted, self.made = pickle.loads(file.read_bytes()) if file.exists() and self.base.exists() else ({}, {})
        new = [item for item in items if noted.get(item.nodeid, ("",))[0] != _digest(item.nodeid)]
        if new:
            code, last = self._in_a_child(functools.partial(self._first, new, noted, file))
            assert code == 0, f"without a change {last} fails"
            noted, self.made = pickle.loads(file.read_bytes())
        for item in items:
            _, places, self.seconds[item.nodeid] = noted[item.nodeid]
            for place in places:
                self.reached[place].add(item.nodeid)

    def _first(self, items: list[Any], noted: dict[str, tuple[str, set[Place], float]], file: Path, writing: int) -> int:
        self._begin(items[0].session, self.base)
        for item, after in zip(items, [*items[1:], None]):
            os.write(writing, f"{item.nodeid}\n".encode())
            begun, places = time.perf_counter(), set()
            with self._noting(places):
                _run(item, after)
            if self.failed:
                os.write(2, f"{self.failed}\n".encode())
                return TOLD
            noted[item.nodeid] = (_digest(item.nodeid), places, time.perf_counter() - begun)
        file.write_bytes(pickle.dumps((noted, self.made)))
        return 0

    def _begin(self, session: Any, folder: Path) -> None:
        """What all forks share is taken as it was made; everything else goes into that folder."""
        folder.mkdir(exist_ok=True)
        session.config._tmp_path_factory._basetemp = folder
        for name, made in self.made.items():
            for definition in session._fixturemanager._arg2fixturedefs[name]:
                definition.func, definition.argnames = functools.partial(_itself, made), ()

    @pytest.hookimpl(wrapper=True)
    def pytest_fixture_setup(self, fixturedef: Any, request: Any) -> Iterator[Any]:
        made = yield
        if fixturedef.argname in SHARED:
            self.made[fixturedef.argname] = made
        return made

    def pytest_runtest_logreport(self, report: Any) -> None:
        if report.failed:
            self.failed.append(f"{report.nodeid}: {report.longreprtext.rpartition(chr(10))[2]}")

    def _tests(self, change: Change) -> list[str]:
        """Those that reach it, the quickest first, and of these those that have told of most in this file; as many as take MOST_SECONDS."""
        reaching = set().union(*(self.reached.get(place, ()) for place in change.places))
        if not change.places:
            reaching = {test for (file, _), tests in self.reached.items() if file == change.file for test in tests}
        ordered = sorted(reaching, key=lambda test: self.seconds[test] / (1 + self.told[change.file, test]))
        chosen, seconds = [], 0.0
        for test in ordered:
            seconds += self.seconds[test]
            if self.seconds[test] < SLOWEST and (seconds < MOST_SECONDS or not chosen):
                chosen.append(test)
        return chosen

    @contextlib.contextmanager
    def _noting(self, places: set[Place]) -> Iterator[None]:
        from nattsynk.engines import statements

        template = statements._ENVIRONMENT.get_template

        def called(frame: Any, event: str, argument: object) -> Any:
            file = self.files.get(frame.f_code.co_filename)
            return functools.partial(line, file) if file else None

        def line(file: str, frame: Any, event: str, argument: object) -> Any:
            places.add((file, frame.f_lineno))
            return functools.partial(line, file)

        def rendered(name: str, *others: Any, **more: Any) -> Any:
            places.add((Path(name).stem, 0))
            return template(name, *others, **more)

        statements._ENVIRONMENT.get_template = rendered
        before = sys.gettrace()
        sys.settrace(called)
        try:
            yield
        finally:
            sys.settrace(before)
            del statements._ENVIRONMENT.get_template

    def _in_a_child(self, play: Callable[[int], int]) -> tuple[int, str]:
        """The exit code of a fork of this process, and the last line that it has said: the test that it ran last."""
        reading, writing = os.pipe()
        child = os.fork()
        if child == 0:
            code = BROKEN
            with contextlib.suppress(BaseException):
                os.close(reading)
                os.dup2(os.open(os.devnull, os.O_WRONLY), 1)
                code = play(writing)
            os._exit(code)
        os.close(writing)
        with open(reading, encoding="utf-8") as told:
            ran = told.read().splitlines()
        _, status = os.waitpid(child, 0)
        shutil.rmtree(self.base.with_name("child"), ignore_errors=True)
        for left in self.base.glob("small*/profile"):
            shutil.rmtree(left, ignore_errors=True)
        return os.waitstatus_to_exitcode(status), ran[-1] if ran else ""

    def _play(self, change: Change | None, items: list[Any], writing: int) -> int:
        own = self.base.with_name("child")
        self._begin(items[0].session, own)
        for shared in ("parsed", "sent"):
            if (self.base / shared).exists():
                (own / shared).symlink_to(self.base / shared)
        if change:
            os.dup2(os.open(os.devnull, os.O_WRONLY), 2)
            if not _make(change):
                return UNCHANGED
        for item, after in zip(items, [*items[1:], None]):
            os.write(writing, f"{item.nodeid}\n".encode())
            signal.alarm(PATIENCE + int(10 * self.seconds[item.nodeid]))  # ends the process
            _run(item, after)
            if self.failed:
                if not change:
                    os.write(2, f"{self.failed}\n".encode())
                return TOLD
        return 0


def _itself(made: Any) -> Any:
    return made


def _run(item: Any, after: Any) -> None:
    item.config.hook.pytest_runtest_protocol(item=item, nextitem=after)


def _make(change: Change) -> bool:
    """Puts a change in place of what is loaded. Returns whether anything became another."""
    if not change.is_python:
        from nattsynk.engines import statements

        source = (PROJECT / change.file).read_text(encoding="utf-8")
        text = sql_points.source_changed(source, change.point)
        statements._ENVIRONMENT.cache.clear()
        statements._ENVIRONMENT.loader = jinja2.ChoiceLoader([jinja2.DictLoader({Path(change.file).name: text}), statements._ENVIRONMENT.loader])
        return True
    file = str(PROJECT / change.file)
    code = compile(python_points.changed(Path(file).read_text(encoding="utf-8"), change.point), file, "exec")
    return _change_functions(code, file) if change.point.of else _change_values(code, sys.modules[f"nattsynk.{Path(file).stem}"])


def _change_functions(code: types.CodeType, file: str) -> bool:
    """Gives every function of a file the code that it has now, wherever it was imported to and whatever decorates it."""
    found = {(each.co_qualname, each.co_firstlineno): each for each in _codes(code)}
    is_changed = False
    for function in gc.get_objects():
        if isinstance(function, types.FunctionType) and function.__code__.co_filename == file:
            new = found.get((function.__code__.co_qualname, function.__code__.co_firstlineno))
            if new is not None and new != function.__code__:
                function.__code__, is_changed = new, True
    return is_changed


def _codes(code: types.CodeType) -> Iterator[types.CodeType]:
    for constant in code.co_consts:
        if isinstance(constant, types.CodeType):
            yield constant
            yield from _codes(constant)


def _change_values(code: types.CodeType, module: types.ModuleType) -> bool:
    """Gives what a module defines outside its functions the value that it has now: its constants, wherever they were imported to, and defaults."""
    new = types.ModuleType(module.__name__)
    new.__file__ = module.__file__
    exec(code, new.__dict__)  # noqa: S102 - a module of ours
    is_changed = False
    for name, before in list(vars(module).items()):
        after = vars(new).get(name)
        if name.startswith("__") or type(before).__module__ == "typing":
            continue
        if isinstance(before, type) or inspect.isfunction(before):
            pairs = zip(_functions(before), _functions(after)) if before.__module__ == module.__name__ else ()
            for old, now in pairs:
                if (old.__defaults__, old.__kwdefaults__) != (now.__defaults__, now.__kwdefaults__):
                    old.__defaults__, old.__kwdefaults__, is_changed = now.__defaults__, now.__kwdefaults__, True
        elif before != after:
            for other in list(sys.modules.values()):
                if getattr(other, "__dict__", {}).get(name) is before:
                    setattr(other, name, after)
                    is_changed = True
    return is_changed


def _functions(defined: Any) -> list[types.FunctionType]:
    if isinstance(defined, type):
        return [value for _, value in sorted(vars(defined).items()) if inspect.isfunction(value)]
    return [inspect.unwrap(defined)]
