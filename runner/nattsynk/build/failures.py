"""What nattsynk tells of dbt's failures: no text that can hold a row's values, each file as the profile names it, and what to do."""

import dataclasses
import re
from collections.abc import Mapping
from typing import Any

from nattsynk import engines, operating_system
from nattsynk.engines.messages import redacted, shortened
from nattsynk.errors import FAULT, HELD, UNREACHABLE, USAGE, Stop, sentence
from nattsynk.profile import overrides
from nattsynk.profile.settings import Settings

_HEADING = re.compile(r"(Compilation|Database|Runtime) Error(?: in [^\n]*)?\n\s*")


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


def of_result(target: str, result: Any, known: frozenset[str], own: Mapping[str, str], rows: tuple[str, ...] = ()) -> Failure:
    """The failure of a node. known: our own words (known_words). own: the profile's files (overrides.shown_paths). rows: what a test found."""
    node, message = result.node, str(result.message or "")
    is_test = node.resource_type == "test" and str(result.status) == "fail"
    file = str(node.original_file_path).replace("\\", "/")
    what, resolve = described(node)
    trouble = None if is_test else engines.of(target).messages.trouble(_body(message))
    text = what if is_test else trouble.what if trouble else redact(target, message, known)
    resolve = trouble.next_step if trouble else resolve
    code = HELD if is_test else UNREACHABLE if trouble else USAGE if file in own else FAULT
    count = f" ({result.failures} rows)" if is_test and result.failures and not rows else ""
    return Failure(node.name, own.get(file, file), f"{text}{count}".strip(), resolve, code, rows, operating_system.refusal_in(message))


def described(node: Any) -> tuple[str, str]:
    """What a node says of itself: what is wrong, and how to resolve it."""
    meta = node.config.meta if hasattr(node.config, "meta") else {}
    what = meta.get("what") or getattr(node, "description", "") or ""
    return str(what).strip(), str(meta.get("how_to_resolve") or "").strip()


def redact(target: str, message: str, known: frozenset[str] = frozenset()) -> str:
    """A message of dbt, as far as it cannot hold a row's values. While dbt compiles, no row is read: that is told whole."""
    heading, body = _HEADING.match(message), _body(message)
    if heading and heading.group(1) == "Compilation":
        return shortened(body, 8)
    return redacted(engines.of(target).messages, body, known)


def known_words(manifest: Any) -> frozenset[str]:
    """The names of models, sources and columns, in lower case."""
    nodes = [*manifest.nodes.values(), *manifest.sources.values()]
    return frozenset(word.lower() for node in nodes for word in (node.name, *node.columns))


def cannot(settings: Settings, target: str, verb: str, fault: BaseException, shown: str = "") -> Stop:
    """Why dbt stopped altogether. shown: what may be told of its text; all of it while dbt parses, when no row is read."""
    text = str(fault)
    trouble = engines.of(target).messages.trouble(_body(text))
    if trouble:
        return Stop(trouble.what, trouble.next_step, UNREACHABLE)
    refused = operating_system.refusal(fault, settings.work)
    if refused:
        return refused
    short = _in_own_files(settings, " ".join((shown or text).split())[:600])
    if any(path in text.replace("\\", "/") for path in overrides.shown_paths(settings)):
        return Stop(f"dbt could not {verb} the project: {sentence(short.rstrip('.'))}", "Correct the profile's own SQL in its folder models/ or replace/.", USAGE)
    return Stop(f"dbt could not {verb} the project: {sentence(short.rstrip('.'))}", "This is a fault of nattsynk; report it with this message.", FAULT)


def _in_own_files(settings: Settings, text: str) -> str:
    """A text of dbt with each file of the profile as the profile names it, not as the assembled project does."""
    text = text.replace("\\", "/")
    for path, shown in overrides.shown_paths(settings).items():
        text = text.replace(path, shown)
    return text


def _body(message: str) -> str:
    """What dbt passes on, without its heading."""
    heading = _HEADING.match(message)
    return message[heading.end():] if heading else message
