"""Profiles of each rule set, and what nattsynk sends to SQL Server for them, with no server (recorder.py)."""

import dataclasses
import json
import re
import shutil
import subprocess
import sys
from pathlib import Path
from typing import Any

import yaml
from scopes import Select

from nattsynk.profile import registers
from nattsynk.profile.settings import PROJECT, definitions

RULE_SETS = ("eventful", "vklass", "ucs")
# Each rule set is seen over other registers: one family, another, and all at once.
DEMOS = {"eventful": "demo", "vklass": "demo_extens", "ucs": "demo"}
SOURCES = {"eventful": ["procapita"], "vklass": ["extens"], "ucs": [*(systems[0] for systems in registers.families().values()), "ted"]}
# The optional modules: ProCapita with the school's alone, with both, and beside it TED with the gymnasium's alone.
LOCATIONS = {
    "ucs": {
        "procapita": {"school": "PROCAPITA.PROCAPITA_KJ1", "register": "PROCAPITA.KI0", "gymnasium": "PROCAPITA.PROCAPITA_KJG"},
        "ted": {"register": "TED.TED_KI0", "gymnasium": "TED.TED_KJG"},
    },
}

# A table of our state as the hook makes it (macros/create_table_if_missing.sql), and one of its columns.
TABLE = re.compile(r"create table \w+\.(\w+) \(\n(.*?),\n    primary key", re.DOTALL)
COLUMN = re.compile(r"^\s+(\w+) (\w+(?:\(\d+\))?)", re.MULTILINE)


@dataclasses.dataclass(frozen=True)
class Recording:
    """One profile, built or compiled for SQL Server: what was sent and by whom, what failed, the compiled SQL, and what it reads.

    tables: (schema, name) -> column -> type, of what no model makes.
    """

    statements: list[dict[str, Any]]
    failed: list[str]
    nodes: list[str]
    selects: list[Select]
    tables: dict[tuple[str, str], dict[str, str]]


# What one site calls its columns: of every kind of trouble one (extract_columns.csv).
OWN_COLUMNS = """source_system,table,column,site_column
procapita,kj1v0per,personnr,Per nr
procapita,kj1v0per,personguid,Guid [stabil]
ted,ki0v0fol,adrskydd,"Skydd] ""O'Brien"" ÅÄÖ?"
extens,person,sekretess,select
"""


def record(folder: Path) -> dict[str, Recording]:
    """Rule set -> recording: the first one of a build, the others, before, compiled with no connection."""
    command = [sys.executable, str(Path(__file__).with_name("recorder.py"))]
    for rule_set in reversed(RULE_SETS):
        _profile(rule_set, folder / rule_set)
        if rule_set == RULE_SETS[-1]:
            (folder / rule_set / "seeds" / "extract_columns.csv").write_text(OWN_COLUMNS, encoding="utf-8")
        command += ["build" if rule_set == RULE_SETS[0] else "compile", str(folder / rule_set), str(folder / f"{rule_set}.json")]
    done = subprocess.run(command, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE, text=True, timeout=600)
    assert done.returncode == 0, done.stderr[-3000:]
    read = {rule_set: json.loads((folder / f"{rule_set}.json").read_text(encoding="utf-8")) for rule_set in RULE_SETS}
    state = state_tables(read[RULE_SETS[0]]["statements"])
    return {rule_set: _recording(each, state) for rule_set, each in read.items()}


def state_tables(statements: list[dict[str, Any]]) -> dict[str, dict[str, str]]:
    """Table -> column -> type of our state, as the hook makes it on a first night."""
    hooks = "\n".join(statement["sql"] for statement in statements if statement["node"].startswith("operation."))
    return {table: dict(COLUMN.findall(columns)) for table, columns in TABLE.findall(hooks)}


def _profile(rule_set: str, folder: Path) -> None:
    shutil.copytree(PROJECT / "profiles" / DEMOS[rule_set], folder, ignore=shutil.ignore_patterns("target", "*.duckdb*", "nights"))
    _set_rule_set(folder / "profile.yml", rule_set)


def _set_rule_set(file: Path, rule_set: str) -> None:
    """Another rule set's own defaults; of the last one every flag is turned, so that the other side of each is seen."""
    keys = yaml.safe_load(file.read_text(encoding="utf-8"))
    keys["sources"] = SOURCES[rule_set]
    keys["source_location"] = LOCATIONS.get(rule_set, keys["source_location"])
    if rule_set != keys["rule_set"]:
        keys["rule_set"], keys["settings"] = rule_set, {}
    if rule_set == RULE_SETS[-1]:
        keys["settings"] = {name: 1 - int(it.defaults[rule_set]) for name, it in definitions().items() if it.type == "flag"}
    file.write_text(yaml.safe_dump(keys, allow_unicode=True), encoding="utf-8")


def _recording(read: dict[str, Any], state: dict[str, dict[str, str]]) -> Recording:
    tables = {(table["schema"], table["name"]): table["columns"] for table in read["tables"]}
    own = {(read["state"], name): columns for name, columns in state.items()}
    return Recording(read["statements"], read["failed"], read["nodes"], [_select(row) for row in read["selects"]], {**tables, **own})


def _select(row: dict[str, Any]) -> Select:
    return Select(**{**row, "sql": re.sub(r"\n{3,}", "\n\n", row["sql"].strip()) + "\n"})
