"""PER-8: what a number is, and whose birthday it tells."""

import re
from dataclasses import dataclass

from reader.dates import Day
from reader.towns import check_digit


@dataclass(frozen=True)
class Number:
    """`text` is ååååmmdd-nnnn where the number is valid, else blank."""

    kind: str  # valid, tf, invalid, missing
    text: str = ""
    born: Day | None = None


def read(cell: str, today: Day) -> Number:
    cell = cell.strip()
    if not cell:
        return Number("missing")
    if found := re.fullmatch(r"(\d{8}|\d{6})-?(TF\d\d)", cell):
        digits = found.group(1) if len(found.group(1)) == 8 else _century(found.group(1), "-", today) + found.group(1)
        return Number("tf", f"{digits}-{found.group(2)}", _day(digits))
    if found := re.fullmatch(r"(\d\d)?(\d{6})([-+]?)(\d{4})", cell):
        century, six, sign, last = found.groups()
        digits = (century or _century(six, sign, today)) + six
        born = _day(digits)
        if born and check_digit(six + last[:3]) == int(last[3]):
            return Number("valid", f"{digits}-{last}", born)
    return Number("invalid")


def _century(six: str, sign: str, today: Day) -> str:
    """10 digits get the latest century that is not after the sync date; `+`: one earlier."""
    century = today.year // 100
    if (_day(f"{century}{six}") or Day.max) > today:
        century -= 1
    return str(century - (sign == "+"))


def _day(digits: str) -> Day | None:
    """Of a samordningsnummer 60 is taken from the day."""
    year, month, of_month = int(digits[:4]), int(digits[4:6]), int(digits[6:])
    try:
        return Day(year, month, of_month - 60 if of_month > 60 else of_month)
    except ValueError:
        return None
