"""The mistakes between us and the receiver: names, certificates and files of certificates, as `nattsynk check` tells them."""

import datetime
import socket
import ssl
import subprocess
import sys
import time

import pytest
import trustme
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.serialization import pkcs7, pkcs12
from delivering import conversation
from wires import Wire, said

from nattsynk.errors import REJECTED, UNREACHABLE, USAGE
from nattsynk.receivers.receiver import Away
from nattsynk.receivers.unreachable import PROXIES

TOKEN = "NATTSYNK_TEST_TOKEN"
VARIABLE = "NATTSYNK_TEST_KEY_PASSWORD"
NOW = datetime.datetime.now(datetime.UTC)
YESTERDAY, TOMORROW = NOW - datetime.timedelta(days=1), NOW + datetime.timedelta(days=1)
STATE = said(200, b'{"sequence": 0, "version": "", "features": ["hide"]}')


@pytest.fixture(scope="module")
def authority():
    return trustme.CA(organization_name="Provstads CA")


@pytest.fixture
def checked(profile, monkeypatch, nattsynk, no_waits):
    """Runs `nattsynk check` of a profile that delivers to a port of this machine. Returns its exit code and the receiver's line."""
    monkeypatch.setenv(TOKEN, "secret-token")
    with profile.extract("kj1v0enh").open("a", encoding="utf-8") as handle:
        handle.write("101" + "," * 6 + "\n")  # the unit of schools.csv

    def run(port=9, ca_file=None, url=None, **auth):
        profile.write(receiver={
            "url": url or f"https://localhost:{port}/v1/tenants/x", "ca_file": ca_file and str(ca_file),
            "auth": {"type": "bearer", "token_env": TOKEN, **{key: str(value) for key, value in auth.items()}},
        })
        ended = nattsynk("check", "--profile", profile.folder)
        assert "secret-token" not in ended.out + ended.err
        return ended.code, next(line for line in ended.out.splitlines() if "receiver:" in line)

    return run


@pytest.fixture
def ca_file(authority, tmp_path):
    authority.cert_pem.write_to_path(tmp_path / "ca.pem")
    return tmp_path / "ca.pem"


def server_context(issued):
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    issued.configure_cert(context)
    return context


# Names and connections.


def test_a_name_that_does_not_resolve_is_told_at_once(checked, monkeypatch):
    """Not after half a minute of trying again: somebody waits for the answer."""
    asked = []
    monkeypatch.setattr(socket, "getaddrinfo", lambda *_, **__: asked.append(1) or raise_(socket.gaierror(socket.EAI_NONAME, "unknown")))
    code, told = checked(url="https://mottagare.exmaple/v1")
    assert code == UNREACHABLE
    assert "FAIL  receiver: The receiver at mottagare.exmaple could not be reached: the name mottagare.exmaple does not resolve." in told
    assert "receiver.url" in told
    assert len(asked) == 1


def test_the_night_waits_for_a_name_that_does_not_resolve(school, monkeypatch):
    """A DNS server may be restarted at night; the delivery asks it again."""
    monkeypatch.setattr(socket, "getaddrinfo", lambda *_, **__: raise_(socket.gaierror(socket.EAI_AGAIN, "try again")))
    waits = []
    with school.session() as session:
        talk = conversation(session, school.settings, school.clock, school.progress(), school.now + datetime.timedelta(minutes=5), waits.append)
        with pytest.raises(Away, match="does not resolve"):
            talk.state()
    assert len(waits) > 3


def raise_(fault):
    raise fault


@pytest.mark.parametrize("url", ["https://exa..mple/v1", "https://" + "a" * 64 + ".example/v1", "https://x.example:99999/v1"])
def test_an_address_that_is_none_is_a_mistake_of_the_profile(checked, url):
    code, told = checked(url=url)
    assert (code, "is none that can be asked. Correct receiver.url in profile.yml." in told) == (USAGE, True), told


