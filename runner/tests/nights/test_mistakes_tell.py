"""What an administrator is told: keys in every form, what is exported of them, the summary that ends a run, the file of secrets."""

import csv
import datetime
import io
import shutil
import sys
import types

import pytest
from delivering import TOKEN

from nattsynk import secrets_file, typed_keys
from nattsynk.cli import now
from nattsynk.context import Context
from nattsynk.engines.database import open_database
from nattsynk.errors import Stop
from nattsynk.log import Progress
from nattsynk.profile.settings import load
from nattsynk.secret import secret
from nattsynk.show import summary


@pytest.fixture(scope="module")
def out(tmp_path_factory):
    return tmp_path_factory.mktemp("told")


@pytest.fixture
def explain(nattsynk, demo_build, demo_nights):
    """Runs explain on the demo's first night."""
    return lambda key, *options: nattsynk("explain", key, "--profile", demo_build.folder, "--date", demo_nights[0], *options)


@pytest.fixture
def exported(nattsynk, demo_build, demo_nights, out):
    """The rows of an export table."""
    if not (out / "export_persons.csv").exists():
        assert nattsynk("export", "--profile", demo_build.folder, "--date", demo_nights[0], "--out", out).code == 0
        assert nattsynk("report", "--profile", demo_build.folder, "--date", demo_nights[0], "--out", out).code == 0
    return lambda table: rows(out / f"{table}.csv")


def rows(path):
    with path.open(newline="", encoding="utf-8") as handle:
        return list(csv.DictReader(handle))


def test_an_unknown_key_says_what_was_looked_for(explain):
    ended = explain("nosuch")
    assert ended.code == 0
    for form in ("register's own id of a person", "person_id", "personnummer", "`nattsynk explain -`", "group_id", "school_id", "`preview`", "source_key"):
        assert form in ended.out
    assert explain("nosuch", "--strict") == type(ended)(1, ended.out, ended.err)


def test_strict_ends_well_for_a_known_key(explain, exported):
    assert explain(exported("export_schools")[0]["school_id"], "--strict").code == 0


def test_a_protected_person_is_as_unknown_as_nobody(explain, demo_build, demo_nights, monkeypatch):
    """In every form of a key: id, person_id, number, links, and the placement's own key."""
    source = demo_build.extracts / "procapita"
    protected = {row["personnr"].strip() for row in rows(source / "ki0v0fol.csv") if row["adrskydd"].strip() == "J"}
    persons = [row for row in rows(source / "kj1v0per.csv") if row["personnr"].strip() in protected]
    guid, number = persons[0]["personguid"].strip(), persons[0]["personnr"].strip()
    unknown = explain("nosuch", "--strict")
    assert (explain(guid, "--strict"), explain(f"procapita-{guid}", "--strict")) == (unknown, unknown)
    monkeypatch.setattr(sys, "stdin", io.StringIO(f"{number}\n"))
    assert explain("-", "--strict") == unknown
    links = (f"procapita-class-3011 procapita-{guid}", f"procapita-{guid}|strandskolan|GR", f"5041-{guid}", "9201")
    with open_database(demo_build) as db:
        for key in (guid.upper(), *links):
            assert typed_keys.rows(db, "trail_of_key", typed_keys.read(key, demo_nights[0]), exact=db.exact) == [], key
            assert typed_keys.rows(db, "exported_of_key", typed_keys.read(key, demo_nights[0]), export=db.schema("export"), exact=db.exact) == [], key


def test_a_pupil_has_schools_classes_and_groups_with_dates(explain, exported):
    person = next(row["person_id"] for row in exported("export_group_memberships") if "-group-" in row["group_id"])
    told = explain(person).out
    groups = {row["group_id"]: row for row in exported("export_groups")}
    schools = {row["school_id"]: row for row in exported("export_schools")}
    for row in exported("export_enrolments"):
        if row["person_id"] == person:
            assert f"  school {row['school_id']} ({schools[row['school_id']]['school_name']}) from {row['start_date']}" in told
    mine = [row for row in exported("export_group_memberships") if row["person_id"] == person]
    assert {groups[row["group_id"]]["group_type"] for row in mine} == {"Klass", "Undervisning"}
    for row in mine:
        group = groups[row["group_id"]]
        assert f"{row['group_id']} ({group['group_name']}) at {group['school_id']}" in told
    [name] = [row["given_name"] for row in exported("export_persons") if row["person_id"] == person]
    assert name not in told


