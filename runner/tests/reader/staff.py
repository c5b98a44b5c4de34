"""Who works where, and whom a signature means (EMP-1, EMP-2, EMP-3)."""

from dataclasses import dataclass

from reader.dates import Span, earliest, latest_or_open
from reader.persons import PROCAPITA, People, Person
from reader.records import Activity, Employment, Records
from reader.schools import School, Schools
from reader.settings import Profile


@dataclass(frozen=True)
class Work:
    """An active employment of a person at a receiver school."""

    person: Person
    school: School
    signature: str
    role: str
    span: Span
    key: str

    def order(self, profile: Profile) -> tuple:
        """Lowest unit; several at one unit: earliest start, lowest id."""
        return profile.first(self.school.system), self.school.unit, self.span.start, self.key


class Staff:
    def __init__(self, profile: Profile, records: Records, schools: Schools, people: People):
        self.profile, self.people, self.schools = profile, people, schools
        self.work = [work for employment in records.employments for work in self._employed(employment)]
        self.work += [work for activity in records.activities if activity.employs for work in self._busy(activity)]
        self.work.sort(key=lambda work: work.order(profile))

    def _employed(self, row: Employment) -> list[Work]:
        person = self.people.bearer(row.system, row.ref)
        if not person:
            return []
        span = row.span
        if row.system not in PROCAPITA:
            by = self.profile["employment_end_by"]
            statuses = [status.lower() for status in self.profile["employment_active_statuses"]]
            if not self.people.work_address(row.system, row.ref) or (by != "date" and row.status.lower() not in statuses):
                return []
            if by == "status":
                # Nothing is asked of its end, not even whether it comes before the start.
                span = Span(span.start, None)
        days = self.profile.days
        return [
            Work(person, school, row.signature, row.role, row.span, row.key)
            for school in self.schools.fed_by(row.system, row.unit)
            if span.inside(self.profile.date, days(row.system, school.form, "staff_school"))
        ]

    def _busy(self, row: Activity) -> list[Work]:
        """Gymnasium: an activity counts as an employment at its unit while it lasts, with the window of its link."""
        person = self.people.bearer(row.system, row.ref)
        strict = self.profile.is_on("activity_end_strict")
        return [
            Work(person, school, row.signature, "", row.span, row.key)
            for school in self.schools.fed_by(row.system, row.unit)
            if person and row.span.inside(self.profile.date, self.profile.days(row.system, school.form, "staff_group"), strict)
        ]

    def duties(self) -> dict[tuple, dict]:
        """Keys: one row a person and school: earliest start, latest end."""
        found: dict[tuple, list[Work]] = {}
        for work in self.work:
            if self.people.may_teach(work.person):
                found.setdefault((work.person.node, work.school.id), []).append(work)
        return {
            key: {
                "duty_role": next((work.role for work in of if work.role), ""),
                "signature": next((work.signature for work in of if work.signature), ""),
                "start_date": earliest([work.span.start for work in of]),
                "end_date": latest_or_open([work.span.until for work in of]),
            }
            for key, of in found.items()
        }

    def meant_by(self, signature: str, school_id: str) -> Person | None:
        """EMP-3: the one person with an active employment at the school who bears it; the deceased are excepted, unless protected."""
        bearers = {
            work.person.node: work.person
            for work in self.work
            if work.signature == signature and work.school.id == school_id and (work.person.protected or not work.person.deceased)
        }
        person = next(iter(bearers.values())) if len(bearers) == 1 else None
        return None if not person or person.protected else person

    def signature_at(self, person: Person, system: str, unit: str) -> str:
        """Of the group's unit."""
        return next((
            work.signature for work in self.work
            if work.person is person and (work.school.system, work.school.unit) == (system, unit) and work.signature
        ), "")
