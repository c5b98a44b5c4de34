"""Whole nights of the command line against the reference receiver: the first, one with nothing new, some with one change."""

import functools
import json
import os

import pytest
import trustme

from nattsynk.cli import verbs
from nattsynk.demo import demo
from nattsynk.reference_receiver import start

TOKEN = "NATTSYNK_TEST_TOKEN"


@pytest.fixture
def receiver(tmp_path, monkeypatch):
    authority = trustme.CA()
    certificate = authority.issue_cert("localhost")
    certificate.cert_chain_pems[0].write_to_path(str(tmp_path / "certificate.pem"))
    certificate.private_key_pem.write_to_path(str(tmp_path / "key.pem"))
    authority.cert_pem.write_to_path(str(tmp_path / "ca.pem"))
    monkeypatch.setenv(TOKEN, "secret-token")
    handle = start(tmp_path / "receiver.db", tmp_path / "certificate.pem", tmp_path / "key.pem", "secret-token")
    yield handle
    handle.stop()


def give(profile, table, **values):
    """Writes an extract of one row."""
    columns = profile.extract(table).read_text(encoding="utf-8").splitlines()[0].split(",")
    cells = [f'"{values.get(column, "")}"' for column in columns]
    profile.extract(table).write_text(",".join(columns) + "\n" + ",".join(cells) + "\n", encoding="utf-8")


@pytest.mark.long
def test_three_nights(profile, receiver, nattsynk, tmp_path):
    """ENV-3, ENV-4: each night ends by itself with an exit code, the first with everything and the others with what changed."""
    auth = {"type": "bearer", "token_env": TOKEN}
    profile.write(receiver={"url": receiver.tenant("prov"), "ca_file": str(tmp_path / "ca.pem"), "auth": auth})
    give(profile, "kj1v0enh", enhkod="101", enhnamn="Ängsskolan", startdat="20000101", skolform="GR")
    give(profile, "kj1v0per", personguid="g-anna", personnr="198501012382", namn="Ek, Anna", epostarb="anna@prov.example")
    give(profile, "kj1v0ans", anslnr="1", personnr="198501012382", enhkod="101", signatur="AEK", fromdat="20200801")

    def night():
        ended = nattsynk("run", "--profile", profile.folder, "--date", "2026-08-18", "--results", tmp_path / "run.json")
        assert_it_ends_in_the_summary(ended)
        return ended, json.loads((tmp_path / "run.json").read_text(encoding="utf-8"))["counts"].get("lines")

    assert nattsynk("send", "--profile", profile.folder).code == 2
    # An empty population register holds even the first delivery, so it has to know somebody.
    give(profile, "ki0v0fol", personnr="198501012382", fornamn="Anna", efternamn="Ek")
    ended, lines = night()
    assert (ended.code, lines) == (0, {"school": {"create": 1}, "person": {"create": 1}, "duty": {"create": 1}}), ended.err
    assert sent(ended.out) == [["entity", "create"], ["school", "1"], ["person", "1"], ["duty", "1"]]
    ended, lines = night()
    assert (ended.code, lines) == (10, {}), ended.err
    assert "\n  Sent: nothing\n" in ended.out
    give(profile, "kj1v0per", personguid="g-anna", personnr="198501012382", namn="Ek, Anna", epostarb="anna.ek@prov.example")
    preview = nattsynk("preview", "--profile", profile.folder, "--date", "2026-08-18")
    assert "update person procapita-g-anna: email_staff\n" in preview.out
    assert "anna" not in preview.out.replace("g-anna", "")
    ended, lines = night()
    assert (ended.code, lines) == (0, {"person": {"update": 1}}), ended.err
    assert nattsynk("export", "--profile", profile.folder, "--date", "2026-08-18", "--out", tmp_path / "out").code == 0
    assert_the_owners_alone(profile.settings().database_file, *(tmp_path / "out").glob("*.csv"))

    # Headers without rows are an empty register: everybody would go, so nothing is said.
    delivered = list(receiver.store.records("prov", "person"))
    for path in profile.extract("x").parent.glob("*.csv"):
        path.write_text(path.read_text(encoding="utf-8").splitlines()[0] + "\n", encoding="utf-8")
    ended, lines = night()
    assert (ended.code, lines) == (20, {}), ended.err
    assert "not one person was read" in ended.out
    assert list(receiver.store.records("prov", "person")) == delivered
    # An export tool writes NULL for an empty flag: nothing is read, so nobody is taken for protected and erased.
    held = receiver.store.records("prov", "person")
    give(profile, "ki0v0fol", personnr="198501012382", fornamn="Anna", efternamn="Ek", adrskydd="NULL")
    ended = nattsynk("run", "--profile", profile.folder, "--date", "2026-08-19")
    assert (ended.code, "the flag adrskydd holds the text NULL" in ended.out) == (2, True)
    assert held
    assert receiver.store.records("prov", "person") == held


