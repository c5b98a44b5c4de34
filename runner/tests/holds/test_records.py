"""What an administrator does to one delivery or one record: approve, resend, purge."""

import contextlib
import datetime
import io
import types

import pytest
from delivering import NOW, change, records
from test_delivery import said
from test_stops import leaving  # noqa: F401 - a fixture

from nattsynk.context import Context
from nattsynk.deliver import ledger
from nattsynk.deliver.approve import approve
from nattsynk.deliver.delivery import MAIN, PROTECTION_REMOVAL
from nattsynk.deliver.resend_purge import purge, resend
from nattsynk.errors import Stop


def run_of(trial):
    """A run of a verb on a trial's profile and clock."""
    return Context("trial", str(trial.settings.folder), "embedded", trial.now.date(), trial.clock, trial.progress())


@pytest.fixture
def run(delivered):
    return run_of(delivered)


def ops(lines):
    return [(line["op"], line["entity"], "|".join(line["key"].values())) for line in lines]


def test_approve_names_what_it_releases(leaving, run, capsys):  # noqa: F811
    assert approve(run, None, "administrator 7", 24) == 10, "nothing is held"
    assert "Nothing is held." in capsys.readouterr().out
    leaving.send()
    digest = ledger.held(leaving.db).plan_digest
    with pytest.raises(Stop, match="another digest"):
        approve(run, "0000", "administrator 7", 24)
    capsys.readouterr()
    assert approve(run, digest[:12].upper(), "administrator 7", 24) == 0
    told = capsys.readouterr().out
    assert digest in told and "administrator 7 until 2026-11-22 22:00 UTC" in told
    assert "1 delete of entity person" in told
    assert leaving.send().exit_code == 0


@pytest.fixture
def judged(monkeypatch):
    """`approve` of a ledger that holds so much; returns its code, what it approved, and what the results file is told."""
    def approve_of(held=(MAIN,), exists=True, mode="delta", **given):
        deliveries = {lane: types.SimpleNamespace(
            sequence=7, digest="abc", note="so many", mode=mode, counts={"person": {"delete": 2, "update": 1}},
        ) for lane in held}
        approved = []
        monkeypatch.setattr(ledger, "exists", lambda db: exists)
        monkeypatch.setattr(ledger, "held", lambda db, lane: deliveries.get(lane))
        monkeypatch.setattr(ledger, "approve", lambda db, *of: approved.append(of[:3]))
        run = types.SimpleNamespace(database=contextlib.nullcontext, clock=lambda: NOW, counts={})
        return approve(run, given.get("digest"), given.get("by", "x"), 24, given.get("erase", False)), approved, run.counts
    return approve_of


def test_what_an_approval_releases_and_says(judged, capsys):
    until = (NOW + datetime.timedelta(hours=24)).replace(tzinfo=None)
    counts = {"person": {"delete": 2, "update": 1}}
    assert judged() == (0, [(7, "x", until)], {"sequence": 7, "lines": counts})
    assert capsys.readouterr().out == (
        "Delivery 7 was held: so many.\n  2 delete, 1 update of entity person\n"
        "Digest abc. Approved by x until 2026-11-22 22:00 UTC; `nattsynk send` delivers it, if it has not grown by then.\n"
    )
    judged(mode="full")
    assert "`nattsynk send --full` delivers it, if it is the same by then." in capsys.readouterr().out
    assert judged(held=(PROTECTION_REMOVAL,), erase=True) == (0, [(7, "x", until)], {"sequence": 7})
    assert "of entity" not in capsys.readouterr().out


@pytest.mark.parametrize(("held", "exists", "erase", "said"), [
    ((), True, False, "Nothing is held."), ((), True, True, "Nothing is held."), ((MAIN,), False, False, "Nothing is held."),
    ((PROTECTION_REMOVAL,), True, False, "Nothing is held of that kind; `nattsynk approve --erase` releases what is."),
    ((MAIN,), True, True, "Nothing is held of that kind; `nattsynk approve` releases what is."),
    ((PROTECTION_REMOVAL,), False, False, "Nothing is held."),
])
def test_what_is_said_where_nothing_is_held(judged, capsys, held, exists, erase, said):
    assert judged(held=held, exists=exists, erase=erase) == (10, [], {})
    assert capsys.readouterr().out == f"{said}\n"


