"""docs/change/rules.md against the catalogue and the code: every rule has a row, what it names is there, and a test proves it."""

import re

from unit_test_files import unit_tests

from nattsynk.profile.settings import PROJECT

# All rules of the catalogue: how many there are of each kind, from 1 on.
CATALOGUE = {
    "ENV": 6, "SCH": 6, "PER": 17, "ENR": 4, "EMP": 4, "GUA": 3, "CLS": 8, "GRP": 10, "NAM": 7, "MEM": 5, "LIFE": 6, "TT": 2, "DQ": 6,
}
RULES = {f"{kind}-{number}" for kind, count in CATALOGUE.items() for number in range(1, count + 1)} | {"WIN"}
RULE = re.compile(rf"\b(?:{'|'.join(CATALOGUE)})-\d+\b|\bWIN\b")
PYTHON_TEST = re.compile(r"`((?:runner/)?tests/[a-z_0-9/]+\.py)::(test_[a-z_0-9]+)`")
LINES = [
    [cell.strip() for cell in line.strip("|\n").split("|")]
    for line in (PROJECT / "docs" / "change" / "rules.md").read_text(encoding="utf-8").splitlines()
]
ROWS = {row[0]: row for row in LINES if RULE.fullmatch(row[0])}


def named_in_models() -> set[str]:
    files = [*(PROJECT / "models").rglob("*.sql"), *(PROJECT / "macros").glob("*.sql")]
    return {rule for path in files for rule in RULE.findall(path.read_text(encoding="utf-8"))}


def rules_with_tests() -> set[str]:
    """The rules that the name (per_8_...) or the description of a unit test names."""
    found: set[str] = set()
    for tests in unit_tests().values():
        for test in tests:
            name = re.sub(r"([A-Z]+)_(\d+)_", r"\1-\2 ", test["name"].upper()).replace("_", " ")
            found |= set(RULE.findall(f"{name} {test.get('description', '')}"))
    return found


def test_every_rule_of_the_catalogue_has_one_row() -> None:
    assert sorted(RULES ^ set(ROWS)) == []
    assert len([row for row in LINES if RULE.fullmatch(row[0])]) == len(ROWS)
    assert [rule for rule, row in ROWS.items() if len(row) != 4 or not all(row)] == []


def test_no_other_rule_is_named_in_the_code() -> None:
    assert not named_in_models() - RULES


def test_every_rule_is_proved_by_a_unit_test_or_a_named_test() -> None:
    unit_tested = rules_with_tests()
    assert [rule for rule, row in ROWS.items() if rule not in unit_tested and not PYTHON_TEST.search(row[3])] == []


def test_every_named_test_is_there() -> None:
    named = {(rule, *found) for rule, row in ROWS.items() for found in PYTHON_TEST.findall(" ".join(row))}
    assert named
    assert [name for name in named if f"def {name[2]}(" not in (PROJECT / name[1]).read_text(encoding="utf-8")] == []


def test_every_named_file_is_there() -> None:
    names = {path.stem for part in ("models", "macros", "seeds") for path in (PROJECT / part).rglob("*") if path.is_file()}
    names |= {path.name for path in (PROJECT / "seeds").rglob("*.csv")}
    # The profile's own seeds stand in the guide.
    names |= set(re.findall(r"^\| `(\w+\.csv)`", (PROJECT / "docs" / "operate" / "seeds.md").read_text(encoding="utf-8"), re.MULTILINE))
    for rule, row in ROWS.items():
        for name in re.findall(r"`([a-z_0-9/.]+)`", " ".join(row[2:])):
            assert name in names or (PROJECT / name).exists(), f"{rule} names {name}"
