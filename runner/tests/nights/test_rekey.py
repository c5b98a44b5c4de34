"""PER-4 over whole nights: a changed number is a rekey of the same person, and one that moves is released before it is taken."""

import pytest
from town import TENANT

DAY = "2026-08-18"
ANNA, BO, CARL, DAN, EVA = "198501012382", "198501022381", "198501032380", "198501042389", "198501052388"
TF = "19850101TF01"


@pytest.fixture
def staffed(town):
    """Writes the teachers of one school: personguid -> number, or (number, e-mail)."""
    town.configure(rule_set="ucs")
    town.write("kj1v0enh", {"enhkod": "101", "enhnamn": "Ängsskolan", "startdat": "20000101", "skolform": "GR"})

    def write(**teachers):
        rows = {guid: given if isinstance(given, tuple) else (given, "") for guid, given in teachers.items()}
        town.write("kj1v0per", *({"personguid": guid, "personnr": no, "namn": "Ek, Prov", "epostarb": mail} for guid, (no, mail) in rows.items()))
        town.write("kj1v0ans", *({"anslnr": guid, "personnr": no, "enhkod": "101", "fromdat": "20200801"} for guid, (no, _) in rows.items()))
        town.write("ki0v0fol", *({"personnr": no, "fornamn": "Prov", "efternamn": "Ek"} for no, _ in rows.values()))

    return write


@pytest.mark.long
def test_nights_of_changed_numbers(town, staffed):
    staffed(anna=TF, bo=BO, carl=CARL, dan=DAN, eva=EVA)
    assert town.night(DAY).code == 0

    # A TF-nummer becomes a personnummer, and an address is new; two swap; one takes the number of another, who leaves; the receiver
    # refuses none of it, and nothing is created.
    staffed(anna=(ANNA, "anna@prov.example"), bo=CARL, carl=BO, dan=EVA)
    night = town.night(DAY)
    assert [(line["op"], line["entity"], line["key"]["person_id"].partition("-")[2]) for line in night.lines] == [
        *(("rekey", "person", guid) for guid in ("bo", "carl", "eva")),
        *(("rekey", "person", guid) for guid in ("anna", "bo", "carl", "dan")),
        ("update", "person", "anna"), ("delete", "duty", "eva"), ("delete", "person", "eva"),
    ]
    assert night.lines[3] == {
        "n": 4, "op": "rekey", "entity": "person", "key": {"person_id": "procapita-anna"},
        "data": {"civic_no": "19850101-2382", "previous_civic_no": "19850101-TF01"},
    }
    assert [line["data"]["civic_no"] for line in night.lines[:3]] == [None, None, None], "given up before they are taken"
    assert (night.lines[7]["changed"], "previous_civic_no" in night.lines[7]["data"]) == (["email_staff"], False)
    assert night.deltas[0][0]["counts"]["person"] == {"rekey": 7, "update": 1, "delete": 1}
    assert (night.code, town.send().code) == (0, 10)
    held = {key.partition("-")[2]: (record["data"]["civic_no"], record["is_active"]) for key, record in town.held("person").items()}
    assert held == {
        "anna": ("19850101-2382", True), "bo": ("19850103-2380", True), "carl": ("19850102-2381", True),
        "dan": ("19850105-2388", True), "eva": (None, False),
    }

    # The register gives Dan's number another id: the record at the receiver is the new one's, with its history. Another's new number
    # is with somebody the receiver knows and we do not: refused, owed, and said again.
    by_hand(town, "x", "19850104-2389")
    staffed(anna=(DAN, "a@prov.example"), bo=CARL, carl=BO, zara=EVA)
    night = town.night(DAY)
    assert [line["op"] for line in night.lines[:4]] == ["rekey", "delete", "update", "create"]
    assert "procapita-dan" not in town.held("person")
    assert town.held("person")["procapita-zara"]["data"]["civic_no"] == "19850105-2388"
    assert night.code == 30
    assert town.rows("owed_records", "record_key, operation, problem_type") == [("procapita-anna", "rekey", "urn:nattsynk:problem:value-taken")]
    assert ("procapita-anna", "19850101-2382", "anna@prov.example") in town.rows("delivered_persons", "person_id, civic_no, email_staff")
    with town.receiver.store.transaction() as db:
        db.execute("delete from records where key = '{\"person_id\":\"x\"}'")
    night = town.send()
    assert (night.code, [line["op"] for line in night.lines]) == (0, ["rekey", "update"])
    assert town.rows("owed_records") == []


def by_hand(town, person_id, civic_no):
    """Somebody else's delivered person at the receiver."""
    with town.receiver.store.transaction() as db:
        key, data = f'{{"person_id":"{person_id}"}}', f'{{"civic_no":"{civic_no}"}}'
        db.execute("insert into records values (?, 'person', ?, ?, 1, 1, ?, null, '{}')", (TENANT, key, data, civic_no))
