"""Björkdala kommun: the invented municipality of profiles/demo_extens, with the border cases that only Extens and `vklass` have.

    python runner/tests/demo_extens.py

rewrites, to the byte, profiles/demo_extens/extracts/extens/*.csv (night 1), nights/2/*.csv (the tables that differ on night 2),
seeds/person_mapping.csv and CASES.md. As in runner/tests/demo_municipality.py nobody in it exists, and a test that needs one person
asks `guid("<handle>")`, with the handle that CASES.md gives.
"""
import sys
import uuid
from datetime import date
from pathlib import Path

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
    write,
)

PROFILE = Path(__file__).resolve().parents[2] / "profiles" / "demo_extens"
NIGHT_1, NIGHT_2 = date(2026, 6, 11), date(2026, 6, 12)
NAMESPACE = uuid.uuid5(uuid.NAMESPACE_DNS, "bjorkdala.example")

COLUMNS = {
    "skolenhet": "enhet_id,enhetsnamn,skolenhetskod,skolform,startdatum,slutdatum,aktiv_enhet,avgangsenhet",
    "person": "person_id,personnummer,fornamn,efternamn,adress,postnummer,postort,telefon,mobil,epost,sekretess,avregistrerad,avliden",
    "register_epost": "person_id,epost",
    "elevplacering": "placering_id,person_id,enhet_id,arskurs,status,startdatum,slutdatum,avbrottsdatum",
    "klass": "klass_id,enhet_id,klassnamn,arskurs,startdatum,slutdatum,mentor_person_id",
    "klassplacering": "klass_id,person_id,startdatum,slutdatum,status,avbrottsdatum,mentor_person_id",
    "undervisningsgrupp": "grupp_id,enhet_id,gruppbeteckning,amneskod,eget1,eget2",
    "elevaktivitet": "aktivitet_id,person_id,grupp_id,kurskod,betygsign,status,startdatum,slutdatum,avbrottsdatum",
    "personal": "anstallning_id,person_id,enhet_id,signatur,befattning,status,startdatum,slutdatum",
    "tjanst": "enhet_id,grupp_id,klass_id,signatur,larare_nr",
    "samband": "person_id,samband_person_id,sambandstyp",
    "mentorsgrupp": "mentorsgrupp_id,enhet_id,namn,startdatum,slutdatum",
    "mentorsgrupp_medlem": "mentorsgrupp_id,person_id,roll,startdatum,slutdatum",
}
# Birth dates of numbers that a case writes in its own form, kept free from the ordinary people.
KEPT_DATES = {"20150118", "20150219", "20150322", "20150423", "20150524", "20080612"}
SPRING = {"start": "2026-01-08", "end": "2026-06-11"}
YEAR = {"start": "2025-08-18", "end": "2026-06-30"}
UNKNOWN = "unknown-person"


def guid(handle: str) -> str:
    return str(uuid.uuid5(NAMESPACE, handle))


def named(*handles: str) -> str:
    """How CASES.md shows persons."""
    return ", ".join(f"`{handle}` {guid(handle)}" for handle in handles)


class Register(Town):
    """The thirteen tables of Extens."""

    def __init__(self) -> None:
        super().__init__(COLUMNS, 20260611, KEPT_DATES)
        self.families: list[list[Person]] = []
        self.homes: dict[str, str] = {}

    # -- persons -------------------------------------------------------------------------------------------------------
    def person(self, handle: str, years: tuple[int, int], given: str = "", surname: str = "", address: str = "",
               personnummer: str | None = None, **values: str) -> Person:
        if handle in self.people:
            raise ValueError(f"{handle} is taken")
        sex = self.random.choice("fm")
        given = given or self.random.choice(GIRLS if sex == "f" else BOYS)
        surname = surname or self.random.choice(FAMILIES)
        address = address or self.address()
        if personnummer is None:
            found = self.number_of(years, sex)
            self.used.add(found)
            personnummer = f"{found[:8]}-{found[8:]}"
        self.add("person", **{
            "person_id": guid(handle), "personnummer": personnummer, "fornamn": given, "efternamn": surname, "adress": address,
            "postnummer": "99911", "postort": "Björkdala", "sekretess": "0", "avregistrerad": "0", "avliden": "0", **values,
        })
        self.homes[handle] = address
        self.people[handle] = Person(handle, personnummer, given, surname)
        return self.people[handle]

    def guardian(self, handle: str = "", **values: str) -> Person:
        self.counted["guardian"] += 1
        handle = handle or f"guardian-{self.next('guardian', 1):0>2}"
        values.setdefault("given", self.random.choice(GIRLS + BOYS))
        values.setdefault("surname", self.random.choice(FAMILIES))
        values.setdefault("epost", self.mail(values["given"], values["surname"], "post.example"))
        values.setdefault("mobil", f"070-17406{self.random.randrange(5, 100):02d}")
        return self.person(handle, (1975, 1990), **values)

    def child(self, handle: str, born: int, guardians: list[Person] | None = None, **values: str) -> Person:
        """A child of the given guardians; of an earlier family where they are not given. Those born by 2017 have an address."""
        self.counted["child"] += 1
        if guardians is None:
            guardians = self.families[int(self.next("sibling", 0)) % len(self.families)]
        if guardians:
            values.setdefault("surname", guardians[0].surname)
            values.setdefault("address", self.homes[guardians[0].handle])
        child = self.person(handle, (born, born), **values)
        if born <= 2017:
            self.add("register_epost", person_id=guid(handle), epost=self.mail(child.given, child.surname, "elev.bjorkdala.example"))
        for guardian in guardians:
            self.relate(child, guardian)
        return child

    def ordinary_child(self, handle: str, born: int) -> Person:
        """Every third is a child of an earlier family; of the new families every fourth has two guardians."""
        place = int(self.next("ordinary", 0))
        if place % 3 == 2:
            return self.child(handle, born)
        first = self.guardian()
        family = [first] if place % 6 else [first, self.guardian(surname=first.surname, address=self.homes[first.handle])]
        self.families.append(family)
        return self.child(handle, born, family)

    def relate(self, child: Person, guardian: Person, kind: str = "H") -> None:
        self.add("samband", person_id=guid(child.handle), samband_person_id=guid(guardian.handle), sambandstyp=kind)

    def staff(self, handle: str, unit: str = "", signature: str = "", title: str = "Lärare", mail: list[str] | None = None,
              number_: str | None = None, status: str = "Aktiv", start: str = "2020-08-01", end: str = "", **values: str) -> Person:
        """mail: the addresses in Register/Epost; one of the person's own where not given."""
        self.counted["staff"] += 1
        person = self.person(handle, (1964, 1998), **values)
        for address in [self.mail(person.given, person.surname, "bjorkdala.example")] if mail is None else mail:
            self.add("register_epost", person_id=guid(handle), epost=address)
        if unit:
            self.employ(person, unit, signature, title, number_, status, start, end)
        return person

    # -- what persons are in -------------------------------------------------------------------------------------------
    def employ(self, person: Person, unit: str, signature: str, title: str = "Lärare", number_: str | None = None,
               status: str = "Aktiv", start: str = "2020-08-01", end: str = "") -> None:
        self.add("personal", anstallning_id=number_ or self.next("employment", 1), person_id=guid(person.handle), enhet_id=unit,
                 signatur=signature, befattning=title, status=status, startdatum=start, slutdatum=end)

    def unit(self, enhet_id: str, name: str, form: str, code: str, **values: str) -> None:
        self.add("skolenhet", **{"enhet_id": enhet_id, "enhetsnamn": name, "skolform": form, "skolenhetskod": code,
                                 "startdatum": "2005-07-01", "aktiv_enhet": "1", "avgangsenhet": "0", **values})

    def class_(self, klass_id: str, unit: str, name: str, grade: str = "", start: str = YEAR["start"], end: str = YEAR["end"]) -> None:
        self.add("klass", klass_id=klass_id, enhet_id=unit, klassnamn=name, arskurs=grade, startdatum=start, slutdatum=end)

    def place(self, person: Person | str, unit: str, grade: str = "", start: str = YEAR["start"], end: str = "", number_: str | None = None,
              status: str = "Aktiv", dropped: str = "") -> None:
        handle = person if isinstance(person, str) else person.handle
        self.add("elevplacering", placering_id=number_ or self.next("placement", 1), person_id=guid(handle), enhet_id=unit, arskurs=grade,
                 status=status, startdatum=start, slutdatum=end, avbrottsdatum=dropped)

    def in_class(self, person: Person, klass_id: str, start: str = YEAR["start"], end: str = "", status: str = "Aktiv", dropped: str = "",
                 mentor: str = "") -> None:
        self.add("klassplacering", klass_id=klass_id, person_id=guid(person.handle), startdatum=start, slutdatum=end, status=status,
                 avbrottsdatum=dropped, mentor_person_id=guid(mentor) if mentor else "")

    def group(self, grupp_id: str, unit: str, name: str, subject: str = "", named_class: str = "") -> str:
        self.add("undervisningsgrupp", grupp_id=grupp_id, enhet_id=unit, gruppbeteckning=name, amneskod=subject, eget2=named_class)
        return grupp_id

    def study(self, person: Person | str, grupp_id: str, sign: str, course: str = "", start: str = SPRING["start"], end: str = SPRING["end"],
              status: str = "Aktiv", dropped: str = "", number_: str | None = None) -> None:
        handle = person if isinstance(person, str) else person.handle
        self.add("elevaktivitet", aktivitet_id=number_ or self.next("activity", 1), person_id=guid(handle), grupp_id=grupp_id, kurskod=course,
                 betygsign=sign, status=status, startdatum=start, slutdatum=end, avbrottsdatum=dropped)

    def teach(self, unit: str, signature: str, group: str = "", class_: str = "", place: str = "1") -> None:
        self.add("tjanst", enhet_id=unit, grupp_id=group, klass_id=class_, signatur=signature, larare_nr=place)


