"""The conversation with the receiver: what is tried again, what never is, and what is told of it."""

import dataclasses
import datetime
import email.utils
import gc
import json
import socket
import ssl
import threading
import time

import pytest
import requests
from delivering import (
    NOW,
    TOKEN,
    conversation,
    hang_up,
    issue,
    new_profile,
    outgoing,
    records,
)
from faulty_receiver import FAULTS, LIES, FaultyReceiver
from test_delivery import Killed, Watched

from nattsynk.deliver.delivery import Part
from nattsynk.errors import Stop
from nattsynk.log import Progress
from nattsynk.receivers import https_client
from nattsynk.receivers import nattsynk_answers as answers
from nattsynk.receivers.fields import LARGEST, Field
from nattsynk.receivers.https_client import Request
from nattsynk.receivers.nattsynk import NattsynkReceiver
from nattsynk.receivers.receiver import Away, BaseMismatch
from nattsynk.receivers.refusals import HttpRefused
from nattsynk.receivers.tls_session import new_session
from nattsynk.reference_receiver import start

PART = Part(1, 1, 1, 2, "0" * 64)
# A delivery on top of a base that the receiver does not have.
AHEAD = outgoing(
    "", PART, sequence=8, base_sequence=7, base_version="x", target_version="v", mode="delta", sync_date=NOW.date(), counts={"school": {"create": 1}},
    line_count=1, plan_digest="0" * 64, person_removal="deactivate", group_removal="archive", open_key="key",
)


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
        session, waits = new_session(settings.receiver), []
        opened.append((handle, session))
        talk = conversation(
            session, settings, lambda: NOW, Progress(lambda: NOW), NOW + datetime.timedelta(seconds=budget), waits.append
        )
        return talk, waits, made[0]

    yield make
    for handle, session in opened:
        hang_up(session)
        handle.stop()


def test_retry_after_is_honoured(faulty):
    talk, waits, _ = faulty(429, 503, **{"Retry-After": "7"})
    assert talk.state().base == (0, "")
    assert [int(wait) for wait in waits] == [7, 7]


@pytest.mark.parametrize(
    ("said", "seconds"),
    [
        (email.utils.format_datetime(NOW - datetime.timedelta(days=1), usegmt=True), https_client.FIRST_WAIT),
        ("0", https_client.FIRST_WAIT),
        ("soon", 1),
    ],
)
def test_retry_after_may_be_a_date(faulty, said, seconds):
    talk, waits, _ = faulty(429, **{"Retry-After": said})
    talk.state()
    assert seconds <= waits[0] <= seconds * 1.5


def test_retry_after_is_capped(faulty):
    talk, waits, _ = faulty(429, budget=3600, **{"Retry-After": "86400"})
    talk.state()
    assert https_client.LONGEST_WAIT <= waits[0] < https_client.LONGEST_WAIT + 1


def test_waits_differ_so_that_senders_do_not_come_back_together(faulty):
    talk, waits, _ = faulty(429, 429, 429, **{"Retry-After": "7"})
    talk.state()
    assert len(set(waits)) == 3


def test_a_receiver_that_says_when_is_waited_for_as_long_as_it_takes(faulty):
    talk, waits, faults = faulty(*[503] * 20, budget=14400, **{"Retry-After": "7"})
    assert talk.state().base == (0, "")
    assert len(waits) == 20


def test_other_server_errors_are_tried_again_with_growing_waits(faulty):
    talk, waits, faults = faulty(500, 502, 408)
    talk.state()
    assert waits[0] < waits[1] < waits[2]
    assert len(faults.asked) == 4


@pytest.mark.parametrize("headers", [{}, {"Retry-After": "0"}])
def test_the_budget_bounds_the_retries_and_a_receiver_is_not_stormed(faulty, headers):
    """An hour: half a second, a second, … and then every five minutes or a little more."""
    talk, waits, faults = faulty(*[500] * 100, budget=3600, **headers)
    with pytest.raises(Away, match="keeps answering HTTP 500") as stopped:
        talk.state()
    assert stopped.value.exit_code == 40
    assert 3600 - 1.5 * https_client.LONGEST_WAIT < sum(waits) < 3600
    assert https_client.LONGEST_WAIT <= max(waits) <= 1.5 * https_client.LONGEST_WAIT
    assert len(faults.asked) == len(waits) + 1 < 25


def test_the_clock_bounds_them_too(faulty):
    """A request takes its own time."""
    talk, waits, faults = faulty(*[500] * 100, budget=3600)
    talk.client = dataclasses.replace(talk.client, clock=lambda: NOW + datetime.timedelta(minutes=10 * len(faults.asked)))
    with pytest.raises(Stop):
        talk.state()
    assert len(faults.asked) == 6


