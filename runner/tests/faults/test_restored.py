"""Our state is that of last week's backup, and the receiver stands further: nobody is lost, doubled or shown (docs/operate/backup.md)."""

import datetime
import json
import os

import delivering
import pytest
from delivering import applied, backup, change, records
from test_stops import approve, pass_limits

from nattsynk.deliver import ledger
from nattsynk.deliver.entities import entities
from nattsynk.errors import Stop

ONE_DAY = datetime.timedelta(days=1)


def said_of(receiver, person):
    """Every record at the receiver that names a person, active or not."""
    found = [record for entity in entities() for record in receiver.store.records("trial", entity.name)]
    return [record for record in found if person in (record["key"] | record["data"]).values()]


def a_week(trial):
    """p-1 becomes protected and is erased, p-2 changes, p-3 leaves, p-4 comes."""
    trial.now += ONE_DAY
    tonight(trial)
    assert trial.send().exit_code == 0
    trial.now += ONE_DAY
    change(trial, "phone", "001", "p-2")
    trial.build()
    assert trial.send().exit_code == 0


def tonight(trial):
    """The register as it is now, built. The first school day's group has p-1 alone."""
    trial.protect("p-1")
    trial.drop("p-1")
    trial.drop("p-3")
    change(trial, "phone", "000", "p-2")
    trial.export("person", person_id="p-4", given_name="Prov4", family_name="Ström", civic_no="20100101-TF04")
    trial.export("enrolment", person_id="p-4", school_id="sjo", school_form="GR")
    trial.build()


@pytest.fixture
def restored(delivered, receiver):
    """The night after a restore: the ledger ends at delivery 1, the receiver stands at 4."""
    restore = backup(delivered)
    a_week(delivered)
    assert said_of(receiver, "p-1") == []
    assert ledger.confirmed(delivered.db)[0] == 4
    restore()
    delivered.now += ONE_DAY
    tonight(delivered)
    return delivered


def test_everything_is_said_anew_once_and_the_run_says_so(restored, receiver, capsys):
    before = {entity.name: records(receiver, entity.name) for entity in entities()}
    assert ledger.confirmed(restored.db)[0] == 1
    assert restored.send().exit_code == 0
    assert "The receiver stands at delivery" in capsys.readouterr().err
    after = {entity.name: records(receiver, entity.name) for entity in entities()}
    assert {name: len(rows) for name, rows in after.items()} == {name: len(rows) for name, rows in before.items()}
    assert sorted(row["person_id"] for row in after["person"]) == ["p-2", "p-4"], "nobody lost, nobody doubled"
    assert {row["person_id"]: row.get("phone") for row in after["person"]}["p-2"] == "000"
    assert [manifest["mode"] for manifest, _ in applied(receiver)][-1] == "full"
    restored.build()
    assert restored.send().exit_code == 10, "the two agree again"


def test_who_was_erased_in_the_lost_week_stays_erased(restored, receiver):
    """Our state still holds them with name and number. The register protects them, so they go first, and nothing brings them back."""
    schema = restored.db.schema("delivery")
    assert restored.db.one(f"select 1 from {schema}.delivered_persons where person_id = 'p-1'") == (1,)
    restored.send()
    assert said_of(receiver, "p-1") == []
    lines = [line for manifest, lines in applied(receiver)[-2:] for line in lines if "p-1" in json.dumps(line)]
    assert {(line["op"], line["entity"], line.get("mode")) for line in lines} <= {
        ("delete", "person", "erase"), ("delete", "enrolment", None), ("delete", "membership", None),
    }, "said to go, by key alone"
    assert not [line for line in lines if line.get("data")]
    assert restored.db.one(f"select 1 from {schema}.delivered_persons where person_id = 'p-1'") is None


def test_who_was_erased_stays_erased_where_only_the_old_build_is_sent(delivered, receiver):
    """The backup is of last night, so its build is not a day old: the register itself is asked, not what was built."""
    restore = backup(delivered)
    a_week(delivered)
    delivered.now -= 2 * ONE_DAY
    restore()
    delivered.protect("p-1")
    with pytest.raises(Stop, match="changed since the last build in whom it protects") as stopped:
        delivered.send()
    assert stopped.value.exit_code == 20
    assert said_of(receiver, "p-1") == []


