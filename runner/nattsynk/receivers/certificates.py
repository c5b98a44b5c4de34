"""Certificates and keys as files, and what is wrong with them: told by kind, with the next step on Linux and on Windows.

OpenSSL says little more than "no certificate", and `openssl` is no part of Windows. So a file is looked at here before OpenSSL has it.
"""

import base64
import contextlib
import datetime
import re
import socket
import ssl
from collections.abc import Callable
from pathlib import Path
from typing import Any

from cryptography import x509
from cryptography.hazmat.primitives import serialization

from nattsynk.errors import USAGE, Stop

LARGEST_FILE = 4 * 1024 * 1024  # bytes; the public CAs together take a tenth of that
LOOKING = 5  # seconds to look at a certificate that was not trusted
BOM = b"\xef\xbb\xbf"
_BLOCK = re.compile(rb"-----BEGIN ([A-Z0-9 ]{1,60})-----.*?-----END \1-----", re.DOTALL)
_CERTIFICATES = (b"CERTIFICATE", b"X509 CERTIFICATE", b"TRUSTED CERTIFICATE")
# What the binary forms begin with, behind the length of the whole: PKCS#12 (version 3), PKCS#7 (its object identifier).
_PKCS12, _PKCS7 = b"\x02\x01\x03\x30", b"\x06\x09\x2a\x86\x48\x86\xf7\x0d\x01\x07\x02"

TO_PEM = "Convert it to PEM: `openssl x509 -inform der -in {name} -out {stem}.pem`, on Windows `certutil -encode {name} {stem}.pem`. Then write the new file in {key}."
AS_BASE_64 = 'On Windows: open it, choose the certificate, Details, Copy to File, "Base-64 encoded X.509 (.CER)". Then write the new file in {key}.'
ASK_FOR_CA = "Ask for the certificate of the CA alone, as a file in PEM form, and write it in {key}."
EXPORT = "Export certificate and key as two files in PEM form (docs/operate/authentication.md), and write them in receiver.auth."


def authorities(file: Path) -> str:
    """The certificates of receiver.ca_file in PEM form. Stops (exit code 2) where the file holds none that can vouch for a receiver."""
    key = "receiver.ca_file"
    content = _content(file, key)
    found = _read(content, file, key, ASK_FOR_CA)
    if not any(_vouches(certificate) for certificate in found):
        raise _stop(file, key, "holds a certificate that is not of a CA, so it vouches for nobody", ASK_FOR_CA)
    return "".join(_pem(certificate) for certificate in found)


def expired_authority(file: Path, now: datetime.datetime) -> datetime.datetime | None:
    """When a certificate of receiver.ca_file has expired, None if none has. The file has been read before."""
    ends = [certificate.not_valid_after_utc for certificate in _read(_content(file, ""), file, "", "")]
    return min((end for end in ends if end < now), default=None)


def show_client(context: ssl.SSLContext, cert_file: Path, key_file: Path, password: str | None, now: datetime.datetime) -> None:
    """Has the context show a client certificate. password: of the key, None where receiver.auth names none.

    Stops (exit code 2) where the files cannot be used, or the certificate has expired.
    """
    where = "receiver.auth.cert_file"
    content = _content(cert_file, where)
    certificate = _read(content, cert_file, where, EXPORT)[0]
    if content.startswith(BOM):
        raise _stop(cert_file, where, "begins with a byte order mark", "Save it as UTF-8 without one.")
    if certificate.not_valid_after_utc < now:
        ended = certificate.not_valid_after_utc
        raise _stop(cert_file, where, f"holds a certificate that has expired on {ended:%Y-%m-%d}", "Ask the receiver for a new one, or renew it.")
    key = _private_key(key_file, password)
    if _public(key) != _public(certificate):
        raise _stop(
            key_file, "receiver.auth.key_file", f"does not belong to the first certificate in {cert_file}",
            "Name the key that the certificate was made for; in cert_file our own certificate stands before those of CAs.",
        )
    loaded = False
    with contextlib.suppress(OSError, ValueError):  # an SSLError is an OSError
        # Never None: OpenSSL would ask for the password of an encrypted key at the terminal.
        context.load_cert_chain(cert_file, key_file, password or "")
        loaded = True
    if not loaded:
        raise _stop(cert_file, where, f"cannot be used with the key {key_file}", "Ask for a new certificate and key, both in PEM form.")


