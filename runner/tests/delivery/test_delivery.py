"""`send` as an administrator sees it: what is said, when the base moves, and what a dead run leaves."""

import dataclasses
import gzip
import json
import time

import pytest
from delivering import change, records, remove
from lengths import others_thorough

from nattsynk.deliver import builds, ledger, outcomes, parts, plan
from nattsynk.errors import Stop
from nattsynk.receivers.nattsynk import NattsynkReceiver
from nattsynk.receivers.receiver import State
from nattsynk.reference_receiver import contract


class Watched:
    """A session that keeps what was asked, and can die before or after a request as a killed process would."""

    def __init__(self, session, die_at=None, after=False):
        self.session, self.die_at, self.after, self.asked = session, die_at, after, []

    def request(self, method, url, **rest):
        self.asked.append((method, url.rpartition("/trial")[2], rest.get("json"), rest.get("data"), rest.get("headers")))
        dies = len(self.asked) == self.die_at
        if dies and not self.after:
            raise Killed
        answer = self.session.request(method, url, **rest)
        if dies:
            raise Killed
        return answer

    def __getattr__(self, name):
        return getattr(self.session, name)


class Killed(BaseException):
    pass


def test_first_delivery_is_full_and_everything_is_confirmed(school, receiver):
    watched = Watched(school.session())
    outcome = school.send(watched)

    assert (outcome.exit_code, outcome.rejected) == (0, 0)
    assert outcome.lines["person"] == {"create": 3}
    assert [person["given_name"] for person in records(receiver, "person")] == ["Prov1", "Prov2", "Prov3"]
    assert len(school.rows("delivered_persons")) == 3
    assert school.rows("planned_persons") == []
    manifest = watched.asked[1][2]
    assert (manifest["mode"], manifest["lines"], len(manifest["parts"])) == ("full", 9, 3)


def test_what_is_said_follows_the_document(delivered):
    change(delivered, "phone", "000")
    remove(delivered, "export_group_memberships", "person_id", "p-1")
    remove(delivered, "export_groups", "group_id", "g-1")
    delivered.build()
    watched = Watched(delivered.session())
    delivered.send(watched)

    said = [json.loads(line) for method, _, _, data, _ in watched.asked if method == "PUT" for line in gzip.decompress(data).splitlines()]
    assert [line["op"] for line in said] == ["update", "delete", "delete"]
    assert not [line for line in said if not contract.validator("Line").is_valid(line)]
    assert contract.validator("Manifest").is_valid(watched.asked[1][2])


def test_the_receipt_is_waited_for(school, receiver, monkeypatch):
    monkeypatch.setattr("nattsynk.reference_receiver.app.PATIENCE", 0.01)
    receiver.store.applier.submit(time.sleep, 0.5)
    assert school.send().exit_code == 0


def test_second_send_says_nothing(delivered):
    watched = Watched(delivered.session())
    outcome = delivered.send(watched)

    assert outcome.exit_code == 10
    assert [method for method, *_ in watched.asked] == ["GET"]


def test_one_changed_value_is_one_update_line(delivered, receiver):
    change(delivered, "email_staff", "ny@provstad.example")
    delivered.build()
    watched = Watched(delivered.session())
    outcome = delivered.send(watched)

    assert outcome.lines == {"person": {"update": 1}}
    assert watched.asked[1][2]["mode"] == "delta"
    assert records(receiver, "person")[0]["email_staff"] == "ny@provstad.example"
    assert records(receiver, "person")[0]["given_name"] == "Prov1"


def test_deletes_go_last_and_in_reverse(delivered, receiver):
    remove(delivered, "export_persons", "person_id", "p-1")
    remove(delivered, "export_enrolments", "person_id", "p-1")
    remove(delivered, "export_group_memberships", "person_id", "p-1")
    change(delivered, "given_name", "Prov", "p-2")
    delivered.build()
    made = plan.make(delivered.db, delivered.settings, builds.latest_build(delivered.db), ledger.confirmed(delivered.db), plan.PlanRequest("delta"), delivered.clock)
    lines = [
        json.loads(line) for part in ledger.parts(delivered.db, made.sequence)
        for line in parts.part_bytes(delivered.db, made, part, parts.line_ranges(delivered.db, made.sequence, made.counts)).splitlines()
    ]

    assert [(line["n"], line["op"], line["entity"]) for line in lines] == [
        (1, "update", "person"), (2, "delete", "membership"), (3, "delete", "enrolment"), (4, "delete", "person"),
    ]
    assert lines[3] == {"n": 4, "op": "delete", "entity": "person", "key": {"person_id": "p-1"}, "mode": "deactivate"}
    assert lines[0]["changed"] == ["given_name"]
    # The plan is of the build that stands, so send takes it up; the person stays at the receiver without links.
    assert delivered.send().exit_code == 0
    assert delivered.rows("deliveries", "state") == [("confirmed",), ("confirmed",)]
    assert [record["is_active"] for record in receiver.store.records("trial", "person")] == [False, True, True]


