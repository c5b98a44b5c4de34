"""The T-SQL that is not sent by a night: deploy/rights.sql, what a live run makes and drops, and what `extract-sql` prints."""

import re
import shutil
from pathlib import Path

import pytest
from grammar import VERSIONS, refused
from recordings import OWN_COLUMNS
from registers_as_tables import fill_tables, make_tables  # noqa: E402
from scratch import create, drop  # noqa: E402

from nattsynk.profile import registers
from nattsynk.profile.settings import PROJECT, load
from nattsynk.show import extract_sql

RIGHTS = (PROJECT / "deploy" / "rights.sql").read_text(encoding="ascii")


def batches_of(script: str) -> list[str]:
    """What sqlcmd sends of a script: its variables filled in, its own commands gone, parted at each go."""
    values = dict(re.findall(r'^:setvar (\w+) "([^"]*)"$', script, re.MULTILINE))
    plain = re.sub(r"^:.*$", "", script, flags=re.MULTILINE)
    filled = re.sub(r"\$\((\w+)\)", lambda name: values[name.group(1)], plain)
    return [batch.strip() for batch in re.split(r"^go$", filled, flags=re.MULTILINE) if batch.strip()]


@pytest.mark.parametrize("version", VERSIONS)
def test_every_batch_is_read(version: str, tmp_path: Path) -> None:
    batches = {f"rights.sql #{number}": [batch] for number, batch in enumerate(batches_of(RIGHTS))}
    assert len(batches) == 7
    statements = [*create("nattsynk_live_1"), *drop("nattsynk_live_1")]
    for name in ("demo", "demo_extens", "demo_ted"):
        settings = load(PROJECT / "profiles" / name)
        statements += [sql.replace("?", "@p") for sql, _ in (*make_tables(settings), *fill_tables(settings))]
    batches |= {f"live #{number}": [sql] for number, sql in enumerate(statements)}
    batches |= {f"extract of {table.system} {table.name}": [extract_sql.query(table)] for table in registers.tables()}
    assert refused(batches, version, tmp_path) == {}


@pytest.mark.parametrize("version", VERSIONS)
def test_the_query_of_an_extract_takes_any_name_of_a_column(version: str, tmp_path: Path) -> None:
    profile = tmp_path / "profile"
    shutil.copytree(PROJECT / "profiles" / "demo_ted", profile, ignore=shutil.ignore_patterns("target", "*.duckdb*", "nights"))
    (profile / "seeds" / "extract_columns.csv").write_text(OWN_COLUMNS, encoding="utf-8")
    settings = load(profile)
    queries = {table.name: [extract_sql.query(table, settings)] for table in registers.tables() if table.system == "ted"}
    assert """[Skydd]] "O'Brien" ÅÄÖ?]""" in queries["ki0v0fol"][0]
    assert refused(queries, version, tmp_path / version) == {}


def test_the_script_changes_no_database_but_ours() -> None:
    """ENV-1: of the registers' databases it makes users and grants select, nothing else."""
    for batch in batches_of(RIGHTS)[3:]:
        verbs = re.findall(r"^(?:if .* is null )?(\w+ \w+)", re.sub("--.*", "", batch), re.MULTILINE)
        assert {verb for verb in verbs if not verb.startswith("use")} <= {"create user", "grant select"}
    assert re.findall(r"alter database \[(\w+)\]", "".join(batches_of(RIGHTS))) == ["nattsynk"] * 3
