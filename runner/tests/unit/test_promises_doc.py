"""docs/promises.md against the tests: every promise names what keeps it, and all of that is there."""

import re

from nattsynk.profile.settings import PROJECT

TEXT = (PROJECT / "docs" / "promises.md").read_text(encoding="utf-8")
PROMISES = [
    [cell.strip() for cell in line.strip("|").split(" | ")]
    for line in TEXT.splitlines() if line.startswith("| ") and not line.startswith(("| promise", "| ---"))
]
KEPT_BY = re.compile(r"`((?:runner/)?tests/[\w/]+\.(?:py|sql|txt))(?:::(test_\w+))?`")


def test_every_promise_names_what_keeps_it() -> None:
    assert len(PROMISES) > 40
    assert [promise for promise, *kept in PROMISES if len(kept) != 1 or not KEPT_BY.search(kept[0])] == []


def test_everything_that_keeps_a_promise_is_there() -> None:
    named = [found for _, kept in PROMISES for found in KEPT_BY.findall(kept)]
    assert [file for file, _ in named if not (PROJECT / file).is_file()] == []
    assert [(file, test) for file, test in named if test and f"def {test}(" not in (PROJECT / file).read_text(encoding="utf-8")] == []


def test_no_promise_is_kept_by_a_test_that_every_run_leaves_out() -> None:
    """Nobody who changes one thing runs the thorough tests."""
    for _, kept in PROMISES:
        for file, test in KEPT_BY.findall(kept):
            before = (PROJECT / file).read_text(encoding="utf-8").partition(f"def {test}(")[0].rpartition("\n\n")[2] if test else ""
            assert not before.startswith("@pytest.mark.thorough"), f"{file}::{test}"
