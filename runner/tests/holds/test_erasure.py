"""PER-2: who was delivered and becomes protected is erased before anything else is said, and nothing holds that back."""

import datetime
import json

import delivering
import pytest
from delivering import hang_up
from lengths import others_thorough
from test_delivery import Killed, Watched
from test_other_systems import Built, add_empty_views
from test_stops import pass_limits

from nattsynk.context import Context
from nattsynk.deliver import confirm, deliver, delivery, ledger
from nattsynk.deliver.entities import entities
from nattsynk.deliver.transfer import Transfer
from nattsynk.engines.statements import render
from nattsynk.errors import Stop
from nattsynk.receivers.receiver import UNKNOWN_RECORD
from nattsynk.show.preview import preview


def change(trial, person="p-2"):
    trial.db.execute(f"update {trial.db.schema('export')}.export_persons set phone = '000' where person_id = ?", [person])


def applied(receiver):
    """The lines of each delta that the receiver applied, with its manifest's mode."""
    return [(manifest["mode"], lines) for manifest, lines in delivering.applied(receiver)]


def lanes(trial):
    return trial.rows("deliveries", "sequence, lane, state")


def traces(receiver, person="p-1"):
    """Whatever the receiver holds that names the person."""
    return [
        record["key"] for entity in ("person", "enrolment", "duty", "responsible", "membership", "staff")
        for record in receiver.store.records("trial", entity) if person in record["key"].values()
    ]


ERASED = [
    {"n": 1, "op": "delete", "entity": "membership", "key": {"group_id": "g-1", "person_id": "p-1"}},
    {"n": 2, "op": "delete", "entity": "enrolment", "key": {"person_id": "p-1", "school_id": "sjo", "school_form": "GR"}},
    {"n": 3, "op": "delete", "entity": "person", "key": {"person_id": "p-1"}, "mode": "erase"},
]


def test_it_goes_first_as_a_delta_of_its_own_with_keys_alone(delivered, receiver):
    delivered.protect("p-1")
    delivered.drop("p-1")
    change(delivered)
    delivered.build()
    outcome = delivered.send()
    assert outcome.exit_code == 0
    assert outcome.lines == {"person": {"update": 1}}, "how many became protected is told nowhere"
    (_, first), (mode, second) = applied(receiver)[1:]
    assert (first, mode) == (ERASED, "delta")
    assert [(line["op"], line["key"]) for line in second] == [("update", {"person_id": "p-2"})]
    assert lanes(delivered) == [(1, "main", "confirmed"), (2, "erase", "confirmed"), (3, "main", "confirmed")]
    assert traces(receiver) == []
    assert not [row for table in ("delivered_persons", "planned_persons", "kept_persons") for row in delivered.rows(table) if "p-1" in row]
    assert delivered.send().exit_code == 10


@pytest.mark.parametrize("how", ["planned", "open", "held"])
def test_who_was_never_delivered_stands_in_no_frozen_line(school, receiver, how):
    """Not even while no build is green and nothing is planned anew."""
    if how == "held":
        school.build(persons=100, covered=0)
        assert school.send().exit_code == 20
    else:
        with pytest.raises(Killed):
            school.send(Watched(school.session(), 2 if how == "planned" else 3))
    assert [row for row in school.rows("planned_persons") if "p-1" in row]
    assert lanes(school) == [(1, "main", how)]
    school.protect("p-1")
    school.drop("p-1")
    school.build(status="red")
    http = school.session()
    assert deliver.remove_protected(school.db, school.settings, school.receiver(http), school.clock, school.progress()) is None
    hang_up(http)
    assert (school.rows("planned_persons"), lanes(school)) == ([], [(1, "main", "failed")])
    school.build()
    assert school.send().exit_code == 0
    assert traces(receiver) == []


def held(school):
    """What a run says that ends with exit code 20."""
    try:
        outcome = school.send()
    except Stop as stop:
        outcome = stop
    assert outcome.exit_code == 20
    return outcome.message


@pytest.mark.parametrize(
    ("how", "words"),
    [
        ({"status": "red"}, "not green"), ({"status": "building"}, "not green"), ({"options": "dbt build --empty"}, "--empty"),
        ({"covered": 0}, "register is empty"), ({"persons": 0, "covered": 0}, "not one person"),
    ],
)
def test_nothing_that_holds_the_night_holds_it(delivered, receiver, how, words):
    delivered.protect("p-1")
    delivered.drop("p-1")
    change(delivered)
    delivered.build(**how)
    assert words in held(delivered)
    assert traces(receiver) == []
    assert [lines for _, lines in applied(receiver)[1:]] == [ERASED], "and nothing else went"
    # What a thin build erased does not make that build the measure of the next one.
    assert words in held(delivered)


