"""`make test` runs what it has the time for, `make test-at-length` every step, day and choice."""

import os
from collections.abc import Container, Iterable
from typing import Any

import pytest

AT_LENGTH = os.environ.get("NATTSYNK_AT_LENGTH") == "1"


def others_at_length(values: Iterable[Any], kept: Container[Any]) -> list[Any]:
    """The values of a parameter: those that are kept in `make test`, and the others marked `at_length`."""
    return [value if value in kept else pytest.param(value, marks=pytest.mark.at_length) for value in values]
