"""Why a receiver, or its token endpoint, could not be spoken to: one readable message, and what to do, without anything of the request."""

import datetime
import errno
import http.client
import os
import socket
import ssl
from collections.abc import Iterator
from typing import Any
from urllib.parse import urlsplit

import requests
from urllib3.exceptions import ConnectTimeoutError, NewConnectionError

from nattsynk.errors import REJECTED, UNREACHABLE, USAGE, Stop
from nattsynk.profile.settings import Receiver
from nattsynk.receivers.tls_session import CONNECTING, LARGEST_ANSWER, TooLarge

# What a server says of our certificate, as OpenSSL names it.
CERTIFICATE_REFUSED = ("CERTIFICATE_REQUIRED", "BAD_CERTIFICATE", "CERTIFICATE_EXPIRED", "CERTIFICATE_REVOKED", "CERTIFICATE_UNKNOWN", "UNKNOWN_CA")
# What OpenSSL says of whoever speaks something else on the port, and of whoever speaks no TLS that we do.
NOT_TLS = ("WRONG_VERSION_NUMBER", "HTTP_REQUEST", "HTTPS_PROXY_REQUEST", "RECORD_LAYER_FAILURE", "PACKET_LENGTH_TOO_LONG")
OTHER_TLS = ("UNSUPPORTED_PROTOCOL", "PROTOCOL_VERSION", "HANDSHAKE_FAILURE", "NO_SHARED_CIPHER", "INSUFFICIENT_SECURITY", "UNRECOGNIZED_NAME")
NO_ROUTE = (errno.EHOSTUNREACH, errno.ENETUNREACH, errno.EHOSTDOWN, errno.ENETDOWN)
PROXIES = ("HTTPS_PROXY", "https_proxy", "HTTP_PROXY", "http_proxy", "ALL_PROXY", "all_proxy")
# OpenSSL's codes (X509_V_ERR_…) for what is wrong with a certificate.
X509_NOT_YET_VALID, X509_EXPIRED, X509_SELF_SIGNED, X509_OTHER_HOST = 9, 10, 18, (62, 64)


def may_pass(fault: requests.RequestException) -> bool:
    """Whether it can help to ask again: not where a certificate is not accepted, ours or theirs, nor where something else answers."""
    return not (_is_untrusted(fault) or _is_refused(fault) or _says(fault, *NOT_TLS) or _has(fault, TooLarge, requests.exceptions.InvalidURL))


def is_unresolved(fault: requests.RequestException) -> bool:
    """Whether the host's name leads nowhere."""
    return _has(fault, socket.gaierror)


def unreachable(receiver: Receiver, fault: requests.RequestException) -> Stop:
    """The Stop for a transport error; it names the host, what is wrong with it, and the key or file to look at."""
    whom, key, url = _whom(receiver, fault)
    if _is_untrusted(fault):
        what, next_step = _untrusted(receiver, fault, url)
        return Stop(f"The certificate of the {whom} {what}.", next_step.format(key=key), UNREACHABLE)
    if _is_refused(fault):
        return Stop(
            f"The {whom} does not accept our client certificate.",
            "Check cert_file and key_file of receiver.auth: the certificate is missing, has expired, or is of a CA that is not trusted there.",
            REJECTED,
        )
    if _has(fault, TooLarge):
        return Stop(
            f"The {whom} answered with more than {LARGEST_ANSWER // 1024**2} MB, so the answer was not read.",
            f"Check {key}; if it is right, give the receiver's support this message (docs/receive/exchange.md, Answers to a request).",
            REJECTED,
        )
    if _has(fault, requests.exceptions.InvalidURL):
        return Stop(f"The address of the {whom} is none that can be asked.", f"Correct {key} in profile.yml.", USAGE)
    what, next_step = _silent(fault, url)
    return Stop(f"The {whom} {what}.", f"{next_step.format(key=key, port=url.port or 443)}{_proxies()}", UNREACHABLE)


def _untrusted(receiver: Receiver, fault: requests.RequestException, url: Any) -> tuple[str, str]:
    """What is wrong with a server's certificate, by OpenSSL's code, and what to do. The certificate is looked at once more for it."""
    from nattsynk.receivers import certificates

    code = next(inner.verify_code for inner in _wrapped(fault) if isinstance(inner, ssl.SSLCertVerificationError))
    shown, now = certificates.shown_by(url.hostname, url.port or 443), datetime.datetime.now(datetime.UTC)
    ours = f"this machine's clock says {now:%Y-%m-%d %H:%M} UTC"
    if code == X509_EXPIRED:
        return _expired(receiver, shown, now), f"Ask who keeps the server to renew it. If it has been renewed, check the clock: {ours}."
    if code == X509_NOT_YET_VALID:
        begins = f" before {shown.not_valid_before_utc:%Y-%m-%d %H:%M} UTC" if shown else " yet"
        return f"is not valid{begins}", f"Check the clock: {ours}. If it is right, ask who keeps the server."
    if code in X509_OTHER_HOST:
        names = ", ".join(certificates.hosts(shown)) if shown else ""
        return (
            f"is not trusted: it is not for the host {url.hostname}" + (f", but for {names}" if names else ""),
            "Write a host that the certificate names in {key}, or ask who keeps the server for a certificate with this name.",
        )
    trusted = f"the CA in {receiver.ca_file} or a public CA" if receiver.ca_file else "a public CA"
    by = "by itself (self-signed)" if code == X509_SELF_SIGNED else f"by {certificates.issuer(shown) if shown else ''}".removesuffix("by ")
    issued = f" It is issued {by}" if by else ""
    return (
        f"is not trusted: it must be issued for that host by {trusted}.{issued}".removesuffix("."),
        "Ask for its CA certificate and name the file in receiver.ca_file, or correct {key}. If the CA is that of a firewall or proxy which opens "
        "TLS, have it let this connection through.",
    )


