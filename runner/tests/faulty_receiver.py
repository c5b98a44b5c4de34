"""A receiver that is at fault when told to: the real reference receiver behind a TLS server of its own, which spoils a request's way.

    with FaultyReceiver(receiver, certificates) as faulty:      # the fixtures of conftest.py
        faulty.serves(trial)                                    # trial.send() goes through it from now on
        faulty.faults.extend([None, "reset-after", "429"])
        trial.send()
        assert faulty.asked == [("GET", "/state"), ...]

`faults` is a queue: each request that arrives takes the next one, and goes through as it is where that is None or none is left.
Nothing else chooses, so the same queue and the same requests end the same. The names are those of FAULTS. No fault sleeps but
"drip" (0.03 s in all) and "trickle" (until the client hangs up, the server stops, or five seconds are over).
"""

import contextlib
import dataclasses
import http.client
import http.server
import json
import socket
import ssl
import struct
import threading
import time
from collections import deque
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from delivering import TOKEN, Certificates, Trial

from nattsynk.reference_receiver import Handle

# What each name does to a request. "arrives": the application has acted on it, so the sender cannot know that it has.
FAULTS = {
    "reset-before": "the connection is reset, and the request never arrives",
    "reset-after": "it arrives, and the connection is reset before the answer",
    "half-close": "it arrives, and our side is closed without an answer while theirs stays open",
    "truncate": "it arrives, and the answer ends in the middle",
    "drip": "it arrives, and the answer comes in small pieces, whole in the end",
    "trickle": "it arrives, and the answer is a byte now and then, without an end",
    "duplicate": "it arrives twice; the second answer is passed on",
    "429": "it never arrives: HTTP 429 with Retry-After",
    "503": "it never arrives: HTTP 503 with Retry-After",
    "500": "it never arrives: HTTP 500",
    "502": "it arrives, and the answer is HTTP 502, as of a gateway that has given up",
    # These fit some requests only; the others go through.
    "base-mismatch": "a manifest or a commit never arrives: HTTP 409 with the receiver's base as it is now",
    "receipt-counts": "a receipt accounts for one line more than there is",
    "receipt-version": "a receipt is of the version of another delta",
    "receipt-order": "a receipt lists its lines out of order",
}
TRICKLE = 5  # seconds, so that whoever waits for the end fails instead of hanging
STATUSES = {"429": 429, "503": 503, "500": 500}
PROBLEM = "application/problem+json"


@dataclasses.dataclass(frozen=True)
class Request:
    """A request as it came. path: with the tenant's address."""

    method: str
    path: str
    headers: dict[str, str]
    body: bytes


@dataclasses.dataclass(frozen=True)
class Answer:
    """An answer as it goes. headers: without those that tell of the body's length."""

    status: int
    headers: dict[str, str]
    body: bytes


class FaultyReceiver:
    """A TLS server on a free port that passes every request on to a receiver, but for its faults.

    client_ca: shut out whoever shows no certificate of this CA; who does needs no token, as behind a gateway.
    faults: what befalls the next requests, in order. asked: (method, path without the tenant's) of all requests that came.
    taken: the faults that were carried out, in order; one that did not fit its request is not among them.
    retry_after: the header of 429 and 503.
    """

    def __init__(self, receiver: Handle, certificates: Certificates, client_ca: Path | None = None) -> None:
        self.faults: deque[str | None] = deque()
        self.asked: list[tuple[str, str]] = []
        self.taken: list[str] = []
        self.retry_after = "0"
        self.receiver, self.certificates = receiver, certificates
        self.authorized = {"Authorization": f"Bearer {TOKEN}"} if client_ca else {}
        self.stopping = threading.Event()
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        context.load_cert_chain(certificates.server, certificates.key)
        if client_ca:
            context.verify_mode = ssl.CERT_REQUIRED
            context.load_verify_locations(client_ca)
        self._server = _Server(context, self)
        self.url = f"https://localhost:{self._server.server_address[1]}"
        self._thread = threading.Thread(target=self._server.serve_forever, args=(0.01,), name="faulty receiver", daemon=True)
        self._thread.start()

    def __enter__(self) -> "FaultyReceiver":
        return self

    def __exit__(self, *_: object) -> None:
        self.stop()

    def tenant(self, name: str) -> str:
        """The receiver.url of a tenant."""
        return f"{self.url}/v1/tenants/{name}"

    def serves(self, trial: Trial, name: str = "trial") -> None:
        """Has a trial deliver to this server."""
        through = dataclasses.replace(trial.settings.receiver, url=self.tenant(name))
        trial.settings = dataclasses.replace(trial.settings, receiver=through)

    def stop(self) -> None:
        """Ends the server and every connection; the receiver behind it goes on."""
        self.stopping.set()
        self._server.shutdown()
        self._server.hang_up()
        self._server.server_close()
        self._thread.join()

    def next_fault(self, request: Request) -> str | None:
        """The fault of a request that has come."""
        self.asked.append((request.method, "/" + request.path.split("/", 4)[4]))
        fault = self.faults.popleft() if self.faults else None
        if fault is None or not _fits(fault, request):
            return None
        self.taken.append(fault)
        return fault


