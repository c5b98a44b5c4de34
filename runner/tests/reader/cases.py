"""Case files: a town that failed once, in the format of the acceptance cases, with what the rules say."""

import csv
import datetime
import io
from pathlib import Path

import yaml

from reader.judge import KEYS, judge
from reader.product import SEEDS
from reader.settings import Profile
from reader.towns import Town


class Text(str):
    """A table, written line by line."""


class Line(list):
    """A row, written in one line."""


yaml.SafeDumper.add_representer(Line, lambda dumper, row: dumper.represent_sequence("tag:yaml.org,2002:seq", row, flow_style=True))
yaml.SafeDumper.add_representer(Text, lambda dumper, text: dumper.represent_scalar("tag:yaml.org,2002:str", str(text), style="|"))


def write(path: Path, profile: Profile, town: Town, head: str) -> None:
    """town: with its placeholders filled in."""
    seeds = {"schools": town.schools, "person_mapping": town.mapping, "sync_windows": profile.windows, "group_name_patterns": profile.patterns}
    case = {
        "profile": {"customer": "Provköping", "rule_set": profile.rule_set, "sources": Line(profile.sources), "settings": profile.overrides},
        "seeds": {f"{name}.csv": table(rows, SEEDS[name]) for name, rows in seeds.items() if rows},
        "extracts": {
            system: {name: table(rows, tuple(dict.fromkeys(column for row in rows for column in row))) for name, rows in tables.items() if rows}
            for system, tables in town.extracts.items()
        },
        "nights": [{"date": profile.date, "expect": expected(profile, town)}],
    }
    comment = "".join(f"# {line}\n" for line in head.splitlines())
    path.write_text(comment + yaml.safe_dump(case, allow_unicode=True, sort_keys=False, width=1000), encoding="utf-8")


def expected(profile: Profile, town: Town) -> dict:
    tables = judge(profile, town)
    return {
        name: {"columns": Line(columns), "rows": [Line(row) for row in sorted([_cell(row[column]) for column in columns] for row in tables[name])]}
        for name in KEYS
        for columns in [list(tables[name][0]) if tables[name] else list(KEYS[name])]
    }


def _cell(value: object) -> str:
    return "" if value is None else str(value)


def table(rows: list[dict] | tuple[dict, ...], columns: tuple[str, ...]) -> Text:
    """Columns that are blank in every row are left out."""
    kept = [column for column in columns if any(row.get(column) for row in rows)]
    text = io.StringIO()
    writer = csv.DictWriter(text, kept, restval="", extrasaction="ignore", lineterminator="\n")
    writer.writeheader()
    writer.writerows(rows)
    return Text(text.getvalue())


def read(path: Path) -> tuple[Profile, Town]:
    case = yaml.safe_load(path.read_text(encoding="utf-8"))
    seeds = {name: rows_of(text) for name, text in case["seeds"].items()}
    day = case["nights"][0]["date"]
    profile = Profile(
        case["profile"]["rule_set"], tuple(case["profile"]["sources"]), day if isinstance(day, datetime.date) else datetime.date.fromisoformat(day),
        case["profile"].get("settings", {}), tuple(seeds.get("sync_windows.csv", ())), tuple(seeds.get("group_name_patterns.csv", ())),
    )
    extracts = {system: {name: rows_of(text) for name, text in tables.items()} for system, tables in case["extracts"].items()}
    return profile, Town(seeds["schools.csv"], extracts, seeds.get("person_mapping.csv", []))


def rows_of(text: str) -> list[dict[str, str]]:
    return [{column: cell or "" for column, cell in row.items()} for row in csv.DictReader(io.StringIO(text))]
