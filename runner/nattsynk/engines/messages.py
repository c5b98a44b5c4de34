"""What a database says, and how much of it nattsynk may tell. A message can hold a row's values, and these are never told."""

import dataclasses
import re
from typing import Protocol


@dataclasses.dataclass(frozen=True)
class Trouble:
    """A problem of the database itself, or of the way to it. The statement is not at fault."""

    what: str
    next_step: str


class Messages(Protocol):
    """What an engine's messages mean. The module `answers` of each engine has these functions."""

    def trouble(self, said: str) -> Trouble | None:
        """The problem of the database that a text of dbt tells of. None where the statement is at fault."""

    def trouble_of(self, fault: Exception) -> Trouble | None:
        """The same, told by an exception of the driver."""

    def is_deadlock(self, trouble: Trouble) -> bool:
        """Whether the database undid a whole transaction because of another one, so that it can be tried again."""

    def sql_error(self, said: str) -> str:
        """The message of an error of the SQL text. Blank for any other error: its message could hold a row's values."""

    def kind(self, said: str) -> str:
        """The kind of an error, such as `Conversion Error`. Blank where it is not known."""


def redacted(messages: Messages, said: str, known: frozenset[str] = frozenset()) -> str:
    """A database's message, as far as it cannot hold a row's values.

    An error of the SQL text is told in its own words. Of any other error only the kind is told, and the words of ours that it names
    (known: names of models and columns, in lower case).
    """
    told = messages.sql_error(said)
    if told:
        return told
    kind = messages.kind(said) or "an error of another kind"
    ours = list(dict.fromkeys(word for word in re.findall(r"\w+", said.lower()) if word in known))[:8]
    return f"{kind}; its text may hold a row's values, so it is not shown" + (f". It names {', '.join(ours)}." if ours else ".")


def shortened(text: str, most: int) -> str:
    """The first lines of a text as one line, without runs of four digits or more."""
    lines = [line.strip() for line in text.splitlines() if line.strip()][:most]
    return re.sub(r"\d[\d-]{3,}", "…", " ".join(lines))[:400]