def test_a_port_where_nothing_listens(checked):
    with socket.create_server(("localhost", 0)) as free:
        port = free.getsockname()[1]
    code, told = checked(port)
    assert (code, f"the connection was refused, so nothing listens at that port. Check receiver.url, the firewall (port {port} outwards)" in told) == (UNREACHABLE, True)


@pytest.mark.parametrize(("fault", "words"), [
    (OSError(101, "Network is unreachable"), "there is no route to it from this machine"),
    (OSError(113, "No route to host"), "there is no route to it from this machine"),
    (TimeoutError("timed out"), "no connection in 10 seconds, as where a firewall drops it"),
])
def test_a_way_that_ends_in_the_net(checked, monkeypatch, fault, words):
    monkeypatch.setattr(socket.socket, "connect", lambda *_: raise_(fault))
    code, told = checked()
    assert (code, words in told) == (UNREACHABLE, True), told


def test_plain_http_at_the_port_is_told_at_once(checked, ca_file):
    with Wire(None, b"HTTP/1.1 400 Bad Request\r\n\r\n") as wire:
        code, told = checked(wire.port, ca_file)
    assert (code, len(wire.asked)) == (UNREACHABLE, 1)
    assert f"The receiver at localhost:{wire.port} does not speak TLS at that port. Check the port in receiver.url" in told


def test_a_server_that_speaks_no_tls_of_ours_is_told(checked, authority, ca_file):
    context = server_context(authority.issue_cert("localhost"))
    context.maximum_version = ssl.TLSVersion.TLSv1_2
    context.set_ciphers("AES128-SHA256")  # for keys of another kind than the certificate's
    with Wire(context, STATE) as wire:
        code, told = checked(wire.port, ca_file)
    assert (code, "speaks no TLS that we do: TLS 1.2 or later" in told) == (UNREACHABLE, True), told


@pytest.mark.parametrize("variable", ["HTTPS_PROXY", "https_proxy", "ALL_PROXY"])
def test_a_proxy_of_the_environment_is_not_used_and_that_is_told(checked, monkeypatch, variable):
    for name in PROXIES:
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv(variable, "http://user:secret-of-the-proxy@proxy.example:8080")
    with socket.create_server(("localhost", 0)) as free:
        port = free.getsockname()[1]
    _, told = checked(port)
    assert f"{variable} is set, but nattsynk uses no proxy" in told
    assert "secret-of-the-proxy" not in told


# Certificates of the receiver.


def test_a_certificate_that_has_expired_says_when(checked, authority, ca_file):
    with Wire(server_context(authority.issue_cert("localhost", not_before=NOW - datetime.timedelta(days=9), not_after=YESTERDAY)), STATE) as wire:
        code, told = checked(wire.port, ca_file)
    assert code == UNREACHABLE
    assert f"The certificate of the receiver at localhost:{wire.port} has expired on {YESTERDAY:%Y-%m-%d}." in told
    assert f"this machine's clock says {NOW:%Y-%m-%d}" in told
    assert "Ask for its CA" not in told


def test_a_certificate_that_is_not_valid_yet_points_to_the_clock(checked, authority, ca_file):
    with Wire(server_context(authority.issue_cert("localhost", not_before=TOMORROW, not_after=TOMORROW + datetime.timedelta(days=9))), STATE) as wire:
        code, told = checked(wire.port, ca_file)
    assert code == UNREACHABLE
    assert f"is not valid before {TOMORROW:%Y-%m-%d %H:%M} UTC. Check the clock: this machine's clock says" in told


def test_a_certificate_of_another_host_says_for_which(checked, authority, ca_file):
    with Wire(server_context(authority.issue_cert("lararplattform.example", "*.prov.example")), STATE) as wire:
        code, told = checked(wire.port, ca_file)
    assert code == UNREACHABLE
    assert f"receiver at localhost:{wire.port} is not trusted: it is not for the host localhost, but for lararplattform.example, *.prov.example." in told
    assert "receiver.url" in told