def test_an_export_from_before_the_protection_is_not_sent(delivered, receiver):
    delivered.protect("p-1")
    change(delivered)
    with pytest.raises(Stop, match="changed since the last build") as stopped:
        delivered.send()
    assert (stopped.value.exit_code, traces(receiver)) == (20, [])
    assert [lines for _, lines in applied(receiver)[1:]] == [ERASED], "not created anew"


@pytest.mark.parametrize("request_number", others_thorough(range(1, 7), kept=range(2, 7, 2)))
def test_a_plan_under_way_gives_way(school, receiver, request_number):
    """Requests of the plan that dies: state, manifest, three parts, commit."""
    with pytest.raises(Killed):
        school.send(Watched(school.session(), request_number))
    school.protect("p-1")
    with pytest.raises(Stop, match="changed since the last build"):
        school.send()
    assert applied(receiver) == []
    school.drop("p-1")
    school.build()
    assert school.send().exit_code == 0
    assert traces(receiver) == []
    assert "Prov1" not in json.dumps(applied(receiver))


@pytest.mark.parametrize("request_number", others_thorough(range(1, 8), kept=range(1, 8, 2)))
def test_a_delta_under_way_is_given_up_or_finished_first(delivered, receiver, request_number):
    """The second night's delta dies; what it said of the person does not outlive the erasure. Requests: state, manifest, part, commit, receipt."""
    change(delivered, "p-1")
    delivered.build()
    try:
        delivered.send(Watched(delivered.session(), request_number))
    except Killed:
        pass
    delivered.protect("p-1")
    delivered.drop("p-1")
    delivered.build()
    assert delivered.send().exit_code == 0
    assert traces(receiver) == []
    assert delivered.rows("planned_persons") == []
    assert {state for _, _, state in lanes(delivered)} <= {"confirmed", "failed"}
    assert [lane for _, lane, state in lanes(delivered) if state == "confirmed"][-1] == "erase"


@pytest.mark.parametrize("request_number", others_thorough(range(1, 6), kept=range(1, 6, 2)))
def test_a_run_killed_while_it_erases_is_taken_up(delivered, receiver, request_number):
    """Requests: state, manifest, part, commit, receipt."""
    delivered.protect("p-1")
    delivered.drop("p-1")
    delivered.build()
    with pytest.raises(Killed):
        delivered.send(Watched(delivered.session(), request_number))
    assert delivered.send().exit_code == 0
    assert traces(receiver) == []
    assert [lane for _, lane, state in lanes(delivered) if state == "confirmed"] == ["main", "erase"]


def test_before_a_full_delivery_too(delivered, receiver):
    with receiver.store.transaction() as db:
        db.execute("update tenants set sequence = 7, version = 'another'")
    delivered.protect("p-1")
    delivered.drop("p-1")
    delivered.build()
    # The run dies between the erasure and the rest: the states are as parted as before.
    with pytest.raises(Killed):
        delivered.send(Watched(delivered.session(), 6))
    assert ledger.confirmed(delivered.db)[0] == 1
    assert delivered.send().exit_code == 0
    assert [(mode, lines[0]["op"]) for mode, lines in applied(receiver)] == [("full", "create"), ("delta", "delete"), ("full", "create")]
    assert traces(receiver) == []
    assert (ledger.confirmed(delivered.db)[0], delivered.send().exit_code) == (9, 10)


def test_who_left_before_and_is_kept_is_erased_too(delivered, receiver):
    delivered.drop("p-1")
    delivered.build()
    delivered.send()
    assert traces(receiver) == [{"person_id": "p-1"}], "deactivated"
    assert delivered.rows("kept_persons", "person_id, civic_no") == [("p-1", "20100101-TF01")]
    delivered.protect("p-1")
    delivered.build()
    outcome = delivered.send()
    assert (outcome.exit_code, outcome.lines) == (0, {})
    assert (traces(receiver), delivered.rows("kept_persons")) == ([], [])