def shown_by(host: str, port: int) -> x509.Certificate | None:
    """The certificate that a server shows, None where it shows none that can be read. Nothing is sent to it, and nothing believed."""
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
    context.check_hostname, context.verify_mode = False, ssl.CERT_NONE
    with contextlib.suppress(OSError, ValueError), socket.create_connection((host, port), LOOKING) as plain:
        with context.wrap_socket(plain, server_hostname=host) as secured:
            return x509.load_der_x509_certificate(secured.getpeercert(binary_form=True) or b"")
    return None


def hosts(certificate: x509.Certificate) -> list[str]:
    """The first hosts that a certificate is for, as far as they look like names or addresses."""
    with contextlib.suppress(x509.ExtensionNotFound, ValueError):
        names = certificate.extensions.get_extension_for_class(x509.SubjectAlternativeName).value
        found = [*names.get_values_for_type(x509.DNSName), *map(str, names.get_values_for_type(x509.IPAddress))]
        return [name for name in found if re.fullmatch(r"[A-Za-z0-9.:*_-]{1,100}", name)][:3]
    return []


def issuer(certificate: x509.Certificate) -> str:
    """The name of the CA that issued a certificate, blank where it does not look like one."""
    for kind in (x509.NameOID.COMMON_NAME, x509.NameOID.ORGANIZATION_NAME):
        for attribute in certificate.issuer.get_attributes_for_oid(kind):
            if isinstance(attribute.value, str) and re.fullmatch(r"[\w .,()&-]{1,60}", attribute.value):
                return attribute.value
    return ""


def _content(file: Path, key: str) -> bytes:
    try:
        if file.is_dir():
            raise _stop(file, key, "is a folder", "Name the file in it.")
        with file.open("rb") as opened:
            content = opened.read(LARGEST_FILE + 1)
    except FileNotFoundError:
        content = None
    except OSError:
        raise _stop(file, key, "cannot be read", "Give the account that runs nattsynk the right to read it.") from None
    if content is None:
        raise _stop(file, key, "is missing", "Put the file there, or correct {key} in profile.yml; a path is seen from the profile's folder.")
    if not content.strip():
        raise _stop(file, key, "is empty", "Ask for the file anew.")
    if len(content) > LARGEST_FILE:
        raise _stop(file, key, "is too large for a file of certificates", "Correct {key} in profile.yml.")
    return content


def _read(content: bytes, file: Path, key: str, otherwise: str) -> list[x509.Certificate]:
    """The certificates of a file in PEM form. Stops with what the file holds where it holds none; otherwise: what to do then."""
    blocks = [(match.group(1), match.group()) for match in _BLOCK.finditer(content)]
    found = []
    for label, block in blocks:
        if label in _CERTIFICATES:
            try:
                found.append(_certificate(block))
            except ValueError:
                raise _stop(file, key, "holds a certificate that is damaged", "Ask for the file anew, and copy it whole.") from None
    if not found:
        what, next_step = _kind(content, [label.decode() for label, _ in blocks])
        raise _stop(file, key, what, next_step or otherwise)
    return found


def _certificate(block: bytes) -> x509.Certificate:
    # A trusted certificate of OpenSSL has words of its own behind the certificate; another label is as good as the common one.
    lines = [line.strip() for line in block.splitlines() if line.strip() and not line.startswith(b"-----") and b":" not in line]
    der = base64.b64decode(b"".join(lines), validate=True)
    return x509.load_der_x509_certificate(der)


