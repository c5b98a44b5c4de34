"""Sjöstads kommun: the invented municipality of profiles/demo, with every border case of the rules in it.

    python runner/tests/demo_municipality.py

rewrites, to the byte, profiles/demo/extracts/procapita/*.csv (night 1), nights/2/*.csv (the tables that differ on night 2),
seeds/person_mapping.csv and CASES.md. Nobody in it exists: names are drawn from lists, every personnummer has the form of
Skatteverket's test series (birth number 238 or 239; the cases of PER-8 bend it on purpose), phones are from the numbers
PTS keeps for fiction, and mail addresses end in `.example`. A test that needs one person asks `guid("<handle>")`, with the
handle that CASES.md gives. runner/tests/demo_extens.py and runner/tests/demo_ted.py make the other demos with what all share.
"""
import copy
import csv
import io
import random
import sys
import uuid
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import date, timedelta
from pathlib import Path

PROFILE = Path(__file__).resolve().parents[2] / "profiles" / "demo"
NIGHT_1, NIGHT_2 = date(2026, 8, 18), date(2026, 8, 19)
NAMESPACE = uuid.uuid5(uuid.NAMESPACE_DNS, "sjostad.example")
EMPTY_DATE = "00000101"
MAPPING = "source_system,person_key,email,user_name,google_account"

COLUMNS = {
    "kj1v0enh": "enhkod,enhnamn,scbkod,startdat,stangtfrom,stangttom,skolform",
    "kj1v0per": "personnr,namn,arbtel,hemtel,mobiltel,hemligtfn,eposthem,epostarb,vardhavare1_personnr,vardhavare2_personnr,"
                "personguid",
    "ki0v0fol": "personnr,fornamn,mellannamn,efternamn,adress,postnr,ort,adrskydd,skyddadfolkbokf,avregorsak,avregdat,"
                "antraffaddod",
    "kj1v0kla": "klasslnr,enhkod,klassnamn,arskurs,skolform,fromdat,tomdat,mentor_personnr",
    "kj1v0plk": "placlnr,personnr,enhkod,klasslnr,periodlnr,arskurs,placdatum,datumtom,mentor_personnr",
    "kj1v0grp": "grupplnr,enhkod,gruppnamn,ovrigt,grupptyp,fromdat,tomdat",
    "kj1v0grm": "grupplnr,personnr,fromdat,tomdat,aktiv,avbrottsdatum",
    "kj1v0ans": "anslnr,personnr,enhkod,signatur,befattning,fromdat,tomdat",
    "kj1v0akt": "aktlnr,personnr,enhkod,klasslnr,grupplnr,amneskod,kurskod,funktion,ovrigt,fromdat,tomdat",
}
# Fixed-length text: the register pads these with blanks, and so do we.
WIDTHS = {
    "enhkod": 4, "enhnamn": 24, "klassnamn": 12, "arskurs": 2, "gruppnamn": 20, "ovrigt": 10, "signatur": 5,
    "befattning": 16, "amneskod": 4, "ort": 9, "namn": 16, "skolform": 6,
}

GIRLS = """Alva Amina Anja Astrid Aya Beata Bodil Cecilia Daniela Ebba Edith Elin Elsa Ester Farah Fatima Freja Greta Hanna
Hawa Hedda Ida Ines Ingrid Iris Jamila Johanna Julia Juni Karin Khadra Klara Leah Leila Linnéa Liv Lova Maja Malin Maryam
Matilda Meja Minna Mira Märta Nadja Nora Olivia Pernilla Päivi Rania Rut Saga Samira Selma Signe Siri Stina Svea Tilde
Tove Tuva Tyra Vera Wilma Zahra Åsa""".split()
BOYS = """Abdi Adam Albin Ali Amir Anton Arvid August Axel Bilal Björn Casper Dani Dragan Edvin Elias Elis Emil Erik Filip
Folke Frank Gabriel Gustav Göran Hamza Harry Henrik Hjalmar Hugo Idris Isak Ivar Jakob Jamal Joel Josef Kalle Karim Kasper
Leo Liam Loke Ludvig Malte Marko Matti Melker Milo Nils Noah Oliver Omar Oskar Otto Pelle Rasmus Rolf Sami Samuel Sixten
Sten Tage Theo Tomasz Viggo Vincent Walter Yusuf Åke Örjan""".split()
FAMILIES = """Abdulle Ahlgren Ali Almqvist Andersson Asplund Backlund Begović Berg Bergström Björk Blixt Boström Bäckman Dahl
Ekdahl Ekström Eriksson Falk Farah Forsberg Fransson Gustafsson Haddad Hallberg Hammar Hassan Hedlund Heikkinen Holm Horvat
Hägg Ibrahim Isaksson Jansson Johansson Järvinen Karlsson Khalil Korhonen Kowalski Kvist Larsson Lind Lindqvist Lundgren
Löfgren Malm Mattsson Mohamud Moberg Nguyen Nilsson Nord Norberg Nyman Näslund Olofsson Omar Palm Persson Petrović Rashid
Risberg Rosén Ryd Saleh Sandin Sjöberg Skoglund Ström Sundin Svensson Söder Tahir Torell Ullman Vallin Vikström Wallin
Warsame Westin Yilmaz Zetterlund Åberg Åkerman Öberg Öhman Östlund""".split()
STREETS = """Ängsvägen Strandgatan Lindallén Kvarngatan Näsvägen Bryggargränd Klockargatan Åkervägen Fyrvägen Östergatan
Rönnstigen Hamngatan Slåttervägen Skogsbrynet Tallbacken Ättestigen""".split()


def luhn(digits: str) -> str:
    total = 0
    for place, digit in enumerate(digits):
        value = int(digit) * (2 if place % 2 == 0 else 1)
        total += value - 9 if value > 9 else value
    return str(-total % 10)


def number(born: str, sex: str) -> str:
    """The personnummer of the test series for a birth date (which may be a samordningsnummer's, or no date at all)."""
    serial = "238" if sex == "f" else "239"
    return born + serial + luhn(born[2:] + serial)


def check_number(value: str, where: str) -> None:
    """Raises ValueError unless the personnummer, with or without dash and century, is one of the test series."""
    digits = value.replace("-", "")
    digits = digits if len(digits) == 12 else "20" + digits
    if not (digits.isdigit() and digits[8:11] in ("238", "239") and luhn(digits[2:11]) == digits[11]):
        raise ValueError(f"{where} is not of the test series: {value}")
    date(int(digits[:4]), int(digits[4:6]), int(digits[6:8]))


# Birth dates of numbers that a case writes in its own form, kept free from the ordinary people.
KEPT_DATES = {"20160118", "20160523", "20160612", "20160703", "20160809", "19210907"}
# Numbers that rows name and nobody has.
UNKNOWN_STAFF, UNKNOWN_PUPIL = number("19700228", "f"), number("20141224", "m")


def guid(handle: str) -> str:
    return str(uuid.uuid5(NAMESPACE, handle))


def ascii_name(text: str) -> str:
    plain = text.lower().translate(str.maketrans("åäöéćä", "aaoeca"))
    return "".join(c for c in plain if c.isalnum())


@dataclass
class Family:
    surname: str
    address: str
    guardians: list[str]
    grades: list[str] = field(default_factory=list)
    given: list[str] = field(default_factory=list)


@dataclass
class Person:
    handle: str
    number: str
    given: str
    surname: str


class Town:
    """The tables of a demo while they are being filled, and the list of cases that stand in them.

    columns: table -> its header. kept: birth dates of numbers that cases write in their own form.
    """

    def __init__(self, columns: Mapping[str, str], seed: int, kept: set[str]) -> None:
        self.columns = {table: names.split(",") for table, names in columns.items()}
        self.random = random.Random(seed)
        self.tables: dict[str, list[dict]] = {name: [] for name in columns}
        self.cases: list[tuple] = []
        self.people: dict[str, Person] = {}
        self.kept = kept
        self.used: set[str] = set()
        self.addresses: set[str] = set()
        self.counters: dict[str, int] = {}
        self.counted = {"child": 0, "staff": 0, "guardian": 0}

    def add(self, table: str, **values: str) -> dict:
        unknown = set(values) - set(self.columns[table])
        if unknown:
            raise KeyError(f"{table} has no {unknown}")
        row = {name: values.get(name, "") for name in self.columns[table]}
        self.tables[table].append(row)
        return row

    def rows(self, table: str, **keys: str) -> list[dict]:
        found = [r for r in self.tables[table] if all(r[k] == v for k, v in keys.items())]
        if not found:
            raise LookupError(f"{table} has no {keys}")
        return found

    def next(self, name: str, first: int) -> str:
        self.counters[name] = self.counters.get(name, first - 1) + 1
        return str(self.counters[name])

    def case(self, rule: str, what: str, ids: str, first: str, second: str = "") -> None:
        self.cases.append((rule, what, ids, first, second or "as night 1"))

    def theme(self, title: str) -> None:
        self.cases.append((title,))

    def number_of(self, years: tuple[int, int], sex: str) -> str:
        first = date(years[0], 1, 1)
        days = (date(years[1], 12, 31) - first).days
        while True:
            born = first + timedelta(days=self.random.randrange(days + 1))
            found = number(f"{born:%Y%m%d}", sex)
            if found not in self.used and found[:8] not in self.kept:
                return found

    def mail(self, given: str, surname: str, domain: str) -> str:
        stem = f"{ascii_name(given)}.{ascii_name(surname)}"
        count, found = 1, f"{stem}@{domain}"
        while found in self.addresses:
            count, found = count + 1, f"{stem}{count + 1}@{domain}"
        self.addresses.add(found)
        return found

    def address(self) -> str:
        return f"{self.random.choice(STREETS)} {self.random.randrange(1, 60)}"

    def changed(self, change: Callable[[], None]) -> dict[str, list[dict]]:
        """The tables that differ after a change, which is taken back."""
        first = copy.deepcopy(self.tables)
        change()
        second, self.tables = self.tables, first
        return {name: table for name, table in second.items() if table != first[name]}


