"""What SQL Server may refuse in the middle of a night: a deadlock, a connection that breaks, a full disk. By the real exceptions of both drivers.

Microsoft's driver is not needed for its exceptions; pyodbc needs a library of the system (unixodbc), and is skipped without it. What the
exceptions say is what SQL Server says. The states of the ledger are proved on DuckDB, at whose statements the exceptions are raised.
"""

import ast
import inspect
import traceback
import types
from pathlib import Path

import pytest
from test_connections import Handle, server  # noqa: F401 - a fixture
from test_dbt import ODBC, raised

from nattsynk.build import builder, failures
from nattsynk.deliver import confirm, ledger, marks, plan, protection_removal
from nattsynk.engines import database
from nattsynk.engines.database import Database, Deadlock
from nattsynk.engines.sqlserver import answers, unreachable
from nattsynk.errors import FAULT, UNREACHABLE, Stop

DRIVERS = ("pyodbc", "mssql_python")
VICTIM = "Transaction (Process ID 57) was deadlocked on lock resources with another process and has been chosen as the deadlock victim. Rerun the transaction."
# SQLSTATE, SQL Server's number and its own words; what we say of it.
SAID = {
    "deadlock": ("40001", 1205, VICTIM, "chose our transaction as the victim of a deadlock", "Run again"),
    "lock": ("42000", 1222, "Lock request time out period exceeded.", "held a lock on a table that we need", "Run again"),
    "log": ("42000", 9002, "The transaction log for database 'kommun_secret' is full due to 'LOG_BACKUP'.", "The transaction log of the database is full", "Back up the log"),
    "disk": ("42000", 1105, "Could not allocate space for object 'dbo.SORT temporary run storage: 140767697436672' in database 'tempdb' because the 'PRIMARY' filegroup is full.",
             "no room left on its disk", "more room"),
    "read-only": ("25000", 3906, 'Failed to update database "kommun_secret" because the database is read-only.', "The database is read-only", "database.name"),
    "offline": ("08004", 942, "Database 'kommun_secret' cannot be opened because it is offline.", "not open for us: it is offline", "Wait until it is online"),
    "one user": ("08004", 924, "Database 'kommun_secret' is already open and can only have one user at a time.", "single-user mode", "Wait until it is online"),
    "recovering": ("08004", 922, "Database 'kommun_secret' is being recovered. Waiting until recovery is finished.", "being recovered", "Wait until it is online"),
    "login": ("28000", 18456, "Login failed for user 'svc_secret'.", "does not accept the login", "NATTSYNK_SQLSERVER_USER"),
    "locked out": ("28000", 18486, "Login failed for user 'svc_secret' because the account is currently locked out. The system administrator can unlock it.", "disabled or locked out", "administrator"),
    "expired": ("28000", 18487, "Login failed for user 'svc_secret'.  Reason: The password of the account has expired.", "password of the login has expired", "NATTSYNK_SQLSERVER_PASSWORD"),
    "database": ("42000", 4060, 'Cannot open database "kommun_secret" requested by the login. The login failed.', "does not open our database", "database.name"),
    "memory": ("42000", 701, "There is insufficient system memory in resource pool 'default' to run this query.", "too little memory", "less else runs"),
    "stopped": ("42000", 6005, "SHUTDOWN is in progress.", "is being stopped", "Run again"),
    "session ended": ("HY000", 596, "Cannot continue the execution because the session is in the kill state.", "somebody ended our session", "Run again"),
    "broken": ("08S01", 10054, "TCP Provider: An existing connection was forcibly closed by the remote host.", "SQL Server", "Run again"),
    "too slow": ("HYT00", 0, "Query timeout expired", "broke off what it was asked", "Run again"),
}


class Victim(Handle):
    """A connection on which a statement fails so many times: of a deadlock, unless told otherwise."""

    def __init__(self, statement, times, fault=None):
        super().__init__()
        self.statement, self.times, self.fault = statement, times, fault

    def execute(self, sql, *_):
        self._ask(sql)
        if sql == self.statement and self.times:
            self.times -= 1
            raise self.fault or raised("mssql_python", "40001", VICTIM, 1205)


def everything_told(stop):
    return stop.message + stop.next_step + "".join(traceback.format_exception(stop))


@pytest.mark.parametrize("driver", DRIVERS)
@pytest.mark.parametrize("kind", SAID)
def test_what_is_the_matter_with_the_server_is_told_in_plain_words(server, driver, kind):
    state, number, text, what, next_step = SAID[kind]
    handle = Victim("insert", times=9, fault=raised(driver, state, text, number))
    with pytest.raises(Stop) as stopped, (db := server(handle)).transaction():
        db.execute("insert")
    assert what in stopped.value.message
    assert next_step in stopped.value.next_step
    assert stopped.value.exit_code == UNREACHABLE
    assert not [word for word in ("secret", "Process ID", "DDBC", "SQLSTATE") if word in everything_told(stopped.value)]
    assert (handle.asked[-2:], db.in_transaction) == (["rollback", "autocommit True"], False)


