"""Every example of the guides that a profile can hold is built as it stands, and does what its guide says.

A block of code whose first line names a file of the profile (```sql models/local_exclusions.sql) is such an example.
"""

import csv
import re

import pytest
from small_registers import DATE, fill

from nattsynk.profile.settings import PROJECT

BLOCK = re.compile(r"^```(?:sql|csv|yaml) (?P<path>\S+)\n(?P<text>.*?)^```$", re.MULTILINE | re.DOTALL)
GUIDES = ("docs/change/own-sql.md", "docs/operate/timetable.md", "docs/change/changing-rules.md")


def examples(guide: str) -> dict[str, str]:
    found = {match["path"]: match["text"] for match in BLOCK.finditer((PROJECT / guide).read_text(encoding="utf-8"))}
    assert found
    return found


@pytest.mark.parametrize("guide", GUIDES)
def test_every_block_of_sql_csv_or_yaml_is_an_example(guide):
    text = (PROJECT / guide).read_text(encoding="utf-8")
    assert re.findall(r"^```(?:sql|csv|yaml)\n(.*?)^```$", text, re.MULTILINE | re.DOTALL) == []


def the_hooks(said, rows):
    """Of the guide to own SQL."""
    assert "pending" not in said
    assert "Fyran" in {row["group_name"] for row in rows("export_groups")}
    members = {(row["group_id"], row["person_id"], row["start_date"], row["end_date"]) for row in rows("export_group_memberships")}
    assert ("procapita-group-11", "procapita-elev-2", "2023-08-20", "") in members


def the_timetable(said, rows):
    """Of the guide to the timetable."""
    names = [(row["name"], row["name_match"], row["signature_match"], row["group_name"]) for row in rows("rpt_timetable_names")]
    # Beside the guide to own SQL, 4A has a name of its own and is told too.
    assert ("teknik", "near", "exact", "Teknik") in names
    assert {name for name, *_ in names} <= {"teknik", "4A"}
    assert all(row["text_sv"] and row["action_sv"] for row in rows("rpt_timetable_names"))


def the_replaced_files(said, rows):
    """Of the guide to changing rules."""
    for path in ("seeds/rules/duty_roles.csv", "macros/name_near.sql", "models/intermediate/groups/int_group_subjects.sql"):
        assert f"Replaced by the profile's own: {path}" in said
    assert {row["duty_role"] for row in rows("export_duties")} == {"Teacher"}
    assert {row["subject_code"] for row in rows("export_groups")} == {""}


SHOWN = dict(zip(GUIDES, (the_hooks, the_timetable, the_replaced_files), strict=True))


@pytest.mark.long
@pytest.mark.parametrize("guides", [tuple(SHOWN), *((guide,) for guide in SHOWN)], ids=" ".join)
def test_the_examples_do_what_their_guides_say(profile, nattsynk, tmp_path, guides):
    """In a profile of a few rows, those of all guides together and of each alone."""
    fill(profile.folder)
    for guide in guides:
        for path, text in examples(guide).items():
            (profile.folder / path).parent.mkdir(parents=True, exist_ok=True)
            (profile.folder / path).write_text(text, encoding="utf-8")
    ended = [nattsynk(verb, "--profile", profile.folder, "--date", DATE, "--out", tmp_path / "out") for verb in ("export", "report")]
    assert [end.code for end in ended] == [0, 0], ended[0].err

    def rows(name):
        with (tmp_path / "out" / f"{name}.csv").open(newline="", encoding="utf-8") as handle:
            return list(csv.DictReader(handle))

    for guide in guides:
        SHOWN[guide](ended[0].err, rows)
