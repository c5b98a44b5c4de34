"""Näverby kommun: the invented municipality of profiles/demo_ted, with the border cases that only TED, the gymnasium and `ucs` have.

    python runner/tests/demo_ted.py

rewrites, to the byte, profiles/demo_ted/extracts/ted/*.csv (night 1), nights/2/*.csv (the tables that differ on night 2),
seeds/person_mapping.csv and CASES.md. As in runner/tests/demo_municipality.py nobody in it exists, and a test that needs one person
asks `guid("<handle>")`, with the handle that CASES.md gives.
"""
import sys
import uuid
from datetime import date
from pathlib import Path

import demo_municipality
from demo_municipality import (
    BOYS,
    FAMILIES,
    GIRLS,
    MAPPING,
    Person,
    Town,
    cases_text,
    check_number,
    csv_text,
    number,
    padded_text,
    write,
)

PROFILE = Path(__file__).resolve().parents[2] / "profiles" / "demo_ted"
NIGHT_1, NIGHT_2 = date(2026, 1, 7), date(2026, 1, 8)
NAMESPACE = uuid.uuid5(uuid.NAMESPACE_DNS, "naverby.example")

COLUMNS = {
    **demo_municipality.COLUMNS,
    "kjgp0sre": "skolenhet,rektorsenhet,rektorsenhet_namn,skolenhetskod,aktiv",
    "kjgv0per": "personnr,fornamn,efternamn,hemtel,mobiltel,hemligtfn,eposthem,epostarb,vardhavare1_personnr,vardhavare2_personnr,"
                "personguid",
    "kjgp0kla": "skolenhet,skolform,klass,period,fromdat,tomdat,mentor_personnr",
    "kjgp0grp": "skolenhet,skolform,grupp,period,ovrigt,fromdat,tomdat",
    "kjgp0ekl": "skolenhet,skolform,klass,program,programplan,personnr,arskurs,period,fromdat,tomdat",
    "kjgp0evg": "skolenhet,skolform,grupp,kurskod,personnr,kurstyp,period,fromdat,tomdat,avbrottsdatum",
    "kjgp0pak": "personnr,skolenhet,skolform,grupp,klass,kurskod,period,fromdat,tomdat,ovrigt,signatur",
}
WIDTHS = {**demo_municipality.WIDTHS, "skolenhet": 6, "klass": 8, "grupp": 12, "kurskod": 10, "period": 6, "programplan": 8}
# Birth dates of numbers that a case writes in its own form, kept free from the ordinary people.
KEPT_DATES = {"20080108", "20080524"}
# The school year, and the two terms as the gymnasium's periods have them; LÅ25 is a period of the whole year.
YEAR = ("20250818", "20260612")
PERIODS = {"HT25": ("20250818", "20260107"), "VT26": ("20260108", "20260612"), "LÅ25": YEAR}
TEMPORARY, RENUMBERED = "20080524TF01", number("20080524", "m")
UNKNOWN = "unknown-person"


def guid(handle: str) -> str:
    return str(uuid.uuid5(NAMESPACE, handle))


def named(*handles: str) -> str:
    """How CASES.md shows persons."""
    return ", ".join(f"`{handle}` {guid(handle)}" for handle in handles)