@pytest.mark.parametrize(("digest", "is_it"), [(None, True), ("a", True), ("ABC", True), ("b", False), ("abcd", False), ("", False)])
def test_which_digest_is_that_of_what_is_held(judged, digest, is_it):
    if is_it:
        assert judged(digest=digest)[0] == 0
        return
    with pytest.raises(Stop, match="another digest: abc"):
        judged(digest=digest)


@pytest.mark.parametrize("by", ["", " ", "x" * 201, "x", "x" * 200])
def test_how_long_a_name_of_who_approves_may_be(judged, by):
    if by in ("x", "x" * 200):
        assert judged(by=by)[0] == 0
        return
    with pytest.raises(Stop, match="in 1 to 200 characters"):
        judged(by=by)


@pytest.mark.parametrize("by", ["", "  ", "x" * 201])
def test_an_approval_has_a_name_that_the_ledger_holds(leaving, run, by):  # noqa: F811
    leaving.send()
    with pytest.raises(Stop, match="1 to 200 characters") as stopped:
        approve(run, None, by, 24)
    assert (stopped.value.exit_code, ledger.approved(leaving.db, leaving.clock)) == (2, None)


@pytest.mark.parametrize("by", ["x", "x" * 200])
def test_the_shortest_and_the_longest_name_approve(leaving, run, by):  # noqa: F811
    leaving.send()
    assert approve(run, None, by, 24) == 0
    assert ledger.approved(leaving.db, leaving.clock).approved_by == by


def test_an_empty_digest_is_none_of_a_delivery(leaving, run):  # noqa: F811
    """As from a variable that is not set."""
    leaving.send()
    with pytest.raises(Stop, match="another digest"):
        approve(run, "", "administrator 7", 24)
    assert ledger.approved(leaving.db, leaving.clock) is None


def test_everything_anew_is_told_how_to_send_it_again(leaving, run, capsys):  # noqa: F811
    """By itself `send` would plan a delta, and the approval would be of nothing."""
    assert "then `nattsynk send --full`." in leaving.send(full=True).message
    approve(run, None, "administrator 7", 24)
    assert "`nattsynk send --full` delivers it" in capsys.readouterr().out
    assert leaving.send(full=True).exit_code == 0


def test_a_record_that_is_sent_once_more(delivered, run, receiver):
    with receiver.store.transaction() as db:
        db.execute("update records set data = '{}' where entity = 'person' and key like '%p-1%'")
    assert resend(run, "p-1", links=False) == 0
    assert ops(said(delivered)) == [("create", "person", "p-1")]
    assert records(receiver, "person")[0]["given_name"] == "Prov1"
    assert delivered.rows("owed_records") == []
    assert delivered.send().exit_code == 10


def test_a_record_with_all_that_names_it(delivered, run):
    resend(run, "g-1", links=True)
    assert ops(said(delivered)) == [("create", "group", "g-1"), ("create", "membership", "g-1|p-1")]
    resend(run, "p-1", links=True)
    assert ops(said(delivered)) == [
        ("create", "person", "p-1"), ("create", "enrolment", "p-1|sjo|GR"), ("create", "membership", "g-1|p-1"),
    ]
    resend(run, "g-1|p-1", links=False)
    assert ops(said(delivered)) == [("create", "membership", "g-1|p-1")]


def test_a_record_that_leaves_before_it_is_sent_once_more_is_deleted(delivered, run):
    resend(run, "p-1", links=False)
    delivered.drop("p-1")
    delivered.build()
    assert ("delete", "person", "p-1") in ops(said(delivered))
    assert delivered.rows("owed_records") == []


def test_what_is_refused_once_more_stays_owed(delivered, run, monkeypatch):
    from nattsynk.reference_receiver import apply

    resend(run, "p-1", links=False)
    true = apply.fault_of
    monkeypatch.setattr(apply, "fault_of", lambda line: "/data/phone")
    assert delivered.send().exit_code == 30
    monkeypatch.setattr(apply, "fault_of", true)
    assert ops(said(delivered)) == [("create", "person", "p-1")]


