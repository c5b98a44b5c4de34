"""How the receiver is told who we are: OAuth and client certificates over real TLS, secrets that are said nowhere."""

import base64
import dataclasses
import http.server
import json
import logging
import re
import ssl
import threading
import traceback
from collections import deque
from urllib.parse import parse_qs

import keyring
import keyring.backend
import keyring.errors
import pytest
import trustme
import yaml
from cryptography.hazmat.primitives import serialization
from delivering import TOKEN, conversation, hang_up
from faulty_receiver import FaultyReceiver

from nattsynk.errors import REJECTED, UNREACHABLE, USAGE, Stop
from nattsynk.profile.settings import PROJECT, load
from nattsynk.receivers.receiver import Refused
from nattsynk.receivers.tls_session import new_session
from nattsynk.reference_receiver import start

SECRET = "s3cret-of-the-client"
VARIABLE = "NATTSYNK_TEST_SECRET"
PASSWORD = "pass-of-the-key"


class TokenEndpoint(http.server.ThreadingHTTPServer):
    """An OAuth 2.0 token endpoint over TLS.

    answers: (status, body) of the next requests, in order; else a token. lifetime: expires_in, seconds. valid: the tokens that a
    receiver takes. asked: Authorization and form of every request.
    """

    daemon_threads = True

    def __init__(self, certificates):
        self.answers, self.lifetime, self.valid, self.asked, self.headers = deque(), 3600, set(), [], {}
        super().__init__(("localhost", 0), _TokenHandler)
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        context.load_cert_chain(certificates.server, certificates.key)
        self.socket = context.wrap_socket(self.socket, server_side=True)
        self.url = f"https://localhost:{self.server_address[1]}/token"

    def handle_error(self, request, client_address):
        pass


class _TokenHandler(http.server.BaseHTTPRequestHandler):
    disable_nagle_algorithm = True

    def do_POST(self):
        endpoint = self.server
        form = parse_qs(self.rfile.read(int(self.headers["Content-Length"])).decode())
        endpoint.asked.append((self.headers["Authorization"], form))
        status, body = endpoint.answers.popleft() if endpoint.answers else (200, self._token())
        self.send_response(status)
        for name, value in {"Content-Type": "application/json", "Content-Length": str(len(body)), **endpoint.headers}.items():
            self.send_header(name, value)
        self.end_headers()
        self.wfile.write(body)

    def _token(self):
        token = f"token-{len(self.server.asked)}"
        self.server.valid.add(token)
        return json.dumps({"access_token": token, "token_type": "Bearer", "expires_in": self.server.lifetime}).encode()

    def log_message(self, *_):
        pass


class TakesTokens:
    """An ASGI middleware: the reference receiver takes the tokens of an endpoint in place of its own."""

    def __init__(self, app, endpoint):
        self.app, self.endpoint, self.shown = app, endpoint, []

    async def __call__(self, scope, receive, send):
        shown = dict(scope["headers"]).get(b"authorization", b"").decode().removeprefix("Bearer ")
        self.shown.append(shown)
        headers = [header for header in scope["headers"] if header[0] != b"authorization"]
        if shown in self.endpoint.valid:
            headers.append((b"authorization", f"Bearer {TOKEN}".encode()))
        await self.app({**scope, "headers": headers}, receive, send)


@pytest.fixture
def endpoint(certificates):
    made = TokenEndpoint(certificates)
    thread = threading.Thread(target=made.serve_forever, args=(0.01,), daemon=True)
    thread.start()
    yield made
    made.shutdown()
    made.server_close()
    thread.join()


@pytest.fixture
def guarded(tmp_path, certificates, endpoint):
    """The reference receiver for tokens of the endpoint, and what it was shown."""
    made = []
    handle = start(
        tmp_path / "guarded.sqlite", certificates.server, certificates.key, TOKEN,
        wrap=lambda app: made.append(TakesTokens(app, endpoint)) or made[0],
    )
    yield handle, made[0].shown
    handle.stop()


@pytest.fixture
def oauth(endpoint, guarded, monkeypatch, no_waits):
    """Has a trial deliver to the guarded receiver with OAuth."""
    monkeypatch.setenv(VARIABLE, SECRET)

    def use(trial, **changed):
        auth = {"type": "oauth2", "token_url": endpoint.url, "client_id": "provstad", "client_secret_env": VARIABLE, "scope": "sync", **changed}
        deliver_with(trial, auth, guarded[0].tenant("trial"))

    return use


