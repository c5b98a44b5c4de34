"""LIFE-4 over whole nights: what is paused stays as it is, the rest goes, and on resume the net difference goes once. PER-2 passes every pause."""

import pytest
from town import Town

from nattsynk.errors import Stop
from nattsynk.profile import seeds

CHILDREN = {"ada": "201501012387", "bea": "201501022386", "cia": "201501032385", "dag": "202101012381", "eli": "202101022380"}
SCHOOLS = "source_system,source_school_id,school_form,school_id,school_name\nprocapita,101,GR,ang,Ängsskolan\nprocapita,102,FSK,bjork,Björken\n"


def register(town: Town, placed: dict[str, str], protected: str = "", mail: str = "") -> None:
    """placed: child -> class. The mail address is Dag's."""
    year = {"fromdat": "20250801", "tomdat": "20300630"}
    town.write(
        "kj1v0enh", {"enhkod": "101", "enhnamn": "Ängsskolan", "startdat": "20000101", "skolform": "GR"},
        {"enhkod": "102", "enhnamn": "Björken", "startdat": "20000101", "skolform": "FSK"},
    )
    town.write(
        "kj1v0kla", {"klasslnr": "1", "enhkod": "101", "klassnamn": "4A", **year}, {"klasslnr": "2", "enhkod": "102", "klassnamn": "Myran", **year},
    )
    town.write("kj1v0per", *(
        {"personguid": name, "personnr": number, "namn": f"Prov, {name.title()}", "epostarb": mail if name == "dag" else ""}
        for name, number in CHILDREN.items()
    ))
    town.write("ki0v0fol", *({"personnr": number, "adrskydd": "J" if name == protected else "N"} for name, number in CHILDREN.items()))
    town.write("kj1v0plk", *(
        {"placlnr": name, "personnr": CHILDREN[name], "enhkod": "101" if key == "1" else "102", "klasslnr": key, "placdatum": "20250801", "datumtom": "20300630"}
        for name, key in placed.items()
    ))


@pytest.mark.long
def test_nights_of_a_pause(town, nattsynk):
    town.configure(rule_set="ucs")
    town.profile.seed("schools.csv", SCHOOLS)
    town.profile.seed("pauses.csv", "school_form,school_id,start_date,end_date,comment\nGR,,2026-06-10,2026-08-10,Skolbyte\n")
    everyone = {"ada": "1", "bea": "1", "cia": "1", "dag": "2"}
    register(town, everyone)
    night = town.night("2026-06-09")
    assert night.code == 0, "the day before nothing is paused"
    assert len(town.held("person")) == 4

    # The first day. Ada leaves and Bea moves to the pre-school; Cia becomes protected; Dag has a new address; Eli is new.
    register(town, {"bea": "2", "cia": "1", "dag": "2", "eli": "2"}, protected="cia", mail="dag@prov.example")
    night = town.night("2026-06-10")
    assert night.code == 0, night.message
    (_, erased), (_, rest) = night.deltas
    assert [(line["op"], line["entity"], line.get("mode")) for line in erased] == [
        ("delete", "membership", None), ("delete", "enrolment", None), ("delete", "person", "erase"),
    ]
    assert {tuple(line["key"].values())[-1] if line["entity"] == "membership" else line["key"]["person_id"] for line in erased} == {"procapita-cia"}
    assert {f"{line['op']} {line['entity']} {'|'.join(line['key'].values())}" for line in rest} == {
        "update person procapita-dag", "create person procapita-eli", "create enrolment procapita-eli|bjork|FSK",
        "create enrolment procapita-bea|bjork|FSK", "create membership procapita-class-2|procapita-eli",
        "create membership procapita-class-2|procapita-bea",
    }
    assert set(town.held("enrolment")) == {
        "procapita-ada|GR|ang", "procapita-bea|GR|ang", "procapita-bea|FSK|bjork", "procapita-dag|FSK|bjork", "procapita-eli|FSK|bjork",
    }
    preview = nattsynk("preview", "--profile", town.profile.folder, "--date", "2026-06-10")
    assert "Paused: school form GR until 2026-08-10\n" in preview.out

    # The last day: what goes has gone. To say everything anew would pass the pause by, so that waits too.
    assert town.night("2026-08-10").code == 10
    with town.receiver.store.transaction() as db:
        (version,) = db.execute("select version from tenants").fetchone()
        db.execute("update tenants set version = 'another'")
    night = town.send()
    assert (night.code, night.deltas) == (20, [])
    assert "a pause keeps school form GR until 2026-08-10 as it is" in night.message
    with town.receiver.store.transaction() as db:
        db.execute("update tenants set version = ?", (version,))

    # The day after: the net difference, once.
    night = town.night("2026-08-11")
    assert night.code == 0
    assert night.said == {
        "delete person procapita-ada", "delete enrolment procapita-ada|ang|GR", "delete enrolment procapita-bea|ang|GR",
        "delete membership procapita-class-1-2025|procapita-ada", "delete membership procapita-class-1-2025|procapita-bea",
    } | {line for line in night.said if " group " in line}
    assert town.send().code == 10


def test_a_pause_of_an_unknown_school_is_an_error(profile):
    profile.seed("pauses.csv", "school_id,start_date,end_date\nang,2026-06-10,2026-08-10\nägn,2026-06-10,2026-08-10\n")
    with pytest.raises(Stop, match="seeds/pauses.csv, line 3, school_id: 'ägn' is not a school_id of schools.csv") as stopped:
        seeds.complete(profile.settings())
    assert stopped.value.exit_code == 2
