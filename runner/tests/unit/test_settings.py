"""profile.yml: defaults, and every way to be wrong ends in a Stop that names the place."""

import re
import shutil

import pytest

from nattsynk.errors import USAGE, Stop
from nattsynk.profile.settings import definitions


def test_defaults_are_those_of_the_rule_set(profile):
    values = profile.settings().values
    assert values["group_selection_text"] == "PORTAL"
    assert values["comma_replacement"] == " "
    assert values["employment_active_statuses"] == ("Aktiv",)
    assert values["max_register_drop_percent"] == 10


def test_every_default_is_a_valid_value(profile):
    for rule_set in ("eventful", "vklass", "ucs"):
        profile.write(rule_set=rule_set)
        values = profile.settings().values
        given = {name: list(value) if isinstance(value, tuple) else value for name, value in values.items()}
        profile.write(rule_set=rule_set, settings=given)
        assert profile.settings().values == values


def test_flags_may_be_written_as_numbers_or_words(profile):
    profile.write(settings={"include_guardians": True, "include_civic_no": 1})
    values = profile.settings().values
    assert (values["include_guardians"], values["include_civic_no"]) == (1, 1)
    assert type(values["include_guardians"]) is int


def test_the_prefix_is_made_safe_for_a_schema(profile, tmp_path):
    profile.folder.rename(tmp_path / "Sjöstad 2")
    from nattsynk.profile.settings import load

    assert load(tmp_path / "Sjöstad 2").schema_prefix == "sjostad_2_test"


@pytest.mark.parametrize(
    ("keys", "words"),
    [
        ({"settings": {"group_selektion": "all"}}, ["settings.group_selektion", "did you mean group_selection?"]),
        ({"setings": {}}, ["setings", "did you mean settings?"]),
        ({"settings": {"group_selection": "al"}}, ["settings.group_selection", "'al'", "marker, prefix, suffix, all"]),
        ({"settings": {"part_size": "many"}}, ["settings.part_size", "whole number from 1 to 100000"]),
        ({"settings": {"part_size": 0}}, ["settings.part_size", "from 1"]),
        ({"settings": {"include_guardians": 2}}, ["settings.include_guardians", "0 and 1"]),
        ({"settings": {"class_group_prefix": 7}}, ["settings.class_group_prefix", "quotes"]),
        ({"settings": {"employment_active_statuses": 1}}, ["settings.employment_active_statuses", "list"]),
        ({"settings": {"group_selection": "prefix", "group_selection_text": " "}}, ["group_selection_text must not be blank"]),
        ({"settings": {"class_identity": "class_group"}}, ["class_group", "extens and ist"]),
        ({"settings": [1]}, ["settings must be"]),
        ({"rule_set": "eventfull"}, ["rule_set is 'eventfull'", "ucs, vklass, eventful"]),
        ({"rule_set": None}, ["rule_set is missing"]),
        ({"customer": None}, ["customer is required"]),
        ({"sources": "procapita"}, ["sources must be a list"]),
        ({"sources": []}, ["sources must be a list"]),
        ({"sources": ["procapta"]}, ["'procapta'", "procapita, ted, extens, ist"]),
        ({"sources": ["procapita", "procapita"]}, ["twice"]),
        ({"environment": "prod"}, ["environment is 'prod'", "test, production"]),
        ({"database": {"schema_prefix": "Sjö-stad"}}, ["database.schema_prefix"]),
        ({"database": {"naem": "x"}}, ["database.naem", "did you mean name?"]),
        ({"source_location": {"procapita": {"school": "x; drop"}}}, ["source_location.procapita.school"]),
        ({"receiver": {"url": "http://x.example/v1", "auth": {"type": "bearer", "token_env": "T"}}}, ["receiver.url", "https://"]),
        ({"receiver": {"url": "https://x.example/v1", "auth": {"type": "basic"}}}, ["receiver.auth.type", "bearer, oauth2, mtls"]),
        ({"receiver": {"url": "https://x.example/v1", "auth": {"type": "bearer"}}}, ["receiver.auth.token_env is required"]),
        ({"receiver": {"url": "https://x.example/v1", "verify": False}}, ["receiver.verify"]),
    ],
)
def test_what_is_wrong_is_named(profile, keys, words):
    profile.write(**keys)
    with pytest.raises(Stop) as stop:
        profile.settings()
    assert stop.value.exit_code == USAGE
    assert re.match(r"profile\.yml(, line \d+)?: ", stop.value.message)
    assert not re.search(r"[?.]\.$", stop.value.message)
    for word in words:
        assert word in stop.value.message
    assert stop.value.next_step