def _expired(receiver: Receiver, shown: Any, now: datetime.datetime) -> str:
    if shown and shown.not_valid_after_utc < now:
        return f"has expired on {shown.not_valid_after_utc:%Y-%m-%d}"
    from nattsynk.receivers import certificates

    ended = certificates.expired_authority(receiver.ca_file, now) if receiver.ca_file else None
    if ended:
        return f"is issued by a CA whose own certificate, in receiver.ca_file {receiver.ca_file}, has expired on {ended:%Y-%m-%d}"
    return "is issued by a CA whose own certificate has expired"


def _silent(fault: requests.RequestException, url: Any) -> tuple[str, str]:
    """Why there is no answer, and what to do."""
    check = "Check {key}, the firewall (port {port} outwards) and that it is running, then run again."
    reasons = (
        (is_unresolved(fault), f"could not be reached: the name {url.hostname} does not resolve",
         "Check {key} for a misspelt host, and that this machine's DNS knows it."),
        (_has(fault, ConnectionRefusedError), "could not be reached: the connection was refused, so nothing listens at that port", check),
        (any(inner.errno in NO_ROUTE for inner in _wrapped(fault) if isinstance(inner, OSError)),
         "could not be reached: there is no route to it from this machine", check),
        (_says(fault, *NOT_TLS), "does not speak TLS at that port", "Check the port in {key}: plain HTTP, or another service, answers there."),
        (_says(fault, *OTHER_TLS), "speaks no TLS that we do: TLS 1.2 or later, for this host",
         "Check {key}; if it is right, ask who keeps the server, or the firewall in between. It may also want a client certificate (receiver.auth)."),
        (_has(fault, ConnectTimeoutError) and not _has(fault, NewConnectionError),
         f"did not answer in time: no connection in {CONNECTING} seconds, as where a firewall drops it", check),
        (isinstance(fault, requests.exceptions.Timeout) or _has(fault, TimeoutError), "did not answer in time", check),
        (_has(fault, ConnectionError, ssl.SSLEOFError), "could not be reached: the connection was broken off", check),
        (_has(fault, http.client.HTTPException), "does not answer as HTTP describes", check),
        (True, "could not be reached", check),
    )
    return next((what, next_step) for is_so, what, next_step in reasons if is_so)


def _proxies() -> str:
    found = next((name for name in PROXIES if os.environ.get(name)), None)
    return f" {found} is set, but nattsynk uses no proxy: the firewall must let this machine out itself." if found else ""


def _whom(receiver: Receiver, fault: requests.RequestException) -> tuple[str, str, Any]:
    """Who was asked, the key of profile.yml with the address, and that address: the receiver, or the token endpoint on its behalf."""
    token_url = receiver.auth.get("token_url")
    if token_url and fault.request is not None and fault.request.url == requests.Request("POST", token_url).prepare().url:
        return f"token endpoint at {urlsplit(token_url).netloc}", "receiver.auth.token_url", urlsplit(token_url)
    return f"receiver at {urlsplit(receiver.url).netloc}", "receiver.url", urlsplit(receiver.url)


def _is_untrusted(fault: BaseException) -> bool:
    return _has(fault, ssl.SSLCertVerificationError)


def _is_refused(fault: BaseException) -> bool:
    return _says(fault, *CERTIFICATE_REFUSED)


def _says(fault: BaseException, *reasons: str) -> bool:
    """Whether OpenSSL gives one of these reasons."""
    return any((inner.reason or "").endswith(reasons) for inner in _wrapped(fault) if isinstance(inner, ssl.SSLError))


def _has(fault: BaseException, *kinds: type[BaseException]) -> bool:
    return any(isinstance(inner, kinds) for inner in _wrapped(fault))


def _wrapped(fault: BaseException) -> Iterator[BaseException]:
    """A fault and those inside it; the libraries wrap them as arguments, as reasons and as causes."""
    yield fault
    for inner in (*fault.args, getattr(fault, "reason", None), fault.__cause__):
        if isinstance(inner, BaseException):
            yield from _wrapped(inner)
