"""Random nights: the register changes, the network fails, runs die, the receiver refuses or loses everything, and people approve.

After any of it one undisturbed night must leave three things true (`Nights.settled`). `make nights NIGHTS=500` plays that many; the suite fewer.
A failure names its seed and the command that plays exactly these nights again. Nights that failed once are kept in kept_nights.py and played first.
"""

import dataclasses
import datetime
import json
import os

import hypothesis
import pytest
from delivering import applied, new_profile, trial_of
from faulty_receiver import FAULTS, FaultyReceiver
from hypothesis import HealthCheck, settings, strategies
from hypothesis.stateful import (
    RuleBasedStateMachine,
    initialize,
    precondition,
    rule,
    run_state_machine_as_test,
)
from kept_nights import SEEDS, STEPS
from test_delivery import Killed, Watched
from test_receiver import hidden
from test_stops import approve, pass_limits

from nattsynk.deliver import delivery, ledger
from nattsynk.deliver.entities import entities
from nattsynk.engines.database import open_database
from nattsynk.engines.statements import render
from nattsynk.errors import Stop
from nattsynk.receivers import https_client
from nattsynk.reference_receiver import apply

NIGHTS = int(os.environ.get("NATTSYNK_NIGHTS", "500"))
FIRST = int(os.environ.get("NATTSYNK_FIRST_SEED", "0"))
NIGHTS_A_TOWN, TOWNS_A_SEED = 6, 2
DRAWN = range(FIRST, FIRST + max(1, NIGHTS // (NIGHTS_A_TOWN * TOWNS_A_SEED)))
ONE_DAY = datetime.timedelta(days=1)
PEOPLE = [f"p-{number}" for number in range(6)]
GROUPS = [f"g-{number}" for number in range(3)]

# What the register holds on a night: a phone a pupil, who is enrolled, a name a group, who is in which.
registers = strategies.fixed_dictionaries({
    "people": strategies.dictionaries(strategies.sampled_from(PEOPLE), strategies.sampled_from("123"), min_size=1),
    "enrolled": strategies.sets(strategies.sampled_from(PEOPLE)),
    "groups": strategies.dictionaries(strategies.sampled_from(GROUPS), strategies.sampled_from("AB")),
    "members": strategies.sets(strategies.tuples(strategies.sampled_from(GROUPS), strategies.sampled_from(PEOPLE)), max_size=8),
})
queues = strategies.lists(strategies.sampled_from([None, None, *(fault for fault in FAULTS if fault != "trickle")]), max_size=8)


@dataclasses.dataclass
class World:
    """What all towns share: the receiver, the way to it, an empty database, and which keys the receiver refuses."""

    folder: object
    certificates: object
    receiver: object
    faulty: FaultyReceiver
    template: object
    refused: set = dataclasses.field(default_factory=set)
    towns: int = 0
    nights: int = 0


def machine(world):
    class Nights(RuleBasedStateMachine):
        """One town and its receiver's tenant."""

        @initialize(register=registers)
        def begin(self, register):
            world.towns += 1
            world.refused.clear()
            self.tenant = f"town-{world.towns}"
            (world.folder / self.tenant).mkdir()
            profile = new_profile(world.folder / self.tenant / "trial", world.receiver.tenant(self.tenant), world.certificates.ca)
            self.trial = trial_of(profile, world.template)
            world.faulty.serves(self.trial, self.tenant)
            self.protected, self.parted = set(), False
            self.trial.limit_erasures(1)
            self.dawn(register)

        @rule(register=registers)
        def dawn(self, register):
            """Another day: the register has changed, and is built."""
            self.trial.now += ONE_DAY
            self.register = register
            export(self.trial, register, self.protected)
            self.trial.build()

        @rule(queue=queues)
        def night(self, queue):
            """A run that faults befall. It ends as documented, whatever they are."""
            world.faulty.faults.extend(queue)
            self.run(None)

        @rule(queue=queues, request=strategies.integers(1, 8), after=strategies.booleans())
        def night_that_dies_between_requests(self, queue, request, after):
            world.faulty.faults.extend(queue)
            self.run(Watched(self.trial.session(), request, after))

        @rule(statement=strategies.integers(1, 90))
        def night_that_dies_at_a_statement(self, statement):
            true, left = self.trial.db.execute, [statement]

            def execute(sql, params=()):
                left[0] -= 1
                if not left[0]:
                    raise Killed
                true(sql, params)

            self.trial.db.execute = execute
            self.run(None)

        @rule(keys=strategies.sets(strategies.sampled_from(PEOPLE + GROUPS), max_size=2))
        def receiver_refuses(self, keys):
            world.refused.clear()
            world.refused.update(keys)

        @rule()
        def receiver_is_emptied(self):
            self.parted = True
            with world.receiver.store.transaction() as db:
                for table in ("records", "links", "hidden_persons", "tenants"):
                    db.execute(f"delete from {table} where tenant = ?", (self.tenant,))

        @rule(operations=strategies.sets(strategies.sampled_from(["delete", "update"])))
        def limits(self, operations):
            pass_limits(self.trial, *operations)

        @precondition(lambda self: ledger.held(self.trial.db))
        @rule()
        def somebody_approves(self):
            approve(self.trial)

        @rule(person=strategies.sampled_from(PEOPLE))
        def somebody_becomes_protected(self, person):
            self.protected.add(person)
            self.trial.protect(*self.protected)
            export(self.trial, self.register, self.protected)
            self.trial.build()

        @rule(people=strategies.sets(strategies.sampled_from(PEOPLE), min_size=2))
        def the_register_protects_many(self, people):
            """More than one in a night are a mass: they are hidden, and the erase waits (PER-15)."""
            self.protected |= people
            self.trial.protect(*self.protected)
            self.dawn(self.register)

        @precondition(lambda self: self.protected)
        @rule(people=strategies.sets(strategies.sampled_from(PEOPLE)))
        def the_register_is_put_right(self, people):
            self.protected -= people
            self.trial.protect(*self.protected)
            self.dawn(self.register)

        @precondition(lambda self: ledger.held(self.trial.db, delivery.PROTECTION_REMOVAL))
        @rule()
        def somebody_approves_the_erase(self):
            approve(self.trial, lane=delivery.PROTECTION_REMOVAL)

        @rule(person=strategies.sampled_from(PEOPLE))
        def resend(self, person):
            if person in self.register["people"] and person not in self.protected:
                schema = self.trial.db.schema("delivery")
                self.trial.db.execute(render("owed_clear_record", delivery=schema), ["person", person])
                self.trial.db.execute(render("resend_add", delivery=schema), ["person", person, ledger.utc(self.trial.clock)])

        @rule()
        def settled(self):
            """After an undisturbed night: the receiver has what is confirmed, nothing was applied twice, nothing owed is forgotten."""
            world.faulty.faults.clear()
            code = self.run(None)
            if code == 20 and self.parted and ledger.held(self.trial.db):
                # Everything would go anew, which passes the limits: until somebody has looked at it the receiver stays empty.
                approve(self.trial)
                code = self.run(None)
            self.parted = False
            assert code in (0, 10, 20, 30), "undisturbed, a night ends in order"
            # Of what it has refused after it lost everything we cannot know: that is said until it is taken.
            owed = owed_or_held(self.trial)
            assert without(holdings(world.receiver, self.tenant), owed) == without(confirmed(self.trial), owed)
            sequences = [manifest["sequence"] for manifest, _ in applied(world.receiver, self.tenant)]
            assert len(sequences) == len(set(sequences)), "applied twice"
            assert left_over(self.trial) <= owed_or_held(self.trial), "forgotten"
            everybody = json.dumps([world.receiver.store.records(self.tenant, entity.name) for entity in entities()])
            assert not [person for person in self.protected if f'"{person}"' in everybody]
            waits = [person for person, erasure in self.trial.rows("kept_persons", "person_id, erasure") if erasure == "hidden" and person in self.protected]
            assert set(hidden(world.receiver, self.tenant)) & self.protected <= set(waits), "hidden, and nobody is asked"
            assert bool(waits) == bool(ledger.held(self.trial.db, delivery.PROTECTION_REMOVAL)), "asked for while it waits, and no longer"
            assert not set(hidden(world.receiver, self.tenant)) & {key for entity, key in confirmed(self.trial) if entity == "person"}
            if code == 10:
                assert not left_over(self.trial) - owed_or_held(self.trial)

        def teardown(self):
            if hasattr(self, "trial"):
                self.settled()
                self.trial.db.close()

        def run(self, session):
            """One run of send. Returns its exit code, None where it died; a dead one's database is opened anew."""
            world.nights += 1
            try:
                return self.trial.send(session).exit_code
            except Stop as stop:
                assert stop.exit_code in (20, 30, 40)
                return stop.exit_code
            except Killed:
                self.trial.db.close()
                self.trial.db = open_database(self.trial.settings)
                return None
            finally:
                vars(self.trial.db).pop("execute", None)
                world.faulty.faults.clear()

    return Nights


def export(trial, register, protected):
    """The export tables of a register, less who is protected."""
    for entity in entities():
        trial.db.execute(f"delete from {trial.db.schema('export')}.{entity.table}")
    trial.export("school", school_id="sjo", school_name="Sjöskolan")
    people = {person: phone for person, phone in register["people"].items() if person not in protected}
    for person, phone in people.items():
        trial.export("person", person_id=person, given_name="Prov", family_name="Ström", phone=phone)
        if person in register["enrolled"]:
            trial.export("enrolment", person_id=person, school_id="sjo", school_form="GR")
    for group, name in register["groups"].items():
        trial.export("group", group_id=group, school_id="sjo", group_type="Klass", group_name=name, school_form="GR")
    for group, person in register["members"]:
        if group in register["groups"] and person in people:
            trial.export("membership", group_id=group, person_id=person)


def holdings(receiver, tenant):
    """(entity, key) -> what the receiver has from us."""
    return {
        (entity.name, "|".join(str(record["key"][column]) for column in entity.key)): {
            column: value for column, value in record["data"].items() if value is not None
        }
        for entity in entities() for record in receiver.store.records(tenant, entity.name) if record["is_ours"] and record["is_active"]
    }


def confirmed(trial):
    """The same, as our own state has it."""
    found = {}
    for entity in entities():
        for row in trial.rows(entity.delivered, ", ".join(entity.stored)):
            record = dict(zip(entity.stored, row))
            key = "|".join(str(record[column]) for column in entity.key)
            found[entity.name, key] = {
                column: value for column, value in record.items() if value is not None and column not in entity.key
            }
    return found


def without(content, keys):
    return {key: record for key, record in content.items() if key not in keys}


def left_over(trial):
    """(entity, key) of what there still is to say."""
    schema = trial.db.schema("delivery")
    return {
        (entity.name, key) for entity in entities()
        for (key,) in trial.db.rows(f"select {entity.record_key} from {schema}.{entity.delta} as d")
    }


def owed_or_held(trial):
    """(entity, key) of what the receiver has refused, what is held, and what waits for the one or the other."""
    schema = trial.db.schema("delivery")
    owed = set(trial.db.rows(f"select entity, record_key from {schema}.owed_records"))
    held = {
        (entity.name, key) for entity in entities()
        for (key,) in trial.db.rows(
            f"select {entity.record_key} from {schema}.{entity.planned} as d"
            f" inner join {schema}.deliveries as l on l.sequence = d.sequence and l.state = 'held'"
        )
    }
    waiting = set()
    for entity in entities():
        for name, column in entity.references:
            rows = trial.db.rows(f"select {entity.record_key}, {column} from {schema}.{entity.delta} as d where operation <> 'delete'")
            waiting |= {(entity.name, key) for key, other in rows if (name, other) in owed | held}
    return owed | held | waiting


@pytest.fixture
def world(tmp_path, receiver, certificates, trial_database, monkeypatch):
    monkeypatch.setenv("TRIAL_TOKEN", "invented-token")
    # What is tried again is tried at once.
    monkeypatch.setattr(https_client, "FIRST_WAIT", 0.0)
    monkeypatch.setattr(https_client, "SHORTEST_WAIT", 0.0)
    with FaultyReceiver(receiver, certificates) as faulty:
        made = World(tmp_path, certificates, receiver, faulty, trial_database)
        true = apply.fault_of
        monkeypatch.setattr(apply, "fault_of", lambda line: "/key" if refuses(made, line) else true(line))
        yield made


def refuses(world, line):
    """A receiver that refuses a pupil or group refuses to make or change it, not to let it go."""
    return line["entity"] in ("person", "group") and line["op"] != "delete" and set(line["key"].values()) & world.refused


def play(nights, seed):
    """Plays the nights of a seed, always the same. A failure tells the seed, and how to play them again."""
    try:
        run_state_machine_as_test(hypothesis.seed(seed)(nights), settings=settings(
            max_examples=TOWNS_A_SEED, stateful_step_count=4 * NIGHTS_A_TOWN, deadline=None, database=None, suppress_health_check=list(HealthCheck),
        ))
    except Exception as failure:
        failure.add_note(f"Seed {seed}. Play these nights again: make nights SEED={seed} NIGHTS=1. Keep them: runner/tests/faults/kept_nights.py")
        raise


@pytest.mark.parametrize("steps", STEPS, ids=lambda steps: steps.__name__)
def test_steps_that_failed_once_lose_nothing_and_double_nothing(world, steps):
    nights = machine(world)()
    try:
        steps(nights)
    finally:
        nights.teardown()


@pytest.mark.parametrize("seed", [*SEEDS, *(seed for seed in DRAWN if seed not in SEEDS)])
def test_random_nights_with_faults_lose_nothing_and_double_nothing(world, capfd, seed):
    play(machine(world), seed)
    with capfd.disabled():
        print(f" {world.nights} nights in {world.towns} towns, {len(world.faulty.taken)} faults ", end="")
    assert world.nights >= TOWNS_A_SEED


def test_a_failure_tells_its_seed_and_the_command_and_the_seed_plays_the_same_again():
    played = []

    class Doomed(RuleBasedStateMachine):
        @rule(number=strategies.integers())
        def step(self, number):
            played.append(number)
            assert number < 1000

    begun = []
    for _ in range(2):
        played.clear()
        with pytest.raises(AssertionError) as failed:
            play(Doomed, 17)
        begun.append([*played])
    assert "make nights SEED=17 NIGHTS=1" in failed.value.__notes__[-1]
    assert begun[0] == begun[1]
