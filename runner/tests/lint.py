"""`make lint`: what tools say of the Python, and of the SQL that differs from the last commit. It takes seconds.

dbt compiles the changed models for SQL Server, which needs no server. Then sqlfluff, our list of forbidden patterns, and Microsoft's own
grammar read the result. `make test-all` reads all SQL, what the runner sends too (runner/tests/tsql).
"""

import os
import re
import shutil
import subprocess
import sys
from pathlib import Path

PROJECT = Path(__file__).resolve().parents[2]
sys.path += [str(PROJECT / "runner" / "tests"), str(PROJECT / "runner" / "tests" / "tsql")]

from forbidden import bare, found  # noqa: E402 - their folders are named above
from grammar import batches, refused  # noqa: E402
from programs import program  # noqa: E402

TARGET = PROJECT / "target" / "lint"
COMPILED = TARGET / "compiled" / "nattsynk"
# dbt wants a name for the server, and does not connect.
NOWHERE = {"NATTSYNK_SQLSERVER_HOST": "nowhere.invalid", "NATTSYNK_SQLSERVER_AUTHENTICATION": "windows", "DBT_SEND_ANONYMOUS_USAGE_STATS": "false"}


def is_green(*command: str) -> bool:
    print("$", Path(command[0]).stem, *command[1:], flush=True)
    return subprocess.run([program(command[0]), *command[1:]], cwd=PROJECT, env={**os.environ, **NOWHERE}, check=False).returncode == 0


def changed_models() -> list[str]:
    """The models that differ from the last commit, and those that are new."""
    listed = subprocess.run(
        ["git", "status", "--porcelain", "--untracked-files=all", "--", "models"], cwd=PROJECT, capture_output=True, text=True, check=True,
    ).stdout
    return sorted(Path(match[1]).stem for match in re.finditer(r"^..\s(?:.* -> )?(\S+\.sql)$", listed, re.MULTILINE) if (PROJECT / match[1]).exists())


def sql_is_green(models: list[str]) -> bool:
    shutil.rmtree(COMPILED, ignore_errors=True)
    compiling = ["compile", "--target", "sqlserver", "--target-path", str(TARGET), "--no-introspect", "--no-populate-cache", "--select", *models]
    told = subprocess.run([program("dbt"), *compiling], cwd=PROJECT, env={**os.environ, **NOWHERE}, capture_output=True, text=True, encoding="utf-8", check=False)
    if told.returncode:
        print(told.stdout)
        return False
    texts = {path.stem: path.read_text(encoding="utf-8").strip() + "\n" for path in COMPILED.rglob("*.sql")}
    shutil.rmtree(COMPILED)
    COMPILED.mkdir()
    for name, text in texts.items():
        (COMPILED / f"{name}.sql").write_text(text, encoding="utf-8")
    patterns = {name: found(bare(text)) for name, text in texts.items()}
    unread = {name: said for version in ("2016", "2022") for name, said in refused({name: batches(text) for name, text in texts.items()}, version, TARGET / version).items()}
    for name in sorted(texts):
        for said in (*patterns[name], *([unread[name]] if name in unread else [])):
            print(f"{name}: {said}")
    has_style = is_green("sqlfluff", "lint", "--config", ".sqlfluff", str(COMPILED.relative_to(PROJECT)))
    return has_style and not any(patterns.values()) and not unread


if __name__ == "__main__":
    models = changed_models()
    parts = [is_green("ruff", "check", "runner"), is_green("mypy"), not models or sql_is_green(models)]
    if not models:
        print("No model differs from the last commit.")
    sys.exit(not all(parts))