def test_a_teacher_has_duties_and_groups_and_a_group_its_teachers(explain, exported):
    staff = exported("export_group_staff")[0]
    told = explain(staff["person_id"]).out
    assert "  duty at school " in told
    assert f"teacher of department {staff['group_id']} (" in told
    told = explain(staff["group_id"]).out
    students = sum(row["group_id"] == staff["group_id"] for row in exported("export_group_memberships"))
    assert f"; {students} students" in told
    assert f"  teacher {staff['person_id']} from {staff['start_date']}" in told


def test_every_form_that_a_verb_prints_is_a_key(nattsynk, demo_build, demo_nights, exported):
    """One line of each entity that preview prints, and a source_key of each entity of the reports."""
    previewed = nattsynk("preview", "--profile", demo_build.folder, "--date", demo_nights[0]).out
    lines = {}
    for line in previewed.splitlines():
        operation, _, rest = line.partition(" ")
        entity, _, key = rest.partition(" ")
        if operation in ("create", "update", "delete"):
            lines.setdefault(entity, key.partition(":")[0])
    assert set(lines) >= {"school", "person", "enrolment", "duty", "group", "membership", "staff"}
    sources = [row for report in ("rpt_findings", "rpt_exclusions") for row in exported(report) if row["source_key"]]
    forms = [*lines.values(), lines["membership"].replace(" ", "|"), *{row["entity"]: row["source_key"] for row in sources}.values()]
    person = lines["person"]
    forms += [person.removeprefix("procapita-"), f"{{{person.removeprefix('procapita-').upper()}}}", person.upper()]
    with open_database(demo_build) as db:
        unknown = [form for form in forms if not typed_keys.rows(db, "trail_of_key", typed_keys.read(form, demo_nights[0]), exact=db.exact)]
    assert unknown == []


def test_a_bare_id_is_answered_as_the_exported_one(explain, exported):
    person = exported("export_group_staff")[0]["person_id"]
    assert explain(person.removeprefix("procapita-")) == explain(person)


def test_a_record_that_goes_tonight_is_known(nattsynk, demo_build, demo_nights, tmp_path):
    """preview prints its key, so explain takes it."""
    folder = tmp_path / "gone"
    shutil.copytree(demo_build.folder, folder)
    with open_database(load(folder)) as db:
        db.execute(f"insert into {db.schema('delivery')}.delivered_persons (person_id) values ('procapita-gone-1')")
    common = ("--profile", folder, "--date", demo_nights[0])
    for key in ("procapita-gone-1", "gone-1", "GONE-1"):
        ended = nattsynk("explain", key, "--strict", *common)
        assert (ended.code, "delete person procapita-gone-1" in ended.out) == (0, True), key


@pytest.mark.parametrize("key", ["p-1", "P-1", "{p-1}", "trial-p-1"])
def test_purge_and_resend_take_the_forms_that_explain_takes(delivered, nattsynk, key):
    profile = ("--profile", delivered.settings.folder)
    ended = nattsynk("resend", key, *profile)
    is_known = key != "trial-p-1"
    assert (ended.code, "person p-1" in ended.out) == ((0, True) if is_known else (2, False))
    ended = nattsynk("purge", key, *profile)
    assert ("still has this person" in ended.err) == is_known
    if not is_known:
        assert ended.out.strip() == typed_keys.unknown("purge")


def test_a_bare_id_is_the_registers(delivered, nattsynk):
    delivered.db.execute(f"insert into {delivered.db.schema('delivery')}.kept_persons (person_id, since) values ('procapita-x-7', current_timestamp)")
    assert "Forgotten" in nattsynk("purge", "x-7", "--profile", delivered.settings.folder).out
    assert delivered.rows("kept_persons", "person_id") == []


def test_a_key_of_two_persons_purges_nobody(delivered, nattsynk):
    for person in ("x-7", "procapita-x-7"):
        delivered.db.execute(f"insert into {delivered.db.schema('delivery')}.kept_persons (person_id, since) values (?, current_timestamp)", [person])
    ended = nattsynk("purge", "x-7", "--profile", delivered.settings.folder)
    assert (ended.code, "procapita-x-7, x-7" in ended.err) == (2, True)
    assert len(delivered.rows("kept_persons")) == 2


