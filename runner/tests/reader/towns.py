"""A town is a few rows of every register. Its ids and numbers hold placeholders, so that many towns stand in one profile.

`{t}` is the town's own token, `{p3}` the personnummer of its person 3, `{i3}` an invalid number, `{f3}` a TF-nummer. Nobody in it exists.
"""

import copy
import re
from dataclasses import dataclass, field

Rows = list[dict[str, str]]
ADULTS_FROM = 5  # Persons 0 to 4 are children.
MOST_TOWNS = 336


class Row(dict):
    """A cell that the town does not name is blank."""

    def __missing__(self, column: str) -> str:
        return ""


@dataclass
class Town:
    """`schools` and `mapping` are rows of the profile's seeds, `extracts` rows by register and table."""

    schools: Rows
    extracts: dict[str, dict[str, Rows]]
    mapping: Rows = field(default_factory=list)

    def tables(self) -> list[Rows]:
        return [self.schools, self.mapping, *(rows for tables in self.extracts.values() for rows in tables.values())]

    def size(self) -> int:
        return sum(len(rows) for rows in self.tables())

    def cells(self) -> dict[str, dict[str, list[Row]]]:
        """The registers' rows, every cell without the blanks around it."""
        return {
            system: {table: [Row({column: cell.strip() for column, cell in row.items()}) for row in rows] for table, rows in tables.items()}
            for system, tables in self.extracts.items()
        }

    def at(self, slot: int) -> "Town":
        """The same with its placeholders filled in."""
        told = copy.deepcopy(self)
        for rows in told.tables():
            for row in rows:
                for column, cell in row.items():
                    row[column] = filled(cell, slot)
        return told


def token(slot: int) -> str:
    return f"t{slot:03}"


def filled(cell: str, slot: int) -> str:
    def value(found: re.Match) -> str:
        kind, person = found.group(1), int(found.group(2) or 0)
        return token(slot) if kind == "t" else {"p": number, "i": invalid, "f": tf}[kind](slot, person)

    return re.sub(r"\{([tpif])(\d?)\}", value, cell)


def birth(slot: int, person: int) -> str:
    """One day for each person of each town."""
    year = 2009 + person if person < ADULTS_FROM else 1965 + person
    return f"{year}{slot // 28 + 1:02}{slot % 28 + 1:02}"


def number(slot: int, person: int) -> str:
    """A personnummer of the form of Skatteverket's test numbers."""
    first = birth(slot, person) + "238"
    return first + str(check_digit(first[2:]))


def invalid(slot: int, person: int) -> str:
    """The same with a check digit that is wrong."""
    right = number(slot, person)
    return right[:-1] + str((int(right[-1]) + 3) % 10)


def tf(slot: int, person: int) -> str:
    return birth(slot, person) + "TF01"


def check_digit(nine: str) -> int:
    doubled = [int(digit) * (2 - place % 2) for place, digit in enumerate(nine)]
    return -sum(value // 10 + value % 10 for value in doubled) % 10
