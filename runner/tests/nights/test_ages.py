"""How old the extracts are (ENV-6): by the clock of the run, whatever the sync date, and by the time of each file."""

import datetime
import json
import os
import subprocess

import pytest
from delivering import settings_of
from programs import program
from test_stops import with_value

from nattsynk.build import builder, freshness
from nattsynk.deliver import deliver
from nattsynk.errors import HELD, Stop
from nattsynk.log import Progress
from nattsynk.profile import project

NOW = datetime.datetime(2026, 9, 2, 2, tzinfo=datetime.UTC)
HOUR = datetime.timedelta(hours=1)


def clock():
    return NOW


def written(profile, hours, *tables, system="procapita"):
    """Makes extracts so many hours old; all of the source if none is named."""
    paths = [profile.extract(table, system) for table in tables] or (profile.folder / "extracts" / system).glob("*.csv")
    for path in paths:
        at = (NOW - hours * HOUR).timestamp()
        os.utime(path, (at, at))


@pytest.mark.parametrize(("hours", "words"), [(0, ""), (35.99, ""), (36, ""), (36.01, "older than 36 hours"), (9 * 24, "older than 36 hours"), (-5, "")])
def test_extracts_are_old_after_so_many_hours(profile, hours, words):
    written(profile, hours)
    told = freshness.told(profile.settings(), clock)
    assert words in told
    assert bool(words) == bool(told)


def test_the_hours_are_a_setting(profile):
    profile.write(settings={"max_source_age_hours": 10})
    written(profile, 11)
    assert "older than 10 hours (max_source_age_hours)" in freshness.told(profile.settings(), clock)


@pytest.mark.parametrize(("hours", "is_told"), [(19.9, False), (20, True), (24, True), (30, True)])
def test_one_file_a_day_older_than_the_others_is_named(profile, hours, is_told):
    written(profile, 1)
    written(profile, 1 + hours, "kj1v0plk")
    told = freshness.told(profile.settings(), clock)
    assert ("extracts/procapita/kj1v0plk.csv" in told and "a day older" in told) == is_told
    assert bool(told) == is_told


def test_the_oldest_is_named_and_the_others_counted(profile):
    written(profile, 1)
    written(profile, 50, "kj1v0plk", "kj1v0per")
    written(profile, 60, "ki0v0fol")
    told = freshness.told(profile.settings(), clock)
    assert told == "extracts/procapita/ki0v0fol.csv (of 2026-08-30 14:00 UTC) and 2 more are older than 36 hours (max_source_age_hours)"


def test_two_registers_may_be_exported_on_different_nights(profile):
    profile.write(sources=["procapita", "extens"])
    profile.empty_extracts()
    written(profile, 1)
    written(profile, 30, system="extens")
    assert freshness.told(profile.settings(), clock) == ""


@pytest.mark.parametrize(("hours", "told"), [
    ({"a/x": 1, "a/y": 1}, ""),
    ({"a/x": 36}, ""),
    ({"a/x": 37}, "a/x (of 2026-08-31 13:00 UTC) is older than 36 hours (max_source_age_hours)"),
    ({"a/x": 37, "a/y": 38}, "a/y (of 2026-08-31 12:00 UTC) and 1 more are older than 36 hours (max_source_age_hours)"),
    ({"a/x": 1, "a/y": 21}, "a/y (of 2026-09-01 05:00 UTC) is a day older than the newest extract beside"),
    ({"a/x": 1, "a/y": 20.99}, ""),
    ({"a/x": 1, "b/y": 30}, ""),
    ({"a/x": 10, "a/y": 30, "b/x": 1, "b/y": 1}, "a/y (of 2026-08-31 20:00 UTC) is a day older than the newest extract beside"),
    ({"a/x": 1, "a/y": 40}, "a/y (of 2026-08-31 10:00 UTC) is older than 36 hours (max_source_age_hours)"),
    ({"a/b/x": 1, "a/c/x": 30}, ""),
    (
        {"a/x": 1, "a/y": 30, "a/z": 40},
        "a/z (of 2026-08-31 10:00 UTC) is older than 36 hours (max_source_age_hours); "
        "a/y (of 2026-08-31 20:00 UTC) is a day older than the newest extract beside",
    ),
])
def test_what_is_said_of_ages(monkeypatch, hours, told):
    monkeypatch.setattr(freshness, "_times", lambda settings: {file: NOW - age * HOUR for file, age in hours.items()})
    assert freshness.told(settings_of(max_source_age_hours=36), clock) == told


def test_check_warns_of_old_extracts_and_is_green(profile, nattsynk):
    at = (datetime.datetime.now(datetime.UTC) - 216 * HOUR).timestamp()
    for path in (profile.folder / "extracts" / "procapita").glob("*.csv"):
        os.utime(path, (at, at))
    ended = nattsynk("check", "--profile", profile.folder, "--date", "2023-09-01")
    assert "WARN  sources: extracts/procapita/" in ended.out
    assert "older than 36 hours" in ended.out
    assert "FAIL  sources" not in ended.out


class AtDbt(Exception):
    """The build has come as far as dbt."""


def test_each_build_warns_of_them(profile, monkeypatch):
    def halt(*_):
        raise AtDbt

    monkeypatch.setattr(project, "assemble", halt)
    written(profile, 40)
    progress = Progress(clock)
    with pytest.raises(AtDbt):
        builder.Builder(profile.settings(), "embedded", clock, progress).build(NOW.date())
    [warning] = [step for step in progress.steps if step["step"] == "warning"]
    assert "older than 36 hours" in warning["what"]
    assert warning["how_to_resolve"]


@pytest.mark.parametrize(("hold", "hours", "code"), [(1, 40, HELD), (1, 30, 0), (0, 40, 0)])
def test_old_extracts_hold_the_delivery_if_told_to(school, hold, hours, code):
    folder = school.settings.extracts / "procapita"
    folder.mkdir(parents=True)
    extract = folder / "kj1v0enh.csv"
    extract.touch()
    at = (school.now - hours * HOUR).timestamp()
    os.utime(extract, (at, at))
    settings = with_value(school, "hold_stale_sources", hold)
    session = school.session()
    try:
        outcome = deliver.send(school.db, settings, school.receiver(session), school.clock, school.progress())
        ended, message = outcome.exit_code, outcome.message
    except Stop as stop:
        ended, message = stop.exit_code, stop.message
    finally:
        session.close()
    assert ended == code
    assert ("older than 36 hours" in message) == (code == HELD)


@pytest.mark.long
def test_dbts_own_source_freshness_tells_the_same_by_itself(profile):
    """Stock dbt in the assembled project, which is complete by itself."""
    settings = profile.settings()
    project.assemble(settings)
    old = datetime.datetime.now().timestamp() - 216 * 3600
    os.utime(profile.extract("kj1v0enh"), (old, old))
    command = [program("dbt"), "source", "freshness"]
    ended = subprocess.run(command, capture_output=True, text=True, check=False, cwd=settings.project)
    assert ended.returncode == 0, ended.stdout
    results = json.loads((settings.project / "target" / "sources.json").read_text(encoding="utf-8"))["results"]
    told = {result["unique_id"].rpartition(".")[2]: result["status"] for result in results}
    assert told.pop("kj1v0enh") == "warn"
    assert {*told.values()} == {"pass"}
    assert {"kj1v0per", "ki0v0fol", "kjgp0sre"} <= {*told}
