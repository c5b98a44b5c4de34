"""The records of decisions are numbered, listed, and found from wherever they are named."""

import re

import pytest

from nattsynk.profile.settings import PROJECT

FOLDER = PROJECT / "docs" / "decisions"
RECORDS = sorted(path for path in FOLDER.glob("*.md") if path.name != "README.md")
NAMED = re.compile(r"decisions/(\d{4}-[a-z0-9-]+\.md|[a-z][a-z0-9-]+\.md)")
PARTS = ["Context", "Decision", "Cost"]
PLACES = ("*.md", "docs/**/*.md", "runner/**/*", "models/**/*", "macros/*", "seeds/**/*", "tests/**/*.py", "tests/**/*.txt", "Makefile", "*.yml", "*.toml")


def test_the_numbers_run_without_a_gap_and_no_record_is_left_out_of_the_index():
    assert [path.name[:5] for path in RECORDS] == [f"{number:04d}-" for number in range(1, len(RECORDS) + 1)]
    index = (FOLDER / "README.md").read_text(encoding="utf-8")
    assert [path.name for path in RECORDS if f"]({path.name})" not in index] == []


@pytest.mark.parametrize("record", RECORDS, ids=lambda path: path.stem)
def test_a_record_says_its_status_context_decision_and_cost(record):
    text = record.read_text(encoding="utf-8")
    assert re.search(r"^Status: \w+, \d{4}-\d\d-\d\d$", text, re.MULTILINE)
    assert [part for part in re.findall(r"^## (.*)$", text, re.MULTILINE) if part in PARTS] == PARTS


def test_every_record_that_is_named_is_there():
    texts = {path: path.read_text(encoding="utf-8") for place in PLACES for path in PROJECT.glob(place) if path.is_file() and path.suffix != ".pyc"}
    texts |= {path: re.sub(r"\]\((?=[a-z0-9-]+\.md)", "](decisions/", path.read_text(encoding="utf-8")) for path in RECORDS}
    missing = {(path.name, name) for path, text in texts.items() for name in NAMED.findall(text) if name != "README.md" and not (FOLDER / name).is_file()}
    assert missing == set()
