"""The database through dbt's connection settings: streams, transactions, locks, and no driver before it is needed."""

import subprocess
import sys

import pytest

from nattsynk.engines.database import open_database
from nattsynk.errors import UNREACHABLE, USAGE, Stop


@pytest.fixture
def database(profile):
    with open_database(profile.settings()) as opened:
        opened.execute("create table numbers (n int)")
        yield opened


def test_values_are_parameters_and_rows_are_streamed(database):
    database.execute("insert into numbers select range from range(?)", [2500])
    assert sum(n for (n,) in database.rows("select n from numbers where n >= ?", [1], size=7)) == 2500 * 2499 // 2
    assert database.one("select n from numbers where n = ?", [9]) == (9,)
    assert database.one("select n from numbers where n = ?", [-1]) is None


def test_a_stream_may_be_read_while_other_statements_run(database):
    database.execute("insert into numbers values (1), (2), (3)")
    for (n,) in database.rows("select n from numbers order by n", size=1):
        database.execute("insert into numbers values (?)", [n + 10])
    assert database.one("select count(*) from numbers") == (6,)


def test_a_transaction_is_whole_or_nothing(database):
    with pytest.raises(ZeroDivisionError), database.transaction():
        database.execute("insert into numbers values (1)")
        assert list(database.rows("select n from numbers")) == [(1,)]
        raise ZeroDivisionError
    assert database.one("select count(*) from numbers") == (0,)
    with database.transaction():
        database.execute("insert into numbers values (1)")
    assert database.one("select count(*) from numbers") == (1,)


def test_transactions_do_not_nest(database):
    with database.transaction(), pytest.raises(RuntimeError), database.transaction():
        pass


def test_a_file_that_another_process_holds_is_said_in_a_sentence(profile, nattsynk):
    code = "import duckdb, sys; held = duckdb.connect(sys.argv[1]); print('held', flush=True); sys.stdin.read()"
    file = profile.settings().database_file
    with subprocess.Popen([sys.executable, "-c", code, file], stdin=subprocess.PIPE, stdout=subprocess.PIPE) as holder:
        assert holder.stdout.readline().strip() == b"held"
        ended = nattsynk("build", "--profile", profile.folder)
        holder.stdin.close()
    assert ended.code == UNREACHABLE
    assert "another process holds it" in ended.err


def test_sql_server_without_its_settings_names_the_variable(profile, monkeypatch):
    monkeypatch.delenv("NATTSYNK_SQLSERVER_HOST", raising=False)
    with pytest.raises(Stop) as stop:
        open_database(profile.settings(), "sqlserver")
    assert stop.value.exit_code == USAGE
    assert "NATTSYNK_SQLSERVER_HOST" in stop.value.message


def test_the_driver_of_sql_server_is_not_needed_for_the_embedded_engine(profile):
    code = "import sys; from nattsynk.profile.settings import load; from nattsynk.engines.database import open_database\n" \
        "open_database(load(sys.argv[1])).close(); import nattsynk.cli, nattsynk.deliver.command; sys.exit('pyodbc' in sys.modules)"
    assert subprocess.run([sys.executable, "-c", code, profile.folder], check=False).returncode == 0
