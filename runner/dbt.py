"""dbt, called in process: parse once, then build for a date. What dbt would print is told in our own words.

A change of vars makes dbt parse everything anew (seconds), so it is parsed without the sync date, and the date is
given when the parsed project is built (docs/decisions/vars-and-parse-cache.md).
"""

import contextlib
import dataclasses
import datetime
import os
import re
from collections.abc import Iterator
from typing import Any

from nattsynk.errors import FAULT, HELD, UNREACHABLE, USAGE, Stop
from nattsynk.log import Progress
from nattsynk.settings import PROJECT, Settings


@dataclasses.dataclass(frozen=True)
class Failure:
    """One node that went wrong: its name, its file in nattsynk or the profile, a redacted message, what to do."""

    name: str
    file: str
    message: str
    how_to_resolve: str
    exit_code: int


def parse(settings: Settings, target: str, progress: Progress) -> Any:
    """The parsed project (dbt's Manifest), good for any date. Stops when the project cannot be parsed."""
    outcome = invoke(None, ["parse", *common_arguments(settings, target)], settings.dbt_vars())
    if not outcome.success:
        raise _cannot("parse", str(outcome.exception))
    progress.step("parse", "Read the models")
    return outcome.result


def build(settings: Settings, target: str, manifest: Any, sync_date: datetime.date, progress: Progress) -> list[Failure]:
    """Seeds, models and data tests for the date, as of now. Returns what went wrong, an empty list when green.

    Unit tests guard the models' development and are left out. A test of severity warn is no failure.
    """
    variables = {**settings.dbt_vars(), "sync_date": sync_date.isoformat()}
    arguments = ["build", *common_arguments(settings, target), "--exclude-resource-type", "unit_test"]
    outcome = invoke(manifest, arguments, variables, [_ticker(progress)])
    known = _known_words(manifest)
    if outcome.exception is not None:
        raise _cannot("build", redact(str(outcome.exception), known))
    results = list(outcome.result)
    progress.step("build", f"Built and tested {len(results)} seeds, models and tests", nodes=len(results))
    return [_failure(result, known) for result in results if str(result.status) in ("error", "fail", "runtime error")]


def common_arguments(settings: Settings, target: str) -> list[str]:
    return [
        "--project-dir", str(settings.project), "--profiles-dir", str(PROJECT / "profiles"),
        "--target-path", str(settings.work / "dbt"), "--target", target,
        "--log-path", str(settings.work / "dbt"), "--log-level", "none", "--log-level-file", "none",
        "--no-write-json", "--no-use-colors", "--no-version-check", "--no-print",
    ]


def invoke(manifest: Any, arguments: list[str], variables: dict[str, Any], callbacks: list[Any] | None = None) -> Any:
    os.environ.setdefault("DBT_SEND_ANONYMOUS_USAGE_STATS", "false")
    from dbt.cli.main import dbtRunner

    with _same_folder():
        return dbtRunner(manifest=manifest, callbacks=callbacks or []).invoke(arguments, vars=variables)


@contextlib.contextmanager
def _same_folder() -> Iterator[None]:
    # dbt changes the working folder to the project's; relative paths of ours must mean the same afterwards.
    before = os.getcwd()
    try:
        yield
    finally:
        os.chdir(before)


def _ticker(progress: Progress) -> Any:
    def tick(event: Any) -> None:
        if event.info.name == "LogStartLine":
            progress.tick(f"{event.data.index}/{event.data.total} {event.data.description}")

    return tick


def _failure(result: Any, known: frozenset[str]) -> Failure:
    node = result.node
    is_test = node.resource_type == "test" and str(result.status) == "fail"
    is_local = str(node.original_file_path).replace("\\", "/").startswith("models/local/")
    meta = node.config.meta if hasattr(node.config, "meta") else {}
    resolve = str(meta.get("how_to_resolve") or "").strip()
    what = str(meta.get("what") or getattr(node, "description", "") or "").strip()
    text = what if is_test else redact(str(result.message or ""), known)
    code = HELD if is_test else USAGE if is_local else FAULT
    count = f" ({result.failures} rows)" if is_test and result.failures else ""
    return Failure(node.name, node.original_file_path, f"{text}{count}".strip(), resolve, code)


def redact(message: str, known: frozenset[str] = frozenset()) -> str:
    """A database's message without what may be personal: quoted texts and runs of four digits or more.

    Words of our own (known: names of models and columns) stay readable. Only the first lines are kept.
    """
    def quoted(match: re.Match[str]) -> str:
        return match.group(0) if match.group(2).lower() in known else f"{match.group(1)}…{match.group(1)}"

    lines = [line.strip() for line in message.splitlines() if line.strip()][:4]
    masked = re.sub(r"(['\"`])(.*?)\1", quoted, " ".join(lines))
    return re.sub(r"\d[\d-]{3,}", "…", masked)[:400]


def _known_words(manifest: Any) -> frozenset[str]:
    nodes = [*manifest.nodes.values(), *manifest.sources.values()]
    return frozenset(word.lower() for node in nodes for word in (node.name, *node.columns))


def _cannot(verb: str, text: str) -> Stop:
    """What stopped dbt altogether. While parsing no row is read, so nothing in that text can be personal."""
    if "lock" in text.lower() and "nattsynk.duckdb" in text:
        return Stop("The profile's database file is held by another process.", "Wait until it has ended, then run again.", UNREACHABLE)
    short = " ".join(text.split())[:600]
    if "models/local" in text.replace("\\", "/"):
        return Stop(f"dbt could not {verb} the project: {short}", "Correct the profile's own SQL in its folder models/.", USAGE)
    return Stop(f"dbt could not {verb} the project: {short}", "This is a fault of nattsynk; report it with this message.", FAULT)