class Register(Town):
    """The sixteen tables of TED: the school module, the population register and the gymnasium."""

    def __init__(self) -> None:
        super().__init__(COLUMNS, 20260107, KEPT_DATES)
        self.families: dict[str, list[list[Person]]] = {"school": [], "gymnasium": []}
        self.homes: dict[str, str] = {}

    # -- persons -------------------------------------------------------------------------------------------------------
    def person(self, handle: str, years: tuple[int, int], module: str = "school", given: str = "", surname: str = "", address: str = "",
               personnr: str = "", register: dict | None = None, in_register: bool = True, **values: str) -> Person:
        """module: whose table of persons has the row, `school` or `gymnasium`; `also_in` adds the other."""
        if handle in self.people:
            raise ValueError(f"{handle} is taken")
        sex = self.random.choice("fm")
        found = Person(handle, personnr or self.number_of(years, sex), given or self.random.choice(GIRLS if sex == "f" else BOYS),
                       surname or self.random.choice(FAMILIES))
        self.used.add(found.number)
        self.people[handle] = found
        self.homes[handle] = address or self.address()
        self.also_in(module, found, **values)
        if in_register:
            self.add("ki0v0fol", **{"personnr": found.number, "fornamn": found.given, "efternamn": found.surname, "adress": self.homes[handle],
                                    "postnr": "99921", "ort": "Näverby", "adrskydd": "N", **(register or {})})
        return found

    def also_in(self, module: str, person: Person, **values: str) -> None:
        values = {"personnr": person.number, "personguid": guid(person.handle), "hemligtfn": "0", **values}
        if module == "school":
            self.add("kj1v0per", namn=f"{person.surname}, {person.given}", **values)
        else:
            self.add("kjgv0per", fornamn=person.given, efternamn=person.surname, **values)

    def guardian(self, handle: str = "", **values) -> Person:
        self.counted["guardian"] += 1
        handle = handle or f"guardian-{self.next('guardian', 1):0>2}"
        values.setdefault("given", self.random.choice(GIRLS + BOYS))
        values.setdefault("surname", self.random.choice(FAMILIES))
        values.setdefault("eposthem", self.mail(values["given"], values["surname"], "post.example"))
        values.setdefault("hemtel", f"09803192{self.random.randrange(0, 100):02d}")
        return self.person(handle, (1972, 1988), **values)

    def child(self, handle: str, born: int, guardians: list[Person] | None = None, **values) -> Person:
        """A child of the given guardians; of an earlier family of the same module where they are not given."""
        self.counted["child"] += 1
        if guardians is None:
            families = self.families[values.get("module", "school")]
            guardians = families[int(self.next("sibling", 0)) % len(families)]
        if guardians:
            values.setdefault("surname", guardians[0].surname)
            values.setdefault("address", self.homes[guardians[0].handle])
        values.setdefault("given", self.random.choice(GIRLS + BOYS))
        values.setdefault("surname", self.random.choice(FAMILIES))
        if born <= 2015:
            values.setdefault("epostarb", self.mail(values["given"], values["surname"], "elev.naverby.example"))
        first, second = ([guardian.number for guardian in guardians] + ["", ""])[:2]
        return self.person(handle, (born, born), vardhavare1_personnr=first, vardhavare2_personnr=second, **values)

    def ordinary_child(self, handle: str, born: int, module: str = "school") -> Person:
        """Every third is a child of an earlier family; of the new families every fourth has two guardians."""
        place = int(self.next(f"ordinary {module}", 0))
        if place % 3 == 2:
            return self.child(handle, born, module=module)
        first = self.guardian(module=module)
        family = [first] if place % 6 else [first, self.guardian(module=module, surname=first.surname, address=self.homes[first.handle])]
        self.families[module].append(family)
        return self.child(handle, born, family, module=module)

    def staff(self, handle: str, unit: str = "", signature: str = "", title: str = "Lärare", anslnr: str = "", **values) -> Person:
        """unit: where the person is employed; none in the gymnasium, whose activities are the employments."""
        self.counted["staff"] += 1
        values.setdefault("given", self.random.choice(GIRLS + BOYS))
        values.setdefault("surname", self.random.choice(FAMILIES))
        values.setdefault("epostarb", self.mail(values["given"], values["surname"], "naverby.example"))
        person = self.person(handle, (1964, 1998), **values)
        if unit:
            self.add("kj1v0ans", anslnr=anslnr or self.next("employment", 1), personnr=person.number, enhkod=unit, signatur=signature,
                     befattning=title, fromdat="20200801", tomdat="00000101")
        return person

    # -- pre-school and compulsory school ------------------------------------------------------------------------------
    def class_(self, klasslnr: str, unit: str, name: str, grade: str = "", form: str = "", mentor: str = "", start: str = YEAR[0],
               end: str = YEAR[1]) -> None:
        self.add("kj1v0kla", klasslnr=klasslnr, enhkod=unit, klassnamn=name, arskurs=grade, skolform=form, fromdat=start, tomdat=end,
                 mentor_personnr=self.people[mentor].number if mentor else "")

    def place(self, person: Person, klasslnr: str, placlnr: str = "", start: str = YEAR[0], end: str = YEAR[1], mentor: str = "") -> None:
        row = self.rows("kj1v0kla", klasslnr=klasslnr)[0]
        self.add("kj1v0plk", placlnr=placlnr or self.next("placement", 1), personnr=person.number, enhkod=row["enhkod"], klasslnr=klasslnr,
                 periodlnr="25", arskurs=row["arskurs"], placdatum=start, datumtom=end,
                 mentor_personnr=self.people[mentor].number if mentor else "")

    def group(self, grupplnr: str, unit: str, name: str, kind: str = "", start: str = YEAR[0], end: str = YEAR[1]) -> None:
        self.add("kj1v0grp", grupplnr=grupplnr, enhkod=unit, gruppnamn=name, grupptyp=kind, fromdat=start, tomdat=end)

    def member(self, grupplnr: str, person: Person, start: str = YEAR[0], end: str = YEAR[1]) -> None:
        self.add("kj1v0grm", grupplnr=grupplnr, personnr=person.number, fromdat=start, tomdat=end, aktiv="J")

    def teach(self, teacher: str, unit: str, class_: str = "", group: str = "", subject: str = "", course: str = "", aktlnr: str = "",
              start: str = YEAR[0], end: str = YEAR[1]) -> None:
        self.add("kj1v0akt", aktlnr=aktlnr or self.next("activity", 1), personnr=self.people[teacher].number, enhkod=unit, klasslnr=class_,
                 grupplnr=group, amneskod=subject, kurskod=course, funktion="", fromdat=start, tomdat=end)

    # -- gymnasium: the period names the dates -------------------------------------------------------------------------
    def gy_class(self, name: str, period: str, form: str = "GY", unit: str = "0201", mentor: str = "", end: str = "") -> None:
        start, last = PERIODS[period]
        self.add("kjgp0kla", skolenhet=unit, skolform=form, klass=name, period=period, fromdat=start, tomdat=end or last,
                 mentor_personnr=self.people[mentor].number if mentor else "")

    def gy_place(self, person: Person, klass: str, period: str, grade: str = "1", plan: str = "", form: str = "GY", unit: str = "0201",
                 end: str = "") -> None:
        start, last = PERIODS[period]
        self.add("kjgp0ekl", skolenhet=unit, skolform=form, klass=klass, program=plan[:2], programplan=plan, personnr=person.number,
                 arskurs=grade, period=period, fromdat=start, tomdat=end or last)

    def gy_group(self, name: str, period: str, form: str = "GY") -> None:
        start, end = PERIODS[period]
        self.add("kjgp0grp", skolenhet="0201", skolform=form, grupp=name, period=period, fromdat=start, tomdat=end)

    def gy_member(self, name: str, period: str, person: Person, course: str, form: str = "GY", dropped: str = "") -> None:
        start, end = PERIODS[period]
        self.add("kjgp0evg", skolenhet="0201", skolform=form, grupp=name, kurskod=course, personnr=person.number, kurstyp="K", period=period,
                 fromdat=start, tomdat=end, avbrottsdatum=dropped)

    def gy_teach(self, teacher: str, period: str, group: str = "", class_: str = "", course: str = "", form: str = "GY", signature: str = "") -> None:
        start, end = PERIODS[period]
        self.add("kjgp0pak", personnr=self.people[teacher].number, skolenhet="0201", skolform=form, grupp=group, klass=class_, kurskod=course,
                 period=period, fromdat=start, tomdat=end, signatur=signature or teacher.rsplit("-", 1)[-1].upper())


# ---- the ordinary municipality -----------------------------------------------------------------------------------------
def ordinary(town: Register) -> dict[str, list[Person]]:
    """Units, classes, pupils and staff of the school module where nothing is odd. Returns the pupils of each class."""
    for enhkod, name, form, code in [
        ("101", "Strömmens skola", "GR", "99300101"), ("102", "Strömmens skola Kvarnen", "GR", "99300102"),
        ("111", "Klockarskolan", "GR", "99300111"), ("112", "Hedens skola", "GR", "99300112"),
        ("121", "Björkbackens förskola", "FSK", "99300121"), ("131", "Modersmålscentrum", "GR", "99300131"),
    ]:
        town.add("kj1v0enh", enhkod=enhkod, enhnamn=name, scbkod=code, startdat="20000801", stangtfrom="00000101", skolform=form)
    for handle, unit, signature, title in [
        ("teacher-alm", "101", "ALM", "Lärare"), ("teacher-bod", "101", "BOD", "Lärare"), ("leisure-car", "101", "CAR", "Fritidslärare"),
        ("teacher-dal", "102", "DAL", "Lärare"), ("teacher-ekb", "102", "EKB", "Lärare"), ("teacher-for", "102", "FOR", "Lärare"),
        ("teacher-gra", "111", "GRA", "Lärare"), ("teacher-hol", "111", "HOL", "Lärare"), ("teacher-isa", "112", "ISA", "Lärare"),
        ("teacher-kar", "121", "KAR", "Förskollärare"), ("teacher-moh", "131", "MOH", "Modersmålslärare"),
    ]:
        town.staff(handle, unit, signature, title)
    for klasslnr, unit, name, grade, form, mentor in [
        ("1021", "101", "2A", "2", "", "teacher-alm"), ("1051", "101", "5A", "5", "", ""), ("1091", "101", "Myran", "", "FTH", ""),
        ("2071", "102", "7A, musik", "7", "", ""), ("2081", "102", "8A", "8", "", "teacher-dal"), ("2082", "102", "8B", "8", "", ""),
        ("2091", "102", "9A", "9", "", ""), ("3051", "111", "5A", "5", "", ""), ("4041", "112", "4A", "4", "", ""),
    ]:
        town.class_(klasslnr, unit, name, grade, form, mentor)
    town.class_("5011", "121", "Loftet", start="20220801", end="20301231")
    pupils: dict[str, list[Person]] = {}
    for klasslnr, count in {"1021": 3, "1051": 2, "2071": 2, "2081": 4, "2082": 2, "2091": 3, "3051": 4, "4041": 3, "5011": 3}.items():
        grade = town.rows("kj1v0kla", klasslnr=klasslnr)[0]["arskurs"]
        pupils[klasslnr] = [town.ordinary_child(f"pupil-{klasslnr}-{place}", 2019 - int(grade) if grade else 2022) for place in range(1, count + 1)]
        for child in pupils[klasslnr]:
            town.place(child, klasslnr)
    for child in pupils["1021"]:
        town.place(child, "1091", start="20250804")
    for teacher, unit, klasslnr in [
        ("teacher-alm", "101", "1021"), ("teacher-bod", "101", "1051"), ("leisure-car", "101", "1091"), ("teacher-for", "102", "2071"),
        ("teacher-dal", "102", "2081"), ("teacher-ekb", "102", "2082"), ("teacher-dal", "102", "2091"), ("teacher-gra", "111", "3051"),
        ("teacher-isa", "112", "4041"), ("teacher-kar", "121", "5011"),
    ]:
        town.teach(teacher, unit, klasslnr)
    return pupils


