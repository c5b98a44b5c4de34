"""The way to the receiver: real TLS, one readable message and exit code 40 when it does not work."""

import datetime
import http.server
import socket
import ssl
import threading

import pytest
import requests
import trustme
from delivering import TOKEN as TRIAL_TOKEN
from delivering import hang_up

from nattsynk.check.check import check
from nattsynk.cli import now
from nattsynk.context import Context
from nattsynk.errors import UNREACHABLE, USAGE
from nattsynk.log import Progress

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
def aimed(profile, monkeypatch, no_waits):
    """Has the profile deliver to a port of this machine."""
    monkeypatch.setenv(TOKEN, "secret-token")

    def use(port, ca_file=None):
        auth = {"type": "bearer", "token_env": TOKEN}
        profile.write(receiver={"url": f"https://localhost:{port}/v1/tenants/x", "ca_file": ca_file and str(ca_file), "auth": auth})

    return use


def test_an_unreachable_receiver(profile, aimed, nattsynk):
    with socket.create_server(("localhost", 0)) as free:
        port = free.getsockname()[1]
    aimed(port)
    ended = nattsynk("check", "--profile", profile.folder)
    assert ended.code == UNREACHABLE
    assert f"The receiver at localhost:{port} could not be reached: the connection was refused, so nothing listens at that port. Check receiver.url" in ended.out


def test_a_night_begins_though_the_receiver_does_not_answer(profile, aimed, server, capsys):
    """It is waited for when there is something to deliver; but whom we do not trust is not."""
    with socket.create_server(("localhost", 0)) as free:
        port = free.getsockname()[1]
    run = lambda: Context("run", str(profile.folder), "embedded", datetime.date(2026, 8, 18), now, Progress(now))  # noqa: E731
    aimed(port)
    assert check(run(), at_night=True) == 0
    assert f"WARN  receiver: The receiver at localhost:{port} could not be reached: the connection was refused, so nothing listens at that port. The delivery waits for it, 240 minutes at most." in capsys.readouterr().out
    aimed(server)
    assert check(run(), at_night=True) == UNREACHABLE


def test_a_certificate_that_is_not_trusted(profile, aimed, server, nattsynk):
    aimed(server)
    ended = nattsynk("check", "--profile", profile.folder)
    assert ended.code == UNREACHABLE
    assert f"certificate of the receiver at localhost:{server} is not trusted" in ended.out
    assert "receiver.ca_file" in ended.out


def test_a_certificate_of_another_ca_names_the_file(profile, aimed, server, nattsynk, tmp_path):
    other = tmp_path / "other.pem"
    trustme.CA().cert_pem.write_to_path(str(other))
    aimed(server, other)
    ended = nattsynk("check", "--profile", profile.folder)
    assert ended.code == UNREACHABLE
    assert str(other) in ended.out


CA_VARIABLES = ("REQUESTS_CA_BUNDLE", "CURL_CA_BUNDLE", "SSL_CERT_FILE")
PROXY_VARIABLES = ("HTTPS_PROXY", "https_proxy", "ALL_PROXY", "all_proxy")


def test_the_environment_vouches_for_nobody(profile, aimed, server, authority, nattsynk, tmp_path, monkeypatch):
    """Each of these is another library's way to trust a CA."""
    authority.cert_pem.write_to_path(str(tmp_path / "right.pem"))
    for variable in CA_VARIABLES:
        monkeypatch.setenv(variable, str(tmp_path / "right.pem"))
    aimed(server)
    ended = nattsynk("check", "--profile", profile.folder)
    assert "is not trusted" in ended.out


def test_the_environment_leads_nobody_astray(trial, monkeypatch, tmp_path):
    """Proxies that are not there, CAs that vouch for nobody, a password file, and a file for the keys of the connection."""
    (tmp_path / "netrc").write_text("machine localhost login stranger password stranger\n")
    (tmp_path / "empty.pem").write_text("")
    for variable in PROXY_VARIABLES:
        monkeypatch.setenv(variable, "http://localhost:1")
    for variable in CA_VARIABLES:
        monkeypatch.setenv(variable, str(tmp_path / "empty.pem"))
    monkeypatch.setenv("NETRC", str(tmp_path / "netrc"))
    monkeypatch.setenv("SSLKEYLOGFILE", str(tmp_path / "keys"))
    with trial.session() as session:
        answer = session.get(f"{trial.settings.receiver.url}/state")
        hang_up(session)
    assert (answer.status_code, answer.request.headers["Authorization"]) == (200, f"Bearer {TRIAL_TOKEN}")
    assert not (tmp_path / "keys").exists()


def test_a_connection_reads_no_cas_of_its_own(trial, monkeypatch, tmp_path):
    """requests would read the public ones anew for each; the session has them."""
    monkeypatch.setattr("requests.adapters.DEFAULT_CA_BUNDLE_PATH", str(tmp_path / "absent.pem"))
    with trial.session() as session:
        answer = session.get(f"{trial.settings.receiver.url}/state")
        hang_up(session)
    assert answer.status_code == 200


def test_the_check_of_the_certificate_cannot_be_turned_off(trial, server):
    with trial.session() as session:
        session.verify = False
        with pytest.raises(requests.exceptions.SSLError, match="CERTIFICATE_VERIFY_FAILED"):
            session.get(f"https://localhost:{server}/")


def test_an_own_ca_is_trusted_and_a_redirect_refused(profile, aimed, server, authority, nattsynk, tmp_path):
    authority.cert_pem.write_to_path(str(tmp_path / "ca.pem"))
    aimed(server, tmp_path / "ca.pem")
    ended = nattsynk("check", "--profile", profile.folder)
    assert ended.code == UNREACHABLE
    assert "redirect, which is refused. It leads to elsewhere.example. Write the final address in receiver.url." in ended.out


def test_a_token_that_is_not_set(profile, aimed, nattsynk, monkeypatch):
    aimed(9)
    monkeypatch.delenv(TOKEN)
    ended = nattsynk("check", "--profile", profile.folder)
    assert ended.code == USAGE
    assert TOKEN in ended.out


def test_a_ca_file_that_is_missing(profile, aimed, nattsynk, tmp_path):
    aimed(9, tmp_path / "none.pem")
    ended = nattsynk("check", "--profile", profile.folder)
    assert ended.code == USAGE
    assert "none.pem" in ended.out


def test_check_looks_at_everything_and_changes_nothing(profile, nattsynk):
    profile.seed("pauses.csv", "wrong\n")
    before = sorted(profile.folder.rglob("*"))
    ended = nattsynk("check", "--profile", profile.folder)
    assert [line.split(":")[0].split() for line in ended.out.splitlines() if not line.startswith(" ")] == [
        ["ok", "profile"], ["ok", "settings"], ["FAIL", "seeds"], ["ok", "database"], ["ok", "sources"], ["ok", "tables"], ["ok", "persons"],
        ["FAIL", "receiver"], ["skip", "units,", "own", "SQL"],
    ]
    assert ended.code == USAGE
    assert sorted(profile.folder.rglob("*")) == before
