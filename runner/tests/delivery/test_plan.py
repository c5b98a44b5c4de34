"""When a plan is held, goes by an approval, or takes the place of another: each condition by itself. Whole nights: test_stops.py, test_mass_protection.py."""

import contextlib
import datetime
import types

import pytest
from delivering import NOW, settings_of

from nattsynk.deliver import (
    builds,
    delivery,
    freeze,
    ledger,
    parts,
    plan,
    protection_removal,
)
from nattsynk.deliver.delivery import MAIN, PROTECTION_REMOVAL
from nattsynk.deliver.holds import MASS_PROTECTION, Hold
from nattsynk.deliver.plan import PlanRequest

UNTIL = datetime.datetime(2026, 11, 22)
HOLD = Hold("too many", "see", "release", frozenset({"delete"}), {("person", ""): 3})


def delivery_of(sequence=7, **told):
    values = dict.fromkeys(ledger.COLUMNS) | {"sequence": sequence, "lane": MAIN, "mode": "delta", "state": "planned", "counts": {}} | told
    return delivery.Delivery(**values)


DB = types.SimpleNamespace(
    in_transaction=False, transaction=contextlib.nullcontext, schema=lambda layer: "x", exact="C", one=lambda *of: None, all=lambda *of: [], execute=lambda *of: None,
)
SETTINGS = settings_of(part_size=3)


@pytest.fixture
def said(monkeypatch):
    """What a plan does to the ledger, in order, where the ledger and the delta answer as told."""
    def ready(counts=({"person": {"create": 1}},), confirmed=4, approved=None, covers=True, earlier=()):
        did = []
        monkeypatch.setattr(builds, "still_latest", lambda db, build: did.append("looked"))
        monkeypatch.setattr(ledger, "set_limit_baselines", lambda db, bases: did.append(("bases", dict(bases))))
        monkeypatch.setattr(ledger, "next_sequence", lambda db, receiver: did.append(("after", receiver)) or 7)
        monkeypatch.setattr(ledger, "confirmed", lambda db: (confirmed, "" if confirmed else "v"))
        monkeypatch.setattr(ledger, "approved", lambda db, clock, lane=MAIN: did.append(("asked", lane)) or approved)
        monkeypatch.setattr(ledger, "superseded", lambda db, *lanes: [each for each in earlier if each.lane in lanes])
        monkeypatch.setattr(ledger, "fail_within", lambda db, each, note, clock: did.append(("failed", each.sequence)))
        monkeypatch.setattr(ledger, "insert", lambda db, made, parts, clock: did.append(("inserted", made.state, made.note)))
        monkeypatch.setattr(ledger, "approve", lambda db, *of: did.append(("approved", *of[:3])))
        monkeypatch.setattr(freeze, "freeze", lambda db, sequence, mode, left_out, since: did.append(("froze", mode)) or dict(*counts))
        monkeypatch.setattr(protection_removal, "_freeze", lambda db, sequence, waiting: did.append(("froze", waiting)) or dict(*counts))
        monkeypatch.setattr(parts, "cut", lambda *of: ([], "digest"))
        monkeypatch.setattr(plan, "delivery_of", lambda settings, build, sequence, base, lane, mode, digest, counts: delivery_of(lane=lane, mode=mode))
        monkeypatch.setattr(plan, "covers", lambda db, approved, made: bool(approved.sequence) and covers)
        return did
    return ready


def make(wish):
    return plan.make(DB, SETTINGS, None, (5, "v"), wish, lambda: NOW)


def erasure(waiting):
    return protection_removal.make(DB, SETTINGS, None, (5, "v"), waiting, lambda: NOW)


def approved_delivery(sequence=3, lane=MAIN):
    return delivery_of(sequence, lane=lane, state="held", approved_by="x", approved_until=UNTIL)


def test_what_of_a_hold_waits():
    wishes = [PlanRequest("delta"), PlanRequest("delta", HOLD), PlanRequest("delta", HOLD, passing=True), PlanRequest("delta", passing=True)]
    assert [wish.left_out for wish in wishes] == [frozenset(), frozenset(), {"delete"}, frozenset()]
    assert [wish.held for wish in wishes] == [None, "too many", None, None]


