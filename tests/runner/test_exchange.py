"""The conversation with the receiver: what is tried again, what never is, and what is told of it."""

import datetime
import gc
import time

import pytest
import requests
from delivering import NOW, TOKEN, hang_up, issue, new_profile

from nattsynk import exchange
from nattsynk.errors import Stop
from nattsynk.exchange import BaseMismatch, Exchange, Refused
from nattsynk.http import new_session
from nattsynk.log import Progress
from nattsynk.receiver import start

BASE = {"sequence": 0, "version": ""}


class Faults:
    """An ASGI middleware that answers the next requests with these statuses before it lets any through."""

    def __init__(self, app, statuses, headers):
        self.app, self.statuses, self.headers, self.asked = app, list(statuses), headers, []

    async def __call__(self, scope, receive, send):
        self.asked.append((scope["method"], scope["path"]))
        if not self.statuses:
            return await self.app(scope, receive, send)
        headers = [(name.encode(), value.encode()) for name, value in self.headers.items()]
        await send({"type": "http.response.start", "status": self.statuses.pop(0), "headers": [*headers, (b"content-length", b"0")]})
        await send({"type": "http.response.body"})


@pytest.fixture
def faulty(tmp_path, certificates, monkeypatch):
    """Makes a conversation with a receiver that answers so first. Returns it, the waits it made, and the middleware."""
    monkeypatch.setenv("TRIAL_TOKEN", TOKEN)
    opened = []

    def make(*statuses, budget=60, **headers):
        made = []
        handle = start(
            tmp_path / "receiver.sqlite", certificates.server, certificates.key, TOKEN,
            wrap=lambda app: made.append(Faults(app, statuses, headers)) or made[0],
        )
        settings = new_profile(tmp_path / "profile", handle.tenant("trial"), certificates.ca)
        session, waits = new_session(settings), []
        opened.append((handle, session))
        talk = Exchange(
            session, settings.receiver, lambda: NOW, Progress(lambda: NOW), NOW + datetime.timedelta(seconds=budget), waits.append
        )
        return talk, waits, made[0]

    yield make
    for handle, session in opened:
        hang_up(session)
        handle.stop()


def test_retry_after_is_honoured(faulty):
    talk, waits, _ = faulty(429, 503, **{"Retry-After": "7"})
    assert exchange.state(talk) == (0, "")
    assert [int(wait) for wait in waits] == [7, 7]


def test_retry_after_is_capped(faulty):
    talk, waits, _ = faulty(429, budget=3600, **{"Retry-After": "86400"})
    exchange.state(talk)
    assert waits[0] < exchange.LONGEST_WAIT + 1


def test_other_server_errors_are_tried_again_with_growing_waits(faulty):
    talk, waits, faults = faulty(500, 502)
    exchange.state(talk)
    assert waits[0] < waits[1]
    assert len(faults.asked) == 3


def test_it_does_not_go_on_for_ever(faulty):
    talk, waits, faults = faulty(*[500] * 20)
    with pytest.raises(Stop) as stopped:
        exchange.state(talk)
    assert stopped.value.exit_code == 40
    assert len(faults.asked) == exchange.ATTEMPTS_AT_FIRST


def test_the_budget_ends_a_wait(faulty):
    talk, waits, _ = faulty(503, budget=5, **{"Retry-After": "30"})
    with pytest.raises(Stop, match="send_budget_minutes"):
        exchange.state(talk)
    assert waits == []


def test_no_request_is_begun_when_the_budget_is_over(faulty):
    talk, _, faults = faulty(budget=-1)
    with pytest.raises(Stop, match="send_budget_minutes") as stopped:
        exchange.put_part(talk, "d-1", 1, b"{}")
    assert stopped.value.exit_code == 40
    assert "goes on" in stopped.value.next_step
    assert faults.asked == []


@pytest.mark.parametrize("status", [400, 401, 403, 404, 413, 415, 422])
def test_a_refusal_is_never_tried_again(faulty, status):
    talk, waits, faults = faulty(status)
    with pytest.raises(Refused) as refused:
        exchange.state(talk)
    assert (refused.value.exit_code, refused.value.status, waits, len(faults.asked)) == (30, status, [], 1)
    assert TOKEN not in refused.value.message + refused.value.next_step