# ---- the ordinary municipality -----------------------------------------------------------------------------------------
CLASSES = {"1011": 3, "1012": 3, "1013": 3, "1014": 3, "1201": 3, "1202": 2, "1203": 1, "1304": 5, "1305": 4, "2101": 2, "2102": 2}


def ordinary(town: Register) -> dict[str, list[Person]]:
    """Units, classes, pupils, staff and groups where nothing is odd. Returns the pupils of each class."""
    town.unit("11", "Kullens skola", "GR", "99100011")
    town.unit("12", "Kullens skola Bruket", "GR", "99100012")
    town.unit("13", "Västerängsskolan", "GR", "99100013")
    town.unit("21", "Solbackens förskola", "FSK", "99100021")
    town.unit("22", "Kullens fritidshem", "FTH", "99100011")
    town.unit("31", "Björkdala vuxenutbildning", "VUX", "99100031")
    town.unit("41", "Modersmålsenheten", "GR", "99100041")
    town.unit("91", "Avgångna elever", "GR", "", avgangsenhet="1")

    for klass_id, unit, name, grade, start, end in [
        ("1011", "11", "1A", "1", "2018-07-01", "2030-06-30"), ("1012", "11", "2A", "2", "2018-07-01", "2030-06-30"),
        ("1013", "11", "3A", "3", "2018-07-01", "2030-06-30"), ("1014", "11", "F-1B", "", "2018-07-01", "2030-06-30"),
        ("1200", "12", "4A", "4", *YEAR.values()), ("1201", "12", "5A", "5", *YEAR.values()),
        ("1202", "12", "6A, musik", "6", *YEAR.values()), ("1203", "12", "6A musik", "6", *YEAR.values()),
        ("1304", "13", "4A", "4", *YEAR.values()), ("1305", "13", "5A", "5", *YEAR.values()),
        ("2101", "21", "Blåsippan", "", "2020-08-01", "2030-07-31"), ("2102", "21", "Gullvivan, små", "", "2020-08-01", "2030-07-31"),
        ("2201", "22", "Myran", "", "2020-08-01", "2030-07-31"), ("3101", "31", "Grund 1", "", "2026-01-12", "2026-12-18"),
    ]:
        town.class_(klass_id, unit, name, grade, start, end)

    pupils: dict[str, list[Person]] = {}
    for klass_id, count in CLASSES.items():
        row = town.rows("klass", klass_id=klass_id)[0]
        pupils[klass_id] = []
        for place in range(1, count + 1):
            grade = row["arskurs"] if klass_id != "1014" else "F" if place < 3 else "1"
            born = 2022 if row["enhet_id"] == "21" else 2019 if grade == "F" else 2018 - int(grade) + 1
            child = town.ordinary_child(f"pupil-{klass_id}-{place}", born)
            pupils[klass_id].append(child)
            town.place(child, row["enhet_id"], grade)
            town.in_class(child, klass_id)
    for child in (pupils["1011"][0], pupils["1011"][1], pupils["1014"][0]):
        town.place(child, "22", "", "2025-08-04")
        town.in_class(child, "2201", "2025-08-04")
    pupils["31"] = []
    for place in range(1, 6):
        town.counted["child"] += 1
        student = town.person(f"student-31-{place}", (1980, 2004), mobil=f"070-17406{10 + place}")
        town.add("register_epost", person_id=guid(student.handle), epost=town.mail(student.given, student.surname, "elev.bjorkdala.example"))
        pupils["31"].append(student)
    for student in pupils["31"][:4]:
        town.place(student, "31", "", "2026-01-12", "2026-12-18")
    for student in pupils["31"][:2]:
        town.in_class(student, "3101", "2026-01-12", "2026-12-18")

    for handle, unit, signature, title in [
        ("teacher-and", "11", "AND", "Lärare"), ("teacher-ber", "11", "BER", "Lärare"), ("teacher-ced", "11", "CED", "Lärare"),
        ("teacher-dah", "12", "DAH", "Lärare"), ("teacher-fal", "13", "FAL", "Lärare"), ("teacher-gra", "13", "GRA", "Lärare"),
        ("teacher-hol", "22", "HOL", "Fritidslärare"), ("teacher-isa", "21", "ISA", "Förskollärare"), ("teacher-kar", "31", "KAR", "Lärare"),
        ("teacher-moh", "41", "MOH", "Modersmålslärare"),
    ]:
        town.staff(handle, unit, signature, title)
    for klass_id, signature in {"1011": "AND", "1012": "BER", "1013": "CED", "1014": "CED", "1201": "DAH", "1202": "DAH", "1304": "FAL",
                                "1305": "GRA", "2101": "ISA", "2102": "ISA", "2201": "HOL", "3101": "KAR"}.items():
        town.teach(town.rows("klass", klass_id=klass_id)[0]["enhet_id"], signature, class_=klass_id)

    for grupp_id, unit, name, subject, sign, course, klass_id, dates in [
        ("1251", "12", "5A/20261MA", "MA", "DAH", "GRGRMAT01", "1201", SPRING),
        ("1351", "13", "5A/20261EN", "EN", "GRA", "GRGRENG01", "1305", SPRING),
        ("3151", "31", "MATMAT01a/2026-1", "MAT", "KAR", "MATMAT01a", "31", {"start": "2026-01-12", "end": "2026-06-28"}),
        ("4151", "41", "Modersmål somaliska", "ML", "MOH", "GRGRMOD01", "1304", SPRING),
    ]:
        town.group(grupp_id, unit, name, subject)
        for child in pupils[klass_id][:4]:
            town.study(child, grupp_id, sign, course, **dates)
    town.teach("13", "GRA", group="1351")
    return pupils


