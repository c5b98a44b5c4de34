"""A TLS server that answers each request with the very bytes that a test gives it, right or wrong."""

import contextlib
import http.client
import socket
import ssl
import threading
from collections.abc import Iterable, Iterator


class Wire:
    """Listens on a free port of this machine, one connection after the other, one request each.

    answers: what each request is answered with, in order; the last one stays. An iterable of pieces is written until it ends or the
    client hangs up. asked: the requests' first lines.
    """

    def __init__(self, context: ssl.SSLContext | None, *answers: bytes | Iterable[bytes]) -> None:
        self.asked: list[str] = []
        self._context, self._answers = context, list(answers)
        self._listener = socket.create_server(("localhost", 0))
        self.port = self._listener.getsockname()[1]
        self._thread = threading.Thread(target=self._serve, daemon=True)
        self._thread.start()

    def __enter__(self) -> "Wire":
        return self

    def __exit__(self, *_: object) -> None:
        with contextlib.suppress(OSError):
            self._listener.shutdown(socket.SHUT_RDWR)
        self._listener.close()
        self._thread.join(5)

    @property
    def url(self) -> str:
        return f"https://localhost:{self.port}/v1/tenants/trial"

    def _serve(self) -> None:
        while True:
            try:
                connection, _ = self._listener.accept()
            except OSError:
                return
            with contextlib.suppress(OSError), connection:
                connection.settimeout(5)
                with self._context.wrap_socket(connection, server_side=True) if self._context else connection as secured:
                    self._answer(secured)

    def _answer(self, connection: socket.socket) -> None:
        with connection.makefile("rb") as reading:
            first = reading.readline().decode("latin-1").strip()
            length = int(http.client.parse_headers(reading).get("Content-Length", 0)) if first and self._context else 0
            reading.read(length)
        if not first and self._context:
            return
        self.asked.append(first)
        answer = self._answers.pop(0) if len(self._answers) > 1 else self._answers[0]
        for piece in [answer] if isinstance(answer, bytes) else answer:
            connection.sendall(piece)


def said(status: int, body: bytes = b"", kind: str = "application/json", **headers: str) -> bytes:
    """An answer in HTTP."""
    named = {"Content-Type": kind, "Content-Length": str(len(body)), "Connection": "close", **{name.replace("_", "-"): value for name, value in headers.items()}}
    head = f"HTTP/1.1 {status} Said\r\n" + "".join(f"{name}: {value}\r\n" for name, value in named.items())
    return head.encode("latin-1") + b"\r\n" + body


def without_end(head: bytes, piece: bytes) -> Iterator[bytes]:
    """Pieces without an end."""
    yield head
    while True:
        yield piece
