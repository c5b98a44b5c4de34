"""The command line: help everywhere, one readable message for every fault, and the docs tell the same."""

import datetime
import json

import click
import pytest

from nattsynk import cli, typed_keys
from nattsynk.civic_number import as_number, civic_key
from nattsynk.errors import EXIT_CODES, FAULT, USAGE
from nattsynk.profile.seeds import FILES, PERSON_MAPPING
from nattsynk.profile.settings import PROJECT, definitions

OPERATE = PROJECT / "docs" / "operate"


def guide(name: str) -> str:
    return (OPERATE / f"{name}.md").read_text(encoding="utf-8")


@pytest.mark.parametrize("verb", cli.verbs.commands)
def test_every_verb_and_option_has_help_and_stands_in_the_docs(verb):
    command = cli.verbs.commands[verb]
    assert command.help
    assert f"| `{verb}" in guide("commands")
    for option in command.params:
        assert isinstance(option, click.Argument) or option.help, option.name
    assert {"profile", "target", "date", "results"} <= {option.name for option in command.params}


def test_the_docs_list_every_exit_code_setting_and_seed():
    for code in EXIT_CODES:
        assert f"| {code} | " in guide("night")
    for name in definitions():
        assert f"| `{name}` | " in guide("settings")
    for file in (*FILES, PERSON_MAPPING):
        row = next(line for line in guide("seeds").splitlines() if line.startswith(f"| `{file.name}` | "))
        for column in file.columns:
            assert f"`{column.name}`" in row


def test_the_readme_leads_to_the_docs_and_its_commands_exist():
    readme = (PROJECT / "README.md").read_text(encoding="utf-8")
    assert "docs/README.md" in readme
    for line in readme.splitlines():
        if line.startswith(".venv/bin/nattsynk "):
            assert line.split()[1] in cli.verbs.commands


@pytest.mark.parametrize("date", ["2024-13-01", "20240101", "2024-02-30", "tomorrow", "2024-1-1"])
def test_a_malformed_date_says_what_and_how(nattsynk, date):
    ended = nattsynk("export", "--date", date, "--out", "x")
    assert ended.code == USAGE
    assert date in ended.err
    assert "yyyy-mm-dd" in ended.err
    assert "2026-11-21" in ended.err


@pytest.mark.parametrize("arguments", [[], ["bild"], ["build", "--fast"], ["export"], ["build", "--target", "oracle"]])
def test_wrong_usage_ends_with_two_and_a_message(nattsynk, arguments):
    ended = nattsynk(*arguments)
    assert ended.code == USAGE
    assert ended.err


@pytest.mark.parametrize("number", ["20110101-2381", "201101012381", "110101-2381", "110101+2381", "20110101-TF12"])
@pytest.mark.parametrize("before", [[], ["procapita-g1"]])
def test_a_personnummer_as_an_argument_is_refused_and_not_repeated(nattsynk, number, before):
    ended = nattsynk("explain", *before, number)
    assert ended.code == USAGE
    assert number not in ended.out + ended.err


def test_a_number_is_completed_to_the_key_that_rows_are_joined_by():
    date = datetime.date(2026, 11, 21)
    for given, want in [
        ("201101012381", "201101012381"), ("110101-2381", "201101012381"), ("270101-2381", "192701012381"),
        ("110101+2381", "191101012381"), ("20110101-tf12", "20110101TF12"), ("261181-2381", "202611812381"),
    ]:
        assert civic_key(given, date) == want


def test_a_fault_of_ours_is_one_sentence_without_content(nattsynk, profile, monkeypatch):
    def broken(*_, **__):
        raise ValueError("Hemlig Person 201101012381")

    monkeypatch.setattr("nattsynk.build.extracts._check_rows", broken)
    ended = nattsynk("build", "--profile", profile.folder)
    assert ended.code == FAULT
    assert "ValueError in extracts.py" in ended.err
    assert "Hemlig" not in ended.err


def test_init_never_overwrites(nattsynk, tmp_path):
    (tmp_path / "profile.yml").write_text("mine", encoding="utf-8")
    ended = nattsynk("init", tmp_path)
    assert ended.code == USAGE
    assert [path.name for path in tmp_path.iterdir()] == ["profile.yml"]


def test_the_results_file_tells_of_a_run_that_stopped(nattsynk, profile, tmp_path):
    profile.extract("kj1v0per").unlink()
    ended = nattsynk("build", "--profile", profile.folder, "--date", "2026-08-18", "--results", tmp_path / "run.json")
    results = json.loads((tmp_path / "run.json").read_text(encoding="utf-8"))
    assert results["exit_code"] == ended.code == USAGE
    assert (results["verb"], results["sync_date"]) == ("build", "2026-08-18")


def test_the_log_is_one_json_object_a_line_where_nobody_watches(nattsynk, tmp_path):
    ended = nattsynk("init", tmp_path / "new")
    assert [json.loads(line)["step"] for line in ended.err.splitlines()] == ["init"]


def test_the_default_date_is_the_day_in_stockholm():
    from nattsynk.context import today

    assert today(lambda: datetime.datetime(2026, 7, 1, 22, 30, tzinfo=datetime.UTC)) == datetime.date(2026, 7, 2)
    assert today(lambda: datetime.datetime(2026, 12, 1, 22, 30, tzinfo=datetime.UTC)) == datetime.date(2026, 12, 1)


@pytest.mark.parametrize(("typed", "on", "number"), [
    ("100101-TF01", (2026, 11, 21), "20100101TF01"),
    ("261121-TF01", (2026, 11, 21), "20261121TF01"),
    ("261122-TF01", (2026, 11, 21), "19261122TF01"),
    ("100101+TF01", (2026, 11, 21), "19100101TF01"),
    ("100161-TF01", (2026, 11, 21), "20100161TF01"),
    ("261181-TF01", (2026, 11, 21), "20261181TF01"),
    ("261182-TF01", (2026, 11, 21), "19261182TF01"),
    ("261191-TF01", (2026, 11, 21), "19261191TF01"),
    ("261161-TF01", (2026, 11, 1), "20261161TF01"),
    ("100101-TF01", (2099, 1, 1), "20100101TF01"),
    ("100101-TF01", (2012, 1, 1), "20100101TF01"),
    ("20100101-TF01", (2026, 11, 21), "20100101TF01"),
])
def test_the_century_of_a_number_without_one(typed, on, number):
    assert as_number(typed, datetime.date(*on)) == number


def test_a_key_in_every_form_that_ids_are_compared_in():
    day = datetime.date(2026, 11, 21)
    assert typed_keys.read("100101-TF01", day) == typed_keys.Key("100101-tf01", "20100101TF01")
    assert typed_keys.read(" {P-1}|sjo|GR", day) == typed_keys.Key("p-1|sjo|gr", "")
    assert typed_keys.read("p-1|sjo|gr", day).parameters == ("p-1|sjo|gr", "", "p-1 sjo gr", "p-1 sjo")
    assert typed_keys.read("p-1", day).parameters == ("p-1", "", "p-1", "")


def test_what_is_said_of_an_unknown_key_is_of_the_verb():
    said = {verb: typed_keys.unknown(verb) for verb in ("explain", "resend", "purge")}
    assert [said[verb].count("\n  - ") for verb in said] == [8, 7, 3]
    assert ["source_key" in said[verb] for verb in said] == [True, False, False]


def test_a_key_is_asked_for_only_where_a_dash_is_given(monkeypatch):
    monkeypatch.setattr(typed_keys, "_asked", lambda: "asked")
    assert [typed_keys.wanted(key, "explain") for key in ("-", " p-1 ")] == ["asked", "p-1"]