# ---- the border cases --------------------------------------------------------------------------------------------------
def protection(town: Register, pupils: dict[str, list[Person]]) -> None:
    town.theme("Protected persons (PER-1): in no output, report, finding, count or log of either night")
    out = "nowhere"

    parent = town.guardian("guardian-of-protected", surname="Yngvesdal")
    child = town.child("protected-student", 2015, [parent], surname="Ekelöv", given="Ronja", sekretess="1", mobil="070-1740699",
                       epost="ronja.hemma@post.example")
    town.place(child, "13", "4", number_="9201")
    town.in_class(child, "1304", mentor="teacher-fal")
    town.study(child, "1351", "GRA", "GRGRENG01", number_="9401")
    town.case("PER-1", "student, `sekretess` 1; in class 1304, in group 1351, with a mentor, named in person_mapping.csv",
              f"{named(child.handle)}, placement 9201, activity 9401", out)
    town.case("PER-1", "guardian whose only child is protected: nothing may say so", named(parent.handle), "nowhere, and no row for that cause")
    town.group("9111", "13", "Studieverkstan", "SV")
    town.study(child, "9111", "FAL", start="2026-02-02", number_="9402")
    town.case("PER-1 GRP-4", "only student activity of a group", "group 9111, activity 9402",
              "the activity makes no group: 9111 does not exist, as 9145; no report says so of either")
    town.group("9112", "13", "Läsgruppen", "SV")
    town.study(pupils["1304"][0], "9112", "FAL", start="2026-02-02", end="2026-06-05")
    town.study(child, "9112", "FAL", start="2025-08-18", end="2026-06-30", number_="9403")
    town.case("PER-1 GRP-5", "student activity that would move its group's dates", "group 9112, activity 9403",
              "exported 2026-02-02 – 2026-06-05, one member")

    teacher = town.staff("protected-teacher", "13", "SKY", mail=["torun.grimsdal@bjorkdala.example"], number_="9301", surname="Grimsdal",
                         given="Torun", sekretess="J")
    town.group("9117", "13", "Slöjdvalet", "SL")
    town.study(pupils["1304"][1], "9117", "SKY", number_="9404")
    town.teach("13", "SKY", group="9117")
    town.teach("13", "SKY", class_="1305", place="2")
    town.rows("klassplacering", person_id=guid("pupil-1305-1"))[0]["mentor_person_id"] = guid(teacher.handle)
    town.case("PER-1 MEM-3", "teacher, flag `J`; BetygSign and Tjänst of group 9117, Tjänst of class 1305, mentor of a pupil",
              f"{named(teacher.handle)}, employment 9301, activity 9404", "nowhere; group 9117 and class 1305 stand, no row for that cause")
    mentor = town.staff("protected-mentor", "12", "TVÄ", mail=["sylve.ilveback@bjorkdala.example"], number_="9302", surname="Ilvebäck",
                        given="Sylve", sekretess="X")
    town.rows("klass", klass_id="1202")[0]["mentor_person_id"] = guid(mentor.handle)
    town.case("PER-1 MEM-4", "mentor of class 1202, flag `X`", f"{named(mentor.handle)}, employment 9302", "nowhere; class 1202 stands")

    parent = town.guardian("protected-guardian", surname="Hjortsäter", given="Vanja", sekretess="2", epost="vanja.hjortsater@post.example")
    child = town.child("pupil-of-protected-guardian", 2015, [parent], surname="Tallgren", address="Kvarngatan 3")
    town.place(child, "13", "4", number_="9202")
    town.case("PER-1 GUA-3", "guardian, odd flag value `2`; the open child of that guardian", f"{named(parent.handle)}; {named(child.handle)}, "
              "placement 9202", "the guardian nowhere; the child enrolled at vasterangsskolan, no finding about guardians")

    for child, flag in zip(pupils["1305"], ["", "N"], strict=False):
        town.rows("person", person_id=guid(child.handle))[0]["sekretess"] = flag
        town.case("PER-1", f"flag {flag or 'blank'}: open, as `0` is", named(child.handle), "enrolled at vasterangsskolan")

    child = town.child("becomes-protected", 2015, surname="Ulvahult", given="Idun")
    town.place(child, "13", "4", number_="9205")
    town.in_class(child, "1304", mentor="teacher-gra")
    town.study(child, "4151", "MOH", "GRGRMOD01", number_="9405")
    town.case("PER-1 PER-2", "becomes protected between the nights", f"{named(child.handle)}, placement 9205, activity 9405",
              "enrolled at vasterangsskolan and modersmalsenheten", "nowhere; person and links taken away, keys only, first and with mode `erase`")


def persons(town: Register, pupils: dict[str, list[Person]]) -> list[str]:
    """Returns the numbers that are wrong on purpose, or of another form."""
    town.theme("Persons and numbers (PER-3, PER-4, PER-8)")
    odd: list[str] = []

    def pupil(handle: str, what: str, placement: str, first: str, second: str = "", rule: str = "PER-8", **values: str) -> Person:
        odd.append(values.get("personnummer", ""))
        child = town.child(handle, 2015, **values)
        town.place(child, "13", "4", number_=placement)
        town.case(rule, what, f"{named(handle)}, placement {placement}", first, second)
        return child

    enrolled = "enrolled at vasterangsskolan"
    pupil("deceased-pupil", "deceased student", "9211", "left out", rule="PER-3", avliden="1")
    pupil("deregistered-pupil", "deregistered student", "9212", "left out", rule="PER-3", avregistrerad="1")
    right, coordination = number("20150118", "f"), number("20150279", "m")
    for child, what, value, outcome in [
        (pupils["1201"][0], "check digit is wrong", f"20150118-238{(int(right[-1]) + 1) % 10}", "blank number, a finding"),
        (pupils["1201"][1], "no number at all", "", "blank number, a finding of its own: missing"),
        (pupils["1202"][0], "samordningsnummer, day + 60", f"{coordination[:8]}-{coordination[8:]}", "number is valid"),
        (pupils["1202"][1], "10 digits without dash", number("20150322", "f")[2:], "number of the latest century"),
    ]:
        odd.append(value)
        town.rows("person", person_id=guid(child.handle))[0]["personnummer"] = value
        town.case("PER-8", what, named(child.handle), f"enrolled at kullens-skola, {outcome}")
    pupil("number-tf", "TF-nummer that stays", "9217", f"{enrolled}, number is valid", personnummer="20150423-TF01")
    pupil("number-tf-changes", "TF-nummer, short and without dash, that becomes a personnummer", "9218", f"{enrolled}, number 20150524-TF02",
          "the same person with a new number: a `rekey`", rule="PER-4", personnummer="150524TF02")
    handles = sorted(["two-ids-a", "two-ids-b"], key=guid)
    twin = pupil(handles[0], "two ids, one personnummer; the placement is the higher id's", "9219", "", rule="PER-4")
    town.add("person", **{**town.rows("person", person_id=guid(twin.handle))[0], "person_id": guid(handles[1])})
    town.rows("elevplacering", placering_id="9219")[0]["person_id"] = guid(handles[1])
    town.cases[-1] = ("PER-4", "two ids, one personnummer; the placement is the higher id's", f"{named(*handles)}, placement 9219",
                      f"one person, id {guid(handles[0])} (the lowest), {enrolled}, a finding", "as night 1")
    return odd