def test_the_lists_of_keys_are_those_of_the_verb():
    assert "source_key" in typed_keys.unknown("explain") and "source_key" not in typed_keys.unknown("resend")
    assert "group" not in typed_keys.unknown("purge")


def test_the_summary_counts_what_the_reports_count(demo_build, demo_nights, exported, capsys):
    run = Context("build", str(demo_build.folder), "embedded", demo_nights[0], now, Progress(now))
    summary.after_build(run)
    told = capsys.readouterr().out
    assert f"Summary of {demo_nights[0]}" in told
    [persons] = [line.split() for line in told.splitlines() if line.split()[:1] == ["person"]]
    [counted] = [row for row in exported("rpt_run_summary") if row["entity"] == "person"]
    assert persons[1:] == [counted[name] for name in summary.COUNTED]
    assert f"Left out, and why ({len(exported('rpt_exclusions'))} rows)" in told
    assert f"Findings for the schools ({len(exported('rpt_findings'))} rows)" in told
    assert "angsskolan  " in told
    assert f'report --profile {demo_build.folder} --date {demo_nights[0]} --out DIR' in told
    assert "\x1b" not in told and "\r" not in told


def test_what_was_sent_is_counted_by_entity_and_operation(capsys):
    summary.show(summary.Summary(datetime.date(2026, 8, 18), [], [], [], []), {"person": {"create": 3}, "group": {"delete": 1}})
    told = capsys.readouterr().out.split("Sent")[1].split("\n")
    assert [line.split() for line in told[1:4]] == [["entity", "create", "delete"], ["person", "3", "0"], ["group", "0", "1"]]


@pytest.fixture
def file(tmp_path, monkeypatch):
    made = tmp_path / "trial.env"
    made.touch(mode=0o600)
    monkeypatch.setenv(secrets_file.VARIABLE, str(made))
    monkeypatch.delenv("TRIAL_TOKEN", raising=False)
    return made


def test_a_secret_may_lie_in_a_file(file):
    file.write_bytes("\ufeff# of the receiver\r\nOTHER=x\r\nTRIAL_TOKEN = a%b&c=d \r\n".encode())
    assert secret("TRIAL_TOKEN") == "a%b&c=d"
    with pytest.raises(Stop, match="There is no secret NOT_THERE") as stopped:
        secret("NOT_THERE")
    assert secrets_file.VARIABLE in stopped.value.next_step


def test_the_environment_goes_before_the_file(file, monkeypatch):
    file.write_text("TRIAL_TOKEN=old", encoding="utf-8")
    monkeypatch.setenv("TRIAL_TOKEN", TOKEN)
    assert secret("TRIAL_TOKEN") == TOKEN


def test_a_file_of_secrets_that_others_may_read_is_refused(file):
    file.write_text("TRIAL_TOKEN=hidden-value", encoding="utf-8")
    file.chmod(0o640)
    with pytest.raises(Stop, match="others may read it") as stopped:
        secret("TRIAL_TOKEN")
    assert (stopped.value.exit_code, "chmod 600" in stopped.value.next_step, "hidden" in str(stopped.value)) == (2, True, False)


@pytest.mark.parametrize(("raw", "what"), [(None, "No such file"), (b"TRIAL_TOKEN=hidden-\xe5", "not UTF-8")])
def test_a_file_of_secrets_that_cannot_be_read_is_named(file, raw, what):
    file.unlink()
    if raw:
        file.touch(mode=0o600)
        file.write_bytes(raw)
    with pytest.raises(Stop, match=what) as stopped:
        secret("TRIAL_TOKEN")
    assert (stopped.value.exit_code, file.name in stopped.value.message) == (2, True)
    assert stopped.value.__context__ is None or raw is None



@pytest.mark.parametrize(("folder", "typed"), [("/srv/sjostad", "/srv/sjostad"), ("/srv/o'brien", '"/srv/o\'brien"'), ("/srv/rem #1;2", '"/srv/rem #1;2"')])
def test_a_command_can_be_typed_whatever_the_folder_is_called(folder, typed):
    run = types.SimpleNamespace(profile=folder, target="embedded")
    assert f" report --profile {typed} --date 2026-08-19" in summary.command(run, "report", datetime.date(2026, 8, 19))