def gymnasium(town: Register) -> dict[str, list[Person]]:
    """Units, classes, students, staff and groups of the gymnasium where nothing is odd. Returns the students of each class."""
    town.add("kjgp0sre", skolenhet="0201", rektorsenhet="R1", rektorsenhet_namn="Näverby gymnasium", skolenhetskod="99300201", aktiv="J")
    for handle in ("gy-teacher-nor", "gy-teacher-ost", "gy-teacher-pal"):
        town.staff(handle, module="gymnasium", in_register=handle != "gy-teacher-pal")
    students: dict[str, list[Person]] = {}
    for klass, form, grade, born, count, plan in [
        ("NA25A", "GY", "1", 2009, 4, "NANAT0"), ("ES24A", "GY", "2", 2008, 3, "ESBIL0"), ("IA25", "GYAN", "1", 2009, 2, ""),
    ]:
        students[klass] = [town.ordinary_child(f"student-{klass.lower()}-{place}", born, "gymnasium") for place in range(1, count + 1)]
        for period in ("HT25", "VT26"):
            for child in students[klass]:
                town.gy_place(child, klass, period, grade, plan, form)
    town.gy_group("HEM-IA", "LÅ25", "GYAN")
    town.gy_teach("gy-teacher-pal", "LÅ25", "HEM-IA", course="HEMHEM01", form="GYAN")
    for child in students["IA25"]:
        town.gy_member("HEM-IA", "LÅ25", child, "HEMHEM01", "GYAN")
    return students


