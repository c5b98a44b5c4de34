"""kill -9 at every write and between every two requests of a delivery: whatever was reached, the next run ends as an undisturbed one does.

`make test` kills at some steps, `make test-all` at each.
"""

import datetime
import shutil
import sys
from pathlib import Path

import dying
import limited
import pytest
from delivering import NOW, Trial, applied, change, new_profile, remove
from test_random_nights import confirmed, holdings
from test_receiver import hidden

from nattsynk.deliver import delivery, ledger
from nattsynk.engines.database import open_database

HOURS = datetime.timedelta(hours=24)
SHARES = 4  # of the steps, to be run side by side; each has every fourth
TAKEN = "20100101-TF66"

pytestmark = pytest.mark.skipif(sys.platform == "win32", reason="there is no kill -9 there; what is killed is the same")


@pytest.fixture
def evening(delivered, receiver):
    """A second night with all that a delivery can say: a new pupil, an update, deletes, and one that the receiver refuses."""
    change(delivered, "phone", "000", "p-2")
    delivered.drop("p-1")
    delivered.export("person", person_id="p-4", given_name="Prov4", family_name="Ström")
    delivered.export("enrolment", person_id="p-4", school_id="sjo", school_form="GR")
    delivered.export("person", person_id="p-5", given_name="Prov5", family_name="Ström", civic_no=TAKEN)
    remove(delivered, "export_group_memberships", "group_id", "g-1")
    with receiver.store.transaction() as db:
        db.execute("update records set unique_value = ? where entity = 'person' and key like '%p-3%'", (TAKEN,))
    delivered.build()
    delivered.db.execute("checkpoint")
    return delivered


def copy_of(evening, receiver, certificates, folder: Path, tenant: str) -> Path:
    """The same profile, database and tenant once more."""
    folder.mkdir()
    profile = new_profile(folder / "trial", receiver.tenant(tenant), certificates.ca)
    shutil.copy(evening.settings.database_file, profile.database_file)
    with receiver.store.transaction() as db:
        for table in ("tenants", "records", "links", "hidden_persons"):
            columns = [row["name"] for row in db.execute(f"pragma table_info({table})") if row["name"] != "tenant"]
            listed = ", ".join(columns)
            db.execute(f"insert into {table} (tenant, {listed}) select ?, {listed} from {table} where tenant = 'trial'", (tenant,))
    return profile.folder


def outcome(receiver, folder: Path, tenant: str) -> dict:
    """What a night has come to: the receiver's content, ours, what is owed, and how each delivery ended."""
    from nattsynk.profile import settings as profiles

    with open_database(profiles.load(str(folder))) as db:
        trial = Trial(profiles.load(str(folder)), db, NOW)
        return {
            "holdings": holdings(receiver, tenant),
            "confirmed": confirmed(trial),
            "owed": trial.rows("owed_records", "entity, record_key, operation, problem_type"),
            "hidden": hidden(receiver, tenant),
            "kept": trial.rows("kept_persons", "person_id, erasure, hidden_on"),
            "planned": [row for table in ("planned_persons", "planned_enrolments", "planned_groups") for row in trial.rows(table)],
            "rejected": trial.rows("rejected_lines"),
            "deliveries": trial.rows("deliveries", "sequence, state, plan_digest, applied, rejected"),
            "applied": [(manifest["sequence"], manifest["plan_digest"]) for manifest, _ in applied(receiver, tenant)],
        }


def finish(folder: Path) -> int:
    """The next run, in this process."""
    from nattsynk.profile import settings as profiles

    settings = profiles.load(str(folder))
    with open_database(settings) as db:
        return Trial(settings, db, NOW).send().exit_code


def run_in(processes, folder: Path, die_at: int) -> int | None:
    """Runs send in a process of its own. Returns its exit code; -9 where it was killed."""
    process = processes.Process(target=dying.send, args=(folder, die_at))
    process.start()
    process.join()
    return process.exitcode


@pytest.mark.parametrize("share", range(SHARES))
def test_a_run_killed_at_any_step_ends_as_an_undisturbed_one(evening, receiver, certificates, processes, tmp_path, share):
    undisturbed = copy_of(evening, receiver, certificates, tmp_path / "whole", "whole")
    steps = dying.send(undisturbed, 0)
    wanted = outcome(receiver, undisturbed, "whole")
    assert steps > 60, "or they are not counted"
    assert [row[:2] for row in wanted["deliveries"]] == [(1, "confirmed"), (2, "confirmed")]
    assert len(wanted["owed"]) == 1

    for step in range(1 + share, steps + 1, SHARES):
        tenant = f"killed-{step}"
        folder = copy_of(evening, receiver, certificates, tmp_path / tenant, tenant)
        assert run_in(processes, folder, step) == -9
        if outcome(receiver, folder, tenant)["deliveries"] != wanted["deliveries"]:
            # Not confirmed yet: the next run ends as the undisturbed one does, with one line refused.
            assert finish(folder) == 30, f"after a kill at step {step}"
        assert outcome(receiver, folder, tenant) == wanted, f"after a kill at step {step}"
        shutil.rmtree(folder.parent)


