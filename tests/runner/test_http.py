"""The way to the receiver: real TLS, one readable message and exit code 40 when it does not work."""

import http.server
import socket
import ssl
import threading

import pytest
import trustme

from nattsynk.errors import UNREACHABLE, USAGE

TOKEN = "NATTSYNK_TEST_TOKEN"


@pytest.fixture(scope="module")
def authority():
    return trustme.CA()


class Redirects(http.server.BaseHTTPRequestHandler):
    """Answers everything with a redirect."""

    def do_GET(self):
        self.send_response(302)
        self.send_header("Location", "https://elsewhere.example/")
        self.send_header("Content-Length", "0")
        self.end_headers()

    def log_message(self, *_):
        pass


@pytest.fixture(scope="module")
def server(authority):
    """A TLS server on a free port of this machine, with a certificate of `authority` for localhost."""
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    authority.issue_cert("localhost").configure_cert(context)
    listener = http.server.ThreadingHTTPServer(("localhost", 0), Redirects)
    listener.socket = context.wrap_socket(listener.socket, server_side=True)
    thread = threading.Thread(target=listener.serve_forever, daemon=True)
    thread.start()
    yield listener.server_address[1]
    listener.shutdown()
    listener.server_close()
    thread.join()


@pytest.fixture
def receiver(profile, monkeypatch):
    monkeypatch.setenv(TOKEN, "secret-token")

    def use(port, ca_file=None):
        auth = {"type": "bearer", "token_env": TOKEN}
        profile.write(receiver={"url": f"https://localhost:{port}/v1/tenants/x", "ca_file": ca_file and str(ca_file), "auth": auth})

    return use


def test_an_unreachable_receiver(profile, receiver, nattsynk):
    with socket.create_server(("localhost", 0)) as free:
        port = free.getsockname()[1]
    receiver(port)
    ended = nattsynk("check", "--profile", profile.folder)
    assert ended.code == UNREACHABLE
    assert f"The receiver at localhost:{port} could not be reached. Check receiver.url" in ended.out


def test_a_certificate_that_is_not_trusted(profile, receiver, server, nattsynk):
    receiver(server)
    ended = nattsynk("check", "--profile", profile.folder)
    assert ended.code == UNREACHABLE
    assert f"certificate of the receiver at localhost:{server} is not trusted" in ended.out
    assert "receiver.ca_file" in ended.out


def test_a_certificate_of_another_ca_names_the_file(profile, receiver, server, nattsynk, tmp_path, monkeypatch):
    other, right = tmp_path / "other.pem", tmp_path / "right.pem"
    trustme.CA().cert_pem.write_to_path(str(other))
    monkeypatch.setenv("REQUESTS_CA_BUNDLE", str(right))
    receiver(server, other)
    ended = nattsynk("check", "--profile", profile.folder)
    assert ended.code == UNREACHABLE
    assert str(other) in ended.out


def test_an_own_ca_is_trusted_and_a_redirect_refused(profile, receiver, server, authority, nattsynk, tmp_path):
    authority.cert_pem.write_to_path(str(tmp_path / "ca.pem"))
    receiver(server, tmp_path / "ca.pem")
    ended = nattsynk("check", "--profile", profile.folder)
    assert ended.code == UNREACHABLE
    assert "redirect, which is refused" in ended.out


def test_a_token_that_is_not_set(profile, receiver, nattsynk, monkeypatch):
    receiver(9)
    monkeypatch.delenv(TOKEN)
    ended = nattsynk("check", "--profile", profile.folder)
    assert ended.code == USAGE
    assert TOKEN in ended.out


def test_a_ca_file_that_is_missing(profile, receiver, nattsynk, tmp_path):
    receiver(9, tmp_path / "none.pem")
    ended = nattsynk("check", "--profile", profile.folder)
    assert ended.code == USAGE
    assert "none.pem" in ended.out


def test_check_looks_at_everything_and_changes_nothing(profile, nattsynk):
    profile.seed("pauses.csv", "wrong\n")
    before = sorted(profile.folder.rglob("*"))
    ended = nattsynk("check", "--profile", profile.folder)
    assert [line.split(":")[0].split() for line in ended.out.splitlines()] == [
        ["ok", "settings"], ["FAIL", "seeds"], ["ok", "own", "SQL"], ["ok", "database"], ["ok", "sources"], ["FAIL", "receiver"],
    ]
    assert ended.code == USAGE
    assert sorted(profile.folder.rglob("*")) == before
