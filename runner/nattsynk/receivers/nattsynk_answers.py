"""What an answer of our own exchange says (docs/receive/openapi.yaml). A field is checked before it is believed, and no text of it but codes reaches a message."""

import contextlib
import json
import re
from collections.abc import Callable
from typing import Any

import requests

from nattsynk.deliver.delivery import Base
from nattsynk.errors import REJECTED, Stop
from nattsynk.receivers.fields import Field, Unexpected
from nattsynk.receivers.https_client import Request
from nattsynk.receivers.receiver import (
    APPLIED,
    APPLYING,
    OPEN,
    STATUSES,
    LineAnswer,
    ReceiptPage,
    Received,
    State,
)


def read(answer: requests.Response, request: Request, reader: Callable[[Field], Any]) -> Any:
    """What a JSON answer says. A wrong shape stops the run, and tells of the answer nothing but which field."""
    try:
        return reader(Field(json.loads(answer.content)))
    except Unexpected as unexpected:
        what = str(unexpected)
    except (ValueError, RecursionError):
        what = "the body must be JSON"
    raise undocumented(request, answer.status_code, what)


def undocumented(request: Request, status: int, what: str) -> Stop:
    """The Stop for an answer that docs/receive/openapi.yaml does not describe."""
    return Stop(
        f"The answer to {request.name} is not what docs/receive/openapi.yaml describes: HTTP {status}, {what}.",
        "Check receiver.url; if it is right, give the receiver's support this message. What it confirmed before stands.",
        REJECTED,
    )


def state(found: Field) -> State:
    """Where the receiver stands, and what it can."""
    return State(_base(found), "hide" in _words(found, "modes") | _words(found, "features"))


def mismatch(found: Field) -> Base:
    """The receiver's base, of an answer that says another one was expected."""
    return _base(found.of("base"))


def delta(found: Field) -> Received:
    """A delta as the receiver has it."""
    parts = {part.of("n").whole(): part.of("sha256").text() for part in found.of("parts").items()}
    return Received(found.of("id").like(r"[A-Za-z0-9_-]{1,200}"), found.of("state").word((OPEN, APPLYING, APPLIED)), parts)


def receipt_page(found: Field) -> tuple[ReceiptPage, int | None]:
    """A page of a receipt, and the line after which the next page begins; None where it is the last."""
    counts = {status: found.of("counts").of(status).whole() for status in STATUSES}
    after = found.get("next_after")
    lines = [_receipt_line(line) for line in found.of("lines").items()]
    return ReceiptPage(found.of("state").of("version").text(), counts, lines), after.whole() if after else None


def problem(answer: requests.Response) -> dict[str, Any]:
    """The problem (RFC 9457) of a refusal; empty where it has none."""
    try:
        found = json.loads(answer.content)
    except (ValueError, RecursionError):
        return {}
    return found if isinstance(found, dict) else {}


def code(text: Any) -> str:
    """A problem type if it looks like one: a URI of names, without numbers that could be somebody's."""
    return text if isinstance(text, str) and re.fullmatch(r"[a-z][a-z0-9+.-]{1,20}:[A-Za-z_./:#-]{1,150}", text) else ""


def _base(found: Field) -> Base:
    return found.of("sequence").whole(), found.of("version").text()


def _words(found: Field, name: str) -> set[str]:
    """A list of words that a receiver may leave out."""
    words = found.get(name)
    return {word.text() for word in words.items()} if words else set()


def _receipt_line(line: Field) -> LineAnswer:
    said = line.get("problem") or Field({})
    kind, pointer, place = said.get("type"), said.get("pointer"), None
    with contextlib.suppress(Unexpected):
        place = pointer.like(r"(/[a-z_]{1,40}){1,4}") if pointer else None
    return LineAnswer(
        line.of("n").whole(), line.of("status").word(STATUSES[1:]), code(kind and kind.value) or "about:blank", place,
    )
