"""The eight export tables of a town, by the rules alone."""

from reader.dates import Span, earliest, eighteenth_birthday, latest_or_open
from reader.groups import Groups, Link, Made, located, most_common
from reader.names import kept_apart
from reader.persons import PROCAPITA, People, Person
from reader.records import Placement, Records
from reader.schools import School, Schools
from reader.settings import Profile
from reader.staff import Staff
from reader.towns import Town

KEYS = {
    "export_schools": ("school_id",),
    "export_persons": ("person_id",),
    "export_enrolments": ("person_id", "school_id", "school_form"),
    "export_duties": ("person_id", "school_id"),
    "export_responsibles": ("child_id", "responsible_id"),
    "export_groups": ("group_id",),
    "export_group_memberships": ("group_id", "person_id"),
    "export_group_staff": ("group_id", "person_id", "staff_role"),
}
EVENTFUL = ("given_name", "family_name", "user_name")
UCS = (*EVENTFUL, "street_address", "postal_code", "city", "phone")
VKLASS = (*UCS, "mobile", "google_account")
ATTRIBUTES = {"eventful": EVENTFUL, "ucs": UCS, "vklass": VKLASS}

Tables = dict[str, list[dict]]


def judge(profile: Profile, town: Town) -> Tables:
    """What is exported of a town whose placeholders are filled in."""
    return Judgement(profile, town).tables()


