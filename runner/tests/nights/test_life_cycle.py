"""What is made and removed by hand at the receiver (LIFE-1, LIFE-2, LIFE-6), and a mentor group remade overnight (MEM-5), over whole nights."""

import json

import pytest
from town import TENANT

ADA, BEA, TEACHER = "201501012387", "201501022386", "198501012382"
YEAR = {"fromdat": "20260801", "tomdat": "20270630"}


def register(town, mentor_group, pupils, mail=""):
    town.write("kj1v0enh", {"enhkod": "101", "enhnamn": "Ängsskolan", "startdat": "20000101", "skolform": "GR"})
    town.write("kj1v0kla", {"klasslnr": "1", "enhkod": "101", "klassnamn": "4A", **YEAR})
    town.write("kj1v0grp", {"grupplnr": mentor_group, "enhkod": "101", "gruppnamn": "Mentor 4A", "grupptyp": "M", **YEAR})
    town.write(
        "kj1v0per", {"personguid": "teacher", "personnr": TEACHER, "namn": "Ek, Prov", "epostarb": mail},
        *({"personguid": guid, "personnr": number, "namn": "Prov, Elev"} for guid, number in pupils.items()),
    )
    town.write("ki0v0fol", *({"personnr": number} for number in (TEACHER, *pupils.values())))
    town.write("kj1v0ans", {"anslnr": "1", "personnr": TEACHER, "enhkod": "101", "fromdat": "20200801", "signatur": "PEK"})
    town.write("kj1v0akt", {"aktlnr": "1", "personnr": TEACHER, "enhkod": "101", "grupplnr": mentor_group, **YEAR})
    dates = {"placdatum": "20260801", "datumtom": "20270630"}
    town.write("kj1v0plk", *({"placlnr": guid, "personnr": number, "enhkod": "101", "klasslnr": "1", **dates} for guid, number in pupils.items()))
    town.write("kj1v0grm", *({"grupplnr": mentor_group, "personnr": number, **YEAR} for number in pupils.values()))


def by_hand(town, entity, key, data, links=()):
    """A record that a user of the platform made, with what it hangs on."""
    packed = json.dumps(key, sort_keys=True, separators=(",", ":"))
    with town.receiver.store.transaction() as db:
        db.execute(
            "insert into records values (?, ?, ?, ?, 1, 0, ?, null, '{}')", (TENANT, entity, packed, json.dumps(data), data.get("civic_no")),
        )
        for target, target_key in links:
            db.execute("insert into links values (?, ?, ?, ?, ?)", (TENANT, target, json.dumps(target_key, separators=(",", ":")), entity, packed))


@pytest.mark.long
def test_nights_of_what_is_done_by_hand(town):
    town.configure(rule_set="ucs")
    register(town, "7", {"ada": ADA})
    assert town.night("2026-08-18").code == 0
    assert "procapita-mentorgroup-7|procapita-ada" in town.held("membership")

    # At the receiver: a group made by hand with Ada in it, a pupil put in by hand who comes to the school, the teacher removed.
    person = ("person", {"person_id": "procapita-ada"})
    by_hand(town, "group", {"group_id": "hand"}, {"school_id": "ang", "group_name": "Schack"}, [("school", {"school_id": "ang"})])
    by_hand(town, "membership", {"group_id": "hand", "person_id": "procapita-ada"}, {}, [("group", {"group_id": "hand"}), person])
    by_hand(town, "person", {"person_id": "hand"}, {"civic_no": "20150102-2386", "mobile": "hand"})
    with town.receiver.store.transaction() as db:
        for table in ("records", "links"):
            db.execute(f"delete from {table} where entity = 'person' and key like '%teacher%'")

    # In the register: the mentor group is made anew under its name, the teacher has an address, Bea has come.
    register(town, "8", {"ada": ADA, "bea": BEA}, mail="prov@prov.example")
    night = town.night("2026-08-19")
    assert {line for line in night.said if "mentorgroup" in line} == {
        "create group procapita-mentorgroup-8", "create membership procapita-mentorgroup-8|procapita-ada",
        "create membership procapita-mentorgroup-8|procapita-bea", "create staff procapita-mentorgroup-8|procapita-teacher|mentor",
        "delete staff procapita-mentorgroup-7|procapita-teacher|mentor", "delete membership procapita-mentorgroup-7|procapita-ada",
        "delete group procapita-mentorgroup-7",
    }
    assert [key for key, group in town.held("group").items() if group["data"]["group_name"] == "Mentor 4A"] == ["procapita-mentorgroup-8"]
    assert {"hand|procapita-ada", "procapita-mentorgroup-8|procapita-ada"} <= set(town.held("membership")), "what is made by hand stays"
    assert town.held("group")["hand"]["is_ours"] is False
    adopted = town.held("person")["procapita-bea"]
    assert (adopted["is_ours"], adopted["data"]["family_name"], "hand" in town.held("person")) == (True, "Prov", False)
    # The teacher is not known there: the update says so, and what refers to the teacher waits as well.
    assert night.code == 30
    assert ("person", "procapita-teacher", "update") in town.rows("owed_records", "entity, record_key, operation")

    town.build("2026-08-20")
    found = town.rows("rpt_findings", "finding_code, rule_id, entity, source_key", layer="report")
    assert ("removed_at_receiver", "LIFE-6", "person", "procapita-teacher") in found
    night = town.send()
    assert (night.code, "create person procapita-teacher" in night.said) == (0, True)
    assert town.held("person")["procapita-teacher"]["data"]["email_staff"] == "prov@prov.example"
    assert "procapita-mentorgroup-8|procapita-teacher|mentor" in town.held("staff")
    assert not {"removed_at_receiver", "refused_by_receiver"} & {code for (code,) in town.rows("rpt_findings", "finding_code", layer="report")}
