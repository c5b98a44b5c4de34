"""The reference receiver on uvicorn, over TLS: in the foreground (`serve`) or in a thread (`start`)."""

import dataclasses
import socket
import threading
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import uvicorn

from nattsynk.reference_receiver.app import create_app
from nattsynk.reference_receiver.store import Store

SECONDS_TO_END = 0.5


@dataclasses.dataclass(frozen=True)
class Handle:
    """A receiver that runs in a thread. url: https://host:port without a path; store: its content."""

    url: str
    store: Store
    server: uvicorn.Server
    thread: threading.Thread

    def tenant(self, name: str) -> str:
        """The receiver.url of a tenant."""
        return f"{self.url}/v1/tenants/{name}"

    def stop(self) -> None:
        """Ends the server; what it has stored stays in its file."""
        self.server.should_exit = True
        self.thread.join(SECONDS_TO_END)
        # Clients that keep their connection are not waited for.
        for connection in list(self.server.server_state.connections):
            connection.loop.call_soon_threadsafe(connection.transport.abort)
        self.thread.join()
        self.store.applier.shutdown()


def serve(host: str, port: int, store_file: Path, certificate: Path, key: Path, token: str) -> None:
    """Serves until it is interrupted. certificate and key: PEM files."""
    app = create_app(Store(store_file), token)
    uvicorn.Server(_config(app, host, port, certificate, key, log_level="info")).run()


def start(
    store_file: Path, certificate: Path, key: Path, token: str, host: str = "localhost", port: int = 0,
    wrap: Callable[[Any], Any] = lambda app: app,
) -> Handle:
    """Serves in a thread and returns when it listens. port 0 takes a free one. wrap: an ASGI middleware around the app."""
    store = Store(store_file)
    # The protocol is named so that asyncio switches Nagle's algorithm off; with it on, every answer takes 40 ms.
    listener = socket.socket(socket.AF_INET, socket.SOCK_STREAM, socket.IPPROTO_TCP)
    listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    listener.bind((host, port))
    server = uvicorn.Server(_config(wrap(create_app(store, token)), host, port, certificate, key, log_level="error"))
    thread = threading.Thread(target=server.run, args=([listener],), name="receiver", daemon=True)
    thread.start()
    while not server.started and thread.is_alive():
        time.sleep(0.01)
    if not server.started:
        raise RuntimeError("the receiver did not start: see the certificate and key files")
    return Handle(f"https://{host}:{listener.getsockname()[1]}", store, server, thread)


def _config(app: Any, host: str, port: int, certificate: Path, key: Path, log_level: str) -> uvicorn.Config:
    # No access log: it would keep addresses of the network, and nothing that the receipts do not say better.
    return uvicorn.Config(
        app, host=host, port=port, ssl_certfile=str(certificate), ssl_keyfile=str(key), http="h11", ws="none",
        lifespan="off", access_log=False, log_level=log_level, server_header=False,
        timeout_graceful_shutdown=5,
    )
