"""Who is who: one person of several rows, who is protected, and who is left out (PER-1, PER-3, PER-4, PER-8, PER-12, PER-16, PER-17)."""

import re
from dataclasses import dataclass, field

from reader import numbers
from reader.dates import Unreadable, day
from reader.settings import Profile
from reader.towns import Row, Town

PROCAPITA = ("procapita", "ted")
BEARS_GUID = ("kj1v0per", "kjgv0per")
# Table, its number, its flags of protection.
PROTECTING = (("ki0v0fol", "personnr", ("adrskydd", "skyddadfolkbokf")), ("person", "personnummer", ("sekretess",)))
Ref = tuple[str, str]  # register, and number (ProCapita, TED) or person_id (Extens, IST)


@dataclass
class Person:
    """A person over all registers. `ids` and `rows` are by register, in the order in which they speak."""

    node: tuple
    ids: dict[str, list[str]] = field(default_factory=dict)
    rows: dict[str, list[dict]] = field(default_factory=dict)
    number: numbers.Number = field(default_factory=lambda: numbers.Number("missing"))
    written: set[str] = field(default_factory=set)  # numbers, as the rows have them
    protected: bool = False
    deceased: bool = False
    deregistered: bool = False
    registered: bool = False
    ambiguous: bool = False

    def id(self, profile: Profile) -> str | None:
        """PER-4, PER-13: the id of the first listed register that has one; there the first, then the lowest."""
        for system in profile.sources:
            if self.ids.get(system):
                return f"{system}-{self.ids[system][0]}"
        return None


