"""One HTTPS request to a receiver, sent again for as long as that can help and the run's time lasts."""

import collections
import contextlib
import dataclasses
import datetime
import email.utils
import random
import re
import time
from collections.abc import Callable, Mapping
from typing import Any
from urllib.parse import urlsplit

import requests
import urllib3

from nattsynk.errors import UNREACHABLE, Stop
from nattsynk.log import Clock, Progress
from nattsynk.profile.settings import Receiver, Settings
from nattsynk.receivers.auth import Credentials
from nattsynk.receivers.receiver import Away
from nattsynk.receivers.refusals import is_busy
from nattsynk.receivers.tls_session import is_web_page, new_session
from nattsynk.receivers.unreachable import is_unresolved, may_pass, unreachable

FIRST_WAIT, SHORTEST_WAIT, LONGEST_WAIT = 0.5, 0.1, 300.0  # seconds; the longest whatever Retry-After says
LONGEST_LOOK = 10.0  # seconds between two looks at what a receiver is at work on, where it asks for no longer wait


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
class HttpsClient:
    """Sends the requests of one run. deadline: when the run must be over (aware). sleep: takes seconds.

    is_hasty: somebody looks on, so a fault that time hardly mends is told at once.
    """

    session: requests.Session
    receiver: Receiver
    clock: Clock
    progress: Progress
    deadline: datetime.datetime
    sleep: Callable[[float], None] = lambda seconds: time.sleep(seconds)
    is_hasty: bool = False

    def ask(self, request: Request) -> requests.Response:
        """The answer, also where it is a refusal. Raises Away after nothing but silence and answers that may pass."""
        failed, waited, renewed, budget = 0, 0.0, False, self._left()
        statuses: collections.Counter[int] = collections.Counter()
        while True:
            answer = self._try(request)
            if isinstance(answer, requests.RequestException):
                stop, why, asked = unreachable(self.receiver, answer), f"no answer ({type(answer).__name__})", 0.0
                if not may_pass(answer):
                    raise stop
            elif answer.status_code == 401 and not renewed and self._renew():
                renewed = True
                continue
            elif is_busy(answer.status_code):
                statuses.update([answer.status_code])
                stop, why = _busy(answer, statuses[answer.status_code]), f"HTTP {answer.status_code}"
                asked = _retry_after(answer, self.clock()) if "Retry-After" in answer.headers else 0.0
            else:
                return answer
            failed += 1
            seconds = max(asked, _backoff(failed))
            is_hopeless = self.is_hasty and isinstance(answer, requests.RequestException) and is_unresolved(answer)
            if is_hopeless or seconds >= min(self._left(), budget - waited):
                raise Away(stop.message, stop.next_step, stop.exit_code)
            waited += seconds
            self._wait(seconds, why)

    def wait_for_work(self, answer: requests.Response, looks: int, why: str) -> None:
        """Waits for a receiver that says it is still at work. looks: how often it has said so. why: for the log."""
        self._wait(max(_retry_after(answer, self.clock()), min(SHORTEST_WAIT * looks, LONGEST_LOOK)), why)

    def _try(self, request: Request) -> requests.Response | requests.RequestException:
        """One attempt within what is left of the run's time: an answer, or what went wrong on the way.

        The fault is returned so that no Stop has it as its cause: it knows the request, and the request knows our secret.
        """
        left = self._within_budget(0, "not all of it is sent and answered for")
        try:
            url = self.receiver.url + request.path
            return self.session.request(
                request.method, url, headers=request.headers, json=request.json, data=request.data, allow_redirects=False, timeout=left,
            )
        except requests.RequestException as fault:
            # A token endpoint that is busy is waited for as the receiver is.
            return fault.response if isinstance(fault, requests.HTTPError) else fault
        except (urllib3.exceptions.LocationParseError, UnicodeError):
            # requests lets some addresses pass that urllib3 cannot take apart.
            return requests.exceptions.InvalidURL()

    def _renew(self) -> bool:
        return isinstance(self.session.auth, Credentials) and self.session.auth.renew()

    def _wait(self, seconds: float, why: str) -> None:
        """Waits, unless the run's time would be over by then."""
        self._within_budget(seconds, why)
        self.progress.step("wait", f"Waiting {seconds:.1f} s: {why}", seconds=round(seconds, 1), why=why)
        self.sleep(seconds)

    def _within_budget(self, seconds: float, why: str) -> float:
        """The seconds that are left. Stops where the run's time is over, or would be after so many seconds more."""
        left = self._left()
        if left <= seconds:
            raise Stop(
                f"The time for this delivery (setting send_budget_minutes) is over: {why}.",
                "Nothing is lost: the next `nattsynk send` goes on where this one stopped.",
                UNREACHABLE,
            )
        return left

    def _left(self) -> float:
        """The seconds until the run's time is over."""
        return (self.deadline - self.clock()).total_seconds()


def client(
    settings: Settings, clock: Clock, progress: Progress, patience: datetime.timedelta | None, session: requests.Session | None = None
) -> HttpsClient:
    """A client for the profile's receiver. patience: as receivers.of takes it. session: in place of the one that the profile describes.

    Stops (exit code 2) where a secret, the CA file or the client certificate is missing.
    """
    budget = datetime.timedelta(minutes=settings.number("send_budget_minutes")) if patience is None else patience
    deadline, receiver = clock().astimezone(datetime.UTC) + budget, settings.receiver
    assert receiver is not None, "receivers.of has looked"
    return HttpsClient(session or new_session(receiver), receiver, clock, progress, deadline, is_hasty=patience is not None)


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