def guardians(town: Register, pupils: dict[str, list[Person]]) -> list[list[str]]:
    """Returns the rows of person_mapping.csv."""
    town.theme("Guardians, e-mail and attributes (GUA, PER-5, PER-6, PER-7, PER-10)")

    def pupil(handle: str, placement: str, guardians: list[Person], born: int = 2015) -> Person:
        child = town.child(handle, born, guardians, surname="Sandhem" if not guardians else "")
        town.place(child, "13", "4", number_=placement)
        return child

    both = town.guardian("guardian-other-kinds")
    child = pupil("pupil-other-kinds", "9221", [])
    for kind in ("K", "S", ""):
        town.relate(child, both, kind)
    town.case("GUA-2 GUA-3", "only relations of kind `K`, `S` and blank", f"{named(child.handle)}, {named(both.handle)}, placement 9221",
              "the child enrolled without guardian, a finding; the relative left out")
    one = town.guardian("guardian-lower-case")
    child = pupil("pupil-lower-case", "9222", [])
    town.relate(child, one, " h ")
    town.relate(child, one, "K")
    town.case("GUA-2", "kind ` h `, and `K` beside it", f"{named(child.handle)}, {named(one.handle)}, placement 9222", "responsible, once")
    child = pupil("pupil-without-guardian", "9223", [])
    town.case("GUA-3", "no relation at all", f"{named(child.handle)}, placement 9223", "enrolled, a finding")
    gone = town.guardian("deceased-guardian", avliden="1")
    child = pupil("pupil-of-deceased-guardian", "9224", [gone])
    town.case("PER-3 GUA-3", "the only guardian is deceased", f"{named(gone.handle)}; {named(child.handle)}, placement 9224",
              "guardian left out; the child enrolled, no finding about guardians")
    away = town.guardian("deregistered-guardian", avregistrerad="1")
    child = pupil("pupil-of-deregistered-guardian", "9225", [away])
    town.case("PER-3", "the only guardian is deregistered", f"{named(away.handle)}; {named(child.handle)}, placement 9225",
              "guardian delivered: deregistration ends students alone")
    parent = town.guardian("guardian-of-adult")
    birthday = number("20080612", "f")
    adult = town.child("turns-eighteen", 2008, [parent], personnummer=f"{birthday[:8]}-{birthday[8:]}")
    town.place(adult, "31", "", "2026-01-12", number_="9226")
    town.case("GUA-1", "18 years old on night 2", f"{named(adult.handle)}, {named(parent.handle)}, placement 9226",
              "enrolled at bjorkdala-vux, with a guardian", "enrolled; the guardian is gone with the relation")
    family = town.families[0]
    town.case("GUA-1", "brothers and sisters, one guardian", named(family[0].handle), "one person, a relation to each child")

    teacher = town.staff("teacher-and-parent", "12", "UGG", mail=["arbetet@bjorkdala.example"], number_="9303", epost="hemma@post.example",
                         mobil="070-1740601")
    child = pupil("pupil-of-teacher", "9227", [teacher])
    town.case("PER-6", "teacher at one school, parent at another; an address for each role", f"{named(teacher.handle)}, employment 9303; "
              f"{named(child.handle)}, placement 9227", "one person; email_staff arbetet@…, email_guardian hemma@…")
    several, blank, mapped = pupils["1011"]
    for address in ("zeta@elev.bjorkdala.example", "alfa@elev.bjorkdala.example"):
        town.add("register_epost", person_id=guid(several.handle), epost=address)
    town.case("PER-6", "student with two rows in Register/Epost", named(several.handle), "email_student alfa@…")
    town.add("register_epost", person_id=guid(blank.handle), epost="  ")
    town.case("PER-6", "student with one row, blank", named(blank.handle), "exported without address")
    town.case("PER-7 PER-10", "no row; user name, Google account and address from the mapping by id", named(mapped.handle),
              "email_student elev3001@…, user_name elev3001, google_account elev3001@skola.bjorkdala.example")
    town.case("PER-10", "own address, user name from the mapping by number", named("pupil-1304-1"), "own email_student, user_name elev3002")
    town.case("PER-7 PER-10", "guardian and teacher in the mapping", named("guardian-01", "teacher-fal"),
              "email_guardian is the guardian's own, user_name forald01; user_name larfal")
    town.case("PER-1 PER-7", "protected person, and an unknown one, in the mapping", f"{named('protected-student')}; {guid(UNKNOWN)}",
              "elev6666 and elev7777 are nowhere")
    town.case("PER-5", "attributes.csv: phone of students `omit`", f"{named('number-tf')} (and every student)",
              "phone blank, mobile sent; the guardians' phones are sent")
    town.rows("person", person_id=guid("number-tf"))[0].update(telefon="0980-319211", mobil="070-1740611")
    town.rows("person", person_id=guid("guardian-01"))[0].update(telefon="0980-319212")
    return [
        ["extens", guid(mapped.handle), "elev3001@elev.bjorkdala.example", "elev3001", "elev3001@skola.bjorkdala.example"],
        ["extens", town.people["pupil-1304-1"].number.replace("-", ""), "", "elev3002", ""],
        ["extens", guid("guardian-01"), "aldrig@bjorkdala.example", "forald01", ""],
        ["extens", guid("teacher-fal"), "", "larfal", ""],
        ["extens", guid("protected-student"), "ronja.ekelov@elev.bjorkdala.example", "elev6666", ""],
        ["extens", guid(UNKNOWN), "okand@elev.bjorkdala.example", "elev7777", ""],
    ]


