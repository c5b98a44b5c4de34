"""A profile behaves the same under folders of any name: no sign of a path is taken for SQL, Jinja, a pattern or a column."""

import csv
import shutil
from pathlib import PurePosixPath

import pytest
from small_registers import CHILDREN, DATE, PROTECTED, fill, school

from nattsynk.profile.locations import as_text

FOLDERS = (
    "o'brien", "#1", "rem #1;2", "a{b}c", "{b}", "{{ x }}", "{% raw %}", "{# x #}", "st*r", "enhkod=999", "skolform=GR", "school_form=GY", "[prod]",
    "x]y[", "$HOME ~ 50 % & å", 'a"b', "block",
)
# All of them on one way, and a folder beside that DuckDB would take for one of them.
TOGETHER, BESIDE = "/".join(FOLDERS), "/".join(FOLDERS).replace("st*r", "star")


def exported(folder, nattsynk):
    """The students at schools after an export from a profile in that folder."""
    out = folder / "out"
    ended = nattsynk("export", "--profile", folder, "--date", DATE, "--out", out)
    assert ended.code == 0, ended.err
    with (out / "export_enrolments.csv").open(newline="", encoding="utf-8") as handle:
        return {(row["person_id"], row["school_id"]) for row in csv.DictReader(handle)}


@pytest.mark.long
def test_a_profile_under_any_folder_is_read_as_anywhere(profile, nattsynk, tmp_path, monkeypatch):
    fill(profile.folder)
    profile.write(rule_set="vklass")
    profile.seed("person_mapping.csv", "source_system,person_key,email\nprocapita,elev-1,prov@prov.example\n")
    monkeypatch.undo()  # dbt reads this project itself
    folder = tmp_path / TOGETHER / "profile"
    shutil.copytree(profile.folder, folder)
    shutil.copytree(profile.folder, tmp_path / BESIDE / "profile")
    for path in (tmp_path / BESIDE / "profile").rglob("*.csv"):
        path.write_text(path.read_text(encoding="utf-8").replace("elev-", "another-"), encoding="utf-8")
    assert exported(folder, nattsynk) == {(f"procapita-{child}", school("procapita")) for child in CHILDREN if child != PROTECTED}
    assert folder.joinpath("nattsynk.duckdb").is_file()


@pytest.mark.parametrize(
    ("path", "text"), [("/a/b c", "/a/b c"), ("/o'b", "/o''b"), ("/s*", "/s[*]"), ("/[p]", "/[[]p]"), ("/{x}", "/{{x}}"), ("/{{ x }}", "/{{{{ x }}}}")],
)
def test_each_sign_stands_for_itself(tmp_path, path, text):
    assert as_text(PurePosixPath(path)) == text
