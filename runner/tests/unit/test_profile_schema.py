"""The JSON Schema of profile.yml: current, named where an editor looks, and as strict as `nattsynk` itself."""

import dataclasses
import json
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import yaml
from jsonschema import Draft7Validator

from nattsynk.errors import USAGE, Stop
from nattsynk.profile import project, schema
from nattsynk.profile.init import TEMPLATES
from nattsynk.profile.settings import PROJECT

DEMOS = sorted(path.parent for path in PROJECT.glob("profiles/demo*/profile.yml"))
WRITTEN = json.loads(schema.FILE.read_text(encoding="utf-8"))


def refused(content: Any) -> list[str]:
    """What a stock reader of JSON Schema says of a profile.yml, by the file in the checkout."""
    return [error.message for error in Draft7Validator(WRITTEN).iter_errors(content)]


def named_schema(profile: Path) -> Path:
    """The schema that the first line of a profile.yml names to an editor."""
    first = (profile / "profile.yml").read_text(encoding="utf-8").splitlines()[0]
    return (profile / re.fullmatch(r"# yaml-language-server: \$schema=(\S+)", first)[1]).resolve()


def nodes(node: Any) -> Iterator[dict]:
    """Each part of the schema that says what a value must be."""
    for below in node.get("properties", {}).values():
        yield below
        yield from nodes(below)
    if "items" in node:
        yield node["items"]


def test_the_schema_in_the_checkout_is_current():
    assert schema.FILE.read_text(encoding="utf-8") == schema.as_text(), "run `make generated`"


def test_the_schema_is_a_schema_and_every_part_has_words():
    Draft7Validator.check_schema(WRITTEN)
    assert [node for node in nodes(WRITTEN) if not node.get("errorMessage")] == []
    assert [node for node in nodes(WRITTEN) if "pattern" in node and not node.get("patternErrorMessage")] == []
    assert [name for name, node in WRITTEN["properties"]["settings"]["properties"].items() if "Default: eventful" not in node["description"] and "; eventful " not in node["description"]] == []


@pytest.mark.parametrize("demo", DEMOS, ids=lambda path: path.name)
def test_an_editor_finds_the_schema_of_a_demo_and_takes_the_file(demo):
    assert named_schema(demo) == schema.FILE
    assert refused(yaml.safe_load((demo / "profile.yml").read_text(encoding="utf-8"))) == []


def test_the_three_demos_are_looked_at():
    assert len(DEMOS) == 3


def test_the_template_passes_with_every_line_in_comments_too():
    text = (TEMPLATES / "profile.yml").read_text(encoding="utf-8")
    assert refused(yaml.safe_load(text)) == []
    shown = re.sub(r"^# (?=(database|source_location|receiver): ?|  )", "", text.partition("# or, instead")[0], flags=re.MULTILINE)
    content = yaml.safe_load(shown)
    assert {"database", "source_location", "receiver"} <= set(content)
    assert refused(content) == []


@pytest.mark.parametrize("keys", [{"setings": {}}, {"settings": {"group_selektion": "all"}}, {"receiver": {"url": "https://x.example", "auth": {"type": "bearer", "token": "T"}}}])
def test_a_misspelt_key_is_refused(keys):
    content = {"customer": "A", "rule_set": "ucs", "sources": ["procapita"]}
    assert refused(content) == []
    assert any("Additional properties are not allowed" in message for message in refused({**content, **keys}))


def test_init_puts_the_schema_where_its_first_line_says(nattsynk, tmp_path):
    assert nattsynk("init", tmp_path / "new").code == 0
    assert named_schema(tmp_path / "new").read_text(encoding="utf-8") == schema.as_text()


def test_assembling_renews_the_schema_that_a_profile_has(profile):
    settings, path = profile.settings(), profile.folder / schema.FILE_NAME
    path.unlink()
    project.assemble(settings)
    assert not path.exists()
    path.write_text("{}", encoding="utf-8")
    project.assemble(settings)
    assert path.read_text(encoding="utf-8") == schema.as_text()


def test_a_look_in_a_passing_folder_leaves_the_schema_alone(profile, tmp_path):
    path = profile.folder / schema.FILE_NAME
    path.write_text("{}", encoding="utf-8")
    project.assemble(dataclasses.replace(profile.settings(), work_elsewhere=tmp_path / "work"))
    assert path.read_text(encoding="utf-8") == "{}"


def test_everything_wrong_is_told_at_once_in_the_order_of_the_file(profile):
    (profile.folder / "profile.yml").write_text(
        "custommer: A\nrule_set: uks\nsources: [procapita]\nsettings:\n  part_sise: 1\n  history_days: 010\n  group_dates: often\n", encoding="utf-8",
    )
    with pytest.raises(Stop) as stop:
        profile.settings()
    assert stop.value.exit_code == USAGE
    assert stop.value.message.splitlines() == [
        "profile.yml, line 1: custommer is not known; did you mean customer?",
        "profile.yml, line 2: rule_set is 'uks'; allowed are ucs, vklass, eventful.",
        "profile.yml, line 5: settings.part_sise is not known; did you mean part_size?",
        "profile.yml, line 6: settings.history_days is 010, which is not a plain number.",
        "profile.yml, line 7: settings.group_dates is 'often'; allowed are members, group.",
    ]
    assert "Known here: customer, rule_set," in stop.value.next_step


@pytest.mark.parametrize(("keys", "word"), [
    ({"database": {"schema_prefix": "prov\n"}}, "database.schema_prefix must begin"),
    ({"source_location": {"procapita": {"school": "A.B\n"}}}, "source_location.procapita.school must be"),
    ({"source_location": {"ted": {"school": "A.B"}}}, "source_location.ted is not one of the sources (procapita)"),
    ({"receiver": {}}, "receiver.url is required and must be text"),
    ({"receiver": {"url": "https://x.example", "auth": {}}}, "receiver.auth.type must be one of bearer, oauth2, mtls"),
    ({"database": 5}, "database must be a list of `name: value` lines"),
])
def test_what_only_looks_right_is_refused(profile, keys, word):
    profile.write(**keys)
    with pytest.raises(Stop) as stop:
        profile.settings()
    assert word in stop.value.message


def test_a_key_with_nothing_after_it_is_a_key_that_is_not_there(profile):
    profile.write(database={"name": None, "schema_prefix": None}, source_location={"procapita": None}, receiver=None, settings=None)
    settings = profile.settings()
    assert (settings.database_name, settings.receiver, settings.source_location) == ("nattsynk", None, {"procapita": {}})
    profile.write(receiver={"url": "https://x.example/", "ca_file": None, "auth": {"type": "bearer", "token_env": "T", "cert_file": None}})
    assert profile.settings().receiver.auth == {"type": "bearer", "token_env": "T"}


def test_a_setting_is_asked_for_by_its_type(profile):
    settings = profile.settings()
    assert (settings.number("part_size"), settings.text("group_selection"), settings.flag("class_requires_teacher")) == (500, "marker", True)
    with pytest.raises(TypeError, match="part_size"):
        settings.text("part_size")
