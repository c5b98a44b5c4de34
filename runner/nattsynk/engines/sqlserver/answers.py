"""What SQL Server answers that went wrong, read alike from either driver.

pyodbc gives a SQLSTATE and, behind each message, the server's number: ('42S22', "[42S22] … Invalid column name 'x'. (207) …").
mssql-python gives neither. It has an English phrase for the SQLSTATE, and the first message alone:
"Driver Error: Column not found; DDBC Error: [Microsoft][SQL Server]Invalid column name 'x'."
"""

import dataclasses
import re

from nattsynk.engines.messages import Trouble, shortened


@dataclasses.dataclass(frozen=True)
class Sign:
    """How a driver tells of a problem of the server.

    numbers: SQL Server's own, which pyodbc gives. text: how its message begins in English, for the driver that gives no number. state: the
    start of a SQLSTATE, for messages in other languages; blank where it says too little.
    """

    numbers: tuple[int, ...]
    text: str
    state: str


# Messages of SQL Server that name nothing but words of the statement, objects and rights: by number, and by their whole text.
TEXT_ERRORS = frozenset((
    102, 156, 174, 195, 205, 206, 207, 208, 209, 213, 229, 262, 402, 1205, 2705, 2714, 2760, 4104, 4121, 8117, 8120, 8155, 8156, 8180,
))
TEXTS = tuple(map(re.compile, (
    r"Incorrect syntax near (?:the keyword )?'[^']*'\.",
    r"The \w+ function requires \d+ argument\(s\)\.",
    r"'[^']*' is not a recognized built-in function name\.",
    r"All queries combined using a UNION, INTERSECT or EXCEPT operator must have an equal number of expressions in their target lists\.",
    r"Operand type clash: \w+ is incompatible with \w+",
    r"(?:Invalid|Ambiguous) column name '[^']*'\.",
    r"Invalid object name '[^']*'\.",
    r"Column name or number of supplied values does not match table definition\.",
    r"The \w+ permission was denied on the object '[^']*', database '[^']*', schema '[^']*'\.",
    r"\w+(?: \w+)* permission denied in database '[^']*'\.",
    r"The data types [\w()]+ and [\w()]+ are incompatible in the [\w ]+ operator\.",
    r"Column names in each table must be unique\. Column name '[^']*' in table '[^']*' is specified more than once\.",
    r"There is already an object named '[^']*' in the database\.",
    r"The specified schema name \"[^\"]*\" either does not exist or you do not have permission to use it\.",
    r"The multi-part identifier \"[^\"]*\" could not be bound\.",
    r"Operand data type [\w()]+ is invalid for \w+ operator\.",
    r"Column '[^']*' is invalid in the select list because it is not contained in either an aggregate function or the GROUP BY clause\.",
    r"No column name was specified for column \d+ of '[^']*'\.",
    r"The column '[^']*' was specified multiple times for '[^']*'\.",
)))
# mssql-python's phrase -> SQLSTATE, as far as one tells an administrator more than another.
STATES = {
    "Communication link failure": "08S01",
    "Connection failure during transaction": "08007",
    "Connection not open": "08003",
    "String data, right-truncated": "22001",
    "Numeric value out of range": "22003",
    "Invalid datetime format": "22007",
    "Datetime field overflow": "22008",
    "Division by zero": "22012",
    "Invalid character value for cast specification": "22018",
    "Integrity constraint violation": "23000",
    "Invalid authorization specification": "28000",
    "Serialization failure": "40001",
    "Syntax error or access violation": "42000",
    "Base table or view already exists": "42S01",
    "Base table or view not found": "42S02",
    "Index already exists": "42S11",
    "Index not found": "42S12",
    "Column already exists": "42S21",
    "Column not found": "42S22",
    "Timeout expired": "HYT00",
    "Connection timeout expired": "HYT01",
}
AGAIN = "Run again; what was committed stands, and nothing is half written."
LOGIN = "Check NATTSYNK_SQLSERVER_AUTHENTICATION, NATTSYNK_SQLSERVER_USER and NATTSYNK_SQLSERVER_PASSWORD, or the service account."
DEADLOCK = Trouble(
    "SQL Server chose our transaction as the victim of a deadlock, and undid all of it.",
    f"{AGAIN} If it happens every night, run nattsynk when no other job works on the same tables.",
)
# A login that is let in, but not into the database, is told together with a failed login: so it stands first.
TROUBLES = (
    (Sign((1205,), r"Transaction \(Process ID \d+\) was deadlocked", "40001"), DEADLOCK),
    (
        Sign((4060,), r"Cannot open database \"[^\"]*\" requested", ""),
        Trouble("SQL Server knows the login, but does not open our database for it.", "Check database.name of profile.yml, and that the database is online; deploy/rights.sql makes the database and lets the login in."),
    ),
    (
        Sign((18470, 18486), r"Login failed for user '[^']*'(?: because the account is currently locked out|\. *Reason: The account is disabled)", ""),
        Trouble("SQL Server knows the login, but it is disabled or locked out.", "Have an administrator of the SQL Server enable or unlock it."),
    ),
    (
        Sign((18487, 18488), r"Login failed for user '[^']*'\. *Reason: The password of the account", ""),
        Trouble("The password of the login has expired.", "Have an administrator of the SQL Server set a new one, and store it in NATTSYNK_SQLSERVER_PASSWORD."),
    ),
    (
        Sign((18456, 18452), r"Login failed", "28000"),
        Trouble("SQL Server does not accept the login.", f"{LOGIN} If they are right, check database.name: SQL Server may say the same where it does not open the database."),
    ),
    (
        Sign((1222,), r"Lock request time out period exceeded", ""),
        Trouble("Another program held a lock on a table that we need, for too long.", f"{AGAIN} Find the program that holds it (sys.dm_tran_locks), or run nattsynk at another hour."),
    ),
    (
        Sign((9002,), r"The transaction log for database '[^']*' is full", ""),
        Trouble("The transaction log of the database is full.", f"Back up the log, or give it more room; then run again. {AGAIN}"),
    ),
    (
        Sign((1105, 1101), r"Could not allocate (?:space for object|a new page)", ""),
        Trouble("The database has no room left on its disk.", f"Give the disk or the database file more room. {AGAIN}"),
    ),
    (
        Sign((3906,), r"Failed to update database", "25006"),
        Trouble("The database is read-only.", "Name the database that may be written in database.name of profile.yml (not a copy for reading), or have it set to READ_WRITE."),
    ),
    (
        Sign((942, 922, 924, 926, 927, 945, 976, 983), r"Database '[^']*' (?:cannot be opened|is being recovered|is already open)|The target database, '", ""),
        Trouble("The database is not open for us: it is offline, being recovered or restored, or in single-user mode.", "Wait until it is online, or ask who keeps the SQL Server; then run again."),
    ),
    (
        Sign((701, 802, 1204, 8645), r"There is insufficient system memory|A timeout occurred while waiting for memory|The instance of the SQL Server Database Engine cannot obtain a LOCK", ""),
        Trouble("SQL Server has too little memory for the statement.", "Run nattsynk when less else runs there, or ask who keeps the SQL Server for more memory."),
    ),
    (
        Sign((596, 6005, 17142, 10054), r"Cannot continue the execution because the session|SHUTDOWN is in progress|SQL Server service has been paused", ""),
        Trouble("SQL Server is being stopped, or somebody ended our session there.", AGAIN),
    ),
)
# No fault of the statement either, of whatever number: a connection that broke, a time limit.
BROKEN_OFF = Trouble("SQL Server broke off what it was asked.", AGAIN)
_BROKEN_OFF = re.compile("08|40001|HYT")
# A message ends in its number, before the name of a function of ODBC, another message, or the end. Elsewhere it could be of a row.
_NUMBER = re.compile(r"\((\d{3,5})\)(?= \(SQL|; \[|['\"]\)|$)", re.MULTILINE)
_PYODBC = re.compile(r"\s*\('([0-9A-Z]{5})', ")
_MSSQL_PYTHON = re.compile(r"\s*Driver Error: (.+?)(?:; DDBC Error: (.*))?$", re.MULTILINE)
_UNNAMED = re.compile(r"An error occurred with SQLSTATE code: ([0-9A-Z]{5})")