class People:
    """Everybody that the registers know."""

    def __init__(self, profile: Profile, town: Town):
        self.profile, self.town, self.tables = profile, town, town.cells()
        self.by_ref: dict[Ref, Person] = {}
        self.by_node: dict[tuple, Person] = {}
        for system in profile.sources:
            tables = self.tables.get(system, {})
            if system in PROCAPITA:
                self._read_procapita(system, tables)
            else:
                self._read_extens(system, tables)
        for system in profile.sources:
            if system in PROCAPITA:
                self._read_register(system, self.tables.get(system, {}).get("ki0v0fol", []))
        self._protect()

    def known(self, system: str, ref: str) -> Person | None:
        """Who a row names. A row that names an unknown or a protected person counts for nothing."""
        person = self.bearer(system, ref)
        return None if not person or person.protected else person

    def bearer(self, system: str, ref: str) -> Person | None:
        """EMP-3: the same, protected persons too."""
        return self.by_ref.get((system, ref.strip())) if ref.strip() else None

    def _read_procapita(self, system: str, tables: dict) -> None:
        """Rows hang together by number; the id is the guid of kj1v0per, then of kjgv0per, of several the lowest."""
        by_number: dict[str, list[dict]] = {}
        for table in BEARS_GUID:
            for row in sorted(tables.get(table, []), key=lambda row: row["personguid"]):
                if row["personnr"]:
                    by_number.setdefault(row["personnr"], []).append(Row({"table": table, **row}))
        for cell, rows in by_number.items():
            number = numbers.read(cell, self.profile.date)
            guids = list(dict.fromkeys(row["personguid"].strip() for row in rows if row["personguid"]))
            if number.kind == "valid":
                node = ("number", number.text)
            else:
                node = ("id", system, guids[0]) if len(guids) == 1 else ("bearers", system, cell)
            person = self._person(node, number)
            person.ambiguous = node[0] == "bearers" and len(guids) > 1  # PER-12
            if guids:  # Without any guid the register has nobody of that number.
                person.ids[system] = guids
            person.rows[system] = rows
            person.written.add(self._told(cell))
            self.by_ref[system, cell] = person

    def _read_extens(self, system: str, tables: dict) -> None:
        for row in sorted(tables.get("person", []), key=lambda row: row["person_id"]):
            key = row["person_id"]
            if not key:
                continue
            number = numbers.read(row["personnummer"], self.profile.date)
            person = self._person(("number", number.text) if number.kind == "valid" else ("id", system, key), number)
            person.ids.setdefault(system, []).append(key)
            person.rows.setdefault(system, []).append(row)
            person.written.add(self._told(row["personnummer"]))
            person.protected |= protects(system, row["sekretess"])
            person.deceased |= flagged(row["avliden"])
            person.deregistered |= flagged(row["avregistrerad"])
            self.by_ref[system, key] = person

    def _read_register(self, system: str, rows: list[dict]) -> None:
        """The population register, but for its protection."""
        for row in rows:
            cell = row["personnr"]
            number = numbers.read(cell, self.profile.date)
            found = self.by_ref.get((system, cell)) or (self.by_node.get(("number", number.text)) if number.kind == "valid" else None)
            if not found:
                continue
            try:
                left, dead = day(row["avregdat"]), day(row["antraffaddod"])
            except Unreadable:
                continue
            reason = row["avregorsak"]
            counts = bool(reason) and (left is None or left <= self.profile.date)
            found.deceased |= (counts and reason == "AV") or bool(dead and dead <= self.profile.date)
            found.deregistered |= counts and reason != "AV"
            found.registered = True
            found.rows.setdefault(f"{system} register", []).append(row)

    def _protect(self) -> None:
        """PER-1: protected in one row is protected in all of that number, letter for letter where it is no personnummer."""
        flagged_numbers = {
            self._told(row[of]) for system in self.profile.sources for table, of, flags in PROTECTING
            for row in self.tables.get(system, {}).get(table, []) if any(protects(system, row[flag]) for flag in flags)
        }
        for person in self.by_node.values():
            person.protected |= bool(person.written & (flagged_numbers - {""}))

    def _told(self, cell: str) -> str:
        return numbers.read(cell, self.profile.date).text or cell

    def _person(self, node: tuple, number: numbers.Number) -> Person:
        return self.by_node.setdefault(node, Person(node, number=number))

    # Who is left out.

    def may_be_exported(self, person: Person) -> bool:
        """As a guardian; students and staff have further rules."""
        if person.protected or person.deceased or person.ambiguous or not person.id(self.profile):
            return False
        attributes = self.attributes(person)
        if self.profile.is_on("person_requires_name") and not (attributes["given_name"] or attributes["family_name"]):
            return False
        if self.profile["person_invalid_civic_no"] == "exclude" and person.number.kind == "invalid":
            return False
        needs_row = self.profile["missing_register_row"] == "exclude" and any(system in PROCAPITA for system in person.ids)
        return person.registered or not needs_row

    def may_study(self, person: Person) -> bool:
        """PER-3, PER-7."""
        return self.may_be_exported(person) and not person.deregistered and self._has_email(person)

    def may_teach(self, person: Person) -> bool:
        return self.may_be_exported(person) and self._has_email(person)

    def _has_email(self, person: Person) -> bool:
        return not self.profile.is_on("person_requires_email") or bool(self.attributes(person)["email_work"])

    # What is told of them.

    def attributes(self, person: Person) -> dict[str, str]:
        """PER-4, PER-5, PER-6: those of the first listed register that has the person."""
        system = next(system for system in self.profile.sources if system in person.ids)
        told = self._of_procapita(person, system) if system in PROCAPITA else self._of_extens(person, system)
        told["email_work"] = told["email_work"] or one_address(self._mapped(person, "email"))
        told["user_name"], told["google_account"] = self._mapped(person, "user_name"), self._mapped(person, "google_account")
        return told

    def _of_procapita(self, person: Person, system: str) -> dict[str, str]:
        rows, register = person.rows[system], person.rows.get(f"{system} register", [])
        gymnasium = [row for row in rows if row["table"] == "kjgv0per"]
        named = first_of(rows, "namn")
        family, _, given = (part.strip() for part in named.partition(","))
        if register:
            given, family = first_of(register, "fornamn"), first_of(register, "efternamn")
        elif gymnasium:
            given, family = first_of(gymnasium, "fornamn"), first_of(gymnasium, "efternamn")
        secret = any(row["hemligtfn"] != "0" for row in rows)
        return {
            "given_name": given, "family_name": family,
            "street_address": first_of(register, "adress"), "postal_code": first_of(register, "postnr"), "city": first_of(register, "ort"),
            "phone": "" if secret else first_of(rows, "hemtel"), "mobile": "" if secret else first_of(rows, "mobiltel"),
            "email_work": one_address(first_of(rows, "epostarb")), "email_home": one_address(first_of(rows, "eposthem")),
        }

    def _of_extens(self, person: Person, system: str) -> dict[str, str]:
        rows = person.rows[system]
        columns = {
            "given_name": "fornamn", "family_name": "efternamn", "street_address": "adress", "postal_code": "postnummer", "city": "postort",
            "phone": "telefon", "mobile": "mobil",
        }
        told = {ours: first_of(rows, theirs) for ours, theirs in columns.items()}
        told["email_work"] = next((self.work_address(system, key) for key in person.ids[system] if self.work_address(system, key)), "")
        told["email_home"] = one_address(first_of(rows, "epost"))
        return told

    def work_address(self, system: str, person_id: str) -> str:
        """Register/Epost: a row with a blank address is none; of several the first in alphabetical order."""
        rows = self.tables[system].get("register_epost", [])
        given = [row["epost"] for row in rows if row["person_id"] == person_id]
        return min((one_address(address) for address in given if one_address(address)), default="")

    def _mapped(self, person: Person, column: str) -> str:
        """Mapping: a row of any register that the person stands in; by id before by number, then the order of the registers."""
        for by_number in (False, True):
            for system in self.profile.sources:
                for row in self.town.mapping:
                    key = row["person_key"]
                    fits = person.number.kind == "valid" and numbers.read(key, self.profile.date).text == person.number.text
                    if row["source_system"] == system and system in person.ids and (fits if by_number else key in person.ids[system]):
                        if row.get(column, ""):
                            return row[column]
        return ""


def protects(system: str, flag: str) -> bool:
    """PER-1: blank or N is open, in Extens 0 too; anything else is protected."""
    return flag not in ("", "N") and (system in PROCAPITA or flag != "0")


def flagged(flag: str) -> bool:
    return flag not in ("", "N", "0")


def first_of(rows: list[dict], column: str) -> str:
    return next((row[column].strip() for row in rows if row.get(column, "").strip()), "")


def one_address(text: str) -> str:
    """PER-17: exactly one address by shape, else it counts as missing."""
    return text if re.fullmatch(r"[^\s@,;<>]+@[^\s@,;<>]+\.[^\s@,;<>.]+", text) else ""
