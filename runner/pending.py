"""What a profile may say already but this version does not do yet. Told at every build, so that nobody relies on it.

What stands here leaves with the change that brings it (docs/operating.md, "Not in this version").
"""

from collections.abc import Mapping

from nattsynk.settings import Settings

SEEDS = ("group_name_patterns.csv", "pauses.csv", "timetable.csv")


def pending(settings: Settings, seeds: Mapping[str, str]) -> list[str]:
    """One sentence for each setting and seed file that has no, or not its whole, effect.

    seeds: the completed seed files by name; a header alone says nothing.
    """
    said = ["source ted"] if "ted" in settings.sources else []
    # Only these registers have activities on classes.
    if {"procapita", "ted"}.intersection(settings.sources) and settings.values["class_activity_groups"]:
        said.append("class_activity_groups: 1")
    said += [f"seeds/{name}" for name in SEEDS if seeds[name].count("\n") > 1]
    return [f"{what} has no full effect in this version yet: see docs/operating.md, Not in this version" for what in said]
