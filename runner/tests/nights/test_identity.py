"""PER-12, PER-13 over whole nights: the id that the receiver knows stays, and a number that identifies nobody joins nobody."""

import pytest

DAY = "2026-08-18"
ANNA, BO = "198501012382", "198501022381"


@pytest.fixture
def staffed(town):
    """Writes the teachers of one school: (personguid, number) for each row of the person table."""
    town.configure(rule_set="eventful")
    town.write("kj1v0enh", {"enhkod": "101", "enhnamn": "Ängsskolan", "startdat": "20000101", "skolform": "GR"})

    def write(*rows):
        numbers = sorted({no for _, no in rows})
        town.write("kj1v0per", *({"personguid": guid, "personnr": no, "namn": "Ek, Prov"} for guid, no in rows))
        town.write("kj1v0ans", *({"anslnr": str(n), "personnr": no, "enhkod": "101", "fromdat": "20200801"} for n, no in enumerate(numbers)))
        town.write("ki0v0fol", *({"personnr": no, "fornamn": "Prov", "efternamn": "Ek"} for no in numbers))

    return write


def persons(town):
    return sorted(key for key, record in town.held("person").items() if record["is_active"])


@pytest.mark.long
def test_the_id_that_the_receiver_knows_stays(town, staffed):
    staffed(("g-anna", ANNA), ("g-bo", BO))
    assert town.night(DAY).code == 0
    delivered = ["procapita-g-anna", "procapita-g-bo"]
    assert persons(town) == delivered

    # A lower id of the same number, and every id in capitals and braces: nothing is said.
    for rows in ([("g-anna", ANNA), ("a-dubb", ANNA), ("g-bo", BO)], [("{G-ANNA}", ANNA), ("{G-BO}", BO)]):
        staffed(*rows)
        night = town.night(DAY)
        assert (night.code, night.lines) == (10, [])
        assert persons(town) == delivered

    # The confirmed id has gone from the register: the other one is the person now.
    staffed(("a-dubb", ANNA), ("g-bo", BO))
    assert {line["key"]["person_id"] for line in town.night(DAY).lines if line["entity"] == "person"} == {"procapita-a-dubb", "procapita-g-anna"}

    # Who comes back in another spelling is revived, not made anew, and the lower id, confirmed by now, stays.
    staffed(("A-DUBB", ANNA), ("G-ANNA", ANNA))
    town.night(DAY)
    staffed(("a-dubb", ANNA), ("G-Bo", BO))
    assert town.night(DAY).code == 0
    assert persons(town) == ["procapita-a-dubb", "procapita-g-bo"]
