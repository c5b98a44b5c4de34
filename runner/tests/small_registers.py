"""A handful of rows in every register: one school each, with a class, a teaching group, a teacher, a guardian and four children.

Of the children `elev-1` is in the class and the group, `elev-2` and `elev-4` in the class alone, and `elev-3` is protected. Every
register has its own persons, so that what is exported tells which it comes from. Nobody in it exists.
"""

import csv
from pathlib import Path

from nattsynk.profile.settings import load

DATE = "2023-09-01"
FAMILY_NAMES = {"elev-1": "Alm", "elev-2": "Bok", "elev-3": "Hemlig", "elev-4": "Dal", "larare": "Ek", "vardnadshavare": "Fors"}
CHILDREN = ("elev-1", "elev-2", "elev-3", "elev-4")
PROTECTED = "elev-3"
UNITS = {"procapita": "101", "ted": "102", "extens": "103", "ist": "104"}
TERM = ("20230815", "20240614")


def school(system: str) -> str:
    """The receiver school that the register feeds."""
    return f"{system}-skolan"


def number(system: str, person: str) -> str:
    """A personnummer of twelve digits with its check digit, one for each person of each register."""
    year = "2013" if person in CHILDREN else "1980"
    first = f"{year}{list(UNITS).index(system) + 1:02}{list(FAMILY_NAMES).index(person) + 1:02}238"
    doubled = [int(digit) * (2 - place % 2) for place, digit in enumerate(first[2:])]
    return first + str(-sum(value // 10 + value % 10 for value in doubled) % 10)


def fill(folder: Path) -> None:
    """Writes schools.csv and the extracts of the profile's sources; their headers must be there."""
    lines = [f"{system},{UNITS[system]},GR,{school(system)},Skolan {system}" for system in load(folder).sources]
    header = "source_system,source_school_id,school_form,school_id,school_name"
    (folder / "seeds" / "schools.csv").write_text("\n".join([header, *lines]) + "\n", encoding="utf-8")
    for system in load(folder).sources:
        rows = _procapita(system) if system in ("procapita", "ted") else _extens(system)
        for table, of_table in rows.items():
            write(folder / "extracts" / system / f"{table}.csv", of_table)


def write(path: Path, rows: list[dict[str, str]]) -> None:
    """Writes an extract of these rows under the header that it has."""
    with path.open(newline="", encoding="utf-8") as handle:
        columns = next(csv.reader(handle))
    with path.open("w", newline="", encoding="utf-8") as handle:
        writer = csv.DictWriter(handle, columns, restval="", lineterminator="\n")
        writer.writeheader()
        writer.writerows(rows)


def _procapita(system: str) -> dict[str, list[dict[str, str]]]:
    unit = {"enhkod": UNITS[system]}
    numbers = {person: number(system, person) for person in FAMILY_NAMES}
    period = dict(zip(("fromdat", "tomdat"), TERM, strict=True))
    activity = {"personnr": numbers["larare"], "ovrigt": "PORTAL", **unit, **period}
    placement = {"klasslnr": "1", "placdatum": TERM[0], "datumtom": TERM[1], **unit}
    return {
        "kj1v0enh": [{"enhnamn": "Skolan", "startdat": "20000101", "skolform": "GR", **unit}],
        "kj1v0per": [
            {"personnr": numbers[person], "personguid": person, "namn": f"{name}, Kim", "epostarb": f"{person}@skola.example",
             "vardhavare1_personnr": numbers["vardnadshavare"] if person in CHILDREN else ""}
            for person, name in FAMILY_NAMES.items()
        ],
        "ki0v0fol": [
            {"personnr": numbers[person], "fornamn": "Kim", "efternamn": name, "adrskydd": "J" if person == PROTECTED else "N"}
            for person, name in FAMILY_NAMES.items()
        ],
        "kj1v0kla": [{"klasslnr": "1", "klassnamn": "4A", "arskurs": "4", **unit, **period}],
        "kj1v0plk": [{"placlnr": str(place), "personnr": numbers[child], **placement} for place, child in enumerate(CHILDREN, 1)],
        "kj1v0grp": [{"grupplnr": "11", "gruppnamn": "Teknik", "ovrigt": "PORTAL", **unit, **period}],
        "kj1v0grm": [{"grupplnr": "11", "personnr": numbers[child], **period} for child in ("elev-1", PROTECTED)],
        "kj1v0ans": [{"anslnr": "1", "personnr": numbers["larare"], "signatur": "EKK", "befattning": "Lärare", "fromdat": "20200801", **unit}],
        "kj1v0akt": [
            {"aktlnr": "1", "klasslnr": "1", **activity},
            {"aktlnr": "2", "klasslnr": "1", "amneskod": "SO", **activity},
            {"aktlnr": "3", "grupplnr": "11", "amneskod": "TK", **activity},
        ],
    }


def _extens(system: str) -> dict[str, list[dict[str, str]]]:
    unit = {"enhet_id": UNITS[system]}
    start, end = (f"{day[:4]}-{day[4:6]}-{day[6:]}" for day in TERM)
    period = {"startdatum": start, "slutdatum": end, "status": "Aktiv"}
    return {
        "skolenhet": [{"enhetsnamn": "Skolan", "skolform": "GR", "startdatum": "2000-01-01", "aktiv_enhet": "1", **unit}],
        "person": [
            {"person_id": person, "personnummer": number(system, person), "fornamn": "Kim", "efternamn": name,
             "epost": f"{person}@hem.example", "sekretess": "1" if person == PROTECTED else "0"}
            for person, name in FAMILY_NAMES.items()
        ],
        "register_epost": [{"person_id": person, "epost": f"{person}@skola.example"} for person in FAMILY_NAMES],
        "elevplacering": [
            {"placering_id": str(place), "person_id": child, "arskurs": "4", **unit, **period} for place, child in enumerate(CHILDREN, 1)
        ],
        "klass": [{"klass_id": "1", "klassnamn": "4A", "arskurs": "4", "startdatum": start, "slutdatum": end, **unit}],
        "klassplacering": [{"klass_id": "1", "person_id": child, **period} for child in CHILDREN],
        "undervisningsgrupp": [{"grupp_id": "11", "gruppbeteckning": "Teknik", "amneskod": "TK", **unit}],
        "elevaktivitet": [
            {"aktivitet_id": str(place), "person_id": child, "grupp_id": "11", "betygsign": "EKK", **period}
            for place, child in enumerate(("elev-1", PROTECTED), 1)
        ],
        "personal": [
            {"anstallning_id": "1", "person_id": "larare", "signatur": "EKK", "befattning": "Lärare", "status": "Aktiv", "startdatum": "2020-08-01", **unit},
        ],
        "tjanst": [{"klass_id": "1", "signatur": "EKK", "larare_nr": "1", **unit}, {"grupp_id": "11", "signatur": "EKK", "larare_nr": "1", **unit}],
        "samband": [{"person_id": child, "samband_person_id": "vardnadshavare", "sambandstyp": "H"} for child in CHILDREN],
    }