class Municipality(Town):
    """The nine tables of ProCapita that the demo has."""

    def __init__(self) -> None:
        super().__init__(COLUMNS, 20260818, KEPT_DATES)
        self.families: list[Family] = []
        self.used |= {UNKNOWN_STAFF, UNKNOWN_PUPIL}

    # -- persons -------------------------------------------------------------------------------------------------------
    def person(self, handle: str, years: tuple[int, int], sex: str = "", given: str = "", surname: str = "",
               address: str = "", personnr: str | None = None, personguid: str | None = None,
               register: dict | None = None, in_register: bool = True, in_persons: bool = True, **values: str) -> Person:
        sex = sex or self.random.choice("fm")
        given = given or self.random.choice(GIRLS if sex == "f" else BOYS)
        surname = surname or self.random.choice(FAMILIES)
        personnr = self.number_of(years, sex) if personnr is None else personnr
        if personnr and personnr in self.used:
            raise ValueError(f"{personnr} is taken")
        if handle in self.people:
            raise ValueError(f"{handle} is taken")
        self.used.add(personnr)
        values.setdefault("hemligtfn", self.random.choice(["0", "0", "0", "1", ""]))
        if in_persons:
            self.add("kj1v0per", personnr=personnr, namn=f"{surname}, {given}",
                     personguid=guid(handle) if personguid is None else personguid, **values)
        if in_register:
            row = dict(personnr=personnr, fornamn=given, efternamn=surname, adress=address or self.address(),
                       ort="Sjöstad",
                       adrskydd=self.random.choice(["N", "N", "", " "]), skyddadfolkbokf=self.random.choice(["", "", "N"]),
                       avregdat=self.random.choice(["", "", EMPTY_DATE]))
            row["postnr"] = f"9990{STREETS.index(row['adress'].split()[0]) % 6 + 1}"
            if self.random.random() < 0.06:
                row["mellannamn"] = self.random.choice(FAMILIES)
            self.add("ki0v0fol", **{**row, **(register or {})})
        self.people[handle] = Person(handle, personnr, given, surname)
        return self.people[handle]

    def guardian(self, handle: str = "", **values) -> Person:
        self.counted["guardian"] += 1
        handle = handle or f"guardian-{self.next('guardian', 1):0>3}"
        sex = values.pop("sex", self.random.choice("fm"))
        given = values.pop("given", self.random.choice(GIRLS if sex == "f" else BOYS))
        surname = values.pop("surname", "") or self.random.choice(FAMILIES)
        values.setdefault("eposthem", self.mail(given, surname, "post.example") if self.random.random() < 0.85 else "")
        if self.random.random() < 0.6:
            values.setdefault("mobiltel", f"07017406{self.random.randrange(5, 100):02d}")
        if self.random.random() < 0.15:
            values.setdefault("hemtel", f"09803192{self.random.randrange(0, 100):02d}")
        return self.person(handle, (1972, 1991), sex, given, surname, **values)

    def family(self, surname: str = "") -> Family:
        family = Family(surname or self.random.choice(FAMILIES), self.address(), [])
        kind = self.random.random()
        sexes = [] if kind < 0.02 else ["f"] if kind < 0.12 else ["m"] if kind < 0.16 else ["f", "f"] if kind < 0.19 else ["f", "m"]
        for place, sex in enumerate(sexes):
            own = family.surname if place == 0 or self.random.random() < 0.6 else ""
            apart = place == 1 and self.random.random() < 0.2
            family.guardians.append(self.guardian(sex=sex, surname=own, address="" if apart else family.address).number)
        self.families.append(family)
        return family

    def child(self, handle: str, grade: str, guardians: list[str] | None = None, surname: str = "", **values) -> Person:
        """Grade: a figure, `F` for förskoleklass, blank in pre-school."""
        self.counted["child"] += 1
        family = None
        if guardians is None and not surname:
            open_to = [f for f in self.families if len(f.grades) < 3 and grade not in f.grades and f.guardians]
            family = self.random.choice(open_to) if open_to and self.random.random() < 0.27 else self.family()
        elif guardians is None:
            family = self.family(surname)
        if family:
            family.grades.append(grade)
            guardians, surname = family.guardians, family.surname
            values.setdefault("address", family.address)
        years = (2021, 2024) if grade == "" else (2020, 2020) if grade == "F" else (2020 - int(grade),) * 2
        sex = values.pop("sex", self.random.choice("fm"))
        taken = family.given if family else []
        given = values.pop("given", "") or self.random.choice([n for n in (GIRLS if sex == "f" else BOYS) if n not in taken])
        taken.append(given)
        surname = surname or self.random.choice(FAMILIES)
        if grade.isdigit() and int(grade) >= 4:
            values.setdefault("epostarb", self.mail(given, surname, "elev.sjostad.example"))
        first, second = (list(guardians or []) + ["", ""])[:2]
        return self.person(handle, years, sex, given, surname, vardhavare1_personnr=first, vardhavare2_personnr=second, **values)

    def staff(self, handle: str, **values) -> Person:
        self.counted["staff"] += 1
        sex = values.pop("sex", self.random.choice("ffm"))
        given = values.pop("given", self.random.choice(GIRLS if sex == "f" else BOYS))
        surname = values.pop("surname", "") or self.random.choice(FAMILIES)
        values.setdefault("epostarb", self.mail(given, surname, "sjostad.example"))
        values.setdefault("arbtel", f"09803192{self.random.randrange(0, 100):02d}")
        return self.person(handle, (1962, 1999), sex, given, surname, **values)

    # -- what persons are in -------------------------------------------------------------------------------------------
    def unit(self, enhkod: str, name: str, form: str, scbkod: str, start: str = "20000801", closed: str = EMPTY_DATE,
             closed_to: str = "") -> None:
        self.add("kj1v0enh", enhkod=enhkod, enhnamn=name, scbkod=scbkod, startdat=start, stangtfrom=closed,
                 stangttom=closed_to, skolform=form)

    def class_(self, klasslnr: str, unit: str, name: str, grade: str = "", form: str = "", start: str = "20260819",
               end: str = "20270611", **values: str) -> str:
        self.add("kj1v0kla", klasslnr=klasslnr, enhkod=unit, klassnamn=name, arskurs=grade, skolform=form, fromdat=start,
                 tomdat=end, **values)
        return klasslnr

    def place(self, person: Person | str, unit: str, klasslnr: str, grade: str = "", start: str = "20260819",
              end: str = "20270611", placlnr: str | None = None, **values: str) -> str:
        placlnr = self.next("placement", 1) if placlnr is None else placlnr
        personnr = person if isinstance(person, str) else person.number
        self.add("kj1v0plk", placlnr=placlnr, personnr=personnr, enhkod=unit, klasslnr=klasslnr, periodlnr="26",
                 arskurs=grade, placdatum=start, datumtom=end, **values)
        return placlnr

    def group(self, grupplnr: str, unit: str, name: str, note: str = "PORTAL", kind: str = "", start: str = "20260819",
              end: str = "20270611") -> str:
        self.add("kj1v0grp", grupplnr=grupplnr, enhkod=unit, gruppnamn=name, ovrigt=note, grupptyp=kind, fromdat=start, tomdat=end)
        return grupplnr

    def member(self, grupplnr: str, person: Person | str, start: str = "20260819", end: str = "20270611", active: str | None = None,
               dropped: str = "") -> None:
        personnr = person if isinstance(person, str) else person.number
        active = self.random.choice(["J", "J", ""]) if active is None else active
        self.add("kj1v0grm", grupplnr=grupplnr, personnr=personnr, fromdat=start, tomdat=end, aktiv=active, avbrottsdatum=dropped)

    def employ(self, person: Person, unit: str, signature: str = "", title: str = "Lärare", start: str = "20200801",
               end: str | None = None, anslnr: str | None = None) -> str:
        anslnr = self.next("employment", 1) if anslnr is None else anslnr
        end = self.random.choice(["", EMPTY_DATE]) if end is None else end
        self.add("kj1v0ans", anslnr=anslnr, personnr=person.number, enhkod=unit, signatur=signature, befattning=title,
                 fromdat=start, tomdat=end)
        return anslnr

    def activity(self, person: Person | str, unit: str, klasslnr: str = "", grupplnr: str = "", subject: str = "", note: str = "",
                 start: str = "20260817", end: str = "20270618", aktlnr: str | None = None, task: str = "") -> str:
        aktlnr = self.next("activity", 1) if aktlnr is None else aktlnr
        personnr = person if isinstance(person, str) else person.number
        self.add("kj1v0akt", aktlnr=aktlnr, personnr=personnr, enhkod=unit, klasslnr=klasslnr, grupplnr=grupplnr,
                 amneskod=subject, funktion=task, ovrigt=note, fromdat=start, tomdat=end)
        return aktlnr


