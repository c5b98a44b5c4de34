"""The rows of every register in one form. A row with a blank key, or a date that cannot be read, is left out (SOURCES)."""

from collections.abc import Iterator
from dataclasses import dataclass, field

from reader.dates import Day, Span, Unreadable, day
from reader.persons import PROCAPITA
from reader.towns import Row

OPEN = Span(None, None)


@dataclass(frozen=True)
class Unit:
    system: str
    key: str
    form: str
    code: str
    span: Span | None  # None: a gymnasium unit has no dates
    shut: Span = OPEN  # closed from, to
    closed: bool = False  # by a flag, or a leavers' unit


@dataclass
class Class:
    """A class, over all its rows: in the gymnasium one a period."""

    system: str
    key: str
    unit: str
    form: str
    name: str
    rows: list["ClassRow"] = field(default_factory=list)


@dataclass(frozen=True)
class ClassRow:
    key: str
    grade: str
    mentor: str
    span: Span | None  # None: unreadable


@dataclass(frozen=True)
class Placement:
    system: str
    key: str
    ref: str
    unit: str
    cls: str  # blank: at the school only
    form: str
    grade: str
    span: Span
    active: bool
    mentor: str = ""
    plan: str = ""


@dataclass(frozen=True)
class Group:
    system: str
    key: str
    kind: str  # group, mentor
    unit: str
    form: str
    name: str
    note: str  # övrigt
    span: Span
    subject: str = ""
    names_class: str = ""  # Eget 2


@dataclass(frozen=True)
class Member:
    system: str
    group: str
    ref: str
    course: str
    span: Span
    active: bool
    sign: str = ""  # BetygSign
    mentor: bool = False


@dataclass(frozen=True)
class Activity:
    system: str
    key: str
    ref: str
    unit: str
    form: str
    cls: str
    group: str
    subject: str
    course: str
    note: str
    span: Span
    signature: str = ""
    employs: bool = False  # gymnasium


@dataclass(frozen=True)
class Employment:
    system: str
    key: str
    ref: str
    unit: str
    signature: str
    role: str
    span: Span
    status: str


@dataclass(frozen=True)
class Service:
    """A row of Tjänst."""

    system: str
    cls: str
    group: str
    signature: str


