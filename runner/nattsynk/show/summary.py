"""What a build or a night came to, in one look: `demo`, `build`, `send` and `run` end with it.

Counts and Swedish texts of the registries only. They come from reports, in which no protected person stands (PER-1).
"""

import dataclasses
import datetime
import os
import sys
from collections.abc import Sequence
from pathlib import Path

from nattsynk import engines, terminal
from nattsynk.context import Context
from nattsynk.deliver import builds, ledger
from nattsynk.deliver.delivery import Counts
from nattsynk.deliver.entities import ORDER
from nattsynk.engines.database import Database
from nattsynk.engines.statements import render

COUNTED = ("candidates", "exported", "excluded", "created", "updated", "deleted")
OPERATIONS = ("rekey", "create", "update", "delete")
SHOWN_KINDS = 12
SHOWN_SCHOOLS = 30


@dataclasses.dataclass(frozen=True)
class Summary:
    """What the reports of the last build count. entities, schools: rows of rpt_run_summary; reasons, findings: (rule, text, rows)."""

    sync_date: datetime.date
    entities: list[tuple]
    schools: list[tuple]
    reasons: list[tuple]
    findings: list[tuple]


def read(database: Database) -> Summary | None:
    """The summary of the last build, None unless it is green. Before a delivery it says what changes, after it what is left to say."""
    report, build = database.schema("report"), builds.latest_build(database) if ledger.exists(database) else None
    if build is None or build.status != "green" or database.one(render("table_exists"), (report, "rpt_run_summary")) is None:
        return None
    return Summary(
        build.sync_date,
        sorted(database.all(render("summary_entities", report=report)), key=lambda row: ORDER.index(row[0])),
        database.all(render("summary_schools", report=report, exact=database.exact)),
        database.all(render("texts_counted", report=report, report_table="rpt_exclusions", exact=database.exact)),
        database.all(render("texts_counted", report=report, report_table="rpt_findings", exact=database.exact)),
    )


def show(summary: Summary, sent: Counts | None) -> None:
    """Prints the summary. sent: entity -> operation -> lines that went to the receiver; None where none were to go."""
    _title(f"Summary of {summary.sync_date}")
    _table(("entity",), COUNTED, summary.entities)
    _title("By school, most changes first")
    _table(("school", "entity"), COUNTED, summary.schools)
    if sent is not None:
        _sent(sent)
    _kinds("Left out, and why", summary.reasons)
    _kinds("Findings for the schools", summary.findings)


def show_and_lead_on(run: Context, summary: Summary | None, sent: Counts | None = None) -> None:
    """Prints the summary, if there is one, and the commands that tell more."""
    if summary is None:
        return
    show(summary, sent)
    _title("To see more")
    for verb, rest, what in (
        ("report", "--out DIR", "every row left out, every finding, every school"),
        ("explain", "KEY", "why one person or group is, or is not, delivered"),
        ("preview", "", "what would be sent now, line by line"),
    ):
        print(f"    {command(run, verb, summary.sync_date)} {rest}".rstrip() + f"\n        {what}")


def after_build(run: Context) -> None:
    """What `build` ends with."""
    with run.database() as database:
        summary = read(database)
    show_and_lead_on(run, summary)


def command(run: Context, verb: str, date: datetime.date) -> str:
    """A command line for this profile, as it can be typed where the run was started."""
    words = [program(), verb, "--profile", run.profile or str(run.folder), *engines.option(run.target), "--date", str(date)]
    return " ".join(f'"{word}"' if set(word) & set(" '#;&()") else word for word in words)


def program() -> str:
    """How this nattsynk is called from the folder where the run was started."""
    script = Path(sys.executable).with_name("nattsynk")
    inside = script.is_relative_to(Path.cwd())
    return os.fspath(script.relative_to(Path.cwd()) if inside else script)


def _title(text: str) -> None:
    terminal.say((f"\n  {text}", terminal.TITLE))


def _sent(lines: Counts) -> None:
    used = [name for name in OPERATIONS if any(counts.get(name) for counts in lines.values())]
    if not used:
        _title("Sent: nothing")
        return
    _title("Sent")
    _table(("entity",), used, [(name, *(lines[name].get(operation, 0) for operation in used)) for name in ORDER if any(lines.get(name, {}).values())])


def _table(names: Sequence[str], counts: Sequence[str], rows: Sequence[tuple], shown: int = SHOWN_SCHOOLS) -> None:
    terminal.table(names, counts, rows[:shown])
    if len(rows) > shown:
        print(f"    and {len(rows) - shown} more rows; see rpt_run_summary.csv of the reports")


def _kinds(title: str, rows: Sequence[tuple]) -> None:
    _title(f"{title} ({sum(row[2] for row in rows)} rows)")
    for rule, text, count in rows[:SHOWN_KINDS]:
        print(f"    {count:5}  {text} [{rule}]")
    if len(rows) > SHOWN_KINDS:
        print(f"           and {len(rows) - SHOWN_KINDS} more kinds; see the reports")