# ---- the ordinary municipality -----------------------------------------------------------------------------------------
def ordinary(town: Municipality) -> dict[str, list[Person]]:
    """Units, classes, pupils, staff and groups where nothing is odd. Returns the pupils of each class."""
    town.unit("101", "Lindens förskola", "FSK", "99000101")
    town.unit("103", "Skogsgläntans förskola", "FSK", "99000103", closed="20260615", closed_to="20260818")
    town.unit("201", "Ängsskolan", "GR", "99000201")
    town.unit("202", "Ängsskolan Näset", "GR", "99000202")
    town.unit("301", "Strandskolan", "GR", "99000301")

    for klasslnr, unit, name, grade, form, start, end in [
        ("1001", "101", "Blåklockan", "", "", "20230801", "20301231"),
        ("1002", "101", "Gullvivan", "", "", "20230801", "20301231"),
        ("1003", "101", "Smörblomman", "", "FSK", "20230801", "20301231"),
        ("1031", "103", "Vitsippan", "", "", "20230801", "20301231"),
        ("2001", "201", "F-klass", "0", "FKLASS", "20260820", "20270611"),
        ("2011", "201", "1A, blå", "1", "", "20260819", "20270611"),
        ("2012", "201", "1A blå", "1", "", "20260819", "20270611"),
        ("2021", "201", "2A", "2", "GR", "20260819", "20270611"),
        ("2031", "201", "3A", "3", "GR", "20260819", "20270611"),
        ("2041", "201", "4A", "4", "", "20260819", "20270611"),
        ("2042", "201", "4B", "4", "", "20260819", "20270611"),
        ("2051", "201", "5A", "5", "", "20260819", "20270611"),
        ("2061", "201", "6A", "6", "", "20260819", "20270611"),
        ("2071", "202", "7A", "7", "", "20260820", "20270611"),
        ("2081", "202", "8A", "8", "", "20260820", "20270611"),
        ("2901", "201", "Räven", "", "FTH", "20250801", "20270630"),
        ("2902", "201", "Ugglan", "", "FTH", "20250801", "20270630"),
        ("3041", "301", "4A", "4", "", "20260819", "20270611"),
        ("3051", "301", "5A", "5", "", "20260819", "20270611"),
        ("3061", "301", "6A", "6", "", "20260819", "20270611"),
    ]:
        town.class_(klasslnr, unit, name, grade, form, start, end)

    pupils: dict[str, list[Person]] = {}
    for klasslnr, unit, grade, count in [
        ("1001", "101", "", 16), ("1002", "101", "", 16), ("1003", "101", "", 15), ("1031", "103", "", 11),
        ("2001", "201", "F", 13), ("2011", "201", "1", 11), ("2012", "201", "1", 11), ("2021", "201", "2", 12),
        ("2031", "201", "3", 12), ("2041", "201", "4", 12), ("2042", "201", "4", 12), ("2051", "201", "5", 12),
        ("2061", "201", "6", 12), ("2071", "202", "7", 11), ("2081", "202", "8", 11),
        ("3041", "301", "4", 11), ("3051", "301", "5", 12), ("3061", "301", "6", 12),
    ]:
        pupils[klasslnr] = []
        starts = "20260820" if klasslnr in ("2001", "2071", "2081") else "20260819"
        for place in range(1, count + 1):
            child = town.child(f"pupil-{klasslnr}-{place:02d}", grade)
            pupils[klasslnr].append(child)
            if grade == "":
                began = town.random.choice(["20240812", "20250113", "20250811", "20260302"])
                born = child.number[:4]
                town.place(child, unit, klasslnr, "", began if int(born) < 2024 else "20260302",
                           town.random.choice(["", EMPTY_DATE, "20270630"]))
            else:
                town.place(child, unit, klasslnr, "0" if grade == "F" else grade, starts)
    # Leisure in the same unit as the school: every other child up to grade 3, since the summer.
    for klasslnr in ("2001", "2011", "2012", "2021", "2031"):
        for place, child in enumerate(pupils[klasslnr]):
            if place % 2 == 0:
                room = "2901" if klasslnr in ("2001", "2011", "2012") else "2902"
                town.place(child, "201", room, "", "20260803", "20270630")
    # Last year's class of some who are in 5A now.
    for child in pupils["2051"][:6]:
        town.place(child, "201", "1941", "4", "20250819", "20260612")

    for handle, unit, signature, title, start in [
        ("staff-101-1", "101", "ALM", "Förskollärare", "20180801"), ("staff-101-2", "101", "BEK", "Förskollärare", "20210801"),
        ("staff-101-3", "101", "CÅB", "Barnskötare", "20240115"), ("staff-103-1", "103", "DAN", "Förskollärare", "20190801"),
        ("staff-201-1", "201", "ELM", "Lärare", "20120801"), ("staff-201-2", "201", "FOR", "Lärare", "20150801"),
        ("staff-201-3", "201", "GUS", "Lärare", "20170801"), ("staff-201-4", "201", "HÄG", "Lärare", "20190801"),
        ("staff-201-5", "201", "ISA", "Lärare", "20200801"), ("staff-201-6", "201", "JON", "Lärare", "20220801"),
        ("staff-201-7", "201", "KVI", "Fritidslärare", "20210801"), ("staff-202-1", "202", "LÖF", "Lärare", "20160801"),
        ("staff-301-1", "301", "MAL", "Lärare", "20140801"), ("staff-301-2", "301", "NOR", "Lärare", "20180801"),
        ("staff-301-3", "301", "OLO", "Lärare", "20230801"),
    ]:
        town.employ(town.staff(handle), unit, signature, title, start)

    for handle, classes in {
        "staff-101-1": ["1001"], "staff-101-2": ["1002"], "staff-101-3": ["1003"], "staff-103-1": ["1031"],
        "staff-201-1": ["2001", "2011"], "staff-201-2": ["2012"], "staff-201-3": ["2021"], "staff-201-4": ["2031"],
        "staff-201-5": ["2041", "2042"], "staff-201-6": ["2051", "2061"], "staff-201-7": ["2901", "2902"],
        "staff-202-1": ["2071", "2081"], "staff-301-1": ["3041"], "staff-301-2": ["3051"], "staff-301-3": ["3061"],
    }.items():
        for klasslnr in classes:
            early = klasslnr[0] == "1" or klasslnr[1] == "9"
            town.activity(town.people[handle], handle[6:9], klasslnr, task="Klasslärare", start="20240801" if early else "20260817",
                          end=town.random.choice(["", EMPTY_DATE]) if early else "20270618")

    mentor = town.people["staff-201-6"].number
    for row in town.tables["kj1v0kla"]:
        if row["klasslnr"] == "2051":
            row["mentor_personnr"] = mentor
    for row in town.tables["kj1v0plk"]:
        if row["personnr"] in [child.number for child in pupils["2051"][:3]] and row["klasslnr"] == "2051":
            row["mentor_personnr"] = mentor

    for grupplnr, unit, name, subject, teacher, classes in [
        ("5041", "201", "4A MA", "MA", "staff-201-5", ["2041"]), ("5042", "201", "4A SV", "SV", "staff-201-5", ["2041"]),
        ("5043", "201", "4B MA", "MA", "staff-201-6", ["2042"]), ("5051", "201", "5A MA", "MA", "staff-201-6", ["2051"]),
        ("5061", "201", "6A EN", "EN", "staff-201-6", ["2061"]), ("5071", "202", "7A MA", "MA", "staff-202-1", ["2071"]),
        ("5081", "202", "8A SV", "SV", "staff-202-1", ["2081"]), ("5341", "301", "4A MA", "MA", "staff-301-1", ["3041"]),
        ("5351", "301", "5A SV", "SV", "staff-301-2", ["3051"]), ("5361", "301", "6A BL", "BL", "staff-301-3", ["3061"]),
    ]:
        starts = "20260820" if unit == "202" else "20260819"
        town.group(grupplnr, unit, name, start=starts)
        town.activity(town.people[teacher], unit, grupplnr=grupplnr, subject=subject, note="PORTAL")
        for klasslnr in classes:
            for child in pupils[klasslnr]:
                town.member(grupplnr, child, starts)
    town.group("5101", "201", "Modersmål finska")
    town.activity(town.people["staff-201-4"], "201", grupplnr="5101", subject="ML", note="PORTAL")
    for klasslnr in ("2041", "2051", "2061"):
        for child in pupils[klasslnr][:3]:
            town.member("5101", child)
    return pupils


