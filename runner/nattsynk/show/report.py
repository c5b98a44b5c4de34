"""`nattsynk report`: exclusions, findings, what the receiver refused, the check of the timetable and the summary as files."""

from collections.abc import Iterable
from pathlib import Path
from typing import Any

from nattsynk.context import Context
from nattsynk.engines.database import Database
from nattsynk.engines.statements import render
from nattsynk.errors import Stop
from nattsynk.profile.files import FileSet

REPORTS = {
    "rpt_exclusions": ("entity", "source_system", "source_key", "school_id", "reason_code", "rule_id", "evidence", "text_sv"),
    "rpt_findings": (
        "finding_code", "rule_id", "severity", "entity", "source_system", "source_key", "school_id", "evidence", "text_sv", "action_sv",
    ),
    "rpt_owed_records": ("entity", "record_key", "operation", "problem_type", "pointer", "refused_on", "text_sv", "action_sv"),
    "rpt_timetable_names": (
        "school_id", "name", "subject_code", "signature", "check_code", "name_match", "signature_match", "group_id", "group_name",
        "near_signature", "rule_id", "text_sv", "action_sv",
    ),
    "rpt_timetable_classes": (
        "school_id", "name", "subject_code", "signature", "is_working", "failed_conditions", "class_id", "class_name", "teaching_groups",
        "teaching_group_id", "students", "students_outside", "rule_id", "text_sv", "action_sv",
    ),
    "rpt_run_summary": ("school_id", "entity", "candidates", "exported", "excluded", "created", "updated", "deleted"),
}
# What a formula begins with; the last two are taken away before a spreadsheet looks.
FORMULA = ("=", "+", "-", "@", "\t", "\r")
# The columns that are no texts, and so have one order in every database.
NUMBERS = ("refused_on", "is_working", "teaching_groups", "students", "students_outside", "candidates", "exported", "excluded", "created", "updated", "deleted")
NAMED = ("rpt_exclusions", "rpt_findings")
NAMES = ("given_name", "family_name")


def report(run: Context, out: Path, with_names: bool, school: str | None) -> int:
    """Writes `<out>/rpt_*.csv`, building first where needed. Returns 0.

    school: only that school's rows, of the reports that have a school.
    with_names: names too, for one school's own administrator; needs `school`, and then only that school's rows are
    written. Names go to the files alone.
    """
    if with_names and school is None:
        raise Stop("--with-names needs --school.", "Names are for one school's own administrator: add --school ID.")
    run.builder.ensure(run.sync_date)
    with run.database() as database, FileSet(out) as files:
        for name, columns in REPORTS.items():
            if school and "school_id" not in columns:
                continue
            header = (*columns, *NAMES) if with_names and name in NAMED else columns
            rows = database.rows(_statement(database, name, with_names, school), (school,) if school else ())
            run.counts[name] = files.write(name, header, map(_for_a_spreadsheet, rows))
    run.progress.step("report", f"Wrote the reports to {out}", **run.counts)
    return 0


def _for_a_spreadsheet(row: Iterable[Any]) -> list[Any]:
    """The row with no text that a spreadsheet would take for a formula: an apostrophe before it says that it is a text."""
    return [f"'{value}" if isinstance(value, str) and value.startswith(FORMULA) else value for value in row]


def _statement(database: Database, name: str, with_names: bool, school: str | None) -> str:
    columns, schema = REPORTS[name], database.schema("report")
    if school is None:
        return render("table_rows", columns=columns, schema=schema, table=name, key=columns, numbers=NUMBERS, exact=database.exact)
    template = "report_with_names" if with_names and name in NAMED else "report_of_school"
    return render(template, columns=columns, report=schema, report_table=name, numbers=NUMBERS, exact=database.exact)