def state(said: str) -> str:
    """The SQLSTATE of what a driver said; blank where it is not known."""
    pyodbc, phrase = _PYODBC.match(said), _MSSQL_PYTHON.match(said)
    if pyodbc:
        return pyodbc.group(1)
    if phrase is None:
        return ""
    unnamed = _UNNAMED.match(phrase.group(1))
    return unnamed.group(1) if unnamed else STATES.get(phrase.group(1), "")


def kind(said: str) -> str:
    """The kind of an error. Blank where it is not known."""
    code = state(said)
    return f"SQLSTATE {code}" if code else ""


def sql_error(said: str) -> str:
    """The message of an error of the SQL text. Blank for any other error: its message could hold a row's values."""
    return shortened(_sql_error(said), 1)


def _sql_error(said: str) -> str:
    if not state(said).startswith("42"):
        return ""
    if _MSSQL_PYTHON.match(said):
        message = _message(said)
        return message if any(form.fullmatch(message) for form in TEXTS) else ""
    numbers = {int(number) for number in re.findall(r"\((\d+)\)", said)}
    return said.split("[SQL Server]", 1)[-1] if numbers and numbers <= TEXT_ERRORS else ""


def _message(said: str) -> str:
    """The server's message as mssql-python gives it, without the drivers' names before it; blank of another driver."""
    phrase = _MSSQL_PYTHON.match(said)
    return re.sub(r"^(?:\[[^\]]*\])*", "", phrase.group(2) or "").strip() if phrase else ""


def trouble(said: str) -> Trouble | None:
    """The problem of the server that a driver's text tells of. None where the statement is at fault, or nothing is known."""
    numbers = {int(number) for number in _NUMBER.findall(said)} if _PYODBC.match(said) else set()
    message, code = _message(said), state(said)
    known = next((
        found for sign, found in TROUBLES
        if numbers & {*sign.numbers} or (message and re.match(sign.text, message)) or (sign.state and sign.state == code)
    ), None)
    return known or (BROKEN_OFF if _BROKEN_OFF.match(code) else None)


def trouble_of(fault: Exception) -> Trouble | None:
    """The same, told by an exception of either driver."""
    # An operational error that tells no SQLSTATE is of the connection too.
    return trouble(str(fault)) or (BROKEN_OFF if type(fault).__name__ == "OperationalError" else None)


def is_deadlock(found: Trouble) -> bool:
    """Whether the server undid our transaction because of another one."""
    return found is DEADLOCK