@pytest.mark.parametrize("after", [False, True])
@pytest.mark.parametrize("request_number", others_thorough(range(1, 8), kept=range(1, 8, 2)))
def test_a_run_killed_anywhere_is_taken_up_by_the_next(school, receiver, request_number, after):
    """Requests: state, manifest, three parts, commit, receipt."""
    first = Watched(school.session(), request_number, after)
    with pytest.raises(Killed):
        school.send(first)
    second = Watched(school.session())
    outcome = school.send(second)

    assert outcome.exit_code == 0
    assert len(records(receiver, "person")) == 3
    assert [row[0] for row in school.rows("deliveries", "state")] == ["confirmed"]
    said = [asked for asked in first.asked + second.asked if asked[0] == "POST" and asked[2]]
    assert len({json.dumps(manifest) for _, _, manifest, _, _ in said}) == 1, "the same plan, to the byte"
    assert len({headers["Idempotency-Key"] for *_, headers in said}) == 1
    arrived = [url for method, url, *_ in first.asked[: request_number - (not after)] if method == "PUT"]
    assert not set(arrived) & {url for method, url, *_ in second.asked if method == "PUT"}, "no part that arrived goes again"


def test_a_plan_of_an_older_build_is_not_taken_up(school, receiver):
    """Its frozen lines may hold what must not be said today: the person may be protected since."""
    with pytest.raises(Killed):
        school.send(Watched(school.session(), 4))
    for table in ("export_persons", "export_duties"):
        remove(school, table, "person_id", "p-3")
    school.build()
    school.send()

    assert [person["person_id"] for person in records(receiver, "person")] == ["p-1", "p-2"]
    assert [row[0] for row in school.rows("deliveries", "state")] == ["confirmed", "failed"]


def test_a_commit_that_never_arrived_gives_way_to_a_newer_build(school, receiver):
    with pytest.raises(Killed):
        school.send(Watched(school.session(), 6))
    remove(school, "export_persons", "person_id", "p-3")
    remove(school, "export_duties", "person_id", "p-3")
    school.build()
    school.send()

    assert [person["person_id"] for person in records(receiver, "person")] == ["p-1", "p-2"]


def test_a_committed_delivery_is_confirmed_before_the_new_one(school):
    with pytest.raises(Killed):
        school.send(Watched(school.session(), 6, after=True))
    change(school, "phone", "000")
    school.build()
    outcome = school.send()

    assert outcome.exit_code == 0
    assert outcome.lines["person"] == {"create": 3, "update": 1}


def test_a_receiver_that_died_while_it_applied_is_asked_to_go_on(school, receiver):
    with pytest.raises(Killed):
        school.send(Watched(school.session(), 6))
    ((key,),) = school.rows("deliveries", "commit_key")
    with receiver.store.transaction() as db:
        # As it is left between the two: the commit is noted, and nothing is applied.
        db.execute("update deltas set state = 'applying', commit_key = ?", (key,))
    assert school.send().exit_code == 0
    assert len(records(receiver, "person")) == 3
    assert school.rows("deliveries", "sequence, state") == [(1, "confirmed")]


def test_a_rejected_line_is_owed_and_rides_again(school, receiver):
    school.export("membership", group_id="g-1", person_id="p-unknown")
    outcome = school.send()

    assert (outcome.exit_code, outcome.rejected) == (30, 1)
    assert school.rows("delivered_group_memberships", "person_id") == [("p-1",)]
    assert school.rows("owed_records", "entity, record_key, operation, problem_type, pointer") == [
        ("membership", "g-1|p-unknown", "create", "urn:nattsynk:problem:unknown-reference", "/key/person_id")
    ]
    school.export("person", person_id="p-unknown", given_name="Prov4")
    school.build()
    again = school.send()

    assert (again.exit_code, again.lines) == (0, {"person": {"create": 1}, "membership": {"create": 1}})
    assert school.rows("owed_records") == []


