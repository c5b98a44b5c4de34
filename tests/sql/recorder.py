"""A whole `nattsynk` build for SQL Server without a server: dbt runs as it always does, on a connection that writes
down every statement and answers as an empty database would.

Run by recording.py in a process of its own: `python recorder.py PROFILE OUT.json`. The ODBC module is barred there, so
that anything that needs it fails. This stand-in for the server is the only one in the tests, and it is honest about
one thing only: which statements are sent. What a server would say of them: docs/not-yet-shown.md.
"""

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
        columns = self._contract(node_id)
        if "dm_exec_describe_first_result_set" in sql and columns:
            return _described("is_hidden", "name", "system_type_name", "error_number", "error_message"), [
                (0, name, kind, None, None) for name, kind in columns
            ]
        if columns:
            return [(name, PYTHON_TYPES[_bare(kind)], *[None] * 5) for name, kind in columns], []
        return [], []

    def _contract(self, node_id: str) -> list[tuple[str, str]]:
        node = self.manifest.nodes.get(node_id) if self.manifest else None
        if node is None or not getattr(node.config, "contract", None) or not node.config.contract.enforced:
            return []
        return [(column.name, column.data_type) for column in node.columns.values()]


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


def record(profile: Path) -> dict[str, Any]:
    """Builds the profile for SQL Server. Returns the statements and what dbt said went wrong."""
    for driver in DRIVERS:
        sys.modules[driver] = None  # type: ignore[assignment]  # any import of it is an ImportError
    os.environ["NATTSYNK_SQLSERVER_HOST"] = "nowhere.invalid"
    from nattsynk import dbt, project
    from nattsynk.cli import now
    from nattsynk.log import Progress
    from nattsynk.settings import load

    recorder, progress, settings = Recorder(), Progress(now), load(profile)
    _connect_to(recorder)
    project.assemble(settings)
    recorder.manifest = dbt.parse(settings, "sqlserver", progress)
    failures = dbt.build(settings, "sqlserver", recorder.manifest, SYNC_DATE, progress)
    nodes = recorder.manifest.nodes.values()
    return {
        "statements": recorder.statements,
        "failures": [f"{failure.name}: {failure.message}" for failure in failures],
        "nodes": sorted(node.unique_id for node in nodes if node.resource_type in ("model", "seed", "test", "operation")),
        "compiled": {
            node.unique_id: node.compiled_code
            for node in nodes
            if node.resource_type in ("model", "test") and getattr(node, "compiled_code", None)
        },
    }


def _connect_to(recorder: Recorder) -> None:
    from dbt.adapters.contracts.connection import ConnectionState
    from dbt.adapters.sqlserver.sqlserver_connections import SQLServerConnectionManager

    def connect(connection: Any) -> Any:
        connection.handle, connection.state = Handle(recorder), ConnectionState.OPEN
        return connection

    SQLServerConnectionManager.open = staticmethod(connect)  # type: ignore[method-assign]


def _described(*names: str) -> list[tuple]:
    return [(name, str, None, None, None, None, None) for name in names]


def _bare(kind: str) -> str:
    return re.split(r"\W", kind.strip().lower())[0]


if __name__ == "__main__":
    Path(sys.argv[2]).write_text(json.dumps(record(Path(sys.argv[1]))), encoding="utf-8")