class Records:
    def __init__(self, sources: tuple[str, ...], extracts: dict):
        self.units: dict[tuple[str, str], Unit] = {}
        self.classes: dict[tuple[str, str], Class] = {}
        self.placements: list[Placement] = []
        self.groups: dict[tuple[str, str], Group] = {}
        self.members: list[Member] = []
        self.activities: list[Activity] = []
        self.employments: list[Employment] = []
        self.services: list[Service] = []
        for system in sources:
            tables = extracts.get(system, {})
            if system in PROCAPITA:
                self._compulsory(system, tables)
                self._gymnasium(system, tables)
            else:
                self._extens(system, tables)

    def _compulsory(self, system: str, tables: dict) -> None:
        for row, span, shut in keyed(tables, "kj1v0enh", ("enhkod",), ("startdat", ""), ("stangtfrom", "stangttom")):
            self._unit(Unit(system, row["enhkod"], row["skolform"], row["scbkod"], span, shut))
        for row in rows_of(tables, "kj1v0kla", ("klasslnr",)):
            self._class(system, row["klasslnr"], row["enhkod"], row["skolform"], row["klassnamn"], row, "mentor_personnr", ("fromdat", "tomdat"))
        for row, span in keyed(tables, "kj1v0plk", ("placlnr",), ("placdatum", "datumtom")):
            self.placements.append(Placement(
                system, row["placlnr"], row["personnr"], row["enhkod"], row["klasslnr"], "", row["arskurs"], span, True, row["mentor_personnr"],
            ))
        for row, span in keyed(tables, "kj1v0grp", ("grupplnr",), ("fromdat", "tomdat")):
            kind = "mentor" if row["grupptyp"].upper() == "M" else "group"
            self._group(Group(system, row["grupplnr"], kind, row["enhkod"], "", row["gruppnamn"], row["ovrigt"], span))
        for row, span in keyed(tables, "kj1v0grm", ("grupplnr", "personnr"), ("fromdat", "tomdat", "avbrottsdatum")):
            self.members.append(Member(system, row["grupplnr"], row["personnr"], "", span, row["aktiv"].upper() != "N"))
        for row, span in keyed(tables, "kj1v0ans", ("anslnr",), ("fromdat", "tomdat")):
            self.employments.append(Employment(system, row["anslnr"], row["personnr"], row["enhkod"], row["signatur"], row["befattning"], span, "Aktiv"))
        for row, span in keyed(tables, "kj1v0akt", ("aktlnr",), ("fromdat", "tomdat")):
            self.activities.append(Activity(
                system, row["aktlnr"], row["personnr"], row["enhkod"], "", row["klasslnr"], row["grupplnr"], row["amneskod"], row["kurskod"],
                row["ovrigt"], span,
            ))

    def _gymnasium(self, system: str, tables: dict) -> None:
        for row in rows_of(tables, "kjgp0sre", ("skolenhet",)):
            self._unit(Unit(system, row["skolenhet"], "", row["skolenhetskod"], None, closed=row["aktiv"].upper() == "N"))
        for row in rows_of(tables, "kjgp0kla", ("skolenhet", "klass")):
            key = "-".join((row["skolenhet"], row["skolform"], row["klass"]))
            self._class(system, key, row["skolenhet"], row["skolform"], row["klass"], row, "mentor_personnr", ("fromdat", "tomdat"))
        for row, span in keyed(tables, "kjgp0ekl", ("skolenhet", "klass", "personnr"), ("fromdat", "tomdat")):
            key = "-".join((row["skolenhet"], row["skolform"], row["klass"]))
            self.placements.append(Placement(
                system, f"{key}-{row['period']}", row["personnr"], row["skolenhet"], key, row["skolform"], row["arskurs"], span, True,
                plan=row["programplan"],
            ))
        for row, span in keyed(tables, "kjgp0grp", ("skolenhet", "grupp"), ("fromdat", "tomdat")):
            self._group(Group(system, group_key(row), "group", row["skolenhet"], row["skolform"], row["grupp"], row["ovrigt"], span))
        for row, span in keyed(tables, "kjgp0evg", ("skolenhet", "grupp", "personnr"), ("fromdat", "tomdat", "avbrottsdatum")):
            self.members.append(Member(system, group_key(row), row["personnr"], row["kurskod"], span, True))
        for row, span in keyed(tables, "kjgp0pak", ("skolenhet", "personnr"), ("fromdat", "tomdat")):
            cls = "-".join((row["skolenhet"], row["skolform"], row["klass"])) if row["klass"] and not row["grupp"] else ""
            self.activities.append(Activity(
                system, "-".join(row[column] for column in ("grupp", "klass", "kurskod", "period", "signatur")), row["personnr"], row["skolenhet"], row["skolform"], cls, group_key(row) if row["grupp"] else "", "",
                row["kurskod"], row["ovrigt"], span, row["signatur"], employs=True,
            ))

    def _extens(self, system: str, tables: dict) -> None:
        for row, span in keyed(tables, "skolenhet", ("enhet_id",), ("startdatum", "slutdatum")):
            closed = row["aktiv_enhet"] == "0" or row["avgangsenhet"] not in ("", "0")
            self._unit(Unit(system, row["enhet_id"], row["skolform"], row["skolenhetskod"], span, closed=closed))
        for row in rows_of(tables, "klass", ("klass_id",)):
            self._class(system, row["klass_id"], row["enhet_id"], "", row["klassnamn"], row, "mentor_person_id", ("startdatum", "slutdatum"))
        for row, span in keyed(tables, "elevplacering", ("placering_id",), ("startdatum", "slutdatum", "avbrottsdatum")):
            self.placements.append(Placement(
                system, row["placering_id"], row["person_id"], row["enhet_id"], "", "", row["arskurs"], span, active(row["status"]),
            ))
        for row, span in keyed(tables, "klassplacering", ("klass_id", "person_id"), ("startdatum", "slutdatum", "avbrottsdatum")):
            self.placements.append(Placement(
                system, row["klass_id"], row["person_id"], "", row["klass_id"], "", "", span, active(row["status"]), row["mentor_person_id"],
            ))
        for row in rows_of(tables, "undervisningsgrupp", ("grupp_id",)):
            self._group(Group(system, row["grupp_id"], "group", row["enhet_id"], "", row["gruppbeteckning"], "", OPEN, row["amneskod"], row["eget2"]))
        for row, span in keyed(tables, "elevaktivitet", ("aktivitet_id",), ("startdatum", "slutdatum", "avbrottsdatum")):
            self.members.append(Member(system, row["grupp_id"], row["person_id"], row["kurskod"], span, active(row["status"]), row["betygsign"]))
        for row, span in keyed(tables, "personal", ("anstallning_id",), ("startdatum", "slutdatum")):
            self.employments.append(Employment(
                system, row["anstallning_id"], row["person_id"], row["enhet_id"], row["signatur"], row["befattning"], span, row["status"],
            ))
        for row in rows_of(tables, "tjanst", ("signatur",)):
            self.services.append(Service(system, "" if row["grupp_id"] else row["klass_id"], row["grupp_id"], row["signatur"]))
        for row, span in keyed(tables, "mentorsgrupp", ("mentorsgrupp_id",), ("startdatum", "slutdatum")):
            self._group(Group(system, f"m:{row['mentorsgrupp_id']}", "mentor", row["enhet_id"], "", row["namn"], "", span))
        for row, span in keyed(tables, "mentorsgrupp_medlem", ("mentorsgrupp_id", "person_id"), ("startdatum", "slutdatum")):
            if row["roll"].lower() in ("elev", "mentor"):
                key = f"m:{row['mentorsgrupp_id']}"
                self.members.append(Member(system, key, row["person_id"], "", span, True, mentor=row["roll"].lower() == "mentor"))

    def _unit(self, unit: Unit) -> None:
        self.units[unit.system, unit.key] = unit

    def _group(self, group: Group) -> None:
        self.groups[group.system, group.key] = group

    def _class(self, system: str, key: str, unit: str, form: str, name: str, row: dict, mentor: str, dates: tuple[str, str]) -> None:
        """Corners, dates: a class row with an unreadable date is not delivered, but still says where its students are placed."""
        made = self.classes.setdefault((system, key), Class(system, key, unit, form, name))
        try:
            span = span_of(row, dates)
        except Unreadable:
            span = None
        made.rows.append(ClassRow(row.get("period", ""), row.get("arskurs", ""), row[mentor], span))


def group_key(row: dict) -> str:
    return "-".join((row["skolenhet"], row["skolform"], row["grupp"], row["period"]))


def active(status: str) -> bool:
    """ENR-4: a blank status of placements and activities is active."""
    return status.lower() in ("", "aktiv")


def span_of(row: dict, columns: tuple[str, ...]) -> Span:
    days: list[Day | None] = [day(row[column]) if column else None for column in columns]
    return Span(*days)


def rows_of(tables: dict, table: str, key: tuple[str, ...]) -> Iterator[Row]:
    for row in tables.get(table, []):
        if all(row[column] for column in key):
            yield row


def keyed(tables: dict, table: str, key: tuple[str, ...], *dates: tuple[str, ...]) -> Iterator[tuple]:
    """The rows with their spans."""
    for row in rows_of(tables, table, key):
        try:
            yield (row, *(span_of(row, columns) for columns in dates))
        except Unreadable:
            continue
