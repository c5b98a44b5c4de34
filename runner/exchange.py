"""The exchange with the receiver (docs/openapi.yaml): state, deltas, parts, commit, receipt, over one HTTPS session.

Every request may be sent again: reads change nothing, posts carry an idempotency key, a part its number and digest. What
the receiver says is checked before it is believed, and no text of its answers but codes reaches a message of ours.
"""

import base64
import contextlib
import dataclasses
import datetime
import email.utils
import gzip
import hashlib
import random
import re
import time
from collections.abc import Callable, Iterator, Mapping
from typing import Any
from urllib.parse import urlsplit

import requests

from nattsynk.auth import Credentials
from nattsynk.errors import REJECTED, UNREACHABLE, Stop
from nattsynk.http import may_pass, unreachable
from nattsynk.log import Clock, Progress
from nattsynk.settings import Receiver

FIRST_WAIT, SHORTEST_WAIT, LONGEST_WAIT = 0.5, 0.1, 300.0  # seconds; the longest whatever Retry-After says
LARGEST = 2**31 - 2  # a sequence, a line or a count: they and the next one have to fit the ledger's columns
BASE_MISMATCH = "urn:nattsynk:problem:base-mismatch"
STATUSES = ("applied", "unchanged", "rejected")


class Refused(Stop):
    """The receiver answered 4xx. status: the HTTP status; problem: the problem's type where it gave one."""

    def __init__(self, status: int, problem: str, doing: str) -> None:
        super().__init__(
            f"The receiver refused {doing}: HTTP {status}" + (f", {problem}." if problem else "."),
            _REMEDIES.get(status, "Give the receiver's support this message and the time; the next `nattsynk send` plans anew."),
            REJECTED,
        )
        self.status = status
        self.problem = problem


class Away(Stop):
    """Nothing but silence or an answer that may pass, until the time for it was over."""


class BaseMismatch(Exception):
    """The receiver stands at another base than the delta was made from. base: its sequence and version."""

    def __init__(self, base: tuple[int, str]) -> None:
        super().__init__(f"the receiver stands at sequence {base[0]}")
        self.base = base


_REMEDIES = {
    401: "Check the secret that receiver.auth names: it is wrong, has expired, or is of another environment.",
    403: "We are known but have no right to this tenant: check receiver.url, and ask the receiver.",
    404: "Check receiver.url: the address is wrong, or the receiver does not know this tenant.",
}


@dataclasses.dataclass(frozen=True)
class Exchange:
    """One run's conversation. deadline: when it must be over (aware). sleep: takes seconds."""

    http: requests.Session
    receiver: Receiver
    clock: Clock
    progress: Progress
    deadline: datetime.datetime
    sleep: Callable[[float], None] = lambda seconds: time.sleep(seconds)


@dataclasses.dataclass(frozen=True)
class State:
    """Where the receiver stands, and what it can. base: sequence and version. hides: it knows the delete mode hide."""

    base: tuple[int, str]
    hides: bool


@dataclasses.dataclass(frozen=True)
class Delta:
    """A delta as the receiver has it. state: open, applying, applied. parts: number -> SHA-256 of the parts it has."""

    delta_id: str
    state: str
    parts: Mapping[int, str]


@dataclasses.dataclass(frozen=True)
class ReceiptPage:
    """A page of a receipt. counts: lines by status, over the whole delta. lines: (n, status, problem type, pointer)."""

    version: str
    counts: Mapping[str, int]
    lines: list[tuple[int, str, str, str | None]]
    next_after: int | None


def state(exchange: Exchange) -> State:
    """Where the receiver stands, and what it can."""
    answer = _ask(exchange, "GET", "/state", "to tell its state")
    return _read(answer, lambda found: State(_base(found), "hide" in _words(found, "modes") | _words(found, "features")))


def open_delta(exchange: Exchange, manifest: dict[str, Any], key: str) -> Delta:
    """Announces a delta, or finds the one announced before under the same key. Raises BaseMismatch."""
    answer = _ask(exchange, "POST", "/deltas", "the delta's manifest", {"Idempotency-Key": key}, json=manifest)
    return _read(answer, _delta)


def find_delta(exchange: Exchange, delta_id: str) -> Delta | None:
    """The delta as the receiver has it, None where it does not know it."""
    try:
        answer = _ask_of(exchange, f"/deltas/{delta_id}", "to tell what it has of the delta")
    except Refused as refused:
        if refused.status in (404, 410):
            return None
        raise
    return _read(answer, _delta)


