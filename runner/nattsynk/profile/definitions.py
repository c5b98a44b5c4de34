"""The words of profile.yml that nattsynk knows: rule sets, registers, environments, and every setting of seeds/rules/settings.csv."""

import csv
import dataclasses
import functools
from collections.abc import Mapping
from pathlib import Path

from nattsynk.profile import registers

PROJECT = Path(__file__).resolve().parents[3]
RULE_SETS = ("ucs", "vklass", "eventful")
SYSTEMS = registers.systems()
ENVIRONMENTS = ("test", "production")
# A flag is 0 or 1, a number an int, a text or choice a str, a list a tuple.
Value = int | str | tuple[str, ...]


@dataclasses.dataclass(frozen=True)
class Definition:
    """A row of settings.csv. allowed: the choices, or lowest and highest of a number. defaults: rule set -> text."""

    name: str
    type: str
    allowed: tuple[str, ...]
    defaults: Mapping[str, str]
    description: str

    @property
    def may_be_blank(self) -> bool:
        """A text or choice may be blank if a rule set leaves it blank."""
        return not all(self.defaults.values())

    def default(self, rule_set: str) -> Value:
        """The rule set's default in the setting's own type."""
        text = self.defaults[rule_set]
        if self.type in ("flag", "number"):
            return int(text)
        return tuple(text.split("|")) if self.type == "list" else text


@functools.cache
def definitions() -> Mapping[str, Definition]:
    """Every setting by name, in the order of settings.csv."""
    with (PROJECT / "seeds" / "rules" / "settings.csv").open(newline="", encoding="utf-8") as handle:
        rows = list(csv.DictReader(handle))
    return {row["setting"]: _definition(row) for row in rows}


def _definition(row: Mapping[str, str]) -> Definition:
    allowed = tuple(row["allowed_values"].split("|")) if row["allowed_values"] else ()
    defaults = {rule_set: row[rule_set] for rule_set in RULE_SETS}
    return Definition(row["setting"], row["type"], allowed, defaults, row["description"])
