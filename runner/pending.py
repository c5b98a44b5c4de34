"""What a profile may say already but this version does not do yet. Told at every build, so that nobody relies on it.

What stands here leaves with the change that brings it (docs/operating.md, "Not in this version").
"""

import csv
import io
from collections.abc import Mapping

from nattsynk.settings import Settings

SETTINGS: Mapping[str, tuple[int | str, ...]] = {
    "class_activity_groups": (1,), "mentor_source": ("class", "student"), "enrol_by": ("any",),
}
SEEDS = ("group_name_patterns.csv", "pauses.csv", "timetable.csv")


def pending(settings: Settings, seeds: Mapping[str, str]) -> list[str]:
    """One sentence for each setting and seed file that has no, or not its whole, effect.

    seeds: the completed seed files by name; a header alone says nothing.
    """
    said = ["source ted"] if "ted" in settings.sources else []
    said += [f"{name}: {settings.values[name]}" for name, values in SETTINGS.items() if settings.values[name] in values]
    mentors = {row["mentor_source"] for row in csv.DictReader(io.StringIO(seeds["schools.csv"]))}
    said += [f"seeds/schools.csv: mentor_source {name}" for name in sorted(mentors.intersection(SETTINGS["mentor_source"]))]
    said += [f"seeds/{name}" for name in SEEDS if seeds[name].count("\n") > 1]
    said += ["rule set vklass: its policy fill of mobile and email"] if settings.rule_set == "vklass" else []
    said += ["seeds/attributes.csv: the policy fill"] if ",fill\n" in seeds["attributes.csv"] else []
    return [f"{what} has no full effect in this version yet: see docs/operating.md, Not in this version" for what in said]