@pytest.fixture(scope="module")
def client_files(tmp_path_factory):
    """PEM files of a client: its CA, its certificate and its key, plain and with a password."""
    folder, authority = tmp_path_factory.mktemp("client"), trustme.CA()
    issued = authority.issue_cert("sync@provstad.example")
    authority.cert_pem.write_to_path(folder / "ca.pem")
    issued.cert_chain_pems[0].write_to_path(folder / "client.pem")
    issued.private_key_pem.write_to_path(folder / "client.key")
    key = serialization.load_pem_private_key(issued.private_key_pem.bytes(), None)
    (folder / "locked.key").write_bytes(key.private_bytes(
        serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.BestAvailableEncryption(PASSWORD.encode())
    ))
    return folder


class Keyring(keyring.backend.KeyringBackend):
    """A keyring in memory; a broken one raises what it holds."""

    priority = 1

    def __init__(self, held):
        super().__init__()
        self.held = held

    def get_password(self, service, username):
        if isinstance(self.held, Exception):
            raise self.held
        return self.held.get((service, username))

    def set_password(self, service, username, password):
        raise keyring.errors.PasswordSetError

    def delete_password(self, service, username):
        raise keyring.errors.PasswordDeleteError


@pytest.fixture
def use_keyring():
    before = keyring.get_keyring()
    yield lambda held: keyring.set_keyring(Keyring(held))
    keyring.set_keyring(before)


def deliver_with(trial, auth, url=None):
    """Writes the trial's profile.yml anew and reads it, so that auth is checked as a customer's is."""
    file = trial.settings.folder / "profile.yml"
    written = yaml.safe_load(file.read_text())
    written["receiver"] |= {"auth": auth, **({"url": url} if url else {})}
    file.write_text(yaml.safe_dump(written))
    trial.settings = load(trial.settings.folder)


def everything_told(stop):
    """The message, and all that a traceback would show."""
    return stop.message + stop.next_step + "".join(traceback.format_exception(stop))


def test_a_delivery_with_oauth_fetches_one_token(school, oauth, endpoint, guarded):
    oauth(school)
    assert school.send().exit_code == 0
    (authorization, form), = endpoint.asked
    assert base64.b64decode(authorization.removeprefix("Basic ")).decode() == f"provstad:{SECRET}"
    assert form == {"grant_type": ["client_credentials"], "scope": ["sync"]}
    assert set(guarded[1]) == {"token-1"}


def test_a_scope_may_be_left_out(school, oauth, endpoint):
    oauth(school, scope=None)
    assert school.send().exit_code == 0
    assert endpoint.asked[0][1] == {"grant_type": ["client_credentials"]}


def test_a_token_that_runs_out_is_fetched_anew_before_it_does(school, oauth, endpoint, guarded):
    oauth(school)
    endpoint.lifetime = 5
    assert school.send().exit_code == 0
    assert len(endpoint.asked) == len(guarded[1])
    assert len(set(guarded[1])) == len(guarded[1])


def test_a_token_that_is_no_longer_taken_is_renewed_once(school, oauth, endpoint, guarded):
    oauth(school)
    with school.session() as session:
        talk = conversation(session, school.settings, school.clock, school.progress(), school.now.replace(year=2027))
        talk.state()
        endpoint.valid.clear()
        talk.state()
        hang_up(session)
    assert guarded[1] == ["token-1", "token-1", "token-2"]


def test_a_second_401_is_final(school, oauth, endpoint, guarded):
    oauth(school)
    endpoint.answers.extend((200, token(f"unknown-{number}")) for number in range(5))
    with pytest.raises(Refused) as refused:
        school.send()
    assert (refused.value.status, refused.value.exit_code) == (401, REJECTED)
    assert guarded[1] == ["unknown-0", "unknown-1"]
    assert "unknown-" not in everything_told(refused.value)


def test_a_bearer_token_is_not_asked_for_twice(school, monkeypatch, receiver, certificates):
    monkeypatch.setenv("TRIAL_TOKEN", "wrong-token")
    with FaultyReceiver(receiver, certificates) as faulty:
        faulty.serves(school)
        with pytest.raises(Refused) as refused:
            school.send()
    assert faulty.asked == [("GET", "/state")]
    assert refused.value.exit_code == REJECTED
    assert "wrong-token" not in everything_told(refused.value)


