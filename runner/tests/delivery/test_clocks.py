"""Both nights of daylight saving, and a clock that is set back: nothing is said twice, nothing is approved for longer, and the sync date is Stockholm's."""

import datetime
from zoneinfo import ZoneInfo

import pytest
from delivering import applied, change
from test_stops import approve, leaving  # noqa: F401 - a fixture

from nattsynk.context import today
from nattsynk.deliver import ledger
from nattsynk.errors import Stop
from nattsynk.log import Progress
from nattsynk.receivers import nattsynk as exchange

UTC = datetime.UTC
HOUR = datetime.timedelta(hours=1)
STOCKHOLM = ZoneInfo("Europe/Stockholm")
# 01:59 in Stockholm and 03:01 in Stockholm: two minutes apart in spring, two hours and two minutes in autumn.
NIGHTS = {
    "spring": (datetime.datetime(2026, 3, 29, 0, 59, tzinfo=UTC), datetime.datetime(2026, 3, 29, 1, 1, tzinfo=UTC)),
    "autumn": (datetime.datetime(2026, 10, 24, 23, 59, tzinfo=UTC), datetime.datetime(2026, 10, 25, 2, 1, tzinfo=UTC)),
}


@pytest.mark.parametrize("night", NIGHTS)
def test_the_nights_are_what_they_are_said_to_be(night):
    assert [f"{moment.astimezone(STOCKHOLM):%H:%M}" for moment in NIGHTS[night]] == ["01:59", "03:01"]


@pytest.mark.parametrize(
    ("moment", "day"),
    [
        ("2026-03-28T22:59:59", "2026-03-28"), ("2026-03-28T23:00:00", "2026-03-29"),
        ("2026-03-29T00:59:59", "2026-03-29"), ("2026-03-29T01:00:00", "2026-03-29"),
        ("2026-03-29T21:59:59", "2026-03-29"), ("2026-03-29T22:00:00", "2026-03-30"),
        ("2026-10-24T21:59:59", "2026-10-24"), ("2026-10-24T22:00:00", "2026-10-25"),
        ("2026-10-25T00:59:59", "2026-10-25"), ("2026-10-25T01:00:00", "2026-10-25"),
        ("2026-10-25T22:59:59", "2026-10-25"), ("2026-10-25T23:00:00", "2026-10-26"),
    ],
)
def test_the_sync_date_is_the_calendar_day_in_stockholm(moment, day):
    then = datetime.datetime.fromisoformat(moment).replace(tzinfo=UTC)
    assert today(lambda: then).isoformat() == day


@pytest.mark.parametrize("zone", [UTC, STOCKHOLM])
@pytest.mark.parametrize("night", NIGHTS)
def test_the_time_for_a_delivery_is_as_long_as_on_any_night(night, zone, delivered):
    """Whatever zone the clock tells its time in."""
    begun = NIGHTS[night][0]
    receiver = exchange.of(delivered.settings, lambda: begun.astimezone(zone), Progress(lambda: begun))
    minutes = delivered.settings.values["send_budget_minutes"]
    receiver.close()
    assert receiver.client.deadline - begun == datetime.timedelta(minutes=minutes)


@pytest.mark.parametrize("night", NIGHTS)
def test_a_night_over_the_shift_delivers_once(school, receiver, night):
    begun, ended = NIGHTS[night]
    school.now = begun
    school.build()
    school.now = ended
    assert school.send().exit_code == 0
    assert school.send().exit_code == 10
    assert len(applied(receiver)) == 1


@pytest.mark.parametrize(("after", "code"), [(24 * HOUR - datetime.timedelta(minutes=1), 0), (24 * HOUR, 20)])
@pytest.mark.parametrize("night", NIGHTS)
def test_an_approval_over_the_shift_lasts_its_hours(leaving, night, after, code):  # noqa: F811
    leaving.now = NIGHTS[night][0] - 20 * HOUR
    leaving.build()
    assert leaving.send().exit_code == 20
    approve(leaving)
    leaving.now += after
    leaving.build()
    assert leaving.send().exit_code == code


# The clock is set back.

def test_a_build_from_the_future_is_not_sent(school):
    """By a clock that is set back it would stay young for as long as the clock needs to come up with it."""
    school.now -= 3 * HOUR
    with pytest.raises(Stop, match="the clock was set back") as stopped:
        school.send()
    assert (stopped.value.exit_code, "nattsynk build" in stopped.value.next_step) == (20, True)
    school.build()
    assert school.send().exit_code == 0


def test_a_clock_that_is_put_right_by_minutes_disturbs_nobody(school):
    school.now -= datetime.timedelta(minutes=9)
    assert school.send().exit_code == 0


def test_a_delivery_from_the_future_is_not_said_again(delivered, receiver):
    delivered.now -= 2 * HOUR
    delivered.build()
    assert delivered.send().exit_code == 10
    assert len(applied(receiver)) == 1


@pytest.mark.parametrize("back", [HOUR, 24 * 30 * HOUR])
@pytest.mark.parametrize(("after", "code"), [(23 * HOUR, 0), (25 * HOUR, 20)])
def test_an_approval_lives_no_longer_for_a_clock_that_is_set_back_and_is_not_lost(leaving, back, after, code):  # noqa: F811
    """The ledger's night is made as old as the clock, so that the date holds nothing here."""
    leaving.send()
    approve(leaving)
    leaving.now -= back
    leaving.db.execute(f"update {leaving.db.schema('delivery')}.deliveries set sync_date = date '2026-01-01' where state = 'confirmed'")
    ledger.follow_clock(leaving.db, leaving.clock)
    leaving.now += after
    leaving.build()
    assert leaving.send().exit_code == code


@pytest.mark.parametrize("days", [1, 30])
def test_an_older_day_than_the_last_delivered_is_held_and_told(delivered, receiver, days):
    """It would take back what has been said since. Who means it approves it."""
    delivered.now -= datetime.timedelta(days=days)
    change(delivered, "phone", "000", "p-2")
    delivered.build()
    outcome = delivered.send()
    assert outcome.exit_code == 20
    assert "has been told of 2026-11-21 already" in outcome.message and "clock" in outcome.message and "--date" in outcome.message
    assert len(applied(receiver)) == 1
    approve(delivered)
    assert delivered.send().exit_code == 0
    assert len(applied(receiver)) == 2


def test_an_older_day_does_not_hold_an_erasure(delivered, receiver):
    delivered.now -= datetime.timedelta(days=30)
    delivered.protect("p-1")
    delivered.drop("p-1")
    delivered.build()
    assert delivered.send().exit_code in (0, 10, 20)
    assert not [record for record in receiver.store.records("trial", "person") if record["key"]["person_id"] == "p-1"]
