"""docs/rules.md against the code: every rule that a model or a test names is in the list, and every file it names is there."""

import re

import yaml

from nattsynk.settings import PROJECT

RULE = re.compile(r"\b(?:SCH|PER|ENR|EMP|GUA|CLS|GRP|NAM|MEM|LIFE|TT|DQ|ENV)-\d+\b|\bWIN\b")
ROWS = {
    row[0]: row for row in (
        [cell.strip() for cell in line.strip("|\n").split("|")]
        for line in (PROJECT / "docs" / "rules.md").read_text(encoding="utf-8").splitlines()
    ) if RULE.fullmatch(row[0])
}


def named_in_models() -> set[str]:
    files = [*(PROJECT / "models").rglob("*.sql"), *(PROJECT / "macros").glob("*.sql")]
    return {rule for path in files for rule in RULE.findall(path.read_text(encoding="utf-8"))}


def rules_with_tests() -> set[str]:
    """The rules that the name (per_8_...) or the description of a unit test names."""
    found: set[str] = set()
    for path in (PROJECT / "models").rglob("*.yml"):
        for test in (yaml.safe_load(path.read_text(encoding="utf-8")) or {}).get("unit_tests", []):
            name = re.sub(r"([A-Z]+)_(\d+)_", r"\1-\2 ", test["name"].upper()).replace("_", " ")
            found |= set(RULE.findall(f"{name} {test.get('description', '')}"))
    return found


def test_every_rule_of_the_code_is_listed() -> None:
    assert not named_in_models() - set(ROWS)


def test_every_listed_rule_has_a_unit_test() -> None:
    assert not set(ROWS) - rules_with_tests()


def test_every_named_file_is_there() -> None:
    names = {path.stem for part in ("models", "macros", "seeds") for path in (PROJECT / part).rglob("*") if path.is_file()}
    names |= {path.name for path in (PROJECT / "seeds").rglob("*.csv")}
    for rule, row in ROWS.items():
        for name in re.findall(r"`([a-z_0-9/.]+)`", " ".join(row[2:])):
            assert name in names or (PROJECT / name).exists(), f"{rule} names {name}"