def schools(town: Register, pupils: dict[str, list[Person]]) -> None:
    town.theme("Schools and placements (SCH, ENR, WIN)")
    town.unit("15", "Norrbackens skola", "GR", "99100015", aktiv_enhet="0")
    town.unit("16", "Söderby friskola", "GR", "99100016")
    town.case("SCH-3", "three units feed one receiver school, with different names; two school forms", "units 11, 12 (GR), 22 (FTH)",
              "kullens-skola has the name of 11, a finding")
    town.case("SCH-3", "school and leisure at one receiver school", named("pupil-1011-1", "pupil-1011-2", "pupil-1014-1"),
              "enrolled at kullens-skola twice: GR and FTH")

    child = town.child("moved-to-leavers", 2015)
    town.place(child, "13", "4", end="2026-05-10", number_="9241")
    town.place(child, "91", "4", "2026-05-11", number_="9242")
    town.in_class(child, "1304", end="2026-05-10")
    town.study(child, "1351", "GRA", "GRGRENG01", dropped="2026-05-10", number_="9411")
    town.case("SCH-5", "moved to a leavers' unit in May (which is listed); class and group ended then", f"{named(child.handle)}, placements 9241, 9242, "
              "activity 9411", "left out")
    child = town.child("moves-to-leavers", 2015)
    town.place(child, "13", "5", number_="9243")
    town.in_class(child, "1305")
    town.case("SCH-5", "moved to the leavers' unit on night 2: the placement has that unit, and the class row is gone", f"{named(child.handle)}, "
              "placement 9243", "enrolled at vasterangsskolan, member of 1305", "left out")

    enrolled = "enrolled at vasterangsskolan too"
    for placement, child, what, values, rule, first, second in [
        ("9244", "pupil-1201-1", "starts in 10 days", {"start": "2026-06-21"}, "ENR-1 WIN", enrolled, ""),
        ("9245", "pupil-1201-2", "starts in 11 days", {"start": "2026-06-22"}, "ENR-1 WIN", "left out", enrolled),
        ("9246", "pupil-1201-3", "ended 10 days ago", {"end": "2026-06-01"}, "ENR-1 WIN", enrolled, "left out"),
        ("9247", "pupil-1202-1", "dropped out 10 days ago, end later", {"end": "2026-06-30", "dropped": "2026-06-01"}, "ENR-4 WIN",
         f"{enrolled}, end 2026-06-01", "left out"),
        ("9248", "pupil-1202-2", "status `Inaktiv`", {"status": "Inaktiv"}, "ENR-4", "left out", ""),
        ("9249", "pupil-1203-1", "status blank is active", {"status": ""}, "ENR-4", enrolled, ""),
        ("9250", "pupil-1012-1", "status `Vilande`", {"status": "Vilande"}, "ENR-4", "left out, a finding", ""),
        ("9251", "pupil-1012-2", "start is blank", {"start": ""}, "ENR-1", "left out, a finding", ""),
        ("9252", "pupil-1012-3", "start cannot be read", {"start": "2026-02-30"}, "ENR-1", "left out, a finding", ""),
        ("9253", "pupil-1011-1", "at a unit with `aktiv_enhet` 0", {"unit": "15"}, "SCH-2", "left out", ""),
        ("9254", "pupil-1011-2", "at a unit that is not listed", {"unit": "16"}, "SCH-1", "left out", ""),
    ]:
        town.place(town.people[child], **{"unit": "13", "grade": "5", **values}, number_=placement)
        town.case(f"SCH-4 {rule}", f"second placement of a pupil of another school: {what}", f"{named(child)}, placement {placement}", first, second)
    child = town.child("preschool-in-8-days", 2023)
    town.place(child, "21", "", "2026-06-19", number_="9255")
    town.case("ENR-1 WIN", "pre-school child, starts in 8 days", f"{named(child.handle)}, placement 9255", "left out", "enrolled at solbackens-forskola")
    child = town.child("class-inactive", 2015)
    town.place(child, "13", "4", number_="9256")
    town.in_class(child, "1305", status="Inaktiv")
    town.case("ENR-2 ENR-4", "active at the unit, inactive in class 1305", f"{named(child.handle)}, placement 9256",
              "enrolled at vasterangsskolan, not a member of 1305")
    child = town.child("class-only", 2015)
    town.in_class(child, "1305")
    town.case("ENR-1", "in class 1305, without placement at the unit", named(child.handle), "enrolled at vasterangsskolan, grade 5 of the class")
    town.place(UNKNOWN, "13", "4", number_="9257")
    town.case("DQ-2", "placement of an unknown person", "placement 9257", "counts for nothing")


def staff(town: Register, pupils: dict[str, list[Person]]) -> None:
    town.theme("Staff and signatures (EMP-2, EMP-3, EMP-4, MEM-3)")
    fourth = pupils["1304"]

    def employee(handle: str, what: str, unit: str, signature: str, employment: str, first: str, second: str = "", rule: str = "EMP-2",
                 **values) -> Person:
        person = town.staff(handle, unit, signature, number_=employment, **values)
        town.case(rule, what, f"{named(handle)}, employment {employment}", first, second)
        return person

    def taught(grupp_id: str, sign: str, unit: str = "13") -> None:
        town.group(grupp_id, unit, f"Grupp {grupp_id}", "SO")
        for child in (fourth if unit == "13" else pupils["1201"])[:2]:
            town.study(child, grupp_id, sign, "GRGRSAM01")

    person = employee("head", "head of both units of kullens-skola, without groups", "11", "RES", "9311",
                      "one duty at kullens-skola, duty_role `Rektor`", rule="EMP-2 SCH-3", title="Rektor")
    town.employ(person, "12", "RES", "Rektor", number_="9322")
    employee("no-register-mail", "no row in Register/Epost; BetygSign of group 9113", "13", "VIK", "9312",
             "left out, no link: the group stands without teacher", mail=[])
    taught("9113", "VIK")
    employee("blank-register-mail", "a row in Register/Epost, blank", "13", "WAH", "9313", "left out", mail=[""])
    employee("status-ended", "status `Inaktiv`; mentor of class 1014", "11", "XEN", "9314", "left out, no link, a finding: ended staff",
             rule="EMP-2 EMP-4", status="Inaktiv")
    town.rows("personal", person_id=guid("teacher-gra"))[0]["status"] = "aktiv"
    town.case("EMP-2", "status `aktiv`", named("teacher-gra"), "duty at vasterangsskolan")
    employee("date-ended", "status `Aktiv`, ended yesterday", "13", "ZET", "9316", "left out (`employment_end_by: both`), a finding: ended staff",
             rule="EMP-2 EMP-4", end="2026-06-10")
    employee("date-ends", "status `Aktiv`, ends today", "13", "ÅKE", "9317", "duty at vasterangsskolan", "left out: the links end, the user stays "
             "(`person_removal: deactivate`)", rule="EMP-2 EMP-4", end="2026-06-11")
    employee("starts-tomorrow", "starts tomorrow", "13", "ÄNG", "9318", "left out", "duty at vasterangsskolan", start="2026-06-12")
    employee("deceased-teacher", "deceased teacher; BetygSign of group 9114", "13", "AVL", "9320", "left out, no link: the group stands without teacher",
             rule="PER-3", avliden="1")
    taught("9114", "AVL")
    employee("teacher-sister-unit", "employed at 12; BetygSign of group 9120 at 11: the same receiver school", "12", "EKD", "9321",
             "duty at kullens-skola; linked to 9120", rule="SCH-3 MEM-3")
    taught("9120", "EKD", "11")
    person = employee("signature-differs", "another signature at each unit: `NYL` at 13, `NYLI` at 31; BetygSign NYL of 9115, NYLI of 9116", "13", "NYL",
                      "9323", "linked to both, each by the signature of the unit; a finding", rule="EMP-3")
    town.employ(person, "31", "NYLI", number_="9324")
    taught("9115", "NYL")
    town.group("9116", "31", "SVESVE01/2026-1", "SVE")
    for student in pupils["31"][2:4]:
        town.study(student, "9116", "NYLI", "SVESVE01", "2026-01-12", "2026-06-28")
    for handle, unit, employment in [("clash-a", "11", "9325"), ("clash-b", "12", "9326")]:
        town.staff(handle, unit, "OLS", number_=employment)
    taught("9118", "OLS", "12")
    town.teach("12", "OLS", group="9118")
    town.case("EMP-3", "two active teachers, one signature, two units of one receiver school; BetygSign and Tjänst of group 9118",
              f"{named('clash-a', 'clash-b')}, employments 9325, 9326", "both have their duty, nobody is linked to 9118, a finding")
    employee("ambiguous-with-protected", "shares `PAL` with a protected teacher; BetygSign of group 9119", "13", "PAL", "9327",
             "duty; not linked to 9119, silently: nothing tells of the other", rule="EMP-3 PER-1")
    town.staff("protected-namesake", "13", "PAL", mail=["embla.krakshult@bjorkdala.example"], number_="9328", surname="Kråkshult", given="Embla",
               sekretess="1")
    town.case("PER-1", "the other holder of `PAL`", f"{named('protected-namesake')}, employment 9328", "nowhere")
    taught("9119", "PAL")
    person = employee("successor", "took over `BOS` from one who ended: not ambiguous; BetygSign of group 9121", "13", "BOS", "9329",
                      "linked to 9121", rule="EMP-3")
    employee("predecessor", "unknown status `Avslutad`, with the same signature", "13", "BOS", "9330", "left out, a finding: unknown status",
             rule="EMP-2 EMP-3", status="Avslutad", end="2025-06-30")
    taught("9121", "BOS")
    for grupp_id, sign, what in [("9122", "fal", "`fal` where the teacher's is `FAL`"), ("9123", "OKÄ", "of nobody"),
                                 ("9124", "DAH", "of a teacher who is employed at unit 12 only")]:
        taught(grupp_id, sign)
        town.case("EMP-3 MEM-3", f"BetygSign {what}", f"group {grupp_id}", "exported, no link; no report names the signature")
    taught("9125", "FAL")
    for place, sign in enumerate(["FAL", "GRA", "BOS", "NYL"], 1):
        town.teach("13", sign, group="9125", place=str(place))
    town.case("MEM-3 EMP-3", "BetygSign FAL; Tjänst FAL, GRA, BOS, NYL as teachers 1–4", "group 9125",
              "four links, that of FAL by `betygsign,tjanst`, the others by `tjanst`; a finding: many teachers")
    town.teach("13", "GRA", group="9121", class_="1304", place="2")
    town.study(fourth[2], "9121", "GRA", "GRGRSAM01", status="Inaktiv", number_="9412")
    town.case("MEM-3", "Tjänst with both keys means the group; an inactive student activity links nobody", "group 9121, class 1304, activity 9412",
              "GRA linked to 9121 by `tjanst` alone, not to 1304")
    town.teach("13", "FAL", place="2")
    town.teach("13", "FAL", group="9998")
    town.case("MEM-3", "Tjänst with neither key; of a group that does not exist", "signature FAL, group 9998",
              "no link; no report, for no school says whose it is")