def test_a_leaver_whose_number_is_taken_is_kept(delivered):
    """By a person who is there already: the leaver first gives the number up, by a rekey of their own."""
    delivered.drop("p-1")
    delivered.db.execute(f"update {delivered.db.schema('export')}.export_persons set civic_no = '20100101-TF01' where person_id = 'p-2'")
    delivered.build()
    schema = delivered.db.schema("delivery")
    columns = [name for (name,) in delivered.db.rows("select column_name from information_schema.columns where table_name = 'planned_persons'")]
    given_up = {"step": "1", "operation": "'rekey'", "person_id": "'p-1'", "previous_civic_no": "'20100101-TF01'"}
    names = ["step", *(name for name in columns if name not in ("sequence", "line_no"))]
    (view,) = delivered.db.one("select sql from duckdb_views() where view_name = 'delta_persons'")
    delivered.db.execute(
        f"create or replace view {schema}.delta_persons as select {', '.join(names)} from ({view.split(' AS ', 1)[1].rstrip(';')}) union all "
        f"select {', '.join(given_up.get(name, 'null') for name in names)} where exists (select 1 from {schema}.delivered_persons where person_id = 'p-1')"
    )
    assert delivered.send().exit_code == 0
    assert delivered.rows("kept_persons", "person_id, civic_no") == [("p-1", "20100101-TF01")]


def test_who_was_made_inactive_by_hand_is_erased_too(delivered, receiver):
    with receiver.store.transaction() as db:
        db.execute("update records set is_active = 0 where entity = 'person' and key like '%p-1%'")
    delivering.change(delivered, "phone", "000")
    delivered.build()
    assert delivered.send().exit_code == 30
    assert delivered.rows("kept_persons", "person_id, civic_no") == [("p-1", "20100101-TF01")]
    delivered.protect("p-1")
    delivered.drop("p-1")
    delivered.build()
    assert delivered.send().exit_code == 0
    assert (traces(receiver), delivered.rows("kept_persons")) == ([], [])


def test_who_was_made_inactive_by_hand_and_is_created_anew_is_kept_no_longer(delivered, receiver):
    with receiver.store.transaction() as db:
        db.execute("update records set is_active = 0 where entity = 'person' and key like '%p-1%'")
    delivered.db.execute(f"update {delivered.db.schema('export')}.export_enrolments set end_date = '2027-06-10'")
    delivered.build()
    assert delivered.send().exit_code == 30, "the enrolment names somebody unknown"
    assert delivered.rows("kept_persons", "person_id") == [("p-1",)]
    assert (delivered.send().exit_code, delivered.rows("kept_persons")) == (0, [])


def test_who_comes_back_is_kept_no_longer(delivered, receiver):
    delivered.drop("p-3")
    delivered.build()
    delivered.send()
    delivered.export("person", person_id="p-3", given_name="Prov3")
    delivered.build()
    delivered.send()
    assert delivered.rows("kept_persons") == []


def test_who_a_full_delivery_leaves_out_is_kept(delivered, receiver):
    delivered.drop("p-1")
    with receiver.store.transaction() as db:
        db.execute("update tenants set version = 'another'")
    delivered.build()
    delivered.send()
    assert delivered.rows("kept_persons", "person_id") == [("p-1",)]


@pytest.fixture
def refusing(monkeypatch):
    """Every erasure's third line is refused, until the returned function is called."""
    true = Transfer.read_receipt

    def refused(transfer, it):
        counts = true(transfer, it)
        if it.delivery.lane != delivery.PROTECTION_REMOVAL:
            return counts
        confirm.stage_rejected(transfer.db, it.delivery.sequence, [(3, "urn:example:busy", None)])
        return {**counts, "applied": counts["applied"] - 1, "rejected": 1}

    monkeypatch.setattr(Transfer, "read_receipt", refused)
    return lambda: monkeypatch.setattr(Transfer, "read_receipt", true)


def test_what_the_receiver_refuses_to_erase_is_said_by_the_next_erasure_alone(delivered, receiver, refusing):
    delivered.protect("p-1")
    delivered.drop("p-1")
    change(delivered)
    delivered.build()
    assert delivered.send().exit_code == 30
    assert [(line["op"], line["key"]) for line in applied(receiver)[-1][1]] == [("update", {"person_id": "p-2"})]
    assert delivered.rows("owed_records", "entity, record_key, operation") == [("person", "p-1", "delete")]
    refusing()
    assert delivered.send().exit_code == 0
    assert applied(receiver)[-1][1] == [{**ERASED[2], "n": 1}]
    assert delivered.rows("owed_records") == []