@pytest.fixture
def night(profile, receiver, nattsynk, tmp_path, monkeypatch):
    """Runs one night of a profile with one school and one teacher. Returns the exit code and the lines by entity."""
    auth = {"type": "bearer", "token_env": TOKEN}
    profile.write(receiver={"url": receiver.tenant("prov"), "ca_file": str(tmp_path / "ca.pem"), "auth": auth})
    give(profile, "kj1v0enh", enhkod="101", enhnamn="Ängsskolan", startdat="20000101", skolform="GR")
    give(profile, "kj1v0ans", anslnr="1", personnr="198501012382", enhkod="101", signatur="AEK", fromdat="20200801")
    give(profile, "ki0v0fol", personnr="198501012382", fornamn="Anna", efternamn="Ek")
    teacher(profile)

    def run():
        ended = nattsynk("run", "--profile", profile.folder, "--date", "2026-08-18", "--results", tmp_path / "run.json")
        assert ended.code in (0, 10), ended.err
        return ended.code, json.loads((tmp_path / "run.json").read_text(encoding="utf-8"))["counts"].get("lines")

    return run


def teacher(profile, **values):
    give(profile, "kj1v0per", personguid="g-anna", personnr="198501012382", namn="Ek, Anna", hemligtfn="0", **values)


@pytest.mark.long
def test_nights_of_what_is_filled_and_omitted(profile, receiver, night):
    """PER-5, PER-9: a user's own value stays, and what is not sent any more is left alone."""

    def held():
        return receiver.store.records("prov", "person")[0]["data"]

    profile.seed("attributes.csv", "role,attribute,policy\nstaff,mobile,fill\nstaff,phone,overwrite\n")
    teacher(profile, mobiltel="070-1", hemtel="08-1", epostarb="anna@prov.example")
    assert night()[0] == 0
    assert (held()["mobile"], held()["phone"], held()["email_staff"]) == ("070-1", "08-1", "anna@prov.example")
    assert not {"city", "email_student"} & held().keys(), "never sent"

    profile.seed("attributes.csv", "role,attribute,policy\nstaff,mobile,fill\n")
    assert night() == (10, {}), "a policy alone makes no line"
    teacher(profile, mobiltel="070-2", hemtel="08-2")
    assert night() == (0, {"person": {"update": 1}})
    assert (held()["mobile"], held()["phone"], held()["email_staff"]) == ("070-1", "08-1", None)
    assert night() == (10, {})