def classes(town: Register, pupils: dict[str, list[Person]]) -> None:
    town.theme("Classes, class groups and mentors (CLS, MEM-4)")
    for grupp_id, name, named_class in [
        ("1101", "KLASS_25_A", "1A"), ("1102", "KLASS_24_A", "2A"), ("1103", "KLASS_23_A", "3A"), ("1104", "KLASS_25_F_B", "F-1B"),
        ("9131", "KLASS_25_C", ""), ("9132", "KLASS_25_D", "1a"), ("9133", "KLASS_17_A", "9A"), ("9134", "KLASS_25_X", "5A"),
    ]:
        town.group(grupp_id, "12" if grupp_id == "9134" else "11", name, "", named_class)
    town.class_("9001", "11", "9A", "9", "2018-07-01", "2026-05-31")
    town.class_("1009", "11", "2A", "2", "2010-07-01", "2018-06-30")
    town.teach("11", "AND", group="1101")
    for klass_id, handle in {"1011": "teacher-and", "1012": "teacher-ber", "1201": "teacher-dah", "1014": "status-ended", "1203": "teacher-fal",
                             "2101": "teacher-isa"}.items():
        town.rows("klass", klass_id=klass_id)[0]["mentor_person_id"] = guid(handle)
    town.case("CLS-5", "class groups by *Eget 2*, over the June promotion; the classes themselves are left out",
              "groups 1101 (`KLASS_25_A`), 1102 (`KLASS_24_A`); classes 1011 (1A), 1012 (2A)",
              "1101 has the pupils of 1A, 1102 those of 2A, with the classes' dates",
              "*Eget 2* is 2A and 3A: the same groups with the same pupils, now members since 2026-06-12; the teachers of Tjänst by class "
              "follow the class")
    town.case("CLS-5", "a class group for the new 1A", "group 1105 (`KLASS_26_A`)", "unknown", "exported without pupils")
    town.case("CLS-5", "*Eget 2* is changed to a class of another unit", "group 1103 (`KLASS_23_A`)", "the pupils of 3A",
              "no members, dates of the school year, a finding; its pupils are members of class 1200 (4A) of unit 12")
    town.case("CLS-5", "mixed ages", "group 1104 (`KLASS_25_F_B`), class 1014 (F-1B)", "the pupils of F-1B, enrolled in grades F and 1")
    town.case("CLS-5", "*Eget 2* blank; `1a` for 1A", "groups 9131, 9132", "no members, dates of the school year, a finding each")
    town.case("CLS-5", "*Eget 2* names a class whose period is over since 11 days", "group 9133, class 9001", "left out")
    town.case("CLS-5", "two classes 2A at the unit, an old and a present one", "classes 1009, 1012", "the one in its window counts")
    town.case("CLS-5 GRP-4", "`KLASS_25_X` at a unit without class groups", "group 9134, unit 12", "does not exist, as 9145")
    town.case("CLS-4", "classes a school year, departments and courses by their own id", "classes 1201, 1304; 2101, 2201, 3101",
              "`extens-class-1201-2025`, `extens-class-1304-2025`; `extens-class-2101`, `extens-class-2201`, `extens-class-3101`")
    town.case("CLS-6 CLS-8", "`6A, musik` beside `6A musik`; department `Gullvivan, små`", "classes 1202, 1203; 2102",
              "1202 is `6A musik`, 1203 is `6A musik (2)`, 2102 is `Gullvivan små`, a finding each")
    for klass_id, name, start, end, what, first, second in [
        ("9002", "5C", "2026-06-21", "2026-12-18", "starts in 10 days", "exported", ""),
        ("9003", "5D", "2026-06-22", "2026-12-18", "starts in 11 days", "left out", "exported"),
        ("9004", "5E", "2025-08-18", "2026-06-01", "ended 10 days ago", "exported", "left out"),
        ("9005", "5F", "2025-08-18", "", "end is blank", "exported, open (`period_required: 0`)", ""),
        ("9006", "5G", "", "2026-06-30", "start is blank", "left out, a finding", ""),
    ]:
        town.class_(klass_id, "13", name, "5", start, end)
        town.case("CLS-1 WIN", what, f"class {klass_id}", first, second)
    town.case("CLS-7 CLS-4", "class 5A of unit 13 is renamed `5A Syd`", "class 1305", "`5A`", "`5A Syd`, the same key, previous name `5A`")

    town.case("MEM-4", "mentors by class (kullens-skola)", f"classes 1011, 1012, 1201: {named('teacher-and', 'teacher-ber', 'teacher-dah')}",
              "staff_role mentor of groups 1101, 1102 and class 1201",
              "of class 1201; those of 1A and 2A follow the classes: AND of 1105, BER of 1101")
    town.case("MEM-4 EMP-4", "class mentor who has ended; one who has no duty at the school", f"classes 1014, 1203: {named('status-ended', 'teacher-fal')}",
              "no link")
    for handle, mentor in {"pupil-1304-1": "teacher-fal", "pupil-1304-2": "teacher-fal", "pupil-1304-3": "teacher-gra", "pupil-1304-4": "mentor-no-sign",
                           "pupil-1305-2": "teacher-dah"}.items():
        town.rows("klassplacering", person_id=guid(handle))[0]["mentor_person_id"] = guid(mentor)
    town.staff("mentor-no-sign", "13", "", given="Märta", surname="Tallåsen", number_="9331")
    town.case("MEM-4", "mentors by student (vasterangsskolan)", f"`pupil-1304-1`, `-2`: {named('teacher-fal')}; `pupil-1304-3`: {named('teacher-gra')}; "
              f"`pupil-1304-4`, mentor without signature: {named('mentor-no-sign')}, employment 9331",
              "groups `Mentor FAL`, `Mentor GRA`, and one by the name of the third")
    town.case("MEM-4", "mentor of a pupil, without a duty at that school", f"`pupil-1305-2`: {named('teacher-dah')}", "no mentor group")
    town.case("MEM-4", "mentors none (solbackens-forskola), though the class names one", f"class 2101: {named('teacher-isa')}", "linked as teacher only")
    town.add("mentorsgrupp", mentorsgrupp_id="71", enhet_id="31", namn="Mentor Grund", startdatum="2026-01-12", slutdatum="2026-12-18")
    town.add("mentorsgrupp", mentorsgrupp_id="9072", enhet_id="11", namn="Mentor 1A", startdatum=YEAR["start"], slutdatum=YEAR["end"])
    town.add("mentorsgrupp", mentorsgrupp_id="9073", enhet_id="31", namn="Mentor utan start", slutdatum="2026-12-18")
    for group, handle, role in [("71", "teacher-kar", "mentor"), *(("71", f"student-31-{n}", "elev") for n in (1, 2, 3)), ("71", "student-31-4", "gäst"),
                                ("9072", "teacher-and", "mentor"), ("9072", "pupil-1011-1", "elev")]:
        town.add("mentorsgrupp_medlem", mentorsgrupp_id=group, person_id=guid(handle), roll=role, startdatum="2026-01-12")
    town.case("MEM-4 MEM-5", "mentors by group (bjorkdala-vux), remade with the same name", f"mentor group 71, 72 on night 2; {named('teacher-kar')}",
              "`extens-mentorgroup-71`, three students", "71 gone, `extens-mentorgroup-72` with the same name, students and mentor")
    town.case("MEM-4", "unknown role `gäst`", f"mentor group 71, {named('student-31-4')}", "not a member, a finding")
    town.case("MEM-4", "mentor group where mentors are read by class; one without start", "mentor groups 9072, 9073", "left out; left out, a finding")