class Judgement:
    def __init__(self, profile: Profile, town: Town):
        self.profile, self.today = profile, profile.date
        self.people = People(profile, town)
        self.records = Records(profile.sources, town.cells())
        self.schools = Schools(profile, self.records, town.schools)
        self.staff = Staff(profile, self.records, self.schools, self.people)
        self.duties = self.staff.duties()
        self.links: dict[str, list[Link]] = {}
        self.groups = [group for group in self._groups() if self._taught(group)]
        kept_apart(profile, self.groups)
        self.enrolments = self._enrolments()

    def _groups(self) -> list[Made]:
        return Groups(self.profile, self.records, self.schools, self.people, self.staff).made()

    def id(self, person: Person) -> str:
        return person.id(self.profile)

    def _taught(self, group: Made) -> bool:
        """CLS-2, GRP-3: any exported staff link satisfies; a link needs a duty at that school."""
        self.links[group.id] = [link for link in group.links if (link.person.node, group.school.id) in self.duties]
        setting = "class_requires_teacher" if group.type in ("Klass", "Avdelning") else "group_requires_teacher"
        return bool(self.links[group.id]) or not self.profile.is_on(setting)

    # Enrolments.

    def _enrolments(self) -> dict[tuple, dict]:
        """ENR-1 … ENR-4: the window is student_school, whatever enrols."""
        spans: dict[tuple, list[Span]] = {}

        def enrol(person: Person | None, school: School | None, span: Span) -> None:
            if person and school and self.people.may_study(person) and self._in_school(span, school):
                spans.setdefault((person.node, school.id, school.form), []).append(span)

        by_any = self.profile["enrol_by"] == "any"
        for placement in self.records.placements:
            if placement.active and (placement.cls or by_any):
                enrol(self.people.known(placement.system, placement.ref), located(self.records, self.schools, placement), placement.span)
        for group in self.groups:
            if by_any and group.type == "Undervisning":
                for member in group.members:
                    enrol(member.person, group.school, member.span)
        return {
            key: {
                "grade": self._grade(*key), "start_date": earliest([s.start for s in of]), "end_date": latest_or_open([s.until for s in of]),
                "study_plan_code": self._study_plan(*key),
            }
            for key, of in spans.items()
        }

    def _in_school(self, span: Span, school: School) -> bool:
        return span.inside(self.today, self.profile.days(school.system, school.form, "student_school"))

    def _placements(self, node: tuple, school_id: str, form: str) -> list[Placement]:
        """The student's own in their window at that school and form, whether they enrol or not, the latest start first."""
        found = []
        for placement in self.records.placements:
            person, school = self.people.known(placement.system, placement.ref), located(self.records, self.schools, placement)
            if person and school and placement.active and (person.node, school.id, school.form) == (node, school_id, form):
                if self._in_school(placement.span, school):
                    found.append(placement)
        first = self.profile.first
        return sorted(found, key=lambda p: (-p.span.start.toordinal(), first(p.system), p.key))

    def _grade(self, *key) -> str:
        """Grade: the own placement's, then the class's."""
        placements = self._placements(*key)
        own = next((p.grade for p in placements if p.grade), "")
        classes = [self.records.classes.get((p.system, p.cls)) for p in placements]
        return own or next((row.grade for cls in classes if cls for row in cls.rows if row.grade), "")

    def _study_plan(self, *key) -> str:
        return next((p.plan for p in self._placements(*key) if p.plan), "")

    # Tables.

    def tables(self) -> Tables:
        responsibles = self._responsibles()
        persons = {node for node, *_ in self.enrolments} | {node for node, _ in self.duties} | {guardian for _, guardian in responsibles}
        return {
            "export_schools": self.schools.exported(),
            "export_persons": [self._person(self.people.by_node[node], responsibles) for node in persons],
            "export_enrolments": [
                {"person_id": self.id(self.people.by_node[node]), "school_id": school, "school_form": form, **told}
                for (node, school, form), told in self.enrolments.items()
            ],
            "export_duties": [
                {"person_id": self.id(self.people.by_node[node]), "school_id": school, **told} for (node, school), told in self.duties.items()
            ],
            "export_responsibles": [
                {"child_id": self.id(self.people.by_node[child]), "responsible_id": self.id(self.people.by_node[guardian]),
                 "relation_type": "Vårdnadshavare"}
                for child, guardian in responsibles
            ],
            "export_groups": [
                {"group_id": group.id, "school_id": group.school.id, "group_type": group.type, "group_name": group.name,
                 "school_form": group.school.form, "subject_code": group.subject, "course_code": group.course,
                 "start_date": group.span.start, "end_date": group.span.end}
                for group in self.groups
            ],
            "export_group_memberships": [row for group in self.groups for row in self._memberships(group)],
            "export_group_staff": [row for group in self.groups for row in self._staff_of(group)],
        }

    def _memberships(self, group: Made) -> list[dict]:
        """MEM-1: a student who is enrolled at any exported school; student_lead_basis says which start counts."""
        students = {node for node, *_ in self.enrolments}
        later = self.profile["student_lead_basis"] == "group_start"
        found: dict[tuple, list] = {}
        for member in group.members:
            span = member.span.not_before(group.span.start) if later else member.span
            if member.person.node in students and span.inside(self.today, self.profile.days(group.school.system, group.school.form, member.entity)):
                found.setdefault(member.person.node, []).append((span, member.course))
        return [
            {"group_id": group.id, "person_id": self.id(self.people.by_node[node]), "course_code": most_common([course for _, course in of]),
             "start_date": earliest([span.start for span, _ in of]), "end_date": latest_or_open([span.until for span, _ in of])}
            for node, of in found.items()
        ]

    def _staff_of(self, group: Made) -> list[dict]:
        found: dict[tuple, list[Link]] = {}
        for link in self.links[group.id]:
            found.setdefault((link.person.node, link.role), []).append(link)
        return [
            {"group_id": group.id, "person_id": self.id(self.people.by_node[node]), "staff_role": role, "signature": self._signature(group, of),
             "link_sources": ",".join(sorted({link.source for link in of})),
             "start_date": earliest([link.span.start for link in of]), "end_date": latest_or_open([link.span.until for link in of])}
            for (node, role), of in found.items()
        ]

    def _signature(self, group: Made, links: list[Link]) -> str:
        """ProCapita: the link's own, then the group's unit's, then the duty's; Extens: the group's unit's, then the link's."""
        own = next((link.signature for link in sorted(links, key=lambda link: (link.span.start, link.key, link.signature)) if link.signature), "")
        at_unit = self.staff.signature_at(links[0].person, group.system, group.unit)
        of_duty = self.duties[links[0].person.node, group.school.id]["signature"]
        return (own or at_unit or of_duty) if group.system in PROCAPITA else (at_unit or own or of_duty)

    # Guardians.

    def _responsibles(self) -> list[tuple[tuple, tuple]]:
        """GUA-1, GUA-2: guardians of every exported student; they end with the child's 18th birthday."""
        if not self.profile.is_on("include_guardians"):
            return []
        found = {}
        for node in {node for node, *_ in self.enrolments}:
            child = self.people.by_node[node]
            born = child.number.born
            if born and eighteenth_birthday(born) <= self.today and not self.profile.is_on("guardians_of_adults"):
                continue
            for guardian in self._guardians(child):
                if guardian and self.people.may_be_exported(guardian):
                    found[node, guardian.node] = True
        return list(found)

    def _guardians(self, child: Person) -> list[Person | None]:
        guardians = []
        for system in child.ids:
            if system in PROCAPITA:
                columns = ("vardhavare1_personnr", "vardhavare2_personnr")
                guardians += [self.people.known(system, row.get(column, "")) for row in child.rows[system] for column in columns]
            else:
                for row in self.people.tables[system].get("samband", []):
                    if row["person_id"].strip() in child.ids[system] and row["sambandstyp"].strip().upper() == "H":
                        guardians.append(self.people.known(system, row["samband_person_id"]))
        return guardians

    # Persons.

    def _person(self, person: Person, responsibles: list) -> dict:
        """PER-5: what the rule set sends; each role has its own address."""
        told = self.people.attributes(person)
        student = person.node in {node for node, *_ in self.enrolments}
        teacher = person.node in {node for node, _ in self.duties}
        guardian = person.node in {node for _, node in responsibles}
        return {
            "person_id": self.id(person),
            "civic_no": person.number.text if self.profile.is_on("include_civic_no") else "",
            **{column: told[column] if column in ATTRIBUTES[self.profile.rule_set] else "" for column in VKLASS},
            "email_student": told["email_work"] if student else "",
            "email_staff": told["email_work"] if teacher else "",
            "email_guardian": told["email_home"] if guardian else "",
        }
