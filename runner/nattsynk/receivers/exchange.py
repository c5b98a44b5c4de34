"""The exchange with the receiver (docs/receive/openapi.yaml): state, deltas, parts, commit, receipt, over one HTTPS session.

Every request may be sent again: reads change nothing, posts carry an idempotency key, a part its number and digest. What
the receiver says is checked before it is believed, and no text of its answers but codes reaches a message of ours.
"""

import base64
import collections
import contextlib
import dataclasses
import datetime
import email.utils
import gzip
import hashlib
import json
import random
import re
import time
from collections.abc import Callable, Iterator, Mapping
from typing import Any
from urllib.parse import urlsplit

import requests
import urllib3

from nattsynk.errors import REJECTED, UNREACHABLE, Stop
from nattsynk.log import Clock, Progress
from nattsynk.profile.settings import Receiver
from nattsynk.receivers.auth import Credentials
from nattsynk.receivers.fields import Field, Unexpected
from nattsynk.receivers.refusals import COMMIT, DELTA, MANIFEST, PART, STATE, WEB_PAGE, Refused, is_busy, remedy
from nattsynk.receivers.tls_session import is_web_page
from nattsynk.receivers.unreachable import is_unresolved, may_pass, unreachable

FIRST_WAIT, SHORTEST_WAIT, LONGEST_WAIT = 0.5, 0.1, 300.0  # seconds; the longest whatever Retry-After says
LONGEST_LOOK = 10.0  # seconds between two looks at a receipt, where the receiver asks for no longer wait
BASE_MISMATCH = "urn:nattsynk:problem:base-mismatch"
STATUSES = ("applied", "unchanged", "rejected")


class Away(Stop):
    """Nothing but silence or an answer that may pass, until the time for it was over."""


class BaseMismatch(Exception):
    """The receiver stands at another base than the delta was made from. base: its sequence and version."""

    def __init__(self, base: tuple[int, str]) -> None:
        super().__init__(f"the receiver stands at sequence {base[0]}")
        self.base = base


@dataclasses.dataclass(frozen=True)
class Exchange:
    """One run's conversation. deadline: when it must be over (aware). sleep: takes seconds.

    part_size: the setting, for who is told to change it. is_hasty: somebody looks on, so what time hardly mends is told at once.
    """

    http: requests.Session
    receiver: Receiver
    clock: Clock
    progress: Progress
    deadline: datetime.datetime
    sleep: Callable[[float], None] = lambda seconds: time.sleep(seconds)
    part_size: int | None = None
    is_hasty: bool = False


@dataclasses.dataclass(frozen=True)
class Request:
    """A request. kind: as refusals.py tells them apart. doing: what the receiver is asked, for a message."""

    kind: str
    method: str
    path: str
    doing: str
    headers: Mapping[str, str] = dataclasses.field(default_factory=dict)
    json: Any = None
    data: bytes | None = None

    @property
    def name(self) -> str:
        """As docs/receive/openapi.yaml names it, without the receiver's id of the delta."""
        return f"{self.method} " + re.sub(r"^/deltas/[^/?]+", "/deltas/{delta}", self.path)


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
    request = Request(STATE, "GET", "/state", "to tell its state")
    return _read(_ask(exchange, request), request, _state)


def open_delta(exchange: Exchange, manifest: dict[str, Any], key: str) -> Delta:
    """Announces a delta, or finds the one announced before under the same key. Raises BaseMismatch."""
    request = Request(MANIFEST, "POST", "/deltas", "the delta's manifest", {"Idempotency-Key": key}, json=manifest)
    return _read(_ask(exchange, request), request, _delta)


def find_delta(exchange: Exchange, delta_id: str) -> Delta | None:
    """The delta as the receiver has it, None where it does not know it."""
    request = Request(DELTA, "GET", f"/deltas/{delta_id}", "to tell what it has of the delta")
    try:
        answer = _ask_of(exchange, request)
    except Refused as refused:
        if refused.status in (404, 410):
            return None
        raise
    return _read(answer, request, _delta)


def put_part(exchange: Exchange, delta_id: str, number: int, content: bytes) -> None:
    """Sends one part. content: its NDJSON."""
    # Without a time in the header, gzip packs the same lines into the same bytes.
    packed = gzip.compress(content, compresslevel=6, mtime=0)
    headers = {
        "Content-Type": "application/x-ndjson",
        "Content-Encoding": "gzip",
        "Content-Digest": f"sha-256=:{base64.b64encode(hashlib.sha256(packed).digest()).decode()}:",
    }
    _ask(exchange, Request(PART, "PUT", f"/deltas/{delta_id}/parts/{number}", f"part {number}", headers, data=packed))