def test_the_budget_ends_a_wait(faulty):
    talk, waits, _ = faulty(503, budget=5, **{"Retry-After": "30"})
    with pytest.raises(Away, match="HTTP 503"):
        talk.state()
    assert waits == []


def test_a_receiver_that_starts_anew_is_waited_for(school, receiver, spoiled, no_waits):
    """For a minute and more at every request, the first of the night too."""
    spoiled.serves(school)
    for _ in REQUESTS:
        spoiled.faults.extend([*["reset-before"] * 12, None])
    assert school.send().exit_code == 0
    assert len(records(receiver, "person")) == 3


@pytest.mark.parametrize("sequence", [LARGEST + 1, 99999999999])
def test_a_sequence_that_the_ledger_cannot_hold_is_told(delivered, receiver, sequence):
    with receiver.store.transaction() as db:
        db.execute("update tenants set sequence = ?", (sequence,))
    with pytest.raises(Stop, match="docs/receive/openapi.yaml") as stopped:
        delivered.send()
    assert stopped.value.exit_code == 30


def test_a_delta_that_the_receiver_has_thrown_away_is_planned_anew(school):
    """It says 410 of what it had, as others say 404."""
    with pytest.raises(Killed):
        school.send(Watched(school.session(), 6, after=True))

    class Gone(Watched):
        def request(self, method, url, **rest):
            answer = super().request(method, url, **rest)
            if method == "GET" and "/deltas/" in url and not url.endswith("after=0"):
                answer.status_code = 410
            return answer

    assert school.send(Gone(school.session())).exit_code == 0
    assert [state for _, state in school.rows("deliveries", "sequence, state")] == ["failed", "confirmed"]


def test_another_base_is_no_answer_about_a_delta(school):
    with pytest.raises(Killed):
        school.send(Watched(school.session(), 6, after=True))

    class Odd(Watched):
        def request(self, method, url, **rest):
            answer = super().request(method, url, **rest)
            if method == "GET" and "/deltas/" in url:
                answer.status_code, answer._content = 409, b'{"type": "urn:nattsynk:problem:base-mismatch", "base": {"sequence": 1, "version": "x"}}'
            return answer

    with pytest.raises(Stop, match="tells of another base") as stopped:
        school.send(Odd(school.session()))
    assert stopped.value.exit_code == 30


def test_no_request_is_begun_when_the_budget_is_over(faulty):
    talk, _, faults = faulty(budget=-1)
    with pytest.raises(Stop, match="send_budget_minutes") as stopped:
        talk.put(outgoing("d-1", content=b"{}"), PART)
    assert stopped.value.exit_code == 40
    assert "goes on" in stopped.value.next_step
    assert faults.asked == []


@pytest.mark.parametrize("status", [400, 401, 403, 404, 413, 415, 422])
def test_a_refusal_is_never_tried_again(faulty, status):
    talk, waits, faults = faulty(status)
    with pytest.raises(HttpRefused) as refused:
        talk.state()
    assert (refused.value.exit_code, refused.value.status, waits, len(faults.asked)) == (30, status, [], 1)
    assert TOKEN not in refused.value.message + refused.value.next_step


@pytest.mark.filterwarnings("ignore::pytest.PytestUnraisableExceptionWarning")  # refused before its body is read, so its socket stays
def test_a_redirect_is_refused(faulty):
    talk, _, faults = faulty(307, Location="https://elsewhere.example/state")
    with pytest.raises(Stop, match="redirect") as stopped:
        talk.state()
    assert stopped.value.exit_code == 40
    assert len(faults.asked) == 1
    del stopped
    gc.collect()


def test_an_answer_that_is_not_json_is_told(faulty):
    talk, _, _ = faulty(200)
    with pytest.raises(Stop, match="docs/receive/openapi.yaml") as stopped:
        talk.state()
    assert stopped.value.exit_code == 30


def test_a_base_mismatch_carries_the_receivers_base(faulty):
    talk, _, _ = faulty()
    with pytest.raises(BaseMismatch) as mismatch:
        talk.open(AHEAD)
    assert mismatch.value.base == (0, "")


def test_a_part_says_the_same_bytes_each_time(faulty, monkeypatch):
    talk, _, _ = faulty()
    said = []
    monkeypatch.setattr(NattsynkReceiver, "_ask", lambda _, request: said.append(request))
    talk.put(outgoing("d-1", content=b'{"n":1}\n'), PART)
    monkeypatch.setattr(time, "time", lambda: 0.0)
    talk.put(outgoing("d-1", content=b'{"n":1}\n'), PART)
    assert said[0] == said[1]


