"""Microsoft's own T-SQL grammar (ScriptDom, in the program `maxdop`): it says which batches SQL Server cannot read."""

import json
import re
import subprocess
from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path

from programs import program

# As an administrator names them: the oldest that is read, a current one, and the warehouse of Fabric.
VERSIONS = ("2016", "2019", "2022", "fabricdw")
LITERAL = r"N?'((?:[^']|'')*)'"
# SQL within SQL: a text that is executed or described is a batch of its own.
INNER = re.compile(rf"(?:\bexec(?:ute)?\s*\(|\bdm_exec_describe_first_result_set\s*\()\s*{LITERAL}", re.IGNORECASE)
REFUSED = re.compile(r"^maxdop: (.+?): (?:could not be parsed, so it was left unchanged\. )?(.*)$")
FINE = "would be reformatted"


def batches(sql: str) -> Iterator[str]:
    """A statement as it is sent, and every statement within it. Parameters (?) become variables."""
    yield sql.replace("?", "@p")
    for inner in INNER.finditer(_without_comments(sql)):
        yield from batches(inner.group(1).replace("''", "'"))


def refused(named: Mapping[str, Iterable[str]], version: str, folder: Path) -> dict[str, str]:
    """name -> what the grammar says, of the batches that it refuses. folder: where they are written to be read."""
    folder.mkdir(parents=True, exist_ok=True)
    (folder / ".maxdop.json").write_text(json.dumps({"initialQuotedIdentifiers": True}), encoding="utf-8")
    files = {}
    for name, texts in named.items():
        for text in texts:
            file = folder / f"{len(files):05}.sql"
            file.write_text(text, encoding="utf-8")
            files[file.name] = name
    (folder / "files").write_text("\n".join(files), encoding="utf-8")
    command = [program("maxdop"), "--check", "--parser-version", version, "--files-from", "files"]
    ended = subprocess.run(command, cwd=folder, capture_output=True, text=True, check=False)
    said = dict(_said(ended.stdout + ended.stderr))
    assert set(said) <= set(files), f"maxdop ended with {ended.returncode}: {ended.stderr[:500]}"
    return {files[name]: text for name, text in said.items()}


def _said(output: str) -> Iterator[tuple[str, str]]:
    for line in output.splitlines():
        if line.startswith("maxdop: ") and not line.endswith(FINE):
            match = REFUSED.match(line)
            yield (Path(match.group(1)).name, match.group(2)) if match else (line, line)


def _without_comments(sql: str) -> str:
    # A text may hold what looks like a comment, and a comment what looks like a text.
    tokens = re.compile(rf"{LITERAL}|--[^\n]*|/\*.*?\*/", re.DOTALL)
    return tokens.sub(lambda token: token.group(0) if token.group(0)[-1] == "'" else " ", sql)
