"""What stops a delivery, what is held of it until a person approves, and what goes all the same."""

import dataclasses
import datetime
import re
import types

import pytest
from delivering import NOW, change, records, settings_of
from lengths import others_thorough
from test_delivery import Killed, Watched

from nattsynk import engines
from nattsynk.build import dbt, freshness
from nattsynk.deliver import builds, delivery, holds, ledger
from nattsynk.deliver.entities import entities
from nattsynk.engines.statements import render
from nattsynk.errors import Stop
from nattsynk.profile import project
from nattsynk.receivers.nattsynk import NattsynkReceiver

HOURS = datetime.timedelta(hours=1)


def states(trial):
    return [state for _, state in trial.rows("deliveries", "sequence, state")]


def pass_limits(trial, *operations):
    """What delta_limits_passed answers from now on; the view itself is tested with the models."""
    schema = trial.db.schema("delivery")
    trial.db.execute(f"delete from {schema}.delta_limits_passed")
    for operation in operations:
        reason = {"delete": "deletes", "update": "updates", "create": "keys_replaced"}[operation]
        trial.db.execute(f"insert into {schema}.delta_limits_passed values (?, ?, 'person', null, 2, 3, 10)", [reason, operation])


def approve(trial, hours=24, lane=delivery.MAIN):
    ledger.approve(trial.db, ledger.held(trial.db, lane).sequence, "administrator 7", ledger.utc(trial.clock) + hours * HOURS, trial.clock)


def with_value(trial, setting, value):
    """The trial's settings with another value."""
    return dataclasses.replace(trial.settings, values={**trial.settings.values, setting: value})


def build_of(trial, **tables):
    """A build that has landed so many rows of each table."""
    trial.build()
    build = builds.latest_build(trial.db)
    for table, rows in tables.items():
        trial.db.execute(
            f"insert into {trial.db.schema('delivery')}.build_tables values (?, ?, ?)", [build.build_id, table, rows]
        )


@pytest.fixture
def leaving(delivered):
    """A night on which a pupil leaves, another moves, and a third comes; its deletes pass the limit."""
    delivered.drop("p-1")
    change(delivered, "phone", "000", "p-2")
    delivered.export("person", person_id="p-4", given_name="Prov4", family_name="Ström", civic_no="20100101-TF04")
    delivered.export("enrolment", person_id="p-4", school_id="sjo", school_form="GR")
    delivered.build()
    pass_limits(delivered, "delete")
    return delivered


# Builds that are not sent at all.

@pytest.mark.parametrize(
    ("how", "words"),
    [({"status": "red"}, "not green"), ({"status": "building"}, "not green"), ({"options": "dbt build --empty"}, "dbt build --empty")],
)
def test_a_build_that_must_not_be_sent(school, how, words):
    school.build(**how)
    with pytest.raises(Stop, match=words) as stopped:
        school.send()
    assert stopped.value.exit_code == 20


def test_a_clock_that_is_set_back_does_not_hide_a_newer_build(school):
    school.now -= datetime.timedelta(hours=1)
    school.build(status="red")
    with pytest.raises(Stop, match="not green") as stopped:
        school.send()
    assert stopped.value.exit_code == 20
    school.now -= datetime.timedelta(hours=1)
    school.build()
    assert builds.latest_build(school.db).build_id == "build-3"
    assert school.send().exit_code == 0


@pytest.mark.parametrize("status", ["building", "green"])
@pytest.mark.parametrize("when", ["before", "within"])
def test_a_build_that_begins_while_a_delivery_is_planned_stops_it(school, monkeypatch, status, when):
    # Before the plan's transaction, or within it after the first look: what was copied meanwhile is taken back.
    module, name = (NattsynkReceiver, "state") if when == "before" else (ledger, "next_sequence")
    true = getattr(module, name)
    monkeypatch.setattr(module, name, lambda *given: (school.build(status), true(*given))[1])
    with pytest.raises(Stop, match="Another build has begun") as stopped:
        school.send()
    assert stopped.value.exit_code == 20
    assert (school.rows("deliveries"), school.rows("planned_persons")) == ([], [])


@pytest.fixture
def built(monkeypatch):
    """Makes the latest build one that ended a minute ago and is as told; returns what `usable_build` says of it: the build, or why not."""
    def judged(**told):
        values = {
            "build_id": "build-1", "sync_date": NOW.date(), "fingerprint": "f", "status": "green", "options": None,
            "finished_at": NOW.replace(tzinfo=None) - datetime.timedelta(minutes=1), "register_persons": 10, "register_covered": 10,
        }
        build = builds.Build(**{**values, **told})
        monkeypatch.setattr(builds, "latest_build", lambda db: build)
        monkeypatch.setattr(project, "fingerprint", lambda settings: "f")
        try:
            return builds.usable_build(None, None, lambda: NOW) is build
        except Stop as stopped:
            assert stopped.exit_code == 20
            return stopped.message
    return judged


@pytest.mark.parametrize(("told", "words"), [
    ({}, ""),
    ({"fingerprint": "g"}, ""),
    ({"build_id": "dbt-1"}, ""),
    ({"build_id": "dbt-1", "fingerprint": "g"}, "assembled before"),
    ({"status": "building"}, "not green"),
    ({"finished_at": None}, "not green"),
    ({"options": "dbt seed"}, "dbt seed"),
])
def test_which_build_is_sent(built, told, words):
    judged = built(**told)
    assert words in judged if words else judged is True


SECOND = datetime.timedelta(seconds=1)