# ---- the border cases --------------------------------------------------------------------------------------------------
def names(town: Register, pupils: dict[str, list[Person]]) -> None:
    town.theme("Group names of TED (NAM-2 to NAM-5, CLS-7). Unit 102")
    seventh, eighth, ninth = pupils["2071"], pupils["2081"], pupils["2091"]

    def activities(rows: list[dict]) -> str:
        numbers = [values["aktlnr"] for values in rows if "aktlnr" in values]
        return f", {'activities' if len(numbers) > 1 else 'activity'} {', '.join(numbers)}" if numbers else ""

    def on_class(what: str, klasslnr: str, rows: list[dict], first: str, second: str = "", rule: str = "NAM-2") -> None:
        for values in rows:
            town.teach(unit="102", class_=klasslnr, **values)
        town.case(rule, what, f"class {klasslnr}{activities(rows)}", first, second)

    on_class("two teachers of one subject on a class", "2081",
             [{"teacher": "teacher-dal", "subject": "SO", "aktlnr": "9401"}, {"teacher": "teacher-ekb", "subject": "SO", "aktlnr": "9402"}],
             "one group `KLA.8A_SO`, `ted-classactivity-2081-SO-2025`, both teachers, the students of 8A; neither is linked to the class by it")
    on_class("the class has a comma in its name", "2071", [{"teacher": "teacher-for", "subject": "NO", "aktlnr": "9403"}],
             "`KLA.7A musik_NO`; the class is `7A musik`, a finding", rule="NAM-2 CLS-6")
    on_class("a course on a class", "2091", [{"teacher": "teacher-dal", "course": "GRGRMAT01", "aktlnr": "9404"}],
             "`KLA.9A_GRGRMAT01`, course_code GRGRMAT01, no subject_code")
    on_class("a course and a subject on a class: the subject counts", "2091",
             [{"teacher": "teacher-ekb", "subject": "BL", "course": "GRGRBIL01", "aktlnr": "9405"}], "`KLA.9A_BL`")
    on_class("neither on a class", "2081", [{"teacher": "teacher-for", "aktlnr": "9406"}], "no group: `teacher-for` is a teacher of the class",
             rule="MEM-2")
    on_class("last school year's activity, still open", "2082",
             [{"teacher": "teacher-for", "subject": "TK", "aktlnr": "9407", "start": "20240819", "end": ""}],
             "`KLA.8B_TK`, `ted-classactivity-2082-TK-2025` (the year of the sync date), 2024-08-19 – blank")
    on_class("an activity that starts tomorrow", "2082", [{"teacher": "teacher-for", "subject": "SL", "aktlnr": "9408", "start": "20260108"}],
             "left out", "`KLA.8B_SL`, the students of 8B", rule="NAM-2 GRP-1")

    def group(grupplnr: str, name: str, what: str, rows: list[dict], members: list[Person], first: str, second: str = "",
              rule: str = "NAM-3") -> None:
        town.group(grupplnr, "102", name)
        for values in rows:
            town.teach(unit="102", group=grupplnr, **values)
        for child in members:
            town.member(grupplnr, child)
        town.case(rule, what, f"group {grupplnr} `{name}`{activities(rows)}", first, second)

    group("9201", "8SPR1", "two subjects, and a teacher without subject",
          [{"teacher": "teacher-dal", "subject": "TY"}, {"teacher": "teacher-ekb", "subject": "FR"}, {"teacher": "teacher-for", "aktlnr": "9411"}],
          eighth[:3], "`8SPR1__TY` and `8SPR1__FR`, three members each; `teacher-for` teaches both")
    group("9202", "8SL", "one subject; a member of 8B too", [{"teacher": "teacher-dal", "subject": "SL"}], [*eighth[:2], pupils["2082"][0]],
          "`8SL__SL`: a subject is always named")
    group("9203", "9KURS", "one course, two teachers of it",
          [{"teacher": "teacher-dal", "course": "GRGRKEM01"}, {"teacher": "teacher-ekb", "course": "GRGRKEM01"}], ninth,
          "`9KURS`, `ted-group-9203-GRGRKEM01`", rule="NAM-4")
    group("9204", "9DUO", "two courses", [{"teacher": "teacher-dal", "course": "GRGRFYS01"}, {"teacher": "teacher-ekb", "course": "GRGRBIO01"}],
          ninth, "`9DUO__GRGRFYS01` and `9DUO__GRGRBIO01`, each with its own teacher", rule="NAM-5")
    group("9205", "9VAL", "a second course comes on night 2", [{"teacher": "teacher-for", "course": "GRGRTEK01"}], ninth,
          "`9VAL`, `ted-group-9205-GRGRTEK01`",
          "renamed to `9VAL__GRGRTEK01`, the same key, an update with the previous name `9VAL`; new: `9VAL__GRGRHKK01` (activity 9421)",
          rule="NAM-4 NAM-5 CLS-7")
    group("9206", "8MIX", "a subject and a course", [{"teacher": "teacher-dal", "subject": "MA"}, {"teacher": "teacher-ekb", "course": "GRGRMAT01"}],
          eighth[2:], "`8MIX__MA` and `8MIX__GRGRMAT01`", rule="NAM-3 NAM-5")
    group("9207", "8BILD", "a subject and a course in one activity: the course counts",
          [{"teacher": "teacher-ekb", "subject": "BL", "course": "GRGRBIL01"}], eighth[:2], "`8BILD`, `ted-group-9207-GRGRBIL01`", rule="NAM-4")
    group("9208", "7STUD", "one activity, with neither", [{"teacher": "teacher-for"}], seventh, "`7STUD`, `ted-group-9208`", rule="NAM-4")
    group("9209", "7KÖR", "no activity", [], seventh, "`7KÖR`, `ted-group-9209`, without teacher, a finding", rule="NAM-4")
    group("9210", "8HEM", "one code, once in lower case", [{"teacher": "teacher-dal", "subject": "HK"}, {"teacher": "teacher-ekb", "subject": "hk"}],
          eighth[:2], "one group `8HEM__HK` with both teachers")
    group("9211", "8SPR2", "the activity of one subject ended in the autumn",
          [{"teacher": "teacher-dal", "subject": "SP"}, {"teacher": "teacher-ekb", "subject": "DE", "aktlnr": "9412", "end": "20251031"}], eighth[3:],
          "`8SPR2__SP`, and `8SPR2__DE` without teacher, a finding")
    group("9212", "8TRÄ", "an activity without start",
          [{"teacher": "teacher-dal", "course": "GRGRSLJ01"}, {"teacher": "teacher-ekb", "course": "GRGRTEX01", "aktlnr": "9413", "start": ""}],
          eighth[:2], "`8TRÄ`: one activity counts; the other is left out, a finding", rule="NAM-4 MEM-2")
    group("9213", "8MAT", "a second group with subject MA", [{"teacher": "teacher-dal", "subject": "MA"}], eighth[:2], "`8MAT__MA`")
    group("9215", "7LÄS", "a name of the customer's own (models/local_group_names.sql)", [{"teacher": "teacher-for", "subject": "SV"}], seventh,
          "`Läsgruppen`, `ted-group-9215-SV`", rule="NAM-3 CLS-8")
    town.case("MEM-1", "a membership of the customer's own (models/local_memberships.sql), from night 2 on", f"group 9208, {named(eighth[0].handle)}",
              "not a member", "member of `7STUD`, 2026-01-08 – 2026-06-12")


