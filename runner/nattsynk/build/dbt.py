"""dbt, called in process: parse once, then build for a date. What dbt would print is told in our own words.

A change of vars makes dbt parse everything anew (seconds), so it is parsed without the sync date, and the date is
given when the parsed project is built (docs/decisions/0010-settings-are-vars-and-the-date-comes-last.md).
"""

import contextlib
import dataclasses
import datetime
import functools
import os
import re
import signal
import threading
from collections.abc import Iterator, Mapping
from typing import Any

from nattsynk import operating_system
from nattsynk.build import person_mapping
from nattsynk.engines import answers
from nattsynk.engines.database import open_database
from nattsynk.engines.database_file import is_held
from nattsynk.errors import FAULT, HELD, UNREACHABLE, USAGE, Stop, sentence
from nattsynk.log import Progress
from nattsynk.profile import overrides
from nattsynk.profile.settings import Settings


# Errors of DuckDB, as their messages begin. Those of the SQL text know no row yet; of the others the name alone is told.
DUCKDB_TEXT_ERRORS = ("Binder", "Catalog", "Parser")
DUCKDB_ROW_ERRORS = (
    "Connection", "Constraint", "Conversion", "Dependency", "Divide by Zero", "FATAL", "HTTP", "INTERNAL", "INTERRUPT", "IO",
    "Invalid", "Invalid Input", "Invalid Type", "Mismatch Type", "Not implemented", "Out of Memory", "Out of Range", "Permission",
    "Sequence", "Serialization", "Settings", "Syntax", "TransactionContext",
)
# Who has landed, all that it needs, and every test that reads nothing else: chosen alike to be built and to be left out.
LANDED = (f"+{person_mapping.LANDED}", "--indirect-selection", "buildable")
_HEADING = re.compile(r"(Compilation|Database|Runtime) Error(?: in [^\n]*)?\n\s*")
_DUCKDB_ERROR = re.compile(rf"\s*({'|'.join(sorted((*DUCKDB_TEXT_ERRORS, *DUCKDB_ROW_ERRORS), key=len, reverse=True))}) Error: ")


@dataclasses.dataclass(frozen=True)
class Failure:
    """One node that went wrong: its name, its file in nattsynk or the profile, a redacted message, what to do.

    rows: what a test found, for a test whose rows may be told (`tells_rows` in its meta).
    refused: what the operating system refused, if that is behind it.
    """

    name: str
    file: str
    message: str
    how_to_resolve: str
    exit_code: int
    rows: tuple[str, ...] = ()
    refused: Stop | None = None


def parse(settings: Settings, target: str, progress: Progress) -> Any:
    """The parsed project (dbt's Manifest), good for any date. Stops when the project cannot be parsed."""
    outcome = invoke(None, ["parse", *common_arguments(settings, target)], {})
    if not outcome.success:
        raise cannot(settings, "parse", outcome.exception)
    progress.step("parse", "Read the models")
    return outcome.result


def build(settings: Settings, target: str, manifest: Any, sync_date: datetime.date, progress: Progress) -> list[Failure]:
    """Seeds, models and data tests for the date, as of now. Returns what went wrong, an empty list when green.

    Unit tests guard the models' development and are left out. A test of severity warn is no failure: it is told as a step.
    """
    part = functools.partial(_build, settings, target, manifest, sync_date, progress)
    if target == "embedded":
        results = part([])
    else:
        # This engine cannot read person_mapping.csv itself, and who it may name has to land before its rows.
        results = part(["--select", *LANDED])
        if not any(map(_is_failed, results)):
            person_mapping.load_person_mapping(settings, target, sync_date)
            results += part(["--exclude", *LANDED])
    progress.step("build", f"Built and tested {len(results)} seeds, models and tests", nodes=len(results))
    for result in results:
        if str(result.status) == "warn":
            _warn(result, progress)
    known, own = _known_words(manifest), overrides.shown_paths(settings)
    return [_failure(result, known, own, _rows(settings, target, result)) for result in results if _is_failed(result)]


def _build(settings: Settings, target: str, manifest: Any, sync_date: datetime.date, progress: Progress, selection: list[str]) -> list[Any]:
    variables = {"sync_date": sync_date.isoformat(), "built_by": "nattsynk"}
    arguments = ["build", *common_arguments(settings, target), "--cache-selected-only", "--exclude-resource-type", "unit_test", "exposure", *selection]
    outcome = invoke(manifest, arguments, variables, [_ticker(progress)])
    if outcome.exception is not None:
        raise cannot(settings, "build", outcome.exception, redact(str(outcome.exception), _known_words(manifest)))
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

    with _interruptible(), _in_folder(arguments[arguments.index("--project-dir") + 1]):
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
def _in_folder(project: str) -> Iterator[None]:
    # The database may be named as seen from the project (locations.py); relative paths of ours must mean the same afterwards.
    from dbt.adapters.duckdb.connections import DuckDBConnectionManager

    before = os.getcwd()
    os.chdir(project)
    try:
        yield
    finally:
        os.chdir(before)
        # It would be kept for the next project that names its database in the same way.
        DuckDBConnectionManager.close_all_connections()


def _ticker(progress: Progress) -> Any:
    def tick(event: Any) -> None:
        if event.info.name == "LogStartLine":
            progress.tick(f"{event.data.index}/{event.data.total} {event.data.description}")

    return tick