@pytest.mark.parametrize(("state", "by", "waits"), [("held", None, True), ("held", "x", True), ("planned", "x", True), ("planned", None, False)])
def test_a_delivery_that_waits(state, by, waits):
    assert delivery_of(state=state, approved_by=by).waits == waits


def test_what_an_approval_is_asked_with():
    digests = {"target_version": "target", "plan_digest": "plan"}
    assert [delivery_of(lane=lane, **digests).digest for lane in (MAIN, PROTECTION_REMOVAL)] == ["plan", "target"]


@pytest.mark.parametrize(("base", "ours", "known"), [((0, ""), False, True), ((0, "v"), False, True), ((4, "v"), True, True), ((4, ""), False, False), ((4, "v"), False, False)])
def test_a_receiver_that_our_ledger_knows(monkeypatch, base, ours, known):
    monkeypatch.setattr(ledger, "is_ours", lambda db, base: ours)
    assert ledger.knows(None, base) == known


def test_which_deliveries_give_way_and_which_is_held(monkeypatch):
    every = [delivery_of(1, state="held"), delivery_of(2), delivery_of(3, lane=PROTECTION_REMOVAL, state="held"), delivery_of(4, lane="other")]
    monkeypatch.setattr(ledger, "_in_states", lambda db, *states: every)
    found = [[each.sequence for each in ledger.superseded(None, *lanes)] for lanes in ((), (MAIN,), (PROTECTION_REMOVAL,), (MAIN, PROTECTION_REMOVAL))]
    assert found == [[1, 2, 3], [1, 2], [3], [1, 2, 3]]
    assert (ledger.held(None).sequence, ledger.held(None, PROTECTION_REMOVAL).sequence, ledger.held(None, "other")) == (1, 3, None)


def test_an_approval_lasts_as_long_as_it_was_given_for(monkeypatch):
    now, given = NOW.replace(tzinfo=None), NOW.replace(tzinfo=None) + datetime.timedelta(hours=2)
    done = []
    db = types.SimpleNamespace(schema=lambda layer: "x", all=lambda *of: [(3, given, given + datetime.timedelta(hours=24), "x")], execute=lambda sql, values: done.append(values))
    ledger.follow_clock(db, lambda: NOW)
    ledger.approve(db, 3, "y", UNTIL, lambda: NOW)
    assert done == [["x", now + datetime.timedelta(hours=24), now, 3], ["y", UNTIL, now, 3]]


@pytest.mark.parametrize(("base", "is_again"), [((4, "v"), False), ((3, "v"), True), ((4, "w"), True)])
def test_a_receiver_that_went_back_is_told_again_whom_to_hide(monkeypatch, base, is_again):
    done = []
    monkeypatch.setattr(ledger, "settled", lambda db: (4, "v"))
    ledger.note_base(types.SimpleNamespace(schema=lambda layer: "x", execute=done.append), base)
    assert len(done) == is_again


@pytest.mark.parametrize(("wish", "bases"), [
    (PlanRequest("delta"), [("bases", {})]), (PlanRequest("delta", HOLD), []), (PlanRequest("delta", HOLD, passing=True), [("bases", {("person", ""): 3})]),
    (PlanRequest("delta", passing=True), [("bases", {})]),
])
def test_what_is_measured_by_is_noted_before_anything_goes(said, wish, bases):
    did = said()
    make(wish)
    assert did[:len(bases) + 2] == ["looked", *bases, ("after", 5)]


@pytest.mark.parametrize(("mode", "confirmed", "frozen"), [("full", 4, "full"), ("full", 0, "delta"), ("delta", 4, "delta")])
def test_a_first_delivery_is_what_the_delta_says(said, mode, confirmed, frozen):
    did = said(confirmed=confirmed)
    assert make(PlanRequest(mode)).mode == mode
    assert ("froze", frozen) in did


