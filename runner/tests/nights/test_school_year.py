"""LIFE-3, CLS-4, WIN: the nights from the last days of one school year to the first weeks of the next, for each class identity.

The days on which anything is said, the days before and after them, and the last.

4A has the register's id and a school year as its key, 4B the register's id alone; KLASS_19_A is a class group of Extens, which takes the
class that it names, 4C and then 5C; Myran and Biet are departments. All classes end on Friday 12 June and begin on Monday 17 August.
"""

import datetime

import pytest
from town import Town

ADA, BEA, CIA, DAG, EMY = "201501012387", "201601012386", "201501032385", "202101012381", "202001012382"
FIA, GUN, HED = "201501022386", "201501042384", "202101022380"
LAST_YEAR, THIS_YEAR, DEPARTMENT = ("2025-08-18", "2026-06-12"), ("2026-08-17", "2027-06-11"), ("2023-08-01", "2030-06-30")
SCHOOLS = (
    "source_system,source_school_id,school_form,school_id,school_name,class_identity\n"
    "procapita,101,GR,ang,Ängsskolan,school_year\nprocapita,102,GR,eken,Ekskolan,source_id\nprocapita,103,FSK,bjork,Björken,\n"
    "extens,201,GR,lunden,Lundskolan,class_group\nextens,202,FSK,stigen,Stigen,\n"
)

# Under eventful a class comes 14 days before, its students the day before (CLS-3); in Extens, here, the class group a week before until a
# week after, and its students on the day.
WINDOWS = (
    "school_form,entity,days_before,days_after,source_system\n"
    "GR,class,7,7,extens\nGR,student_class,0,0,extens\nGR,student_group,0,0,extens\nGR,student_school,0,0,extens\n"
)
# The nights on which anything is said.
SAID = {
    # The day after the last: pupils are nowhere, and the classes of ProCapita have ended.
    "2026-06-13": {
        "delete membership procapita-class-1-2025|procapita-ada", "delete membership procapita-class-2|procapita-cia",
        "delete membership extens-group-11|extens-fia",
        "delete enrolment procapita-ada|ang|GR", "delete enrolment procapita-cia|eken|GR", "delete enrolment extens-fia|lunden|GR",
        "delete person procapita-ada", "delete person procapita-cia", "delete person extens-fia",
        "delete group procapita-class-1-2025", "delete group procapita-class-2",
    },
    "2026-06-20": {"delete group extens-group-11"},
    # Emy's last day in the department was yesterday; the department and Dag stay as they are.
    "2026-08-01": {"delete membership procapita-class-3|procapita-emy", "delete enrolment procapita-emy|bjork|FSK", "delete person procapita-emy"},
    # 4A is another class than last year's, with none of last year's pupils; 4B and the class group are the same, revived.
    "2026-08-03": {"create group procapita-class-1-2026", "create group procapita-class-2"},
    "2026-08-10": {"create group extens-group-11"},
    "2026-08-16": {
        "create person procapita-bea", "create person procapita-cia", "create person procapita-emy",
        "create enrolment procapita-bea|ang|GR", "create enrolment procapita-emy|ang|GR", "create enrolment procapita-cia|eken|GR",
        "create membership procapita-class-1-2026|procapita-bea", "create membership procapita-class-1-2026|procapita-emy",
        "create membership procapita-class-2|procapita-cia",
    },
    "2026-08-17": {
        "create person extens-fia", "create person extens-gun",
        "create enrolment extens-fia|lunden|GR", "create enrolment extens-gun|lunden|GR",
        "create membership extens-group-11|extens-fia", "create membership extens-group-11|extens-gun",
    },
}


NEW_ROWS = "2026-07-01"  # new_year() is called


def nights() -> list[str]:
    """The days to play, up to 25 August: those on which something is said or comes, the day before and the day after each, and the last."""
    days = [datetime.date(2026, 6, 10) + datetime.timedelta(number) for number in range(1, 77)]
    telling = [datetime.date.fromisoformat(day) for day in (*SAID, NEW_ROWS)]
    return [str(day) for day in days if day == days[-1] or any(abs((told - day).days) <= 1 for told in telling)]


def compact(period: tuple[str, str], *columns: str) -> dict[str, str]:
    return {column: day.replace("-", "") for column, day in zip(columns, period, strict=True)}


def dashed(period: tuple[str, str]) -> dict[str, str]:
    return dict(zip(("startdatum", "slutdatum"), period, strict=True))


def units_and_persons(town: Town) -> None:
    units = {"101": ("Ängsskolan", "GR"), "102": ("Ekskolan", "GR"), "103": ("Björken", "FSK")}
    town.write("kj1v0enh", *({"enhkod": key, "enhnamn": name, "startdat": "20000101", "skolform": form} for key, (name, form) in units.items()))
    people = {"ada": ADA, "bea": BEA, "cia": CIA, "dag": DAG, "emy": EMY}
    town.write("kj1v0per", *({"personguid": guid, "personnr": number, "namn": "Prov, Elev"} for guid, number in people.items()))
    town.write("ki0v0fol", *({"personnr": number} for number in people.values()))
    in_use = {"startdatum": "2000-01-01", "aktiv_enhet": "1"}
    town.write(
        "skolenhet", {"enhet_id": "201", "enhetsnamn": "Lundskolan", "skolform": "GR", **in_use},
        {"enhet_id": "202", "enhetsnamn": "Stigen", "skolform": "FSK", **in_use}, system="extens",
    )
    of_extens = {"fia": FIA, "gun": GUN, "hed": HED}
    town.write("person", *(
        {"person_id": key, "personnummer": number, "fornamn": "Elev", "efternamn": "Prov", "sekretess": "0"} for key, number in of_extens.items()
    ), system="extens")


