"""The HTTPS session to the receiver: always verified, bounded in time, never through the environment's proxies or CA variables."""

import functools
import ssl
import time
from collections.abc import Iterator
from typing import Any
from urllib.parse import urlsplit

import certifi
import requests
from requests.adapters import HTTPAdapter

from nattsynk.auth import credentials, show_certificate
from nattsynk.errors import REJECTED, UNREACHABLE, USAGE, Stop
from nattsynk.settings import Receiver, Settings

CONNECTING = 10  # seconds until a connection stands
SILENCE = 60  # seconds without a byte
REQUEST = 300  # seconds for a request and its whole answer
# What a server says of our certificate, as OpenSSL names it.
CERTIFICATE_REFUSED = ("CERTIFICATE_REQUIRED", "BAD_CERTIFICATE", "CERTIFICATE_EXPIRED", "CERTIFICATE_REVOKED", "CERTIFICATE_UNKNOWN", "UNKNOWN_CA")


class _Bounded(ssl.SSLSocket):
    """A socket whose reads and writes end when the request's time does.

    A timeout is for one read or write: whoever says a byte now and then could hold a request for ever.
    """

    def read(self, *args: Any) -> Any:
        self._spend()
        return super().read(*args)

    def send(self, *args: Any) -> int:
        self._spend()
        return super().send(*args)

    def _spend(self) -> None:
        left = self.context.ends - time.monotonic()
        if left <= 0:
            raise TimeoutError("the time of the request is over")
        self.settimeout(min(SILENCE, left))


class _Context(ssl.SSLContext):
    """Verifies host and certificate. ends: when the request that is under way must be over (time.monotonic)."""

    sslsocket_class = _Bounded
    ends = float("inf")


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

    def send(self, request: requests.PreparedRequest, **kwargs: Any) -> requests.Response:
        seconds = max(0.01, min(kwargs.get("timeout") or REQUEST, REQUEST))
        self._context.ends = time.monotonic() + seconds
        kwargs["timeout"] = (min(CONNECTING, seconds), min(SILENCE, seconds))
        return super().send(request, **kwargs)


def receiver_of(settings: Settings) -> Receiver:
    """The profile's receiver; Stops (exit code 2) where profile.yml has none."""
    if settings.receiver is None:
        raise Stop("profile.yml names no receiver.", "Add receiver: with url and auth, then run again.")
    return settings.receiver


def new_session(settings: Settings) -> requests.Session:
    """A session that speaks to the profile's receiver: CA, credentials, no redirects, no environment.

    A request's `timeout` is the seconds that all of it may take. Stops (exit code 2) when a secret, the CA file or the
    client certificate is missing.
    """
    receiver = receiver_of(settings)
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
    session.hooks["response"].append(functools.partial(_refuse_redirect, key))
    return session


def _context(receiver: Receiver) -> _Context:
    # Not ssl.create_default_context, which lets a variable have every key written to a file.
    context = _Context(ssl.PROTOCOL_TLS_CLIENT)
    context.minimum_version = ssl.TLSVersion.TLSv1_2
    context.load_verify_locations(certifi.where())
    show_certificate(context, receiver.auth)
    if receiver.ca_file is None:
        return context
    try:
        context.load_verify_locations(receiver.ca_file)
    except (OSError, ssl.SSLError) as fault:
        raise Stop(
            f"receiver.ca_file {receiver.ca_file} is missing or holds no certificate in PEM form.", "Correct receiver.ca_file in profile.yml.", USAGE
        ) from fault
    return context


def _refuse_redirect(key: str, response: requests.Response, **_: Any) -> None:
    if 300 <= response.status_code < 400:
        response.close()
        raise Stop(
            f"{urlsplit(response.url).netloc} answered with a redirect, which is refused.", f"Write the final address in {key}.", UNREACHABLE
        )


def may_pass(fault: requests.RequestException) -> bool:
    """Whether it can help to ask again: not where a certificate is not accepted, ours or theirs."""
    return not (_is_untrusted(fault) or _is_refused(fault))


def unreachable(receiver: Receiver, fault: requests.RequestException) -> Stop:
    """The Stop for a transport error; it names the host and, for a certificate, the file."""
    whom, key = _whom(receiver, fault)
    if _is_untrusted(fault):
        trusted = f"the CA in {receiver.ca_file} or a public CA" if receiver.ca_file else "a public CA"
        return Stop(
            f"The certificate of the {whom} is not trusted: it must be issued for that host by {trusted}.",
            f"Ask for its CA certificate and name the file in receiver.ca_file, or correct {key}.",
            UNREACHABLE,
        )
    if _is_refused(fault):
        return Stop(
            f"The {whom} does not accept our client certificate.",
            "Check cert_file and key_file of receiver.auth: the certificate is missing, has expired, or is of a CA that is not trusted there.",
            REJECTED,
        )
    what = "did not answer in time" if isinstance(fault, requests.exceptions.Timeout) else "could not be reached"
    return Stop(
        f"The {whom} {what}.",
        f"Check {key}, the firewall (port 443 outwards) and that it is running, then run again.",
        UNREACHABLE,
    )


def _whom(receiver: Receiver, fault: requests.RequestException) -> tuple[str, str]:
    """Who was asked, and the key of profile.yml with the address: the receiver, or the token endpoint on its behalf."""
    token_url = receiver.auth.get("token_url")
    if token_url and fault.request is not None and fault.request.url == requests.Request("POST", token_url).prepare().url:
        return f"token endpoint at {urlsplit(token_url).netloc}", "receiver.auth.token_url"
    return f"receiver at {urlsplit(receiver.url).netloc}", "receiver.url"


def _is_untrusted(fault: BaseException) -> bool:
    return any(isinstance(inner, ssl.SSLCertVerificationError) for inner in _wrapped(fault))


def _is_refused(fault: BaseException) -> bool:
    return any((inner.reason or "").endswith(CERTIFICATE_REFUSED) for inner in _wrapped(fault) if isinstance(inner, ssl.SSLError))


def _wrapped(fault: BaseException) -> Iterator[BaseException]:
    """A fault and those inside it; the libraries wrap them as arguments and as reasons."""
    yield fault
    for inner in (*fault.args, getattr(fault, "reason", None)):
        if isinstance(inner, BaseException):
            yield from _wrapped(inner)
