"""Keys that an administrator types, for `explain`, `resend` and `purge` alike: ids of ours, keys of a register, and personnummer.

Every form that a verb prints is taken. What a key names is looked up in one place, `runner/nattsynk/sql/named.jinja`.
"""

import dataclasses
import datetime
import sys
from typing import Any

import click

from nattsynk.civic_number import CIVIC_NO, civic_key
from nattsynk.engines.database import Database
from nattsynk.engines.statements import render
from nattsynk.errors import Stop
from nattsynk.profile.settings import SYSTEMS

# (verbs that take it, the form with an example). The examples are invented.
KINDS = (
    ("explain resend purge", "the register's own id of a person, such as 5b0a7c1e-0000-4000-8000-00000000c0de"),
    ("explain resend purge", "person_id of the export, such as procapita-5b0a7c1e-0000-4000-8000-00000000c0de"),
    ("explain resend purge", "a personnummer, which is never an argument: `nattsynk {verb} -` asks for it"),
    ("explain resend", "group_id of the export, such as procapita-group-11 or procapita-class-1-2023"),
    ("explain resend", "the register's own key of a class or group, such as 11"),
    ("explain resend", "school_id of schools.csv, such as sjoskolan, or the register's own key of a unit, such as 201"),
    ("explain resend", "a link as `preview` writes it, such as \"procapita-group-11 procapita-elev-2\"; bars may stand for the blanks"),
    ("explain", "source_key of the reports, such as 9221"),
)


@dataclasses.dataclass(frozen=True)
class Key:
    """A key in every form that ids are compared in. number: a personnummer without signs, or empty."""

    text: str
    number: str

    @property
    def parameters(self) -> tuple[str, str, str, str]:
        """What `named.jinja` asks for: the id, the number, the record's key by blanks, and that without its last column."""
        record = self.text.replace("|", " ")
        return (self.text, self.number, record, record.rpartition(" ")[0])


def read(typed: str, sync_date: datetime.date) -> Key:
    """The key that was typed."""
    return Key(compared(typed), civic_key(typed, sync_date) or "")


def rows(database: Database, statement: str, key: Key, **context: Any) -> list[tuple]:
    """The rows of a statement that begins with what the key names."""
    schemas = {layer: database.schema(layer) for layer in ("delivery", "report", "rules")}
    return database.all(render(statement, **schemas, **context), key.parameters)


def forms(typed: str) -> list[str]:
    """The id that was typed, and the same with each register before it."""
    return [typed, *(f"{system}-{typed}" for system in SYSTEMS)]


def unknown(verb: str) -> str:
    """What is said where nothing is known by a key: which kinds were looked for. The same of a protected person (PER-1)."""
    kinds = [f"  - {form.format(verb=verb)}" for verbs, form in KINDS if verb in verbs.split()]
    return "\n".join(["nattsynk knows nothing by that key. It looked for:", *kinds])


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


def compared(key: str) -> str:
    """A key as macros/id_key.sql compares ids: without case, braces and outer blanks."""
    return key.replace("{", "").replace("}", "").strip().lower()