@pytest.mark.parametrize(
    ("status", "body"),
    [
        (401, b'{"error": "invalid_client", "error_description": "s3cret-of-the-client of Anna"}'),
        (400, b'{"error": "invalid_scope"}'),
        (403, b"<html>s3cret-of-the-client</html>"),
    ],
)
def test_a_refusal_of_the_token_endpoint_is_told_without_its_words(school, oauth, endpoint, guarded, status, body):
    oauth(school)
    endpoint.answers.append((status, body))
    with pytest.raises(Stop, match=f"token endpoint at localhost:.* is a refusal: HTTP {status}") as stopped:
        school.send()
    assert stopped.value.exit_code == REJECTED
    assert VARIABLE in stopped.value.next_step
    told = everything_told(stopped.value)
    assert not [word for word in (SECRET, "Anna", "invalid_") if word in told]
    assert (len(endpoint.asked), guarded[1]) == (1, [])


@pytest.mark.parametrize(
    "body",
    [
        b"", b"token", b"[]", b'"token"', b"{}", b'{"access_token": "x"}', b'{"access_token": "x", "token_type": "mac"}',
        b'{"access_token": 7, "token_type": "bearer"}', b'{"access_token": "with\\nbreak", "token_type": "bearer"}',
        b'{"access_token": "x", "token_type": "bearer", "expires_in": "soon"}',
        b'{"access_token": "x", "token_type": "bearer", "expires_in": 1e999}',
        b'{"access_token": "x", "token_type": "bearer", "expires_in": [1]}',
        b'{"error": "s3cret-of-the-client"}',
    ],
)
def test_an_answer_of_another_shape_is_no_token(school, oauth, endpoint, body):
    oauth(school)
    endpoint.answers.append((200, body))
    with pytest.raises(Stop, match="token endpoint at localhost:.* is not what OAuth 2.0 describes") as stopped:
        school.send()
    assert stopped.value.exit_code == REJECTED
    assert not [word for word in (SECRET, "break", "soon") if word in everything_told(stopped.value)]


def test_a_busy_token_endpoint_is_waited_for(school, oauth, endpoint):
    oauth(school)
    endpoint.headers = {"Retry-After": "0"}
    endpoint.answers.extend([(503, b""), (429, b'{"error": "slow_down"}'), (500, b"")])
    assert school.send().exit_code == 0
    assert len(endpoint.asked) == 4


def test_a_token_endpoint_that_stays_at_fault_is_named(school, oauth, endpoint):
    oauth(school)
    endpoint.answers.extend([(500, b"")] * 200)
    with pytest.raises(Stop, match="keeps answering HTTP 500") as stopped:
        school.send()
    assert stopped.value.exit_code == UNREACHABLE
    assert endpoint.url.split("/")[2] in stopped.value.message


def test_a_token_endpoint_that_is_not_there_is_named(school, oauth):
    oauth(school, token_url="https://localhost:1/token")
    with pytest.raises(Stop, match="token endpoint at localhost:1 could not be reached") as stopped:
        school.send()
    assert stopped.value.exit_code == UNREACHABLE
    assert "receiver.auth.token_url" in stopped.value.next_step
    assert SECRET not in everything_told(stopped.value)


def test_the_token_endpoint_is_verified_as_the_receiver_is(school, oauth, monkeypatch, tmp_path, certificates):
    """The customer's CA alone vouches for it, whatever the environment says."""
    trustme.CA().cert_pem.write_to_path(tmp_path / "other.pem")
    for variable in ("REQUESTS_CA_BUNDLE", "CURL_CA_BUNDLE", "SSL_CERT_FILE"):
        monkeypatch.setenv(variable, str(certificates.ca))
    oauth(school)
    school.settings = dataclasses.replace(
        school.settings, receiver=dataclasses.replace(school.settings.receiver, ca_file=tmp_path / "other.pem")
    )
    with pytest.raises(Stop, match="certificate of the token endpoint at localhost:.* is not trusted") as stopped:
        school.send()
    assert stopped.value.exit_code == UNREACHABLE


def test_a_redirect_of_the_token_endpoint_is_refused(school, oauth, endpoint):
    oauth(school)
    endpoint.headers = {"Location": "https://elsewhere.example/token"}
    endpoint.answers.append((307, b""))
    with pytest.raises(Stop, match="redirect") as stopped:
        school.send()
    assert (stopped.value.exit_code, len(endpoint.asked)) == (UNREACHABLE, 1)
    assert "receiver.auth.token_url" in stopped.value.next_step


def test_no_secret_is_kept_or_logged(school, oauth, caplog, capfd):
    caplog.set_level(logging.DEBUG)
    oauth(school)
    assert school.send().exit_code == 0
    school.db.close()
    out, err = capfd.readouterr()
    files = [path for path in school.settings.folder.rglob("*") if path.is_file()]
    assert school.settings.database_file in files
    encoded = base64.b64encode(f"provstad:{SECRET}".encode())
    for word in (SECRET.encode(), encoded, b"token-1"):
        assert word.decode() not in caplog.text + out + err
        assert not [path for path in files if word in path.read_bytes()]


