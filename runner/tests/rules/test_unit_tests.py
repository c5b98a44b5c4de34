"""Every dbt unit test of the models, run by dbt itself, each told by its own name: each rule at its borders."""

from collections.abc import Iterator

import pytest
from unit_test_files import unit_tests

# So many parts, each a run of dbt in a process of its own.
PARTS = 2


def parts() -> list[tuple[str, ...]]:
    """The files in parts of about as many tests."""
    made: list[list[str]] = [[] for _ in range(PARTS)]
    for file in sorted(unit_tests(), key=lambda file: -len(unit_tests()[file])):
        min(made, key=lambda part: sum(len(unit_tests()[file]) for file in part)).append(file)
    return [tuple(part) for part in made]


def cases() -> Iterator[object]:
    for number, files in enumerate(parts()):
        for file in files:
            for test in unit_tests()[file]:
                yield pytest.param(files, test["name"], id=test["name"], marks=pytest.mark.xdist_group(f"rules {number}"))


@pytest.mark.parametrize(("files", "name"), [*cases()])
def test_rule(unit_tested, files: tuple[str, ...], name: str) -> None:
    status, message = unit_tested(files)[name]
    assert status == "pass", message
