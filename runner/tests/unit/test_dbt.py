"""What is shown of a database's messages: of an error that can hold a row's values, nothing but its kind and our own words."""

import functools
import importlib

import duckdb
import pytest
from hypothesis import given
from hypothesis import strategies as st

from nattsynk.build import failures
from nattsynk.engines.duckdb.answers import ROW_ERRORS
from nattsynk.engines.sqlserver import answers

of_duckdb, of_server = (functools.partial(failures.redact, target) for target in ("embedded", "sqlserver"))
KNOWN = frozenset({"person_id", "nope", "int_persons"})
IN_MODEL = "Runtime Error in model int_persons (models/x.sql)\n  "
ODBC = "[Microsoft][ODBC Driver 18 for SQL Server][SQL Server]"
texts = st.text(alphabet="åäöabcO -:.()[]{}=,;/\\'\"`\n0123456789", max_size=40)


def sql_server(state, text, *numbers):
    """A message of SQL Server as dbt passes it on."""
    said = f"[{state}] {ODBC}{text} ({numbers[0]}) (SQLExecDirectW)"
    said += "".join(f"; [{state}] {ODBC}More of it. ({number})" for number in numbers[1:])
    return f"Database Error in model int_persons (models/x.sql)\n  {(state, said)}\n  compiled code at target/run/x.sql"


def mssql_python(phrase, text):
    """The same as mssql-python says it."""
    return f"Database Error in model int_persons (models/x.sql)\n  Driver Error: {phrase}; DDBC Error: [Microsoft][SQL Server]{text}\n  compiled code at target/run/x.sql"


def raised(driver, state, text, number):
    """A driver's own exception, as dbt passes it on. Skips where the driver is not installed, or Linux lacks a library that it needs."""
    try:
        module = importlib.import_module(driver)
    except ImportError:
        pytest.skip(f"{driver} cannot be loaded")
    if driver == "pyodbc":
        kind = {"42": module.ProgrammingError, "40": module.Error, "08": module.OperationalError}.get(state[:2], module.DataError)
        return kind(state, f"[{state}] {ODBC}{text} ({number}) (SQLExecDirectW)")
    with pytest.raises(module.Error) as fault:
        importlib.import_module("mssql_python.exceptions").raise_exception(state, f"{ODBC}{text}")
    return fault.value


@pytest.mark.parametrize(("message", "told"), [
    ("Conversion Error: Could not convert string 'O'Neill Anna' to INT32 in person_id", "Conversion Error"),
    ("Invalid Input Error: CSV Error on Line: 2\nOriginal Line: 201101012381,Anna,O'Neill\nExpected 2 columns", "Invalid Input Error"),
    ('Constraint Error: Duplicate key "person_id: Anna" violates primary key constraint.', "Constraint Error"),
    ("Conversion Error: Could not convert string 'Binder Error: Anna' to INT32", "Conversion Error"),
    ("Some driver's own words: Anna Binder Error: (207)", "another kind"),
])
def test_a_row_in_duckdbs_message_is_never_shown(message, told):
    for text in (message, IN_MODEL + message, "Runtime Error\n  " + message):
        shown = of_duckdb(text, KNOWN)
        assert told in shown
        assert ("person_id" in shown) == ("person_id" in message)
        for secret in ("Anna", "Neill", "2011", "models/x.sql"):
            assert secret not in shown


@pytest.mark.parametrize(("state", "text", "numbers"), [
    ("23000", "Violation of PRIMARY KEY constraint. The duplicate key value is (Anna, person_id).", (2627, 3621)),
    ("42000", "String or binary data would be truncated in person_id. Truncated value: 'Anna (207)'.", (2628, 8180)),
    ("22018", "Conversion failed when converting the nvarchar value 'Anna' to data type int, person_id.", (245,)),
    ("22018", "Conversion failed: Anna person_id.", (207,)),
])
def test_a_row_in_sql_servers_message_is_never_shown(state, text, numbers):
    shown = of_server(sql_server(state, text, *numbers), KNOWN)
    assert "Anna" not in shown
    assert f"SQLSTATE {state}" in shown
    assert "person_id" in shown


def test_what_speaks_of_the_sql_text_is_shown():
    shown = of_server(sql_server("42S02", "Invalid object name 'dbo.elever'.", 208, 8180))
    assert shown.startswith("Invalid object name 'dbo.elever'.")
    assert "elever" in of_server(sql_server("42000", 'The multi-part identifier "elever.a" could not be bound.', 4104))
    assert "undefined" in of_server("Compilation Error in model x (models/x.sql)\n  'elever' is undefined")


@pytest.mark.parametrize(("phrase", "text"), [
    ("Column not found", "Invalid column name 'elever'."),
    ("Base table or view not found", "Invalid object name 'dbo.elever'."),
    ("Syntax error or access violation", 'The multi-part identifier "elever.a" could not be bound.'),
    ("Syntax error or access violation", "Incorrect syntax near 'elever'."),
    ("Syntax error or access violation", "The SELECT permission was denied on the object 'elever', database 'TED', schema 'dbo'."),
])
def test_what_speaks_of_the_sql_text_is_shown_by_the_other_driver_too(phrase, text):
    assert of_server(mssql_python(phrase, text)) == text


