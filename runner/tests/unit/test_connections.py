"""How SQL Server is reached: what the adapter is told, that nothing turns encryption off, and that a failure is one clean sentence.

No SQL Server answers here. Microsoft's own driver is real where the extra `mssql` is installed (and, on Linux, the library libltdl7
that it needs): it is then loaded and sent to ports where there is none. What a `Handle` answers is made up, and says so.
"""

import os
import socket
import subprocess
import sys
import threading
from collections.abc import Iterator
from typing import Any

import pytest

from nattsynk import engines
from nattsynk.engines import connection
from nattsynk.engines.database import Database, open_database
from nattsynk.engines.sqlserver import unreachable
from nattsynk.engines.sqlserver.database import ServerDatabase
from nattsynk.engines.sqlserver.environment import AUTHENTICATIONS, PASSWORD
from nattsynk.errors import UNREACHABLE, USAGE, Stop

SECRET = "Hemligt-lösen;1"
BACKENDS = ("pyodbc", "mssql-python")
VARIABLE = "NATTSYNK_SQLSERVER_"


@pytest.fixture(autouse=True)
def environment(monkeypatch):
    for name in [name for name in os.environ if name.startswith(VARIABLE)]:
        monkeypatch.delenv(name)
    for name, value in {"HOST": "sql.prov.example", "USER": "svc-nattsynk", "PASSWORD": SECRET}.items():
        monkeypatch.setenv(VARIABLE + name, value)


def credentials_of(settings) -> Any:
    """dbt's credentials, as a database is opened with."""
    server = engines.of("sqlserver")
    server.prepare_environment()
    return connection.credentials(settings, server.target, server.adapter)


def connection_string(settings, backend, monkeypatch) -> str:
    from dbt.adapters.sqlserver import sqlserver_backend as adapter
    from dbt.adapters.sqlserver.sqlserver_helpers import (
        validate_connection_requirements,
    )

    monkeypatch.setenv(VARIABLE + "BACKEND", backend)
    credentials = credentials_of(settings)
    validate_connection_requirements(credentials)
    build = {"pyodbc": adapter.build_pyodbc_connection_string, "mssql-python": adapter.build_mssql_python_connection_string}
    return build[backend](credentials)


@pytest.mark.parametrize("backend", BACKENDS)
@pytest.mark.parametrize("authentication", AUTHENTICATIONS)
def test_every_way_in_is_encrypted_and_checks_the_certificate(profile, monkeypatch, backend, authentication):
    monkeypatch.setenv(VARIABLE + "AUTHENTICATION", authentication)
    if not AUTHENTICATIONS[authentication]:
        monkeypatch.delenv(PASSWORD)
        monkeypatch.delenv(VARIABLE + "USER")
    parts = connection_string(profile.settings(), backend, monkeypatch).split(";")
    assert {"encrypt=Yes", "TrustServerCertificate=No", "SERVER=sql.prov.example,1433", "Database=nattsynk"} <= set(parts)
    assert any("svc-nattsynk" in part for part in parts) == AUTHENTICATIONS[authentication]
    assert ("Trusted_Connection=yes" in parts) == (authentication == "windows")
    said = [part for part in parts if part.startswith("Authentication=")]
    of_entra = {"msi": "ActiveDirectoryMSI"}.get(authentication, authentication) if backend == "mssql-python" or authentication != "msi" else ""
    assert said == ([f"Authentication={of_entra}"] if of_entra.startswith("ActiveDirectory") else [])


@pytest.mark.parametrize("value", ["sql.prov.example;TrustServerCertificate=Yes", "{x}"])
def test_a_host_cannot_smuggle_in_an_option(profile, monkeypatch, value):
    monkeypatch.setenv(VARIABLE + "HOST", value)
    with pytest.raises(Stop) as stop:
        open_database(profile.settings(), "sqlserver")
    assert stop.value.exit_code == USAGE


def test_an_unknown_authentication_is_named_with_those_that_are_known(profile, monkeypatch):
    monkeypatch.setenv(VARIABLE + "AUTHENTICATION", "kerberos")
    with pytest.raises(Stop) as stop:
        open_database(profile.settings(), "sqlserver")
    assert stop.value.exit_code == USAGE
    assert "windows" in stop.value.next_step


