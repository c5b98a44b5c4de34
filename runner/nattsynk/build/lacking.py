"""What is said of a table that lacks columns: which ones, what stands near them, and what to do. Alike for a file and for a table of SQL Server."""

import difflib
import re
from collections.abc import Collection, Mapping, Sequence

from nattsynk.build.cells import PROTECTION
from nattsynk.errors import Stop
from nattsynk.profile.files import folded
from nattsynk.profile.registers import Table

SEED = "seeds/extract_columns.csv"
# What a name of a column does not look like: a number, an address, a value.
VALUE = re.compile(r"\d{4}|@")


def columns(shown: str, missing: Sequence[str], table: Table, names: Mapping[str, str], found: Collection[str], add: str) -> Stop:
    """Of our columns those that are missing. names: what the source calls each. found: the names that are there. add: how to add a column."""
    free = sorted(name for name in found if name and not VALUE.search(name) and name not in set(map(folded, names.values())))
    near = _near([folded(names[column]) for column in missing], free)
    listed = ", ".join(_told(column, names[column], near) for column in missing)
    steps = []
    if any(names[column] != column for column in missing):
        steps.append(f"Correct {SEED}, or the export.")
    if any(names[column] == column for column in missing):
        steps.append(f"{add}, or name the site's own column in {SEED}.")
    blank = [column for column in missing if column in _may_be_blank(table)]
    if blank:
        steps.append(f"Where the register has nothing of the kind, {_and(blank)} may be {'a column' if len(blank) == 1 else 'columns'} without values.")
    return Stop(f"{shown} lacks the column{'s' if len(missing) > 1 else ''} {listed}.", " ".join(steps))


def check_protection(shown: str, found: Collection[str], table: Table, names: Mapping[str, str]) -> None:
    """Stops (exit code 2) where a flag that protects is read from a column of the site's, and one of our name is there too: which one protects?"""
    for column, name in names.items():
        if table.holds[column] == PROTECTION and name != column and column in found and column not in map(folded, names.values()):
            raise Stop(
                f"{shown} has the column {column} itself, which protects, and {SEED} reads {column} from {name}.",
                f"Take that row out of {SEED}, or let the export or a view leave out the one that protects nobody.",
            )


def _near(missing: Sequence[str], free: Sequence[str]) -> dict[str, str]:
    """What is missing -> the nearest name that is there, if nothing else that is missing is nearer to that one."""
    nearest = {name: found[0] for name in missing if (found := difflib.get_close_matches(name, free, n=1))}
    return {name: found for name, found in nearest.items() if name in difflib.get_close_matches(found, missing, n=1)}


def _told(column: str, name: str, near: Mapping[str, str]) -> str:
    notes = [f"{SEED} reads {column} from it"] if name != column else []
    notes += [f"near it stands {near[folded(name)]}"] if folded(name) in near else []
    return f"{name} ({'; '.join(notes)})" if notes else name


def _may_be_blank(table: Table) -> set[str]:
    return {column.name for column in table.described if not column.is_needed and column.holds != PROTECTION}


def _and(names: Sequence[str]) -> str:
    return " and ".join([", ".join(names[:-1]), names[-1]] if len(names) > 1 else names)
