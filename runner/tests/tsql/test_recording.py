"""The project builds for SQL Server, as far as that can be told without one."""

import re
import subprocess
import sys

import pytest
from recordings import RULE_SETS, Recording

from nattsynk.deliver.entities import entities
from nattsynk.profile.settings import PROJECT

KEY = re.compile(r"create table (\S+) \((.*?)primary key \(([^)]*)\)", re.DOTALL)
COLUMN_BYTES = {"int": 4, "date": 3, "datetime": 8}
CLUSTERED_KEY_BYTES = 900


@pytest.mark.parametrize("rule_set", RULE_SETS)
def test_everything_compiles_without_a_server_or_its_driver(recordings: dict[str, Recording], rule_set: str) -> None:
    assert recordings[rule_set].failed == []
    assert [select.name for select in recordings[rule_set].selects if not select.sql.strip()] == []


def test_no_rule_set_but_the_built_one_touched_a_connection(recordings: dict[str, Recording]) -> None:
    assert [rule_set for rule_set, recording in recordings.items() if recording.statements] == [RULE_SETS[0]]


def test_every_model_seed_test_and_hook_sent_its_statements(built: Recording) -> None:
    assert sorted(set(built.nodes) - {statement["node"] for statement in built.statements}) == []
    assert {node.split(".")[0] for node in built.nodes} == {"model", "seed", "test", "operation"}


def test_every_model_is_made_and_every_seed_filled(built: Recording) -> None:
    sent = {node: " ".join(each["sql"] for each in built.statements if each["node"] == node).lower() for node in built.nodes}
    assert [node for node, sql in sent.items() if node.startswith("model.") and "create or alter view" not in sql] == []
    assert [node for node, sql in sent.items() if node.startswith("seed.") and "create table" not in sql] == []


def test_a_night_sends_no_more_than_nine_statements_a_node(built: Recording) -> None:
    # What they are, and what would spare them: docs/decisions/0054-how-many-statements-a-night-sends.md.
    assert len(built.statements) < 9 * len(built.nodes)


def test_no_contract_model_is_run_for_its_columns_alone(built: Recording) -> None:
    """The adapter asks the server to describe the columns, and that once a passing view and once a table."""
    asked = [each for each in built.statements if "select is_hidden" in each["sql"]]
    assert len(asked) == 2 * len({each["node"] for each in asked}) == 2 * len(entities())


def test_the_embedded_engine_needs_no_driver_of_the_other() -> None:
    barred = "import sys; sys.modules.update(pyodbc=None, mssql_python=None)"
    code = f"{barred}; import nattsynk.cli, nattsynk.engines.database, dbt.adapters.sqlserver"
    assert subprocess.run([sys.executable, "-c", code], check=False).returncode == 0


def test_what_is_sent_fits_the_code_page(built: Recording) -> None:
    # The adapter makes views by exec('...'), a text in the database's code page, which is Latin 1 in Sweden.
    assert {statement["node"] for statement in built.statements if not _fits(statement["sql"])} == set()


def _fits(sql: str) -> bool:
    try:
        return bool(sql.encode("cp1252"))
    except UnicodeEncodeError:
        return False


def test_every_key_of_our_state_fits_an_index(built: Recording) -> None:
    # SQL Server takes a longer key with a warning, and fails on the first row that fills it.
    hooks = "\n".join(statement["sql"] for statement in built.statements if statement["node"].startswith("operation."))
    tables = KEY.findall(hooks)
    sizes = {table: sum(_bytes(name, columns) for name in key.split(", ")) for table, columns, key in tables}
    assert len(sizes) > 16
    assert {table: size for table, size in sizes.items() if size > CLUSTERED_KEY_BYTES} == {}


def test_every_export_table_gets_an_index_of_its_key(built: Recording) -> None:
    made = {
        match.group(1): match.group(2) for each in built.statements
        if (match := re.search(r"create unique clustered index ix_(\w+) on \S+ \(([^)]*)\)", each["sql"]))
    }
    assert made == {entity.table: ", ".join(entity.key) for entity in entities()}


def _bytes(name: str, columns: str) -> int:
    kind = re.search(rf"^\s*{name} (\w+)(?:\((\d+)\))?", columns, re.MULTILINE)
    assert kind, name
    return 2 * int(kind.group(2)) if kind.group(2) else COLUMN_BYTES[kind.group(1)]


def test_the_runner_has_no_sql_outside_its_folder_of_statements() -> None:
    # `select 1`, which asks whether anybody answers, is no statement. A database in memory is none of a customer's, nor is the reference receiver's.
    verbs = r"(?:select(?! 1[\"'])|insert\s+into|delete\s+from|update|create|drop|alter|truncate|merge)"
    written = re.compile(rf"(?<!memory\.execute\(f)[\"']{verbs}\s", re.IGNORECASE)
    found = {
        path.relative_to(PROJECT).as_posix(): match.group(0)
        for path in sorted((PROJECT / "runner" / "nattsynk").rglob("*.py"))
        if path.parent.name != "reference_receiver"
        for match in written.finditer(path.read_text(encoding="utf-8"))
    }
    assert found == {}


def test_a_sites_own_column_names_are_read_in_brackets_and_become_ours(recordings: dict[str, Recording]) -> None:
    """Of each register its own ones; the other registers' columns of the same table keep their names."""
    sql = {select.name: select.sql for select in recordings[RULE_SETS[-1]].selects}
    numbers = sql["stg_procapita__person_numbers"]
    assert "cast([Per nr] as nvarchar(4000))" in numbers
    assert "cast([Guid [stabil]]] as nvarchar(4000))" in numbers
    flagged = sql["stg_procapita__protected_rows"]
    assert """cast([Skydd]] "O'Brien" ÅÄÖ?] as nvarchar(4000))""" in flagged
    assert flagged.count("cast(adrskydd as nvarchar(4000))") == 1
    assert "cast([select] as nvarchar(4000))" in sql["stg_extens__protected_rows"]
    assert "cast([" not in {select.name: select.sql for select in recordings[RULE_SETS[0]].selects}["stg_procapita__protected_rows"]
