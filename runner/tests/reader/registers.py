"""Small registers to judge: Hypothesis draws the rows, most of them ordinary, some at a border, some wrong."""

import datetime

from hypothesis import strategies as st

from reader.persons import PROCAPITA
from reader.settings import Profile
from reader.towns import Rows, Town

# Days from the sync date.
STARTS = (0, 1, 2, 7, 8, 10, 11, 14, 15, 30, -1, -400)
ENDS = (0, -1, -2, -7, -10, -11, -30, 1, 30, -45)
CHILDREN, ADULTS = (0, 1, 2), (5, 6, 7)
SUBJECTS, COURSES, SIGNATURES = ("MA", "SV"), ("MATMAT01a", "SVESVE01"), ("AAA", "BBB")
GROUP_NAMES = ("8 ma", "PX 8", "8 Teams", "KLASS_15_A", "9B")
CLASS_NAMES = ("4A", "4B", "1A, blå", "1A blå")
FORMS = ("GR", "GR", "GR", "GR", "FKLASS", "FSK", "FTH", "VUX", "GY")
UNREADABLE = "18/8 2023"
NOTES = ("PORTAL", "PORTAL", "PORTAL", "i portalen", "")

ANOTHER_ID = "address or mapping of another id of the person"
# Corners that the drawn towns keep clear of. Take away what is settled.
OPEN = {
    # The rules can be read in two ways. nattsynk's reading: docs/decisions/0058-what-counts-for-a-group.md.
    "unreadable end of an activity",
    "class activity with both codes",
    # The attributes are those of the first id, so an address of another id of the person does not count.
    ANOTHER_ID,
}


@st.composite
def towns(draw: st.DrawFn, profile: Profile) -> Town:
    """One town in every register of the profile. Persons of one number may stand in several."""
    maker = Maker(draw, profile)
    for system in profile.sources:
        maker.fill(system)
    return maker.town


