"""A profile as the reader sees it: the rule set's defaults, what overrides them, and the windows (CONTRACT, WIN)."""

from dataclasses import dataclass, field

from reader.dates import Day

# Setting: eventful, vklass, ucs.
DEFAULTS = {
    "group_selection": ("marker", "all", "all"),
    "group_selection_text": ("PORTAL", "", ""),
    "group_requires_teacher": (1, 0, 0),
    "class_requires_teacher": (1, 0, 0),
    "group_dates": ("group", "members", "group"),
    "class_activity_groups": (0, 1, 0),
    "activity_end_strict": (1, 0, 0),
    "period_required": (1, 0, 0),
    "student_lead_basis": ("group_start", "placement_start", "placement_start"),
    "enrol_by": ("class", "any", "any"),
    "mentor_source": ("none", "group", "group"),
    "class_identity": ("", "", ""),
    "class_group_prefix": ("KLASS_", "KLASS_", "KLASS_"),
    "comma_replacement": (" ", " ", " "),
    "include_civic_no": (0, 1, 1),
    "include_guardians": (0, 1, 1),
    "guardians_of_adults": (0, 0, 0),
    "person_requires_email": (0, 0, 0),
    "person_invalid_civic_no": ("keep", "keep", "keep"),
    "missing_register_row": ("keep", "keep", "keep"),
    "person_requires_name": (1, 1, 1),
    "employment_active_statuses": (["Aktiv"], ["Aktiv"], ["Aktiv"]),
    "employment_end_by": ("both", "both", "both"),
}
RULE_SETS = ("eventful", "vklass", "ucs")
FAMILY = {"GR": "GR", "FKLASS": "GR", "GRAN": "GR", "GY": "GY", "GYAN": "GY", "VUX": "VUX", "SFI": "VUX", "FSK": "FSK", "FTH": "FTH"}
LONG_LIVED = ("FSK", "FTH", "GY", "GYAN", "VUX", "SFI")

# Rule set: school form family, entity: days before, days after.
EVENTFUL = {
    "student_school": (1, 0), "staff_school": (14, 0), "class": (14, 0), "student_class": (1, 0), "group": (14, 0), "student_group": (1, 0),
    "staff_group": (14, 0),
}
VKLASS = {
    "VUX": {"student_school": (1, 0), "staff_school": (0, 0), "class": (10, 10), "student_class": (1, 1), "group": (10, 10), "student_group": (1, 0)},
    "GR": {"student_school": (10, 10), "staff_school": (0, 0), "class": (10, 10), "student_class": (10, 0), "group": (10, 10), "student_group": (10, 10)},
    "FSK": {"student_school": (7, 0), "staff_school": (0, 0), "class": (10, 10), "student_class": (7, 1), "group": (10, 10), "student_group": (10, 10)},
}
VKLASS |= {"GY": VKLASS["GR"], "FTH": VKLASS["FSK"]}


@dataclass(frozen=True)
class Profile:
    """Everything that is one for a whole build."""

    rule_set: str
    sources: tuple[str, ...]
    date: Day
    overrides: dict = field(default_factory=dict)
    windows: tuple[dict, ...] = ()  # rows of sync_windows.csv
    patterns: tuple[dict, ...] = ()  # rows of group_name_patterns.csv

    def __getitem__(self, setting: str):
        return self.overrides.get(setting, DEFAULTS[setting][RULE_SETS.index(self.rule_set)])

    def is_on(self, setting: str) -> bool:
        return self[setting] == 1

    def first(self, system: str) -> int:
        """Lowest id: the listed order of the sources goes first."""
        return self.sources.index(system)

    def days(self, system: str, form: str, entity: str) -> tuple[int, int]:
        """WIN: the profile's rows override the rule set's."""
        given = self._overridden(system, form, entity)
        if given:
            return given
        if self.rule_set == "ucs":
            return 0, 0
        if self.rule_set == "eventful":
            return EVENTFUL[entity]
        if entity == "staff_group":  # Teacher links follow the row `group` and its overrides.
            return self.days(system, form, "group")
        return VKLASS[FAMILY[form]][entity]

    def _overridden(self, system: str, form: str, entity: str) -> tuple[int, int] | None:
        """Fine print, windows: a row of the own form goes before the family's, then one of the own source before a blank source."""
        forms = [form, FAMILY[form]]
        if form in ("FSK", "FTH") and entity in ("group", "student_group", "staff_group"):
            forms.append("GR")
        for of in forms:
            for source in (system, ""):
                for row in self.windows:
                    if (row["school_form"], row["entity"], row.get("source_system", "")) == (of, entity, source):
                        return int(row["days_before"]), int(row["days_after"])
        return None
