"""Which receiver school a unit, class or group belongs to (SCH-1 … SCH-6)."""

from dataclasses import dataclass

from reader.dates import Day
from reader.records import Records, Unit
from reader.settings import LONG_LIVED, Profile


@dataclass(frozen=True)
class School:
    """A row of schools.csv whose unit is open."""

    system: str
    unit: str
    form: str
    id: str
    name: str
    code: str
    identity: str
    mentors: str


class Schools:
    def __init__(self, profile: Profile, records: Records, rows: list[dict]):
        self.profile = profile
        self.units = {key: unit for key, unit in records.units.items() if is_open(unit, profile.date)}
        self.of_unit: dict[tuple[str, str], list[School]] = {}
        for row in rows:
            key = (row["source_system"], row["source_school_id"])
            if key in self.units:
                self.of_unit.setdefault(key, []).append(self._school(row, self.units[key]))

    def _school(self, row: dict, unit: Unit) -> School:
        identity = row.get("class_identity", "") or self.profile["class_identity"]
        if not identity or (identity == "class_group" and unit.system not in ("extens", "ist")):
            identity = "source_id" if row["school_form"] in LONG_LIVED else "school_year"
        return School(
            unit.system, unit.key, row["school_form"], row["school_id"], row["school_name"], row.get("school_unit_code", "") or unit.code,
            identity, row.get("mentor_source", "") or self.profile["mentor_source"],
        )

    def locate(self, system: str, unit: str, own_form: str = "") -> School | None:
        """SCH-6: one configured row takes the whole unit; of several the own form chooses, blank is the unit's."""
        rows = self.of_unit.get((system, unit), [])
        if len(rows) < 2:
            return rows[0] if rows else None
        form = own_form or self.units[system, unit].form
        return next((row for row in rows if row.form == form), None)

    def fed_by(self, system: str, unit: str) -> list[School]:
        """SCH-6: staff belong to every receiver school that their unit feeds."""
        return self.of_unit.get((system, unit), [])

    def exported(self) -> list[dict]:
        """Of units that share a receiver school the lowest unit id decides, in the order of the sources."""
        speaking: dict[str, School] = {}
        rows = [row for rows in self.of_unit.values() for row in rows]
        for row in sorted(rows, key=lambda row: (self.profile.first(row.system), row.unit)):
            speaking.setdefault(row.id, row)
        return [{"school_id": row.id, "school_name": row.name, "school_unit_code": row.code} for row in speaking.values()]


def is_open(unit: Unit, today: Day) -> bool:
    """SCH-2, SCH-5; ProCapita's units are closed from `stangtfrom` to `stangttom`, the last closed day (blank: for good)."""
    if unit.closed or (unit.span and not unit.span.inside(today, (0, 0))):
        return False
    return not (unit.shut.start and unit.shut.start <= today and (unit.shut.end is None or today <= unit.shut.end))