def test_the_password_may_stand_in_the_keyring_and_is_asked_for_only_where_it_is_needed(profile, monkeypatch):
    monkeypatch.delenv(PASSWORD)
    monkeypatch.setattr("keyring.get_password", lambda service, name: SECRET if (service, name) == ("nattsynk", PASSWORD) else None)
    assert credentials_of(profile.settings()).PWD == SECRET
    monkeypatch.delenv(PASSWORD)
    monkeypatch.setattr("keyring.get_password", lambda *_: None)
    with pytest.raises(Stop) as stop:
        credentials_of(profile.settings())
    assert PASSWORD in stop.value.message
    monkeypatch.setenv(VARIABLE + "AUTHENTICATION", "windows")
    assert credentials_of(profile.settings()).windows_login


# As the drivers write them, the names changed.
SAID = {
    "('01000', \"[01000] [unixODBC][Driver Manager]Can't open lib 'ODBC Driver 18 for SQL Server' : file not found (0)\")": "driver",
    "The `mssql-python` backend was requested, but the optional dependency `mssql-python` is not installed.": "driver",
    "Driver Error: Connection operation failed; DDBC Error: Failed to load the driver. Please read the documentation": "driver",
    "('08001', '[08001] [Microsoft][ODBC Driver 18 for SQL Server]SSL Provider: [error:0A000086:SSL routines::certificate verify failed:self-signed certificate]')": "certificate",
    "('28000', \"[28000] [Microsoft][ODBC Driver 18 for SQL Server][SQL Server]Login failed for user 'svc-nattsynk'. (18456)\")": "login",
    "('42000', '[42000] [Microsoft][SQL Server]Cannot open database \"nattsynk\" requested by the login. (4060)')": "does not open our database",
    "Driver Error: Client unable to establish connection; DDBC Error: [Microsoft]TCP Provider: Error code 0x2749": "could not be reached",
}


@pytest.mark.parametrize("text", SAID)
def test_a_refusal_is_told_in_our_words(text):
    stop = unreachable.told(RuntimeError(text))
    assert SAID[text] in stop.message
    assert stop.exit_code == (USAGE if SAID[text] == "driver" else UNREACHABLE)
    assert "svc-nattsynk" not in stop.message + stop.next_step


class Handle:
    """A made-up connection of SQL Server: writes down what it is asked, and breaks where it is told to."""

    def __init__(self, breaks_at=""):
        self.asked, self._breaks_at, self._autocommit = [], breaks_at, True

    @property
    def autocommit(self):
        return self._autocommit

    @autocommit.setter
    def autocommit(self, value):
        self._ask(f"autocommit {value}")
        self._autocommit = value

    def _ask(self, text):
        self.asked.append(text)
        if text == self._breaks_at:
            raise type("OperationalError", (Exception,), {})(f"[08S01] {SECRET}")

    def commit(self):
        self._ask("commit")

    def rollback(self):
        self._ask("rollback")

    description = None

    def cursor(self):
        return self

    def nextset(self):
        return False

    def execute(self, sql, *_):
        self._ask(sql)

    def close(self):
        pass


@pytest.fixture
def server(profile, monkeypatch):
    """Opens a Database of SQL Server on a made-up connection."""

    def connect(handle):
        monkeypatch.setattr(ServerDatabase, "_connect", lambda self: handle)
        return ServerDatabase(profile.settings(), engines.of("sqlserver"), None)

    return connect


class Batch(Handle):
    """A connection whose batch gives these results, one after the other: None has no columns, an exception is raised when it is reached."""

    def __init__(self, *results):
        super().__init__()
        self._results = list(results)

    def execute(self, sql, *_):
        self._ask(sql)
        self.nextset()

    def nextset(self):
        if not self._results:
            return False
        result = self._results.pop(0)
        if isinstance(result, Exception):
            raise result
        self.description = None if result is None else [("a",)]
        self._rows = list(result or [])
        return True

    def fetchone(self):
        return self._rows.pop(0) if self._rows else None

    def fetchmany(self, size):
        given, self._rows = self._rows[:size], self._rows[size:]
        return given

    def fetchall(self):
        return self.fetchmany(len(self._rows))

    def close(self):
        self._ask(f"closed with {len(self._rows) + len(self._results)} unread")


@pytest.mark.parametrize("ask", [Database.one, Database.all, lambda *_: next(Database.rows(*_))])
def test_results_without_columns_are_skipped_and_all_are_read_to_their_end(server, ask):
    handle = Batch(None, None, [(1,), (2,), (3,)], None, [(4,)])
    with (db := server(handle)).transaction():
        assert ask(db, "a batch") in ((1,), [(1,), (2,), (3,)])
    assert handle.asked == ["autocommit False", "a batch", "closed with 0 unread", "commit", "autocommit True"]