class _Server(http.server.ThreadingHTTPServer):
    """Knows its connections, so that stopping it is not waiting for clients; waits for its threads."""

    daemon_threads = False
    request_queue_size = 50

    def __init__(self, context: ssl.SSLContext, faulty: FaultyReceiver) -> None:
        self.context, self.faulty, self.connections = context, faulty, set()
        super().__init__(("localhost", 0), _Handler)

    def process_request_thread(self, request: Any, client_address: Any) -> None:
        # The handshake is made in the connection's own thread, so that a client that makes none holds nobody up.
        self.connections.add(request)
        with contextlib.suppress(OSError):
            secured = self.context.wrap_socket(request, server_side=True, do_handshake_on_connect=False)
            self.connections.add(secured)
            _shake_hands(secured)
            super().process_request_thread(secured, client_address)

    def hang_up(self) -> None:
        for connection in list(self.connections):
            with contextlib.suppress(OSError):
                connection.shutdown(socket.SHUT_RDWR)

    def handle_error(self, request: Any, client_address: Any) -> None:
        pass  # a client that hangs up in the middle is what these tests are about


class _Handler(http.server.BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    disable_nagle_algorithm = True

    def setup(self) -> None:
        super().setup()
        self.faulty: FaultyReceiver = self.server.faulty
        self.upstream = _connect(self.faulty)

    def finish(self) -> None:
        self.upstream.close()
        with contextlib.suppress(OSError):
            super().finish()

    def log_message(self, *_: object) -> None:
        pass

    def _handle(self) -> None:
        body = self.rfile.read(int(self.headers.get("Content-Length", 0)))
        request = Request(self.command, self.path, {**self.headers, **self.faulty.authorized}, body)
        fault = self.faulty.next_fault(request)
        if fault == "reset-before":
            return self._reset()
        answer = self._answer(request, fault)
        if fault == "reset-after":
            return self._reset()
        if fault == "half-close":
            return self._half_close()
        for piece in _pieces(_bytes(answer), fault):
            if self.faulty.stopping.is_set():
                break
            self.wfile.write(piece)
        self.close_connection = fault in ("truncate", "trickle")

    do_GET = do_POST = do_PUT = do_PATCH = _handle

    def _answer(self, request: Request, fault: str | None) -> Answer:
        """What the receiver answers, or what is said in its place."""
        if fault in STATUSES:
            headers = {"Retry-After": self.faulty.retry_after} if fault in ("429", "503") else {}
            return Answer(STATUSES[fault], headers, b"")
        if fault == "base-mismatch":
            return self._mismatch(request)
        if fault == "duplicate":
            self._ask(request)
        answer = self._ask(request)
        if fault == "502":
            return Answer(502, {}, b"")
        if fault in LIES and answer.status == 200:
            return dataclasses.replace(answer, body=json.dumps(LIES[fault](json.loads(answer.body))).encode())
        return answer

    def _ask(self, request: Request) -> Answer:
        self.upstream.request(request.method, request.path, request.body or None, request.headers)
        answer = self.upstream.getresponse()
        told = {name: value for name, value in answer.getheaders() if name.lower() not in ("content-length", "connection")}
        return Answer(answer.status, told, answer.read())

    def _mismatch(self, request: Request) -> Answer:
        state = Request("GET", "/".join(request.path.split("/")[:4]) + "/state", {"Authorization": request.headers["Authorization"]}, b"")
        problem = {
            "type": "urn:nattsynk:problem:base-mismatch", "title": "The tenant stands at another base", "status": 409,
            "base": json.loads(self._ask(state).body),
        }
        return Answer(409, {"Content-Type": PROBLEM}, json.dumps(problem).encode())

    def _reset(self) -> None:
        # A linger of no time makes the end of the connection a reset.
        self.connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
        self.close_connection, self.wfile = True, _Nowhere()
        # The number itself, for the handler's files keep the socket open.
        socket.close(self.connection.detach())

    def _half_close(self) -> None:
        self.close_connection, self.wfile = True, _Nowhere()
        socket.socket.shutdown(self.connection, socket.SHUT_WR)
        with contextlib.suppress(OSError):
            self.connection.recv(1)  # until the client ends its side too


def _shake_hands(connection: ssl.SSLSocket) -> None:
    try:
        connection.do_handshake()
    except ssl.SSLError:
        # A reset would overtake the alert that says why: so the end of theirs is waited for.
        socket.socket.shutdown(connection, socket.SHUT_WR)
        while socket.socket.recv(connection, 4096):
            pass
        connection.close()
        raise


class _Nowhere:
    """The way to a client that is no longer there."""

    closed = True

    def close(self) -> None:
        pass


def _connect(faulty: FaultyReceiver) -> http.client.HTTPSConnection:
    context = ssl.create_default_context(cafile=faulty.certificates.ca)
    return http.client.HTTPSConnection(faulty.receiver.url.removeprefix("https://"), context=context, timeout=20)


def _fits(fault: str, request: Request) -> bool:
    if fault not in FAULTS:
        raise ValueError(f"{fault} is no fault; there are {', '.join(FAULTS)}")
    if fault == "base-mismatch":
        return request.method == "POST"
    return "/receipt?" in request.path if fault in LIES else True


def _bytes(answer: Answer) -> bytes:
    reason = http.client.responses.get(answer.status, "")
    headers = {**answer.headers, "Content-Length": str(len(answer.body))}
    head = f"HTTP/1.1 {answer.status} {reason}\r\n" + "".join(f"{name}: {value}\r\n" for name, value in headers.items())
    return head.encode("latin-1") + b"\r\n" + answer.body


def _pieces(whole: bytes, fault: str | None) -> Iterator[bytes]:
    if fault == "truncate":
        yield whole[:-5]
    elif fault == "drip":
        size = -(-len(whole) // 6)
        for start in range(0, len(whole), size):
            yield whole[start : start + size]
            time.sleep(0.005)
    elif fault == "trickle":
        yield whole[:20]
        ends = time.monotonic() + TRICKLE
        while time.monotonic() < ends:
            yield b"x"  # a status line that never ends
            time.sleep(0.01)
    else:
        yield whole


def _count_more(receipt: dict[str, Any]) -> dict[str, Any]:
    return {**receipt, "counts": {**receipt["counts"], "applied": receipt["counts"]["applied"] + 1}}


def _other_version(receipt: dict[str, Any]) -> dict[str, Any]:
    return {**receipt, "state": {**receipt["state"], "version": "0" * 64}}


def _out_of_order(receipt: dict[str, Any]) -> dict[str, Any]:
    """Two lines of status unchanged, the later one first; where there are two, the counts add up all the same."""
    counts = {"applied": sum(receipt["counts"].values()) - 2, "unchanged": 2, "rejected": 0}
    lines = [{"n": number, "status": "unchanged"} for number in (2, 1)]
    return {**receipt, "counts": {**counts, "applied": max(0, counts["applied"])}, "lines": lines, "next_after": None}


LIES = {"receipt-counts": _count_more, "receipt-version": _other_version, "receipt-order": _out_of_order}