def groups(town: Register, pupils: dict[str, list[Person]]) -> None:
    town.theme("Teaching groups (GRP, MEM-1, ENR-2, ENR-3)")
    a, b, c, d, e = pupils["1304"]

    def group(grupp_id: str, what: str, studies: list[tuple[Person, dict]], first: str, second: str = "", rule: str = "GRP-4", name: str = "",
              unit: str = "13", sign: str = "FAL", subject: str = "BL") -> None:
        town.group(grupp_id, unit, name or f"Grupp {grupp_id}", subject)
        for child, values in studies:
            town.study(child, grupp_id, **{"sign": sign, "course": "GRGRBIL01", **values})
        town.case(rule, what, f"group {grupp_id}", first, second)

    group("9141", "three periods", [
        (a, {"start": "2026-01-12", "end": "2026-06-05"}), (b, {"start": "2026-01-12", "end": "2026-06-18"}),
        (c, {"start": "2026-01-05", "end": "2026-06-05"})], "2026-01-05 – 2026-06-18", rule="GRP-5", name="4A/20261MU", subject="MU")
    group("9142", "an inactive student activity, a dropped out one and an ended one, each with dates of its own", [
        (a, {"start": "2026-01-12", "end": "2026-06-05"}), (b, {"start": "2025-12-01", "end": "2026-06-05", "status": "Inaktiv"}),
        (c, {"start": "2026-01-12", "end": "2026-06-30", "dropped": "2026-02-01"}), (d, {"start": "2025-11-03", "end": "2026-02-01"})],
        "2025-11-03 – 2026-06-30 (the activities' own ends), one member", rule="GRP-5 ENR-4")
    town.group("9143", "13", "4A/20261BL", "BL")
    for child, values, number_ in [(a, {"start": ""}, "9421"), (b, {"end": ""}, "9422"), (c, {"sign": ""}, "9423")]:
        town.study(child, "9143", **{"sign": "FAL", "number_": number_, **values})
    town.case("GRP-4", "student activities without start, without end, without BetygSign", "group 9143, activities 9421, 9422, 9423",
              "no such group: left out, and each activity with its reason")
    town.group("9144", "13", "4A/20261IDH", "IDH")
    for child, values, number_ in [(a, {}, "9424"), (b, {"sign": ""}, "9425"), (c, {"end": "2026-13-01"}, "9426")]:
        town.study(child, "9144", **{"sign": "FAL", "number_": number_, **values})
    town.case("GRP-4 DQ-2", "one whole, one without BetygSign, one with an unreadable end", "group 9144, activities 9424, 9425, 9426",
              "exported with the first student; the second left out, the third left out, a finding")
    group("9145", "no student activities", [], "does not exist; no report says so, for their only student may be protected")
    group("9146", "inactive student activities only", [(a, {"status": "Inaktiv"})], "exported without members and teacher", rule="GRP-4 MEM-3")
    group("9147", "several course codes", [(a, {"course": "GRGRSVE01"}), (b, {"course": "GRGRSVE01"}), (c, {"course": "GRGRSVA01"})],
          "one group, course_code GRGRSVE01, the third student's membership GRGRSVA01, a finding", rule="GRP-6", name="4A/20261SV", subject="SV")
    group("9148", "as many of each course code", [(a, {"course": "GRGRKEM01"}), (b, {"course": "GRGRFYS01"})],
          "course_code GRGRFYS01 (the first in code order), a finding", rule="GRP-6", name="4A/20261NO", subject="NO")
    group("9149", "ended 10 days ago", [(a, {"end": "2026-06-01"})], "exported", "left out", rule="WIN", name="Vårkör")
    group("9150", "starts in 11 days", [(a, {"start": "2026-06-22", "end": "2026-07-03"})], "left out", "exported with its student", rule="WIN",
          name="Lovskola")
    group("9151", "last autumn's group of this name", [(a, {"start": "2025-08-18", "end": "2025-12-19"})], "left out", rule="GRP-7 GRP-8",
          name="Elevens val")
    group("9152", "this spring's, with other students", [(b, {})], "exported; a finding: the name stands on groups of different periods", rule="GRP-7 GRP-8",
          name="Elevens val")
    group("9153", "at a unit that is not listed", [(a, {})], "left out", rule="SCH-1", unit="16")
    group("9154", "one student three times, with two codes, one row ended", [
        (a, {"end": "2026-03-31"}), (a, {"start": "2026-03-01"}), (a, {"course": "GRGRSLJ01", "start": "2026-02-01"})],
          "one member, 2026-02-01 – 2026-06-11 (the ended row does not count), course_code GRGRBIL01; a finding", rule="MEM-1 GRP-6")
    group("9155", "drop-out 10 days ago", [(a, {}), (b, {"dropped": "2026-06-01"}), (c, {"dropped": "2026-05-31"}), (d, {"status": ""}),
                                           (e, {"status": "Vilande"})],
          "members: first, second and fourth; the fifth (`Vilande`) left out, a finding", "members: first and fourth", rule="MEM-1 ENR-4 WIN")
    town.study(UNKNOWN, "9155", "FAL", number_="9427")
    town.study(a, "9997", "FAL", number_="9428")
    town.case("MEM-1", "student activity of an unknown person; on a group that does not exist", "activities 9427, 9428", "counts for nothing; left out")
    first, second, third, fourth, fifth = pupils["31"]
    group("9156", "course (komvux): a student starts tomorrow, one the day after tomorrow, one ended yesterday, one ends today", [
        (first, {"start": "2026-06-12", "end": "2026-08-14"}), (second, {"start": "2026-06-13", "end": "2026-08-14"}),
        (third, {"start": "2026-04-01", "end": "2026-06-10"}), (fourth, {"start": "2026-04-01", "end": "2026-06-11"})],
        "members: first and fourth", "members: first and second", rule="WIN MEM-1", name="ENGENG05/2026-2", unit="31", sign="KAR", subject="ENG")
    for row in town.tables["elevaktivitet"][-4:]:
        row["kurskod"] = "ENGENG05"
    town.study(fifth, "3151", "KAR", "MATMAT01a", "2026-01-12", "2026-06-28", number_="9429")
    town.case("ENR-2", "student in a course only, without placement", f"group 3151, {named('student-31-5')}, activity 9429",
              "enrolled at bjorkdala-vux, 2026-01-12 – 2026-06-28")

    town.case("ENR-2", "mother-tongue unit: pupils of another school with a group there", f"group 4151, {named('pupil-1304-1')} and three more",
              "enrolled at modersmalsenheten too, 2026-01-08 – 2026-06-11")
    town.study(pupils["1305"][0], "4151", "MOH", "GRGRMOD01", dropped="2026-06-01", number_="9431")
    town.case("ENR-3 WIN", "the only group there ended 10 days ago", f"{named('pupil-1305-1')}, activity 9431", "enrolled at modersmalsenheten too",
              "no longer enrolled there, still at vasterangsskolan")
    town.study(pupils["1305"][1], "4151", "MOH", "GRGRMOD01", dropped="2026-05-31", number_="9432")
    town.case("ENR-3", "the only group there ended 11 days ago", f"{named('pupil-1305-2')}, activity 9432", "not enrolled at modersmalsenheten")
    town.study(pupils["1305"][2], "4151", "MOH", "GRGRMOD01", dropped="2026-05-31", number_="9433")
    town.place(pupils["1305"][2], "41", "5", "2026-01-08", number_="9261")
    town.case("ENR-3", "the group ended 11 days ago, but a placement at the unit lasts", f"{named('pupil-1305-3')}, activity 9433, placement 9261",
              "enrolled at modersmalsenheten, without group")


