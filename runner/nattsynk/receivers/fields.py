"""Reads a JSON answer and knows where it reads. A wrong field is told by its JSON pointer (RFC 6901) and by what should stand there.

    state = Field(answer.json())
    state.of("sequence").whole()        # Unexpected: /sequence is missing

No value of the answer reaches a message, for it could be anybody's name.
"""

import dataclasses
import re
from collections.abc import Collection, Iterator
from typing import Any

LARGEST = 2**31 - 2  # a sequence, a line or a count: they and the next one have to fit the ledger's columns
LONGEST = 64  # letters of a text


class Unexpected(Exception):
    """A field is not as docs/receive/openapi.yaml describes it. The text says which one, and what is expected."""


@dataclasses.dataclass(frozen=True)
class Field:
    """A value of an answer. pointer: where it stands, blank for the whole answer."""

    value: Any
    pointer: str = ""

    def of(self, name: str) -> "Field":
        """A field of an object."""
        found = self.get(name)
        if found is None:
            raise Unexpected(f"{self.pointer}/{name} is missing")
        return found

    def get(self, name: str) -> "Field | None":
        """A field of an object, None where it is left out or null."""
        if not isinstance(self.value, dict):
            raise self.unlike("an object")
        found = self.value.get(name)
        return None if found is None else Field(found, f"{self.pointer}/{name}")

    def items(self) -> Iterator["Field"]:
        """The fields of a list, in order."""
        if not isinstance(self.value, list):
            raise self.unlike("a list")
        return (Field(value, f"{self.pointer}/{number}") for number, value in enumerate(self.value))

    def whole(self) -> int:
        """A whole number, as large as the ledger can keep."""
        if isinstance(self.value, bool) or not isinstance(self.value, int) or not 0 <= self.value <= LARGEST:
            raise self.unlike(f"a whole number from 0 to {LARGEST}")
        return self.value

    def text(self) -> str:
        """A text of at most LONGEST letters."""
        if not isinstance(self.value, str) or len(self.value) > LONGEST:
            raise self.unlike(f"a text of at most {LONGEST} letters")
        return self.value

    def word(self, words: Collection[str]) -> str:
        """One of these words."""
        if not isinstance(self.value, str) or self.value not in words:
            raise self.unlike(f"one of {', '.join(words)}")
        return self.value

    def like(self, pattern: str) -> str:
        """A text that the whole of a pattern describes."""
        if not isinstance(self.value, str) or not re.fullmatch(pattern, self.value):
            raise self.unlike(f"a text like {pattern}")
        return self.value

    def unlike(self, expected: str) -> Unexpected:
        """What is raised where the field is not what is expected."""
        return Unexpected(f"{self.pointer or 'the body'} must be {expected}")
