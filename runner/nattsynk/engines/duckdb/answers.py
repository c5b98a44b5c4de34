"""What DuckDB says, and what it means. A message begins with its kind, such as `Binder Error: `."""

import re

from nattsynk.engines.duckdb.database_file import is_held
from nattsynk.engines.messages import Trouble, shortened

# Kinds of errors. Those of the SQL text know no row yet. Of the others nattsynk tells the kind alone.
TEXT_ERRORS = ("Binder", "Catalog", "Parser")
ROW_ERRORS = (
    "Connection", "Constraint", "Conversion", "Dependency", "Divide by Zero", "FATAL", "HTTP", "INTERNAL", "INTERRUPT", "IO",
    "Invalid", "Invalid Input", "Invalid Type", "Mismatch Type", "Not implemented", "Out of Memory", "Out of Range", "Permission",
    "Sequence", "Serialization", "Settings", "Syntax", "TransactionContext",
)
HELD = Trouble("The profile's database file is held by another process.", "Wait until it has ended, then run again.")
_KIND = re.compile(rf"\s*({'|'.join(sorted((*TEXT_ERRORS, *ROW_ERRORS), key=len, reverse=True))}) Error: ")
_LINE = re.compile(r"^\s*LINE (\d+):", re.MULTILINE)


def trouble(said: str) -> Trouble | None:
    """The problem of the database that a text of dbt tells of: another process holds the file."""
    return HELD if is_held(said) else None


def trouble_of(_: Exception) -> Trouble | None:
    """None: a file that is open is ours alone, and what the operating system refuses is told elsewhere."""
    return None


def is_deadlock(_: Trouble) -> bool:
    """False: a file has one writer."""
    return False


def sql_error(said: str) -> str:
    """The message of an error of the SQL text. Blank for any other error."""
    found = _KIND.match(said)
    if found is None or found.group(1) not in TEXT_ERRORS:
        return ""
    number = line(said)
    return shortened(said, 1) + (f" (LINE {number})" if number and number < 1000 else "")


def kind(said: str) -> str:
    """The kind of an error. Blank where it is not known."""
    found = _KIND.match(said)
    return f"{found.group(1)} Error" if found else ""


def line(said: str) -> int | None:
    """The line of the SQL that a message speaks of."""
    found = _LINE.search(said)
    return int(found.group(1)) if found else None
