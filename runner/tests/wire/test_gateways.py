"""What stands between us and the receiver, or a receiver that is at fault: what is told, that memory and time are bounded, and that nothing is lost."""

import dataclasses
import datetime
import email.utils
import gzip
import json
import ssl
import time
import tracemalloc

import pytest
from delivering import TOKEN, conversation, hang_up, outgoing, records
from faulty_receiver import FaultyReceiver
from wires import Wire, said, without_end

from nattsynk.errors import REJECTED, UNREACHABLE, Stop
from nattsynk.receivers import tls_session as https
from nattsynk.receivers.auth import ClientCredentials, _lifetime
from nattsynk.receivers.receiver import Away, Refused
from nattsynk.reference_receiver import start

NOW_GMT = "Sat, 21 Nov 2026 22:00:00 GMT"
STATE = said(200, b'{"sequence": 0, "version": ""}')
PAGE = (b"text/html; charset=utf-8", b"<html>Blocked: Anna</html>")


class Gateway:
    """An ASGI middleware that refuses some requests before they reach the receiver. refused: (method, end of the path's kind) -> status."""

    def __init__(self, app):
        self.app, self.refused, self.kind, self.body, self.asked = app, {}, b"application/problem+json", b"{}", []

    async def __call__(self, scope, receive, send):
        kind = next((kind for kind in ("parts", "commit", "receipt", "state") if f"/{kind}" in scope["path"]), "delta")
        self.asked.append((scope["method"], kind))
        status = self.refused.get((scope["method"], kind))
        if status is None:
            return await self.app(scope, receive, send)
        while (await receive()).get("more_body"):
            pass
        headers = [(b"content-type", self.kind), (b"content-length", str(len(self.body)).encode())]
        await send({"type": "http.response.start", "status": status, "headers": headers})
        await send({"type": "http.response.body", "body": self.body})


@pytest.fixture
def gated(school, tmp_path, certificates):
    """A school that delivers through a gateway: the school, the gateway, and the receiver behind it."""
    made = []
    handle = start(
        tmp_path / "gated.sqlite", certificates.server, certificates.key, TOKEN,
        wrap=lambda app: made.append(Gateway(app)) or made[0],
    )
    aim(school, handle.tenant("trial"))
    yield school, made[0], handle
    handle.stop()


def aim(trial, url, **settings):
    trial.settings = dataclasses.replace(
        trial.settings, receiver=dataclasses.replace(trial.settings.receiver, url=url), values={**trial.settings.values, **settings},
    )


# By status and by request: which words tell it.
TOLD = [
    ("PUT", "parts", 413, "The receiver refused part 1: HTTP 413. The part is too large for the receiver: lower `part_size` (now 3) under settings in profile.yml"),
    ("POST", "delta", 413, "refused the delta's manifest: HTTP 413. The manifest lists every part, so there are too many parts: raise `part_size` (now 3)"),
    ("POST", "commit", 413, "refused the commit: HTTP 413. Give the receiver's support this message"),
    ("PUT", "parts", 403, "refused part 1: HTTP 403. We may read there, but not write: a firewall or gateway in between"),
    ("POST", "delta", 403, "refused the delta's manifest: HTTP 403. We may read there, but not write"),
    ("POST", "commit", 403, "refused the commit: HTTP 403. We may read there, but not write"),
    ("GET", "state", 403, "refused to tell its state: HTTP 403. We are known but have no right to this tenant"),
    ("GET", "receipt", 403, "refused to give the receipt: HTTP 403. We are known but have no right to this tenant"),
    ("PUT", "parts", 405, "a gateway in between stops the method of this request: have it let GET, POST and PUT through"),
    ("PUT", "parts", 501, "a gateway in between stops the method of this request"),
    ("PUT", "parts", 415, "must take application/x-ndjson packed with gzip"),
    ("POST", "delta", 406, "must take and give application/json"),
    ("PUT", "parts", 411, "takes the header Content-Length away"),
    ("GET", "state", 414, "The address is too long"),
    ("GET", "state", 431, "The headers are too long"),
    ("GET", "state", 407, "nattsynk uses no proxy"),
    ("GET", "state", 505, "does not speak HTTP/1.1"),
    ("PUT", "parts", 418, "Give the receiver's support this message and the time"),
]


