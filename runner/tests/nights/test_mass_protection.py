"""PER-15: where one night protects too many, they are hidden at once, and what erases them waits for an approval."""

import dataclasses
import datetime
import json

import delivering
import pytest
from delivering import TOKEN, hang_up
from independent_receiver import IndependentReceiver
from lengths import others_thorough
from test_delivery import Killed, Watched
from test_erasure import applied, lanes, traces
from test_other_systems import Built, add_empty_views
from test_pauses import CHILDREN, SCHOOLS, register
from test_receiver import hidden
from test_records import run_of
from test_stops import approve as approve_main
from test_stops import pass_limits, with_value
from town import TENANT

from nattsynk.context import Context
from nattsynk.deliver import deliver, delivery, holds, ledger
from nattsynk.deliver.approve import approve
from nattsynk.deliver.resend_purge import purge
from nattsynk.errors import Stop
from nattsynk.reference_receiver import app
from nattsynk.show.preview import preview

ONE_DAY = datetime.timedelta(days=1)
CAME_BACK = {"civic_no": "20100101-TF01", "given_name": "Prov1", "family_name": "Ström"}


def protect(trial, *persons):
    """A new day on which the register protects these and nobody else; the build leaves them out."""
    trial.now += ONE_DAY
    trial.protect(*persons)
    for person in persons:
        trial.drop(person)
    trial.build()


def kept(trial):
    return trial.rows("kept_persons", "person_id, erasure")


def ways(receiver):
    """How the persons of each delta went: (id, mode)."""
    return [
        [(line["key"]["person_id"], line["mode"]) for line in lines if (line["op"], line["entity"]) == ("delete", "person")]
        for _, lines in applied(receiver)[1:]
    ]


@pytest.fixture
def mass(delivered):
    """Two of three pupils become protected, where one is the most that goes at once; it has not been sent."""
    delivered.limit_erasures(1)
    protect(delivered, "p-1", "p-2")
    return delivered


@pytest.fixture
def waiting(mass):
    """The same after its night: both are hidden."""
    assert mass.send().exit_code == 20
    return mass


def release(trial, digest=None, hours=48):
    return approve(run_of(trial), digest, "administrator 7", hours, erase=True)


def test_they_are_hidden_at_once_and_the_erase_waits(mass, receiver):
    delivering.change(mass, "phone", "000", "p-3")
    outcome = mass.send()
    assert (outcome.exit_code, outcome.lines) == (20, {"person": {"update": 1}}), "the rest of the night goes"
    assert "a mass protection waits" in outcome.message and "`nattsynk approve --erase`" in outcome.message
    assert not [word for word in ("p-1", "p-2", " 2 ", "two") if word in outcome.message.replace("Delivery 2 went first", "")]
    assert ways(receiver)[0] == [("p-1", "hide"), ("p-2", "hide")]
    assert {line["entity"] for line in applied(receiver)[1][1]} == {"membership", "enrolment", "person"}, "every link goes"
    assert (traces(receiver), traces(receiver, "p-2"), hidden(receiver)) == ([], [], ["p-1", "p-2"])
    assert kept(mass) == [("p-1", "hidden"), ("p-2", "hidden")]
    assert [row[1:] for row in lanes(mass)] == [("main", "confirmed"), ("erase", "confirmed"), ("erase", "held"), ("main", "confirmed")]


def test_it_is_asked_for_every_night(waiting, receiver):
    for _ in range(2):
        protect(waiting, "p-1", "p-2")
        assert waiting.send().exit_code == 20
    assert len(applied(receiver)) == 2
    assert [state for _, lane, state in lanes(waiting) if lane == "erase"] == ["confirmed", "failed", "failed", "held"]


def test_what_is_approved_is_erased(waiting, receiver, capsys):
    digest = ledger.held(waiting.db, delivery.PROTECTION_REMOVAL).digest
    assert approve(run_of(waiting), None, "administrator 7", 24) == 10
    assert "`nattsynk approve --erase`" in capsys.readouterr().out
    with pytest.raises(Stop, match="another digest"):
        release(waiting, "0000")
    run = run_of(waiting)
    assert approve(run, digest[:12], "administrator 7", 24, erase=True) == 0
    told = capsys.readouterr().out
    assert digest in told and "administrator 7 until" in told
    assert "delete" not in told and run.counts.keys() == {"sequence"}, "not how many"
    outcome = waiting.send()
    assert (outcome.exit_code, outcome.lines) == (0, {})
    assert (ways(receiver)[-1], hidden(receiver), kept(waiting)) == ([("p-1", "erase"), ("p-2", "erase")], [], [])
    assert delivering.applied(receiver)[-1][0]["approved_by"] == "administrator 7"
    assert waiting.send().exit_code == 10


