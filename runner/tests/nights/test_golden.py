"""The demos' outputs on both nights, file by file: a change that moves any row of them must say so in its commit.

After a change that is meant: `make golden` writes the files anew, and the diff shows what an administrator will notice.
"""

import csv
import os
import shutil
from collections.abc import Callable
from pathlib import Path

import demo_extens
import demo_municipality
import demo_ted
import pytest
import yaml

from nattsynk.profile.settings import PROJECT, load

GOLDEN = PROJECT / "runner" / "tests" / "golden"
GENERATORS = {"demo": demo_municipality, "demo_extens": demo_extens, "demo_ted": demo_ted}
# Texts stand in the registries; the keys and codes are what a change moves.
REPORT_COLUMNS = {
    "rpt_exclusions": ("entity", "source_system", "source_key", "school_id", "reason_code"),
    "rpt_findings": ("finding_code", "entity", "source_system", "source_key", "school_id"),
    "rpt_run_summary": ("school_id", "entity", "candidates", "exported", "excluded"),
}


def night_files(nattsynk: Callable, folder: Path, night: dict, out: Path) -> dict[str, str]:
    """The exports and, by key and code, the reports of one night, as text by file name."""
    if night["changes"]:
        [source] = load(folder).sources
        shutil.copytree(folder / night["changes"], folder / "extracts" / source, dirs_exist_ok=True)
    for verb in ("export", "report"):
        assert nattsynk(verb, "--profile", folder, "--date", night["date"], "--out", out).code == 0
    return {path.name: _comparable(path) for path in sorted(out.glob("*.csv"))}


def _comparable(path: Path) -> str:
    columns = REPORT_COLUMNS.get(path.stem)
    if columns is None:
        return path.read_text(encoding="utf-8")
    with path.open(newline="", encoding="utf-8") as handle:
        rows = sorted(",".join(row[column] for column in columns) for row in csv.DictReader(handle))
    return "\n".join([",".join(columns), *rows]) + "\n"


@pytest.mark.parametrize("name", GENERATORS)
def test_the_files_are_what_their_generator_writes(name: str) -> None:
    """Whoever changes a file by hand would lose it with the next case."""
    profile = PROJECT / "profiles" / name
    differ = [path for path, text in GENERATORS[name].files().items() if (profile / path).read_text(encoding="utf-8") != text]
    assert not differ, f"these files of profiles/{name} differ from its generator: {', '.join(differ)}"


@pytest.mark.long
@pytest.mark.parametrize("name", GENERATORS)
def test_the_demo_gives_what_it_gave(name: str, nattsynk: Callable, parsed_once: None, tmp_path: Path) -> None:
    folder = tmp_path / name
    shutil.copytree(PROJECT / "profiles" / name, folder, ignore=shutil.ignore_patterns("target", "*.duckdb*"))
    moved = []
    for night in yaml.safe_load((folder / "nights.yml").read_text(encoding="utf-8")):
        golden = GOLDEN / name / str(night["date"])
        files = night_files(nattsynk, folder, night, tmp_path / str(night["date"]))
        if os.environ.get("NATTSYNK_GOLDEN") == "write":
            golden.mkdir(parents=True, exist_ok=True)
            for file, text in files.items():
                (golden / file).write_text(text, encoding="utf-8", newline="\n")
        kept = {path.name: path.read_text(encoding="utf-8") for path in golden.glob("*.csv")}
        moved += [f"{night['date']}/{file}" for file in sorted({*kept, *files}) if kept.get(file) != files.get(file)]
    if os.environ.get("NATTSYNK_GOLDEN") == "write":
        pytest.skip("the golden files are written anew; see their diff")
    assert not moved, f"these files differ from runner/tests/golden/{name}: {', '.join(moved)}; `make golden` writes them anew"