class Maker:
    def __init__(self, draw: st.DrawFn, profile: Profile):
        self.draw, self.profile = draw, profile
        self.town = Town([], {})
        self.refs: dict[int, str] = {}

    # Choices.

    def pick(self, *options):
        return self.draw(st.sampled_from(options))

    def chance(self, of_twenty: int) -> bool:
        return self.draw(st.integers(0, 19)) >= 20 - of_twenty

    def many(self, least: int, most: int) -> range:
        return range(self.draw(st.integers(least, most)))

    def date(self, days: int) -> str:
        day = self.profile.date + datetime.timedelta(days)
        text = f"{day:%Y%m%d}" if self.system in PROCAPITA else day.isoformat()
        if self.chance(1):
            text = self.pick(day.isoformat(), f"{day:%Y%m%d}", f"{day.isoformat()} 00:00:00.000", f"{day.isoformat()}T00:00:00")
        return text

    def start(self) -> str:
        if self.chance(15):
            return self.date(-40)
        if self.chance(18):
            return self.date(self.pick(*STARTS))
        return self.pick("", UNREADABLE)

    def end(self) -> str:
        if self.chance(10):
            return self.date(200)
        if self.chance(8):
            return self.pick("", "", "99991231", *(["00000101"] if self.system in PROCAPITA else []))
        return self.date(self.pick(*ENDS)) if self.chance(18) else UNREADABLE

    def period(self, start: str, end: str) -> dict[str, str]:
        return {start: self.start(), end: self.end()}

    def dropped(self) -> str:
        return self.date(self.pick(*ENDS)) if self.chance(3) else ""

    # A register.

    def fill(self, system: str) -> None:
        self.system, self.first = system, system[0]
        self.tables: dict[str, Rows] = {}
        self.town.extracts[system] = self.tables
        compulsory = system in PROCAPITA
        self.units = [self._unit(number) for number in self.many(1, 2)]
        self._persons_procapita() if compulsory else self._persons_extens()
        self._fill_procapita() if compulsory else self._fill_extens()
        if compulsory and self.chance(6):
            self._fill_gymnasium()

    def add(self, table: str, **row: str) -> None:
        self.tables.setdefault(table, []).append(row)

    def key(self, kind: str, number: int) -> str:
        """The row's own id; now and then blank."""
        return "" if self.chance(1) and self.chance(10) else f"{{t}}{kind}{number}"

    def _unit(self, number: int) -> str:
        unit, form = f"{{t}}{self.first}u{number}", self.pick(*FORMS)
        code = self.pick("", f"1234567{number}")
        if self.system in PROCAPITA:
            shut = {"stangtfrom": self.date(self.pick(0, 1, -1)), "stangttom": self.pick("", self.date(-1), self.date(0), self.date(30))}
            shut = shut if self.chance(2) else {}
            start = self.date(self.pick(-2000, 0, 1)) if self.chance(1) else self.date(-2000)
            self.add("kj1v0enh", enhkod=unit, enhnamn="Skolan", scbkod=code, startdat=start, skolform=form, **shut)
        else:
            flags = {self.pick("aktiv_enhet", "avgangsenhet"): self.pick("0", "1")} if self.chance(3) else {}
            end = self.end() if self.chance(1) else ""
            self.add("skolenhet", enhet_id=unit, enhetsnamn="Skolan", skolenhetskod=code, skolform=form, startdatum=self.date(-2000), slutdatum=end, **flags)
        for listed in self.pick((form,), (form,), (form,), ("GR", "FTH") if form != "GY" else (form,)) if self.chance(19) else ():
            school = self.pick("{t}a", "{t}a", "{t}b")
            identity = self.pick("source_id", "school_year", *([] if self.system in PROCAPITA else ["class_group"])) if self.chance(3) else ""
            self.town.schools.append({
                "source_system": self.system, "source_school_id": unit, "school_form": listed, "school_id": school, "school_name": "Skolan",
                "school_unit_code": "", "class_identity": identity,
                "mentor_source": self.pick("none", "group", "class", "student") if self.chance(5) else "",
            })
        return unit

    def unit(self) -> str:
        return self.pick(*self.units)

    def number(self, person: int) -> str:
        """The same in every register."""
        if person not in self.refs:
            self.refs[person] = f"{{{self.pick(*'pppppppppppppif')}{person}}}"
        return self.refs[person]

    def email(self, person: int, at: str) -> str:
        if self.chance(16):
            return f"{{t}}.{person}@{at}.example"
        return self.pick("", "-", "saknas", "a@b.example; c@d.example")

    def _twice(self) -> bool:
        """Whether a second id bears the number too."""
        return self.chance(1)

    def _mapped(self, person: int, key: str, twice: bool) -> None:
        if self.chance(2) and not (twice and ANOTHER_ID in OPEN):
            self.town.mapping.append({
                "source_system": self.system, "person_key": self.pick(key, f"{{p{person}}}"), "email": self.pick("", f"{{t}}.{person}@ad.example"),
                "user_name": self.pick("", f"{{t}}user{person}"), "google_account": "",
            })

    # ProCapita and TED.

    def _persons_procapita(self) -> None:
        self.persons = {}
        for person in (*CHILDREN, *ADULTS):
            number, guid = self.number(person), f"{{t}}{self.first}g{person}"
            self.persons[person] = number
            guardians = {}
            if person in CHILDREN:
                guardians = {"vardhavare1_personnr": self.number(5), "vardhavare2_personnr": self.pick("", "", self.number(6))}
            name = "" if self.chance(1) and self.chance(6) else f"Ek, Kim{person}"
            row = {
                "personnr": number, "namn": name, "hemtel": f"08-{person}", "mobiltel": f"070-{person}", "hemligtfn": self.pick("0", "0", "1", ""),
                "eposthem": self.email(person, "hem"), "epostarb": self.email(person, "skola"), **guardians,
            }
            self.add("kj1v0per", personguid="" if len(self.profile.sources) == 1 and self.chance(1) and self.chance(4) else guid, **row)
            twice = self._twice()
            if twice:
                self.add("kj1v0per", personguid=f"{{t}}{self.first}b{person}", **row)
            self._mapped(person, guid, twice)
            if self.chance(17):
                left = {"avregorsak": self.pick("AV", "UV"), "avregdat": self.pick("", self.date(0), self.date(1), self.date(-30), UNREADABLE)}
                dead = {"antraffaddod": self.date(self.pick(0, 1, -9))} if self.chance(1) and self.chance(8) else {}
                flag = self.pick("", "N", "J") if self.chance(2) else "N"
                self.add(
                    "ki0v0fol", personnr=number, fornamn=f"Kim{person}", efternamn="Ek", adress=f"Vägen {person}", postnr="12345", ort="Orten",
                    adrskydd=flag, **(left if self.chance(1) else {}), **dead,
                )

    def ref(self, people: tuple[int, ...]) -> str:
        return "189001019802" if self.chance(1) and self.chance(3) else self.persons[self.pick(*people)]

    def mentor(self) -> str:
        return self.ref(ADULTS) if self.chance(12) else ""

    def _fill_procapita(self) -> None:
        classes = [self.key("k", number) for number in self.many(0, 2)]
        groups = [self.key("g", number) for number in self.many(1, 2)]
        for key in classes:
            self.add(
                "kj1v0kla", klasslnr=key, enhkod=self.unit(), klassnamn=self.pick(*CLASS_NAMES), arskurs=self.pick("4", "5", ""),
                skolform=self.pick("", "", "", "GR", "FTH"), mentor_personnr=self.mentor(), **self.period("fromdat", "tomdat"),
            )
        for key in groups:
            self.add(
                "kj1v0grp", grupplnr=key, enhkod=self.unit(), gruppnamn=self.pick(*GROUP_NAMES), ovrigt=self.pick(*NOTES),
                grupptyp=self.pick("", "", "", "M"), **self.period("fromdat", "tomdat"),
            )
        for number in self.many(1, 4):
            self.add(
                "kj1v0plk", placlnr=self.key("p", number), personnr=self.ref(CHILDREN), enhkod=self.unit(),
                klasslnr=self.pick(*classes, "{t}missing" if self.chance(1) else "", *classes), arskurs=self.pick("4", "5", ""),
                mentor_personnr=self.mentor(), **self.period("placdatum", "datumtom"),
            )
        for key in groups:
            for _ in self.many(0, 3):
                self.add(
                    "kj1v0grm", grupplnr=key, personnr=self.ref(CHILDREN), aktiv=self.pick("", "J", "J", "N") if self.chance(6) else "",
                    avbrottsdatum=self.dropped(), **self.period("fromdat", "tomdat"),
                )
        for number in self.many(1, 4):
            self.add(
                "kj1v0ans", anslnr=self.key("a", number), personnr=self.ref(ADULTS), enhkod=self.unit(), signatur=self.pick(*SIGNATURES, ""),
                befattning=self.pick("Lärare", "Rektor", ""), **self.period("fromdat", "tomdat"),
            )
        linked = [("klasslnr", key) for key in classes if key] + [("grupplnr", key) for key in groups if key]
        for number in self.many(1, 6) if linked else ():
            column, key = self.pick(*linked)
            codes = {"amneskod": self.pick("", *SUBJECTS), "kurskod": self.pick("", "", "", *COURSES)}
            if column == "klasslnr" and codes["amneskod"] and "class activity with both codes" in OPEN:
                codes["kurskod"] = ""
            self.add(
                "kj1v0akt", aktlnr=self.key("v", number), personnr=self.ref(ADULTS), ovrigt=self.pick(*NOTES), **{column: key},
                enhkod=self._unit_of(column, key), **codes, **self._of_activity(),
            )

    def _of_activity(self) -> dict[str, str]:
        period = self.period("fromdat", "tomdat")
        if period["tomdat"] == UNREADABLE and "unreadable end of an activity" in OPEN:
            period["tomdat"] = ""
        return period

    def _unit_of(self, column: str, key: str) -> str:
        table = {"klasslnr": "kj1v0kla", "grupplnr": "kj1v0grp"}[column]
        return next(row["enhkod"] for row in self.tables[table] if row[column] == key)

    # The gymnasium's tables.

    def _fill_gymnasium(self) -> None:
        unit = f"{{t}}{self.first}gy"
        self.add("kjgp0sre", skolenhet=unit, rektorsenhet=unit, rektorsenhet_namn="Gymnasiet", skolenhetskod="87654321", aktiv=self.pick("J", "J", "J", "J", "", "N"))
        self.town.schools.append({
            "source_system": self.system, "source_school_id": unit, "school_form": "GY", "school_id": self.pick("{t}gy", "{t}gy", "{t}a"),
            "school_name": "Skolan", "school_unit_code": "", "class_identity": self.pick("", "", "school_year"),
            "mentor_source": self.pick("", "", "class", "student"),
        })
        of = {"skolenhet": unit, "skolform": "GY"}
        for person in (*CHILDREN, *ADULTS):
            if self.chance(4):
                self.add("kjgv0per", personnr=self.persons[person], personguid=f"{{t}}{self.first}g{person}", fornamn=f"Gy{person}", efternamn="Ek", hemligtfn="0")
        classes = ("ES22A", "NA23B")
        for name in classes[: len(self.many(0, 2))]:
            for period in ("H23", "V24")[: len(self.many(1, 2))]:
                self.add("kjgp0kla", klass=name, period=period, mentor_personnr=self.mentor(), **of, **self.period("fromdat", "tomdat"))
            for number in self.many(0, 2):
                self.add(
                    "kjgp0ekl", klass=name, program="ES", programplan=self.pick("", "ES19"), personnr=self.ref(CHILDREN), arskurs=self.pick("1", "2", ""),
                    period=("H23", "V24")[number], **of, **self.period("fromdat", "tomdat"),
                )
        for name in ("SVESVE01a", "MATMAT01b")[: len(self.many(0, 2))]:
            period = self.pick("H23", "V24")
            self.add("kjgp0grp", grupp=name, period=period, ovrigt=self.pick(*NOTES), **of, **self.period("fromdat", "tomdat"))
            for _ in self.many(0, 2):
                self.add(
                    "kjgp0evg", grupp=name, kurskod=self.pick("", *COURSES), personnr=self.ref(CHILDREN), kurstyp="", period=period,
                    avbrottsdatum=self.dropped(), **of, **self.period("fromdat", "tomdat"),
                )
            for _ in self.many(0, 2):
                self.add(
                    "kjgp0pak", personnr=self.ref(ADULTS), grupp=name, klass="", kurskod=self.pick("", *COURSES), period=period,
                    ovrigt=self.pick(*NOTES), signatur=self.pick("", *SIGNATURES), **of, **self._of_activity(),
                )
        for _ in self.many(0, 1):
            self.add(
                "kjgp0pak", personnr=self.ref(ADULTS), grupp="", klass="ES22A", kurskod=self.pick("", *COURSES), period="H23", ovrigt=self.pick(*NOTES),
                signatur=self.pick("", *SIGNATURES), **of, **self._of_activity(),
            )

    # Extens and IST.

    def _persons_extens(self) -> None:
        self.persons = {}
        for person in (*CHILDREN, *ADULTS):
            number, key = self.number(person), f"{{t}}{self.first}e{9 - person}"
            self.persons[person] = key
            flag = {self.pick("sekretess", "avregistrerad", "avliden"): "1"} if self.chance(2) else {}
            blank = not flag and self.chance(1)
            if number.startswith("{i"):  # PER-14: a flag whose number cannot be read stops everything.
                flag.pop("sekretess", "")
            named = self.chance(19) or self.chance(10)
            names = {"fornamn": f"Kim{person}", "efternamn": "Ek"} if named else {}
            row = {
                "personnummer": "" if blank else number, "adress": f"Gatan {person}", "postnummer": "54321", "postort": "Byn",
                "telefon": f"08-{person}", "mobil": f"070-{person}", "epost": self.email(person, "hem"), **names,
            }
            self.add("person", person_id=key, **row, **flag)
            twice = not flag and self._twice()
            other = f"{{t}}{self.first}d{person}"
            if twice:
                self.add("person", person_id=other, **row)
            self._mapped(person, key, twice)
            if self.chance(17):
                address = self.email(person, "reg")
                self.add("register_epost", person_id=key, epost=address)
                if twice and ANOTHER_ID in OPEN:
                    self.add("register_epost", person_id=other, epost=address)
            if person in CHILDREN:
                for adult in self.pick((5,), (5, 6), ()):
                    self.add("samband", person_id=key, samband_person_id=f"{{t}}{self.first}e{9 - adult}", sambandstyp=self.pick("H", "H", "h", "K"))

    def status(self) -> str:
        return self.pick("Aktiv", "Aktiv", "aktiv", "", "Inaktiv") if self.chance(6) else "Aktiv"

    def _fill_extens(self) -> None:
        dates = ("startdatum", "slutdatum")
        classes = [self.key("k", number) for number in self.many(0, 2)]
        groups = [self.key("g", number) for number in self.many(1, 2)]
        for key in classes:
            self.add(
                "klass", klass_id=key, enhet_id=self.unit(), klassnamn=self.pick(*CLASS_NAMES), arskurs=self.pick("4", "5", ""),
                mentor_person_id=self.mentor(), **self.period(*dates),
            )
        for key in groups:
            self.add(
                "undervisningsgrupp", grupp_id=key, enhet_id=self.unit(), gruppbeteckning=self.pick(*GROUP_NAMES), amneskod=self.pick("", *SUBJECTS),
                eget1="", eget2=self.pick("", *CLASS_NAMES),
            )
        for number in self.many(0, 3):
            self.add(
                "elevplacering", placering_id=self.key("p", number), person_id=self.ref(CHILDREN), enhet_id=self.unit(), arskurs=self.pick("4", "5", ""),
                status=self.status(), avbrottsdatum=self.dropped(), **self.period(*dates),
            )
        for key in classes:
            for _ in self.many(0, 2):
                self.add(
                    "klassplacering", klass_id=key, person_id=self.ref(CHILDREN), status=self.status(), avbrottsdatum=self.dropped(),
                    mentor_person_id=self.mentor(), **self.period(*dates),
                )
        number = 0
        for key in groups:
            for _ in self.many(1, 4):
                number += 1
                self.add(
                    "elevaktivitet", aktivitet_id=self.key("v", number), person_id=self.ref(CHILDREN), grupp_id=key, kurskod=self.pick("", *COURSES),
                    betygsign=self.pick("", *SIGNATURES, *SIGNATURES), status=self.status(), avbrottsdatum=self.dropped(), **self.period(*dates),
                )
        for number in self.many(1, 5):
            self.add(
                "personal", anstallning_id=self.key("a", number), person_id=self.ref(ADULTS), enhet_id=self.unit(), signatur=self.pick(*SIGNATURES, ""),
                befattning=self.pick("Lärare", "Rektor", ""), status=self.status(), **self.period(*dates),
            )
        linked = [("klass_id", key) for key in classes if key] + [("grupp_id", key) for key in groups if key]
        for _ in self.many(1, 4) if linked else ():
            column, key = self.pick(*linked)
            self.add("tjanst", enhet_id=self._extens_unit(column, key), signatur=self.pick(*SIGNATURES), larare_nr="1", **{column: key})
        if self.chance(6):
            self.add("mentorsgrupp", mentorsgrupp_id="{t}m", enhet_id=self.unit(), namn=self.pick("M1", "4A"), **self.period(*dates))
            for _ in self.many(0, 3):
                role = self.pick("elev", "mentor")
                people = CHILDREN if role == "elev" else ADULTS
                self.add("mentorsgrupp_medlem", mentorsgrupp_id="{t}m", person_id=self.ref(people), roll=role, **self.period(*dates))

    def _extens_unit(self, column: str, key: str) -> str:
        table = {"klass_id": "klass", "grupp_id": "undervisningsgrupp"}[column]
        return next(row["enhet_id"] for row in self.tables[table] if row[column] == key)
