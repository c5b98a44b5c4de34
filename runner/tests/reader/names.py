"""What a group is called (NAM-1 … NAM-7, CLS-6, CLS-8)."""

import re
from dataclasses import dataclass

from reader.dates import Day, school_year
from reader.settings import Profile

# Register: kind of activity: pattern. Of the others the register's own name.
CLASS_ACTIVITY = {"procapita": "KLA.__{class}_{subject}_{yy}/{yy}", "ted": "KLA.{class}_{subject}"}
TED = {"group_subject": "{group}__{subject}", "group_course": "{group}", "group_course_many": "{group}__{course}"}


@dataclass(frozen=True)
class Parts:
    """What a pattern may name. A blank one fails it."""

    cls: str = ""
    group: str = ""
    subject: str = ""
    course: str = ""
    start: Day | None = None
    year: int | None = None  # school year of a class activity

    def fill(self, pattern: str) -> str | None:
        year = self.year if self.year is not None else school_year(self.start) if self.start else None
        years = f"{year % 100:02}/{(year + 1) % 100:02}" if year is not None else ""
        values = {
            "{yy}/{yy}": years, "{class}": self.cls, "{group}": self.group, "{subject}": self.subject, "{course}": self.course,
            "{year}": str(self.start.year) if self.start else "", "{term}": ("1" if self.start.month < 7 else "2") if self.start else "",
        }
        named = re.findall(r"\{yy\}/\{yy\}|\{\w+\}", pattern)
        if any(not values[placeholder] for placeholder in named):
            return None
        return re.sub(r"\{yy\}/\{yy\}|\{\w+\}", lambda found: values[found.group()], pattern)


def composed(profile: Profile, system: str, form: str, kind: str, parts: Parts) -> str:
    """NAM-6: the profile's pattern; one that fails falls back to the register's default pattern, then to the register's own name."""
    own = parts.group or parts.cls
    for pattern in (_given(profile, system, form, kind), _default(system, kind)):
        if pattern and (name := parts.fill(pattern)):
            return name
    return own


def _given(profile: Profile, system: str, form: str, kind: str) -> str | None:
    """Name patterns outside TED: where no row of the kind stands, `group` serves."""
    kinds = [kind] if system == "ted" or kind.startswith("class") else [kind, "group"]
    for of in kinds:
        for row in profile.patterns:
            if (row["source_system"], row["school_form"], row["activity_kind"]) == (system, form, of):
                return row["pattern"]
    return None


def _default(system: str, kind: str) -> str | None:
    if kind.startswith("class_"):
        return CLASS_ACTIVITY.get(system)
    return TED.get(kind) if system == "ted" else None


def without_comma(profile: Profile, name: str) -> str:
    """CLS-6: only a name with a comma collapses blanks."""
    return " ".join(name.replace(",", profile["comma_replacement"]).split()) if "," in name else name


def kept_apart(profile: Profile, groups: list) -> None:
    """CLS-8: of groups of one name at a school one keeps it; the others get the next free number."""
    by_school: dict[str, list] = {}
    for group in groups:
        by_school.setdefault(group.school.id, []).append(group)
    for of_school in by_school.values():
        taken = {group.name for group in of_school}
        by_name: dict[str, list] = {}
        for group in sorted(of_school, key=lambda group: (not group.span.holds(profile.date), profile.first(group.system), group.id)):
            by_name.setdefault(group.name, []).append(group)
        for name, same in sorted(by_name.items()):
            number = 2
            for group in same[1:]:
                while f"{name} ({number})" in taken:
                    number += 1
                group.name = f"{name} ({number})"
                taken.add(group.name)