def _warn(result: Any, progress: Progress) -> None:
    """Tells of a test that found something to see to and does not hold the night."""
    what, resolve = _told(result.node)
    text = f"{result.node.name}: {what} ({result.failures} rows) {resolve}".strip()
    progress.step("warning", text, test=result.node.name, what=what, count=result.failures, how_to_resolve=resolve)


def _told(node: Any) -> tuple[str, str]:
    """What a node says of itself: what is wrong, and how to resolve it."""
    meta = node.config.meta if hasattr(node.config, "meta") else {}
    what = meta.get("what") or getattr(node, "description", "") or ""
    return str(what).strip(), str(meta.get("how_to_resolve") or "").strip()


def _rows(settings: Settings, target: str, result: Any) -> tuple[str, ...]:
    """The rows that a failed test found, as lines, if it says that they may be told."""
    if str(result.status) != "fail" or not result.node.config.meta.get("tells_rows"):
        return ()
    with open_database(settings, target) as database:
        return tuple(sorted(": ".join(map(str, row)) for row in database.rows(result.node.compiled_code)))


def _failure(result: Any, known: frozenset[str], own: Mapping[str, str], rows: tuple[str, ...] = ()) -> Failure:
    node = result.node
    is_test = node.resource_type == "test" and str(result.status) == "fail"
    file = str(node.original_file_path).replace("\\", "/")
    what, resolve = _told(node)
    trouble = None if is_test else answers.trouble(_body(str(result.message or "")))
    text = what if is_test else trouble.what if trouble else redact(str(result.message or ""), known)
    resolve = trouble.next_step if trouble else resolve
    code = HELD if is_test else UNREACHABLE if trouble else USAGE if file in own else FAULT
    count = f" ({result.failures} rows)" if is_test and result.failures and not rows else ""
    return Failure(node.name, own.get(file, file), f"{text}{count}".strip(), resolve, code, rows, operating_system.refusal_in(str(result.message or "")))


def redact(message: str, known: frozenset[str] = frozenset()) -> str:
    """A database's message as far as it cannot hold a row's values.

    An error that speaks of SQL text alone is told in its own words, shortened, without runs of four digits or more. Of any
    other only its kind is told, and which of our own words (known: names of models and columns, in lower case) it names.
    """
    heading, body = _HEADING.match(message), _body(message)
    if heading and heading.group(1) == "Compilation":
        return shortened(body, 8)
    error = _DUCKDB_ERROR.match(body)
    if error and error.group(1) in DUCKDB_TEXT_ERRORS:
        where = re.search(r"^\s*(LINE \d{1,3}):", body, re.MULTILINE)
        return shortened(body, 1) + (f" ({where.group(1)})" if where else "")
    said = answers.of_text(body)
    if said:
        return shortened(said, 1)
    state = answers.state(body)
    kind = f"{error.group(1)} Error" if error else f"SQLSTATE {state}" if state else "an error of another kind"
    ours = list(dict.fromkeys(word for word in re.findall(r"\w+", body.lower()) if word in known))[:8]
    return f"{kind}; its text may hold a row's values, so it is not shown" + (f". It names {', '.join(ours)}." if ours else ".")


def _body(message: str) -> str:
    """What dbt passes on, without its heading."""
    heading = _HEADING.match(message)
    return message[heading.end():] if heading else message


def shortened(text: str, most: int) -> str:
    """The first lines of a text as one, without runs of four digits or more."""
    lines = [line.strip() for line in text.splitlines() if line.strip()][:most]
    return re.sub(r"\d[\d-]{3,}", "…", " ".join(lines))[:400]


def _known_words(manifest: Any) -> frozenset[str]:
    nodes = [*manifest.nodes.values(), *manifest.sources.values()]
    return frozenset(word.lower() for node in nodes for word in (node.name, *node.columns))


def cannot(settings: Settings, verb: str, fault: BaseException, shown: str = "") -> Stop:
    """What stopped dbt altogether. shown: what may be told of its text; all of it while parsing, when no row is read."""
    text, refused = str(fault), operating_system.refusal(fault, settings.work)
    if refused and not is_held(text):
        return refused
    if is_held(text):
        return Stop("The profile's database file is held by another process.", "Wait until it has ended, then run again.", UNREACHABLE)
    trouble = answers.trouble(_body(text))
    if trouble:
        return Stop(trouble.what, trouble.next_step, UNREACHABLE)
    short = in_own_files(settings, " ".join((shown or text).split())[:600])
    if any(path in text.replace("\\", "/") for path in overrides.shown_paths(settings)):
        return Stop(f"dbt could not {verb} the project: {sentence(short.rstrip('.'))}", "Correct the profile's own SQL in its folder models/ or replace/.", USAGE)
    return Stop(f"dbt could not {verb} the project: {sentence(short.rstrip('.'))}", "This is a fault of nattsynk; report it with this message.", FAULT)


def in_own_files(settings: Settings, text: str) -> str:
    """A text of dbt with each file of the profile as the profile names it, not as the assembled project does."""
    text = text.replace("\\", "/")
    for path, shown in overrides.shown_paths(settings).items():
        text = text.replace(path, shown)
    return text