@pytest.mark.long
def test_nights_of_a_school_that_takes_no_mentors_any_more(profile, receiver, night, nattsynk):
    """MEM-4: what was delivered before is released, not deleted, and comes back when mentors do."""

    def owned():
        return {record["key"]["group_id"]: (record["is_active"], record["is_ours"]) for record in receiver.store.records("prov", "group")}

    def mentors(source):
        header = "source_system,source_school_id,school_form,school_id,school_name,mentor_source\n"
        profile.seed("schools.csv", f"{header}procapita,101,GR,ang,Ängsskolan,{source}\n")

    mentors("group")
    give(profile, "kj1v0grp", grupplnr="7", enhkod="101", gruppnamn="Mentor 6A", grupptyp="M", fromdat="20260810", tomdat="20270611")
    give(profile, "kj1v0akt", aktlnr="1", personnr="198501012382", enhkod="101", grupplnr="7", fromdat="20260810", tomdat="20270611")
    assert night()[0] == 0
    group = "procapita-mentorgroup-7"
    assert owned() == {group: (True, True)}

    mentors("none")
    preview = nattsynk("preview", "--profile", profile.folder, "--date", "2026-08-18")
    assert f"delete group {group}: release\n" in preview.out
    assert night() == (0, {"group": {"delete": 1}, "staff": {"delete": 1}})
    assert owned() == {group: (True, False)}
    assert [record["is_ours"] for record in receiver.store.records("prov", "staff")] == [False]
    assert night() == (10, {})

    mentors("group")
    assert night() == (0, {"group": {"create": 1}, "staff": {"create": 1}})
    assert owned() == {group: (True, True)}


@pytest.mark.long
def test_a_red_build_holds_the_night_but_not_an_erasure(profile, receiver, night, nattsynk):
    """PER-2: a protected number in a form that we do not read makes the build red; who was delivered and is protected goes all the same."""
    assert night()[0] == 0
    assert len(receiver.store.records("prov", "person")) == 1
    give(profile, "ki0v0fol", personnr="198501012382", adrskydd="J")
    with profile.extract("ki0v0fol").open("a", encoding="utf-8") as handle:
        columns = profile.extract("ki0v0fol").read_text(encoding="utf-8").splitlines()[0].split(",")
        handle.write(",".join({"personnr": "19850101238222", "adrskydd": "J"}.get(column, "") for column in columns) + "\n")
    ended = nattsynk("run", "--profile", profile.folder, "--date", "2026-08-18")
    assert ended.code == 20, ended.err
    assert "went first" in ended.err
    assert "2 lines" not in ended.err, "how many became protected is told nowhere"
    assert not ("g-anna" in ended.err or "g-anna" in ended.out)
    assert receiver.store.records("prov", "person") == receiver.store.records("prov", "duty") == []


def assert_it_ends_in_the_summary(ended):
    """On standard output, behind what was delivered; standard error stays the log."""
    for words in ("\n  Summary of 2026-08-18\n", "\n  Sent", "\n  Left out, and why (", "\n  Findings for the schools ("):
        assert words in ended.out
    assert "report --profile" in ended.out.splitlines()[-6]
    assert {line[:1] for line in ended.err.splitlines()} == {"{"}


def sent(out):
    """The cells of the summary's table of what was sent."""
    table = out.partition("\n  Sent\n")[2].partition("\n\n")[0]
    return [line.split() for line in table.splitlines()]


def assert_the_owners_alone(*paths):
    """On POSIX: nobody but their owner may read or write the files."""
    assert len(paths) > 1
    if os.name == "posix":
        assert {oct(path.stat().st_mode & 0o777) for path in paths} == {"0o600"}


@pytest.mark.long
def test_the_demo_ends_in_a_summary(nattsynk, parsed_once, monkeypatch, tmp_path):
    monkeypatch.setattr("nattsynk.demo.demo", functools.partial(demo, work=tmp_path / "demo"))
    ended = nattsynk("demo")
    assert ended.code == 0, ended.err
    assert (tmp_path / "demo" / "profile" / "nattsynk.duckdb").exists()
    for words in ("Night 1", "Night 2", "Sent", "Left out, and why", "Findings", "Where to look"):
        assert words in ended.out
    for line in ended.out.splitlines():
        if line.startswith("  .venv/bin/nattsynk "):
            assert line.split()[1] in verbs.commands