def gymnasium_names(town: Register, students: dict[str, list[Person]]) -> None:
    town.theme("The gymnasium: classes, groups, names, staff and study plans (NAM-6, CLS-4, EMP, PER-10). Unit 0201")
    na, es, ia = students["NA25A"], students["ES24A"], students["IA25"]
    town.gy_class("NA25A", "HT25", mentor="gy-teacher-nor")
    town.gy_class("NA25A", "VT26", mentor="gy-teacher-ost")
    town.gy_class("ES24A", "HT25", mentor="gy-teacher-nor", end="20260116")
    town.gy_class("ES24A", "VT26", mentor="gy-teacher-ost")
    town.gy_class("IA25", "LÅ25", "GYAN")
    town.gy_teach("gy-teacher-pal", "LÅ25", class_="IA25", form="GYAN")
    town.case("CLS-4 MEM-4", "a class of two periods, with another mentor in the second", "class 0201-GY-NA25A, periods HT25, VT26",
              "`ted-class-0201-GY-NA25A`, 2025-08-18 – 2026-01-07, mentor `gy-teacher-nor`",
              "the same key, 2026-01-08 – 2026-06-12, mentor `gy-teacher-ost`; students as before, with new dates")
    town.case("CLS-4", "the first period lasts over the start of the second: the latest start speaks", "class 0201-GY-ES24A, periods HT25, VT26",
              "2025-08-18 – 2026-01-16, mentor `gy-teacher-nor`", "2026-01-08 – 2026-06-12, mentor `gy-teacher-ost`")
    town.case("SCH-6", "two school forms at one unit and one receiver school", f"class 0201-GYAN-IA25: {named(*(child.handle for child in ia))}",
              "enrolled at naverby-gymnasium as GYAN")

    def group(name: str, what: str, period: str, courses: dict[str, str], members: list[tuple[Person, str]], first: str, second: str = "",
              rule: str = "NAM-6", also: str = "") -> None:
        """courses: course code -> teacher."""
        town.gy_group(name, period)
        for course, teacher in courses.items():
            town.gy_teach(teacher, period, name, course=course)
        for child, course in members:
            town.gy_member(name, period, child, course)
        town.case(rule, what, f"group 0201-GY-{name}-{period}{also}", first, second)

    group("SVE-NA", "a group a period", "HT25", {"SVESVE01": "gy-teacher-nor"}, [(child, "SVESVE01") for child in na],
          "`NA25A/SVESVE01/2025-2`, `ted-group-0201-GY-SVE-NA-HT25-SVESVE01`", "left out: ended", "NAM-6 GRP-8")
    group("SVE-NA", "the same name the period after", "VT26", {"SVESVE01": "gy-teacher-nor"}, [(child, "SVESVE01") for child in na], "left out",
          "`NA25A/SVESVE01/2026-1`, `ted-group-0201-GY-SVE-NA-VT26-SVESVE01`", "NAM-6 GRP-8")
    group("MAT-1", "students of two classes: `{class}` is blank", "LÅ25", {"MATMAT01c": "gy-teacher-ost"},
          [(na[0], "MATMAT01c"), (es[0], "MATMAT01c")], "falls back to TED's own `MAT-1`, a finding")
    group("BIO-1", "the only student of another class drops out", "LÅ25", {"BIOBIO01": "gy-teacher-ost"},
          [(es[0], "BIOBIO01"), (es[1], "BIOBIO01"), (na[1], "BIOBIO01")],
          "`BIO-1`, a finding; four members", "`ES24A/BIOBIO01/2025-2`, the same key, previous name `BIO-1`; three members", "NAM-6 ENR-4 CLS-7",
          f", {named(na[1].handle)}")
    town.tables["kjgp0evg"][-1]["avbrottsdatum"] = "20260107"
    group("ENG-2", "two courses: the pattern is for groups with one", "LÅ25", {"ENGENG05": "gy-teacher-nor", "ENGENG06": "gy-teacher-ost"},
          [(es[0], "ENGENG06"), (es[1], "ENGENG06")], "`ENG-2__ENGENG05` and `ENG-2__ENGENG06`, two members each", rule="NAM-5 NAM-6")
    group("IDR-1", "activity without course; the memberships have two", "LÅ25", {"": "gy-teacher-nor"},
          [(na[0], "IDRIDR01"), (na[1], "IDRIDR01"), (na[2], "IDRIDR02")],
          "`IDR-1`, course_code IDRIDR01 (the most common), a finding; the third's membership IDRIDR02", rule="GRP-6 NAM-4")
    town.case("NAM-6", "a group of GYAN: the pattern is GY's", "group 0201-GYAN-HEM-IA-LÅ25", "`HEM-IA`, `ted-group-0201-GYAN-HEM-IA-LÅ25-HEMHEM01`")
    town.gy_teach("gy-teacher-ost", "HT25", class_="NA25A", course="NAKNAK01b")
    town.gy_teach("gy-teacher-nor", "VT26", class_="NA25A", course="NAKNAK01b")
    town.case("NAM-2", "a course on a class, with another teacher in the second period", "class 0201-GY-NA25A, course NAKNAK01b",
              "`KLA.NA25A_NAKNAK01b`, `ted-classactivity-0201-GY-NA25A-NAKNAK01b-2025`, 2025-08-18 – 2026-06-12, teacher `gy-teacher-ost`",
              "the same group, teacher `gy-teacher-nor`")

    town.case("EMP-1", "no employments in the gymnasium: an activity is one", named("gy-teacher-pal"),
              "duty at naverby-gymnasium, 2025-08-18 – 2026-06-12, signature PAL, no role")
    town.case("PER-11", "staff without a row in the population register", named("gy-teacher-pal"), "name from kjgv0per, no address, a finding")
    for handle, period, first, second in [("gy-teacher-ren", "HT25", "duty at naverby-gymnasium, linked to IDR-1", "left out: the activity ended"),
                                          ("gy-teacher-sjo", "VT26", "left out", "duty at naverby-gymnasium from 2026-01-08, linked to NA25A")]:
        town.staff(handle, module="gymnasium")
        start, end = PERIODS[period]
        town.gy_teach(handle, "LÅ25", "IDR-1" if period == "HT25" else "", "" if period == "HT25" else "NA25A")
        town.tables["kjgp0pak"][-1].update(fromdat=start, tomdat=end)
        town.case("EMP-1 EMP-4", f"whose only activity {'ends today' if period == 'HT25' else 'starts tomorrow'}", named(handle), first, second)
    teacher = town.staff("teacher-tor", "111", "TOR", anslnr="9301")
    town.also_in("gymnasium", teacher)
    town.gy_group("MUS-1", "LÅ25")
    town.gy_teach("teacher-tor", "LÅ25", "MUS-1", course="MUSMUS01")
    town.gy_member("MUS-1", "LÅ25", es[2], "MUSMUS01")
    town.case("PER-4 SCH-4", "teacher in both modules", f"{named('teacher-tor')}, employment 9301, group 0201-GY-MUS-1-LÅ25",
              "one person; duties at klockarskolan (Lärare) and naverby-gymnasium; teaches `ES24A/MUSMUS01/2025-2`")
    for row in town.rows("kjgp0ekl", personnr=na[0].number, period="VT26"):
        row.update(programplan="NANAS0")
    town.rows("kjgp0ekl", personnr=es[2].number, period="HT25")[0]["programplan"] = ""
    town.case("PER-10", "another study plan in the second period", named(na[0].handle), "study_plan_code NANAT0", "study_plan_code NANAS0")
    town.case("PER-10", "no study plan in the first period", named(es[2].handle), "study_plan_code blank", "study_plan_code ESBIL0")
    town.add("kjgp0sre", skolenhet="0209", rektorsenhet="R2", rektorsenhet_namn="Hantverksgymnasiet", skolenhetskod="99300209", aktiv="N")
    town.gy_class("HV25", "LÅ25", unit="0209")
    child = town.child("student-hv25", 2009, module="gymnasium")
    town.gy_place(child, "HV25", "LÅ25", plan="HVHAN0", unit="0209")
    town.case("SCH-2", "unit that is listed and not active (`aktiv` N)", f"unit 0209, class 0209-GY-HV25, {named('student-hv25')}",
              "left out, student too")


