"""Changes of the runner's modules and statements that limit, hold or end something, each tried with the tests that reach it.

pytest runs all tests once, and it is noted which functions and statements each of them reaches. Then the same process is forked for each
change: the child changes what is loaded and runs the tests that reach it, the fastest first. Nothing is written to the project's files.
"""

import contextlib
import dataclasses
import importlib
import os
import signal
import sys
import threading
import types
from collections import defaultdict
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import jinja2
import pytest
import python_points
import sql_points
import survivors
from survivors import Survivor

PROJECT = Path(__file__).parents[2]
# Tests that build with dbt take too long to run for each change, and are left out (marked long).
TESTS = [
    f"tests/runner/test_{name}.py"
    for name in ("stops", "ages", "mass_protection", "erasure", "delivery", "other_systems", "state", "cli", "records")
]
QUIET = ("-q", "-p", "no:cacheprovider", "--no-header", "--no-summary", "--capture=sys", "-m", "not long and not at_length")
SLOWEST, MOST_SECONDS = 20.0, 180
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


def surviving(files: list[str]) -> list[tuple[Survivor, str]]:
    """The changes that no test tells of, and whether any test reaches them."""
    plugin = Changing(files)
    code = pytest.main([*TESTS, *QUIET], plugins=[plugin])
    assert code == 0, f"without a change the tests end in {code}"
    return plugin.found


class Changing:
    """The plugin that runs the tests once as they are, and then some of them for each change."""

    def __init__(self, files: list[str]) -> None:
        self.files = files
        self.reached: Reached = defaultdict(dict)
        self.here: set[str] = set()
        self.seconds = 0.0
        self.found: list[tuple[Survivor, str]] = []

    def pytest_runtest_logreport(self, report: Any) -> None:
        self.seconds += report.duration

    def pytest_runtestloop(self, session: Any) -> bool:
        with self._noting():
            # The next one is told, so that what the session shares stays.
            for item, after in zip(session.items, [*session.items[1:], session.items[0]]):
                self.here.clear()
                self.seconds = 0.0
                item.config.hook.pytest_runtest_protocol(item=item, nextitem=after)
                for name in self.here:
                    self.reached[name][item.nodeid] = self.seconds
        if not session.testsfailed:
            self._change_all({item.nodeid: item for item in session.items})
        return True

    @contextlib.contextmanager
    def _noting(self) -> Iterator[None]:
        """Notes in `here` what is reached."""
        from nattsynk import statements

        names = {str(PROJECT / file): Path(file).stem for file in self.files}
        template = statements._ENVIRONMENT.get_template

        def called(frame: Any, event: str, argument: object) -> None:
            if event == "call" and frame.f_code.co_filename in names:
                self.here.add(f"{names[frame.f_code.co_filename]}.{_function(frame.f_code.co_qualname)}")

        def rendered(name: str, *others: Any, **more: Any) -> Any:
            self.here.add(Path(name).stem)
            return template(name, *others, **more)

        statements._ENVIRONMENT.get_template = rendered
        sys.setprofile(called)
        try:
            yield
        finally:
            sys.setprofile(None)
            del statements._ENVIRONMENT.get_template

    def _change_all(self, items: dict[str, Any]) -> None:
        every = list(changes(self.files))
        assert _passes(None, [*items.values()][:5]), "tests do not pass in a child, though nothing is changed"
        for change, name in zip(every, survivors.named((change.file, change.line, change.told) for change in every)):
            chosen = [items[test] for test, seconds in sorted(self._tests(change).items(), key=lambda item: item[1]) if seconds < SLOWEST]
            if not chosen:
                self._tell(name, "no test reaches it")
            elif _passes(change, chosen):
                self._tell(name, "no test tells of it")

    def _tests(self, change: Change) -> dict[str, float]:
        if not change.reaches.endswith("."):
            return self.reached.get(change.reaches, {})
        # What stands outside the functions stands for all of them.
        return {test: seconds for name, tests in self.reached.items() if name.startswith(change.reaches) for test, seconds in tests.items()}

    def _tell(self, name: Survivor, why: str) -> None:
        self.found.append((name, why))
        print(f"{why}:\n{survivors.written([name])}", file=sys.__stdout__, flush=True)


def _function(qualified: str) -> str:
    """The innermost function that has a name: a comprehension is no function of its own."""
    return [name for name in qualified.split(".") if not name.startswith("<")][-1]


def _passes(change: Change | None, items: list[Any]) -> bool:
    code = _in_a_child(lambda: _failed(change, items))
    assert code != BROKEN, f"the tests could not be run in a child: {items}"
    return code == 0


def _failed(change: Change | None, items: list[Any]) -> int:
    """Makes the change and runs these tests until one fails: 1, or 0 where all pass."""
    try:
        if change:
            _make(change)
    except Exception:  # noqa: BLE001 - a module that cannot be loaded is told of by every test
        return 1
    for item, after in zip(items, [*items[1:], items[0]]):
        item.config.hook.pytest_runtest_protocol(item=item, nextitem=after)
        if item.session.testsfailed:
            return 1
    return 0


def _make(change: Change) -> None:
    """Changes what is loaded: the code of functions, the values of constants, or the text of a statement."""
    source = (PROJECT / change.file).read_text(encoding="utf-8")
    if change.file.endswith(".py"):
        module = importlib.import_module(f"nattsynk.{Path(change.file).stem}")
        changed = types.ModuleType(module.__name__)
        exec(compile(python_points.changed(source, change.point), str(PROJECT / change.file), "exec"), changed.__dict__)  # noqa: S102 - ours
        _take(vars(module), vars(changed))
    else:
        from nattsynk import statements

        text = sql_points.source_changed(source, change.point)
        statements._ENVIRONMENT.loader = jinja2.ChoiceLoader([jinja2.DictLoader({Path(change.file).name: text}), statements._ENVIRONMENT.loader])
        statements._ENVIRONMENT.cache.clear()


def _take(old: Any, new: Any) -> None:
    """Gives each function its changed code, where it stands: others have imported it already."""
    for name, value in dict(new).items():
        function, before = _bare(value), _bare(old.get(name))
        if isinstance(function, types.FunctionType) and function.__module__ == old.get("__name__", old.get("__module__")):
            before.__code__, before.__defaults__ = function.__code__, function.__defaults__
        elif isinstance(value, type) and value.__module__ == old.get("__name__"):
            _take(dict(vars(old[name])), vars(value))
        elif isinstance(value, (int, str, tuple)) or type(value).__name__ in ("timedelta", "Pattern"):
            if isinstance(old, dict) and name.isupper():
                old[name] = value


def _bare(value: Any) -> Any:
    return value.fget if isinstance(value, property) else getattr(value, "__wrapped__", value)


def _in_a_child(play: Callable[[], int]) -> int:
    """The exit code of a fork of this process, which is ended where it takes too long."""
    child = os.fork()
    if child == 0:
        os.setpgid(0, 0)
        code = BROKEN
        with contextlib.suppress(BaseException):
            code = play()
        os._exit(code)
    timer = threading.Timer(MOST_SECONDS, lambda: os.kill(child, signal.SIGKILL))
    timer.start()
    try:
        _, status = os.waitpid(child, 0)
    finally:
        timer.cancel()
    return os.waitstatus_to_exitcode(status)
