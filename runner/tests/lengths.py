"""`make test` runs what it has the time for; `make test-all` runs every step, day and choice."""

from collections.abc import Container, Iterable
from typing import Any

import pytest


def others_thorough(values: Iterable[Any], kept: Container[Any]) -> list[Any]:
    """The values of a parameter. Those that are not kept are marked: `make test` leaves them out."""
    return [value if value in kept else pytest.param(value, marks=pytest.mark.thorough) for value in values]
