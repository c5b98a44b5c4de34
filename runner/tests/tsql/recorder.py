"""A whole `nattsynk` build for SQL Server without a server: dbt runs as it always does, on a connection that writes
down every statement and answers as a database would where half of our tables and views stand already.

Run by recordings.py in a process of its own: `python recorder.py build|compile PROFILE OUT.json [build|compile …]`. The
ODBC modules are barred there, so that anything that needs them fails; `compile`, which goes before, has no connection of any kind. This
stand-in is honest about one thing only: which statements are sent. What a server would say of them: docs/develop/not-yet-shown.md.
"""

import csv
import datetime
import json
import os
import re
import sys
import threading
from pathlib import Path
from typing import Any

SYNC_DATE = datetime.date(2026, 8, 17)
DRIVERS = ("pyodbc", "mssql_python")
REGISTER_TYPE = "nvarchar(4000)"
PYTHON_TYPES = {"nvarchar": str, "date": datetime.date, "datetime": datetime.datetime, "int": int, "bigint": int}


class Recorder:
    """What was sent, in order: {node, sql, parameters}. `manifest` lets it answer for a contract's columns."""

    def __init__(self) -> None:
        self.statements: list[dict[str, Any]] = []
        self.manifest: Any = None
        self._lock = threading.Lock()

    def sent(self, sql: str, parameters: list[Any]) -> tuple[list[tuple], list[tuple]]:
        """Writes a statement down; returns (description, rows) as DB-API has them."""
        from dbt_common.events.contextvars import get_node_info

        node_id = get_node_info().get("unique_id", "")
        with self._lock:
            self.statements.append({"node": node_id, "sql": sql, "parameters": len(parameters)})
        return self._answer(sql, node_id)

    def _answer(self, sql: str, node_id: str) -> tuple[list[tuple], list[tuple]]:
        if "should_error" in sql:
            return _described("failures", "should_warn", "should_error"), [(0, "false", "false")]
        if "schema_exist" in sql:
            return _described("schema_exist"), [(0,)]
        if "as table_type" in sql:
            return _described("database", "name", "schema", "table_type"), self._standing(sql)
        columns = self._contract(node_id)
        if "dm_exec_describe_first_result_set" in sql and columns:
            return _described("is_hidden", "name", "system_type_name", "error_number", "error_message"), [
                (0, name, kind, None, None) for name, kind in columns
            ]
        if columns:
            return [(name, PYTHON_TYPES[_bare(kind)], *[None] * 5) for name, kind in columns], []
        return [], []

    def _standing(self, sql: str) -> list[tuple]:
        """Every second relation of the schema stands already, so that both a first night and later ones are seen."""
        schema = re.findall(r"schema_id\('(\w+)'\)", sql)[0]
        nodes = [node for node in self.manifest.nodes.values() if node.resource_type in ("model", "seed") and node.schema == schema]
        names = sorted((node.alias, "view" if node.config.materialized == "view" else "table") for node in nodes)
        return [("nattsynk", name, schema, kind) for name, kind in names[::2]]

    def _contract(self, node_id: str) -> list[tuple[str, str]]:
        node = self.manifest.nodes.get(node_id) if self.manifest else None
        return list(_contract(node).items()) if node else []


def _contract(node: Any) -> dict[str, str]:
    """Column -> type, where a contract is enforced."""
    if not getattr(node.config, "contract", None) or not node.config.contract.enforced:
        return {}
    return {column.name: column.data_type for column in node.columns.values()}


class Cursor:
    """A DB-API cursor of nowhere."""

    rowcount = 0

    def __init__(self, recorder: Recorder) -> None:
        self._recorder = recorder
        self._rows: list[tuple] = []
        self.description: list[tuple] | None = None

    def execute(self, sql: str, parameters: list[Any] | None = None) -> None:
        self.description, self._rows = self._recorder.sent(sql, parameters or [])

    def fetchall(self) -> list[tuple]:
        rows, self._rows = self._rows, []
        return rows

    def fetchmany(self, size: int) -> list[tuple]:
        rows, self._rows = self._rows[:size], self._rows[size:]
        return rows

    def fetchone(self) -> tuple | None:
        return self._rows.pop(0) if self._rows else None

    def nextset(self) -> bool:
        return False

    def close(self) -> None:
        pass


class Handle:
    """A DB-API connection to nowhere."""

    autocommit = True

    def __init__(self, recorder: Recorder) -> None:
        self._recorder = recorder

    def cursor(self) -> Cursor:
        return Cursor(self._recorder)

    def commit(self) -> None:
        pass

    rollback = close = commit