@pytest.mark.parametrize(("ago", "words"), [
    (-10 * 60 * SECOND, ""), (-10 * 60 * SECOND - SECOND, "the clock was set back"),
    (24 * HOURS, ""), (24 * HOURS + SECOND, "older than a day"),
])
def test_when_a_build_that_is_sent_has_ended(built, ago, words):
    judged = built(finished_at=NOW.replace(tzinfo=None) - ago)
    assert words in judged if words else judged is True


def test_without_a_build_nothing_is_sent(monkeypatch):
    monkeypatch.setattr(builds, "latest_build", lambda db: None)
    with pytest.raises(Stop, match="Nothing has been built yet"):
        builds.usable_build(None, None, lambda: NOW)
    with pytest.raises(Stop, match="Another build has begun"):
        builds.still_latest(None, None)


def test_a_build_older_than_a_day_is_not_sent(school):
    school.now += datetime.timedelta(days=1, minutes=1)
    with pytest.raises(Stop, match="older than a day") as stopped:
        school.send()
    assert stopped.value.exit_code == 20


BY_HAND = [("run", "--empty", "--select", "export_persons"), ("run", "--select", "export_persons"), ("build", "--empty"), ("seed",)]


@pytest.mark.long
@pytest.mark.parametrize("by_hand", others_thorough(BY_HAND, kept=BY_HAND[:1]), ids=" ".join)
def test_what_dbt_makes_by_hand_is_not_sent(town, by_hand):
    """Elsewhere a build with --empty marked all 98,980 rows as deleted, and ended with exit code 0."""
    town.write("kj1v0enh", {"enhkod": "101", "enhnamn": "Ängsskolan", "startdat": "20000101", "skolform": "GR"})
    town.write("ki0v0fol", {"personnr": "201501012387"})
    town.write("kj1v0per", {"personguid": "ada", "personnr": "201501012387", "namn": "Prov, Elev"})
    assert town.night("2026-06-12").code in (0, 10)
    verb, *options = by_hand
    settings = town.profile.settings()
    variables = {**settings.dbt_vars("embedded"), "sync_date": "2026-06-12"}
    assert dbt.invoke(town.builder.manifest, [verb, *dbt.common_arguments(settings, "embedded"), *options], variables).success

    night = town.send()
    assert (night.code, night.deltas) == (20, [])
    assert f"dbt {verb}" in night.message and ("--empty" in night.message) == ("--empty" in options)
    assert town.night("2026-06-12").code == 10


# What is held, and why, each cause by itself; below and elsewhere the causes are real ones.

def held_for(monkeypatch, target="embedded", mode="delta", base=(4, "v"), stale=False, **causes):
    """What `hold` answers where nothing is the matter but the causes."""
    given = {"broken": None, "old": "", "knows": True, "back": None, "confirmed": (4, "v"), "ours": True, "passed": [], **causes}
    for owner, name, cause in (
        (holds, "_broken_source", "broken"), (freshness, "told", "old"), (ledger, "knows", "knows"), (holds, "_back_in_time", "back"),
        (ledger, "confirmed", "confirmed"), (ledger, "is_ours", "ours"), (holds, "_passed", "passed"),
    ):
        monkeypatch.setattr(owner, name, lambda *of, answer=given[cause]: answer)
    settings = settings_of(hold_stale_sources=stale)
    return holds.hold(types.SimpleNamespace(engine=engines.of(target)), settings, None, mode, base, lambda: NOW)


@pytest.mark.parametrize(("causes", "words"), [
    ({}, None),
    ({"broken": "it is broken"}, "it is broken"),
    ({"old": "they are old"}, None),
    ({"old": "they are old", "stale": True}, "they are old"),
    ({"stale": True}, None),
    ({"old": "they are old", "stale": True, "target": "sqlserver"}, None),
    ({"old": "they are old", "knows": False}, "they are old, and the receiver stands at delivery 4"),
    ({"knows": False}, None),
    ({"back": "back in time"}, "back in time"),
    ({"confirmed": (0, ""), "ours": False}, "the receiver stands at delivery 4, and we have none on record"),
    ({"confirmed": (0, ""), "ours": False, "base": (1, "v")}, "the receiver stands at delivery 1, and we have none on record"),
    ({"confirmed": (0, ""), "ours": False, "base": (0, "")}, None),
    # The number alone says that there is no delivery, whatever version stands beside it.
    ({"confirmed": (0, ""), "ours": False, "base": (0, "v")}, None),
    ({"confirmed": (0, "v"), "ours": False}, "the receiver stands at delivery 4, and we have none on record"),
    ({"confirmed": (1, "v"), "ours": False}, None),
    ({"confirmed": (0, "")}, None),
])
def test_what_holds_all(monkeypatch, causes, words):
    held = held_for(monkeypatch, **causes)
    assert words in held.reason if words else held is None
    assert held is None or held.operations == frozenset()


def test_what_holds_a_part(monkeypatch):
    passed = [("deletes", "delete", "person", None, 2, 3, 10), ("updates", "update", "group", "sjo", 2, 5, 10)]
    held = held_for(monkeypatch, passed=passed)
    assert (held.operations, held.baselines) == ({"delete", "update"}, {("person", ""): 3, ("group", "sjo"): 5})
    assert held_for(monkeypatch, passed=passed, mode="full").operations == frozenset()