def test_a_certificate_of_a_ca_that_nobody_knows_names_the_ca(checked, authority):
    with Wire(server_context(authority.issue_cert("localhost")), STATE) as wire:
        code, told = checked(wire.port)
    assert code == UNREACHABLE
    assert "is not trusted: it must be issued for that host by a public CA. It is issued by Provstads CA." in told
    assert "name the file in receiver.ca_file" in told


def test_a_self_signed_certificate_is_told_as_that(checked, tmp_path):
    certificate, key = self_signed(NOW - datetime.timedelta(days=1), TOMORROW)
    context = loaded(tmp_path, certificate, key)
    with Wire(context, STATE) as wire:
        code, told = checked(wire.port)
        assert (code, "It is issued by itself (self-signed)." in told) == (UNREACHABLE, True), told
        (tmp_path / "own.pem").write_bytes(certificate.public_bytes(serialization.Encoding.PEM))
        assert checked(wire.port, tmp_path / "own.pem")[0] == 0


def test_a_ca_of_ours_that_has_expired_is_told_as_ours(checked, tmp_path):
    root, root_key = self_signed(NOW - datetime.timedelta(days=9), YESTERDAY, name="Gammal CA", ca=True)
    leaf_key = ec.generate_private_key(ec.SECP256R1())
    leaf = made("localhost", leaf_key.public_key(), root.subject, root_key, NOW - datetime.timedelta(days=8), TOMORROW)
    context = loaded(tmp_path, leaf, leaf_key)
    (tmp_path / "root.pem").write_bytes(root.public_bytes(serialization.Encoding.PEM))
    with Wire(context, STATE) as wire:
        code, told = checked(wire.port, tmp_path / "root.pem")
    assert code == UNREACHABLE
    assert f"is issued by a CA whose own certificate, in receiver.ca_file {tmp_path / 'root.pem'}, has expired on {YESTERDAY:%Y-%m-%d}." in told


def test_a_ca_in_the_middle_of_the_chain_may_be_trusted_alone(checked, authority, tmp_path):
    middle = authority.create_child_ca()
    middle.cert_pem.write_to_path(tmp_path / "middle.pem")
    with Wire(server_context(middle.issue_cert("localhost")), STATE) as wire:
        assert checked(wire.port, tmp_path / "middle.pem")[0] == 0


def self_signed(begins, ends, name="localhost", ca=None):
    key = ec.generate_private_key(ec.SECP256R1())
    return made(name, key.public_key(), x509.Name([x509.NameAttribute(x509.NameOID.COMMON_NAME, name)]), key, begins, ends, ca), key


def made(name, public, issuer, signed_with, begins, ends, ca=None):
    builder = (
        x509.CertificateBuilder().subject_name(x509.Name([x509.NameAttribute(x509.NameOID.COMMON_NAME, name)])).issuer_name(issuer)
        .public_key(public).serial_number(x509.random_serial_number()).not_valid_before(begins).not_valid_after(ends)
        .add_extension(x509.SubjectAlternativeName([x509.DNSName("localhost")]), critical=False)
    )
    if ca is not None:
        builder = builder.add_extension(x509.BasicConstraints(ca=ca, path_length=None), critical=True)
    return builder.sign(signed_with, hashes.SHA256())


def pem_of(key, password=None):
    locked = serialization.BestAvailableEncryption(password) if password else serialization.NoEncryption()
    return key.private_bytes(serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, locked)


def loaded(folder, certificate, key):
    (folder / "server.pem").write_bytes(certificate.public_bytes(serialization.Encoding.PEM) + pem_of(key))
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(folder / "server.pem")
    return context


# Files of certificates.