def protection(town: Register, pupils: dict[str, list[Person]], students: dict[str, list[Person]]) -> None:
    town.theme("Protected persons (PER-1): in no output, report, finding, count or log of either night")
    parent = town.guardian("guardian-of-protected", surname="Yngvesdal")
    child = town.child("protected-pupil", 2011, [parent], surname="Ekelöv", given="Ronja", register={"adrskydd": "J"})
    town.place(child, "2081", "9501")
    town.member("9201", child)
    town.case("PER-1", "pupil, `adrskydd` J; in class 2081, in group 9201, named in person_mapping.csv", f"{named(child.handle)}, placement 9501",
              "nowhere")
    town.case("PER-1", "guardian whose only child is protected: nothing may say so", named(parent.handle), "nowhere, and no row for that cause")

    town.staff("protected-teacher", "102", "SKY", anslnr="9302", surname="Grimsdal", given="Torun", register={"skyddadfolkbokf": "J"})
    town.rows("kj1v0kla", klasslnr="2082")[0]["mentor_personnr"] = town.people["protected-teacher"].number
    town.teach("protected-teacher", "102", "2082", subject="MU", aktlnr="9431")
    town.group("9214", "102", "8DANS")
    town.teach("teacher-for", "102", group="9214", course="GRGRIDR01")
    town.teach("protected-teacher", "102", group="9214", course="GRGRMUS01", aktlnr="9432")
    town.member("9214", pupils["2081"][0])
    town.case("PER-1 MEM-4", "teacher, `skyddadfolkbokf` J; mentor of class 2082; signature SKY in timetable.csv",
              f"{named('protected-teacher')}, employment 9302", "nowhere; class 2082 stands; the timetable's row is told as the one with XYZ")
    town.case("PER-1 NAM-2", "only subject activity of that teacher on a class", "class 2082, activity 9431", "makes no group, and no report says so")
    town.case("PER-1 NAM-5", "a second course activity, of that teacher", "group 9214 `8DANS`, activity 9432",
              "does not count: `8DANS`, not `8DANS__GRGRIDR01`")

    parent = town.guardian("protected-guardian", surname="Hjortsäter", given="Vanja", register={"adrskydd": "X"})
    child = town.child("pupil-of-protected-guardian", 2014, [parent], surname="Tallgren", address="Kvarngatan 3")
    town.place(child, "3051", "9502")
    town.case("PER-1 GUA-3", "guardian, odd flag value `X`; the open child of that guardian",
              f"{named(parent.handle)}; {named(child.handle)}, placement 9502",
              "the guardian nowhere; the child enrolled at klockarskolan, no finding about guardians")

    child = town.child("protected-student", 2008, module="gymnasium", surname="Isdal", given="Sylve", register={"adrskydd": "J"})
    for period in ("HT25", "VT26"):
        town.gy_place(child, "ES24A", period, "2", "ESBIL0")
    town.gy_member("SVE-NA", "HT25", child, "SVESVE02")
    town.gy_member("SVE-NA", "VT26", child, "SVESVE02")
    town.case("PER-1 NAM-6 GRP-6", "student of the gymnasium; of class ES24A, in the groups SVE-NA, with another course code", named(child.handle),
              "nowhere; `{class}` of SVE-NA is NA25A still, and no finding about codes")
    town.staff("protected-gy-teacher", module="gymnasium", surname="Ulvsten", given="Idun", register={"adrskydd": "J", "skyddadfolkbokf": "J"})
    town.gy_group("SAM-1", "LÅ25")
    town.gy_teach("protected-gy-teacher", "LÅ25", "SAM-1", course="SAMSAM01", signature="ULV")
    town.gy_member("SAM-1", "LÅ25", students["NA25A"][3], "SAMSAM01")
    town.case("PER-1 EMP-1 NAM-4", "only teacher of a group of the gymnasium", f"{named('protected-gy-teacher')}, group 0201-GY-SAM-1-LÅ25",
              "nowhere; the group stands as one without activities: `SAM-1`, `ted-group-0201-GY-SAM-1-LÅ25`, course_code SAMSAM01 of its memberships")

    child = town.child("becomes-protected", 2017, surname="Ulvahult", given="Idun")
    town.place(child, "1021", "9503")
    town.place(child, "1091", "9504")
    town.case("PER-1 PER-2 LIFE-4", "becomes protected between the nights; in a school and in the leisure centre that is paused",
              f"{named(child.handle)}, placements 9503, 9504", "enrolled at strommens-skola and strommens-fritidshem",
              "nowhere; person and links taken away, keys only, first and with mode `erase`; the pause delays nothing of it")


def persons(town: Register, pupils: dict[str, list[Person]], students: dict[str, list[Person]]) -> list[list[str]]:
    """Returns the rows of person_mapping.csv."""
    town.theme("Persons (PER-3, PER-4, PER-5, PER-7, PER-10, GUA)")
    child = town.child("deceased-pupil", 2014, register={"avregorsak": "AV", "avregdat": "20251101"})
    town.place(child, "3051", "9511")
    town.case("PER-3", "deceased pupil", f"{named(child.handle)}, placement 9511", "left out")
    child = town.child("deregistered-pupil", 2014, register={"avregorsak": "UV", "avregdat": "20260108"})
    town.place(child, "3051", "9512")
    town.case("PER-3", "pupil, deregistered from tomorrow on", f"{named(child.handle)}, placement 9512", "enrolled at klockarskolan", "left out")
    town.staff("deceased-teacher", module="gymnasium", register={"antraffaddod": "20251222"})
    town.gy_teach("deceased-teacher", "LÅ25", class_="ES24A", signature="DÖD")
    town.case("PER-3", "teacher of the gymnasium, found dead", named("deceased-teacher"), "left out; class ES24A without that link")
    parent = town.guardian("deceased-guardian", register={"avregorsak": "AV"})
    child = town.child("pupil-of-deceased-guardian", 2014, [parent])
    town.place(child, "3051", "9513")
    town.case("PER-3 GUA-3", "the only guardian is deceased", f"{named(parent.handle)}; {named(child.handle)}, placement 9513",
              "guardian left out; the child enrolled, no finding about guardians")

    child = town.child("number-tf-changes", 2008, module="gymnasium", personnr=TEMPORARY)
    for period in ("HT25", "VT26"):
        town.gy_place(child, "ES24A", period, "2", "ESBIL0")
    town.gy_member("BIO-1", "LÅ25", child, "BIOBIO01")
    town.case("PER-4", "TF-nummer that becomes a personnummer, in the module whose keys hold it", named(child.handle),
              "enrolled at naverby-gymnasium, number 20080524-TF01; member of class ES24A and group BIO-1",
              "the same person and links with a new number: a `rekey`")
    child = town.child("student-both", 2009, module="gymnasium", hemtel="0980319211")
    town.also_in("school", child, hemtel="0980319211", hemligtfn="1")
    for period in ("HT25", "VT26"):
        town.gy_place(child, "NA25A", period, "1", "NANAT0")
    town.case("PER-4 SCH-4", "student in both modules", named(child.handle),
              "one person; enrolled at naverby-gymnasium GY, and at modersmalscentrum GR by group 9231")
    town.case("PER-5", "`hemligtfn` 0 in one module and 1 in the other", named(child.handle), "phone blank")
    handles = sorted(["two-ids-a", "two-ids-b"], key=guid)
    child = town.child(handles[1], 2009)
    town.also_in("gymnasium", child)
    town.rows("kjgv0per", personnr=child.number)[0]["personguid"] = guid(handles[0])
    for period in ("HT25", "VT26"):
        town.gy_place(child, "NA25A", period, "1", "NANAT0")
    town.case("PER-4", "one number, an id in each module; the gymnasium's is the lower", named(*handles),
              f"one person, id {guid(handles[1])} (the school module's goes first), enrolled at naverby-gymnasium, a finding")
    parent = town.guardian("guardian-both")
    town.also_in("gymnasium", parent, eposthem="annan.adress@post.example")
    child = town.child("pupil-of-both", 2014, [parent])
    town.place(child, "3051", "9514")
    older = town.child("student-of-both", 2008, [parent], module="gymnasium")
    for period in ("HT25", "VT26"):
        town.gy_place(older, "ES24A", period, "2", "ESBIL0")
    town.case("GUA-1 PER-4", "guardian in both modules, with a child in each",
              f"{named(parent.handle)}; {named(child.handle, older.handle)}, placement 9514",
              "one person, a relation to each child; email_guardian of the school module")
    parent = town.guardian("guardian-of-adult", module="gymnasium")
    adult = town.child("turns-eighteen", 2008, [parent], module="gymnasium", personnr=number("20080108", "f"))
    for period in ("HT25", "VT26"):
        town.gy_place(adult, "ES24A", period, "2", "ESBIL0")
    town.case("GUA-1", "18 years old on night 2", named(adult.handle, parent.handle), "enrolled at naverby-gymnasium, with a guardian",
              "enrolled; the guardian is gone with the relation")

    first, second = students["NA25A"][:2]
    town.case("PER-7 PER-10", "user name, Google account and address from the mapping by id; user name by number", named(first.handle, second.handle),
              "email_student elev4001@…, user_name elev4001, google_account elev4001@skola.naverby.example; own email_student, user_name elev4002")
    town.rows("kjgv0per", personnr=first.number)[0]["epostarb"] = ""
    town.case("PER-5 PER-10", "attributes.csv gives google_account to students alone", named("gy-teacher-nor"),
              "user_name larnor, google_account blank")
    town.case("PER-1 PER-7", "protected person, and an unknown one, in the mapping", f"{named('protected-pupil')}; {guid(UNKNOWN)}",
              "elev6666 and elev7777 are nowhere")
    return [
        ["ted", guid(first.handle), "elev4001@elev.naverby.example", "elev4001", "elev4001@skola.naverby.example"],
        ["ted", second.number, "", "elev4002", ""],
        ["ted", guid("gy-teacher-nor"), "", "larnor", "larnor@skola.naverby.example"],
        ["ted", guid("protected-pupil"), "ronja.ekelov@elev.naverby.example", "elev6666", ""],
        ["ted", guid(UNKNOWN), "okand@elev.naverby.example", "elev7777", ""],
    ]


