"""LIFE-3, CLS-4: a school-year change night by night. What ends, what begins, what pre-school keeps, for each class identity."""

ADA, BEA, CIA, DAG, EMY = "201501012387", "201601012386", "201501032385", "202101012381", "202001012382"
LAST, FIRST = "20260612", "20260817"
SCHOOLS = (
    "source_system,source_school_id,school_form,school_id,school_name,class_identity\n"
    "procapita,101,GR,ang,Ängsskolan,school_year\nprocapita,102,GR,eken,Ekskolan,source_id\nprocapita,103,FSK,bjork,Björken,\n"
)


def units(town):
    names = {"101": ("Ängsskolan", "GR"), "102": ("Ekskolan", "GR"), "103": ("Björken", "FSK")}
    town.write("kj1v0enh", *({"enhkod": key, "enhnamn": name, "startdat": "20000101", "skolform": form} for key, (name, form) in names.items()))
    people = {"ada": ADA, "bea": BEA, "cia": CIA, "dag": DAG, "emy": EMY}
    town.write("kj1v0per", *({"personguid": guid, "personnr": number, "namn": "Prov, Elev"} for guid, number in people.items()))
    town.write("ki0v0fol", *({"personnr": number} for number in people.values()))


def classes(town, first, last):
    """The same rows of 4A and 4B year after year, and a department that lasts."""
    town.write(
        "kj1v0kla", {"klasslnr": "1", "enhkod": "101", "klassnamn": "4A", "fromdat": first, "tomdat": last},
        {"klasslnr": "2", "enhkod": "102", "klassnamn": "4B", "fromdat": first, "tomdat": last},
        {"klasslnr": "3", "enhkod": "103", "klassnamn": "Myran", "fromdat": "20230801", "tomdat": "20300630"},
    )


def placements(town, *rows):
    """rows: (number, pupil, class, first day, last day)."""
    town.write("kj1v0plk", *(
        {"placlnr": key, "personnr": number, "enhkod": f"10{group}", "klasslnr": group, "placdatum": first, "datumtom": last}
        for key, number, group, first, last in rows
    ))


def test_from_june_to_august(town):
    town.configure(rule_set="ucs")
    town.profile.seed("schools.csv", SCHOOLS)
    units(town)
    classes(town, "20250818", LAST)
    last_year = [("1", ADA, "1", "20250818", LAST), ("2", CIA, "2", "20250818", LAST)]
    small = [("3", DAG, "3", "20250801", "20300630"), ("4", EMY, "3", "20230801", "20260731")]
    placements(town, *last_year, *small)

    # The last day of the year: everything is there. Keys hold the year, the register's id alone, and the department's own id.
    assert town.night("2026-06-12").code == 0
    assert set(town.held("group")) == {"procapita-class-1-2025", "procapita-class-2", "procapita-class-3"}

    # The day after, the classes have ended with what hung on them; pupils without a school stay, inactive. Pre-school goes on.
    night = town.night("2026-06-13")
    assert night.said == {
        "delete membership procapita-class-1-2025|procapita-ada", "delete membership procapita-class-2|procapita-cia",
        "delete group procapita-class-1-2025", "delete group procapita-class-2",
        "delete enrolment procapita-ada|ang|GR", "delete enrolment procapita-cia|eken|GR",
        "delete person procapita-ada", "delete person procapita-cia",
    }
    assert night.code == 0

    # The register has moved its rows to the new year and placed new pupils, but nobody's first day has come. On 1 August Emy's last day
    # in the department was yesterday; the department and Dag stay as they are.
    classes(town, FIRST, "20270611")
    this_year = [("5", BEA, "1", FIRST, "20270611"), ("6", CIA, "2", FIRST, "20270611"), ("7", EMY, "1", FIRST, "20270611")]
    placements(town, *last_year, *this_year, *small)
    night = town.night("2026-08-01")
    assert night.said == {
        "delete membership procapita-class-3|procapita-emy", "delete enrolment procapita-emy|bjork|FSK", "delete person procapita-emy",
    }
    assert town.night("2026-08-16").code == 10

    # The first day: 4A is another class than last year's, with none of last year's pupils; 4B is the same class, revived, with Cia in it.
    night = town.night("2026-08-17")
    assert night.said == {
        *(f"create person procapita-{pupil}" for pupil in ("bea", "cia", "emy")),
        "create enrolment procapita-bea|ang|GR", "create enrolment procapita-emy|ang|GR", "create enrolment procapita-cia|eken|GR",
        "create group procapita-class-1-2026", "create group procapita-class-2",
        "create membership procapita-class-1-2026|procapita-bea", "create membership procapita-class-1-2026|procapita-emy",
        "create membership procapita-class-2|procapita-cia",
    }
    held = town.held("membership")
    assert set(held) == {
        "procapita-class-1-2026|procapita-bea", "procapita-class-1-2026|procapita-emy", "procapita-class-2|procapita-cia",
        "procapita-class-3|procapita-dag",
    }
    assert {key for key, person in town.held("person").items() if not person["is_active"]} == {"procapita-ada"}