@pytest.mark.parametrize(("method", "kind", "status", "words"), TOLD)
def test_a_refusal_is_told_by_what_was_refused(gated, method, kind, status, words):
    school, gateway, _ = gated
    gateway.refused[method, kind] = status
    with pytest.raises(Refused) as refused:
        school.send()
    assert words in f"{refused.value.message} {refused.value.next_step}"
    assert (refused.value.exit_code, gateway.asked.count((method, kind))) == (REJECTED, 1)


@pytest.mark.parametrize("kind", ["application/problem+json", "text/html"])
def test_after_a_part_that_was_too_large_a_smaller_one_goes_with_the_next_send(gated, kind):
    """No build is needed, and nothing is there twice."""
    school, gateway, handle = gated
    gateway.refused["PUT", "parts"], gateway.kind = 413, kind.encode()
    with pytest.raises(Refused, match="part 1: HTTP 413"):
        school.send()
    assert school.rows("delivered_persons") == []
    gateway.refused.clear()
    aim(school, handle.tenant("trial"), part_size=1)
    assert school.send().exit_code == 0
    assert (len(records(handle, "person")), len(school.rows("delivered_persons"))) == (3, 3)
    assert [state for _, state in school.rows("deliveries", "sequence, state")] == ["failed", "confirmed"]


def test_a_firewall_that_stops_a_part_costs_the_delivery_nothing(gated):
    """The same delivery goes on when it lets the part through."""
    school, gateway, handle = gated
    gateway.refused["PUT", "parts"] = 403
    with pytest.raises(Refused):
        school.send()
    gateway.refused.clear()
    assert school.send().exit_code == 0
    assert school.rows("deliveries", "sequence, state") == [(1, "confirmed")]
    assert len(records(handle, "person")) == 3


@pytest.mark.parametrize(("method", "kind", "name"), [
    ("GET", "state", "GET /state"), ("POST", "delta", "POST /deltas"), ("PUT", "parts", "PUT /deltas/{delta}/parts/1"),
    ("POST", "commit", "POST /deltas/{delta}/commit"), ("GET", "receipt", "GET /deltas/{delta}/receipt?after=0"),
])
def test_a_web_page_is_no_answer_at_any_request(gated, method, kind, name):
    """A gateway that answers 200 with a page for logging in has stored no part."""
    school, gateway, handle = gated
    gateway.refused[method, kind] = 200
    gateway.kind, gateway.body = PAGE
    with pytest.raises(Stop) as stopped:
        school.send()
    assert stopped.value.message == f"The answer to {name} is a web page (HTTP 200, text/html)."
    assert "check receiver.url" in stopped.value.next_step
    gateway.refused.clear()
    assert school.send().exit_code == 0
    assert len(records(handle, "person")) == 3
    assert len(school.rows("delivered_persons")) == 3


# Large answers and those without an end.


@pytest.fixture
def answered(school, certificates):
    """Asks for the state of a server that answers so. Returns what was told of it, and the peak of memory in MB."""
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(certificates.server, certificates.key)

    def ask(*answers, seconds=5, waits=None):
        with Wire(context, *answers) as wire:
            aim(school, wire.url)
            now = lambda: datetime.datetime.now(datetime.UTC)  # noqa: E731
            with school.session() as session:
                talk = conversation(
                    session, school.settings, now, school.progress(), now() + datetime.timedelta(seconds=seconds),
                    time.sleep if waits is None else waits.append,
                )
                tracemalloc.start()
                try:
                    return talk.state(), tracemalloc.get_traced_memory()[1] / 1024**2, len(wire.asked)
                except Stop as stop:
                    return stop, tracemalloc.get_traced_memory()[1] / 1024**2, len(wire.asked)
                finally:
                    tracemalloc.stop()
                    hang_up(session)

    return ask


