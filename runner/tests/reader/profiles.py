"""The settings of a build: a rule set, one register or two, a day, and some settings changed. All towns of a build share them."""

import datetime
import random

from reader.settings import RULE_SETS, Profile

SOURCES = (
    ("procapita",), ("extens",), ("ted",), ("procapita", "extens"), ("ist",), ("extens", "procapita"), ("ted", "ist"), ("procapita", "ted"),
    ("extens", "ist"),
)
DATES = tuple(datetime.date.fromisoformat(day) for day in ("2023-10-02", "2024-06-20", "2023-08-10", "2024-02-29", "2023-07-01"))
SELECTIONS = (
    {"group_selection": "marker", "group_selection_text": "PORTAL"}, {"group_selection": "prefix", "group_selection_text": "PX"},
    {"group_selection": "suffix", "group_selection_text": " Teams"}, {"group_selection": "all"},
)
CHOICES = {
    "group_requires_teacher": (0, 1), "class_requires_teacher": (0, 1), "group_dates": ("members", "group"), "class_activity_groups": (0, 1),
    "activity_end_strict": (0, 1), "period_required": (0, 1), "student_lead_basis": ("group_start", "placement_start"),
    "enrol_by": ("class", "any"), "mentor_source": ("none", "group", "class", "student"), "include_civic_no": (0, 1),
    "include_guardians": (0, 1), "guardians_of_adults": (0, 1), "person_requires_email": (0, 1), "person_invalid_civic_no": ("keep", "exclude"),
    "person_requires_name": (0, 1), "missing_register_row": ("keep", "exclude"), "employment_end_by": ("status", "date", "both"),
    "employment_active_statuses": (["Aktiv"], ["Aktiv", "Inaktiv"]), "class_identity": ("source_id", "school_year", "class_group"),
    "comma_replacement": (" ", "-"),
}
WINDOWS = (
    {"school_form": "GR", "entity": "staff_group", "days_before": "10", "days_after": "1"},
    {"school_form": "GR", "entity": "student_school", "days_before": "7", "days_after": "7"},
    {"school_form": "FKLASS", "entity": "class", "days_before": "0", "days_after": "11"},
    {"school_form": "FSK", "entity": "group", "days_before": "1", "days_after": "1"},
    {"school_form": "GR", "entity": "staff_school", "days_before": "1", "days_after": "10"},
)
PATTERNS = (
    {"school_form": "GR", "activity_kind": "group", "pattern": "{group}-{year}-{term}"},
    {"school_form": "GR", "activity_kind": "group_course", "pattern": "{class}/{course}/{yy}/{yy}"},
    {"school_form": "GR", "activity_kind": "group_subject", "pattern": "{group} {subject}"},
    {"school_form": "GR", "activity_kind": "class_subject", "pattern": "{class}.{subject}.{yy}/{yy}"},
)


def profile(seed: int) -> Profile:
    """The profile of a seed; the first nine have one register or pair each."""
    chosen = random.Random(seed)
    sources = SOURCES[seed % len(SOURCES)]
    rule_set = RULE_SETS[(seed + seed // len(SOURCES)) % 3]
    settings = {name: chosen.choice(values) for name, values in CHOICES.items() if chosen.random() < 0.2}
    if chosen.random() < 0.3:
        settings |= chosen.choice(SELECTIONS)
    if settings.get("class_identity") == "class_group" and not {"extens", "ist"} & set(sources):
        del settings["class_identity"]
    some = [dict(row, source_system=chosen.choice(("", *sources))) for row in WINDOWS if chosen.random() < 0.15]
    patterns = [dict(row, source_system=chosen.choice(sources)) for row in PATTERNS if chosen.random() < 0.15]
    return Profile(rule_set, sources, chosen.choice(DATES), settings, tuple(some), tuple(patterns))
