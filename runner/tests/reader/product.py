"""What nattsynk itself exports of many towns: one profile, one build, told apart by the towns' tokens."""

import csv
import re
import shutil
from collections.abc import Callable
from pathlib import Path
from typing import Any

import yaml
from dbt.adapters.duckdb.connections import DuckDBConnectionManager

from nattsynk.build import sources
from nattsynk.profile.settings import load
from reader.judge import KEYS, Tables
from reader.settings import Profile
from reader.towns import Town

SEEDS = {
    "schools": (
        "source_system", "source_school_id", "school_form", "school_id", "school_name", "school_unit_code", "class_identity", "mentor_source",
    ),
    "person_mapping": ("source_system", "person_key", "email", "user_name", "google_account"),
    "sync_windows": ("school_form", "entity", "days_before", "days_after", "source_system"),
    "group_name_patterns": ("source_system", "school_form", "activity_kind", "pattern"),
}


class Product:
    """command: runs one command line of nattsynk and tells how it ended."""

    def __init__(self, folder: Path, command: Callable[..., Any]):
        self.folder, self.command = folder, command

    def export(self, profile: Profile, towns: dict[int, Town]) -> dict[int, Tables] | str:
        """The export tables of each town by its slot; or what nattsynk said when it did not export."""
        folder = self.folder / "-".join(profile.sources)
        if not folder.exists():
            assert self.command("init", folder).code == 0
        write(folder, profile, [town.at(slot) for slot, town in towns.items()])
        out = folder / "out"
        shutil.rmtree(out, ignore_errors=True)
        ended = self.command("export", "--profile", folder, "--date", profile.date, "--out", out)
        DuckDBConnectionManager.close_all_connections()
        if ended.code != 0:
            return f"exit code {ended.code}: {ended.out}{ended.err}"[-3000:]
        return told_apart(out, list(towns))


def write(folder: Path, profile: Profile, towns: list[Town]) -> None:
    described = {"customer": "Provköping", "rule_set": profile.rule_set, "sources": list(profile.sources), "settings": profile.overrides}
    (folder / "profile.yml").write_text(yaml.safe_dump(described, allow_unicode=True), encoding="utf-8")
    seeds = {
        "schools": [row for town in towns for row in town.schools], "person_mapping": [row for town in towns for row in town.mapping],
        "sync_windows": profile.windows, "group_name_patterns": profile.patterns,
    }
    for name, rows in seeds.items():
        _write(folder / "seeds" / f"{name}.csv", SEEDS[name], rows)
    for table in sources.needed(load(folder)):
        rows = [row for town in towns for row in town.extracts.get(table.system, {}).get(table.name, [])]
        _write(folder / "extracts" / table.system / f"{table.name}.csv", table.columns, rows)


def _write(path: Path, columns: tuple[str, ...], rows: list[dict] | tuple[dict, ...]) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    with path.open("w", newline="", encoding="utf-8") as handle:
        writer = csv.DictWriter(handle, columns, restval="", extrasaction="ignore", lineterminator="\n")
        writer.writeheader()
        writer.writerows(rows)


def told_apart(out: Path, slots: list[int]) -> dict[int, Tables]:
    found: dict[int, Tables] = {slot: {table: [] for table in KEYS} for slot in slots}
    for table in KEYS:
        with (out / f"{table}.csv").open(newline="", encoding="utf-8-sig") as handle:
            for row in csv.DictReader(handle):
                tokens = {int(token) for key in KEYS[table] for token in re.findall(r"t(\d{3})", row[key])}
                assert len(tokens) == 1, f"{table}: a row of {len(tokens)} towns"
                found[tokens.pop()][table].append(row)
    return found