def test_the_digest_that_is_told_is_not_that_of_the_ids(waiting):
    """Whoever reads a log could try ids until one gives the digest."""
    outcome = waiting.send()
    held = ledger.held(waiting.db, delivery.PROTECTION_REMOVAL)
    assert held.digest[:12] in outcome.message and held.plan_digest[:12] not in outcome.message
    assert held.digest != held.plan_digest


@pytest.mark.parametrize("is_approved", [False, True])
def test_a_mistake_is_put_right(waiting, receiver, is_approved):
    """Who is protected no longer is created by the ordinary delta, and what waited for them is void, approved or not."""
    if is_approved:
        release(waiting)
    protect(waiting, "p-2")
    waiting.export("person", person_id="p-1", **CAME_BACK)
    waiting.export("enrolment", person_id="p-1", school_id="sjo", school_form="GR")
    waiting.build()
    # An approval covers what is left of what it was given for.
    assert waiting.send().exit_code == (0 if is_approved else 20)
    assert traces(receiver) == [{"person_id": "p-1"}, {"person_id": "p-1", "school_id": "sjo", "school_form": "GR"}]
    assert (hidden(receiver), kept(waiting)) == (([], []) if is_approved else (["p-2"], [("p-2", "hidden")]))
    protect(waiting)
    waiting.export("person", person_id="p-2", given_name="Prov2")
    waiting.build()
    assert waiting.send().exit_code == 0
    assert (hidden(receiver), kept(waiting)) == ([], [])
    assert "held" not in [state for _, _, state in lanes(waiting)]
    assert waiting.send().exit_code == 10


def test_one_more_on_a_later_night_is_erased_at_once(waiting, receiver):
    """Who is hidden is not new, so a family is no mass because a mass came before it; and the others still wait."""
    protect(waiting, "p-1", "p-2", "p-3")
    assert waiting.send().exit_code == 20
    assert (ways(receiver)[-1], hidden(receiver), kept(waiting)) == ([("p-3", "erase")], ["p-1", "p-2"], [("p-1", "hidden"), ("p-2", "hidden")])


@pytest.mark.parametrize("first", ["hidden", "erased"])
def test_a_mass_in_portions_of_one_night_is_a_mass(delivered, receiver, first):
    delivered.limit_erasures(0 if first == "hidden" else 1)
    protect(delivered, "p-1")
    delivered.send()
    delivered.limit_erasures(1)
    delivered.protect("p-1", "p-2")
    delivered.drop("p-2")
    delivered.build()
    assert delivered.send().exit_code == 20
    assert ways(receiver) == [[("p-1", "hide" if first == "hidden" else "erase")], [("p-2", "hide")]]


def test_what_has_grown_is_asked_for_anew(waiting, receiver):
    release(waiting)
    waiting.limit_erasures(0)
    protect(waiting, "p-1", "p-2", "p-3")
    assert waiting.send().exit_code == 20
    assert (ways(receiver)[-1], hidden(receiver)) == ([("p-3", "hide")], ["p-1", "p-2", "p-3"])
    release(waiting)
    assert (waiting.send().exit_code, hidden(receiver)) == (0, [])


def test_an_approval_ends(waiting, receiver):
    release(waiting, hours=24)
    protect(waiting, "p-1", "p-2")
    assert waiting.send().exit_code == 20
    assert hidden(receiver) == ["p-1", "p-2"]


def test_one_approval_is_none_of_the_other(waiting, receiver):
    """What waits of an erasure and what is held of the night are apart: the one is asked for without the other's approval being lost."""
    waiting.drop("p-3")
    waiting.build()
    pass_limits(waiting, "delete")
    assert waiting.send().exit_code == 20
    approve_main(waiting)
    outcome = waiting.send()
    assert (outcome.exit_code, outcome.lines) == (20, {"person": {"delete": 1}, "duty": {"delete": 1}})
    assert hidden(receiver) == ["p-1", "p-2"]


def test_an_approved_erase_leaves_what_is_held_of_the_night(waiting, receiver):
    waiting.drop("p-3")
    waiting.build()
    pass_limits(waiting, "delete")
    waiting.send()
    approve_main(waiting)
    release(waiting)
    assert waiting.send().exit_code == 0
    assert (hidden(receiver), ways(receiver)[1:]) == ([], [[("p-1", "erase"), ("p-2", "erase")], [("p-3", "deactivate")]])