@pytest.fixture(scope="module")
def kinds(authority):
    """The same CA in every form that somebody may hand over, and some things that are no CA."""
    pem = authority.cert_pem.bytes()
    certificate, (own, key) = x509.load_pem_x509_certificate(pem), self_signed(YESTERDAY, TOMORROW, ca=True)
    request = x509.CertificateSigningRequestBuilder().subject_name(own.subject).sign(key, hashes.SHA256())
    leaf = authority.issue_cert("localhost").cert_chain_pems[0].bytes()
    der, p7 = serialization.Encoding.DER, lambda form: pkcs7.serialize_certificates([certificate], form)
    return {
        "pem": pem, "crlf": pem.replace(b"\n", b"\r\n"), "bom": b"\xef\xbb\xbf" + pem, "words": b"Provstads CA, of 2026:\n\n" + pem,
        "x509": pem.replace(b" CERTIFICATE", b" X509 CERTIFICATE"), "der": certificate.public_bytes(der), "p7b": p7(der), "p7b-pem": p7(serialization.Encoding.PEM),
        "pfx": pkcs12.serialize_key_and_certificates(b"ca", key, own, None, serialization.BestAvailableEncryption(b"secret")),
        "key": pem_of(key), "key-der": key.private_bytes(der, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()),
        "utf-16": pem.decode().encode("utf-16"), "utf-16-be": pem.decode().encode("utf-16-be"), "request": request.public_bytes(serialization.Encoding.PEM),
        "leaf": leaf, "cut": pem[: len(pem) // 2], "damaged": pem.replace(pem[60:64], b"\xc3\xa5\xc3\xa4"), "empty": b" \r\n", "text": b"hello\n", "binary": b"\x30\x82\x01\x02rest",
    }


@pytest.mark.parametrize("kind", ["pem", "crlf", "bom", "words", "x509"])
def test_a_ca_in_pem_form_is_read(checked, authority, kinds, tmp_path, kind):
    (tmp_path / "ca.pem").write_bytes(kinds[kind])
    with Wire(server_context(authority.issue_cert("localhost")), STATE) as wire:
        assert checked(wire.port, tmp_path / "ca.pem")[0] == 0


TOLD = {
    "der": ("is a certificate in DER form", "`openssl x509 -inform der -in ca.cer -out ca.pem`, on Windows `certutil -encode ca.cer ca.pem`"),
    "p7b": ("PKCS#7 (.p7b) in DER form", "openssl pkcs7 -inform der -print_certs"),
    "p7b-pem": ("holds certificates as PKCS#7", "openssl pkcs7 -print_certs"),
    "pfx": ("is PKCS#12 (.pfx, .p12), which holds a private key too", "Ask for the certificate of the CA alone"),
    "key": ("holds a private key and no certificate", "Ask for the certificate of the CA alone"),
    "key-der": ("holds a private key and no certificate", "Ask for the certificate of the CA alone"),
    "utf-16": ("is saved as UTF-16", "Save it anew as UTF-8"),
    "utf-16-be": ("is saved as UTF-16", "Save it anew as UTF-8"),
    "request": ("holds PEM of another kind (CERTIFICATE REQUEST)", "Ask for the certificate of the CA alone"),
    "leaf": ("is not of a CA, so it vouches for nobody", "Ask for the certificate of the CA alone"),
    "cut": ("holds a certificate that is cut off", "copy it whole"),
    "damaged": ("holds a certificate that is damaged", "copy it whole"),
    "empty": ("is empty", "Ask for the file anew"),
    "text": ("holds no certificate in PEM form", "Ask for the certificate of the CA alone"),
    "binary": ("holds no certificate in PEM form", "Ask for the certificate of the CA alone"),
}


@pytest.mark.parametrize("kind", TOLD)
def test_a_ca_file_of_another_kind_is_told_by_its_kind(checked, kinds, tmp_path, kind):
    (tmp_path / "ca.cer").write_bytes(kinds[kind])
    code, told = checked(9, tmp_path / "ca.cer")
    what, next_step = TOLD[kind]
    assert code == USAGE
    assert f"receiver.ca_file {tmp_path / 'ca.cer'} " in told
    assert what in told
    assert next_step in told
    assert "receiver.ca_file." in told or "{" not in told


def test_every_kind_of_file_is_tried(kinds):
    assert set(kinds) == {"pem", "crlf", "bom", "words", "x509", *TOLD}


def test_a_ca_file_that_is_not_there_or_cannot_be_read(checked, ca_file, tmp_path, monkeypatch):
    assert f"receiver.ca_file {tmp_path / 'none.pem'} is missing." in checked(9, tmp_path / "none.pem")[1]
    assert f"receiver.ca_file {tmp_path} is a folder." in checked(9, tmp_path)[1]
    opened = type(ca_file).open
    monkeypatch.setattr(type(ca_file), "open", lambda path, *args, **named: raise_(PermissionError(13, "no")) if path == ca_file else opened(path, *args, **named))
    code, told = checked(9, ca_file)
    assert (code, f"receiver.ca_file {ca_file} cannot be read. Give the account that runs nattsynk the right to read it." in told) == (USAGE, True)


@pytest.mark.parametrize("kind", ["der", "pfx", "key", "empty", "utf-16", "bom"])
def test_a_client_certificate_of_another_kind_is_told_by_its_kind(checked, kinds, tmp_path, kind):
    (tmp_path / "client.cer").write_bytes(kinds[kind])
    (tmp_path / "client.key").write_bytes(kinds["key"])
    code, told = checked(cert_file=tmp_path / "client.cer", key_file=tmp_path / "client.key")
    assert (code, f"receiver.auth.cert_file {tmp_path / 'client.cer'} " in told) == (USAGE, True), told
    assert {"bom": "byte order mark", **{name: what for name, (what, _) in TOLD.items()}}[kind] in told


@pytest.mark.parametrize(("kind", "words"), [
    ("pfx", "is PKCS#12"), ("key-der", "holds a private key"), ("pem", "holds a certificate and no private key"), ("empty", "is empty"),
    ("text", "holds no private key in PEM form"), ("key", "does not belong to the first certificate in"),
])
def test_a_key_file_of_another_kind_is_told_by_its_kind(checked, kinds, tmp_path, kind, words):
    (tmp_path / "client.pem").write_bytes(kinds["leaf"])
    (tmp_path / "client.key").write_bytes(kinds[kind])
    code, told = checked(cert_file=tmp_path / "client.pem", key_file=tmp_path / "client.key")
    assert (code, f"receiver.auth.key_file {tmp_path / 'client.key'} {words}" in told) == (USAGE, True), told


def test_a_client_certificate_that_has_expired_says_when(checked, tmp_path):
    certificate, key = self_signed(NOW - datetime.timedelta(days=9), YESTERDAY)
    (tmp_path / "client.pem").write_bytes(certificate.public_bytes(serialization.Encoding.PEM))
    (tmp_path / "client.key").write_bytes(pem_of(key))
    code, told = checked(cert_file=tmp_path / "client.pem", key_file=tmp_path / "client.key")
    assert (code, f"holds a certificate that has expired on {YESTERDAY:%Y-%m-%d}." in told) == (USAGE, True)


def test_no_password_of_a_key_reaches_a_message(checked, tmp_path, monkeypatch):
    certificate, key = self_signed(YESTERDAY, TOMORROW)
    (tmp_path / "client.pem").write_bytes(certificate.public_bytes(serialization.Encoding.PEM))
    (tmp_path / "client.key").write_bytes(pem_of(key, b"right"))
    files = {"cert_file": tmp_path / "client.pem", "key_file": tmp_path / "client.key"}
    assert "is encrypted. Write the variable that holds its password in receiver.auth.key_password_env." in checked(**files)[1]
    monkeypatch.setenv(VARIABLE, "wrong-secret")
    code, told = checked(**files, key_password_env=VARIABLE)
    assert (code, "does not open with its password" in told, "wrong-secret" in told) == (USAGE, True, False)


# What the receiver answers.


@pytest.mark.parametrize(("answer", "words"), [
    (said(200, b"<html>Log in</html>", "text/html; charset=utf-8"), "The answer to GET /state is a web page (HTTP 200, text/html). A web page comes from a gateway"),
    (said(403, b"<html>Blocked</html>", "text/html"), "refused to tell its state: HTTP 403 with a web page (text/html). We are known but have no right to this tenant"),
    (said(200, b'{"sequence": "Anna", "version": ""}'), "The answer to GET /state is not what docs/receive/openapi.yaml describes: HTTP 200, /sequence must be a whole number"),
    (said(200, b'{"version": ""}'), "HTTP 200, /sequence is missing."),
    (said(200, b'{"sequence": 0, "version": "", "modes": [7]}'), "HTTP 200, /modes/0 must be a text"),
    (said(200, b"[" * 200_000), "the body must be JSON"),
    (said(200, b"\xff\xfeA"), "the body must be JSON"),
    (said(204), "the body must be JSON"),
    (said(200, b'{"sequence": 0, "version": "", "more": "' + b"x" * 10_000_000 + b'"}'), "answered with more than 8 MB, so the answer was not read."),
])
def test_an_answer_that_is_none_names_the_request_and_the_field(checked, authority, ca_file, answer, words):
    with Wire(server_context(authority.issue_cert("localhost")), answer) as wire:
        code, told = checked(wire.port, ca_file)
    assert (code, words in told, "Anna" in told) == (REJECTED, True, False), told


@pytest.mark.parametrize(("location", "words"), [
    ("https://login.example/start?token=secret-place", "It leads to login.example."),
    ("http://localhost:8080/", "It leads to localhost:8080."),
    ("/v2/tenants/x", "It leads to another address of the same host."),
    ("https://[", "It leads to nowhere."),
])
def test_a_redirect_is_told_with_the_host_it_leads_to(checked, authority, ca_file, location, words):
    with Wire(server_context(authority.issue_cert("localhost")), said(302, Location=location)) as wire:
        code, told = checked(wire.port, ca_file)
    assert (code, words in told, "secret-place" in told, len(wire.asked)) == (UNREACHABLE, True, False, 1), told


def test_busy_is_told_as_often_as_it_was(checked, authority, ca_file, monkeypatch):
    with Wire(server_context(authority.issue_cert("localhost")), said(503, Retry_After="60")) as wire:
        assert f"localhost:{wire.port} answered HTTP 503." in checked(wire.port, ca_file)[1]
    with Wire(server_context(authority.issue_cert("localhost")), said(503)) as wire:
        assert f"localhost:{wire.port} keeps answering HTTP 503." in checked(wire.port, ca_file)[1]


def test_the_command_itself_tells_a_certificate_file_of_windows(profile, kinds, tmp_path, monkeypatch):
    """Not only in process: what stands on the terminal holds no traceback."""
    (tmp_path / "ca.cer").write_bytes(kinds["der"])
    profile.write(receiver={"url": "https://localhost:9/v1", "ca_file": str(tmp_path / "ca.cer"), "auth": {"type": "bearer", "token_env": TOKEN}})
    monkeypatch.setenv(TOKEN, "secret-token")
    begun = time.monotonic()
    command = [sys.executable, "-c", "import sys; from nattsynk.cli import main; sys.exit(main())", "check", "--profile", str(profile.folder)]
    ended = subprocess.run(command, capture_output=True, text=True, check=False, timeout=60)
    assert ended.returncode == USAGE
    assert "certutil -encode ca.cer ca.pem" in ended.stdout
    assert "Traceback" not in ended.stdout + ended.stderr
    assert time.monotonic() - begun < 60