@pytest.mark.parametrize(("wish", "approved", "covers", "end", "by"), [
    (PlanRequest("delta"), None, True, [("inserted", "planned", None)], None),
    (PlanRequest("delta"), approved_delivery(), True, [("inserted", "planned", None)], None),
    (PlanRequest("delta", HOLD, passing=True), approved_delivery(), True, [("inserted", "planned", None)], None),
    (PlanRequest("delta", HOLD), None, True, [("inserted", "held", "too many")], None),
    (PlanRequest("delta", HOLD), approved_delivery(), False, [("inserted", "held", "too many")], None),
    (PlanRequest("delta", HOLD), approved_delivery(), True, [("inserted", "planned", None), ("approved", 7, "x", UNTIL)], "x"),
])
def test_what_is_held_and_what_goes_by_an_approval(said, wish, approved, covers, end, by):
    did = said(approved=approved, covers=covers)
    assert make(wish).approved_by == by
    assert did[-len(end):] == end and did[-len(end) - 1] == "looked"


@pytest.mark.parametrize(("wish", "approved", "failed"), [
    (PlanRequest("delta"), approved_delivery(), [2, 3]),
    (PlanRequest("delta", HOLD), approved_delivery(), [2, 3]),
    (PlanRequest("delta", HOLD, passing=True), approved_delivery(), [2]),
    (PlanRequest("delta", HOLD, passing=True), None, [2, 3]),
])
def test_an_approved_plan_stays_until_what_is_held_is_planned(said, wish, approved, failed):
    did = said(approved=approved, earlier=[delivery_of(2), approved_delivery()])
    make(wish)
    assert [of[1] for of in did if of[0] == "failed"] == failed


def test_nothing_to_say_is_no_delivery(said):
    did = said(counts=(), earlier=[delivery_of(2), delivery_of(3, lane=PROTECTION_REMOVAL)])
    assert make(PlanRequest("delta")) is None
    assert did[-2:] == [("failed", 2), "looked"]
    assert erasure(False) is None
    assert did[-1] == ("failed", 3)


@pytest.mark.parametrize(("modes", "same", "grown", "covers"), [
    (("delta", "delta"), True, False, True), (("delta", "delta"), True, True, False), (("delta", "delta"), False, False, True),
    (("full", "full"), True, True, True), (("full", "full"), False, False, False), (("full", "delta"), True, False, False),
    (("delta", "full"), True, False, False),
])
def test_what_an_approval_covers(modes, same, grown, covers):
    db = types.SimpleNamespace(**{**vars(DB), "one": lambda *of: (1,) if grown else None})
    approved, made = (delivery_of(mode=mode, plan_digest=digest) for mode, digest in zip(modes, ("a", "a" if same else "b")))
    assert plan.covers(db, approved, made) == covers


@pytest.mark.parametrize(("waiting", "approved", "covers", "end", "by"), [
    (False, None, True, [("inserted", "planned", None)], None),
    (False, approved_delivery(lane=PROTECTION_REMOVAL), True, [("inserted", "planned", None)], None),
    (True, None, True, [("inserted", "held", MASS_PROTECTION.reason)], None),
    (True, approved_delivery(lane=PROTECTION_REMOVAL), False, [("inserted", "held", MASS_PROTECTION.reason)], None),
    (True, approved_delivery(lane=PROTECTION_REMOVAL), True, [("inserted", "planned", None), ("approved", 7, "x", UNTIL)], "x"),
])
def test_which_erasure_is_held(said, waiting, approved, covers, end, by):
    did = said(approved=approved, covers=covers)
    assert erasure(waiting).approved_by == by
    assert did == [("after", 5), ("froze", waiting), *([("asked", PROTECTION_REMOVAL)] if waiting else []), *end]


@pytest.mark.parametrize(("waiting", "approved", "failed"), [
    (False, None, [5, 1, 2]),  # at once: what is held of the night may name the very person
    (True, None, [6, 7]),
    (True, approved_delivery(lane=PROTECTION_REMOVAL), [6, 7, 1]),
])
def test_what_gives_way_to_an_erasure(said, waiting, approved, failed):
    did = said(approved=approved, earlier=[
        delivery_of(1), delivery_of(2, state="held"), delivery_of(5, lane=PROTECTION_REMOVAL), delivery_of(6, lane=PROTECTION_REMOVAL, state="held"),
        delivery_of(7, lane=PROTECTION_REMOVAL, approved_by="x"),
    ])
    erasure(waiting)
    assert [of[1] for of in did if of[0] == "failed"] == failed