@pytest.mark.parametrize("abilities", [{}, {"modes": ["delta"], "features": []}, {"modes": None, "features": None}])
def test_a_receiver_that_does_not_hide_is_told_to_erase(mass, receiver, monkeypatch, abilities):
    monkeypatch.setattr(app, "ABILITIES", abilities)
    outcome = mass.send()
    assert (outcome.exit_code, ways(receiver)[0], hidden(receiver)) == (0, [("p-1", "erase"), ("p-2", "erase")], [])
    assert mass.send().exit_code == 10


def test_hide_may_stand_among_the_modes(mass, receiver, monkeypatch):
    monkeypatch.setattr(app, "ABILITIES", {"modes": ["delta", "full", "hide"]})
    assert (mass.send().exit_code, hidden(receiver)) == (20, ["p-1", "p-2"])


@pytest.mark.parametrize("abilities", [{"features": "hide"}, {"features": [1]}, {"features": {"hide": True}}, {"modes": 1}])
def test_a_malformed_answer_is_not_believed(mass, receiver, monkeypatch, abilities):
    monkeypatch.setattr(app, "ABILITIES", abilities)
    with pytest.raises(Stop, match="not what docs/receive/openapi.yaml describes"):
        mass.send()
    assert len(applied(receiver)) == 1


@pytest.fixture
def refusing(monkeypatch):
    """The receiver refuses to remove a person, until the returned function is called."""
    from nattsynk.reference_receiver import apply

    true = apply.fault_of
    monkeypatch.setattr(apply, "fault_of", lambda line: "/key" if line.get("mode") in ("hide", "erase") and "p-1" in line["key"].values() else true(line))
    return lambda: monkeypatch.setattr(apply, "fault_of", true)


def test_what_is_refused_stays_with_its_mass(mass, receiver, refusing):
    """A later night would find one person alone, and erase without asking."""
    assert mass.send().exit_code == 30
    assert (kept(mass), hidden(receiver)) == ([("p-1", "hide"), ("p-2", "hidden")], ["p-2"])
    assert mass.rows("owed_records", "entity, record_key, operation") == [("person", "p-1", "delete")]
    refusing()
    protect(mass, "p-1", "p-2")
    assert mass.send().exit_code == 20
    assert (ways(receiver)[-1], hidden(receiver), mass.rows("owed_records")) == ([("p-1", "hide")], ["p-1", "p-2"], [])
    assert mass.rows("delivered_persons", "person_id") == [("p-3",)]


def test_an_approved_erase_that_is_refused_goes_again_by_itself(waiting, receiver, refusing):
    release(waiting)
    assert waiting.send().exit_code == 30
    assert (kept(waiting), hidden(receiver)) == ([("p-1", "approved")], ["p-1"])
    protect(waiting, "p-1", "p-2")
    assert waiting.send().exit_code == 30
    refusing()
    protect(waiting, "p-1", "p-2")
    assert waiting.send().exit_code == 0
    assert (kept(waiting), hidden(receiver), waiting.rows("owed_records")) == ([], [], [])


@pytest.mark.parametrize("request_number", others_thorough(range(1, 6), kept=range(1, 6, 2)))
def test_a_run_killed_while_it_hides_is_taken_up(mass, receiver, request_number):
    """Requests: state, manifest, part, commit, receipt."""
    with pytest.raises(Killed):
        mass.send(Watched(mass.session(), request_number, after=True))
    assert mass.send().exit_code == 20
    assert (hidden(receiver), kept(mass)) == (["p-1", "p-2"], [("p-1", "hidden"), ("p-2", "hidden")])
    assert ways(receiver) == [[("p-1", "hide"), ("p-2", "hide")]], "once"


@pytest.mark.parametrize("request_number", others_thorough(range(1, 6), kept=range(1, 6, 2)))
def test_a_run_killed_while_it_erases_what_was_approved_is_taken_up(waiting, receiver, request_number):
    release(waiting)
    with pytest.raises(Killed):
        waiting.send(Watched(waiting.session(), request_number))
    assert waiting.send().exit_code in (0, 10)
    assert (hidden(receiver), kept(waiting)) == ([], [])
    assert ways(receiver)[1:] == [[("p-1", "erase"), ("p-2", "erase")]], "once, on the one approval"


