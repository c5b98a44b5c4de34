"""What a profile's own file may hold: one select, macros of our names, columns as ours, descriptions of own models. Each Stop is exit code 2."""

import csv
import re
from collections.abc import Iterable
from pathlib import Path

import yaml

from nattsynk.errors import Stop
from nattsynk.profile.guarded_files import RUNS_SQL

OWN_KEYS = {"version", "models"}
DEFINES = re.compile(r"\{%-?\s*(?:macro|test|materialization|snapshot|data_test)\s+(\w+)")


def check_columns(shown: str, path: Path, original: Path) -> None:
    """Stops where a seed has other columns than ours."""
    if path.stem == "settings":
        raise Stop(f"{shown}: the settings are no table to replace.", "Give what differs under settings: in profile.yml.")
    wanted, given = (next(csv.reader(_text(shown, file).splitlines()), []) for file in (original, path))
    if given != wanted:
        raise Stop(f"{shown} has other columns than ours.", f"Begin it with the line {','.join(wanted)}.")


def check_macros(shown: str, path: Path, original: Path) -> None:
    """A file may define what ours defines, for any engine: another name could take the place of a macro of dbt or of the cut."""
    known = set(DEFINES.findall(original.read_text(encoding="utf-8"))) | {path.stem}
    more = set(DEFINES.findall(_text(shown, path))) - known
    if more:
        raise Stop(f"{shown} defines {', '.join(sorted(more))} too.", f"It may define {', '.join(sorted(known))}.")


def check_select(shown: str, path: Path) -> None:
    """Stops where a file runs more than its select."""
    found = RUNS_SQL.search(_text(shown, path))
    if found and path.suffix != ".md":
        raise Stop(f"{shown} has {found.group(0).strip()!r}: own SQL is one select and runs nothing else.", "Take it away.")


def _text(shown: str, path: Path) -> str:
    try:
        return path.read_text(encoding="utf-8-sig")
    except UnicodeDecodeError:
        raise Stop(f"{shown} is not UTF-8.", "Save the file as UTF-8 and run again.") from None


def check_yaml(shown: str, path: Path, names: Iterable[str]) -> None:
    """Own YAML describes and tests own models; it may not change what ours are or whether our tests hold the night."""
    try:
        content = yaml.safe_load(_text(shown, path)) or {}
    except yaml.YAMLError:
        raise Stop(f"{shown} is not readable as YAML.", "Correct the file and run again.") from None
    if not isinstance(content, dict) or not OWN_KEYS.issuperset(content):
        raise Stop(f"{shown} may hold `models:` alone.", "Take away what else stands there.")
    described = [str(model.get("name") if isinstance(model, dict) else model) for model in content.get("models") or []]
    strange = [name for name in described if name not in names]
    if strange:
        raise Stop(f"{shown} describes {', '.join(strange)}, of which the profile has no file.", "Describe the profile's own models alone.")