@pytest.mark.parametrize("key", ["client.key", "locked.key"])
def test_a_client_certificate_alone_is_enough(school, receiver, certificates, client_files, monkeypatch, key):
    monkeypatch.setenv(VARIABLE, PASSWORD)
    password = {"key_password_env": VARIABLE} if key == "locked.key" else {}
    auth = {"type": "mtls", "cert_file": str(client_files / "client.pem"), "key_file": str(client_files / key), **password}
    with FaultyReceiver(receiver, certificates, client_files / "ca.pem") as faulty:
        deliver_with(school, auth, faulty.tenant("trial"))
        assert school.send().exit_code == 0
    assert PASSWORD not in repr(school.settings)


def test_a_client_certificate_may_stand_beside_a_token(school, receiver, certificates, client_files, oauth, endpoint, guarded):
    files = {"cert_file": str(client_files / "client.pem"), "key_file": str(client_files / "client.key")}
    with FaultyReceiver(guarded[0], certificates, client_files / "ca.pem") as faulty:
        faulty.authorized = {}
        oauth(school, **files)
        deliver_with(school, dict(school.settings.receiver.auth), faulty.tenant("trial"))
        assert school.send().exit_code == 0
    assert len(endpoint.asked) == 1


def test_a_server_that_wants_another_certificate_says_so(school, receiver, certificates, client_files, tmp_path):
    other = trustme.CA().issue_cert("sync@provstad.example")
    other.private_key_and_cert_chain_pem.write_to_path(tmp_path / "other.pem")
    auths = [
        {"type": "bearer", "token_env": "TRIAL_TOKEN"},
        {"type": "mtls", "cert_file": str(tmp_path / "other.pem"), "key_file": str(tmp_path / "other.pem")},
    ]
    for auth in auths:
        with FaultyReceiver(receiver, certificates, client_files / "ca.pem") as faulty:
            deliver_with(school, auth, faulty.tenant("trial"))
            with pytest.raises(Stop, match="receiver at localhost:.* does not accept our client certificate") as stopped:
                school.send()
        assert (stopped.value.exit_code, faulty.asked) == (REJECTED, [])


@pytest.mark.parametrize(("key", "password", "told"), [
    ("none.key", None, "is missing"),
    ("client.pem", None, "holds a certificate and no private key"),
    ("locked.key", None, "is encrypted"),
    ("locked.key", "wrong-password", "does not open with its password"),
])
def test_a_key_that_does_not_open_is_told_at_once(school, client_files, monkeypatch, key, password, told):
    """Without a password OpenSSL would wait for one at the terminal, all night."""
    auth = {"type": "mtls", "cert_file": str(client_files / "client.pem"), "key_file": str(client_files / key)}
    if password:
        monkeypatch.setenv(VARIABLE, password)
        auth["key_password_env"] = VARIABLE
    deliver_with(school, auth)
    with pytest.raises(Stop, match=f"receiver.auth.key_file .*{key} {told}") as stopped:
        school.session()
    assert stopped.value.exit_code == USAGE
    assert "wrong-password" not in everything_told(stopped.value)


def test_a_secret_may_lie_in_the_keyring(school, monkeypatch, use_keyring):
    monkeypatch.delenv("TRIAL_TOKEN")
    use_keyring({("nattsynk", "TRIAL_TOKEN"): TOKEN})
    assert school.send().exit_code == 0


def test_the_environment_goes_before_the_keyring(school, use_keyring):
    use_keyring({("nattsynk", "TRIAL_TOKEN"): "of another environment"})
    assert school.send().exit_code == 0


@pytest.mark.parametrize("held", [{}, keyring.errors.NoKeyringError("none"), keyring.errors.KeyringLocked("locked"), OSError("no bus")])
def test_a_missing_secret_says_both_ways(school, monkeypatch, use_keyring, held):
    monkeypatch.delenv("TRIAL_TOKEN")
    use_keyring(held)
    with pytest.raises(Stop, match="TRIAL_TOKEN: the environment variable is not set, and the keyring") as stopped:
        school.session()
    assert stopped.value.exit_code == USAGE
    assert "keyring set nattsynk TRIAL_TOKEN" in stopped.value.next_step
    assert stopped.value.__context__ is None