def test_a_wrong_certificate_is_one_readable_message(tmp_path, certificates, monkeypatch):
    monkeypatch.setenv("TRIAL_TOKEN", TOKEN)
    (tmp_path / "other").mkdir()
    other = issue(tmp_path / "other")
    handle = start(tmp_path / "receiver.sqlite", certificates.server, certificates.key, TOKEN)
    settings = new_profile(tmp_path / "profile", handle.tenant("trial"), other.ca)
    talk = conversation(new_session(settings.receiver), settings, lambda: NOW, Progress(lambda: NOW), NOW + datetime.timedelta(hours=1))
    with pytest.raises(Stop, match="certificate") as stopped:
        talk.state()
    hang_up(talk.client.session)
    handle.stop()
    assert stopped.value.exit_code == 40


def test_nobody_there_is_one_readable_message(tmp_path, certificates, monkeypatch):
    monkeypatch.setenv("TRIAL_TOKEN", TOKEN)
    settings = new_profile(tmp_path / "profile", "https://localhost:1/v1/tenants/trial", certificates.ca)
    waits = []
    talk = conversation(
        new_session(settings.receiver), settings, lambda: NOW, Progress(lambda: NOW), NOW + datetime.timedelta(hours=1), waits.append
    )
    with pytest.raises(Stop, match="could not be reached") as stopped:
        talk.state()
    hang_up(talk.client.session)
    assert (stopped.value.exit_code, type(stopped.value)) == (40, Away)
    assert 3600 - 1.5 * https_client.LONGEST_WAIT < sum(waits) < 3600


@pytest.mark.parametrize(
    ("receipt", "told"),
    [
        ({"counts": {"applied": 1, "unchanged": 0}}, "/counts/rejected is missing"),
        ({"counts": 7}, "/counts must be an object"),
        ({"lines": [{"n": 1, "status": "applied"}]}, "/lines/0/status must be one of unchanged, rejected"),
        ({"lines": [{"n": 1, "status": "rejected"}, {"n": True, "status": "rejected"}]}, f"/lines/1/n must be a whole number from 0 to {LARGEST}"),
        ({"lines": [{"n": 1, "status": ["Anna"]}]}, "/lines/0/status must be one of unchanged, rejected"),
        ({"lines": [7]}, "/lines/0 must be an object"),
        ({"state": {"sequence": 1, "version": "v" * 65}}, "/state/version must be a text of at most 64 letters"),
        ({"lines": None}, "/lines is missing"),
        ({"lines": {}}, "/lines must be a list"),
        ({"next_after": "Anna"}, f"/next_after must be a whole number from 0 to {LARGEST}"),
    ],
)
def test_a_receipt_of_another_shape_is_not_believed_and_its_field_is_named(receipt, told):
    answer = requests.Response()
    answer.status_code = 200
    answer._content = json.dumps({
        "delta": "d", "state": {"sequence": 1, "version": "v"}, "counts": {"applied": 1, "unchanged": 0, "rejected": 0},
        "lines": [], "next_after": None, **receipt,
    }).encode()
    request = Request("delta", "GET", "/deltas/d-1/receipt?after=0", "to give the receipt")
    with pytest.raises(Stop, match="GET /deltas/{delta}/receipt") as stopped:
        answers.read(answer, request, answers.receipt_page)
    assert f"HTTP 200, {told}." in stopped.value.message


def test_no_text_of_the_receivers_reaches_us():
    line = answers._receipt_line(Field(
        {"n": 3, "status": "rejected", "problem": {"type": "Anna Ström 20100101-TF01", "pointer": "/data/Anna Ström", "title": "Anna"}}
    ))
    assert line == (3, "rejected", "about:blank", None)


@pytest.fixture
def hasty(monkeypatch):
    monkeypatch.setattr(https_client, "FIRST_WAIT", 0.01)
    monkeypatch.setattr(https_client, "SHORTEST_WAIT", 0.01)


@pytest.fixture
def spoiled(receiver, certificates, hasty):
    with FaultyReceiver(receiver, certificates) as made:
        yield made


REQUESTS = ["state", "deltas", "parts/1", "parts/2", "parts/3", "commit", "receipt?after=0"]
SAID_AGAIN = ["reset-before", "reset-after", "half-close", "truncate", "429", "503", "500", "502"]


@pytest.mark.parametrize("fault", SAID_AGAIN)
def test_what_gets_lost_on_the_way_is_said_again_and_applied_once(school, receiver, spoiled, fault):
    """Every request of a delivery is struck once, with the same keys and numbers after it."""
    spoiled.serves(school)
    spoiled.faults.extend([fault, None] * len(REQUESTS))
    assert school.send().exit_code == 0
    assert len(spoiled.taken) == len(REQUESTS)
    assert [path.split("/", 3)[-1] for _, path in spoiled.asked] == [name for name in REQUESTS for _ in range(2)]
    with receiver.store.reading() as db:
        assert db.execute("select count(*) from deltas").fetchone()[0] == 1
    assert len(school.rows("delivered_persons")) == 3