def schools(town: Register, pupils: dict[str, list[Person]]) -> None:
    town.theme("Schools, enrolments and mentors (SCH, ENR, MEM)")
    town.case("SCH-3", "two units feed one receiver school, with different unit codes", "units 101, 102",
              "strommens-skola has the code of 101, a finding")
    town.case("SCH-6", "school and leisure in one unit: the class's form decides", f"unit 101; {named('pupil-1021-1')}",
              "enrolled at strommens-skola GR (class 1021, blank form) and strommens-fritidshem FTH (class 1091)")
    town.case("SCH-6", "staff of that unit belong to both", named("teacher-alm", "leisure-car"),
              "duties at strommens-skola and at strommens-fritidshem")
    town.case("CLS-4", "department of a pre-school", "class 5011", "`ted-class-5011`, an `Avdelning`")

    fifth, fourth = pupils["3051"], pupils["4041"]
    town.group("9231", "131", "Modersmål finska")
    town.teach("teacher-moh", "131", group="9231", subject="ML")
    for child, end in [(fifth[0], YEAR[1]), (fourth[0], YEAR[1]), (fourth[1], "20260107"), (town.people["student-both"], YEAR[1])]:
        town.member("9231", child, end=end)
    town.case("ENR-2 NAM-3", "mother-tongue unit: pupils of other schools with a group there",
              f"group 9231, {named(fifth[0].handle, fourth[0].handle)}", "`Modersmål finska__ML`; enrolled at modersmalscentrum too")
    town.case("ENR-3", "the only group there ends today", f"group 9231, {named(fourth[1].handle)}", "enrolled at modersmalscentrum too",
              "no longer enrolled there, still at hedens-skola")

    town.group("9241", "112", "Mentor 4A", "M")
    town.teach("teacher-isa", "112", group="9241")
    for child in fourth:
        town.member("9241", child)
    town.case("MEM-4 MEM-5", "mentors by group (hedens-skola), remade with the same name",
              f"mentor group 9241, 9242 on night 2; {named('teacher-isa')}",
              "`ted-mentorgroup-9241` `Mentor 4A`, three students, the mentor by her activity",
              "9241 gone, `ted-mentorgroup-9242` with the same name, students and mentor; the name is not numbered")
    for child, mentor in zip(fifth, ["teacher-gra", "teacher-gra", "teacher-hol", "teacher-alm"], strict=True):
        town.rows("kj1v0plk", personnr=child.number)[0]["mentor_personnr"] = town.people[mentor].number
    town.case("MEM-4", "mentors by student (klockarskolan)", f"`pupil-3051-1`, `-2`: {named('teacher-gra')}; `-3`: {named('teacher-hol')}",
              f"`Mentor GRA` (`ted-mentor-{guid('teacher-gra')}-klockarskolan`) with two students, `Mentor HOL` with one")
    town.case("MEM-4", "mentor of a student, without a duty at that school", f"`pupil-3051-4`: {named('teacher-alm')}", "no mentor group")
    town.case("MEM-4", "mentors by class (strommens-skola, naverby-gymnasium)", f"classes 1021, 2081: {named('teacher-alm', 'teacher-dal')}",
              "staff_role mentor of the class")
    for grupplnr, unit, name in [("9243", "102", "Mentor 8A"), ("9244", "111", "Mentor 5A")]:
        town.group(grupplnr, unit, name, "M")
    town.case("MEM-4", "mentor groups where mentors are read by class, and by student", "mentor groups 9243, 9244", "left out")


