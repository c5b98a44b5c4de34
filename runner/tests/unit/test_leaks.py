"""The guard of runner/tests/leaks.py finds what it is for, in every place, tells where and never what, and cries wolf at nothing."""

import csv
import os
import re
import subprocess
import sys
from pathlib import Path

import leaks
import pytest

from nattsynk.profile.settings import PROJECT

# Somebody whom only this file knows.
PERSON = {"given_name": "Tuvalisa", "family_name": "Kråkmarker", "street_address": "Provgränd 77 B", "phone": "0980-319 977"}
NUMBER = "20110102-2380"

# A test for each place, of which the name says the place. The value is put together when it runs, so that no traceback holds it.
PLANTED = '''
import datetime
import json
import logging
import sys

import pytest

from nattsynk import cli
from nattsynk.context import Context
from nattsynk.errors import Stop
from nattsynk.log import Progress
from nattsynk.receivers.refusals import HttpRefused

VALUE = "-".join(["20110102", "2380"])


def test_standard_output():
    print(VALUE)


def test_standard_error():
    print(VALUE, file=sys.stderr)


def test_standard_output_that_the_test_has_read(capsys):
    print(VALUE)
    assert capsys.readouterr().out


def test_standard_error_that_the_test_has_read(capsys):
    Progress(cli.now).step("plan", "Planned", key=VALUE)
    assert capsys.readouterr().err


@pytest.fixture
def talker():
    print(VALUE)
    yield
    print(VALUE)


def test_captured_stdout_setup_and_teardown(talker):
    pass


def test_log():
    logging.getLogger("somewhere").warning("%s", VALUE)


def test_log_that_is_passed_on_to_nobody():
    logger = logging.getLogger("elsewhere")
    logger.propagate = False
    logger.error("none")
    try:
        raise ValueError(VALUE)
    except ValueError:
        logger.exception("it went wrong")


def test_results_file(tmp_path):
    run = Context("send", "demo", "embedded", datetime.date(2026, 8, 18), cli.now, Progress(cli.now), counts={"key": VALUE})
    cli.write_results(tmp_path / "results.json", run, 0, cli.now())


def test_message():
    with pytest.raises(Stop):
        raise Stop(f"Not {VALUE}.")


def test_message_of_a_kind_of_its_own():
    with pytest.raises(Stop):
        raise HttpRefused(400, VALUE, "the commit")


def test_next_step():
    Stop("No.", f"Ask {VALUE}.")


def test_ValueError_as_cause():
    with pytest.raises(Stop):
        raise Stop("No.") from ValueError(VALUE)


def test_KeyError_as_context_of_a_cause():
    with pytest.raises(Stop):
        try:
            try:
                {}[VALUE]
            except KeyError:
                raise ValueError("no")
        except ValueError as fault:
            raise Stop("No.") from fault


def test_ValueError_behind_a_stop_that_is_caught_at_once():
    try:
        raise Stop("No.") from ValueError(VALUE)
    except Stop:
        pass


@pytest.mark.parametrize("turn", [1, 2])
def test_clean(turn, tmp_path, capsys):
    print("create person procapita-19890721-2388-4123-9456-202608191230")
    logging.getLogger("somewhere").warning(json.dumps({"lines": 3}))
    with pytest.raises(Stop):
        try:
            raise ValueError(VALUE)
        except ValueError:
            raise Stop("No.") from None


def test_that_fails_by_itself():
    print(VALUE)
    raise RuntimeError("by itself")
'''
# What the report of a planted test has to say, where its name does not.
SAID = {
    "test_standard_output": "captured stdout call, line 1",
    "test_standard_error": "captured stderr call, line 1",
    "test_standard_output_that_the_test_has_read": "standard output, line 1",
    "test_standard_error_that_the_test_has_read": "standard error, line 1",
    "test_captured_stdout_setup_and_teardown": "captured stdout teardown, line 1",
    "test_log": "log of somewhere, line 1",
    "test_log_that_is_passed_on_to_nobody": "ValueError in the log of elsewhere, line 1",
    "test_results_file": "results file, line ",
    "test_message": "message of a Stop made in test_planted.py, line ",
    "test_message_of_a_kind_of_its_own": "message of a Stop made in test_planted.py, line ",
    "test_next_step": "next step of a Stop made in test_planted.py, line ",
    "test_ValueError_as_cause": "ValueError behind a Stop made in test_planted.py, line ",
    "test_KeyError_as_context_of_a_cause": "KeyError behind a Stop made in test_planted.py, line ",
    "test_ValueError_behind_a_stop_that_is_caught_at_once": "ValueError behind a Stop made in test_planted.py, line ",
    "test_that_fails_by_itself": "captured stdout call, line 1",
}