@pytest.mark.parametrize(("days", "is_back"), [(-1, True), (0, False), (1, False), (None, False)])
def test_a_build_of_an_older_day_goes_back_in_time(monkeypatch, days, is_back):
    last = None if days is None else NOW.date() - days * datetime.timedelta(days=1)
    monkeypatch.setattr(ledger, "confirmed_date", lambda db: last)
    assert (holds._back_in_time(None, types.SimpleNamespace(sync_date=NOW.date())) is not None) == is_back


@pytest.mark.parametrize(("unreadable", "persons", "before", "emptied", "words"), [
    ([], 100, None, ["land_a"], None),
    ([], 100, 100, [], None),
    ([], 0, 100, [], "not one person"),
    ([], 100, 100, ["land_a"], "none now, in land_a"),
    ([], 100, 1000, [], "against 100 %"),
    (["a column"], 0, 100, ["land_a"], "a column (setting max_unreadable_percent: 5)"),
])
def test_which_source_is_broken(monkeypatch, unreadable, persons, before, emptied, words):
    build = types.SimpleNamespace(register_persons=persons, register_covered=persons - persons // 10 if before == 1000 else persons)
    last = types.SimpleNamespace(register_persons=before, register_covered=before) if before else None
    monkeypatch.setattr(holds, "columns_unreadable", lambda db: unreadable)
    monkeypatch.setattr(builds, "confirmed_build", lambda db: last)
    monkeypatch.setattr(builds, "tables_emptied", lambda db, before, now: emptied)
    settings = settings_of(max_unreadable_percent=5, max_register_drop_percent=9)
    reason = holds._broken_source(None, settings, build)
    assert words in reason if words else reason is None


def test_what_is_paused_is_said(monkeypatch):
    assert [holds._paused(*of) for of in ((None, None), (None, "GR"), ("sjo", None), ("sjo", "GR"))] == [
        "everything", "school form GR", "school sjo", "school sjo, school form GR",
    ]
    monkeypatch.setattr(holds, "pauses", lambda db: ["everything until 2026-12-01"])
    with pytest.raises(Stop, match="a pause keeps everything until 2026-12-01 as it is"):
        holds.none_paused(None)
    monkeypatch.setattr(holds, "pauses", lambda db: [])
    holds.none_paused(None)


# What holds all of a delivery: the source is broken.

def test_an_empty_register_holds_the_first_delivery(school):
    school.build(persons=300, covered=0)
    outcome = school.send()

    assert outcome.exit_code == 20
    assert "population register is empty" in outcome.message
    assert states(school) == ["held"]
    assert len(school.rows("planned_persons")) == 3, "the held lines are kept for who decides"


def test_a_register_that_covers_far_fewer_holds(school):
    school.build(persons=100, covered=95)
    school.send()
    change(school, "phone", "000")
    school.build(persons=100, covered=84)
    assert school.send().exit_code == 20

    school.build(persons=100, covered=86)
    assert school.send().exit_code == 0
    assert states(school) == ["confirmed", "failed", "confirmed"]


@pytest.mark.parametrize("persons", [0, None])
@pytest.mark.parametrize("first", [True, False])
def test_a_build_without_any_person_is_held(school, receiver, persons, first):
    if not first:
        school.send()
        for table in ("persons", "enrolments", "duties", "group_memberships"):
            school.db.execute(f"delete from {school.db.schema('export')}.export_{table}")
    before = records(receiver, "person")
    school.build(persons=persons, covered=persons)
    outcome = school.send()
    assert outcome.exit_code == 20
    assert "not one person was read" in outcome.message and "extracts" in outcome.message
    assert records(receiver, "person") == before
    assert states(school)[-1] == "held"


def test_nobody_read_and_nothing_to_say_is_held_all_the_same(trial):
    trial.build(persons=0, covered=0)
    outcome = trial.send()
    assert outcome.exit_code == 20
    assert "not one person was read" in outcome.message and "approve" not in outcome.message
    assert ledger.held(trial.db) is None


def test_nothing_exported_does_not_empty_the_receiver_nor_count_as_delivered(delivered, receiver):
    for entity in entities():
        delivered.db.execute(f"delete from {delivered.db.schema('export')}.{entity.table}")
    delivered.build()
    outcome = delivered.send(full=True)
    assert outcome.exit_code == 20
    assert "nothing at all is exported" in outcome.message
    assert len(records(receiver, "person")) == 3


@pytest.mark.parametrize(("now", "code"), [({"land_a": 0, "land_b": 0}, 20), ({"land_b": 0}, 20), ({"land_a": 1, "land_b": 0}, 0)])
def test_a_table_without_rows_where_there_were_some_holds(school, receiver, now, code):
    """A source that is out for a night was read as empty elsewhere, and everybody in it removed, twice."""
    build_of(school, land_a=2, land_b=0)
    school.send()
    school.drop("p-1")
    build_of(school, **now)
    outcome = school.send()
    assert outcome.exit_code == code
    assert ("land_a" in outcome.message) == (code == 20)
    assert "land_b" not in outcome.message
    assert len(records(receiver, "person")) == (3 if code else 2)


@pytest.mark.parametrize(("now", "before", "held"), [
    ((0, 0), (100, 90), ""),  # held as a source that nobody was read from
    ((1, 0), None, "empty: it has none of the 1 persons"),
    ((1, None), None, "empty: it has none of the 1 persons"),
    ((100, 1), None, ""),
    ((100, 1), (0, 0), ""),
    ((100, 1), (None, None), ""),
    ((100, 1), (100, None), ""),
    ((100, 1), (1, 0), ""),
    ((100, 85), (100, 95), ""),
    ((1000, 849), (100, 95), "has 85 % of the persons read, against 95 %"),
    ((100, 100), (100, 50), ""),
])
def test_how_much_thinner_the_population_register_may_be(now, before, held):
    both = [builds.Build("build-1", NOW.date(), "f", "green", None, None, *of) if of else None for of in (now, before)]
    reason = holds.register_thinned(*both, 10)
    assert held in reason if held else reason is None


@pytest.mark.parametrize(("lengths", "said"), [
    ((800,), 1), ((801,), 0), ((399, 400), 2), ((399, 401), 1), ((400, 400, 400), 1), ((10, 20, 30), 3),
])
def test_how_many_phrases_a_reason_holds(lengths, said):
    phrases = [str(number) * length for number, length in enumerate(lengths)]
    more = len(phrases) - said
    assert holds._few(phrases, ";") == ";".join(phrases[:said]) + (f";and {more} more" if more else "")


def test_what_is_said_of_a_column_that_is_unreadable():
    said = [holds._unreadable("procapita", "t", "c", what, 200, 9, "blank") for what in ("key", "date", "number", "code")]
    assert said == [
        "procapita t.c is blank in 9 of 200 rows (4 %)",
        "procapita t.c is no date in 9 of 200 filled cells (4 %), mostly written as blank",
        "procapita t.c is no personal number in 9 of 200 filled cells (4 %), mostly written as blank",
        "procapita t.c has a code that no list knows in 9 of 200 filled cells (4 %), mostly written as blank",
    ]


# What holds a part of a delivery: there is too much of it.

def test_creates_and_updates_go_while_deletes_are_held(leaving, receiver):
    outcome = leaving.send()

    assert outcome.exit_code == 20
    assert outcome.lines == {"person": {"update": 1, "create": 1}, "enrolment": {"create": 1}}
    assert "2 of 3 records of entity person would be deleted (max_delete_percent: 10)" in outcome.message
    assert [person["person_id"] for person in records(receiver, "person")] == ["p-1", "p-2", "p-3", "p-4"]
    assert states(leaving) == ["confirmed", "confirmed", "held"]
    assert ledger.held(leaving.db).counts == {"person": {"delete": 1}, "enrolment": {"delete": 1}, "membership": {"delete": 1}}
    # Once more says nothing but that it is held.
    again = leaving.send()
    assert (again.exit_code, again.lines) == (20, {})


def test_what_is_said_of_a_limit():
    assert [holds._phrase(*of) for of in (
        ("deletes", "delete", "person", None, 2, 3, 10), ("updates", "update", "group", "sjo", 2, 3, 10),
        ("school_gone", "delete", "school", "sjo", 1, 1, 0), ("keys_replaced", "create", "person", None, 2, 3, 10),
    )] == [
        "2 of 3 records of entity person would be deleted (max_delete_percent: 10)",
        "2 of 3 records of entity group of school sjo would be updated (max_update_percent: 10)",
        "school sjo is gone",
        "2 new records of entity person beside as many that go: have the register's keys been replaced?",
    ]


@pytest.fixture
def measured(school):
    """A limit on persons of 50 percent, measured as the project's view does, on a night when two of three leave and four come."""
    schema = school.db.schema("delivery")
    school.db.execute(f"drop table {schema}.delta_limits_passed")
    school.db.execute(f"""create view {schema}.delta_limits_passed as
        select 'deletes' as reason, 'delete' as operation, 'person' as entity, cast(null as varchar) as school_id, lines as line_count,
            least(confirmed, base) as confirmed_count, 50 as most_percent
        from (select
            (select count(*) from {schema}.delta_persons where operation = 'delete') as lines,
            (select count(*) from {schema}.delivered_persons) as confirmed,
            coalesce((select max(confirmed_count) from {schema}.held_bases where entity = 'person' and school_id = ''), 1000) as base)
        where 100 * lines > 50 * least(confirmed, base)""")
    school.send()
    for number in (1, 2):
        school.drop(f"p-{number}")
    for number in (4, 5, 6, 7):
        school.export("person", person_id=f"p-{number}", given_name="Prov", family_name="Ström")
    school.build()
    return school


def test_what_has_gone_since_does_not_make_what_is_held_look_few(measured, receiver):
    for _ in range(3):
        assert measured.send().exit_code == 20
        assert len(records(receiver, "person")) == 7
        measured.build()
    approve(measured)
    assert measured.send().exit_code == 0
    assert len(records(receiver, "person")) == 5
    assert measured.rows("held_bases") == [], "two of five are measured by five"


@pytest.mark.parametrize("request_number", [2, 5, 6])
def test_nor_after_a_kill(measured, receiver, request_number):
    """Requests: state, manifest, two parts, commit, receipt."""
    with pytest.raises(Killed):
        measured.send(Watched(measured.session(), request_number, after=True))
    assert measured.send().exit_code == 20
    assert len(records(receiver, "person")) == 7


def test_what_was_put_right_is_measured_anew(measured):
    assert measured.send().exit_code == 20
    measured.export("person", person_id="p-1", given_name="Prov1", family_name="Ström", civic_no="20100101-TF01")
    measured.build()
    assert measured.send().exit_code == 0, "one of three"
    assert measured.rows("held_bases") == []


@pytest.mark.parametrize("schools", [7, 8, 50])
def test_the_reason_of_a_hold_is_no_longer_than_the_ledger_holds(leaving, schools):
    """SQL Server refuses a longer text."""
    schema = leaving.db.schema("delivery")
    for number in range(schools):
        leaving.db.execute(f"insert into {schema}.delta_limits_passed values ('deletes', 'delete', 'enrolment', ?, 100, 300, 10)", [f"{number:0100}"])
    leaving.send()
    note = ledger.held(leaving.db).note
    assert len(note) <= 1000
    counted = note.count("would be deleted") + int(re.search(r"(?:; and (\d+) more)?$", note)[1] or 0)
    assert counted == schools + 1


def test_emptied_tables_are_few_enough_for_the_ledger(school):
    build_of(school, **{f"land_{number:080}": 1 for number in range(30)})
    school.send()
    school.drop("p-1")
    build_of(school, **{f"land_{number:080}": 0 for number in range(30)})
    assert school.send().exit_code == 20
    assert len(ledger.held(school.db).note) <= 1000


def test_what_is_approved_goes_with_the_name_and_once(leaving, receiver):
    leaving.send()
    digest = ledger.held(leaving.db).plan_digest
    approve(leaving)
    watched = Watched(leaving.session())
    outcome = leaving.send(watched)

    assert outcome.exit_code == 0
    manifest = next(body for method, url, body, *_ in watched.asked if (method, url) == ("POST", "/deltas"))
    assert (manifest["approved_by"], manifest["plan_digest"]) == ("administrator 7", digest)
    assert [person["person_id"] for person in records(receiver, "person")] == ["p-2", "p-3", "p-4"]
    assert states(leaving) == ["confirmed", "confirmed", "failed", "confirmed"]
    assert leaving.send().exit_code == 10


def test_what_has_grown_is_asked_for_anew(leaving, receiver):
    leaving.send()
    approve(leaving)
    leaving.drop("p-2")
    leaving.build()

    assert leaving.send().exit_code == 20
    assert len(records(receiver, "person")) == 4
    assert ledger.approved(leaving.db, leaving.clock) is None
    approve(leaving)
    assert leaving.send().exit_code == 0
    assert len(records(receiver, "person")) == 2


def test_a_name_in_other_letters_is_another(leaving):
    """A database that takes upper for lower case does not release by one name the other."""
    schema = leaving.db.schema("delivery")
    leaving.db.execute(f"alter table {schema}.planned_persons alter given_name type varchar collate nocase")
    pass_limits(leaving, "update")
    leaving.send()
    leaving.db.execute(f"update {schema}.planned_persons set given_name = 'PROV2'")
    approve(leaving)
    assert leaving.send().exit_code == 20


def test_what_has_shrunk_goes_by_the_approval(leaving, receiver):
    leaving.drop("p-2")
    leaving.build()
    leaving.send()
    approve(leaving)
    leaving.export("person", person_id="p-2", given_name="Prov2", family_name="Ström", civic_no="20100101-TF02")
    leaving.build()

    assert leaving.send().exit_code == 0
    assert [person["person_id"] for person in records(receiver, "person")] == ["p-2", "p-3", "p-4"]


@pytest.mark.parametrize(("after", "code"), [(24 * HOURS - datetime.timedelta(seconds=1), 0), (24 * HOURS, 20)])
def test_an_approval_ends(leaving, after, code):
    leaving.send()
    approve(leaving, 24)
    leaving.now += after
    leaving.build()
    assert leaving.send().exit_code == code


@pytest.mark.parametrize(("request_number", "code"), [(2, 20), (3, 20), (4, 0)])
def test_an_approval_that_ends_while_nothing_runs(leaving, receiver, request_number, code):
    """What had been begun is not gone on with, but what the receiver has applied is. Requests: state, manifest, part, commit."""
    leaving.send()
    approve(leaving, 1)
    with pytest.raises(Killed):
        leaving.send(Watched(leaving.session(), request_number, after=True))
    leaving.now += 2 * HOURS
    assert leaving.send().exit_code == code
    assert len(records(receiver, "person")) == (4 if code else 3)


def test_an_approved_delivery_survives_a_kill(leaving, receiver):
    leaving.send()
    approve(leaving)
    with pytest.raises(Killed):
        leaving.send(Watched(leaving.session(), 3))
    leaving.build()
    assert leaving.send().exit_code == 0
    assert len(records(receiver, "person")) == 3


def test_updates_over_the_limit_wait_and_the_rest_goes(leaving, receiver):
    pass_limits(leaving, "update")
    outcome = leaving.send()
    assert (outcome.exit_code, ledger.held(leaving.db).counts) == (20, {"person": {"update": 1}})
    assert "max_update_percent" in outcome.message
    assert [person["person_id"] for person in records(receiver, "person")] == ["p-2", "p-3", "p-4"]


def test_when_keys_are_replaced_neither_deletes_nor_doubles_go(delivered, receiver):
    """A limit that compares counts saw no change elsewhere, and sent 1,979 deletes and as many creates."""
    for number in (1, 2, 3):
        delivered.drop(f"p-{number}")
        delivered.export("person", person_id=f"q-{number}", given_name=f"Prov{number}", family_name="Ström")
    delivered.export("membership", group_id="g-1", person_id="q-1")
    delivered.export("group", group_id="g-2", school_id="sjo", group_type="Klass", group_name="5C", school_form="GR")
    delivered.build()
    pass_limits(delivered, "delete", "create")
    outcome = delivered.send()

    assert (outcome.exit_code, outcome.lines) == (20, {"group": {"create": 1}})
    assert [person["person_id"] for person in records(receiver, "person")] == ["p-1", "p-2", "p-3"]
    assert ledger.held(delivered.db).counts["person"] == {"create": 3, "delete": 3}
    approve(delivered)
    assert delivered.send().exit_code == 0
    assert [person["person_id"] for person in records(receiver, "person")] == ["q-1", "q-2", "q-3"]
    assert [link["person_id"] for link in records(receiver, "membership")] == ["q-1"]


def test_a_new_person_whom_the_receiver_refused_before_is_held_with_the_others(delivered, receiver, monkeypatch):
    from nattsynk.reference_receiver import apply

    delivered.export("person", person_id="q-9", given_name="Prov9")
    delivered.build()
    true = apply.fault_of
    monkeypatch.setattr(apply, "fault_of", lambda line: "/data/phone" if line["key"] == {"person_id": "q-9"} else true(line))
    assert delivered.send().exit_code == 30
    monkeypatch.setattr(apply, "fault_of", true)
    for number in (1, 2, 3):
        delivered.drop(f"p-{number}")
        delivered.export("person", person_id=f"q-{number}", given_name="Prov")
    delivered.build()
    pass_limits(delivered, "delete", "create")
    assert delivered.send().lines == {}
    assert ledger.held(delivered.db).counts["person"] == {"create": 4, "delete": 3}


def test_a_new_person_waits_for_the_number_of_one_whose_delete_is_held(delivered, receiver):
    delivered.drop("p-1")
    delivered.export("person", person_id="p-9", given_name="Prov1", family_name="Ström", civic_no="20100101-TF01")
    delivered.export("enrolment", person_id="p-9", school_id="sjo", school_form="GR")
    delivered.build()
    pass_limits(delivered, "delete")
    outcome = delivered.send()

    assert (outcome.exit_code, outcome.rejected, outcome.lines) == (20, 0, {})
    assert ledger.held(delivered.db).counts["person"] == {"create": 1, "delete": 1}, "one delivery, in which the number is given up first"


def test_a_full_delivery_over_the_limit_waits_whole(leaving, receiver):
    outcome = leaving.send(full=True)
    assert (outcome.exit_code, outcome.lines) == (20, {})
    assert len(records(receiver, "person")) == 3
    approve(leaving)
    assert leaving.send(full=True).exit_code == 0
    assert [person["person_id"] for person in records(receiver, "person")] == ["p-2", "p-3", "p-4"]


def test_a_receiver_that_knows_more_than_we_is_not_overwritten_unseen(delivered, receiver):
    """Our state was lost, or it is another profile's tenant: no limit can be measured by what we do not know."""
    for table in ("deliveries", *(entity.delivered for entity in entities())):
        delivered.db.execute(f"delete from {delivered.db.schema('delivery')}.{table}")
    delivered.drop("p-1")
    delivered.build()
    outcome = delivered.send()
    assert outcome.exit_code == 20
    assert "none on record" in outcome.message and "backup" in outcome.message and "send --full" in outcome.message
    assert len(records(receiver, "person")) == 3
    approve(delivered)
    assert delivered.send().exit_code == 0
    assert len(records(receiver, "person")) == 2


def test_what_waited_is_forgotten_by_a_plan_of_everything(delivered, receiver):
    refuse(delivered, receiver)
    assert delivered.send().rejected == 3
    delivered.build()
    delivered.send()
    assert delivered.rows("waiting_records") != []
    delivered.send(full=True)
    assert delivered.rows("waiting_records") == []


def test_an_approval_of_everything_releases_that_very_delivery(leaving, receiver):
    """It removes by what it does not say: with fewer lines than were approved it removes more."""
    leaving.send(full=True)
    approve(leaving)
    leaving.drop("p-2")
    leaving.build()
    assert leaving.send(full=True).exit_code == 20
    assert len(records(receiver, "person")) == 3
    approve(leaving)
    leaving.settings = with_value(leaving, "person_removal", "erase")
    assert leaving.send(full=True).exit_code == 20, "approved was that they are deactivated"
    approve(leaving)
    assert leaving.send(full=True).exit_code == 0
    assert [person["person_id"] for person in records(receiver, "person")] == ["p-3", "p-4"]


def test_an_approval_of_a_delta_releases_no_full_delivery(leaving):
    leaving.send()
    approve(leaving)
    assert leaving.send(full=True).exit_code == 20


def test_who_becomes_protected_goes_whatever_is_held(leaving, receiver):
    leaving.protect("p-3")
    leaving.drop("p-3")
    leaving.build()
    assert leaving.send().exit_code == 20
    assert "p-3" not in [record["key"]["person_id"] for record in receiver.store.records("trial", "person")]


# What waits for what the receiver has refused.

def refuse(trial, receiver):
    """A pupil whose number the receiver has given somebody else, with an enrolment and a place in a group."""
    school_lines = dict(given_name="Prov", family_name="Ström")
    trial.export("person", person_id="p-7", civic_no="20100101-TF77", **school_lines)
    trial.export("enrolment", person_id="p-7", school_id="sjo", school_form="GR")
    trial.export("membership", group_id="g-1", person_id="p-7")
    with receiver.store.transaction() as db:
        db.execute("update records set unique_value = '20100101-TF77' where entity = 'person' and key like '%p-3%'")
    trial.build()


def test_what_depends_on_a_refused_record_waits_for_it(delivered, receiver):
    refuse(delivered, receiver)
    first = delivered.send()
    assert (first.exit_code, first.rejected) == (30, 3)

    # The next night the person alone is tried again: the others would be refused for nothing.
    delivered.build()
    second = delivered.send()
    assert (second.exit_code, second.lines, second.rejected) == (30, {"person": {"create": 1}}, 1)
    assert {row[1] for row in delivered.rows("owed_records")} == {"p-7", "p-7|sjo|GR", "g-1|p-7"}

    # When the receiver takes the person, all that waited goes in the same run.
    with receiver.store.transaction() as db:
        db.execute("update records set unique_value = null where entity = 'person' and key like '%p-3%'")
    third = delivered.send()
    assert (third.exit_code, third.rejected) == (0, 0)
    assert third.lines == {"person": {"create": 1}, "enrolment": {"create": 1}, "membership": {"create": 1}}
    assert delivered.rows("owed_records") == []
    assert delivered.send().exit_code == 10


def test_a_refused_record_blocks_no_other(delivered, receiver):
    refuse(delivered, receiver)
    delivered.send()
    delivered.export("person", person_id="p-8", given_name="Prov8", family_name="Ström")
    delivered.export("enrolment", person_id="p-8", school_id="sjo", school_form="GR")
    delivered.build()
    outcome = delivered.send()
    assert (outcome.exit_code, outcome.rejected) == (30, 1)
    assert "p-8" in [person["person_id"] for person in records(receiver, "person")]


def test_all_of_a_refused_school_follows_in_one_run(delivered, receiver, monkeypatch):
    """School, then its group and enrolment, then what is in the group."""
    from nattsynk.reference_receiver import apply

    delivered.export("school", school_id="ny", school_name="Nya skolan")
    delivered.export("enrolment", person_id="p-1", school_id="ny", school_form="GR")
    delivered.export("group", group_id="g-9", school_id="ny", group_type="Klass", group_name="1A", school_form="GR")
    delivered.export("membership", group_id="g-9", person_id="p-1")
    delivered.build()
    true = apply.fault_of
    monkeypatch.setattr(apply, "fault_of", lambda line: "/key/school_id" if line["key"] == {"school_id": "ny"} else true(line))
    assert delivered.send().rejected == 4
    assert delivered.send().lines == {"school": {"create": 1}}
    monkeypatch.setattr(apply, "fault_of", true)
    outcome = delivered.send()
    assert (outcome.exit_code, outcome.rejected) == (0, 0)
    assert [link["group_id"] for link in records(receiver, "membership")] == ["g-1", "g-9"]
    assert delivered.rows("owed_records") == []


# Who waits, statement by statement.

def waiting(trial, statement, *parameters, before=(), entity="person"):
    """The records that wait after a statement of wait_for_*, and whether they are held. before: those that wait already."""
    schema = trial.db.schema("delivery")
    for row in before:
        trial.db.execute(f"insert into {schema}.waiting_records values (?, ?, 0)", row)
    whose = next(each for each in entities() if each.name == entity)
    trial.db.execute(render(statement, delivery=schema, entity=whose), parameters)
    return [(name, key, is_held) for name, key, is_held in trial.rows("waiting_records") if (name, key) not in before]


def deliver(trial, table, **values):
    schema = trial.db.schema("delivery")
    trial.db.execute(f"insert into {schema}.{table} ({', '.join(values)}) values ({', '.join('?' * len(values))})", list(values.values()))


def test_new_persons_wait_for_an_approval(trial):
    deliver(trial, "delivered_persons", person_id="a", phone="1")
    for person in "anw":
        trial.export("person", person_id=person, phone="2")
    assert waiting(trial, "wait_for_approval", before=(("person", "w"), ("group", "n"))) == [("person", "n", 1)]


@pytest.mark.parametrize(("operations", "who"), [(("delete", "", ""), "n"), (("update", "rekey", ""), "v"), (("", "", ""), "")])
def test_who_waits_for_a_number(trial, operations, who):
    for person, number in (("c", "3"), ("u", "4"), ("b", "5")):
        deliver(trial, "delivered_persons", person_id=person, civic_no=number, phone="1")
    # c leaves, u changes, b takes the number of c, and so do the new n; v takes that of u, z one of nobody's.
    for person, number in (("u", "4"), ("b", "3"), ("n", "3"), ("v", "4"), ("z", "6")):
        trial.export("person", person_id=person, civic_no=number, phone="2")
    assert waiting(trial, "wait_for_number", *operations) == [("person", each, 1) for each in who]


def test_nobody_waits_for_a_number_of_their_own(trial):
    schema = trial.db.schema("delivery")
    deliver(trial, "delivered_persons", person_id="a", civic_no="3")
    trial.db.execute(f"drop view {schema}.delta_persons")
    trial.db.execute(f"create table {schema}.delta_persons as select 'a' as person_id, '3' as civic_no, unnest(['create', 'rekey']) as operation")
    assert waiting(trial, "wait_for_number", "update", "rekey", "") == []


def test_what_the_receiver_has_refused_and_does_not_have_waits(trial):
    deliver(trial, "delivered_persons", person_id="b")
    for entity, key in (("person", "a"), ("person", "b"), ("person", "w"), ("group", "g")):
        deliver(trial, "owed_records", entity=entity, record_key=key, operation="create", problem_type="x", sequence=1, created_at=NOW.replace(tzinfo=None))
    assert waiting(trial, "wait_on_refused", before=(("person", "w"), ("group", "a"))) == [("person", "a", 0)]


def test_a_new_group_waits_for_its_school(trial):
    deliver(trial, "delivered_groups", group_id="g3", school_id="s1", group_name="before")
    for group, school in (("g1", "s1"), ("g2", "s2"), ("g3", "s1"), ("g4", "s1")):
        trial.export("group", group_id=group, school_id=school, group_name="now")
    before = (("school", "s1"), ("group", "s2"), ("group", "g4"), ("school", "g1"))
    assert waiting(trial, "wait_for_school", before=before) == [("group", "g1", 0)]


def test_which_delivery_is_approved(trial):
    now = NOW.replace(tzinfo=None)
    of = dict.fromkeys(ledger.COLUMNS, "x") | {
        "mode": "delta", "base_sequence": 0, "line_count": 0, "counts": {}, "sync_date": NOW.date(), "approved_by": None, "approved_until": None, "note": None,
    }
    found = [("held", "main"), ("planned", "main"), ("open", "main"), ("committed", "main"), ("confirmed", "main"), ("failed", "main"), ("held", "erase")]
    for sequence, (state, lane) in enumerate(found, start=1):
        ledger.insert(trial.db, delivery.Delivery(**{**of, "sequence": sequence, "state": state, "lane": lane}), [], trial.clock)
    approved = {}
    for sequence, (_, lane) in enumerate(found, start=1):
        assert ledger.approved(trial.db, trial.clock, lane) == approved.get(lane)
        ledger.approve(trial.db, sequence, f"{sequence}", now + HOURS, trial.clock)
        if sequence not in (4, 5, 6):
            approved[lane] = next(each for each in ledger.superseded(trial.db, lane) if each.sequence == sequence)
            assert (approved[lane].approved_by, approved[lane].approved_until) == (f"{sequence}", now + HOURS)
    trial.now += HOURS - SECOND
    assert {lane: ledger.approved(trial.db, trial.clock, lane) for lane in approved} == approved
    trial.now += SECOND
    assert ledger.approved(trial.db, trial.clock) is None


def test_which_tables_are_emptied(trial):
    counts = {"build-1": {"a": 2, "b": 0, "c": 3, "d": 1, "f": 1}, "build-2": {"a": 0, "b": 0, "c": 1, "f": 2}, "build-3": {"a": 7, "d": 4, "e": 1}}
    for build, tables in counts.items():
        for table, rows in tables.items():
            deliver(trial, "build_tables", build_id=build, table_name=table, row_count=rows)
    before, now = (types.SimpleNamespace(build_id=build) for build in ("build-1", "build-2"))
    assert builds.tables_emptied(trial.db, before, now) == ["a", "d"]


def test_which_approvals_were_given_later_than_it_is(trial):
    now = NOW.replace(tzinfo=None)
    of = dict.fromkeys(ledger.COLUMNS, "x") | {
        "mode": "delta", "base_sequence": 0, "line_count": 0, "counts": {}, "sync_date": NOW.date(), "approved_by": None, "approved_until": None, "note": None,
    }
    for sequence, state in enumerate(("held", "planned", "open", "committed", "failed", "held"), start=1):
        ledger.insert(trial.db, delivery.Delivery(**{**of, "sequence": sequence, "state": state}), [], trial.clock)
        if sequence < 6:
            ledger.approve(trial.db, sequence, "x", now + HOURS, trial.clock)
    ahead = [[row[0] for row in trial.db.all(render("approvals_ahead", delivery=trial.db.schema("delivery")), [at])] for at in (now - SECOND, now)]
    assert [sorted(found) for found in ahead] == [[1, 2, 3], []]


# History.

@pytest.mark.parametrize(("days", "left"), [(400, 3), (401, 1)])
def test_history_is_kept_for_as_long_as_the_setting_says(school, days, left):
    for phone in ("1", "2"):
        school.send()
        change(school, "phone", phone)
        school.build()
    school.now += datetime.timedelta(days=days)
    school.build()
    school.send()
    assert len(school.rows("deliveries")) == left
    assert {row[0] for row in school.rows("delivery_parts", "sequence")} == {row[0] for row in school.rows("deliveries", "sequence")}
    assert {row[0] for row in school.rows("deliveries", "build_id")} <= {row[0] for row in school.rows("builds", "build_id")}
    assert len(school.rows("builds")) == (4 if left == 3 else 1)
    assert school.send().exit_code == 10


def test_history_of_what_is_owed_is_kept(delivered):
    schema = delivered.db.schema("delivery")
    change(delivered, "phone", "1")
    delivered.build()
    delivered.send()
    delivered.now += datetime.timedelta(days=500)
    delivered.db.execute(f"insert into {schema}.owed_records values ('person', 'p-9', 'delete', 'urn:x', null, 1, current_timestamp)")
    delivered.db.execute(render("history_forget", delivery=schema), [ledger.utc(delivered.clock)])
    assert [row[0] for row in delivered.rows("deliveries", "sequence")] == [1, 2]


def test_what_is_refused_after_the_receiver_lost_everything_is_said_until_it_is_taken(delivered, receiver, monkeypatch):
    """We still have it as confirmed, so nothing differs; the receiver has it no longer."""
    from nattsynk.reference_receiver import apply

    with receiver.store.transaction() as db:
        for table in ("records", "links", "tenants"):
            db.execute(f"delete from {table}")
    delivered.build()
    true = apply.fault_of
    monkeypatch.setattr(apply, "fault_of", lambda line: "/data/phone" if line["key"] == {"person_id": "p-2"} else true(line))
    assert delivered.send().exit_code == 30
    delivered.build()
    assert delivered.send().exit_code == 30, "said again"
    monkeypatch.setattr(apply, "fault_of", true)
    delivered.build()
    assert delivered.send().exit_code == 0
    assert [person["person_id"] for person in records(receiver, "person")] == ["p-1", "p-2", "p-3"]
    assert [link["person_id"] for link in records(receiver, "enrolment")] == ["p-1", "p-2"]
    assert delivered.rows("owed_records") == []