def test_a_refused_erasure_is_told_without_a_number_whatever_stops_the_run_after_it(delivered, refusing):
    delivered.protect("p-1")
    delivered.drop("p-1")
    delivered.build(status="red")
    http, progress = delivered.session(), delivered.progress()
    with pytest.raises(Stop, match="refused some of it.*not green") as stopped:
        deliver.send(delivered.db, delivered.settings, delivered.receiver(http), delivered.clock, progress)
    hang_up(http)
    assert stopped.value.exit_code == 30
    assert (stopped.value.outcome.lines, stopped.value.outcome.rejected) == ({}, 0)
    assert [set(step) for step in progress.steps if step["step"] not in ("base", "wait")] == [{"at", "step", "sequence"}]


def test_what_was_finished_before_an_erasure_is_told_too(delivered, monkeypatch):
    delivering.change(delivered, "phone", "000", "p-2")
    delivered.build()
    with pytest.raises(Killed):
        delivered.send(Watched(delivered.session(), 4, after=True))
    delivered.protect("p-1")
    http = delivered.session()
    outcome = deliver.remove_protected(delivered.db, delivered.settings, delivered.receiver(http), delivered.clock, delivered.progress())
    hang_up(http)
    assert (outcome.exit_code, outcome.lines) == (0, {"person": {"update": 1}})


def test_a_refused_erasure_of_who_is_protected_no_longer_is_owed_no_longer(delivered, receiver, monkeypatch):
    from nattsynk.reference_receiver import apply

    true = apply.fault_of
    monkeypatch.setattr(apply, "fault_of", lambda line: "/key" if (line["op"], line["entity"]) == ("delete", "person") else true(line))
    delivered.protect("p-1")
    delivered.drop("p-1")
    delivered.build()
    assert delivered.send().exit_code == 30
    monkeypatch.setattr(apply, "fault_of", true)
    delivered.protect()
    delivered.export("person", person_id="p-1", given_name="Prov1", family_name="Ström", civic_no="20100101-TF01", phone="NEW")
    delivered.build()
    assert delivered.send().exit_code == 0
    assert delivering.records(receiver, "person")[0]["phone"] == "NEW"
    assert (delivered.rows("owed_records"), delivered.send().exit_code) == ([], 10)


def test_registers_that_cannot_be_asked_stop_the_delivery(delivered, receiver):
    delivered.db.execute(f"drop table {delivered.db.schema('delivery')}.protected")
    change(delivered)
    delivered.build()
    with pytest.raises(Stop, match="could not be asked") as stopped:
        delivered.send()
    assert stopped.value.exit_code == 40
    assert len(applied(receiver)) == 1


def test_a_preview_tells_neither_whom_nor_how_many(delivered, capsys):
    """The limits are measured with them, so their counts would tell."""
    delivered.protect("p-1")
    delivered.drop("p-1")
    delivering.change(delivered, "phone", "000", "p-2")
    delivered.build()
    pass_limits(delivered, "delete")
    add_empty_views(delivered)
    run = Context("preview", str(delivered.settings.folder), "embedded", delivered.now.date(), delivered.clock, delivered.progress())
    run.builder = Built()
    assert preview(run) == 0
    told = capsys.readouterr().out
    assert "A delta of its own goes before all else." in told and "update person p-2" in told
    assert not [word for word in ("p-1", "delete person", "records of entity") if word in told]
    assert run.counts == {"update": 1}


def test_erase_alone_says_nothing_where_there_is_nobody(school):
    session = school.session()
    assert deliver.remove_protected(school.db, school.settings, school.receiver(session), school.clock, school.progress()) is None
    hang_up(session)


# Who is kept, statement by statement; the nights above show what it is for.

EARLIER, LATER = datetime.datetime(2026, 11, 1), datetime.datetime(2026, 11, 21)


@pytest.fixture
def kept(trial):
    """Runs a statement of kept_* on lines and rows that are told, and returns who is kept after it.

    lines: person -> (sequence, operation, mode), each on a line of its own number. rejected: (sequence, person of the line).
    kept: person -> (erasure, day of hiding).
    """
    def run(statement, parameters, lines, rejected=(), kept=(), delivered="", problem="x"):
        db, schema = trial.db, trial.db.schema("delivery")
        numbers = {person: number for number, person in enumerate(lines, start=1)}
        for person, (sequence, operation, mode) in lines.items():
            db.execute(
                f"insert into {schema}.planned_persons (sequence, line_no, operation, mode, person_id) values (?, ?, ?, ?, ?)",
                [sequence, numbers[person], operation, mode, person],
            )
        for sequence, person in rejected:
            db.execute(f"insert into {schema}.rejected_lines (sequence, line_no, problem_type) values (?, ?, ?)", [sequence, numbers[person], problem])
        for person, (erasure, day) in dict(kept).items():
            db.execute(f"insert into {schema}.kept_persons values (?, ?, ?, ?, ?)", [person, f"old-{person}", EARLIER, erasure, day])
        for person in delivered:
            db.execute(f"insert into {schema}.delivered_persons (person_id, civic_no) values (?, ?)", [person, f"no-{person}"])
        person = next(entity for entity in entities() if entity.name == "person")
        sql = render(statement, delivery=schema, entity=person, references=[])
        db.execute(sql, parameters)
        return trial.rows("kept_persons", "person_id, civic_no, since, erasure, hidden_on")
    return run