def commit(exchange: Exchange, delta_id: str, key: str) -> None:
    """Asks the receiver to apply the delta, once however often it is asked. Raises BaseMismatch."""
    _ask(exchange, Request(COMMIT, "POST", f"/deltas/{delta_id}/commit", "the commit", {"Idempotency-Key": key}))


def receipt(exchange: Exchange, delta_id: str) -> Iterator[ReceiptPage]:
    """The receipt, page by page; waits for it while the receiver is at work."""
    after: int | None = 0
    looks = 0
    while after is not None:
        request = Request(DELTA, "GET", f"/deltas/{delta_id}/receipt?after={after}", "to give the receipt")
        answer = _ask_of(exchange, request)
        if answer.status_code == 202:
            looks += 1
            seconds = max(_retry_after(answer, exchange.clock()), min(SHORTEST_WAIT * looks, LONGEST_LOOK))
            _wait(exchange, seconds, "the receiver is applying the delta")
            continue
        page = _read(answer, request, _receipt_page)
        if page.next_after is not None and page.next_after <= after:
            raise _undocumented(request, answer.status_code, "/next_after must be higher than the number asked after")
        yield page
        after = page.next_after


def _ask_of(exchange: Exchange, request: Request) -> requests.Response:
    """A question about one delta, to which another base is no answer."""
    try:
        return _ask(exchange, request)
    except BaseMismatch:
        pass
    raise _undocumented(request, 409, "it tells of another base where a delta was asked for")


def _ask(exchange: Exchange, request: Request) -> requests.Response:
    """One request, sent again for as long as that can help and the run's budget lasts. Returns an answer of 2xx; raises Stop or BaseMismatch else."""
    failed, waited, renewed, budget = 0, 0.0, False, _left(exchange)
    statuses: collections.Counter[int] = collections.Counter()
    while True:
        answer, fault = _try(exchange, request)
        if answer is not None and answer.status_code == 401 and not renewed and _renew(exchange):
            renewed = True
            continue
        if answer is not None and not is_busy(answer.status_code):
            return _accepted(exchange, answer, request)
        statuses.update([answer.status_code] if answer is not None else [])
        stop = unreachable(exchange.receiver, fault) if answer is None else _busy(answer, statuses[answer.status_code])
        if fault is not None and not may_pass(fault):
            raise stop
        failed += 1
        asked = _retry_after(answer, exchange.clock()) if answer is not None and "Retry-After" in answer.headers else 0
        seconds = max(asked, _backoff(failed))
        if seconds >= min(_left(exchange), budget - waited) or (exchange.is_hasty and fault is not None and is_unresolved(fault)):
            raise Away(stop.message, stop.next_step, stop.exit_code)
        waited += seconds
        _wait(exchange, seconds, f"no answer ({type(fault).__name__})" if answer is None else f"HTTP {answer.status_code}")


def _try(exchange: Exchange, request: Request) -> tuple[requests.Response | None, requests.RequestException | None]:
    """One attempt within what is left of the budget: an answer, or what went wrong on the way.

    The fault is returned so that no Stop has it as its cause: it knows the request, and the request knows our secret.
    """
    left = _within_budget(exchange, 0, "not all of it is sent and answered for")
    try:
        url = exchange.receiver.url + request.path
        return exchange.http.request(
            request.method, url, headers=request.headers, json=request.json, data=request.data, allow_redirects=False, timeout=left,
        ), None
    except requests.RequestException as fault:
        # A token endpoint that is busy is waited for as the receiver is.
        return (fault.response, None) if isinstance(fault, requests.HTTPError) else (None, fault)
    except (urllib3.exceptions.LocationParseError, UnicodeError):
        # requests lets some addresses pass that urllib3 cannot take apart.
        return None, requests.exceptions.InvalidURL()


def _renew(exchange: Exchange) -> bool:
    return isinstance(exchange.http.auth, Credentials) and exchange.http.auth.renew()


