"""Which classes and groups there are, from when to when, with which codes (CLS, GRP, NAM-1, NAM-2, MEM-4)."""

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field

from reader.dates import Day, Span, earliest, latest_or_open, school_year
from reader.names import Parts, composed, without_comma
from reader.persons import PROCAPITA, People, Person
from reader.records import Activity, Class, ClassRow, Group, Member, Placement, Records
from reader.schools import School, Schools
from reader.settings import Profile
from reader.staff import Staff


@dataclass(frozen=True)
class Membership:
    person: Person
    span: Span
    course: str
    entity: str  # of the window


@dataclass(frozen=True)
class Link:
    person: Person
    role: str
    source: str
    span: Span
    signature: str  # ProCapita: the link's own; Extens: what the link was made by
    key: str = ""  # of the row that makes it


@dataclass
class Made:
    """A class or group that its own rules allow; whether it has teachers is asked later."""

    id: str
    system: str
    unit: str
    type: str
    school: School
    name: str
    span: Span
    subject: str = ""
    course: str = ""
    members: list[Membership] = field(default_factory=list)
    links: list[Link] = field(default_factory=list)


class Groups:
    def __init__(self, profile: Profile, records: Records, schools: Schools, people: People, staff: Staff):
        self.profile, self.records, self.schools, self.people, self.staff = profile, records, schools, people, staff
        self.today = profile.date
        self.by_marker = profile["group_selection"] == "marker"

    def made(self) -> list[Made]:
        groups: list[Made] = []
        for cls in self.records.classes.values():
            groups += self._class(cls)
            groups += self._class_activities(cls)
        for group in self.records.groups.values():
            school = self.schools.locate(group.system, group.unit, group.form)
            if not school:
                continue
            if group.kind == "mentor":
                groups += self._mentor_group(group, school)
            elif group.system not in PROCAPITA:
                groups += self._class_group(group, school) if self._is_class_group(group, school) else self._of_student_activities(group, school)
            elif self._selected(group):
                groups += self._ted_parts(group, school) if group.system == "ted" else self._of_group(group, school)
        return [*groups, *self._mentors_by_student()]

    # Windows.

    def allowed(self, span: Span, school: School, entity: str) -> bool:
        """CLS-1, GRP-1, WIN; period_required: class and group need both dates."""
        if self.profile.is_on("period_required") and not (span.start and span.end):
            return False
        return span.inside(self.today, self.profile.days(school.system, school.form, entity))

    def speaking(self, cls: Class, school: School) -> ClassRow | None:
        """SOURCES: of several rows in their window the latest start speaks."""
        rows = [row for row in cls.rows if row.span and self.allowed(row.span, school, "class")]
        return max(rows, key=lambda row: row.span.start) if rows else None

    def works(self, activity: Activity, school: School) -> bool:
        """MEM-2: the activity is in its window; with activity_end_strict the end is strict."""
        strict = self.profile.is_on("activity_end_strict")
        return activity.span.inside(self.today, self.profile.days(activity.system, school.form, "staff_group"), strict)

    # Classes.

    def _class(self, cls: Class) -> Iterator[Made]:
        school = self.schools.locate(cls.system, cls.unit, cls.form)
        if not school or school.identity == "class_group":
            return
        row = self.speaking(cls, school)
        if not row:
            return
        key = f"{cls.system}-class-{cls.key}"
        if school.identity == "school_year":  # CLS-4
            key += f"-{school_year(row.span.start if row.span.within_one_school_year() else self.today)}"
        made = Made(key, cls.system, cls.unit, class_type(school), school, without_comma(self.profile, cls.name), Span(row.span.start, row.span.end))
        made.members = self._placed(cls, "student_class")
        made.links = [link for activity in self._of_class(cls) if not self._makes_group(activity) for link in self._linked(activity, school)]
        made.links += self._serving(cls.system, "", cls.key, school, made.span) + self._class_mentor(cls, row, school, made.span)
        yield made

    def _placed(self, cls: Class, entity: str) -> list[Membership]:
        """MEM-1."""
        return [
            Membership(person, placement.span, "", entity)
            for placement in self.records.placements
            if placement.system == cls.system and placement.cls == cls.key and placement.active
            and (person := self.people.known(placement.system, placement.ref))
        ]

    def _of_class(self, cls: Class) -> list[Activity]:
        return [a for a in self.records.activities if a.system == cls.system and a.cls == cls.key and not a.group]

    def _class_mentor(self, cls: Class, row: ClassRow, school: School, span: Span) -> list[Link]:
        person = self.people.known(cls.system, row.mentor)
        return [Link(person, "mentor", "klassmentor", span, "")] if person and school.mentors == "class" else []

    def _serving(self, system: str, group: str, cls: str, school: School, span: Span) -> list[Link]:
        """MEM-3: Tjänst, by signature."""
        rows = [row for row in self.records.services if row.system == system and (row.group, row.cls) == (group, cls)]
        found = [(self.staff.meant_by(row.signature, school.id), row) for row in rows]
        return [Link(person, "teacher", "tjanst", span, row.signature) for person, row in found if person]

    # Class activities.

    def _makes_group(self, activity: Activity) -> bool:
        return self.profile.is_on("class_activity_groups") and bool(activity.subject or activity.course)

    def _marked(self, activity: Activity) -> bool:
        return not self.by_marker or self._has_marker(activity.note)

    def _has_marker(self, note: str) -> bool:
        return self.profile["group_selection_text"].lower() in note.lower()

    def _class_activities(self, cls: Class) -> Iterator[Made]:
        """NAM-1, NAM-2; Corners, GRP-1: only while its class is inside its own window, exported or not."""
        school = self.schools.locate(cls.system, cls.unit, cls.form)
        if not school or not self.speaking(cls, school):
            return
        by_key: dict[tuple, list[Activity]] = {}
        for activity in self._of_class(cls):
            if self._makes_group(activity) and self._marked(activity) and activity.span.start and self._named(activity):
                year = school_year(max(activity.span.start, Day(school_year(self.today), 7, 1)))
                by_key.setdefault((activity.subject or activity.course, year), []).append(activity)
        for (code, year), activities in by_key.items():
            span = Span(earliest([a.span.start for a in activities]), latest_or_open([a.span.end for a in activities]))
            if not self.allowed(span, school, "group") or (self.by_marker and not any(self.works(a, school) for a in activities)):
                continue
            course = most_common([a.course for a in activities])
            subject = "" if all(not a.subject for a in activities) else code
            kind = "class_subject" if subject else "class_course"
            parts = Parts(without_comma(self.profile, cls.name), "", code, course, span.start, year)
            name = composed(self.profile, cls.system, school.form, kind, parts)
            if not self._fits(name):
                continue
            made = Made(f"{cls.system}-classactivity-{cls.key}-{code}-{year}", cls.system, cls.unit, "Undervisning", school, name, span, subject, course)
            made.members = self._placed(cls, "student_group")
            made.links = [link for activity in activities for link in self._linked(activity, school)]
            yield made

    def _named(self, activity: Activity) -> bool:
        return self.people.known(activity.system, activity.ref) is not None

    def _linked(self, activity: Activity, school: School, role: str = "teacher") -> list[Link]:
        person = self.people.known(activity.system, activity.ref)
        return [Link(person, role, "aktivitet", activity.span, activity.signature, activity.key)] if person and self.works(activity, school) else []

    # Teaching groups of ProCapita and TED.

    def _fits(self, name: str) -> bool:
        """GRP-2: prefix and suffix, exact case."""
        text = self.profile["group_selection_text"]
        ways = {"prefix": name.startswith(text), "suffix": name.endswith(text)}
        return ways.get(self.profile["group_selection"], True)

    def _selected(self, group: Group) -> bool:
        return self._has_marker(group.note) if self.by_marker else self._fits(group.name)

    def _counted(self, group: Group) -> list[Activity]:
        """Corners, codes, marker: activities with a start; under marker marked ones alone."""
        return [
            a for a in self.records.activities
            if (a.system, a.group) == (group.system, group.key) and a.span.start and self._marked(a) and self._named(a)
        ]

    def _members(self, group: Group) -> list[tuple[Person, Member]]:
        return [
            (person, member) for member in self.records.members
            if (member.system, member.group) == (group.system, group.key) and not member.mentor
            and (person := self.people.known(member.system, member.ref))
        ]

    def _dates(self, group: Group) -> Span | None:
        """GRP-9: of the memberships, or the group's own."""
        if self.profile["group_dates"] == "group":
            return group.span
        spans = [member.span for _, member in self._members(group) if member.span.start]
        return Span(earliest([s.start for s in spans]), latest_or_open([s.end for s in spans])) if spans else None

    def _of_group(self, group: Group, school: School) -> Iterator[Made]:
        activities = self._counted(group)
        subject = most_common([a.subject for a in activities])
        course = most_common([m.course for _, m in self._members(group)]) or most_common([a.course for a in activities])
        kind = "group_course" if course else "group_subject" if subject else "group"
        yield from self._part(group, school, f"procapita-group-{group.key}", kind, activities, activities, subject, course)

    def _ted_parts(self, group: Group, school: School) -> Iterator[Made]:
        """NAM-3, NAM-4, NAM-5: one activity a code; with both codes the course counts; one with neither gives its teacher to every part."""
        parts: dict[str, list[Activity]] = {}
        for activity in self._counted(group):
            parts.setdefault(activity.course or activity.subject, []).append(activity)
        codeless = parts.pop("", [])
        if not parts:
            course = most_common([m.course for _, m in self._members(group)])
            yield from self._part(group, school, f"ted-group-{group.key}", "group", codeless, codeless, "", course)
        for code, activities in parts.items():
            by_course = any(a.course for a in activities)
            kind = "group_subject" if not by_course else "group_course_many" if len(parts) > 1 else "group_course"
            codes = (most_common([a.subject for a in activities]), code) if by_course else (code, "")
            yield from self._part(group, school, f"ted-group-{group.key}-{code}", kind, activities, activities + codeless, *codes)

    def _part(
        self, group: Group, school: School, key: str, kind: str, own: list[Activity], linking: list[Activity], subject: str, course: str,
    ) -> Iterator[Made]:
        span = self._dates(group)
        if not span or not self.allowed(span, school, "group") or (self.by_marker and not any(self.works(a, school) for a in own)):
            return
        parts = Parts(self._one_class(group, school), group.name, subject or course, course, span.start)
        name = composed(self.profile, group.system, school.form, kind, parts)
        made = Made(key, group.system, group.unit, "Undervisning", school, name, Span(span.start, span.end), subject, course)
        made.members = [Membership(p, m.span, m.course, "student_group") for p, m in self._members(group) if m.active]
        made.links = [link for activity in linking for link in self._linked(activity, school)]
        yield made

    def _one_class(self, group: Group, school: School) -> str:
        """NAM-6: `{class}` of a teaching group is the one class all its students are in, by memberships and placements in their windows."""
        days = self.profile.days
        students = {
            person.node for person, m in self._members(group)
            if m.active and m.span.inside(self.today, days(group.system, school.form, "student_group"))
        }
        classes = {
            (p.system, p.cls) for p in self.records.placements
            if p.cls and p.active and (person := self.people.known(p.system, p.ref)) and person.node in students
            and p.span.inside(self.today, days(p.system, school.form, "student_class"))
        }
        found = [self.records.classes[key] for key in classes if key in self.records.classes]
        return without_comma(self.profile, found[0].name) if len(found) == 1 else ""

    # Teaching groups of Extens and IST.

    def _of_student_activities(self, group: Group, school: School) -> Iterator[Made]:
        """GRP-4, GRP-5, GRP-6: student activities without start, end or BetygSign count for nothing; ended and inactive ones count."""
        counted = [(p, m) for p, m in self._members(group) if m.span.start and m.span.end and m.sign]
        if not counted:
            return
        span = Span(earliest([m.span.start for _, m in counted]), max(m.span.end for _, m in counted))
        if not self.allowed(span, school, "group"):
            return
        course = most_common([m.course for _, m in counted])
        kind = "group_course" if course else "group_subject" if group.subject else "group"
        parts = Parts(self._one_class(group, school), group.name, group.subject or course, course, span.start)
        name = composed(self.profile, group.system, school.form, kind, parts)
        made = Made(f"{group.system}-group-{group.key}", group.system, group.unit, "Undervisning", school, name, span, group.subject, course)
        made.members = [Membership(p, m.span, m.course, "student_group") for p, m in counted if m.active]
        made.links = self._graded(counted, school) + self._serving(group.system, group.key, "", school, span)
        yield made

    def _graded(self, counted: list[tuple[Person, Member]], school: School) -> list[Link]:
        """MEM-3: BetygSign; an inactive student activity links nobody."""
        days = self.profile.days(school.system, school.form, "staff_group")
        links = []
        for _, member in counted:
            own = Span(member.span.start, member.span.end)
            person = self.staff.meant_by(member.sign, school.id)
            if person and member.active and own.inside(self.today, days):
                links.append(Link(person, "teacher", "betygsign", own, member.sign))
        return links

    # Class groups.

    def _is_class_group(self, group: Group, school: School) -> bool:
        return school.identity == "class_group" and group.name.startswith(self.profile["class_group_prefix"])

    def _class_group(self, group: Group, school: School) -> Iterator[Made]:
        """CLS-5: the students and dates of the class that Eget 2 names; where it names none, the school year's dates and nobody."""
        named = [
            cls for cls in self.records.classes.values()
            if group.names_class and (cls.system, cls.unit, cls.name) == (group.system, group.unit, group.names_class) and cls.rows[0].span
        ]
        year = school_year(self.today)
        made = Made(
            f"{group.system}-group-{group.key}", group.system, group.unit, class_type(school), school, group.name,
            Span(Day(year, 7, 1), Day(year + 1, 6, 30)), group.subject,
        )
        if named:
            cls = min(named, key=lambda cls: (not self.speaking(cls, school), not cls.rows[0].span.holds(self.today), cls.key))
            row = self.speaking(cls, school)
            if not row:
                return
            made.span = row.span
            made.members = self._placed(cls, "student_class")
            made.links = self._serving(cls.system, "", cls.key, school, made.span) + self._class_mentor(cls, row, school, made.span)
        counted = [(p, m) for p, m in self._members(group) if m.span.start and m.span.end and m.sign]
        made.links += self._graded(counted, school) + self._serving(group.system, group.key, "", school, made.span)
        yield made

    # Mentors.

    def _mentor_group(self, group: Group, school: School) -> Iterator[Made]:
        """MEM-4 by mentor group; own dates, no marker, period_required holds."""
        if school.mentors != "group" or not self.allowed(group.span, school, "group"):
            return
        key = f"{group.system}-mentorgroup-{group.key.removeprefix('m:')}"
        made = Made(key, group.system, group.unit, "Mentor", school, group.name, Span(group.span.start, group.span.end))
        made.members = [Membership(p, m.span, "", "student_group") for p, m in self._members(group) if m.active]
        activities = [a for a in self.records.activities if (a.system, a.group) == (group.system, group.key)]
        made.links = [link for activity in activities for link in self._linked(activity, school, "mentor")]
        days = self.profile.days(group.system, school.form, "staff_group")
        for member in self.records.members:
            person = self.people.known(member.system, member.ref)
            if (member.system, member.group, member.mentor) == (group.system, group.key, True) and person and member.span.inside(self.today, days):
                made.links.append(Link(person, "mentor", "mentorsgrupp", member.span, ""))
        yield made

    def _mentors_by_student(self) -> Iterator[Made]:
        """MEM-4 by student: one group a mentor and school; form of the lowest unit; only a mentor with a duty there."""
        found: dict[tuple, list[tuple[School, Placement]]] = {}
        for placement in self.records.placements:
            mentor = self.people.known(placement.system, placement.mentor)
            school = located(self.records, self.schools, placement)
            counts = placement.active and placement.span.start and not placement.span.reversed()
            if mentor and school and school.mentors == "student" and counts and self.people.known(placement.system, placement.ref):
                found.setdefault((mentor.node, school.id), []).append((school, placement))
        for (node, school_id), placed in found.items():
            mentor, duty = self.people.by_node[node], self.staff.duties().get((node, school_id))
            if not duty:
                continue
            school = min((school for school, _ in placed), key=lambda school: (self.profile.first(school.system), school.unit))
            span = self._over(placed)
            if not span or not span.inside(self.today, self.profile.days(school.system, school.form, "group")):
                continue
            attributes = self.people.attributes(mentor)
            name = duty["signature"] or f"{attributes['given_name']} {attributes['family_name']}".strip()
            key = mentor.id(self.profile)
            system, _, own = key.partition("-")
            made = Made(f"{system}-mentor-{own}-{school_id}", school.system, school.unit, "Mentor", school, f"Mentor {name}", span)
            made.members = [Membership(self.people.known(p.system, p.ref), p.span, "", "student_group") for _, p in placed]
            made.links = [Link(mentor, "mentor", "elevmentor", span, "")]
            yield made

    def _over(self, placed: list[tuple[School, Placement]]) -> Span | None:
        """Corners, mentor groups by student: over the placements inside theirs; where none is, over those ended, else those to come."""
        spans = [(school, p.span) for school, p in placed]
        inside = [s for school, s in spans if s.inside(self.today, self.profile.days(school.system, school.form, "student_group"))]
        ended = [s for _, s in spans if s.until and s.until < self.today]
        chosen = inside or ended or [s for _, s in spans]
        return Span(earliest([s.start for s in chosen]), latest_or_open([s.until for s in chosen])) if chosen else None


def located(records: Records, schools: Schools, placement: Placement) -> School | None:
    """SOURCES: where a placement's unit differs from its class's, the class's counts; one of a missing class is at its own unit."""
    cls = records.classes.get((placement.system, placement.cls))
    if cls:
        return schools.locate(cls.system, cls.unit, cls.form)
    return schools.locate(placement.system, placement.unit, placement.form)


def class_type(school: School) -> str:
    return "Avdelning" if school.form in ("FSK", "FTH") else "Klass"


def most_common(codes: list[str]) -> str:
    """GRP-6: the most common; ties: the first in code order."""
    counts = Counter(code for code in codes if code)
    return min(counts, key=lambda code: (-counts[code], code)) if counts else ""