def test_without_anybody_to_erase_no_approval_is_asked_for(said):
    did = said(counts=(), approved=approved_delivery(lane=PROTECTION_REMOVAL))
    assert erasure(True) is None
    assert did == [("after", 5), ("froze", True)]


@pytest.mark.parametrize(("persons", "table", "exposed", "failed"), [
    (True, True, [1], [1]), (True, True, [2], []), (True, False, [1], []), (False, True, [1], []),
])
def test_a_plan_that_names_a_protected_person_is_let_go(monkeypatch, persons, table, exposed, failed):
    done, asked = [], []
    monkeypatch.setattr(ledger, "superseded", lambda db, lane: [delivery_of(1, counts={"person" if persons else "group": {}})])
    monkeypatch.setattr(ledger, "fail", lambda db, each, note, clock: done.append(each.sequence))
    db = types.SimpleNamespace(schema=lambda layer: "x", one=lambda *of: ("t",) if table else None, all=lambda *of: asked.append(of) or [(each,) for each in exposed])
    protection_removal.fail_deliveries_that_name_them(db, lambda: NOW)
    assert (done, len(asked)) == (failed, int(persons and table))
    protection_removal.give_up(db, lambda: NOW)
    assert done == [*failed, 1]


@pytest.mark.parametrize(("knows", "owed", "is_cleared"), [(True, 1, True), (True, 2, True), (True, 0, False), (False, 1, False)])
def test_a_refused_erasure_is_let_go_where_there_is_one(monkeypatch, knows, owed, is_cleared):
    done = []
    monkeypatch.setattr(protection_removal, "_knows_protected", lambda db: knows)
    db = types.SimpleNamespace(**{**vars(DB), "one": lambda *of: (owed,), "execute": lambda *of: done.append(of)})
    protection_removal.forget_refused(db)
    assert bool(done) == is_cleared


@pytest.mark.parametrize(("left_out", "first"), [((), []), (("delete",), ["wait_for_number"]), (("delete", "create"), ["wait_for_number", "wait_for_approval"])])
def test_what_waits_is_listed_in_its_order(monkeypatch, left_out, first):
    did = []
    monkeypatch.setattr(freeze, "render", lambda name, **of: name if "entity" not in of else f"{name} {of['entity'].name}")
    db = types.SimpleNamespace(**{**vars(DB), "execute": lambda sql, *of: did.append(sql)})
    freeze._wait(db, frozenset(left_out))
    owed = {f"wait_on_refused {name}" for name in freeze.NAMES.values()}
    assert did[:len(first)] == first
    assert set(did[len(first):-1]) == owed and len(did) == len(first) + len(owed) + 1
    assert did[-1] == "wait_for_school"


@pytest.mark.parametrize(("operations", "three"), [
    ((), ["", "", ""]), (("delete",), ["delete", "", ""]), (("update", "create"), ["update", "rekey", ""]), (("delete", "update"), ["delete", "update", "rekey"]),
])
def test_the_operations_that_are_held_are_three_parameters(operations, three):
    assert freeze._three(frozenset(operations)) == three


def test_whether_anybody_is_to_be_erased(monkeypatch):
    found = []
    for knows in (True, False):
        for row in (("person", 0, 1), None):
            monkeypatch.setattr(protection_removal, "_knows_protected", lambda db, knows=knows: knows)
            found.append(protection_removal.is_needed(types.SimpleNamespace(**{**vars(DB), "one": lambda *of, row=row: row})))
    assert found == [True, False, False, False]
    assert [protection_removal.is_waiting(types.SimpleNamespace(**{**vars(DB), "all": lambda *of, rows=rows: rows})) for rows in (
        [("person", 0, 1)], [("person", 0, 1), ("duty", 1, 1)], [],
    )] == [False, True, False]


def test_a_first_build_makes_the_view_of_the_protected():
    asked = [protection_removal._knows_protected(types.SimpleNamespace(**{**vars(DB), "one": lambda *of, row=row: row})) for row in (("t",), None)]
    assert asked == [True, False]