def put_part(exchange: Exchange, delta_id: str, number: int, content: bytes) -> None:
    """Sends one part. content: its NDJSON."""
    # Without a time in the header, gzip packs the same lines into the same bytes.
    packed = gzip.compress(content, compresslevel=6, mtime=0)
    headers = {
        "Content-Type": "application/x-ndjson",
        "Content-Encoding": "gzip",
        "Content-Digest": f"sha-256=:{base64.b64encode(hashlib.sha256(packed).digest()).decode()}:",
    }
    _ask(exchange, "PUT", f"/deltas/{delta_id}/parts/{number}", f"part {number}", headers, data=packed)


def commit(exchange: Exchange, delta_id: str, key: str) -> None:
    """Asks the receiver to apply the delta, once however often it is asked. Raises BaseMismatch."""
    _ask(exchange, "POST", f"/deltas/{delta_id}/commit", "the commit", {"Idempotency-Key": key})


def receipt(exchange: Exchange, delta_id: str) -> Iterator[ReceiptPage]:
    """The receipt, page by page; waits for it while the receiver is at work."""
    after: int | None = 0
    while after is not None:
        answer = _ask_of(exchange, f"/deltas/{delta_id}/receipt?after={after}", "to give the receipt")
        if answer.status_code == 202:
            _wait(exchange, _retry_after(answer, exchange.clock()), "the receiver is applying the delta")
            continue
        page = _read(answer, _receipt_page)
        if page.next_after is not None and page.next_after <= after:
            raise _undocumented("its receipt goes in circles")
        yield page
        after = page.next_after


def _ask_of(exchange: Exchange, path: str, doing: str) -> requests.Response:
    """A question about one delta, to which another base is no answer."""
    try:
        return _ask(exchange, "GET", path, doing)
    except BaseMismatch:
        raise _undocumented("it tells of another base where a delta was asked for") from None


def _ask(
    exchange: Exchange, method: str, path: str, doing: str, headers: Mapping[str, str] | None = None, **body: Any
) -> requests.Response:
    """One request, sent again for as long as that can help and the run's budget lasts. Returns an answer of 2xx; raises Stop or BaseMismatch else."""
    failed, waited, renewed, budget = 0, 0.0, False, _left(exchange)
    while True:
        answer, fault = _try(exchange, method, path, headers, body)
        if answer is not None and answer.status_code == 401 and not renewed and _renew(exchange):
            renewed = True
            continue
        if answer is not None and not _is_busy(answer):
            return _accepted(answer, doing)
        stop = unreachable(exchange.receiver, fault) if answer is None else _busy(answer)
        if fault is not None and not may_pass(fault):
            raise stop
        failed += 1
        asked = _retry_after(answer, exchange.clock()) if answer is not None and "Retry-After" in answer.headers else 0
        seconds = max(asked, _backoff(failed))
        if seconds >= min(_left(exchange), budget - waited):
            raise Away(stop.message, stop.next_step, stop.exit_code)
        waited += seconds
        _wait(exchange, seconds, f"no answer ({type(fault).__name__})" if answer is None else f"HTTP {answer.status_code}")


def _try(
    exchange: Exchange, method: str, path: str, headers: Mapping[str, str] | None, body: Mapping[str, Any]
) -> tuple[requests.Response | None, requests.RequestException | None]:
    """One attempt within what is left of the budget: an answer, or what went wrong on the way.

    The fault is returned so that no Stop has it as its cause: it knows the request, and the request knows our secret.
    """
    left = _within_budget(exchange, 0, "not all of it is sent and answered for")
    try:
        url = exchange.receiver.url + path
        return exchange.http.request(method, url, headers=headers, allow_redirects=False, timeout=left, **body), None
    except requests.RequestException as fault:
        # A token endpoint that is busy is waited for as the receiver is.
        return (fault.response, None) if isinstance(fault, requests.HTTPError) else (None, fault)


def _renew(exchange: Exchange) -> bool:
    return isinstance(exchange.http.auth, Credentials) and exchange.http.auth.renew()


def _is_busy(answer: requests.Response) -> bool:
    return answer.status_code in (408, 429) or answer.status_code >= 500


def _accepted(answer: requests.Response, doing: str) -> requests.Response:
    if 200 <= answer.status_code < 300:
        return answer
    problem = _problem(answer)
    if answer.status_code == 409 and problem.get("type") == BASE_MISMATCH:
        raise BaseMismatch(_read(answer, lambda found: _base(found["base"])))
    raise Refused(answer.status_code, _code(problem.get("type")), doing)


def _wait(exchange: Exchange, seconds: float, why: str) -> None:
    """Waits, unless the run's budget would be over by then."""
    _within_budget(exchange, seconds, why)
    exchange.progress.step("wait", f"Waiting {seconds:.1f} s: {why}", seconds=round(seconds, 1), why=why)
    exchange.sleep(seconds)