# ---- what changes till night 2 -----------------------------------------------------------------------------------------
def changing(town: Register, pupils: dict[str, list[Person]]) -> None:
    town.theme("What else changes in the register between the nights")
    town.case("CLS-5 SCH-3", "the June promotion: 1A to 2A, 2A to 3A, 3A to 4A at the other unit of the receiver school",
              f"`pupil-1011-…`, `pupil-1012-…`, `pupil-1013-…`; {named('pupil-1013-1')}", "grades 1, 2, 3",
              "grades 2, 3, 4; one enrolment at kullens-skola GR all the while")
    town.case("PER-6", "a teacher's address in Register/Epost changes", named("teacher-gra"), "the old address", "one update: email_staff")
    town.case("EMP-4", "an employment's status becomes `Inaktiv`", named("teacher-hol"), "duty at kullens-skola, linked to class 2201",
              "left out, a finding: ended staff")
    town.case("GUA-2", "a relation's kind changes from `H` to `K`", named("guardian-02"), "responsible", "gone with the relation")


def night_two(town: Register, pupils: dict[str, list[Person]]) -> None:
    for old, new, grade in [("1011", "1012", "2"), ("1012", "1013", "3"), ("1013", "1200", "4")]:
        for child in pupils[old]:
            row = town.rows("elevplacering", person_id=guid(child.handle))[0]
            if new == "1200":
                row["slutdatum"] = "2026-06-11"
                town.place(child, "12", grade, "2026-06-12")
            else:
                row["arskurs"] = grade
            town.rows("klassplacering", person_id=guid(child.handle), klass_id=old)[0]["slutdatum"] = "2026-06-11"
            town.in_class(child, new, "2026-06-12")
    for grupp_id, named_class in {"1101": "2A", "1102": "3A", "1103": "4A"}.items():
        town.rows("undervisningsgrupp", grupp_id=grupp_id)[0]["eget2"] = named_class
    town.group("1105", "11", "KLASS_26_A", "", "1A")
    town.rows("klass", klass_id="1305")[0]["klassnamn"] = "5A Syd"

    renumbered = number("20150524", "m")
    town.rows("person", person_id=guid("number-tf-changes"))[0]["personnummer"] = f"{renumbered[:8]}-{renumbered[8:]}"
    town.rows("person", person_id=guid("becomes-protected"))[0]["sekretess"] = "1"
    town.rows("elevplacering", placering_id="9243")[0]["enhet_id"] = "91"
    town.tables["klassplacering"].remove(town.rows("klassplacering", person_id=guid("moves-to-leavers"))[0])
    town.rows("register_epost", person_id=guid("teacher-gra"))[0]["epost"] = "ny.adress@bjorkdala.example"
    town.rows("personal", person_id=guid("teacher-hol"))[0]["status"] = "Inaktiv"
    for row in town.rows("samband", samband_person_id=guid("guardian-02")):
        row["sambandstyp"] = "K"
    for table in ("mentorsgrupp", "mentorsgrupp_medlem"):
        for row in town.rows(table, mentorsgrupp_id="71"):
            row["mentorsgrupp_id"] = "72"


# ---- files -------------------------------------------------------------------------------------------------------------
def table_text(name: str, rows: list[dict]) -> str:
    header = COLUMNS[name].split(",")
    return csv_text(header, [[row[column] for column in header] for row in rows])


def lead(counted: dict[str, int]) -> list[str]:
    return [
        f"Written by `runner/tests/demo_extens.py`, like the extracts themselves: change it there. Night 1 is {NIGHT_1}, night 2 {NIGHT_2}.",
        f"{counted['child']} students, {counted['staff']} staff and {counted['guardian']} guardians, all invented. A person is shown by handle and "
        "`person_id`, never by name or number; the exported `person_id` is `extens-<person_id>`. Classes, groups, placements, employments, "
        "student activities and mentor groups are shown by their own ids (`klass_id`, `grupp_id`, `placering_id`, `anstallning_id`, "
        "`aktivitet_id`, `mentorsgrupp_id`); border cases have ids from 9000. *Left out* means: not exported, and `rpt_exclusions` says why. "
        "*A finding* means a row in `rpt_findings`. What concerns every register stands in `profiles/demo/CASES.md`.",
    ]


def verify(tables: dict[str, list[dict]], odd: list[str]) -> None:
    """No number outside the test series, no id twice, and no number on two persons unless a case says so."""
    holders: dict[str, list[str]] = {}
    for row in tables["person"]:
        if row["personnummer"] and row["personnummer"] not in odd:
            check_number(row["personnummer"], "person.personnummer")
        holders.setdefault(row["personnummer"].replace("-", "")[-10:], []).append(row["person_id"])
    twins = sorted(guid(handle) for handle in ("two-ids-a", "two-ids-b"))
    shared = [ids for number_, ids in holders.items() if number_ and len(ids) > 1 and sorted(ids) != twins]
    if shared:
        raise ValueError(f"one number, several persons: {shared}")
    for table, key in {"person": "person_id", "elevplacering": "placering_id", "klass": "klass_id", "undervisningsgrupp": "grupp_id",
                       "elevaktivitet": "aktivitet_id", "personal": "anstallning_id", "mentorsgrupp": "mentorsgrupp_id"}.items():
        keys = [row[key] for row in tables[table]]
        if len(keys) != len(set(keys)):
            raise ValueError(f"{table} has an id twice")


def files() -> dict[str, str]:
    """The generated files: path below the profile -> text."""
    town = Register()
    pupils = ordinary(town)
    protection(town, pupils)
    odd = persons(town, pupils)
    mapping = guardians(town, pupils)
    schools(town, pupils)
    staff(town, pupils)
    classes(town, pupils)
    groups(town, pupils)
    changing(town, pupils)
    changed = town.changed(lambda: night_two(town, pupils))
    verify(town.tables, odd)
    verify({**town.tables, **changed}, odd)
    texts = {f"extracts/extens/{name}.csv": table_text(name, rows) for name, rows in town.tables.items()}
    texts |= {f"nights/2/{name}.csv": table_text(name, rows) for name, rows in changed.items()}
    texts["seeds/person_mapping.csv"] = csv_text(MAPPING.split(","), mapping)
    texts["CASES.md"] = cases_text("The border cases of Björkdala kommun", lead(town.counted), town.cases)
    return texts


if __name__ == "__main__":
    sys.exit(write(PROFILE, files()))