def test_what_was_owed_for_a_change_that_is_gone_is_sent_once_more(delivered, run, monkeypatch):
    from nattsynk.reference_receiver import apply

    change(delivered, "phone", "000")
    delivered.build()
    true = apply.fault_of
    monkeypatch.setattr(apply, "fault_of", lambda line: "/data/phone")
    assert delivered.send().exit_code == 30
    monkeypatch.setattr(apply, "fault_of", true)
    change(delivered, "phone", None)
    delivered.build()
    resend(run, "p-1", links=False)
    assert ops(said(delivered)) == [("create", "person", "p-1")]
    assert delivered.rows("owed_records") == []


def test_a_number_is_read_and_never_an_argument(delivered, nattsynk, monkeypatch):
    profile = ("--profile", delivered.settings.folder)
    for verb in ("resend", "purge"):
        ended = nattsynk(verb, "20100101-TF01", *profile)
        assert (ended.code, "never given as an argument" in ended.err) == (2, True)
        assert "TF01" not in ended.out + ended.err
    monkeypatch.setattr("sys.stdin", io.StringIO("100101-TF01\n"))
    ended = nattsynk("resend", "-", *profile)
    assert (ended.code, "TF01" in ended.out + ended.err) == (0, False)
    assert ops(said(delivered)) == [("create", "person", "p-1")]


def test_what_is_not_exported_cannot_be_sent_once_more(delivered, run):
    with pytest.raises(Stop, match="has that key") as stopped:
        resend(run, "p-unknown", links=True)
    assert (stopped.value.exit_code, delivered.rows("owed_records")) == (2, [])


@pytest.mark.parametrize("key", ["p-1", "20100101TF01"])
def test_a_person_who_has_left_is_forgotten(delivered, run, capsys, key):
    """By the id, or by the number that `purge -` has read."""
    delivered.drop("p-1")
    delivered.build()
    with pytest.raises(Stop, match="still has this person") as stopped:
        purge(run, "p-1")
    assert stopped.value.exit_code == 2
    delivered.send()
    assert [row[0] for row in delivered.rows("kept_persons", "person_id")] == ["p-1"]
    capsys.readouterr()

    assert purge(run, key) == 0
    assert "Forgotten" in capsys.readouterr().out
    assert traces(delivered, "p-1") == []
    assert delivered.send().exit_code == 10


def test_what_is_owed_of_a_person_is_forgotten_and_of_nobody_else(delivered, run):
    theirs = [
        ("person", "p-9"), ("enrolment", "p-9|sjo|GR"), ("duty", "p-9|sjo"), ("responsible", "p-9|p-2"), ("responsible", "p-2|p-9"),
        ("membership", "g-1|p-9"), ("staff", "g-1|p-9|teacher"),
    ]
    others = [
        ("person", "p-99"), ("person", "xp-9"), ("group", "g-p-9"), ("group", "p-9"), ("school", "p-9"), ("enrolment", "p-1|p-9|GR"),
        ("enrolment", "p-1|sjo|p-9"), ("duty", "p-1|p-9"), ("membership", "p-9|p-1"), ("staff", "p-9|p-1|teacher"), ("staff", "g-1|p-1|p-9"),
    ]
    for entity, key in theirs + others:
        delivered.db.execute(
            f"insert into {delivered.db.schema('delivery')}.owed_records values (?, ?, 'create', 'urn:x', null, 1, current_timestamp)", [entity, key]
        )
    purge(run, "p-9")
    assert delivered.rows("owed_records", "entity, record_key") == sorted(others, key=repr)


def test_a_frozen_line_of_a_purged_person_is_not_sent(school, receiver):
    change(school, "given_name", "", "p-1")
    school.build(persons=0)
    school.send()
    assert traces(school, "p-1")
    school.drop("p-1")
    school.build()
    purge(run_of(school), "p-1")
    assert traces(school, "p-1") == []
    assert [person["person_id"] for person in (school.send(), records(receiver, "person"))[1]] == ["p-2", "p-3"]


def test_nobody_is_forgotten_by_an_unknown_key(delivered, run, capsys):
    assert purge(run, "p-unknown") == 0
    assert "knows nothing by that key" in capsys.readouterr().out
    assert len(delivered.rows("delivered_persons")) == 3


def traces(trial, person):
    """The tables of our state that hold the id."""
    schema = trial.db.schema("delivery")
    tables = [
        name for (name,) in trial.db.rows("select table_name from information_schema.tables where table_schema = ? and table_type = 'BASE TABLE'", [schema])
    ]
    return [table for table in tables if any(person in str(value).split("|") for row in trial.rows(table) for value in row)]