def _accepted(exchange: Exchange, answer: requests.Response, request: Request) -> requests.Response:
    if 200 <= answer.status_code < 300:
        if is_web_page(answer):
            raise Stop(f"The answer to {request.name} is a web page (HTTP {answer.status_code}, text/html).", WEB_PAGE, REJECTED)
        return answer
    problem = _problem(answer)
    if answer.status_code == 409 and problem.get("type") == BASE_MISMATCH:
        raise BaseMismatch(_read(answer, request, lambda found: _base(found.of("base"))))
    page = is_web_page(answer)
    next_step = remedy(answer.status_code, request.kind, exchange.part_size, page)
    raise Refused(answer.status_code, _code(problem.get("type")), request.doing, next_step, " with a web page (text/html)" if page else "")


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

    It is a number of seconds or a date (RFC 9110); what is neither counts as a second. A date is of the receiver's clock, which may be
    off: so it is measured from that clock's own Date, where the answer has one.
    """
    text, asked = answer.headers.get("Retry-After", ""), 1.0
    if re.fullmatch(r"\d{1,6}", text):
        asked = float(text)
    else:
        with contextlib.suppress(ValueError, TypeError, OverflowError):
            asked = (email.utils.parsedate_to_datetime(text) - _sent_at(answer, now)).total_seconds()
    seconds = min(max(asked, SHORTEST_WAIT), LONGEST_WAIT)
    return seconds + random.uniform(0, min(1, seconds / 10))


def _sent_at(answer: requests.Response, now: datetime.datetime) -> datetime.datetime:
    """When the answer was sent by the clock of who sent it, by ours where it does not say."""
    with contextlib.suppress(ValueError, TypeError, OverflowError):
        said = email.utils.parsedate_to_datetime(answer.headers["Date"]) if "Date" in answer.headers else now
        return said if said.tzinfo else now
    return now


def _backoff(failed: int) -> float:
    return min(FIRST_WAIT * 2 ** min(failed - 1, 20), LONGEST_WAIT) * random.uniform(1, 1.5)


def _busy(answer: requests.Response, times: int) -> Stop:
    """The Stop for an answer that may pass. times: how often it came."""
    said = "keeps answering" if times > 1 else "answered"
    page = " with a web page (text/html), as a gateway in between does" if is_web_page(answer) else ""
    return Stop(
        f"{urlsplit(answer.url).netloc} {said} HTTP {answer.status_code}{page}.",
        "Nothing is lost: the next `nattsynk send` goes on where this one stopped.",
        UNREACHABLE,
    )


def _undocumented(request: Request, status: int, what: str) -> Stop:
    return Stop(
        f"The answer to {request.name} is not what docs/receive/openapi.yaml describes: HTTP {status}, {what}.",
        "Check receiver.url; if it is right, give the receiver's support this message. What it confirmed before stands.",
        REJECTED,
    )


def _read(answer: requests.Response, request: Request, reader: Callable[[Field], Any]) -> Any:
    """What a JSON answer says. A wrong shape stops the run, and tells of the answer nothing but which field."""
    try:
        return reader(Field(json.loads(answer.content)))
    except Unexpected as unexpected:
        what = str(unexpected)
    except (ValueError, RecursionError):
        what = "the body must be JSON"
    raise _undocumented(request, answer.status_code, what)


def _state(found: Field) -> State:
    return State(_base(found), "hide" in _words(found, "modes") | _words(found, "features"))


def _base(found: Field) -> tuple[int, str]:
    return found.of("sequence").whole(), found.of("version").text()


def _words(found: Field, name: str) -> set[str]:
    """A list of words that a receiver may leave out."""
    words = found.get(name)
    return {word.text() for word in words.items()} if words else set()


def _delta(found: Field) -> Delta:
    parts = {part.of("n").whole(): part.of("sha256").text() for part in found.of("parts").items()}
    return Delta(found.of("id").like(r"[A-Za-z0-9_-]{1,200}"), found.of("state").word(("open", "applying", "applied")), parts)


def _receipt_page(found: Field) -> ReceiptPage:
    counts = {status: found.of("counts").of(status).whole() for status in STATUSES}
    after = found.get("next_after")
    lines = [_receipt_line(line) for line in found.of("lines").items()]
    return ReceiptPage(found.of("state").of("version").text(), counts, lines, after.whole() if after else None)


def _receipt_line(line: Field) -> tuple[int, str, str, str | None]:
    problem = line.get("problem") or Field({})
    kind, pointer = problem.get("type"), problem.get("pointer")
    with contextlib.suppress(Unexpected):
        pointer = pointer and pointer.like(r"(/[a-z_]{1,40}){1,4}")
    return (
        line.of("n").whole(), line.of("status").word(STATUSES[1:]), _code(kind and kind.value) or "about:blank",
        pointer if isinstance(pointer, str) else None,
    )


def _problem(answer: requests.Response) -> dict[str, Any]:
    try:
        found = json.loads(answer.content)
    except (ValueError, RecursionError):
        return {}
    return found if isinstance(found, dict) else {}


def _code(text: Any) -> str:
    """A problem type if it looks like one: a URI of names, without numbers that could be somebody's."""
    return text if isinstance(text, str) and re.fullmatch(r"[a-z][a-z0-9+.-]{1,20}:[A-Za-z_./:#-]{1,150}", text) else ""