# ---- the border cases --------------------------------------------------------------------------------------------------
def protection(town: Municipality) -> None:
    town.theme("Protected persons (PER-1): in no output, report, finding, count or log of either night")
    out = "nowhere"

    def hidden(handle: str, flags: dict, kind: str = "child", grade: str = "4", **values) -> Person:
        return (town.child(handle, grade, guardians=values.pop("guardians", []), register=flags, **values) if kind == "child"
                else getattr(town, kind)(handle, register=flags, **values))

    parent = town.guardian("guardian-of-protected", surname="Yngvesdal")
    person = hidden("protected-student", {"adrskydd": "J"}, surname="Ekelöv", given="Ronja", sex="f", guardians=[parent.number])
    placed = town.place(person, "201", "2041", "4", placlnr="9201")
    town.member("5041", person)
    town.case("PER-1", "student, `adrskydd` J; also member of group 5041 and named in person_mapping.csv",
              f"`protected-student` {guid('protected-student')}, placement {placed}", out)
    town.case("PER-1", "guardian whose only child is protected: nothing may say so",
              f"`guardian-of-protected` {guid('guardian-of-protected')}", "no row for that cause (guardians are not delivered)")

    person = hidden("protected-staff", {"skyddadfolkbokf": "J"}, "staff", surname="Grimsdal", given="Torun", sex="f")
    town.employ(person, "201", "PRX", anslnr="9301")
    town.activity(person, "201", "2041", aktlnr="9401")
    town.case("PER-1", "staff, `skyddadfolkbokf` J; second teacher of class 2041",
              f"`protected-staff` {guid('protected-staff')}, employment 9301, activity 9401",
              "nowhere; class 2041 stands with its other teacher")

    parent = hidden("protected-guardian", {"adrskydd": "X"}, "guardian", surname="Hjortsäter", given="Vanja", sex="f")
    child = town.child("pupil-of-protected-guardian", "5", guardians=[parent.number], surname="Tallgren")
    town.place(child, "301", "3051", "5", placlnr="9202")
    town.case("PER-1", "guardian, odd flag value `X`", f"`protected-guardian` {guid('protected-guardian')}", out)
    town.case("PER-1", "the open child of that guardian", f"`pupil-of-protected-guardian` {guid('pupil-of-protected-guardian')}, "
              "placement 9202", "enrolled at strandskolan, no finding about guardians")

    person = hidden("protected-mentor", {"adrskydd": "J", "skyddadfolkbokf": "J"}, "staff", surname="Ilvebäck", given="Sylve", sex="m")
    town.employ(person, "201", "QRX", anslnr="9302")
    for row in town.tables["kj1v0kla"]:
        if row["klasslnr"] == "2061":
            row["mentor_personnr"] = person.number
    town.case("PER-1", "mentor of class 2061, both flags", f"`protected-mentor` {guid('protected-mentor')}, employment 9302",
              "nowhere; class 2061 stands")

    person = hidden("protected-only-teacher", {"adrskydd": "J"}, "staff", surname="Kråkshult", given="Embla", sex="f")
    town.employ(person, "301", "RSX", anslnr="9303")
    town.class_("9012", "301", "4C", "4")
    town.activity(person, "301", "9012", aktlnr="9402")
    for place in (1, 2):
        town.place(town.child(f"pupil-9012-{place}", "4"), "301", "9012", "4", placlnr=f"920{place + 2}")
    town.case("PER-1 CLS-2", "teacher of the only activity of a class", f"`protected-only-teacher` {guid('protected-only-teacher')}, "
              "employment 9303, activity 9402, class 9012", "person nowhere; class left out as any class without a teacher; its "
              "pupils (placements 9203, 9204) enrolled all the same")

    for handle, flag, surname, placlnr in [("protected-zero", "0", "Lunnevad", "9205"), ("protected-lower-case", "j", "Mörtfors", "9206")]:
        person = hidden(handle, {"adrskydd": flag}, surname=surname)
        town.place(person, "301", "3041", "4", placlnr=placlnr)
        town.case("PER-1", f"student, flag `{flag}`: neither blank nor N", f"`{handle}` {guid(handle)}, placement {placlnr}", out)
    for handle, flag, word, placlnr in [("open-blank-flag", "", "blank", "9207"), ("open-spaces-flag", " ", "one blank", "9208"),
                                        ("open-n-flag", "N", "N", "9209")]:
        person = town.child(handle, "4", register={"adrskydd": flag, "skyddadfolkbokf": flag})
        town.place(person, "301", "3041", "4", placlnr=placlnr)
        town.case("PER-1", f"both flags {word}: open", f"`{handle}` {guid(handle)}, placement {placlnr}", "enrolled at strandskolan")

    person = hidden("protected-no-person-row", {"adrskydd": "J"}, surname="Nissafors", in_persons=False)
    town.place(person, "201", "2042", "4", placlnr="9210")
    town.case("PER-1", "in the population register only, missing from kj1v0per, but placed", "placement 9210", out)

    town.counted["child"] += 1
    full = number("20160523", "m")
    town.used.add(full)
    person = town.person("protected-other-number-form", (2016, 2016), "m", "Tyke", "Oxnäset", personnr=full[2:], in_register=False,
                         epostarb="tyke.oxnaset@elev.sjostad.example")
    town.add("ki0v0fol", personnr=full, fornamn="Tyke", efternamn="Oxnäset", adress="Fyrvägen 77", postnr="99903", ort="Sjöstad",
             adrskydd="J")
    town.place(person, "201", "2042", "4", placlnr="9211")
    town.case("PER-1 PER-8", "12 digits in the population register, 10 in kj1v0per and kj1v0plk: one person",
              f"`{person.handle}` {guid(person.handle)}, placement 9211", out)

    person = hidden("protected-unreadable-date", {"adrskydd": "J", "avregorsak": "UV", "avregdat": "20261332"}, surname="Pilsåkra")
    town.place(person, "201", "2042", "4", placlnr="9212")
    town.case("PER-1", "register row with an unreadable date: left out, but for its protection",
              f"`{person.handle}` {guid(person.handle)}, placement 9212", out)

    person = hidden("protected-second-row", {"adrskydd": "N", "skyddadfolkbokf": ""}, surname="Rävlanda")
    town.tables["ki0v0fol"].append({**town.tables["ki0v0fol"][-1], "skyddadfolkbokf": "J"})
    town.place(person, "201", "2042", "4", placlnr="9213")
    town.case("PER-1", "two register rows, only one of them protected", f"`{person.handle}` {guid(person.handle)}, placement 9213", out)

    person = hidden("protected-deceased", {"adrskydd": "J", "avregorsak": "AV", "avregdat": "20260801"}, surname="Simmatorp")
    town.place(person, "201", "2042", "4", placlnr="9214")
    town.case("PER-1 PER-3", "protected and deceased: protection was first", f"`{person.handle}` {guid(person.handle)}, placement 9214", out)

    person = hidden("protected-only-member", {"skyddadfolkbokf": "J"}, surname="Tvärskog")
    town.place(person, "201", "2042", "4", placlnr="9215")
    town.group("9112", "201", "Läslyftet")
    town.activity(town.people["staff-201-4"], "201", grupplnr="9112", subject="SV", note="PORTAL", aktlnr="9412")
    town.member("9112", person)
    town.case("PER-1", "only member of a group", f"`{person.handle}` {guid(person.handle)}, placement 9215, group 9112",
              "person nowhere; group 9112 exported with its teacher and without members, no finding about that")

    person = town.child("becomes-protected", "4", guardians=[], surname="Ulvahult", given="Idun", sex="f")
    town.place(person, "201", "2042", "4", placlnr="9216")
    town.member("5043", person)
    town.case("PER-1 PER-2", "becomes protected between the nights", f"`{person.handle}` {guid(person.handle)}, placement 9216, "
              "member of 5043", "enrolled at angsskolan", "nowhere; person and links taken away, keys only, first and with mode `erase`")


def register(town: Municipality) -> None:
    town.theme("Population register (PER-3, PER-11)")

    def pupil(handle: str, what: str, placlnr: str, flags: dict, first: str, second: str = "", rule: str = "PER-3") -> None:
        town.place(town.child(handle, "5", register=flags), "301", "3051", "5", placlnr=placlnr)
        town.case(rule, what, f"`{handle}` {guid(handle)}, placement {placlnr}", first, second)

    town.place(town.child("no-register-pupil", "5", in_register=False), "301", "3051", "5", placlnr="9221")
    town.case("PER-11", "pupil without a register row", f"`no-register-pupil` {guid('no-register-pupil')}, placement 9221",
              "kept, name from `namn`, a finding (`missing_register_row: keep`)")
    teacher = town.staff("no-register-teacher", in_register=False)
    town.employ(teacher, "201", "TAH", anslnr="9304")
    town.activity(teacher, "201", "2021", aktlnr="9403")
    town.case("PER-11", "teacher without a register row (lives elsewhere)", f"`no-register-teacher` {guid('no-register-teacher')}, "
              "employment 9304, activity 9403", "kept and linked to class 2021, a finding")

    pupil("deceased-pupil", "deceased student", "9222", {"avregorsak": "AV", "avregdat": "20260810"}, "left out")
    pupil("deceased-no-date", "deceased student, no date", "9223", {"avregorsak": "AV", "avregdat": ""}, "left out")
    pupil("found-dead-today", "`antraffaddod` is the day of night 1", "9224", {"antraffaddod": "20260818"}, "left out")
    pupil("found-dead-tomorrow", "`antraffaddod` is the day after", "9225", {"antraffaddod": "20260819"},
          "enrolled at strandskolan", "left out")
    pupil("deregistered-today", "deregistered on the day of night 1", "9226", {"avregorsak": "UV", "avregdat": "20260818"}, "left out")
    pupil("deregistered-tomorrow", "deregistered the day after", "9227", {"avregorsak": "UV", "avregdat": "20260819"},
          "enrolled at strandskolan", "left out")
    pupil("deregistered-no-date", "deregistered, date `00000101`", "9228", {"avregorsak": "OB", "avregdat": EMPTY_DATE}, "left out")
    pupil("register-bad-date", "register row with an unreadable date", "9229", {"avregorsak": "UV", "avregdat": "20261332"},
          "the register row is left out (a finding); the pupil is kept as one without a register row", rule="PER-3 PER-11")

    teacher = town.staff("deceased-teacher", register={"avregorsak": "AV", "avregdat": "20260705"})
    town.employ(teacher, "201", "UHL", anslnr="9305")
    town.activity(teacher, "201", "2021", aktlnr="9404")
    town.case("PER-3", "deceased teacher", f"`deceased-teacher` {guid('deceased-teacher')}, employment 9305, activity 9404",
              "left out, no duty, no link")
    teacher = town.staff("deregistered-teacher", register={"avregorsak": "UV", "avregdat": "20240301"})
    town.employ(teacher, "301", "VAL", anslnr="9306")
    town.activity(teacher, "301", "3051", aktlnr="9405")
    town.case("PER-3", "deregistered teacher stays", f"`deregistered-teacher` {guid('deregistered-teacher')}, employment 9306, "
              "activity 9405", "duty at strandskolan, linked to class 3051")
    gone = town.guardian("deceased-guardian", register={"avregorsak": "AV", "avregdat": "20260105"})
    away = town.guardian("deregistered-guardian", register={"avregorsak": "UV", "avregdat": "20250601"})
    child = town.child("pupil-of-deceased-guardian", "5", guardians=[gone.number, away.number])
    town.place(child, "301", "3051", "5", placlnr="9230")
    town.case("PER-3", "deceased guardian, and a deregistered one", f"`deceased-guardian` {guid('deceased-guardian')}, "
              f"`deregistered-guardian` {guid('deregistered-guardian')}, child's placement 9230",
              "guardians are not delivered (were they, the deregistered one alone); the child is enrolled")