def _kind(content: bytes, labels: list[str]) -> tuple[str, str]:
    """What a file holds that holds no certificate in PEM form, and what to do; blank where that depends on what it is for."""
    if any(label.endswith("PRIVATE KEY") for label in labels):
        return "holds a private key and no certificate", ""
    if "PKCS7" in labels:
        return "holds certificates as PKCS#7", f"Convert it: `openssl pkcs7 -print_certs -in {{name}} -out {{stem}}.pem`. {AS_BASE_64}"
    if labels:
        return f"holds PEM of another kind ({labels[0]}) and no certificate", ""
    if content.startswith((b"\xff\xfe", b"\xfe\xff")) or b"\0-\0-\0-" in content[:2000]:
        return "is saved as UTF-16", "Save it anew as UTF-8 or ANSI (Notepad: Save as, Encoding), then run again."
    if b"-----BEGIN" in content:
        return "holds a certificate that is cut off", "Ask for the file anew, and copy it whole, from -----BEGIN to -----END."
    if content.startswith(b"\x30"):
        return _binary_kind(content)
    return "holds no certificate in PEM form", ""


def _binary_kind(content: bytes) -> tuple[str, str]:
    loaders: tuple[tuple[Callable[[bytes], Any], str, str], ...] = (
        (x509.load_der_x509_certificate, "is a certificate in DER form", TO_PEM),
        (x509.load_der_x509_csr, "holds a request for a certificate, and no certificate", ""),
        (x509.load_der_x509_crl, "holds a list of revoked certificates, and no certificate", ""),
        (lambda der: serialization.load_der_private_key(der, None), "holds a private key and no certificate", ""),
    )
    if _PKCS12 in content[:20]:
        return "is PKCS#12 (.pfx, .p12), which holds a private key too", ""
    if _PKCS7 in content[:30]:
        what = "holds certificates as PKCS#7 (.p7b) in DER form"
        return what, f"Convert it: `openssl pkcs7 -inform der -print_certs -in {{name}} -out {{stem}}.pem`. {AS_BASE_64}"
    for load, what, next_step in loaders:
        # Of a key with a password cryptography raises TypeError.
        with contextlib.suppress(ValueError, TypeError):
            load(content)
            return what, next_step
    return "holds no certificate in PEM form", ""


def _vouches(certificate: x509.Certificate) -> bool:
    """Whether it is of a CA, or one that vouches for itself."""
    with contextlib.suppress(x509.ExtensionNotFound, ValueError):
        if certificate.extensions.get_extension_for_class(x509.BasicConstraints).value.ca:
            return True
    return certificate.issuer == certificate.subject


def _private_key(file: Path, password: str | None) -> Any:
    key = "receiver.auth.key_file"
    content = _content(file, key)
    if content.startswith(BOM):
        raise _stop(file, key, "begins with a byte order mark", "Save it as UTF-8 without one.")
    labels = [match.group(1).decode() for match in _BLOCK.finditer(content)]
    if not any(label.endswith("PRIVATE KEY") for label in labels):
        what = "holds a certificate and no private key" if labels else _kind(content, labels)[0].replace("certificate in PEM form", "private key in PEM form")
        raise _stop(file, key, what, EXPORT)
    is_locked = any(label == "ENCRYPTED PRIVATE KEY" for label in labels) or b"Proc-Type: 4,ENCRYPTED" in content
    if is_locked and password is None:
        raise _stop(file, key, "is encrypted", "Write the variable that holds its password in receiver.auth.key_password_env.")
    return _opened(file, content, password if is_locked else None)


def _opened(file: Path, content: bytes, password: str | None) -> Any:
    block = next(match.group() for match in _BLOCK.finditer(content) if match.group(1).endswith(b"PRIVATE KEY"))
    with contextlib.suppress(ValueError, TypeError):
        return serialization.load_pem_private_key(block, password.encode() if password is not None else None)
    if password is None:
        raise _stop(file, "receiver.auth.key_file", "holds a private key that is damaged", EXPORT)
    raise _stop(file, "receiver.auth.key_file", "does not open with its password", "Correct the secret that receiver.auth.key_password_env names.")


def _public(key: Any) -> bytes:
    return key.public_key().public_bytes(serialization.Encoding.DER, serialization.PublicFormat.SubjectPublicKeyInfo)


def _pem(certificate: x509.Certificate) -> str:
    return certificate.public_bytes(serialization.Encoding.PEM).decode("ascii")


def _stop(file: Path, key: str, what: str, next_step: str) -> Stop:
    """file: named whole in the message, and by its name alone in a command."""
    return Stop(f"{key} {file} {what}.", next_step.format(key=key, name=file.name, stem=file.stem), USAGE)