def test_nothing_is_owed_of_what_has_gone(school):
    school.export("membership", group_id="g-1", person_id="p-unknown")
    school.send()
    remove(school, "export_group_memberships", "person_id", "p-unknown")
    change(school, "phone", "000")
    school.build()

    assert school.send().exit_code == 0
    assert school.rows("owed_records") == []


def test_an_update_of_what_the_receiver_lost_is_created_next(delivered, receiver):
    with receiver.store.transaction() as db:
        db.execute("delete from records where key like '%p-2%'")
    change(delivered, "phone", "000", "p-2")
    delivered.build()

    assert delivered.send().exit_code == 30
    assert ("p-2",) not in delivered.rows("delivered_persons", "person_id")
    assert delivered.send().lines == {"person": {"create": 1}, "enrolment": {"create": 1}}
    assert len(records(receiver, "person")) == 3


def test_what_hung_on_it_is_created_anew_as_well(delivered, receiver):
    """LIFE-6: whoever was removed by hand took along their links, and a link alone tells that they are gone."""
    with receiver.store.transaction() as db:
        for table in ("records", "links"):
            db.execute(f"delete from {table} where key like '%p-1%'")
    delivered.export("group", group_id="g-2", school_id="sjo", group_type="Klass", group_name="5C", school_form="GR")
    delivered.export("membership", group_id="g-2", person_id="p-1")
    delivered.build()
    assert delivered.send().exit_code == 30
    outcome = delivered.send()
    assert (outcome.exit_code, outcome.lines) == (0, {"person": {"create": 1}, "enrolment": {"create": 1}, "membership": {"create": 2}})
    assert len(records(receiver, "membership")) == 2
    assert delivered.send().exit_code == 10


def test_all_of_a_school_that_was_removed_by_hand_is_created_anew(school, receiver):
    """What hangs on its groups too."""
    school.export("staff", group_id="g-1", person_id="p-3", staff_role="teacher")
    school.send()
    with receiver.store.transaction() as db:
        db.execute("delete from records where entity <> 'person'")
        db.execute("delete from links")
    school.db.execute(f"update {school.db.schema('export')}.export_schools set school_name = 'Nya namnet'")
    school.build()
    assert school.send().exit_code == 30
    assert school.send().exit_code == 0
    counted = {entity: len(records(receiver, entity)) for entity in ("school", "enrolment", "duty", "group", "membership", "staff")}
    assert counted == {"school": 1, "enrolment": 2, "duty": 1, "group": 1, "membership": 1, "staff": 1}


def test_another_base_at_the_receiver_is_told_and_everything_goes_anew(delivered, receiver, capsys):
    with receiver.store.transaction() as db:
        db.execute("update tenants set sequence = 0, version = ''")
        db.execute("delete from records")
    delivered.build()
    watched = Watched(delivered.session())
    outcome = delivered.send(watched)

    assert outcome.exit_code == 0
    assert watched.asked[1][2]["mode"] == "full"
    assert "everything is sent anew" in capsys.readouterr().err
    assert len(records(receiver, "person")) == 3


def test_a_full_delivery_removes_what_is_not_said_and_was_delivered(delivered, receiver):
    add_by_hand(receiver, "person", {"person_id": "hand"}, {"given_name": "Egen"})
    remove(delivered, "export_duties", "person_id", "p-3")
    remove(delivered, "export_persons", "person_id", "p-3")
    with receiver.store.transaction() as db:
        db.execute("update tenants set version = 'another'")
    delivered.build()

    assert delivered.send().exit_code == 0
    active = {record["key"]["person_id"]: record["is_active"] for record in receiver.store.records("trial", "person")}
    assert active == {"p-1": True, "p-2": True, "p-3": False, "hand": True}
    assert len(delivered.rows("delivered_persons")) == 2


def add_by_hand(receiver, entity, key, data):
    with receiver.store.transaction() as db:
        db.execute(
            "insert into records values ('trial', ?, ?, ?, 1, 0, ?, null, '{}')",
            (entity, json.dumps(key, separators=(",", ":")), json.dumps(data), data.get("civic_no")),
        )


