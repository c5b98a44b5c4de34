"""The HTTPS session to the receiver: always verified, bounded in time, never through the environment's proxies or CA variables."""

import functools
import re
import ssl
import time
from typing import Any
from urllib.parse import urljoin, urlsplit

import certifi
import requests
from requests.adapters import HTTPAdapter

from nattsynk.errors import UNREACHABLE, Stop
from nattsynk.profile.settings import Receiver
from nattsynk.receivers.auth import credentials, show_certificate

CONNECTING = 10  # seconds until a connection stands
SILENCE = 60  # seconds without a byte
REQUEST = 300  # seconds for a request and its whole answer
LARGEST_ANSWER = 8 * 1024 * 1024  # bytes, as they come and unpacked (docs/receive/exchange.md)
PIECE = 64 * 1024  # bytes read at a time


class TooLarge(OSError):
    """An answer is larger than LARGEST_ANSWER."""


class _Bounded(ssl.SSLSocket):
    """A socket whose reads and writes end when the request's time does, and whose reads end when the answer is too large.

    A timeout is for one read or write: whoever says a byte now and then could hold a request for ever. Whoever never ends a line could
    fill the memory, for the libraries read lines whole.
    """

    context: "_Context"

    def read(self, *args: Any) -> Any:
        self._spend()
        found = super().read(*args)
        self.context.room -= found if isinstance(found, int) else len(found)
        if self.context.room < 0:
            raise TooLarge
        return found

    def send(self, *args: Any) -> int:
        self._spend()
        return super().send(*args)

    def _spend(self) -> None:
        left = self.context.ends - time.monotonic()
        if left <= 0:
            raise TimeoutError("the time of the request is over")
        self.settimeout(min(SILENCE, left))


class _Context(ssl.SSLContext):
    """Verifies host and certificate. ends: when the request that is under way must be over (time.monotonic). room: bytes that its answer may still take."""

    sslsocket_class = _Bounded
    ends = float("inf")
    room = LARGEST_ANSWER


class _Verified(HTTPAdapter):
    """Speaks TLS by the context. timeout: seconds for the whole of a request, at most REQUEST."""

    def __init__(self, context: _Context) -> None:
        self._context = context
        super().__init__()

    def init_poolmanager(self, *args: Any, **kwargs: Any) -> None:
        super().init_poolmanager(*args, ssl_context=self._context, **kwargs)

    def cert_verify(self, conn: Any, *_: Any) -> None:
        # The context has its CAs. For every connection requests would read the public ones into it once more.
        conn.cert_reqs = "CERT_REQUIRED"

    def send(self, request: requests.PreparedRequest, *args: Any, **kwargs: Any) -> requests.Response:
        seconds = max(0.01, min(kwargs.get("timeout") or REQUEST, REQUEST))
        self._context.ends, self._context.room = time.monotonic() + seconds, LARGEST_ANSWER
        kwargs["timeout"] = (min(CONNECTING, seconds), min(SILENCE, seconds))
        return super().send(request, *args, **kwargs)


def new_session(receiver: Receiver) -> requests.Session:
    """A session that speaks to the profile's receiver: CA, credentials, no redirects, no environment.

    A request's `timeout` is the seconds that all of it may take. Stops (exit code 2) when a secret, the CA file or the
    client certificate is missing.
    """
    session = _session(receiver, "receiver.url")
    session.auth = credentials(receiver.auth, functools.partial(_token_session, receiver))
    return session


def _token_session(receiver: Receiver) -> requests.Session:
    session = _session(receiver, "receiver.auth.token_url")
    session.headers["Connection"] = "close"  # one request an hour
    return session


def _session(receiver: Receiver, key: str) -> requests.Session:
    """key: where in profile.yml the address stands that it is for."""
    session = requests.Session()
    session.trust_env = False
    session.mount("https://", _Verified(_context(receiver)))
    session.hooks["response"] += [functools.partial(_refuse_redirect, key), _unpack]
    return session


def _context(receiver: Receiver) -> _Context:
    # Not ssl.create_default_context, which lets a variable have every key written to a file.
    context = _Context(ssl.PROTOCOL_TLS_CLIENT)
    context.minimum_version = ssl.TLSVersion.TLSv1_2
    context.load_verify_locations(certifi.where())
    show_certificate(context, receiver.auth)
    if receiver.ca_file is not None:
        # Only who names a file waits for the import.
        from nattsynk.receivers import certificates

        # The customer may trust a CA in the middle of the chain alone.
        context.verify_flags |= ssl.VERIFY_X509_PARTIAL_CHAIN
        context.load_verify_locations(cadata=certificates.authorities(receiver.ca_file))
    return context


def _refuse_redirect(key: str, response: requests.Response, **_: Any) -> None:
    if 300 <= response.status_code < 400:
        response.close()
        raise Stop(
            f"{urlsplit(response.url).netloc} answered with a redirect, which is refused. It leads to {_leads_to(response)}.",
            f"Write the final address in {key}. If it leads to a login, a gateway in between wants one: ask who keeps it.", UNREACHABLE,
        )


def _leads_to(response: requests.Response) -> str:
    """Where a redirect leads: the host alone, for an address may hold a secret."""
    here = urlsplit(response.url)
    try:
        there = urlsplit(urljoin(response.url, response.headers["Location"]))
        host, port = there.hostname or "", there.port
    except (KeyError, ValueError):
        return "nowhere"
    if not re.fullmatch(r"[A-Za-z0-9.:-]{1,253}", host):
        return "an address that is none"
    if (there.scheme, host, port) == ("https", here.hostname, here.port):
        return "another address of the same host"
    return f"{host}:{port}" if port else host


def _unpack(response: requests.Response, **_: Any) -> None:
    """Reads an answer as far as it may be large; the library would unpack all that there is."""
    pieces, size = [], 0
    try:
        for piece in response.iter_content(PIECE):
            pieces.append(piece)
            size += len(piece)
            if size > LARGEST_ANSWER:
                raise requests.RequestException(TooLarge())
    except requests.RequestException as fault:
        response.close()
        fault.request = response.request
        raise
    response._content = b"".join(pieces)


def is_web_page(answer: requests.Response) -> bool:
    """Whether an answer is for a browser, and so not of a receiver."""
    return answer.headers.get("Content-Type", "").lower().startswith(("text/html", "application/xhtml"))