@pytest.mark.filterwarnings("ignore::pytest.PytestUnraisableExceptionWarning")  # refused before its body is read, so its socket stays
def test_a_redirect_is_refused(faulty):
    talk, _, faults = faulty(307, Location="https://elsewhere.example/state")
    with pytest.raises(Stop, match="redirect") as stopped:
        exchange.state(talk)
    assert stopped.value.exit_code == 40
    assert len(faults.asked) == 1
    del stopped
    gc.collect()


def test_an_answer_that_is_not_json_is_told(faulty):
    talk, _, _ = faulty(200)
    with pytest.raises(Stop, match="docs/openapi.yaml") as stopped:
        exchange.state(talk)
    assert stopped.value.exit_code == 30


def test_a_base_mismatch_carries_the_receivers_base(faulty):
    talk, _, _ = faulty()
    with pytest.raises(BaseMismatch) as mismatch:
        exchange.open_delta(talk, manifest(base={"sequence": 7, "version": "x"}, sequence=8), "key")
    assert mismatch.value.base == (0, "")


def test_a_part_says_the_same_bytes_each_time(faulty, monkeypatch):
    talk, _, _ = faulty()
    said = []
    monkeypatch.setattr(exchange, "_ask", lambda *_, **body: said.append((_, body)))
    exchange.put_part(talk, "d-1", 1, b'{"n":1}\n')
    monkeypatch.setattr(time, "time", lambda: 0.0)
    exchange.put_part(talk, "d-1", 1, b'{"n":1}\n')
    assert said[0] == said[1]


def test_a_wrong_certificate_is_one_readable_message(tmp_path, certificates, monkeypatch):
    monkeypatch.setenv("TRIAL_TOKEN", TOKEN)
    (tmp_path / "other").mkdir()
    other = issue(tmp_path / "other")
    handle = start(tmp_path / "receiver.sqlite", certificates.server, certificates.key, TOKEN)
    settings = new_profile(tmp_path / "profile", handle.tenant("trial"), other.ca)
    talk = Exchange(new_session(settings), settings.receiver, lambda: NOW, Progress(lambda: NOW), NOW + datetime.timedelta(hours=1))
    with pytest.raises(Stop, match="certificate") as stopped:
        exchange.state(talk)
    hang_up(talk.http)
    handle.stop()
    assert stopped.value.exit_code == 40


def test_nobody_there_is_one_readable_message(tmp_path, certificates, monkeypatch):
    monkeypatch.setenv("TRIAL_TOKEN", TOKEN)
    settings = new_profile(tmp_path / "profile", "https://localhost:1/v1/tenants/trial", certificates.ca)
    waits = []
    talk = Exchange(
        new_session(settings), settings.receiver, lambda: NOW, Progress(lambda: NOW), NOW + datetime.timedelta(hours=1), waits.append
    )
    with pytest.raises(Stop, match="could not be reached") as stopped:
        exchange.state(talk)
    hang_up(talk.http)
    assert (stopped.value.exit_code, len(waits)) == (40, 2)


@pytest.mark.parametrize(
    "receipt",
    [
        {"counts": {"applied": 1, "unchanged": 0}},
        {"lines": [{"n": 1, "status": "applied"}]},
        {"lines": [{"n": True, "status": "rejected"}]},
        {"state": {"sequence": 1, "version": "v" * 65}},
        {"lines": None},
    ],
)
def test_a_receipt_of_another_shape_is_not_believed(receipt):
    answer = requests.Response()
    answer.status_code = 200
    answer.json = lambda: {
        "delta": "d", "state": {"sequence": 1, "version": "v"}, "counts": {"applied": 1, "unchanged": 0, "rejected": 0},
        "lines": [], "next_after": None, **receipt,
    }
    with pytest.raises(Stop, match="docs/openapi.yaml"):
        exchange._read(answer, exchange._receipt_page)


def test_no_text_of_the_receivers_reaches_us():
    line = exchange._receipt_line(
        {"n": 3, "status": "rejected", "problem": {"type": "Anna Ström 20100101-TF01", "pointer": "/data/Anna Ström", "title": "Anna"}}
    )
    assert line == (3, "rejected", "about:blank", None)


def manifest(**values):
    digest = "0" * 64
    return {
        "schema_version": "1", "sequence": 1, "base": BASE, "target": {"sequence": values.get("sequence", 1), "version": "v"},
        "mode": "delta", "sync_date": "2026-11-21", "counts": {"school": {"create": 1}}, "lines": 1,
        "parts": [{"n": 1, "lines": 1, "length": 1, "sha256": digest}], "plan_digest": digest,
        "removal": {"person": "deactivate", "group": "archive"}, "approved_by": None, **values,
    }