def numbers(town: Municipality) -> list[str]:
    """Returns the numbers that are wrong on purpose, or of another form."""
    town.theme("Numbers, ids and attributes (PER-4…PER-8). `eventful` sends no personnummer; the findings show them judged")
    odd: list[str] = []

    def pupil(handle: str, what: str, placlnr: str, personnr: str, outcome: str, rule: str = "PER-8", **values) -> Person:
        odd.append(personnr)
        child = town.child(handle, "4", personnr=personnr, **values)
        town.place(child, "301", "3041", "4", placlnr=placlnr)
        town.case(rule, what, f"`{handle}` {guid(handle)}, placement {placlnr}", outcome)
        return child

    right = number("20160118", "f")
    pupil("number-check-digit", "check digit is wrong", "9241", right[:-1] + str((int(right[-1]) + 1) % 10), "enrolled, a finding: invalid")
    pupil("number-no-such-date", "30 February", "9242", number("20160230", "f"), "enrolled, a finding: invalid")
    pupil("number-coordination", "samordningsnummer, day + 60", "9243", number("20160375", "m"), "enrolled, number is valid")
    pupil("number-coordination-day", "samordningsnummer, unknown day `60`", "9244", number("20160460", "f"), "enrolled, number is valid")
    pupil("number-coordination-month", "samordningsnummer, unknown month `00`", "9245", number("20160072", "m"), "enrolled, number is valid")
    pupil("number-tf", "TF-nummer, 12 characters; no register row", "9246", "20160612TF01", "enrolled, number is valid; finding of the "
          "missing register row", in_register=False)
    pupil("number-tf-short", "TF-nummer, 10 characters; no register row", "9247", "160703TF02", "enrolled, number is valid; finding of "
          "the missing register row", in_register=False)
    pupil("number-ten-digits", "10 digits, latest century", "9248", number("20160809", "m")[2:], "enrolled, number is valid")
    town.person("number-missing", (2016, 2016), "f", personnr="", in_register=False)
    town.counted["child"] += 1
    town.case("PER-8 DQ-2", "person row without personnummer", f"`number-missing` {guid('number-missing')}",
              "left out, a finding of its own: missing, not invalid")
    town.person("number-century", (1920, 1920), "m", personnr="210907+" + number("19210907", "m")[8:])
    odd.append(town.people["number-century"].number)
    town.case("PER-8", "10 digits with `+`: born 1921", f"`number-century` {guid('number-century')}", "left out: no role; number is valid")

    child = town.child("no-guid", "4", personguid="")
    town.place(child, "301", "3041", "4", placlnr="9251")
    town.case("PER-4", "person row without guid", "placement 9251", "left out, with a reason; never named by the number")

    handles = sorted(["two-guids-a", "two-guids-b"], key=guid)
    child = town.child(handles[0], "6", epostarb="")
    town.place(child, "301", "3061", "6", placlnr="9252")
    twin = {**town.tables["kj1v0per"][-1], "personguid": guid(handles[1]), "epostarb": "dubbel.post@elev.sjostad.example"}
    town.tables["kj1v0per"].append(twin)
    town.case("PER-4", "two guids, one personnummer; only the higher one's row has an address",
              f"`{handles[0]}` {guid(handles[0])}, `{handles[1]}` {guid(handles[1])}, placement 9252",
              f"one person, id {guid(handles[0])} (the lowest), email_student from the other row, a finding")

    child = town.child("name-from-register", "6", register={"fornamn": "Elisabet", "mellannamn": "Ljung"})
    town.place(child, "301", "3061", "6", placlnr="9253")
    town.case("PER-5", "register and kj1v0per give different given names", f"`name-from-register` {guid('name-from-register')}, placement 9253",
              "given name of the register, middle name not sent")
    child = town.child("name-too-long", "6", register={"fornamn": ("Anna-" * 60)})
    town.place(child, "301", "3061", "6", placlnr="9254")
    town.case("DQ-2", "given name of 300 characters", f"`name-too-long` {guid('name-too-long')}, placement 9254",
              "a finding; never a silent cut")
    town.person("no-role", (1988, 1988), "f", eposthem="ingen.roll@post.example")
    town.case("DQ-2", "person who is neither student, staff nor guardian", f"`no-role` {guid('no-role')}", "left out, with a reason")
    return odd


def mail(town: Municipality) -> list[list[str]]:
    """Returns the rows of person_mapping.csv."""
    town.theme("E-mail (PER-6, PER-7)")
    rows: list[list[str]] = []

    def pupil(handle: str, what: str, placlnr: str, outcome: str, keys: list[tuple[str, str]], **values) -> Person:
        values.setdefault("epostarb", "")
        child = town.child(handle, "6", **values)
        town.place(child, "301", "3061", "6", placlnr=placlnr)
        for kind, address in keys:
            key = guid(handle) if kind == "guid" else child.number
            rows.append(["procapita", key, address, address.split("@")[0] if kind == "guid" else "", ""])
        town.case("PER-7", what, f"`{handle}` {guid(handle)}, placement {placlnr}", outcome)
        return child

    pupil("mail-by-guid", "no address; mapped by guid", "9261", "email_student elev1001@elev.sjostad.example, user name elev1001",
          [("guid", "elev1001@elev.sjostad.example")])
    pupil("mail-by-number", "no address; mapped by personnummer", "9262", "email_student elev1002@elev.sjostad.example, no user name",
          [("number", "elev1002@elev.sjostad.example")])
    pupil("mail-guid-first", "no address; mapped both ways", "9263", "email_student elev1003@…, the row by guid, never elev9999@…",
          [("number", "elev9999@elev.sjostad.example"), ("guid", "elev1003@elev.sjostad.example")])
    pupil("mail-own-first", "own address, and a mapped one", "9264", "email_student egen.adress@elev.sjostad.example, user name elev1004",
          [("guid", "elev1004@elev.sjostad.example")], epostarb="egen.adress@elev.sjostad.example  ")
    pupil("mail-none", "no address anywhere (blanks)", "9265", "exported without address (`person_requires_email: 0`)", [], epostarb="  ")
    teacher = town.staff("mail-teacher-mapped", epostarb="", eposthem="privat.larare@post.example")
    town.employ(teacher, "301", "WES", anslnr="9311")
    rows.append(["procapita", guid("mail-teacher-mapped"), "larare2001@sjostad.example", "larare2001", ""])
    town.case("PER-6 PER-7", "teacher without *Epostarb*, with *Eposthem*; mapped by guid", f"`mail-teacher-mapped` "
              f"{guid('mail-teacher-mapped')}, employment 9311", "email_staff larare2001@sjostad.example, never the private address")
    parent = town.guardian("mail-guardian-mapped", eposthem="")
    rows.append(["procapita", parent.number, "aldrig@sjostad.example", "", ""])
    child = town.child("pupil-of-mapped-guardian", "6", guardians=[parent.number])
    town.place(child, "301", "3061", "6", placlnr="9266")
    town.case("PER-7", "guardian without address, in the mapping", f"`mail-guardian-mapped` {guid('mail-guardian-mapped')}",
              "a mapping never serves a guardian: aldrig@sjostad.example is nowhere")
    rows.append(["procapita", guid("protected-student"), "ronja.ekelov@elev.sjostad.example", "elev6666", ""])
    rows.append(["procapita", guid("unknown-person"), "okand@elev.sjostad.example", "elev7777", ""])
    town.case("PER-1 PER-7", "protected person in the mapping (a list from AD holds everybody)",
              f"`protected-student` {guid('protected-student')}", "elev6666 is nowhere")
    town.case("PER-7", "mapping row of somebody not in the register", guid("unknown-person"), "does nothing")

    teacher = town.staff("teacher-and-parent", eposthem="foralder.hemma@post.example")
    town.employ(teacher, "301", "ÅBE", anslnr="9312")
    town.activity(teacher, "301", "3061", aktlnr="9406")
    child = town.child("pupil-of-teacher", "2", guardians=[teacher.number])
    town.place(child, "201", "2021", "2", placlnr="9267")
    town.case("PER-6", "teacher at one school, parent at another", f"`teacher-and-parent` {guid('teacher-and-parent')}, employment 9312, "
              "activity 9406, child's placement 9267", "one person; email_staff is *Epostarb*, *Eposthem* is not sent")
    return rows