def test_who_is_kept_after_a_delta(kept):
    lines = {
        "a": (5, "delete", "deactivate"), "b": (5, "delete", "hide"), "c": (5, "delete", "hide"), "d": (5, "delete", "deactivate"),
        "e": (5, "delete", "erase"), "f": (5, "update", None), "g": (5, "update", "hide"), "h": (6, "delete", "deactivate"),
        "k": (5, "delete", "deactivate"), "l": (5, "delete", "deactivate"), "m": (5, "delete", "deactivate"),
    }
    found = kept("kept_add", [LATER, 5], lines, [(5, "c"), (5, "d"), (6, "l")], {"k": (None, None)}, "abcdefghikl")
    assert found == [*((person, f"no-{person}", LATER, None, None) for person in "abc"), ("k", "old-k", EARLIER, None, None), ("l", "no-l", LATER, None, None)]


def test_who_is_kept_after_a_delivery_of_everything(kept):
    lines = {"a": (5, "create", None), "b": (6, "create", None)}
    found = kept("kept_add_absent", [LATER, 5], lines, (), {"k": (None, None)}, "abck")
    assert found == [*((person, f"no-{person}", LATER, None, None) for person in "bc"), ("k", "old-k", EARLIER, None, None)]


def test_whom_the_receiver_does_not_know_is_kept(kept):
    lines = {"a": (5, "update", None), "b": (5, "update", None), "k": (5, "update", None), "m": (5, "update", None)}
    found = kept("kept_add_unknown", [LATER, 5], lines, [(5, "a"), (5, "k"), (5, "m")], {"k": (None, None)}, "abck", UNKNOWN_RECORD)
    assert found == [("a", "no-a", LATER, None, None), ("k", "old-k", EARLIER, None, None)]


def test_who_is_hidden(kept):
    before, day = datetime.date(2026, 11, 1), datetime.date(2026, 11, 21)
    lines = dict.fromkeys("abef", (5, "delete", "hide")) | {"c": (5, "delete", "deactivate"), "d": (6, "delete", "hide")}
    found = kept("kept_hide", [day, 5, 5], lines, [(5, "b"), (6, "f"), (5, "c")], {person: (None, before if person == "e" else None) for person in "abcdefg"})
    assert {person: rest for person, _, _, *rest in found} == {
        "a": ["hidden", day], "b": ["hide", day], "c": [None, None], "d": [None, None], "e": ["hidden", before], "f": ["hidden", day], "g": [None, None],
    }


def test_whose_erasure_needs_no_other_approval(kept):
    lines = {"a": (5, "delete", "erase"), "b": (5, "delete", "erase"), "c": (5, "delete", "hide"), "d": (6, "delete", "erase")}
    found = kept("kept_approve", [5], lines, (), {"a": ("hidden", None), "b": ("hide", None), "c": ("hidden", None), "d": ("hidden", None), "e": ("hidden", None)})
    assert {person: erasure for person, _, _, erasure, _ in found} == {"a": "approved", "b": "hide", "c": "hidden", "d": "hidden", "e": "hidden"}


def test_who_is_kept_no_longer(kept):
    lines = {
        "a": (5, "create", None), "b": (5, "update", None), "c": (5, "rekey", None), "d": (5, "delete", "erase"), "e": (5, "delete", "deactivate"),
        "f": (5, "create", None), "g": (6, "create", None), "h": (5, "create", None),
    }
    found = kept("kept_clear", [5], lines, [(5, "f"), (6, "h")], dict.fromkeys("abcdefghi", (None, None)))
    assert [person for person, *_ in found] == ["c", "e", "f", "g", "i"]


def test_who_is_told_to_be_hidden_again(kept):
    found = kept("kept_hide_again", [], {}, (), {"a": ("hidden", None), "b": ("approved", None), "c": ("hide", None), "d": (None, None)})
    assert [erasure for _, _, _, erasure, _ in found] == ["hide", "approved", "hide", None]
