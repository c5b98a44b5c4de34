"""What SQL Server answers that went wrong, read alike from either driver.

pyodbc gives a SQLSTATE and, behind each message, the server's number: ('42S22', "[42S22] … Invalid column name 'x'. (207) …").
mssql-python gives neither. It has an English phrase for the SQLSTATE, and the first message alone:
"Driver Error: Column not found; DDBC Error: [Microsoft][SQL Server]Invalid column name 'x'."
"""

import re

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
# No fault of the statement: a connection that broke, a deadlock, a time limit.
BROKEN_OFF = re.compile("08|40001|HYT")
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


def of_text(said: str) -> str:
    """The server's message where it speaks of the SQL text alone, and so cannot hold a row's values; else blank."""
    if not state(said).startswith("42"):
        return ""
    phrase = _MSSQL_PYTHON.match(said)
    if phrase:
        message = re.sub(r"^(?:\[[^\]]*\])*", "", phrase.group(2) or "").strip()
        return message if any(form.fullmatch(message) for form in TEXTS) else ""
    numbers = {int(number) for number in re.findall(r"\((\d+)\)", said)}
    return said.split("[SQL Server]", 1)[-1] if numbers and numbers <= TEXT_ERRORS else ""


def is_broken_off(fault: Exception) -> bool:
    """Whether an exception of either driver is no fault of the statement."""
    # pyodbc has no class of its own for a deadlock.
    return type(fault).__name__ == "OperationalError" or bool(BROKEN_OFF.match(state(str(fault))))