@pytest.mark.parametrize("fault", ["drip", "duplicate"])
def test_what_comes_slowly_or_twice_is_taken_as_it_is(school, receiver, spoiled, fault):
    spoiled.serves(school)
    spoiled.faults.extend([fault] * len(REQUESTS))
    outcome = school.send()
    assert (outcome.exit_code, len(spoiled.asked), spoiled.taken) == (0, len(REQUESTS), [fault] * len(REQUESTS))
    assert len(receiver.store.records("trial", "person")) == 3


@pytest.mark.parametrize("lie", LIES)
def test_a_receipt_that_does_not_add_up_moves_nothing(school, spoiled, lie):
    spoiled.serves(school)
    spoiled.faults.extend([None] * 6 + [lie])
    with pytest.raises(Stop, match="does not account for every line") as stopped:
        school.send()
    assert (stopped.value.exit_code, spoiled.taken) == (30, [lie])
    assert school.rows("delivered_persons") == []
    assert school.send().exit_code == 0
    assert len(school.rows("delivered_persons")) == 3


@pytest.mark.parametrize("request_number", [1, 5])
def test_a_base_that_has_moved_is_taken_from_the_receivers_word(school, receiver, spoiled, request_number):
    """At the manifest, and at the commit."""
    spoiled.serves(school)
    spoiled.faults.extend([None] * request_number + ["base-mismatch"])
    assert school.send().exit_code == 0
    assert spoiled.taken == ["base-mismatch"]
    assert len(receiver.store.records("trial", "person")) == 3


def test_every_fault_is_tried_here():
    assert set(SAID_AGAIN) | {"drip", "duplicate", "base-mismatch", "trickle"} | set(LIES) == set(FAULTS)


def soon(talk, seconds):
    """The same conversation by the real clock, to be over in so many seconds."""
    now = lambda: datetime.datetime.now(datetime.UTC)  # noqa: E731
    return NattsynkReceiver(dataclasses.replace(talk.client, clock=now, deadline=now() + datetime.timedelta(seconds=seconds), sleep=time.sleep))


def test_a_byte_now_and_then_does_not_hold_a_request_for_ever(school, spoiled):
    """A timeout of the library's begins anew with every byte."""
    spoiled.serves(school)
    spoiled.faults.extend(["trickle"] * 20)
    begun = time.monotonic()
    with school.session() as session:
        talk = conversation(session, school.settings, school.clock, school.progress(), NOW)
        with pytest.raises(Stop) as stopped:
            soon(talk, 0.3).state()
        hang_up(session)
    assert stopped.value.exit_code == 40
    assert time.monotonic() - begun < 1


@pytest.mark.parametrize("greets", [True, False])
def test_silence_ends_with_the_budget(tmp_path, certificates, monkeypatch, greets):
    """A server that takes the connection and says nothing; greets: not even after its part of the handshake."""
    monkeypatch.setenv("TRIAL_TOKEN", TOKEN)
    with socket.create_server(("localhost", 0)) as listener:
        held = []
        settings = new_profile(tmp_path / "profile", f"https://localhost:{listener.getsockname()[1]}", certificates.ca)
        if greets:
            threading.Thread(target=greet, args=(listener, certificates, held), daemon=True).start()
        session = new_session(settings.receiver)
        talk = conversation(session, settings, lambda: NOW, Progress(lambda: NOW), NOW)
        begun = time.monotonic()
        with pytest.raises(Stop) as stopped:
            soon(talk, 0.3).state()
        hang_up(session)
        for connection in held:
            connection.close()
    assert stopped.value.exit_code == 40
    assert time.monotonic() - begun < 1


def greet(listener, certificates, held):
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(certificates.server, certificates.key)
    held.append(context.wrap_socket(listener.accept()[0], server_side=True))


def test_a_connection_that_ends_in_the_handshake_is_tried_again(tmp_path, certificates, monkeypatch):
    """It is no word on the certificate."""
    monkeypatch.setenv("TRIAL_TOKEN", TOKEN)
    with socket.create_server(("localhost", 0)) as listener:
        settings = new_profile(tmp_path / "profile", f"https://localhost:{listener.getsockname()[1]}", certificates.ca)
        closes = threading.Thread(target=lambda: [listener.accept()[0].close() for _ in range(3)] and listener.close(), daemon=True)
        closes.start()
        session, waits = new_session(settings.receiver), []
        talk = conversation(
            session, settings, lambda: NOW, Progress(lambda: NOW), NOW + datetime.timedelta(hours=1), waits.append
        )
        with pytest.raises(Stop, match="could not be reached"):
            talk.state()
        closes.join(5)
        hang_up(session)
    assert len(waits) > 3