def staff(town: Municipality) -> None:
    town.theme("Staff (EMP-1, SCH-3, SCH-6)")

    def employee(handle: str, what: str, unit: str, signature: str, anslnr: str, start: str, end: str, first: str, second: str = "",
                 title: str = "Lärare", rule: str = "EMP-1") -> Person:
        person = town.staff(handle)
        town.employ(person, unit, signature, title, start, end, anslnr)
        town.case(rule, what, f"`{handle}` {guid(handle)}, employment {anslnr}", first, second)
        return person

    employee("employed-in-14-days", "employment starts in 14 days", "301", "BAA", "9321", "20260901", "", "duty at strandskolan")
    employee("employed-in-15-days", "employment starts in 15 days", "301", "BBB", "9322", "20260902", "", "left out", "duty at strandskolan")
    employee("employed-till-yesterday", "employment ended yesterday", "301", "BCC", "9323", "20190801", "20260817", "left out")
    employee("employed-till-today", "employment ends today", "301", "BDD", "9324", "20190801", "20260818", "duty at strandskolan",
             "left out: the duty ends, the person with it")
    employee("employed-no-start", "employment without start", "301", "BEE", "9325", "", "", "left out, a finding")
    employee("employed-bad-date", "employment with an unreadable date", "301", "BFF", "9326", "2019-08", "", "left out, a finding")
    employee("employed-unlisted", "employment at a unit that is not listed", "401", "BGG", "9327", "20190801", "", "left out", rule="SCH-1")
    employee("employed-closed", "employment at a closed unit", "302", "BHH", "9328", "20190801", "", "left out", rule="SCH-2")
    head = employee("head-no-activity", "head of school, no activity, open employment `00000101`", "201", "RES", "9329", "20180801", EMPTY_DATE,
                    "duty at angsskolan and at angsskolans-fritidshem (the unit feeds both)", title="Rektor", rule="EMP-1 SCH-6")
    town.tables["kj1v0ans"].append(dict(town.tables["kj1v0ans"][-1]))
    town.case("DQ-2", "the same employment row twice", f"`{head.handle}`, employment 9329", "one duty a school")

    person = employee("teacher-two-schools", "teacher at two schools", "201", "MUS", "9330", "20190801", "",
                      "one person, duties at angsskolan, angsskolans-fritidshem and strandskolan; linked to 5101 and 5361", rule="SCH-4")
    town.employ(person, "301", "MUS", "Lärare", "20210801", "20270630", "9331")
    town.activity(person, "201", grupplnr="5101", subject="ML", note="PORTAL", aktlnr="9407")
    town.activity(person, "301", grupplnr="5361", subject="BL", note="PORTAL", aktlnr="9408")

    person = employee("teacher-sister-unit", "employed at 202, teaches at 201: the same receiver school", "202", "SYS", "9332", "20190801", "",
                      "duty at angsskolan; linked to class 2031 and group 9111", rule="SCH-3 MEM-2")
    town.activity(person, "201", "2031", aktlnr="9409")
    person = employee("teacher-elsewhere", "employed at 301 only, teaches at 201", "301", "ELS", "9333", "20190801", "",
                      "duty at strandskolan; no link to group 9110", rule="MEM-2")
    person = town.staff("teacher-unemployed")
    town.activity(person, "201", "2031", aktlnr="9410")
    town.case("EMP-1 MEM-2", "activity without any employment", f"`teacher-unemployed` {guid('teacher-unemployed')}, activity 9410",
              "left out, no link")
    town.activity(UNKNOWN_STAFF, "201", "2031", aktlnr="9411")
    town.case("MEM-2", "activity that names an unknown person", "activity 9411", "counts for nothing")

    person = employee("teacher-border-cases", "teaches the classes and groups of this list", "201", "GRN", "9334", "20150801", "",
                      "duty at angsskolan and angsskolans-fritidshem", rule="MEM-2")
    for aktlnr, subject, start, end in [("9413", "SV", "20260817", "20261220"), ("9414", "SO", "20260824", "20270618")]:
        town.activity(person, "201", "2031", subject=subject, start=start, end=end, aktlnr=aktlnr)
    town.case("MEM-2", "two activities, one teacher, one class", "activities 9413, 9414 on class 2031",
              "one link, 2026-08-17 – 2027-06-18")
    for aktlnr, what, start, end, first, second in [
        ("9415", "activity starts in 14 days", "20260901", "20270618", "linked to class 2042", ""),
        ("9416", "activity starts in 15 days", "20260902", "20270618", "no link to class 2012", "linked to class 2012"),
        ("9417", "activity without start", "", "20270618", "no link to class 2041, a finding", ""),
    ]:
        klasslnr = {"9415": "2042", "9416": "2012", "9417": "2041"}[aktlnr]
        town.activity(person, "201", klasslnr, start=start, end=end, aktlnr=aktlnr)
        town.case("MEM-2 WIN", what, f"activity {aktlnr} on class {klasslnr}", first, second)
    town.activity(person, "201", aktlnr="9418")
    town.activity(person, "201", grupplnr="9199", note="PORTAL", aktlnr="9419")
    town.case("MEM-2", "activity on nothing; activity on a missing group", "activities 9418, 9419", "no link")


def classes(town: Municipality) -> None:
    town.theme("Schools and classes (SCH, CLS, WIN)")
    teacher = town.people["teacher-border-cases"]
    town.unit("302", "Bruksskolan", "GR", "99000302", closed="20260701")
    town.unit("303", "Hamnskolan", "GR", "99000303", start="20270801")
    town.unit("304", "Åkerskolan", "GR", "99000304", start="")
    town.unit("401", "Kullaskolan", "GR", "99000401")
    # A finding that is no single row's: two units, one receiver school.
    town.case("SCH-3", "two units feed one receiver school, with different names and unit codes", "units 201, 202",
              "angsskolan has the name and code of 201, a finding")
    town.case("SCH-6", "one unit with three rows in schools.csv", "unit 201; class 2001 (FKLASS), 2901, 2902 (FTH), the others GR",
              "2001 and GR at angsskolan, 2901 and 2902 at angsskolans-fritidshem")
    town.case("SCH-2", "unit closed till and with the day of night 1", "unit 103, class 1031", "school, staff and children left out",
              "opened: exported")
    town.case("WIN", "classes that start the day after tomorrow", "classes 2001, 2071, 2081", "exported with teachers, without "
              "their pupils", "pupils are enrolled and added")
    town.case("MEM-4", "mentor in the class's field, and in pupils' own", "class 2051; its first three pupils", "not delivered "
              "(`mentor_source: none`)")
    town.case("WIN SCH-6", "förskoleklass: leisure since 2026-08-03, class from 2026-08-20", f"`pupil-2001-01` {guid('pupil-2001-01')}",
              "enrolled at angsskolans-fritidshem", "at angsskolan FKLASS too")
    town.case("CLS-4", "department that lives on over the years", "classes 1001, 1002, 1003", "`procapita-class-1001`: no year in the key")
    town.case("CLS-6 CLS-8", "`1A, blå` beside `1A blå`", "classes 2011, 2012", "2011 is `1A blå`, 2012 is `1A blå (2)`, a finding each")

    def small(klasslnr: str, what: str, unit: str, name: str, grade: str, first: str, second: str = "", rule: str = "CLS-1", form: str = "",
              start: str = "20260819", end: str = "20270611", taught: bool = True, placed: str = "", pupil_start: str = "",
              pupil_end: str = "20270611") -> None:
        town.class_(klasslnr, unit, name, grade, form, start, end)
        ids = f"class {klasslnr}"
        if taught:
            ids += f", activity {town.activity(teacher, unit, klasslnr, start='20260601', end='20270618', aktlnr='95' + klasslnr[2:])}"
        if placed:
            handle = f"pupil-{klasslnr}"
            town.place(town.child(handle, grade), unit, klasslnr, grade, pupil_start or "20260819", pupil_end, placed)
            ids += f", placement {placed} of `{handle}` {guid(handle)}"
        town.case(rule, what, ids, first, second)

    small("9001", "starts in exactly 14 days", "201", "Förberedelse A", "5", "class and teacher exported; pupil not enrolled",
          start="20260901", placed="9271", pupil_start="20260901", rule="CLS-1 CLS-3 WIN")
    small("9002", "starts in 15 days", "201", "Förberedelse B", "5", "left out", "class and teacher exported", start="20260902",
          rule="CLS-1 CLS-3 WIN")
    small("9003", "ended yesterday", "201", "Sommarskola A", "6", "left out, pupil too", start="20260701", end="20260817", placed="9272",
          pupil_start="20260701", pupil_end="20260817", rule="CLS-1 ENR-1")
    small("9004", "ends today", "201", "Sommarskola B", "6", "class exported, pupil enrolled and member", "class and pupil gone",
          start="20260701", end="20260818", placed="9273", pupil_start="20260701", pupil_end="20260818", rule="CLS-1 ENR-1")
    small("9005", "end is blank", "201", "5E", "5", "left out (`period_required`); pupil enrolled", end="", placed="9274")
    small("9006", "end is `00000101`", "201", "5F", "5", "left out (`period_required`)", end=EMPTY_DATE)
    small("9007", "start is blank", "201", "5G", "5", "left out, a finding; pupil enrolled", start="", placed="9275")
    small("9008", "start cannot be read", "201", "5H", "5", "left out, a finding; pupil enrolled", start="20260832", placed="9276")
    small("9009", "no teacher", "201", "5J", "5", "left out; pupil enrolled", taught=False, placed="9277", rule="CLS-2")
    small("9010", "at a unit that is not listed", "401", "5A", "5", "left out, pupil too", placed="9278", rule="SCH-1")
    small("9011", "form GRAN, which no row of unit 201 has", "201", "Anpassad 1", "3", "left out, pupil too", form="GRAN", placed="9279",
          rule="SCH-6")
    small("9013", "name of 300 characters", "201", "Äventyrsklass" + " med många ord" * 20 + " i namnet", "5", "a finding; never a silent cut",
          rule="DQ-2")
    small("9016", "at a closed unit", "302", "6A", "6", "left out, pupil too", placed="9280", rule="SCH-2")
    small("9017", "at a unit that has not begun", "303", "6A", "6", "left out, pupil too", placed="9281", rule="SCH-2")
    small("9018", "at a unit without start", "304", "6A", "6", "left out, pupil too, a finding for the unit", placed="9282", rule="SCH-2")
    small("9022", "at a unit the register does not have", "999", "6A", "6", "left out, pupil too", placed="9283", rule="SCH-1")
    small("9023", "double blank without a comma", "201", "6C  musik", "6", "exported, name as it is", rule="CLS-6")
    town.class_("9019", "301", "F-klass Strand", "0", "FKLASS")
    town.activity(town.people["staff-301-1"], "301", "9019", aktlnr="9519")
    town.place(town.child("pupil-9019", "F"), "301", "9019", "0", placlnr="9284")
    town.case("SCH-6", "form FKLASS at a unit with one row, GR", f"class 9019, placement 9284 of `pupil-9019` {guid('pupil-9019')}",
              "class and enrolment are GR, a finding")
    town.class_("9020", "201", "6B", "6")
    town.tables["kj1v0kla"].append(dict(town.tables["kj1v0kla"][-1]))
    town.activity(teacher, "201", "9020", aktlnr="9520")
    town.tables["kj1v0akt"].append(dict(town.tables["kj1v0akt"][-1]))
    town.case("DQ-2", "the same class row twice, the same activity row twice", "class 9020, activity 9520", "one group `6B`, one link")
    town.class_("", "201", "Utan nummer", "6")
    town.case("DQ-2", "class row with a blank key", "class named `Utan nummer`", "left out, a finding")
    town.class_("1941", "201", "4A", "4", start="20250819", end="20260612")
    town.case("CLS-1 CLS-4", "last year's 4A beside this year's", "classes 1941, 2041 (both `4A`)",
              "1941 left out, 2041 is `procapita-class-2041-2026`, name `4A`; last year's placements left out")
    town.class_("1951", "201", "5A", "5", start="20250819", end="20260831")
    town.activity(teacher, "201", "1951", start="20250819", end="20260831", aktlnr="9551")
    town.case("CLS-8 CLS-4", "last year's 5A, ended late, beside this year's", "classes 1951, 2051 (both `5A`)",
              "1951 keeps `5A` (its period holds the day), 2051 is `5A (2)`, a finding; 1951 spans two school years, so its key has the "
              "sync date's: `procapita-class-1951-2026`", "the same (now both hold the day, and 1951 is the lowest)")