@pytest.mark.parametrize("value", ["two words", "line\nbreak", "snö-token"])
def test_a_token_that_no_header_can_carry_is_not_shown(school, monkeypatch, value):
    monkeypatch.setenv("TRIAL_TOKEN", value)
    with pytest.raises(Stop, match="TRIAL_TOKEN") as stopped:
        school.session()
    assert stopped.value.exit_code == USAGE
    assert value not in everything_told(stopped.value)


@pytest.mark.parametrize(
    ("auth", "words"),
    [
        (None, ["receiver.auth.type must be one of bearer, oauth2, mtls"]),
        ({"type": "oauth"}, ["receiver.auth.type"]),
        ({"type": ["bearer"]}, ["receiver.auth.type"]),
        ({"type": "bearer", "token": "T"}, ["receiver.auth.token is not known", "did you mean token_env?"]),
        ({"type": "bearer", "token_env": "s3cret-value"}, ["receiver.auth.token_env", "name an environment variable"]),
        ({"type": "oauth2"}, ["receiver.auth.client_id is required"]),
        ({"type": "oauth2", "token_url": "http://x.example", "client_id": "c", "client_secret_env": "S"}, ["receiver.auth.token_url", "https://"]),
        ({"type": "oauth2", "token_uri": "https://x.example", "client_id": "c", "client_secret_env": "S"}, ["did you mean token_url?"]),
        ({"type": "mtls", "cert_file": "c.pem"}, ["receiver.auth.key_file is required"]),
        ({"type": "mtls", "cert_file": "c.pem", "key_file": "k.pem", "key_pasword_env": "P"}, ["did you mean key_password_env?"]),
        ({"type": "bearer", "token_env": "T", "cert_file": "c.pem"}, ["receiver.auth.key_file is required"]),
        ({"type": "bearer", "token_env": "T", "key_password_env": "P"}, ["receiver.auth.cert_file is required"]),
        ({"type": "bearer", "token_env": 7}, ["receiver.auth.token_env is required and must be text"]),
    ],
)
def test_what_is_wrong_in_auth_is_named(profile, auth, words):
    profile.write(receiver={"url": "https://x.example/v1", "auth": auth})
    with pytest.raises(Stop) as stopped:
        profile.settings()
    assert stopped.value.exit_code == USAGE
    assert not [word for word in words if word not in stopped.value.message]
    assert "s3cret" not in everything_told(stopped.value)


def test_what_the_guide_and_the_template_show_is_taken(profile):
    guide = (PROJECT / "docs" / "operate" / "authentication.md").read_text(encoding="utf-8")
    template = (PROJECT / "runner" / "nattsynk" / "profile" / "templates" / "profile.yml").read_text(encoding="utf-8")
    shown = re.findall(r"^(?:#   )?auth: (\{.*?\})", guide + template, re.MULTILINE)
    for auth in map(yaml.safe_load, shown):
        profile.write(receiver={"url": "https://x.example/v1", "auth": auth})
        assert profile.settings().receiver.auth["type"] == auth["type"]
    assert [yaml.safe_load(auth)["type"] for auth in shown] == ["bearer", "oauth2", "mtls"] * 2


def test_files_are_seen_from_the_profile(profile):
    files = {"cert_file": "c.pem", "key_file": "/etc/k.pem"}
    profile.write(receiver={"url": "https://x.example/v1", "auth": {"type": "mtls", **files}})
    auth = profile.settings().receiver.auth
    assert (auth["cert_file"], auth["key_file"]) == (str(profile.folder.resolve() / "c.pem"), "/etc/k.pem")


def test_check_tries_the_credentials(profile, nattsynk, oauth, endpoint, guarded, certificates):
    auth = {"type": "oauth2", "token_url": endpoint.url, "client_id": "provstad", "client_secret_env": VARIABLE}
    profile.write(receiver={"url": guarded[0].tenant("trial"), "ca_file": str(certificates.ca), "auth": auth})
    ended = nattsynk("check", "--profile", profile.folder)
    assert "ok    receiver: answers, its certificate is trusted, and it takes our credentials (oauth2)" in ended.out
    endpoint.answers.append((401, b'{"error": "invalid_client"}'))
    ended = nattsynk("check", "--profile", profile.folder)
    assert ended.code == REJECTED
    assert "FAIL  receiver: The answer of the token endpoint" in ended.out


def test_a_session_that_cannot_speak_asks_nobody(school, oauth, endpoint, monkeypatch):
    oauth(school)
    monkeypatch.delenv(VARIABLE)
    with pytest.raises(Stop, match=VARIABLE):
        new_session(school.settings.receiver)
    assert endpoint.asked == []


def token(text):
    return json.dumps({"access_token": text, "token_type": "bearer"}).encode()