@pytest.mark.parametrize("how", ["planned", "approved"])
def test_a_plan_of_before_that_names_them_is_not_taken_up(delivered, receiver, how, monkeypatch):
    """The backup was taken while a delivery was under way, or had just been approved; its lines have their name."""
    change(delivered, "phone", "999", "p-1")
    delivered.build()
    if how == "approved":
        pass_limits(delivered, "update")
        assert delivered.send().exit_code == 20
        approve(delivered, hours=168)
    else:
        monkeypatch.setattr("nattsynk.receivers.nattsynk.NattsynkReceiver.open", lambda *given: (_ for _ in ()).throw(Stop("away", "", 40)))
        with pytest.raises(Stop):
            delivered.send()
        monkeypatch.undo()
        monkeypatch.setenv("TRIAL_TOKEN", delivering.TOKEN)
    assert any(row[0] == "p-1" for row in delivered.rows("planned_persons", "person_id"))
    restore = backup(delivered)
    a_week_of(delivered)
    restore()
    delivered.now += ONE_DAY
    tonight(delivered)
    assert delivered.send().exit_code in (0, 20)
    assert said_of(receiver, "p-1") == []
    assert all(row[0] != "p-1" for row in delivered.rows("planned_persons", "person_id"))


def a_week_of(trial):
    trial.db.execute(f"delete from {trial.db.schema('delivery')}.delta_limits_passed")
    a_week(trial)


def test_an_approval_of_the_lost_week_is_asked_for_anew(delivered, receiver):
    restore = backup(delivered)
    delivered.drop("p-3")
    delivered.build()
    pass_limits(delivered, "delete")
    assert delivered.send().exit_code == 20
    approve(delivered)
    assert delivered.send().exit_code == 0
    restore()
    delivered.now += ONE_DAY
    delivered.drop("p-3")
    delivered.drop("p-2")
    delivered.build()
    pass_limits(delivered, "delete")
    assert delivered.send().exit_code == 20, "more than was approved would go"
    assert [row["person_id"] for row in records(receiver, "person")] == ["p-1", "p-2"]


def test_extracts_that_came_back_with_the_state_are_held(restored, receiver):
    """In them nobody is protected who became it since: whoever was erased would be delivered again."""
    folder = restored.settings.extracts / "procapita"
    folder.mkdir(parents=True)
    old = (restored.now - 7 * ONE_DAY).timestamp()
    for table in ("kj1v0enh", "kj1v0per", "ki0v0fol"):
        (folder / f"{table}.csv").write_text("a\n")
        os.utime(folder / f"{table}.csv", (old, old))
    restored.protect()
    restored.export("person", person_id="p-1", given_name="Prov1", family_name="Ström", civic_no="20100101-TF01")
    restored.build()
    outcome = restored.send()
    assert outcome.exit_code == 20
    assert "older backup" in outcome.message and "extracts of today" in outcome.message
    assert said_of(receiver, "p-1") == []


@pytest.mark.parametrize("state", ["open", "committed"])
def test_a_delivery_that_the_backup_caught_under_way_is_settled_with_the_receiver(delivered, receiver, state):
    """It was confirmed after the backup: its receipt is fetched, not its lines said twice."""
    change(delivered, "phone", "000", "p-2")
    delivered.build()
    true = getattr(ledger, f"set_{state}")
    restores = []

    def watched(db, *given):
        true(db, *given)
        restores.append(backup(delivered))

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(ledger, f"set_{state}", watched)
        assert delivered.send().exit_code == 0
    assert restores
    restores[0]()
    assert delivered.send().exit_code in (0, 10)
    assert ledger.confirmed(delivered.db)[0] >= 2
    assert [manifest["sequence"] for manifest, _ in applied(receiver)] == [1, 2], "once"