def record(what: str, profile: Path) -> dict[str, Any]:
    """Builds or compiles (what) the profile for SQL Server. Returns what was sent, what went wrong, and the compiled SQL."""
    for driver in DRIVERS:
        sys.modules[driver] = None  # type: ignore[assignment]  # any import of it is an ImportError
    os.environ |= {"NATTSYNK_SQLSERVER_HOST": "nowhere.invalid", "NATTSYNK_SQLSERVER_AUTHENTICATION": "windows"}
    from nattsynk.build import dbt
    from nattsynk.cli import now
    from nattsynk.log import Progress
    from nattsynk.profile import project
    from nattsynk.profile.settings import load

    recorder, progress, settings = Recorder(), Progress(now), load(profile)
    project.assemble(settings, "sqlserver")
    recorder.manifest = dbt.parse(settings, "sqlserver", progress)
    if what == "build":
        _connect_to(recorder)
        _note_builds_by_hand(dbt)
        failures = dbt.build(settings, "sqlserver", recorder.manifest, SYNC_DATE, progress)
        failed = [f"{failure.name}: {failure.message}" for failure in failures]
    else:
        failed = _compile(settings, recorder.manifest)
    return {
        "statements": recorder.statements,
        "failed": failed,
        "nodes": _sent_by(recorder.manifest),
        "selects": _selects(recorder.manifest),
        "tables": _tables(settings, recorder.manifest),
        "state": f"{settings.schema_prefix}_delivery",
        "database": settings.database_name,
    }


def _note_builds_by_hand(dbt: Any) -> None:
    """Has the hook that notes what dbt makes by hand send its statement too."""
    true = dbt.invoke
    dbt.invoke = lambda manifest, arguments, variables, *rest: true(manifest, arguments, {**variables, "built_by": "hand"}, *rest)


def _compile(settings: Any, manifest: Any) -> list[str]:
    """Compiles every model and test with no connection at all. Returns what went wrong."""
    from nattsynk.build import dbt

    arguments = ["compile", *dbt.common_arguments(settings, "sqlserver"), "--no-introspect", "--no-populate-cache"]
    variables = {**settings.dbt_vars("sqlserver"), "sync_date": SYNC_DATE.isoformat()}
    outcome = dbt.invoke(manifest, [*arguments, "--exclude", "resource_type:unit_test"], variables)
    return [] if outcome.success else [str(outcome.exception or outcome.result)]


def _sent_by(manifest: Any) -> list[str]:
    """Every node that must have sent something when all is built."""
    return sorted(node.unique_id for node in manifest.nodes.values() if node.resource_type in ("model", "seed", "test", "operation"))


def _selects(manifest: Any) -> list[dict[str, Any]]:
    """The compiled models and data tests, each model after those it reads, the tests last."""
    done: dict[str, dict[str, Any]] = {}

    def add(node_id: str) -> None:
        node = manifest.nodes.get(node_id)
        if node_id in done or getattr(node, "resource_type", "") != "model":
            return
        for parent in node.depends_on.nodes:
            add(parent)
        done[node_id] = {
            "name": node.name, "schema": node.schema, "relation": node.alias, "sql": node.compiled_code or "", "contract": _contract(node),
        }

    for node_id in sorted(manifest.nodes):
        add(node_id)
    tests = [node for node in manifest.nodes.values() if node.resource_type == "test"]
    return [*done.values(), *({"name": node.name, "schema": "", "relation": "", "sql": node.compiled_code or "", "contract": {}} for node in tests)]


def _tables(settings: Any, manifest: Any) -> list[dict[str, Any]]:
    """What is read and no model makes, less our state: registers, whose columns are read as text, and seeds. columns: name -> type."""
    from nattsynk.profile import site_columns

    own = site_columns.mapped(settings)

    def names(source: Any) -> list[str]:
        of_site = own.get(source.config.meta.get("system"), {}).get(source.identifier, {})
        return [of_site.get(column, column) for column in source.columns]

    registers = [
        {"schema": source.schema, "name": source.identifier, "columns": dict.fromkeys(names(source), REGISTER_TYPE)}
        for source in manifest.sources.values()
        if source.source_name != "delivery"
    ]
    seeds = [
        {"schema": node.schema, "name": node.alias, "columns": {column: node.config.column_types[column] for column in _header(node)}}
        for node in manifest.nodes.values()
        if node.resource_type == "seed"
    ]
    return [*registers, *seeds]


def _header(seed: Any) -> list[str]:
    with (Path(seed.root_path) / seed.original_file_path).open(newline="", encoding="utf-8-sig") as handle:
        return next(csv.reader(handle))


def _connect_to(recorder: Recorder) -> None:
    from dbt.adapters.contracts.connection import ConnectionState
    from dbt.adapters.sqlserver.sqlserver_connections import SQLServerConnectionManager

    def connect(connection: Any) -> Any:
        connection.handle, connection.state = Handle(recorder), ConnectionState.OPEN
        recorder.sent("SET XACT_ABORT ON;", [])  # As the adapter does with every connection that it opens.
        return connection

    SQLServerConnectionManager.open = staticmethod(connect)  # type: ignore[method-assign]


def _described(*names: str) -> list[tuple]:
    return [(name, str, None, None, None, None, None) for name in names]


def _bare(kind: str) -> str:
    return re.split(r"\W", kind.strip().lower())[0]


if __name__ == "__main__":
    from dbt_common.tests import enable_test_caching

    enable_test_caching()  # of dbt: macros that the profiles have in common
    for verb, folder, out in zip(*[iter(sys.argv[1:])] * 3, strict=True):
        Path(out).write_text(json.dumps(record(verb, Path(folder))), encoding="utf-8")