@pytest.mark.parametrize("driver", DRIVERS)
@pytest.mark.parametrize("kind", ["deadlock", "log", "disk", "broken", "memory"])
def test_a_build_that_the_server_breaks_off_is_no_fault_of_nattsynk(driver, kind):
    state, number, text, what, next_step = SAID[kind]
    failure = failed(f"Database Error in model int_persons (models/x.sql)\n  {raised(driver, state, text, number)}\n  compiled code at target/run/x.sql")
    assert (what in failure.message, next_step in failure.how_to_resolve, failure.exit_code) == (True, True, UNREACHABLE)


@pytest.mark.parametrize("kind", ["login", "broken", "offline"])
def test_a_build_that_cannot_begin_is_no_fault_of_nattsynk_either(kind):
    state, number, text, what, _ = SAID[kind]
    stop = failures.cannot(types.SimpleNamespace(work=Path()), "sqlserver", "build", RuntimeError(f"Database Error\n  {raised('mssql_python', state, text, number)}"))
    assert (what in stop.message, stop.exit_code) == (True, UNREACHABLE)


def test_a_value_that_looks_like_a_number_of_sql_servers_is_none():
    for said in ("('22018', \"[22018] " + ODBC + "Conversion failed when converting 'Anna (1205)' to int. (245) (SQLExecDirectW)\")", "Conversion Error: Anna (1205)"):
        assert answers.trouble(said) is None
        assert failed(f"Database Error in model int_persons (models/x.sql)\n  {said}").exit_code == FAULT


def failed(message):
    node = type("Node", (), {"resource_type": "model", "original_file_path": "models/x.sql", "name": "int_persons", "config": None, "description": ""})
    return failures.of_result("sqlserver", type("Result", (), {"node": node, "status": "error", "message": message, "failures": 0}), frozenset(), {})


def test_a_database_that_is_not_opened_is_told_though_the_login_is_named_first():
    """As pyodbc gives it: the failed login first, with its state."""
    said = (
        f"('28000', \"[28000] {ODBC}Login failed for user 'svc_secret'. (18456) (SQLDriverConnect); [28000] {ODBC}Cannot open database "
        "'kommun_secret' requested by the login. The login failed. (4060)\")"
    )
    assert "does not open our database" in unreachable.told(RuntimeError(said)).message


@pytest.mark.parametrize(("said", "words"), [
    ("SSL Provider: [error:0A000086:SSL routines::certificate verify failed:certificate has expired]", "has expired, or is not valid yet"),
    ("SSL Provider: A required certificate is not within its validity period when verifying against the current system clock.", "has expired, or is not valid yet"),
    ("SSL Provider: [error:0A000086:SSL routines::certificate verify failed:hostname mismatch]", "is for another name"),
    ("SSL Provider: The target principal name is incorrect.", "is for another name"),
    ("SSL Provider: [error:0A000102:SSL routines::unsupported protocol]", "share no version of TLS"),
    ("SSL Provider: The certificate chain was issued by an authority that is not trusted.", "did not show a certificate that this machine trusts"),
    ("TCP Provider: Error code 0x2AF9", "does not resolve"),
    ("TCP Provider: No such host is known.", "does not resolve"),
])
@pytest.mark.parametrize("driver", DRIVERS)
def test_why_a_connection_is_not_made(driver, said, words):
    stop = unreachable.told(raised(driver, "08001", said, 0))
    assert (words in stop.message, stop.exit_code) == (True, UNREACHABLE), stop.message


@pytest.fixture
def no_pause(monkeypatch):
    monkeypatch.setattr(database, "PAUSE", (0, 0))


@database.again_after_deadlock
def two_things(db):
    with db.transaction():
        db.execute("one")
        db.execute("two")


WHOLE = ["autocommit False", "one", "two", "commit", "autocommit True"]


def test_a_transaction_that_a_deadlock_undid_is_tried_again_whole(server, no_pause):
    handle = Victim("two", times=2)
    two_things(server(handle))
    undone = ["autocommit False", "one", "two", "rollback", "autocommit True"]
    assert handle.asked == [*undone, *undone, *WHOLE]


def test_a_commit_that_fails_leaves_no_transaction_open(server, no_pause):
    """Else what comes after it would never be committed."""
    handle = Handle("commit")
    with pytest.raises(Stop):
        two_things(db := server(handle))
    assert (handle.asked[-2:], handle.autocommit, db.in_transaction) == (["rollback", "autocommit True"], True, False)


def test_the_third_deadlock_is_told(server, no_pause):
    handle = Victim("two", times=3)
    with pytest.raises(Deadlock, match="deadlock"):
        two_things(server(handle))
    assert (handle.asked.count("two"), handle.asked.count("commit")) == (3, 0)


def test_a_statement_of_its_own_is_tried_again_and_one_in_a_transaction_is_not(server, no_pause):
    handle = Victim("one", times=1)
    server(handle).execute("one")
    assert handle.asked == ["one", "one"]
    handle = Victim("one", times=1)
    with pytest.raises(Deadlock), (db := server(handle)).transaction():
        db.execute("one")
    assert handle.asked == ["autocommit False", "one", "rollback", "autocommit True"]


