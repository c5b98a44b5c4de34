"""dbt, called in process: parse once, then build for a date. What dbt would print is told in our own words.

A change of vars makes dbt parse everything anew (seconds), so it is parsed without the sync date, and the date is
given when the parsed project is built (docs/decisions/0010-settings-are-vars-and-the-date-comes-last.md).
"""

import contextlib
import datetime
import functools
import os
import signal
import threading
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from nattsynk import engines
from nattsynk.build import failures, person_mapping
from nattsynk.build.failures import Failure
from nattsynk.engines.database import open_database
from nattsynk.log import Progress
from nattsynk.profile import overrides
from nattsynk.profile.settings import Settings

# Who has landed, all that it needs, and every test that reads nothing else: chosen alike to be built and to be left out.
LANDED = (f"+{person_mapping.LANDED}", "--indirect-selection", "buildable")


def parse(settings: Settings, target: str, progress: Progress) -> Any:
    """The parsed project (dbt's Manifest), good for any date. Stops when the project cannot be parsed."""
    outcome = invoke(None, ["parse", *common_arguments(settings, target)], {})
    if not outcome.success:
        raise failures.cannot(settings, target, "parse", outcome.exception)
    progress.step("parse", "Read the models")
    return outcome.result


def build(settings: Settings, target: str, manifest: Any, sync_date: datetime.date, progress: Progress) -> list[Failure]:
    """Seeds, models and data tests for the date, as of now. Returns what went wrong, an empty list when green.

    Unit tests guard the models' development and are left out. A test of severity warn is no failure: it is told as a step.
    """
    part = functools.partial(_build, settings, target, manifest, sync_date, progress)
    if engines.of(target).reads_files:
        results = part([])
    else:
        # Such an engine cannot read person_mapping.csv itself. The persons that the file may name have to land before its rows.
        results = part(["--select", *LANDED])
        if not any(map(_is_failed, results)):
            person_mapping.load_person_mapping(settings, target, sync_date)
            results += part(["--exclude", *LANDED])
    progress.step("build", f"Built and tested {len(results)} seeds, models and tests", nodes=len(results))
    for result in results:
        if str(result.status) == "warn":
            _warn(result, progress)
    known, own = failures.known_words(manifest), overrides.shown_paths(settings)
    return [failures.of_result(target, result, known, own, _rows(settings, target, result)) for result in results if _is_failed(result)]


def _build(settings: Settings, target: str, manifest: Any, sync_date: datetime.date, progress: Progress, selection: list[str]) -> list[Any]:
    variables = {"sync_date": sync_date.isoformat(), "built_by": "nattsynk"}
    arguments = ["build", *common_arguments(settings, target), "--cache-selected-only", "--exclude-resource-type", "unit_test", "exposure", *selection]
    outcome = invoke(manifest, arguments, variables, [_ticker(progress)])
    if outcome.exception is not None:
        shown = failures.redact(target, str(outcome.exception), failures.known_words(manifest))
        raise failures.cannot(settings, target, "build", outcome.exception, shown)
    return list(outcome.result)


def _is_failed(result: Any) -> bool:
    return str(result.status) in ("error", "fail", "runtime error")


def common_arguments(settings: Settings, target: str) -> list[str]:
    return [
        "--project-dir", str(settings.project), "--profiles-dir", str(settings.project),
        "--target-path", str(settings.work / "dbt"), "--target", target,
        "--log-path", str(settings.work / "dbt"), "--log-level", "none", "--log-level-file", "none",
        "--no-write-json", "--no-use-colors", "--no-version-check", "--no-print",
    ]


def invoke(manifest: Any, arguments: list[str], variables: dict[str, Any], callbacks: list[Any] | None = None) -> Any:
    os.environ.setdefault("DBT_SEND_ANONYMOUS_USAGE_STATS", "false")
    from dbt.cli.main import dbtRunner

    project, target = (arguments[arguments.index(option) + 1] for option in ("--project-dir", "--target"))
    with _interruptible(), _in_folder(project, target):
        return dbtRunner(manifest=manifest, callbacks=callbacks or []).invoke(arguments, vars=variables)


@contextlib.contextmanager
def _interruptible() -> Iterator[None]:
    """Ctrl-C ends the run. dbt catches it, and may tell it as a model that failed."""
    pressed: list[int] = []

    def press(number: int, frame: Any) -> None:
        pressed.append(number)
        signal.default_int_handler(number, frame)

    if signal.getsignal(signal.SIGINT) is not signal.default_int_handler or threading.current_thread() is not threading.main_thread():
        yield
        return
    signal.signal(signal.SIGINT, press)
    try:
        yield
    finally:
        signal.signal(signal.SIGINT, signal.default_int_handler)
        if pressed:
            raise KeyboardInterrupt


@contextlib.contextmanager
def _in_folder(project: str, target: str) -> Iterator[None]:
    # profiles.yml names a database as seen from the project. Relative paths of ours must mean the same afterwards.
    before = Path.cwd()
    os.chdir(project)
    try:
        yield
    finally:
        os.chdir(before)
        engines.of(target).forget_connections()


def _ticker(progress: Progress) -> Any:
    def tick(event: Any) -> None:
        if event.info.name == "LogStartLine":
            progress.tick(f"{event.data.index}/{event.data.total} {event.data.description}", event.data.index, event.data.total)

    return tick


def _warn(result: Any, progress: Progress) -> None:
    """Tells of a test that found something to see to and does not hold the night."""
    what, resolve = failures.described(result.node)
    text = f"{result.node.name}: {what} ({result.failures} rows) {resolve}".strip()
    progress.step("warning", text, test=result.node.name, what=what, count=result.failures, how_to_resolve=resolve)


def _rows(settings: Settings, target: str, result: Any) -> tuple[str, ...]:
    """The rows that a failed test found, as lines, if it says that they may be told."""
    if str(result.status) != "fail" or not result.node.config.meta.get("tells_rows"):
        return ()
    with open_database(settings, target) as database:
        return tuple(sorted(": ".join(map(str, row)) for row in database.rows(result.node.compiled_code)))