def older(receiver):
    """What the receiver has now, to go back to."""
    tables = ("tenants", "records", "links", "hidden_persons")
    with receiver.store.reading() as db:
        rows = {table: [tuple(row) for row in db.execute(f"select * from {table}")] for table in tables}

    def restore():
        with receiver.store.transaction() as db:
            for table, content in rows.items():
                db.execute(f"delete from {table}")
                for row in content:
                    db.execute(f"insert into {table} values ({', '.join('?' * len(row))})", row)

    return restore


@pytest.mark.parametrize("dies", [False, True])
def test_a_receiver_that_went_back_to_a_backup_is_told_to_hide_again(delivered, receiver, dies):
    """It shows them again, as they were. Before everything is sent anew it hides them; none of it erases them."""
    back = older(receiver)
    delivered.limit_erasures(1)
    protect(delivered, "p-1", "p-2")
    delivered.send()
    back()
    assert traces(receiver) and not hidden(receiver)
    protect(delivered, "p-1", "p-2")
    if dies:
        with pytest.raises(Killed):
            delivered.send(Watched(delivered.session(), 6))
        assert hidden(receiver) == ["p-1", "p-2"]
    assert delivered.send().exit_code == 20
    assert (traces(receiver), hidden(receiver), kept(delivered)) == ([], ["p-1", "p-2"], [("p-1", "hidden"), ("p-2", "hidden")])
    assert [mode for mode, _ in applied(receiver)][-1] == "full"
    release(delivered)
    assert (delivered.send().exit_code, hidden(receiver)) == (0, [])


def test_who_is_protected_again_after_a_backup_is_hidden_and_not_left_to_be_seen(delivered, receiver):
    back = older(receiver)
    delivered.limit_erasures(1)
    protect(delivered, "p-1", "p-2")
    delivered.send()
    back()
    protect(delivered)
    assert delivered.send().exit_code == 0
    assert traces(receiver) == [{"person_id": "p-1"}], "deactivated by the delivery of everything"
    protect(delivered, "p-1")
    assert delivered.send().exit_code == 20
    assert (traces(receiver), hidden(receiver)) == ([], ["p-1"])


def test_our_own_state_from_before_is_hidden_anew(mass, receiver):
    """Our database went back; the receiver hides them already."""
    restore = delivering.backup(mass)
    mass.send()
    restore()
    assert mass.send().exit_code == 20
    assert (hidden(receiver), kept(mass)) == (["p-1", "p-2"], [("p-1", "hidden"), ("p-2", "hidden")])


@pytest.mark.parametrize("removal", ["deactivate", "erase"])
def test_everything_anew_leaves_them_hidden(waiting, receiver, removal):
    waiting.settings = with_value(waiting, "person_removal", removal)
    assert waiting.send(full=True).exit_code == 20
    assert (traces(receiver), hidden(receiver), kept(waiting)) == ([], ["p-1", "p-2"], [("p-1", "hidden"), ("p-2", "hidden")])


def test_who_left_before_is_hidden_too(delivered, receiver):
    delivered.drop("p-1")
    delivered.build()
    delivered.send()
    assert kept(delivered) == [("p-1", None)]
    delivered.limit_erasures(1)
    protect(delivered, "p-1", "p-2")
    assert delivered.send().exit_code == 20
    assert (traces(receiver), hidden(receiver)) == ([], ["p-1", "p-2"])


def test_a_red_build_hides_and_asks_too(mass, receiver):
    mass.build(status="red")

    def erase():
        http = mass.session()
        try:
            return deliver.remove_protected(mass.db, mass.settings, mass.receiver(http), mass.clock, mass.progress())
        finally:
            hang_up(http)

    assert (erase().exit_code, hidden(receiver)) == (20, ["p-1", "p-2"])
    assert erase().exit_code == 20
    release(mass)
    assert (erase().exit_code, hidden(receiver)) == (0, [])
    assert erase() is None


def test_a_preview_tells_that_it_waits_and_the_limits_as_ever(waiting, capsys):
    waiting.drop("p-3")
    waiting.build()
    pass_limits(waiting, "delete")
    add_empty_views(waiting)
    run = Context("preview", str(waiting.settings.folder), "embedded", waiting.now.date(), waiting.clock, waiting.progress())
    run.builder = Built()
    assert preview(run) == 0
    told = capsys.readouterr().out
    assert f"Held until it is approved: {holds.MASS_PROTECTION.reason}." in told
    assert "records of entity person would be deleted" in told and "goes before all else" not in told
    assert not [word for word in ("p-1", "p-2") if word in told]