def test_a_connection_that_breaks_tells_why_and_not_what_came_of_it(server):
    """Neither rolling back nor closing works then, and neither is what is told."""

    class Broken(Victim):
        def _ask(self, text):
            super()._ask(text)
            if text in ("rollback", "closed"):
                raise raised("mssql_python", "08003", "Connection not open", 0)

        def close(self):
            if self.statement in self.asked:
                self._ask("closed")

    handle = Broken("two", times=1)
    with pytest.raises(Stop, match="deadlock") as stopped, server(handle) as db, db.transaction():
        db.execute("one")
        db.execute("two")
    assert "Connection not open" not in everything_told(stopped.value)


# The ledger, on DuckDB: a fault of SQL Server's at one statement after the other of a delivery.


class Striking:
    """Strikes the n-th statement of a Database, or a commit, with an exception of SQL Server's."""

    def __init__(self, monkeypatch, strike_at, fault, times=1):
        self.count, self.times = 0, times
        run, end = database._run, Database._end

        def struck(cursor, sql, params):
            if sql != "rollback":  # which the server does by itself
                self._step(strike_at, fault)
            run(cursor, sql, params)

        def ended(db, how):
            if how == "commit":
                self._step(strike_at, fault)
            end(db, how)

        monkeypatch.setattr(database, "_run", struck)
        monkeypatch.setattr(Database, "_end", ended)

    def _step(self, strike_at, fault):
        self.count += 1
        if self.times and self.count >= strike_at:
            self.times -= 1
            found = answers.trouble_of(fault)
            raise (Deadlock if found is answers.DEADLOCK else Stop)(found.what, found.next_step, UNREACHABLE)


def of_driver(kind):
    state, number, text, *_ = SAID[kind]
    return raised("mssql_python", state, text, number)


STEPS = 140  # statements and commits of this delivery, or a few less


def test_a_delivery_has_as_many_steps_as_are_tried(school, monkeypatch):
    striking = Striking(monkeypatch, 10**9, None)
    assert school.send().exit_code == 0
    assert STEPS <= striking.count < 1.2 * STEPS


@pytest.mark.parametrize("step", range(1, STEPS, 19))
def test_one_deadlock_anywhere_costs_a_night_nothing(school, receiver, monkeypatch, no_pause, step):
    with monkeypatch.context() as patch:
        striking = Striking(patch, step, of_driver("deadlock"))
        assert school.send().exit_code == 0
        assert striking.times == 0
    _delivered_once(school, receiver)


@pytest.mark.parametrize("kind", ["broken", "deadlock"])
@pytest.mark.parametrize("step", range(5, STEPS, 33))
def test_whatever_breaks_a_night_off_the_next_send_goes_on(school, receiver, monkeypatch, no_pause, step, kind):
    """No ledger is half written, and nothing is delivered twice."""
    with monkeypatch.context() as patch:
        Striking(patch, step, of_driver(kind), times=10**6)
        with pytest.raises(Stop) as stopped:
            school.send()
        assert stopped.value.exit_code == UNREACHABLE
    assert school.send().exit_code in (0, 10)
    _delivered_once(school, receiver)


@pytest.mark.parametrize("module", [builder, confirm, ledger, marks, plan, protection_removal])
def test_every_transaction_of_a_night_is_tried_again(module):
    tree = ast.parse(inspect.getsource(module))
    functions = [node for node in ast.walk(tree) if isinstance(node, ast.FunctionDef) and ".transaction()" in ast.unparse(node)]
    assert functions
    assert [node.name for node in functions if "again_after_deadlock" not in map(ast.unparse, node.decorator_list)] == []


def _delivered_once(school, receiver):
    assert len(receiver.store.records("trial", "person")) == 3
    assert len(school.rows("delivered_persons")) == 3
    with receiver.store.reading() as db:
        assert db.execute("select count(*) from deltas where state = 'applied'").fetchone()[0] == 1
    assert [state for (state,) in school.rows("deliveries", "state")].count("confirmed") == 1


@pytest.mark.parametrize("text", ["in English", "Ett meddelande på svenska."])
@pytest.mark.parametrize("kind", [kind for kind in SAID if SAID[kind][1]])
def test_a_number_tells_it_in_any_language(kind, text):
    """As pyodbc writes it; the messages of SQL Server are in the language of the login."""
    state, number, english, what, _ = SAID[kind]
    said = f"('{state}', \"[{state}] {ODBC}{english if text == 'in English' else text} ({number}) (SQLExecDirectW); [{state}] {ODBC}The statement has been terminated. (3621)\")"
    assert what in answers.trouble(said).what


@pytest.mark.parametrize(("phrase", "what"), [("Serialization failure", "victim of a deadlock"), ("Invalid authorization specification", "does not accept the login")])
def test_a_state_tells_it_where_there_is_no_number(phrase, what):
    assert what in answers.trouble(f"Driver Error: {phrase}; DDBC Error: [Microsoft][SQL Server]Ett meddelande på svenska.").what
