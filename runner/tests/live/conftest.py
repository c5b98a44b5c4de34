"""A receiver on this machine for the live run and for its rehearsal."""

from collections.abc import Iterator
from pathlib import Path

import pytest
import trustme
from nights import TOKEN_ENV

from nattsynk.reference_receiver import Handle, start


@pytest.fixture
def ca_file(tmp_path: Path) -> Path:
    return tmp_path / "ca.pem"


@pytest.fixture
def receiver(tmp_path: Path, ca_file: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Handle]:
    authority = trustme.CA()
    certificate = authority.issue_cert("localhost")
    authority.cert_pem.write_to_path(str(ca_file))
    certificate.cert_chain_pems[0].write_to_path(str(tmp_path / "certificate.pem"))
    certificate.private_key_pem.write_to_path(str(tmp_path / "key.pem"))
    monkeypatch.setenv(TOKEN_ENV, "live-token")
    handle = start(tmp_path / "receiver.sqlite", tmp_path / "certificate.pem", tmp_path / "key.pem", "live-token")
    yield handle
    handle.stop()