@pytest.fixture(scope="module")
def planted(tmp_path_factory) -> str:
    """What pytest says of the planted tests, run by two processes side by side."""
    folder = tmp_path_factory.mktemp("planted")
    (folder / "test_planted.py").write_text(PLANTED, encoding="utf-8")
    (folder / "conftest.py").write_text("from leaks import pytest_configure, pytest_runtest_makereport\n", encoding="utf-8")
    (folder / "pytest.ini").write_text("[pytest]\nfilterwarnings = error\n", encoding="utf-8")
    ended = subprocess.run(
        [sys.executable, "-m", "pytest", "-n", "2", "-rA", "-p", "no:cacheprovider", "--basetemp", str(folder / "temp")],
        cwd=folder, env={**os.environ, "PYTHONPATH": str(PROJECT / "runner" / "tests")}, capture_output=True, text=True, check=False,
    )
    assert ended.returncode == 1, ended.stderr
    return ended.stdout


def test_every_planted_test_is_expected():
    assert set(re.findall(r"def (test_\w+)", PLANTED)) == {*SAID, "test_clean"}


@pytest.mark.long
@pytest.mark.parametrize("test", SAID)
def test_a_personal_value_fails_its_test_and_names_the_place(planted, test):
    report = re.search(rf"__ ERROR at teardown of {test} _(.*?)\n(__|==)", planted, re.DOTALL)
    assert report, "it passed"
    assert SAID[test] in report[1]
    assert "a personnummer" in report[1]
    assert NUMBER not in report[1]


def test_what_is_clean_or_cut_off_passes(planted):
    assert not re.search(r"ERROR at teardown of test_clean", planted)
    assert len(re.findall(r"^PASSED .*test_clean", planted, re.MULTILINE)) == 2


@pytest.mark.parametrize("text", [
    "201101022380", "20110102-2380", "1101022380", "110102-2380", "110102+2380", "key=110102-2380.", "procapita-201101022380",
    "_201101022380_", "20110162-2380", "2011 110162-2380", "20100101-TF01", "100101tf01", "189912312380", "['201101022380']",
], ids=range(14))
def test_a_number_is_found_in_every_form(text):
    assert [kind for _, kind in leaks.found(f"first\nsecond {text}")] == ["a personnummer"]
    assert [line for line, _ in leaks.found(f"first\nsecond {text}")] == [2]


@pytest.mark.parametrize(("text", "kind"), [
    (PERSON["given_name"], "a name"),
    (PERSON["family_name"], "a name"),
    (PERSON["family_name"].upper(), "a name"),
    (f"{PERSON['family_name']}, {PERSON['given_name']}".casefold(), "a name"),
    (PERSON["family_name"].encode("ascii", "backslashreplace").decode().replace("\\xe5", "\\u00e5"), "a name"),
    (PERSON["street_address"].casefold(), "a street address"),
    (PERSON["phone"], "a phone number"),
    ("0980319977", "a phone number"),
    ("+46 980 31 99 77", "a phone number"),
    ("ingen@hem.example", "an e-mail address"),
], ids=range(10))
def test_a_value_of_somebody_known_is_found(text, kind):
    literals = leaks.Known([PERSON], set())
    assert set(PERSON["given_name"].split()) <= leaks.known().names, "literals of the tests are read"
    assert literals.phones <= leaks.known().phones
    assert kind in {said for _, said in leaks.found(f'{{"text": "of ({text})."}}')}


def rows(pattern: str, profile: str = "demo*") -> list[dict[str, str]]:
    """All rows of the demos' tables of that name."""
    found = []
    for path in sorted((PROJECT / "profiles").glob(f"{profile}/extracts/*/{pattern}.csv")):
        with path.open(newline="", encoding="utf-8") as handle:
            found += csv.DictReader(handle)
    return found


def test_everybody_in_the_demos_is_known():
    persons = rows("ki0v0fol") + rows("person", "demo_extens")
    assert len(persons) > 300
    for person in persons:
        name = f"{person['fornamn'].strip()} {person['efternamn'].strip()}"
        if len(name.split()) > 1:
            assert list(leaks.found(name))


def test_schools_classes_groups_and_reasons_give_no_alarm():
    tables = [*rows("*enh*"), *rows("*kla*"), *rows("*grp*"), *rows("*grupp*"), *rows("kjgp0sre")]
    said = {row[column].strip() for row in tables for column in leaks.PRINTED if row.get(column)}
    assert len(said) > 50
    said |= {path.read_text(encoding="utf-8") for path in (PROJECT / "seeds" / "rules").glob("*.csv")}
    said |= {Path(PROJECT / "profiles" / "demo" / "nights.yml").read_text(encoding="utf-8")}
    assert [kind for text in said for _, kind in leaks.found(text)] == []


@pytest.mark.parametrize("text", [
    "procapita-e1829dfc-39f3-592e-958b-9903acc4c749", "delete person procapita-g-oppen", "enrolment elev-1|procapita-skolan|GR",
    "2026-11-21T22:00:00+00:00", "20260818", "sha256 " + "1101022380" * 6 + "abcd", "99000101",
    "https://localhost:44123/v1/tenants/sjostad", "delivery 1763760123", "object at 0x7f110102238", "pytest-of-root/pytest-12",
])
def test_ids_days_digests_and_addresses_give_no_alarm(text):
    assert list(leaks.found(text)) == []


def test_what_is_deliberate_exists():
    for test in leaks.DELIBERATE:
        path, _, name = test.partition("::")
        assert f"def {name}(" in (PROJECT / path).read_text(encoding="utf-8")