def placements(town: Municipality, pupils: dict[str, list[Person]]) -> None:
    town.theme("Placements (ENR-1, ENR-4). Classes 1001 and 3061 unless said")

    def pupil(placlnr: str, what: str, first: str, second: str = "", rule: str = "ENR-1", unit: str = "301", klasslnr: str = "3061",
              grade: str = "6", start: str = "20260819", end: str = "20270611") -> Person:
        handle = f"pupil-{placlnr}"
        child = town.child(handle, grade)
        town.place(child, unit, klasslnr, grade, start, end, placlnr)
        town.case(rule, what, f"placement {placlnr} of `{handle}` {guid(handle)}", first, second)
        return child

    enrolled = "enrolled at strandskolan"
    pupil("9286", "starts tomorrow", enrolled, rule="ENR-1 WIN")
    pupil("9287", "starts the day after tomorrow", "left out", enrolled, rule="ENR-1 WIN", start="20260820")
    pupil("9288", "pre-school child, ended yesterday", "left out", unit="101", klasslnr="1001", grade="", start="20240812", end="20260817")
    pupil("9289", "pre-school child, ends today", "enrolled at lindens-forskola", "left out", unit="101", klasslnr="1001", grade="",
          start="20240812", end="20260818")
    pupil("9290", "pre-school child, end 99991231 is open", "enrolled, end blank", unit="101", klasslnr="1001", grade="",
          start="20240812", end="99991231")
    pupil("9291", "start is blank", "left out, a finding", start="")
    pupil("9292", "start cannot be read", "left out, a finding", start="20260931")
    pupil("9293", "names a class that does not exist", f"{enrolled}: its own unit counts", klasslnr="9998")
    pupil("9294", "school only, no class", "left out (`enrol_by: class`)", klasslnr="")
    pupil("9295", "unit 301, class 2061 of unit 201: the class counts", "enrolled at angsskolan, not at strandskolan", klasslnr="2061")
    pupil("9296", "unit 301, class 9010 of an unlisted unit", "left out", klasslnr="9010", rule="ENR-1 SCH-1")
    child = pupil("9297", "classes at both units of one receiver school", "one enrolment angsskolan GR, 2026-08-19 – 2027-06-11, grade 6; "
                  "member of 2061", "the same enrolment, but grade 7 (latest start first); member of 2061 and 2071", rule="SCH-3",
                  unit="201", klasslnr="2061")
    town.place(child, "202", "2071", "7", "20260820", "20261220", placlnr="9298")
    town.cases[-1] = (*town.cases[-1][:2], town.cases[-1][2] + ", placement 9298", *town.cases[-1][3:])
    child = pupil("9299", "the same person, register and placement row twice", "one person, one enrolment", rule="DQ-2")
    for table in ("kj1v0per", "ki0v0fol", "kj1v0plk"):
        row = next(r for r in reversed(town.tables[table]) if r["personnr"] == child.number)
        town.tables[table].append(dict(row))
    town.place(UNKNOWN_PUPIL, "301", "3061", "6", placlnr="9300")
    town.place("", "301", "3061", "6", placlnr="9391")
    town.case("DQ-2", "placement of an unknown person; placement without a person", "placements 9300, 9391", "counts for nothing")
    child = pupil("9392", "a second placement row, in class 3051, has a blank key", f"{enrolled}; the second row left out, a finding: not in 3051", rule="DQ-2")
    town.place(child, "301", "3051", "5", placlnr="")
    child = pupils["2011"][0]
    town.case("SCH-4 SCH-6", "class and leisure in one unit at the same time", f"`{child.handle}` {guid(child.handle)} (and every other child up to "
              "grade 3)", "one person, enrolments angsskolan GR and angsskolans-fritidshem FTH")


def groups(town: Municipality, pupils: dict[str, list[Person]]) -> None:
    town.theme("Teaching groups and memberships (GRP, MEM)")
    teacher, sixth = town.people["teacher-border-cases"], pupils["2061"]

    def group(grupplnr: str, what: str, first: str, second: str = "", rule: str = "GRP-1", name: str = "", note: str = "PORTAL", kind: str = "",
              start: str = "20260819", end: str = "20270611", unit: str = "201", who: Person = teacher, marked: str = "PORTAL",
              taught_from: str = "20260817", taught_to: str = "20270618", members: int = 2) -> None:
        aktlnr = "94" + str(int(grupplnr[2:]) + 20)
        town.group(grupplnr, unit, name or f"Grupp {grupplnr}", note, kind, start, end)
        town.activity(who, unit, grupplnr=grupplnr, subject="MA", note=marked, start=taught_from, end=taught_to, aktlnr=aktlnr)
        for child in sixth[:members]:
            town.member(grupplnr, child, start or "20260819", end or "20270611")
        town.case(rule, what, f"group {grupplnr}, activity {aktlnr}", first, second)

    group("9101", "marked group, unmarked activity", "left out", marked="")
    group("9102", "unmarked group, marked activity", "left out", note="")
    group("9103", "marker inside other text, lower case, on both", "exported, two members", note="visas i portal från ht", marked="se Portalen")
    group("9104", "marked activity starts in 15 days", "left out", "exported, two members", rule="GRP-1 WIN", taught_from="20260902")
    group("9105", "marked activity ended today: the end is strict", "left out", rule="GRP-1 MEM-2", start="20260601", taught_from="20260601",
          taught_to="20260818")
    group("9106", "marked activity ends tomorrow", "exported", "left out: the only teacher is gone", rule="GRP-3 MEM-2", start="20260601",
          taught_from="20260601", taught_to="20260819")
    group("9107", "group without end", "left out (`period_required`)", end="")
    group("9108", "mentor group (`grupptyp` M)", "left out (`mentor_source: none`)", rule="MEM-4", name="Mentor 6A", kind="M", note="", marked="")
    group("9109", "unknown `grupptyp` Q", "left out, a finding", kind="Q")
    group("9110", "only teacher is employed at another school", "left out: no teacher", rule="GRP-3 MEM-2",
          who=town.people["teacher-elsewhere"])
    group("9111", "only teacher is employed at the sister unit", "exported", rule="GRP-3 SCH-3", who=town.people["teacher-sister-unit"])
    group("9113", "group at a unit that is not listed", "left out", rule="SCH-1", unit="401")
    group("9114", "starts in exactly 14 days", "exported with its teacher, without members", rule="GRP-3 WIN", start="20260901")
    for row in town.tables["kj1v0grm"][-2:]:
        row["fromdat"] = "20260817"
    town.case("MEM-1", "membership starts before its group", "the two members of group 9114",
              "not members yet (`student_lead_basis: group_start`)")
    group("9115", "starts in 15 days", "left out", "exported with its teacher", rule="GRP-3 WIN", start="20260902")
    group("9117", "group without start", "left out, a finding", start="")
    group("9118", "group start cannot be read", "left out, a finding", start="20269999")

    town.group("9116", "201", "Kör", start="20260601")
    town.activity(teacher, "201", grupplnr="9116", subject="MU", note="PORTAL", start="20260601", aktlnr="9456")
    assistant = town.people["staff-201-4"]
    town.activity(assistant, "201", grupplnr="9116", subject="MU", note="", start="20260601", aktlnr="9457")
    town.case("GRP-1", "second activity on a marked group, unmarked", "group 9116, activities 9456 (marked), 9457",
              "exported; the teacher of 9457 is not linked")
    for place, (what, values, first, second) in enumerate([
        ("flag J", {"active": "J"}, "member", ""),
        ("flag blank is active", {"active": ""}, "member", ""),
        ("flag N", {"active": "N"}, "left out", ""),
        ("unknown flag code `Q`", {"active": "Q"}, "left out, a finding", ""),
        ("dropped out yesterday, end later", {"dropped": "20260817"}, "left out", ""),
        ("dropped out today", {"dropped": "20260818"}, "member", "left out"),
        ("drop-out date later than the end: the end counts", {"end": "20260817", "dropped": "20261001"}, "left out", ""),
        ("starts tomorrow", {"start": "20260819"}, "member", ""),
        ("starts the day after tomorrow", {"start": "20260820"}, "left out", "member"),
        ("start is blank", {"start": ""}, "left out, a finding", ""),
        ("end is `00000101`: open", {"end": EMPTY_DATE}, "member, end blank", ""),
        ("the same row twice", {"active": "J"}, "member, once", ""),
    ]):
        child = sixth[place]
        town.member("9116", child, **{"start": "20260601", "active": "J", **values})
        town.case("MEM-1 ENR-4", what, f"group 9116, `{child.handle}` {guid(child.handle)}", first, second)
    town.tables["kj1v0grm"].append(dict(town.tables["kj1v0grm"][-1]))
    for handle, what in [("pupil-9294", "member with a school placement only"), ("deceased-pupil", "deceased member")]:
        town.member("9116", town.people[handle], start="20260601", active="J")
        town.case("MEM-1", what, f"group 9116, `{handle}` {guid(handle)}", "left out: not a student")
    town.member("9199", sixth[0], active="J")
    town.member("9116", UNKNOWN_PUPIL, active="J")
    town.case("MEM-1", "membership in a missing group; membership of an unknown person", f"group 9199, `{sixth[0].handle}`; group 9116",
              "counts for nothing")


