"""Keys that an administrator types: ids of ours, keys of a register, and personnummer, which are never an argument."""

import datetime
import re
import sys

import click

from nattsynk.errors import Stop

CIVIC_NO = re.compile(r"(?P<century>\d\d)?(?P<day>\d{6})(?P<sign>[-+]?)(?P<end>\d{4}|TF\d\d)", re.IGNORECASE)


def wanted(key: str, verb: str) -> str:
    """The key as given, or asked for where it is "-". Stops (exit code 2) at a personnummer among the arguments."""
    if key == "-":
        return _asked()
    if CIVIC_NO.fullmatch(key.strip()):
        raise Stop(
            "A personnummer is never given as an argument: it would stay in the shell's history.",
            f"Use `nattsynk {verb} -`, which asks for it or reads it from standard input.",
        )
    return key.strip()


def _asked() -> str:
    if sys.stdin.isatty():
        return click.prompt("Key or personnummer", hide_input=True).strip()
    return sys.stdin.readline().strip()


def civic_key(text: str, sync_date: datetime.date) -> str | None:
    """A number as rows are joined by it (macros/civic_key.sql): 12 characters, without century the latest not after the date.

    None where the text is no personnummer, samordningsnummer or TF-nummer.
    """
    number = CIVIC_NO.fullmatch(text)
    if number is None:
        return None
    century = number["century"] or _century(number["day"], number["sign"], sync_date)
    return f"{century}{number['day']}{number['end'].upper()}"


def _century(day: str, sign: str, sync_date: datetime.date) -> str:
    # A samordningsnummer has 60 added to its day.
    born = int(day) - (60 if day[4] in "6789" else 0)
    this = sync_date.year // 100
    return str(this - (born > int(sync_date.strftime("%y%m%d"))) - (sign == "+"))