SIZES = [0, 100, 1_000, 4_000, 8_000, 16_000, 32_000, 48_000, 64_000, 128_000]


@pytest.mark.parametrize("size", SIZES)
def test_a_delivery_whose_disk_is_full_says_so_and_ends_as_an_undisturbed_one(evening, receiver, certificates, processes, tmp_path, size):
    undisturbed = copy_of(evening, receiver, certificates, tmp_path / "whole", "whole")
    dying.send(undisturbed, 0)
    wanted = settled(outcome(receiver, undisturbed, "whole"))

    folder = copy_of(evening, receiver, certificates, tmp_path / "full", "full")
    code, out, err = limited.run(processes, "send", "--profile", folder, size=size)
    if size < 16_000:
        assert (code, "a limit on the size of files is reached" in err) == (40, True), (out, err)
    assert "fault of nattsynk" not in err
    assert code in (40, 30)
    if code == 40:
        assert finish(folder) in (30, 10)
    assert settled(outcome(receiver, folder, "full")) == wanted


@pytest.mark.parametrize("request_number", range(1, 8))
def test_a_delivery_that_is_interrupted_says_so_and_goes_on(evening, receiver, certificates, processes, tmp_path, request_number):
    undisturbed = copy_of(evening, receiver, certificates, tmp_path / "whole", "whole")
    dying.send(undisturbed, 0)
    wanted = settled(outcome(receiver, undisturbed, "whole"))

    folder = copy_of(evening, receiver, certificates, tmp_path / "pressed", "pressed")
    code, _, err = limited.run(processes, "send", "--profile", folder, interrupt_at=request_number)
    assert (code, err.splitlines()[-1]) == (
        1, "nattsynk: Interrupted; what was committed stands, and the next run goes on from there.",
    )
    assert finish(folder) == 30
    assert settled(outcome(receiver, folder, "pressed")) == wanted


@pytest.fixture
def many(delivered):
    """A night that protects two at once, where one is the most that is erased without asking."""
    delivered.limit_erasures(1)
    delivered.protect("p-1", "p-2")
    for person in ("p-1", "p-2"):
        delivered.drop(person)
    change(delivered, "phone", "000", "p-3")
    delivered.build()
    delivered.db.execute("checkpoint")
    return delivered


@pytest.fixture
def approved(many):
    """The same a run later: they are hidden, and the erase is approved."""
    assert many.send().exit_code == 20
    held = ledger.held(many.db, delivery.PROTECTION_REMOVAL)
    ledger.approve(many.db, held.sequence, "administrator 7", ledger.utc(many.clock) + HOURS, many.clock)
    many.db.execute("checkpoint")
    return many


@pytest.mark.parametrize(("night", "code"), [("many", 20), ("approved", 0)])
@pytest.mark.parametrize("share", range(SHARES))
def test_a_mass_protection_killed_at_any_step_ends_as_an_undisturbed_one(request, receiver, certificates, processes, tmp_path, night, code, share):
    """PER-15. What waits is planned anew each run, so held and failed deliveries are not compared."""
    trial = request.getfixturevalue(night)
    undisturbed = copy_of(trial, receiver, certificates, tmp_path / "whole", "whole")
    steps = dying.send(undisturbed, 0)
    wanted = settled(outcome(receiver, undisturbed, "whole"))

    for step in range(1 + share, steps + 1, SHARES):
        tenant = f"killed-{step}"
        folder = copy_of(trial, receiver, certificates, tmp_path / tenant, tenant)
        assert run_in(processes, folder, step) == -9
        assert finish(folder) in (code, 10 if code == 0 else code), f"after a kill at step {step}"
        assert settled(outcome(receiver, folder, tenant)) == wanted, f"after a kill at step {step}"
        shutil.rmtree(folder.parent)


def settled(night: dict) -> dict:
    """What a night has come to but for what was planned, and how often: the same lines, applied once."""
    return {
        **night, "deliveries": sorted(row[3:] for row in night["deliveries"] if row[1] == "confirmed"),
        "planned": sorted(row[2:] for row in night["planned"]), "applied": [digest for _, digest in night["applied"]],
    }