def changing(town: Register, pupils: dict[str, list[Person]]) -> None:
    town.theme("The pause of the leisure centre (LIFE-4): FTH, 2026-01-08 – 2026-01-18")
    town.case("LIFE-4", "the department is renamed: Myran becomes Myrstacken", "class 1091", "`Myran`",
              "exported as `Myrstacken`; its update is not sent before 2026-01-19")
    town.case("LIFE-4 ENR-1", "a child leaves the leisure centre and stays in school", named("pupil-1021-2"),
              "enrolled at strommens-skola and strommens-fritidshem",
              "not exported at strommens-fritidshem; the end is not sent before 2026-01-19")
    town.case("LIFE-4", "a child at both schools has moved", named("pupil-1021-3"), "the old address",
              "the new address is sent: one of the schools is not paused")
    child = town.child("leisure-only", 2017)
    town.place(child, "1091", "9521")
    town.case("LIFE-4", "a child at the leisure centre alone has moved", f"{named('leisure-only')}, placement 9521", "the old address",
              "exported with the new address, which is not sent before 2026-01-19")
    town.theme("The timetable (TT-1, TT-2): seeds/timetable.csv, by name, subject and signature, in rpt_timetable_names and rpt_timetable_classes")
    for rule, row, first, second in [
        ("TT-1", "8SPR1__TY, TY, DAL", "matches exactly: no row", ""),
        ("TT-1", "8spr1__FR, FR, EKB", "near miss `8SPR1__FR` (case), the signature matches", ""),
        ("TT-1", "9 KURS, blank, DAL", "near miss `9KURS` (spaces), the signature matches", ""),
        ("TT-1", "9DUO__GRGRFYS01, blank, dal", "the name matches; near miss of the signature: DAL", ""),
        ("TT-1 TT-2", "8A, SO, DAL", "class and subject match `KLA.8A_SO`; scheduling on the class works: one group has SO, all of 8A", ""),
        ("TT-2", "8A, SL, DAL", "fails: a student of `8SL__SL` is not in 8A", "fails: two groups have SL (`8SL__SL`, `KLA.8B_SL`)"),
        ("TT-2", "8A, MA, DAL", "fails: two groups have MA (`8MIX__MA`, `8MAT__MA`)", ""),
        ("TT-2", "8A, KI, DAL", "fails: no group has KI", ""),
        ("TT-1 TT-2", "8b, TK, FOR", "near misses `KLA.8B_TK`, whose signature matches, and `8B`, whose does not; on the class it fails by the name", ""),
        ("TT-1", "9VAL, blank, FOR", "matches exactly: no row", "no match: the group is called `9VAL__GRGRTEK01` now"),
        ("TT-1 PER-1", "8DANS, blank, SKY; 8DANS, blank, XYZ",
         "the name matches, neither signature does: two rows that do not differ, without signature", ""),
        ("TT-1", "9X, MA, FOR", "no match", ""),
        ("TT-1", "NA25A/SVESVE01/2025-2, SVESVE01, NOR", "matches exactly: no row", "no match"),
        ("TT-1", "NA25A/SVESVE01/2026-1, SVESVE01, NOR", "no match", "matches exactly: no row"),
    ]:
        town.case(rule, row, "timetable.csv", first, second)
    town.theme("What else changes in the register between the nights")
    town.case("PER-6", "a teacher's e-mail changes", named("gy-teacher-ost"), "the old address", "one update: email_staff")
    town.case("ENR-1 LIFE-3", "the gymnasium's period goes from HT25 to VT26",
              f"all students of NA25A, ES24A, IA25; {named('student-of-both', 'student-na25a-1')}",
              "class memberships end 2026-01-07; the first's enrolment too, the second's lasts to 2026-06-12 by a group of the whole year",
              "the same memberships and enrolments; the first's is 2026-01-08 – 2026-06-12")


def night_two(town: Register, pupils: dict[str, list[Person]]) -> None:
    town.teach("teacher-dal", "102", group="9205", course="GRGRHKK01", aktlnr="9421", start="20260108")
    for table in ("kj1v0grp", "kj1v0grm", "kj1v0akt"):
        for row in town.rows(table, grupplnr="9241"):
            row["grupplnr"] = "9242"
    town.rows("kj1v0kla", klasslnr="1091")[0]["klassnamn"] = "Myrstacken"
    town.rows("kj1v0plk", personnr=pupils["1021"][1].number, klasslnr="1091")[0]["datumtom"] = "20260107"
    for handle in ("pupil-1021-3", "leisure-only"):
        town.rows("ki0v0fol", personnr=town.people[handle].number)[0]["adress"] = "Bryggargränd 99"
    town.rows("ki0v0fol", personnr=town.people["becomes-protected"].number)[0]["adrskydd"] = "J"
    town.rows("kjgv0per", personnr=town.people["gy-teacher-ost"].number)[0]["epostarb"] = "ny.adress@naverby.example"
    for table in ("kjgv0per", "ki0v0fol", "kjgp0ekl", "kjgp0evg"):
        for row in town.rows(table, personnr=TEMPORARY):
            row["personnr"] = RENUMBERED


# ---- files -------------------------------------------------------------------------------------------------------------
def lead(counted: dict[str, int]) -> list[str]:
    return [
        f"Written by `runner/tests/demo_ted.py`, like the extracts themselves: change it there. Night 1 is {NIGHT_1}, night 2 {NIGHT_2}.",
        f"{counted['child']} children and students, {counted['staff']} staff and {counted['guardian']} guardians, all invented. A person is shown by "
        "handle and `personguid`, never by name or number; the exported `person_id` is `ted-<personguid>`. Classes, groups, placements, employments "
        "and activities of the school module are shown by their own numbers (`klasslnr`, `grupplnr`, `placlnr`, `anslnr`, `aktlnr`), border "
        "cases from 9000; the gymnasium's by unit, form, name and period. *Left out* means: not exported, and `rpt_exclusions` says why. "
        "*A finding* means a row in `rpt_findings`. A previous name is what the receiver has confirmed: it is there on night 2 where night 1 was "
        "delivered. What concerns every register stands in `profiles/demo/CASES.md`.",
    ]


def verify(tables: dict[str, list[dict]]) -> None:
    """No number outside the test series, none that no person has, no id twice, and no number on two persons unless a case says so."""
    holders: dict[str, set[str]] = {}
    for row in tables["kj1v0per"] + tables["kjgv0per"]:
        holders.setdefault(row["personnr"], set()).add(row["personguid"])
    for table, rows in tables.items():
        for row in rows:
            for value in (row[name] for name in row if name.endswith("personnr") and row[name] not in ("", TEMPORARY)):
                check_number(value, table)
                if value not in holders:
                    raise ValueError(f"{table} names {value}, whom no table of persons has")
    twins = {guid("two-ids-a"), guid("two-ids-b")}
    shared = [ids for ids in holders.values() if len(ids) > 1 and ids != twins]
    if shared:
        raise ValueError(f"one number, several persons: {shared}")
    for table, key in {"kj1v0kla": "klasslnr", "kj1v0plk": "placlnr", "kj1v0grp": "grupplnr", "kj1v0ans": "anslnr", "kj1v0akt": "aktlnr",
                       "kj1v0per": "personguid", "kjgv0per": "personguid", "ki0v0fol": "personnr"}.items():
        keys = [row[key] for row in tables[table]]
        if len(keys) != len(set(keys)):
            raise ValueError(f"{table} has an id twice")


def files() -> dict[str, str]:
    """The generated files: path below the profile -> text."""
    town = Register()
    pupils = ordinary(town)
    students = gymnasium(town)
    names(town, pupils)
    gymnasium_names(town, students)
    protection(town, pupils, students)
    mapping = persons(town, pupils, students)
    schools(town, pupils)
    changing(town, pupils)
    changed = town.changed(lambda: night_two(town, pupils))
    verify(town.tables)
    verify({**town.tables, **changed})
    tables = {f"extracts/ted/{name}.csv": (name, rows) for name, rows in town.tables.items()}
    tables |= {f"nights/2/{name}.csv": (name, rows) for name, rows in changed.items()}
    texts = {path: padded_text(town.columns[name], rows, WIDTHS) for path, (name, rows) in tables.items()}
    texts["seeds/person_mapping.csv"] = csv_text(MAPPING.split(","), mapping)
    texts["CASES.md"] = cases_text("The border cases of Näverby kommun", lead(town.counted), town.cases)
    return texts


if __name__ == "__main__":
    sys.exit(write(PROFILE, files()))