def _within_budget(exchange: Exchange, seconds: float, why: str) -> float:
    """The seconds that are left. Stops where the run's time is over, or would be after so many seconds more."""
    left = _left(exchange)
    if left <= seconds:
        raise Stop(
            f"The time for this delivery (setting send_budget_minutes) is over: {why}.",
            "Nothing is lost: the next `nattsynk send` goes on where this one stopped.",
            UNREACHABLE,
        )
    return left


def _left(exchange: Exchange) -> float:
    """The seconds until the run's time is over."""
    return (exchange.deadline - exchange.clock()).total_seconds()


def _retry_after(answer: requests.Response, now: datetime.datetime) -> float:
    """The seconds that Retry-After asks for, capped, with up to a second more so that many senders do not come back at once.

    It is a number of seconds or a date (RFC 9110); what is neither counts as a second.
    """
    text, asked = answer.headers.get("Retry-After", ""), 1.0
    if re.fullmatch(r"\d{1,6}", text):
        asked = float(text)
    else:
        with contextlib.suppress(ValueError, TypeError):
            asked = (email.utils.parsedate_to_datetime(text) - now).total_seconds()
    seconds = min(max(asked, SHORTEST_WAIT), LONGEST_WAIT)
    return seconds + random.uniform(0, min(1, seconds / 10))


def _backoff(failed: int) -> float:
    return min(FIRST_WAIT * 2 ** min(failed - 1, 20), LONGEST_WAIT) * random.uniform(1, 1.5)


def _busy(answer: requests.Response) -> Stop:
    return Stop(
        f"{urlsplit(answer.url).netloc} keeps answering HTTP {answer.status_code}.",
        "Nothing is lost: the next `nattsynk send` goes on where this one stopped.",
        UNREACHABLE,
    )


def _undocumented(what: str) -> Stop:
    return Stop(
        f"The receiver's answer is not what docs/openapi.yaml describes: {what}.",
        "Check receiver.url; if it is right, give the receiver's support this message. What it confirmed before stands.",
        REJECTED,
    )


def _read(answer: requests.Response, reader: Callable[[Any], Any]) -> Any:
    """What a JSON answer says. A wrong shape stops the run, without any of its text."""
    try:
        return reader(answer.json())
    except (ValueError, KeyError, TypeError, AttributeError):
        raise _undocumented(f"HTTP {answer.status_code} with a body of another shape") from None


def _base(found: Any) -> tuple[int, str]:
    return _whole(found["sequence"]), _text(found["version"])


def _words(found: Any, name: str) -> set[str]:
    """A list of words that a receiver may leave out."""
    words = found.get(name) or []
    if not isinstance(words, list):
        raise ValueError
    return {_text(word) for word in words}


def _delta(found: Any) -> Delta:
    if found["state"] not in ("open", "applying", "applied") or not re.fullmatch(r"[A-Za-z0-9_-]{1,200}", found["id"]):
        raise ValueError
    return Delta(found["id"], found["state"], {_whole(part["n"]): _text(part["sha256"]) for part in found["parts"]})


def _receipt_page(found: Any) -> ReceiptPage:
    counts = {status: _whole(found["counts"][status]) for status in STATUSES}
    after = found.get("next_after")
    return ReceiptPage(
        _text(found["state"]["version"]), counts, [_receipt_line(line) for line in found["lines"]],
        None if after is None else _whole(after),
    )


def _receipt_line(line: Any) -> tuple[int, str, str, str | None]:
    if line["status"] not in STATUSES[1:]:
        raise ValueError
    problem = line.get("problem") or {}
    pointer = problem.get("pointer")
    return (
        _whole(line["n"]), line["status"], _code(problem.get("type")) or "about:blank",
        pointer if isinstance(pointer, str) and re.fullmatch(r"(/[a-z_]{1,40}){1,4}", pointer) else None,
    )


def _problem(answer: requests.Response) -> dict[str, Any]:
    try:
        found = answer.json()
    except ValueError:
        return {}
    return found if isinstance(found, dict) else {}


def _code(text: Any) -> str:
    """A problem type if it looks like one: a URI of names, without numbers that could be somebody's."""
    return text if isinstance(text, str) and re.fullmatch(r"[a-z][a-z0-9+.-]{1,20}:[A-Za-z_./:#-]{1,150}", text) else ""


def _whole(value: Any) -> int:
    if isinstance(value, bool) or not isinstance(value, int) or not 0 <= value <= LARGEST:
        raise ValueError
    return value


def _text(value: Any) -> str:
    if not isinstance(value, str) or len(value) > 64:
        raise ValueError
    return value