@pytest.mark.parametrize(
    ("text", "word"),
    [("customer: [\n", "line 2"), ("customer: A\ncustomer: B\n", "line 2"), ("", "empty"), ("- a\n", "key: value"), ("1: 2\n", "line 1")],
)
def test_yaml_that_cannot_be_read_names_the_line(profile, text, word):
    (profile.folder / "profile.yml").write_text(text, encoding="utf-8")
    with pytest.raises(Stop, match="profile.yml") as stop:
        profile.settings()
    assert word in stop.value.message


BEGIN = "customer: A\nrule_set: ucs\nsources: [procapita]\n"


@pytest.mark.parametrize("written", ["0400", "010", "00", "0o17", "0x14", "0b11", "1_0", "1_000", "1:30", "-007", "01.5"])
def test_what_only_looks_like_a_number_is_refused_with_its_line(profile, written):
    (profile.folder / "profile.yml").write_text(f"{BEGIN}settings:\n  part_size: 7\n  history_days: {written}\n", encoding="utf-8")
    with pytest.raises(Stop) as stop:
        profile.settings()
    assert stop.value.message == f"profile.yml, line 6: settings.history_days is {written}, which is not a plain number."
    assert "decimal digits" in stop.value.next_step


@pytest.mark.parametrize("word", ["yes", "no", "on", "off", "Yes", "ON", "ja", "y", "'1'"])
def test_a_flag_is_a_number_or_true_or_false(profile, word):
    (profile.folder / "profile.yml").write_text(f"{BEGIN}settings: {{include_guardians: {word}}}\n", encoding="utf-8")
    with pytest.raises(Stop, match=r"profile\.yml, line 4: settings\.include_guardians is .*; allowed are 0 and 1"):
        profile.settings()


def test_a_number_in_quotes_is_a_text_and_words_of_the_old_yaml_are_words(profile):
    (profile.folder / "profile.yml").write_text(
        f'{BEGIN}settings:\n  group_selection_text: "0400"\n  class_group_prefix: NO\n  comma_replacement: 2026-08-18\n', encoding="utf-8",
    )
    values = profile.settings().values
    assert [values[name] for name in ("group_selection_text", "class_group_prefix", "comma_replacement")] == ["0400", "NO", "2026-08-18"]


def test_a_number_where_a_secret_may_stand_is_not_shown(profile):
    auth = "receiver: {url: https://x.example/v1, auth: {type: bearer, token_env: 0123456}}\n"
    (profile.folder / "profile.yml").write_text(BEGIN + auth, encoding="utf-8")
    with pytest.raises(Stop) as stop:
        profile.settings()
    assert "line 4: receiver.auth.token_env" in stop.value.message
    assert "0123456" not in stop.value.message + stop.value.next_step


@pytest.mark.parametrize(
    ("keys", "line"),
    [
        ("settings:\n  part_size: 1\n  group_selektion: all\n", 6), ("settings: {part_size: many}\n", 4),
        ("receiver:\n  url: https://x.example/v1\n  auth:\n    type: bearer\n", 6), ("setings: {}\n", 4),
        ("database:\n  schema_prefix: Sjö\n", 5), ("settings:\n  group_selection: prefix\n  group_selection_text: ''\n", 5),
        ("source_location:\n  procapita:\n    school: x\n", 6),
    ],
)
@pytest.mark.parametrize("verb", ["check", "build", "run"])
def test_a_fault_is_told_once_with_its_line(profile, nattsynk, verb, keys, line):
    (profile.folder / "profile.yml").write_text(BEGIN + keys, encoding="utf-8")
    ended = nattsynk(verb, "--profile", profile.folder)
    assert ended.code == USAGE
    assert (ended.out + ended.err).count("profile.yml, line ") == 1
    assert f"profile.yml, line {line}: " in ended.out + ended.err


def test_check_tells_once_that_there_is_no_such_profile(nattsynk, tmp_path):
    ended = nattsynk("check", "--profile", tmp_path / "none")
    assert (ended.code, (ended.out + ended.err).count("There is no profile")) == (USAGE, 1)


@pytest.mark.parametrize("name", ["who?", "st*r?", "a\\b"])
def test_a_folder_that_duckdb_cannot_keep_a_database_in_is_refused(profile, nattsynk, tmp_path, name):
    shutil.copytree(profile.folder, tmp_path / name / "profile")
    ended = nattsynk("build", "--profile", tmp_path / name / "profile")
    assert (ended.code, "question mark or a backslash" in ended.err) == (USAGE, True)


def test_a_profile_that_is_not_there_says_how_to_make_one(nattsynk, tmp_path):
    ended = nattsynk("build", "--profile", tmp_path / "none")
    assert ended.code == USAGE
    assert "nattsynk init" in ended.err


def test_every_setting_has_a_description_of_one_sentence():
    for definition in definitions().values():
        assert definition.description.endswith("."), definition.name
        assert definition.type in ("flag", "number", "choice", "text", "list"), definition.name