@pytest.mark.parametrize(("phrase", "text", "state"), [
    ("Syntax error or access violation", "String or binary data would be truncated in person_id. Truncated value: 'Anna'.", "42000"),
    ("Syntax error or access violation", "Invalid column name 'x'. Anna person_id", "42000"),
    ("Syntax error or access violation", "Conversion of 'Invalid column name 'person_id'.' Anna", "42000"),
    ("Invalid character value for cast specification", "Conversion failed when converting the nvarchar value 'Anna' to data type int, person_id.", "22018"),
    ("Invalid character value for cast specification", "Invalid column name 'Anna'. person_id", "22018"),
    ("Integrity constraint violation", "Violation of PRIMARY KEY constraint. The duplicate key value is (Anna, person_id).", "23000"),
    ("An error occurred with SQLSTATE code: 22030", "Anna person_id", "22030"),
])
def test_a_row_in_the_other_drivers_message_is_never_shown(phrase, text, state):
    shown = of_server(mssql_python(phrase, text), KNOWN)
    assert "Anna" not in shown
    assert f"SQLSTATE {state}" in shown
    assert "person_id" in shown


@given(texts, texts, st.sampled_from(sorted(answers.STATES)))
def test_no_value_survives_in_any_shape_of_the_other_driver(before, after, phrase):
    assert "Hemlig" not in of_server(mssql_python(phrase, f"{before}Hemlig{after}"))


@pytest.mark.parametrize("driver", ["pyodbc", "mssql_python"])
@pytest.mark.parametrize(("state", "text", "number", "shown"), [
    ("42S22", "Invalid column name 'elever'.", 207, "Invalid column name 'elever'."),
    ("42S02", "Invalid object name 'dbo.elever'.", 208, "Invalid object name 'dbo.elever'."),
    ("42000", "Incorrect syntax near 'elever'.", 102, "Incorrect syntax near 'elever'."),
    ("22018", "Conversion failed when converting the nvarchar value 'Anna' to data type int.", 245, "SQLSTATE 22018"),
    ("42000", "String or binary data would be truncated. Truncated value: 'Anna'.", 2628, "SQLSTATE 42000"),
])
def test_an_exception_of_either_driver_is_told(driver, state, text, number, shown):
    fault = raised(driver, state, text, number)
    told = of_server(f"Database Error in model int_persons (models/x.sql)\n  {fault}\n  compiled code at target/run/x.sql")
    assert told.startswith(shown)
    assert "Anna" not in told


@pytest.mark.parametrize("driver", ["pyodbc", "mssql_python"])
@pytest.mark.parametrize(("state", "number", "is_broken_off"), [
    ("40001", 1205, True), ("08S01", 0, True), ("HYT00", 0, True), ("42S22", 207, False), ("22018", 245, False),
])
def test_what_is_no_fault_of_the_statement_is_told_apart(driver, state, number, is_broken_off):
    assert (answers.trouble_of(raised(driver, state, "Something.", number)) is not None) is is_broken_off


def test_the_other_driver_still_says_what_we_look_for():
    """Its phrases stand in its own source alone; a new version may word them anew."""
    exceptions = pytest.importorskip("mssql_python.exceptions")
    assert {phrase: exceptions.sqlstate_to_exception(state, "").driver_error for phrase, state in answers.STATES.items()} == {
        phrase: phrase for phrase in answers.STATES
    }


@pytest.mark.parametrize(("sql", "words"), [
    ("select\n elever from range(3)", 'Referenced column "elever" not found in FROM clause! (LINE 2)'),
    ("select * from elever", "Table with name elever does not exist! (LINE 1)"),
    ("selec elever, 201101012381", 'syntax error at or near "selec" (LINE 1)'),
])
def test_duckdbs_own_errors_of_the_sql_text_are_shown(sql, words):
    with duckdb.connect() as database, pytest.raises(duckdb.Error) as fault:
        database.execute(sql)
    shown = of_duckdb(IN_MODEL + str(fault.value))
    assert words in shown
    assert "2011" not in shown


@pytest.mark.parametrize("sql", [
    "select cast(a as int) from (values ('O''Neill Anna')) as t (a)",
    "create table people (a int primary key); insert into people values (201101012), (201101012)",
    "select error(a) from (values ('Anna: Neill')) as t (a)",
    "select strptime(a, '%Y') from (values ('Anna')) as t (a)",
    "select cast(a as tinyint) from (values (201101012)) as t (a)",
])
def test_duckdbs_own_errors_of_rows_are_not(sql):
    with duckdb.connect() as database, pytest.raises(duckdb.Error) as fault:
        database.execute(sql).fetchall()
    shown = of_duckdb(IN_MODEL + str(fault.value))
    assert "Error; its text may hold" in shown
    for secret in ("Anna", "Neill", "2011"):
        assert secret not in shown


@given(texts, texts, st.sampled_from(ROW_ERRORS))
def test_no_value_survives_in_any_shape(before, after, kind):
    shown = of_duckdb(f"{IN_MODEL}{kind} Error: {before}Hemlig{after}", KNOWN)
    assert shown == f"{kind} Error; its text may hold a row's values, so it is not shown."


@given(texts, texts, st.sampled_from([245, 2627, 2628, 8114, 8152]))
def test_no_value_survives_in_any_shape_on_sql_server(before, after, number):
    assert "Hemlig" not in of_server(sql_server("42000", f"{before}Hemlig{after}", number))


@given(st.integers(min_value=1000, max_value=10**12), st.sampled_from(["Binder", "Conversion"]))
def test_no_long_number_survives(number, kind):
    assert str(number) not in of_duckdb(f"{kind} Error: value {number} is wrong")
