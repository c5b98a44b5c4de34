"""How the receiver is told who we are: a bearer token, a token of OAuth 2.0 (client credentials), a client certificate.

Secrets are kept in memory alone. No message and no exception of ours holds one, nor anything that a token endpoint said.
"""

import contextlib
import datetime
import math
import re
import ssl
import time
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import requests
from requests.auth import AuthBase

from nattsynk.errors import REJECTED, USAGE, Stop
from nattsynk.receivers.refusals import is_busy
from nattsynk.secret import secret

LEEWAY = 30  # seconds before its end that a token is fetched anew
TOKEN_TIME = 30  # seconds that the request for a token may take


class Credentials(AuthBase):
    """What a request carries to show who we are. The base class adds nothing: with mTLS the connection shows the certificate."""

    def __call__(self, request: requests.PreparedRequest) -> requests.PreparedRequest:
        return request

    def renew(self) -> bool:
        """After a 401: forgets what was shown. Returns whether the next request shows anything else."""
        return False


class Bearer(Credentials):
    """A token that stays the same."""

    def __init__(self, token: str) -> None:
        self._token = token

    def __call__(self, request: requests.PreparedRequest) -> requests.PreparedRequest:
        request.headers["Authorization"] = f"Bearer {self._token}"
        return request


class ClientCredentials(Credentials):
    """A token of OAuth 2.0, fetched when there is none and when the last one runs out.

    The first request, and any later one, may so raise what the token endpoint is at fault for: Stop where it refuses,
    requests.RequestException where it is worth another try.
    """

    def __init__(self, auth: Mapping[str, str], open_session: Callable[[], requests.Session]) -> None:
        self._auth, self._open_session = auth, open_session
        self._secret = _plain(secret(auth["client_secret_env"]), auth["client_secret_env"])
        self._token: Any = None
        self._ends = 0.0  # by no calendar's clock: theirs may be off, and ours be set

    def __call__(self, request: requests.PreparedRequest) -> requests.PreparedRequest:
        if self._token is None or time.monotonic() > self._ends:
            self._token = self._fetch()
            self._ends = time.monotonic() + (_lifetime(self._token) or 0) - LEEWAY
        request.headers["Authorization"] = f"Bearer {self._token['access_token']}"
        return request

    def renew(self) -> bool:
        self._token = None
        return True

    def _fetch(self) -> Any:
        # Only who uses OAuth waits for the import.
        from authlib.integrations.base_client import OAuthError
        from authlib.integrations.requests_client.oauth2_session import OAuth2ClientAuth
        from authlib.oauth2.client import OAuth2Client

        class Client(OAuth2Client):
            client_auth_class = OAuth2ClientAuth
            oauth_error_class = OAuthError
            SESSION_REQUEST_PARAMS = ("timeout", "allow_redirects")

        token = None
        with self._open_session() as session:
            client = Client(session, self._auth["client_id"], self._secret, scope=self._auth.get("scope"))
            client.register_compliance_hook("access_token_response", self._answered)
            # What authlib says of an answer quotes it; so nothing of that is kept, not even as a cause.
            with contextlib.suppress(OAuthError, ValueError, TypeError, OverflowError, AttributeError):
                token = client.fetch_token(
                    self._auth["token_url"], grant_type="client_credentials", timeout=TOKEN_TIME, allow_redirects=False
                )
        if token is None or not _is_bearer(token) or _lifetime(token) is None:
            raise self._stop("is not what OAuth 2.0 describes", "Check receiver.auth.token_url; if it is right, give its owner this message.")
        return token

    def _answered(self, answer: requests.Response) -> requests.Response:
        if is_busy(answer.status_code):
            raise requests.HTTPError(f"HTTP {answer.status_code}", response=answer)
        if answer.status_code >= 400:
            raise self._stop(
                f"is a refusal: HTTP {answer.status_code}",
                f"Check receiver.auth: client_id, scope and the secret in {self._auth['client_secret_env']}, which may have expired.",
            )
        return answer

    def _stop(self, what: str, next_step: str) -> Stop:
        return Stop(f"The answer of the token endpoint at {urlsplit(self._auth['token_url']).netloc} {what}.", next_step, REJECTED)


def credentials(auth: Mapping[str, str], open_session: Callable[[], requests.Session]) -> Credentials:
    """What receiver.auth describes. open_session: a new session for the token endpoint, without credentials of its own.

    Stops (exit code 2) where a secret is missing; asks nobody anything yet.
    """
    if auth["type"] == "oauth2":
        return ClientCredentials(auth, open_session)
    if auth["type"] == "bearer":
        return Bearer(_plain(secret(auth["token_env"]), auth["token_env"]))
    return Credentials()


def show_certificate(context: ssl.SSLContext, auth: Mapping[str, str]) -> None:
    """Has the context show our client certificate, if receiver.auth names one. Stops (exit code 2) where it cannot be used."""
    if "cert_file" in auth:
        # Only who names a file waits for the import.
        from nattsynk.receivers import certificates

        password = secret(auth["key_password_env"]) if "key_password_env" in auth else None
        now = datetime.datetime.now(datetime.UTC)
        certificates.show_client(context, Path(auth["cert_file"]), Path(auth["key_file"]), password, now)


def _plain(text: str, variable: str) -> str:
    """The secret, if a header can carry it; the libraries' own complaint would quote it."""
    if not re.fullmatch(r"[!-~]+", text):
        raise Stop(f"The secret {variable} holds a blank, a line break or a letter beyond ASCII.", "Copy it anew, then run again.", USAGE)
    return text


def _is_bearer(token: Mapping[str, Any]) -> bool:
    kind, text = token.get("token_type"), token.get("access_token")
    return isinstance(kind, str) and kind.lower() == "bearer" and isinstance(text, str) and re.fullmatch(r"[!-~]{1,20000}", text) is not None


def _lifetime(token: Mapping[str, Any]) -> float | None:
    """The seconds that a token lasts, for ever where it does not say; None where that is no number. `expires_at` is of another clock."""
    with contextlib.suppress(ValueError, TypeError, OverflowError):
        seconds = float(token.get("expires_in") or 0)
        return seconds if seconds > 0 else math.inf
    return None