def test_a_wrong_token_stops_and_the_delivery_goes_on_with_the_right_one(school, monkeypatch):
    monkeypatch.setenv("TRIAL_TOKEN", "wrong-token")
    with pytest.raises(Stop) as stopped:
        school.send()
    assert stopped.value.exit_code == 30
    assert "401" in stopped.value.message and "wrong-token" not in str(stopped.value)
    monkeypatch.setenv("TRIAL_TOKEN", "invented-token")
    assert school.send().exit_code == 0


def test_a_receipt_that_does_not_account_for_every_line_moves_nothing(school, monkeypatch):
    true = NattsynkReceiver.receipt
    lies = [
        {"counts": {"applied": 8, "unchanged": 0, "rejected": 0}},
        {"counts": {"applied": 8, "unchanged": 0, "rejected": 1}},
        {"lines": [(10, "rejected", "urn:x", None)], "counts": {"applied": 8, "unchanged": 0, "rejected": 1}},
        {"lines": [(2, "unchanged", "", None)] * 2, "counts": {"applied": 7, "unchanged": 2, "rejected": 0}},
        {"version": "another"},
    ]
    for lie in lies:
        monkeypatch.setattr(NattsynkReceiver, "receipt", lambda *given, lie=lie: (dataclasses.replace(page, **lie) for page in true(*given)))
        with pytest.raises(Stop, match="does not account") as stopped:
            school.send()
        assert stopped.value.exit_code == 30
        assert school.rows("delivered_persons") == []
    monkeypatch.setattr(NattsynkReceiver, "receipt", true)
    assert school.send().exit_code == 0
    assert school.rows("deliveries", "state") == [("confirmed",)]


def test_a_base_that_moves_meanwhile_is_followed_once(delivered, monkeypatch):
    change(delivered, "phone", "000")
    delivered.build()
    monkeypatch.setattr(NattsynkReceiver, "state", lambda receiver: State((7, "somebody else's"), hides=True))
    assert delivered.send().exit_code == 0
    assert [row[0] for row in delivered.rows("deliveries", "state")] == ["confirmed", "confirmed", "failed"]


def test_a_stop_tells_what_was_delivered_before_it(school):
    """The run dies at the commit; the next one finishes that, and then stops at a build that is red."""
    with pytest.raises(Killed):
        school.send(Watched(school.session(), 6, after=True))
    school.build(status="red")
    with pytest.raises(outcomes.Interrupted, match="Delivered 9 lines as delivery 1.*not green") as stopped:
        school.send()
    assert (stopped.value.exit_code, stopped.value.outcome.lines["person"]) == (20, {"create": 3})


def test_outcomes_of_two_deliveries_add_up():
    one = outcomes.Outcome(0, "One.", {"person": {"create": 2}}, 0)
    two = outcomes.Outcome(30, "Two.", {"person": {"create": 1}, "group": {"delete": 1}}, 1)
    together = outcomes.together([one, two])
    assert (together.exit_code, together.rejected) == (30, 1)
    assert together.lines == {"person": {"create": 3}, "group": {"delete": 1}}


def said(trial):
    """Sends, and returns the lines that were said."""
    watched = Watched(trial.session())
    trial.send(watched)
    parts = [gzip.decompress(data) for method, _, _, data, _ in watched.asked if method == "PUT"]
    lines = [json.loads(line) for part in parts for line in part.splitlines()]
    assert not [line for line in lines if not contract.validator("Line").is_valid(line)]
    return lines


def test_an_omitted_attribute_is_absent_and_a_blank_one_is_null(school):
    change(school, "omitted", "phone,mobile")
    line = next(line for line in said(school) if line["key"] == {"person_id": "p-1"} and line["entity"] == "person")
    assert not {"phone", "mobile"} & line["data"].keys()
    assert (line["data"]["city"], "fill" in line) == (None, False)


def test_an_attribute_omitted_by_now_says_nothing_and_stays(school, receiver):
    change(school, "phone", "08")
    school.send()
    change(school, "phone", None)
    change(school, "omitted", "phone")
    school.build()
    assert school.send().exit_code == 10

    change(school, "given_name", "Ny")
    school.build()
    (line,) = said(school)
    assert (line["changed"], "phone" in line["data"]) == (["given_name"], False)
    assert records(receiver, "person")[0]["phone"] == "08"
    assert school.rows("delivered_persons", "person_id, phone")[0] == ("p-1", "08"), "confirmed is what the receiver has"
    school.build()
    assert school.send().exit_code == 10

    # Sent again, and blank: the receiver is told so.
    change(school, "omitted", None)
    school.build()
    assert [line["changed"] for line in said(school)] == [["phone"]]
    assert records(receiver, "person")[0]["phone"] is None


