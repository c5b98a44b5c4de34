"""The HTTPS session to the receiver: always verified, never through the environment's proxies or CA variables."""

import contextlib
import os
import ssl
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import certifi
import requests
from requests.adapters import HTTPAdapter

from nattsynk.errors import UNREACHABLE, USAGE, Stop
from nattsynk.settings import Receiver, Settings

TIMEOUT = (10, 60)  # seconds to connect, and between bytes


class _Verified(HTTPAdapter):
    """Trusts the public CAs and, where given, one more; gives every request a timeout."""

    def __init__(self, context: ssl.SSLContext) -> None:
        self._context = context
        super().__init__()

    def init_poolmanager(self, *args: Any, **kwargs: Any) -> None:
        super().init_poolmanager(*args, ssl_context=self._context, **kwargs)

    def send(self, request: requests.PreparedRequest, **kwargs: Any) -> requests.Response:
        kwargs["timeout"] = kwargs.get("timeout") or TIMEOUT
        return super().send(request, **kwargs)


def receiver_of(settings: Settings) -> Receiver:
    """The profile's receiver; Stops (exit code 2) where profile.yml has none."""
    if settings.receiver is None:
        raise Stop("profile.yml names no receiver.", "Add receiver: with url and auth, then run again.")
    return settings.receiver


def new_session(settings: Settings) -> requests.Session:
    """A session that speaks to the profile's receiver: bearer token, CA, no redirects, no environment.

    Stops (exit code 2) when the token's environment variable or the CA file is missing.
    """
    receiver = receiver_of(settings)
    session = requests.Session()
    session.trust_env = False
    session.mount("https://", _Verified(_context(receiver.ca_file)))
    session.headers["Authorization"] = f"Bearer {_token(receiver.auth)}"
    session.hooks["response"].append(_refuse_redirect)
    return session


def _token(auth: Mapping[str, str]) -> str:
    if auth["type"] != "bearer" or "cert_file" in auth:
        raise Stop("Sending with oauth2 or mtls is no part of this version yet.", "Use receiver.auth with type: bearer and token_env.")
    token = os.environ.get(auth["token_env"], "").strip()
    if not token:
        raise Stop(f"The environment variable {auth['token_env']} with the receiver's token is not set.", "Set it for the account that runs nattsynk.")
    return token


def _context(ca_file: Path | None) -> ssl.SSLContext:
    context = ssl.create_default_context(cafile=certifi.where())
    if ca_file is None:
        return context
    try:
        context.load_verify_locations(ca_file)
    except (OSError, ssl.SSLError) as fault:
        raise Stop(f"receiver.ca_file {ca_file} is missing or holds no certificate in PEM form.", "Correct receiver.ca_file in profile.yml.", USAGE) from fault
    return context


def _refuse_redirect(response: requests.Response, **_: Any) -> None:
    if response.is_redirect:
        host = urlsplit(response.url).hostname
        response.close()
        raise Stop(f"The receiver at {host} answered with a redirect, which is refused.", "Write the final address in receiver.url.", UNREACHABLE)


@contextlib.contextmanager
def reaching(settings: Settings) -> Iterator[None]:
    """Turns what can go wrong on the way to the receiver into one readable Stop (exit code 40)."""
    try:
        yield
    except requests.RequestException as fault:
        raise unreachable(receiver_of(settings), fault) from fault


def unreachable(receiver: Receiver, fault: requests.RequestException) -> Stop:
    """The Stop for a transport error; it names the host and, for a certificate, the CA file."""
    host = urlsplit(receiver.url).netloc
    if isinstance(fault, requests.exceptions.SSLError):
        trusted = f"the CA in {receiver.ca_file} or a public CA" if receiver.ca_file else "a public CA"
        return Stop(
            f"The certificate of the receiver at {host} is not trusted: it must be issued for that host by {trusted}.",
            "Ask the receiver for its CA certificate and name the file in receiver.ca_file, or correct receiver.url.",
            UNREACHABLE,
        )
    what = "did not answer in time" if isinstance(fault, requests.exceptions.Timeout) else "could not be reached"
    return Stop(
        f"The receiver at {host} {what}.",
        "Check receiver.url, the firewall (port 443 outwards) and that the receiver is running, then run again.",
        UNREACHABLE,
    )