def test_a_stream_that_nobody_reads_on_is_read_to_its_end_in_a_transaction_alone(server):
    handle = Batch([(number,) for number in range(2500)])
    with (db := server(handle)).transaction():
        assert [row for row, _ in zip(db.rows("many", size=10), range(3))] == [(0,), (1,), (2,)]
    assert "closed with 0 unread" in handle.asked
    outside = Batch([(number,) for number in range(2500)])
    assert next(server(outside).rows("many", size=10)) == (0,)
    assert "closed with 2490 unread" in outside.asked


def test_an_error_of_a_later_statement_of_a_batch_is_told(server):
    with pytest.raises(ZeroDivisionError):
        server(Batch(None, ZeroDivisionError())).execute("drop and create")


def test_a_transaction_is_autocommit_switched_off_and_on_again(server):
    handle = Handle()
    db = server(handle)
    with db.transaction():
        db.execute("one")
    with pytest.raises(ZeroDivisionError), db.transaction():
        db.execute("two")
        raise ZeroDivisionError
    assert handle.asked == ["autocommit False", "one", "commit", "autocommit True", "autocommit False", "two", "rollback", "autocommit True"]


@pytest.mark.parametrize("where", ["autocommit False", "one", "commit"])
def test_a_connection_that_breaks_ends_in_one_sentence(server, where):
    db = server(Handle(where))
    with pytest.raises(Stop) as stop, db.transaction():
        db.execute("one")
    assert stop.value.exit_code == UNREACHABLE
    assert SECRET not in stop.value.message + stop.value.next_step


@pytest.fixture(scope="module")
def driver() -> None:
    """Microsoft's driver, as it comes with mssql-python. Skips where it is not installed, or Linux lacks a library that it needs."""
    try_it = "import mssql_python\ntry: mssql_python.connect('SERVER=127.0.0.1,1;Database=x;UID=x;PWD=x', timeout=1)\nexcept mssql_python.Error as fault: print(fault)"
    tried = subprocess.run([sys.executable, "-c", try_it], capture_output=True, text=True, check=False)
    if tried.returncode:
        pytest.skip("the extra `mssql` is not installed")
    if "Failed to load the driver" in tried.stdout:
        pytest.skip("Microsoft's driver lacks a library of the system: apt install libltdl7 libkrb5-3 libgssapi-krb5-2")


def test_both_back_ends_have_what_a_transaction_asks_for(driver):
    import mssql_python

    for name in ("commit", "rollback", "cursor", "close"):
        assert callable(getattr(mssql_python.Connection, name))
    assert mssql_python.Connection.autocommit.fset
    assert issubclass(mssql_python.OperationalError, mssql_python.Error)


@pytest.fixture(params=["closed", "speaks HTTP", "hangs up"])
def port(request) -> Iterator[int]:
    """A port of this machine where no SQL Server answers."""
    with socket.create_server(("127.0.0.1", 0)) as listener:
        number = listener.getsockname()[1]
        if request.param == "closed":
            listener.close()
        else:
            answer = b"HTTP/1.1 400 Bad Request\r\n\r\n" if request.param == "speaks HTTP" else b""
            threading.Thread(target=serve, args=(listener, answer), daemon=True).start()
        yield number


def serve(listener: socket.socket, answer: bytes) -> None:
    while True:
        try:
            connection, _ = listener.accept()
        except OSError:
            return
        with connection:
            if answer:
                connection.recv(1000)
                connection.sendall(answer)


def test_where_no_sql_server_answers_a_night_ends_in_one_sentence(profile, driver, port):
    """From the command line to Microsoft's driver and back, with nothing of the secret, the account or the driver's text."""
    environment = {**os.environ, VARIABLE + "HOST": "127.0.0.1", VARIABLE + "PORT": str(port), VARIABLE + "BACKEND": "mssql-python"}
    code = "import sys; from nattsynk.cli import main; sys.exit(main())"
    command = [sys.executable, "-c", code, "build", "--target", "sqlserver", "--profile", str(profile.folder)]
    ended = subprocess.run(command, env=environment, capture_output=True, text=True, check=False, timeout=120)
    assert ended.returncode == UNREACHABLE, ended.stderr
    assert ended.stderr.splitlines()[0] == "nattsynk: SQL Server could not be reached."
    for kept in (SECRET, "svc-nattsynk", "127.0.0.1", "DDBC", "Traceback"):
        assert kept not in ended.stdout + ended.stderr
    written = [path for path in profile.folder.rglob("*") if path.is_file() and SECRET.encode() in path.read_bytes()]
    assert written == []