def test_what_is_filled_travels_with_the_line_and_is_offered_once(school, receiver):
    change(school, "mobile", "1")
    change(school, "filled", "mobile,email_staff")
    assert [line["fill"] for line in said(school) if "fill" in line] == [["mobile", "email_staff"]]
    assert records(receiver, "person")[0]["mobile"] == "1"
    # Another offer: the receiver keeps what it has, and the delta is settled all the same.
    change(school, "mobile", "2")
    school.build()
    (line,) = said(school)
    assert (line["changed"], line["data"]["mobile"], line["fill"]) == (["mobile"], "2", ["mobile", "email_staff"])
    assert records(receiver, "person")[0]["mobile"] == "1"
    # By now it overwrites: the policy alone makes no line.
    change(school, "filled", None)
    school.build()
    assert school.send().exit_code == 10


def test_what_is_filled_and_omitted_is_frozen_with_the_line(school):
    change(school, "filled", "mobile")
    change(school, "omitted", "phone")
    with pytest.raises(Killed):
        school.send(Watched(school.session(), 3))
    change(school, "filled", None)
    change(school, "omitted", None)
    lines = {line["key"].get("person_id"): line for line in said(school) if line["entity"] == "person"}
    assert (lines["p-1"]["fill"], "phone" in lines["p-1"]["data"]) == (["mobile"], False)


@pytest.fixture
def mentored(school):
    """The school with a mentor group beside the class, delivered."""
    school.export("group", group_id="m-1", school_id="sjo", group_type="Mentor", group_name="Mentor 5B")
    school.export("staff", group_id="m-1", person_id="p-3", staff_role="mentor")
    school.send()
    return school


def without_mentors(trial):
    remove(trial, "export_groups", "group_id", "m-1")
    remove(trial, "export_group_staff", "group_id", "m-1")
    trial.build()


def owned(receiver, entity, key):
    (record,) = [record for record in receiver.store.records("trial", entity) if key.items() <= record["key"].items()]
    return record["is_active"], record["is_ours"]


def test_mentors_are_released_once_and_taken_back(mentored, receiver):
    without_mentors(mentored)
    assert [(line["op"], line["entity"], line["mode"]) for line in said(mentored)] == [
        ("delete", "staff", "release"), ("delete", "group", "release"),
    ]
    assert owned(receiver, "group", {"group_id": "m-1"}) == owned(receiver, "staff", {"group_id": "m-1"}) == (True, False)
    assert mentored.rows("delivered_group_staff") == []
    mentored.build()
    assert mentored.send().exit_code == 10

    mentored.export("group", group_id="m-1", school_id="sjo", group_type="Mentor", group_name="Mentor 5C")
    mentored.build()
    assert [(line["op"], line["entity"]) for line in said(mentored)] == [("create", "group")]
    assert owned(receiver, "group", {"group_id": "m-1"}) == (True, True)
    assert owned(receiver, "staff", {"group_id": "m-1"}) == (True, False)


def test_mentors_are_released_by_a_full_delivery_too(mentored, receiver):
    """A full delivery removes what it does not say, so it says what is released."""
    without_mentors(mentored)
    remove(mentored, "export_group_memberships", "group_id", "g-1")
    remove(mentored, "export_groups", "group_id", "g-1")
    with receiver.store.transaction() as db:
        db.execute("update tenants set version = 'another'")
    lines = said(mentored)
    assert [(line["op"], line["entity"], line["mode"]) for line in lines if "mode" in line] == [
        ("delete", "staff", "release"), ("delete", "group", "release"),
    ]
    assert lines[-2]["op"] == lines[-1]["op"] == "delete", "after all else"
    assert owned(receiver, "group", {"group_id": "m-1"}) == owned(receiver, "staff", {"group_id": "m-1"}) == (True, False)
    assert [record["key"] for record in receiver.store.records("trial", "group")] == [{"group_id": "m-1"}], "the class is removed"
    assert (mentored.rows("delivered_groups"), mentored.rows("delivered_group_staff")) == ([], [])
    mentored.build()
    assert mentored.send().exit_code == 10