def procapita(town: Town, year: tuple[str, str], *placed: tuple[str, str, tuple[str, str]]) -> None:
    """The same rows of 4A and 4B year after year, and a department that lasts. placed: (pupil, class, period)."""
    names = {"1": ("4A", year), "2": ("4B", year), "3": ("Myran", DEPARTMENT)}
    town.write("kj1v0kla", *(
        {"klasslnr": key, "enhkod": f"10{key}", "klassnamn": name, **compact(period, "fromdat", "tomdat")} for key, (name, period) in names.items()
    ))
    town.write("kj1v0plk", *(
        {"placlnr": str(number), "personnr": pupil, "enhkod": f"10{key}", "klasslnr": key, **compact(period, "placdatum", "datumtom")}
        for number, (pupil, key, period) in enumerate(placed)
    ))


def extens(town: Town, named: str, *placed: tuple[str, str, tuple[str, str]]) -> None:
    """The class group that names a class of each year, and a department. placed: (pupil, class, period)."""
    classes = {"21": ("201", "4C", LAST_YEAR), "22": ("201", "5C", THIS_YEAR), "31": ("202", "Biet", DEPARTMENT)}
    town.write("klass", *(
        {"klass_id": key, "enhet_id": unit, "klassnamn": name, **dashed(period)} for key, (unit, name, period) in classes.items()
    ), system="extens")
    town.write("undervisningsgrupp", {"grupp_id": "11", "enhet_id": "201", "gruppbeteckning": "KLASS_19_A", "eget2": named}, system="extens")
    placed_in = [{"person_id": pupil, "status": "Aktiv", **dashed(period)} for pupil, _, period in placed]
    town.write("klassplacering", *(
        {"klass_id": key, **row} for row, (_, key, _) in zip(placed_in, placed, strict=True)
    ), system="extens")
    town.write("elevplacering", *(
        {"placering_id": str(number), "enhet_id": classes[key][0], **row}
        for number, (row, (_, key, _)) in enumerate(zip(placed_in, placed, strict=True))
    ), system="extens")


def old_year(town: Town) -> None:
    last = [(ADA, "1", LAST_YEAR), (CIA, "2", LAST_YEAR)]
    procapita(town, LAST_YEAR, *last, (DAG, "3", DEPARTMENT), (EMY, "3", ("2023-08-01", "2026-07-31")))
    extens(town, "4C", ("fia", "21", LAST_YEAR), ("hed", "31", DEPARTMENT))


def new_year(town: Town) -> None:
    """1 July: the registers have moved their rows to the new year and placed its pupils, but nobody's first day has come."""
    last = [(ADA, "1", LAST_YEAR), (CIA, "2", LAST_YEAR)]
    this = [(BEA, "1", THIS_YEAR), (CIA, "2", THIS_YEAR), (EMY, "1", THIS_YEAR)]
    procapita(town, THIS_YEAR, *last, *this, (DAG, "3", DEPARTMENT), (EMY, "3", ("2023-08-01", "2026-07-31")))
    extens(town, "5C", ("fia", "21", LAST_YEAR), ("fia", "22", THIS_YEAR), ("gun", "22", THIS_YEAR), ("hed", "31", DEPARTMENT))


@pytest.mark.long
def test_from_june_to_august(town: Town) -> None:
    town.configure(sources=["procapita", "extens"], settings={"class_requires_teacher": 0})
    town.profile.seed("schools.csv", SCHOOLS)
    town.profile.seed("sync_windows.csv", WINDOWS)
    units_and_persons(town)
    old_year(town)
    assert town.night("2026-06-10").code == 0
    departments = {"procapita-class-3", "extens-class-31"}
    assert set(town.held("group")) == {"procapita-class-1-2025", "procapita-class-2", "extens-group-11", *departments}

    for day in nights():
        if day == NEW_ROWS:
            new_year(town)
        night, said = town.night(day), SAID.get(day, set())
        assert (night.said, night.code) == (said, 0 if said else 10), f"{day}: {night.message}"
    assert day == "2026-08-25"

    # What is said of a department, above, is Emy's leaving alone; of last year's pupils, Ada alone has no school any more.
    assert departments <= set(town.held("group"))
    assert set(town.held("membership")) == {
        "procapita-class-1-2026|procapita-bea", "procapita-class-1-2026|procapita-emy", "procapita-class-2|procapita-cia",
        "procapita-class-3|procapita-dag", "extens-group-11|extens-fia", "extens-group-11|extens-gun", "extens-class-31|extens-hed",
    }
    assert {key for key, person in town.held("person").items() if not person["is_active"]} == {"procapita-ada"}