HEAD = b"HTTP/1.1 200 OK\r\nContent-Type: application/json\r\n"
BOMB = gzip.compress(b" " * 200 * 1024**2)
LARGE = {
    "10 MB": said(200, b'{"sequence": 0, "more": "' + b"x" * 10_000_000 + b'"}'),
    "no end": without_end(HEAD + b"Connection: close\r\n\r\n", b"x" * 65536),
    "no end in chunks": without_end(HEAD + b"Transfer-Encoding: chunked\r\n\r\n", b"10000\r\n" + b"x" * 65536 + b"\r\n"),
    "gzip bomb": said(200, BOMB, Content_Encoding="gzip"),
    "an error without an end": without_end(b"HTTP/1.1 404 Not Found\r\n\r\n", b"x" * 65536),
}


@pytest.mark.parametrize("kind", LARGE)
def test_an_answer_that_is_too_large_is_not_read(answered, kind):
    begun = time.monotonic()
    stop, peak, asked = answered(LARGE[kind])
    assert isinstance(stop, Stop), stop
    assert "answered with more than 8 MB, so the answer was not read." in stop.message
    assert (stop.exit_code, asked) == (REJECTED, 1)
    assert peak < 40
    assert time.monotonic() - begun < 5


@pytest.mark.parametrize("pieces", [
    lambda: without_end(HEAD, b"X-More: " + b"x" * 1000 + b"\r\n"),
    lambda: without_end(HEAD, b"x" * 65536),
    lambda: without_end(HEAD + b"Transfer-Encoding: chunked\r\n\r\n", b"0" * 65536),
    lambda: without_end(b"", b"HTTP/1.1 100 Continue\r\n\r\n" * 1000),
    lambda: without_end(b"", b"no HTTP at all "),
])
def test_lines_of_http_without_an_end_are_bounded(answered, pieces):
    """They may come from a gateway that is at fault for a moment, so they are asked for again within the budget."""
    begun = time.monotonic()
    stop, peak, _ = answered(*[pieces() for _ in range(30)], seconds=2)
    assert isinstance(stop, Stop), stop
    assert stop.exit_code in (UNREACHABLE, REJECTED)
    assert peak < 40
    assert time.monotonic() - begun < 6


def test_a_large_page_of_a_receipt_is_read(school, certificates, answered):
    """Forty thousand refused lines, 5 MB."""
    lines = [{"n": number, "status": "rejected", "problem": {"type": "urn:nattsynk:problem:unknown-reference", "title": "It refers to a record that is not here", "pointer": "/key"}} for number in range(1, 40_001)]
    body = {"delta": "d", "state": {"sequence": 1, "version": "v"}, "counts": {"applied": 0, "unchanged": 0, "rejected": 40_000}, "lines": lines, "next_after": None}
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(certificates.server, certificates.key)
    with Wire(context, said(200, json.dumps(body).encode())) as wire:
        aim(school, wire.url)
        with school.session() as session:
            talk = conversation(session, school.settings, school.clock, school.progress(), school.now + datetime.timedelta(minutes=1))
            (page,) = talk.receipt(outgoing("d"))
            hang_up(session)
    assert len(page.lines) == 40_000


# Clocks that are off.


def date(seconds, **off):
    return email.utils.format_datetime(datetime.datetime(2026, 11, 21, 22, tzinfo=datetime.UTC) + datetime.timedelta(seconds=seconds, **off), usegmt=True)


@pytest.mark.parametrize("off", [{}, {"hours": 7}, {"hours": -7}, {"days": 3650}, {"days": -3650}])
@pytest.mark.parametrize("status", [429, 503])
def test_a_date_to_come_back_at_is_measured_by_the_clock_that_says_it(answered, status, off):
    """Whatever hour or year the receiver thinks it is, seven seconds of its clock are seven of ours."""
    waits = []
    answered(said(status, Date=date(0, **off), Retry_After=date(7, **off)), STATE, waits=waits, seconds=60)
    assert 7 <= waits[0] <= 7.7