# ---- what changes till night 2 -----------------------------------------------------------------------------------------
def changing(town: Municipality, pupils: dict[str, list[Person]]) -> None:
    """People who will change, and how night 1 shows them."""
    town.theme("What changes in the register between the nights")
    town.case("PER-6", "a teacher's e-mail changes", f"`staff-201-5` {guid('staff-201-5')}", "the old address", "one update: email_staff")
    child = pupils["2041"][4]
    town.case("MEM-1", "a pupil moves from 4A to 4B", f"`{child.handle}` {guid(child.handle)}", "member of 2041",
              "member of 2042; the enrolment is unchanged")
    town.case("ENR-1", "a new pupil", f"`new-pupil` {guid('new-pupil')}, placement 9601", "unknown", "enrolled at strandskolan, member of 3041")
    child = pupils["3061"][5]
    town.case("ENR-1", "a pupil never comes: the placement is taken away", f"`{child.handle}` {guid(child.handle)}", "enrolled at strandskolan",
              "gone: no role is left")
    child = pupils["1002"][5]
    town.case("ENR-1", "a pre-school child leaves: the placement is ended", f"`{child.handle}` {guid(child.handle)}",
              "enrolled at lindens-forskola", "left out")
    town.case("CLS-4", "a class is renamed: 3A becomes 3A Norr", "class 2031", "`3A`", "`3A Norr`, the same key, previous name `3A`")
    leaving = town.staff("teacher-ends")
    town.employ(leaving, "301", "ENN", "Lärare", "20200801", "", "9341")
    town.activity(leaving, "301", "3041", aktlnr="9441")
    town.case("EMP-1", "a teacher's employment is ended", f"`teacher-ends` {guid('teacher-ends')}, employment 9341, activity 9441",
              "duty at strandskolan, linked to 3041", "left out; 3041 stands with its other teacher")
    town.case("EMP-1", "a teacher starts", f"`teacher-starts` {guid('teacher-starts')}, employment 9342, activity 9442", "unknown",
              "duty at strandskolan, linked to 3041")
    town.case("PER-2", "a pupil becomes protected", f"`becomes-protected` {guid('becomes-protected')}", "enrolled", "nowhere (see above)")


def night_two(town: Municipality, pupils: dict[str, list[Person]]) -> None:
    town.rows("kj1v0per", personguid=guid("staff-201-5"))[0]["epostarb"] = "ny.adress@sjostad.example"
    town.rows("kj1v0plk", personnr=pupils["2041"][4].number, klasslnr="2041")[0]["klasslnr"] = "2042"
    newcomer = town.child("new-pupil", "4", surname="Hallonqvist")
    town.place(newcomer, "301", "3041", "4", placlnr="9601")
    gone = town.rows("kj1v0plk", personnr=pupils["3061"][5].number)[0]
    town.tables["kj1v0plk"].remove(gone)
    town.rows("kj1v0plk", personnr=pupils["1002"][5].number)[0]["datumtom"] = "20260818"
    town.rows("kj1v0kla", klasslnr="2031")[0]["klassnamn"] = "3A Norr"
    town.rows("kj1v0ans", anslnr="9341")[0]["tomdat"] = "20260818"
    teacher = town.staff("teacher-starts")
    town.employ(teacher, "301", "NYB", "Lärare", "20260819", "", "9342")
    town.activity(teacher, "301", "3041", aktlnr="9442")
    town.rows("ki0v0fol", personnr=town.people["becomes-protected"].number)[0]["adrskydd"] = "J"


# ---- files -------------------------------------------------------------------------------------------------------------
def csv_text(header: list[str], rows: list[list[str]]) -> str:
    out = io.StringIO()
    csv.writer(out, lineterminator="\n").writerows([header, *rows])
    return out.getvalue()


def padded_text(header: list[str], rows: list[dict], widths: Mapping[str, int]) -> str:
    """A table of ProCapita or TED, padded as the register does; the last column never is."""
    last = header[-1]
    return csv_text(header, [[row[c].ljust(widths.get(c, 0)) if row[c] and c != last else row[c] for c in header] for row in rows])


def cases_text(title: str, lead: list[str], cases: list[tuple]) -> str:
    lines = [f"# {title}", ""]
    for paragraph in lead:
        lines += [paragraph, ""]
    for case in cases:
        if len(case) == 1:
            lines += ["", f"## {case[0]}", "", "| case | rule | ids | night 1 | night 2 |", "| --- | --- | --- | --- | --- |"]
        else:
            rule, what, ids, first, second = case
            lines.append(f"| {what} | {rule} | {ids} | {first} | {second} |")
    return "\n".join(lines).replace("\n\n\n", "\n\n") + "\n"


def lead(counted: dict[str, int]) -> list[str]:
    return [
        f"Written by `runner/tests/demo_municipality.py`, like the extracts themselves: change it there. Night 1 is {NIGHT_1}, night 2 {NIGHT_2}.",
        f"{counted['child']} children, {counted['staff']} staff and {counted['guardian']} guardians (night 2's newcomers among them), all "
        "invented. A person is shown by handle and `personguid`, never by name or number; the exported `person_id` is "
        "`procapita-<personguid>`. Classes, groups, placements, employments and activities are shown by their own numbers (`klasslnr`, "
        "`grupplnr`, `placlnr`, `anslnr`, `aktlnr`); border cases have numbers from 9000. *Left out* means: not exported, and "
        "`rpt_exclusions` says why. *A finding* means a row in `rpt_findings`. Pupils are enrolled the day before they start, so those of "
        "Ängsskolan (201) and Strandskolan (301), who start on 2026-08-19, are there on night 1.",
    ]


def verify(tables: dict[str, list[dict]], odd: list[str]) -> None:
    """No number outside the test series, and every reference that is not a case of its own holds."""
    for table, rows in tables.items():
        for row in rows:
            for name in row:
                value = row[name]
                if not name.endswith("personnr") or not value or value in odd:
                    continue
                check_number(value, f"{table}.{name}")
    holders: dict[str, set[str]] = {}
    for row in tables["kj1v0per"]:
        holders.setdefault(row["personnr"][-10:], set()).add(row["namn"])
    shared = [names for number_, names in holders.items() if number_ and len(names) > 1]
    if shared:
        raise ValueError(f"one number, several persons: {shared}")
    for table, key in {"kj1v0plk": "placlnr", "kj1v0kla": "klasslnr", "kj1v0grp": "grupplnr", "kj1v0ans": "anslnr", "kj1v0akt": "aktlnr"}.items():
        seen: dict[str, dict] = {}
        for row in tables[table]:
            if row[key] and seen.setdefault(row[key], row) != row:
                raise ValueError(f"{table} has two different rows {row[key]}")


def files() -> dict[str, str]:
    """The generated files: path below the profile -> text."""
    town = Municipality()
    pupils = ordinary(town)
    protection(town)
    register(town)
    odd = numbers(town)
    mapping = mail(town)
    staff(town)
    classes(town)
    placements(town, pupils)
    groups(town, pupils)
    changing(town, pupils)
    changed = town.changed(lambda: night_two(town, pupils))
    verify(town.tables, odd)
    verify({**town.tables, **changed}, odd)
    texts = {f"extracts/procapita/{name}.csv": padded_text(town.columns[name], rows, WIDTHS) for name, rows in town.tables.items()}
    texts |= {f"nights/2/{name}.csv": padded_text(town.columns[name], rows, WIDTHS) for name, rows in changed.items()}
    texts["seeds/person_mapping.csv"] = csv_text(MAPPING.split(","), mapping)
    texts["CASES.md"] = cases_text("The border cases of Sjöstads kommun", lead(town.counted), town.cases)
    return texts


def write(profile: Path, texts: dict[str, str]) -> int:
    """Writes the generated files, and takes away the tables that are no longer generated."""
    for path in [*profile.glob("extracts/*/*.csv"), *profile.glob("nights/*/*.csv")]:
        if path.relative_to(profile).as_posix() not in texts:
            path.unlink()
    for name, text in texts.items():
        path = profile / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8", newline="\n")
    print(f"{len(texts)} files, {sum(len(t.encode()) for t in texts.values()):,} bytes")
    return 0


if __name__ == "__main__":
    sys.exit(write(PROFILE, files()))