def test_a_purge_of_who_is_hidden_says_what_it_says_of_who_left(waiting, receiver, capsys):
    release(waiting)
    assert purge(run_of(waiting), "p-1") == 0
    assert "Forgotten" in capsys.readouterr().out
    assert (waiting.rows("planned_persons"), kept(waiting)) == ([], [("p-2", "hidden")])
    assert waiting.send().exit_code == 20, "the approved lines named them"


def test_history_keeps_what_waits(waiting):
    waiting.settings = with_value(waiting, "history_days", 1)
    for _ in range(3):
        protect(waiting, "p-1", "p-2")
        assert waiting.send().exit_code == 20
    assert [row[1:] for row in lanes(waiting)][-1] == ("erase", "held")
    assert kept(waiting) == [("p-1", "hidden"), ("p-2", "hidden")]
    release(waiting)
    assert waiting.send().exit_code == 0


def test_nothing_of_it_is_told_in_the_steps(mass):
    http, progress = mass.session(), mass.progress()
    deliver.send(mass.db, mass.settings, mass.receiver(http), mass.clock, progress)
    hang_up(http)
    told = json.dumps(progress.steps)
    assert not [word for word in ("p-1", "p-2", "counts", "hide") if word in told]


def test_a_receiver_written_from_the_documents_alone_hides(school, certificates):
    made = IndependentReceiver(certificates.server, certificates.key, TOKEN)
    try:
        school.settings = dataclasses.replace(school.settings, receiver=dataclasses.replace(school.settings.receiver, url=made.url))
        assert school.send().exit_code == 0
        school.limit_erasures(1)
        protect(school, "p-1", "p-2")
        assert school.send().exit_code == 20
        assert [key for _, key in made.platform.hidden] == ['{"person_id": "p-1"}', '{"person_id": "p-2"}']
        assert not [name for name in made.platform.records if "p-1" in name[1] or "p-2" in name[1]]
        protect(school, "p-2")
        school.export("person", person_id="p-1", **CAME_BACK)
        school.build()
        assert (school.send().exit_code, len(made.platform.hidden)) == (20, 1)
        release(school)
        assert (school.send().exit_code, made.platform.hidden) == (0, {})
        made.features = []
        protect(school, "p-1", "p-3")
        assert (school.send().exit_code, made.platform.hidden) == (0, {})
        assert [key for name, key in made.platform.records if name == "person"] == []
    finally:
        made.stop()


def flags(town, flag):
    town.write("ki0v0fol", *({"personnr": number, "adrskydd": flag} for number in CHILDREN.values()))


@pytest.mark.long
def test_nights_of_a_register_that_protects_everybody(town, nattsynk, monkeypatch):
    """By mistake, put right the next night; then again, and it is meant. The project's own models, built by dbt."""
    town.configure(rule_set="ucs", settings={"max_erase_persons": 2})
    town.profile.seed("schools.csv", SCHOOLS)
    register(town, dict.fromkeys(CHILDREN, "1"))
    assert town.night("2026-08-18").code == 0
    people = sorted(town.held("person"))
    assert len(people) == 5

    flags(town, "J")
    night = town.night("2026-08-19")
    assert (night.code, "a mass protection waits" in night.message, "not one person was read" in night.message) == (20, True, True)
    assert {line["mode"] for line in night.lines if line["entity"] == "person"} == {"hide"}
    assert (town.held("person"), town.held("enrolment"), hidden(town.receiver, TENANT)) == ({}, {}, people)

    flags(town, "N")
    night = town.night("2026-08-20")
    assert (night.code, sorted(town.held("person")), hidden(town.receiver, TENANT)) == (0, people, []), night.message
    assert town.rows("kept_persons") == []

    flags(town, "J")
    assert town.night("2026-08-21").code == 20
    ended = nattsynk("approve", "--profile", town.profile.folder, "--erase", "--by", "administrator 7")
    assert ended.code == 0 and "Approved by administrator 7" in ended.out, ended.err
    night = town.send()
    assert (night.code, "a mass protection waits" in night.message, hidden(town.receiver, TENANT)) == (20, False, [])
    assert {line.get("mode") for line in night.lines} == {"erase"}
    assert town.rows("kept_persons") == []

    ended = nattsynk("check", "--profile", town.profile.folder)
    assert (ended.code, "ok    receiver: answers" in ended.out) == (0, True), ended.out
    monkeypatch.setattr(app, "ABILITIES", {})
    ended = nattsynk("check", "--profile", town.profile.folder)
    assert (ended.code, "WARN  receiver: answers" in ended.out, "does not know hide" in ended.out) == (0, True, True), ended.out