@pytest.mark.parametrize(("headers", "low", "high"), [
    ({"Retry_After": date(0, days=3650)}, 300, 301),  # no Date of its own: ours counts, and five minutes at most
    ({"Retry_After": date(0, days=-3650)}, 0.1, 1),
    ({"Retry_After": date(7), "Date": "soon"}, 0.1, 301),
    ({"Retry_After": "Sat, 21 Nov 2026 22:00:07 -0000", "Date": NOW_GMT}, 0.1, 2),  # of no zone
    ({"Retry_After": "Sat, 99 Nov 99999 22:00:07 GMT"}, 0.1, 2),
    ({"Retry_After": "9" * 5000}, 0.1, 2),
    ({"Retry_After": "-5"}, 0.1, 2),
])
def test_no_date_makes_us_wait_for_hours_or_storm_the_receiver(answered, headers, low, high):
    waits = []
    answered(said(503, **headers), STATE, waits=waits, seconds=3600)
    assert low <= waits[0] <= high


def test_a_receipt_that_is_asked_for_in_the_past_is_asked_for_ever_more_seldom(school, certificates):
    """A receiver that says `come back yesterday` for half an hour is asked some two hundred times, not eighteen thousand."""
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(certificates.server, certificates.key)
    waits = []
    with Wire(context, said(202, b"{}", Retry_After=date(0, days=-3650))) as wire:
        aim(school, wire.url)
        with school.session() as session:
            talk = conversation(
                session, school.settings, lambda: school.now + datetime.timedelta(seconds=sum(waits)), school.progress(),
                school.now + datetime.timedelta(minutes=30), waits.append,
            )
            with pytest.raises(Stop, match="the receiver is applying the delta"):
                list(talk.receipt(outgoing("d")))
            hang_up(session)
    assert waits[0] < 1 < 9 < waits[-1]
    assert len(waits) < 300


@pytest.mark.parametrize(("token", "seconds"), [
    ({"expires_in": 3600}, 3600), ({"expires_in": "3600"}, 3600), ({"expires_in": 3600, "expires_at": 1}, 3600), ({}, float("inf")),
    ({"expires_in": 0}, float("inf")), ({"expires_in": -5}, float("inf")), ({"expires_at": 1}, float("inf")), ({"expires_in": "soon"}, None),
])
def test_a_token_lasts_by_no_calendar(token, seconds):
    assert _lifetime(token) == seconds


def test_a_token_endpoint_whose_clock_is_off_is_not_asked_for_every_request(monkeypatch):
    """`expires_at` is long ago by its clock."""
    monkeypatch.setenv("SECRET_OF_A_CLIENT", "x")
    asked = []
    credentials = ClientCredentials({"client_secret_env": "SECRET_OF_A_CLIENT"}, lambda: None)
    monkeypatch.setattr(credentials, "_fetch", lambda: asked.append(1) or {"access_token": "t", "expires_in": 3600, "expires_at": 1})
    request = type("Request", (), {"headers": {}})
    for _ in range(5):
        credentials(request)
    assert len(asked) == 1


def test_a_receiver_whose_clock_is_years_off_gets_everything_once(school, receiver, certificates, no_waits):
    with FaultyReceiver(receiver, certificates) as faulty:
        faulty.serves(school)
        faulty.retry_after = date(0, days=3650)
        faulty.faults.extend(["503", None] * 7)
        assert school.send().exit_code == 0
    assert len(records(receiver, "person")) == 3
    assert school.rows("deliveries", "sequence, state") == [(1, "confirmed")]


def test_what_is_away_is_told_as_away(answered):
    stop, _, _ = answered(said(503, Retry_After="60"), seconds=5)
    assert (type(stop), "answered HTTP 503." in stop.message, "keeps" in stop.message) == (Away, True, False)
    assert https.LARGEST_ANSWER == 8 * 1024**2
