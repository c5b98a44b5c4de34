"""sqlfluff reads the compiled T-SQL: everything parses in its grammar too, and keeps to the rules of .sqlfluff."""

import json
import subprocess
from collections.abc import Callable
from pathlib import Path

import pytest
from programs import program
from recordings import Recording

from nattsynk.profile.settings import PROJECT

Lint = Callable[[dict[str, str]], dict[str, list[str]]]


@pytest.fixture(scope="module")
def lint(tmp_path_factory: pytest.TempPathFactory) -> Lint:
    def run(texts: dict[str, str]) -> dict[str, list[str]]:
        """name -> rule and line of what sqlfluff says of the SQL of that name."""
        folder = tmp_path_factory.mktemp("lint")
        for name, text in texts.items():
            (folder / f"{name}.sql").write_text(text, encoding="utf-8")
        command = [program("sqlfluff"), "lint", "--config", str(PROJECT / ".sqlfluff"), "--format", "json"]
        ended = subprocess.run([*command, "--processes", "2", str(folder)], capture_output=True, text=True, check=False)
        assert ended.returncode in (0, 1), ended.stderr
        return {Path(file["filepath"]).stem: _said(file) for file in json.loads(ended.stdout) if file["violations"]}

    return run


def _said(file: dict) -> list[str]:
    return [f"{said['code']} line {said['start_line_no']}: {said['description']}" for said in file["violations"]]


def test_all_sql_keeps_to_the_rules(lint: Lint, built: Recording, runner_statements: dict[str, str]) -> None:
    models = {select.name: select.sql for select in built.selects}
    # One of each template; the rest differ in names only.
    templates = {name.split(" ")[0].replace("/", "."): sql.replace("?", "@p") + "\n" for name, sql in runner_statements.items()}
    assert lint({**models, **templates}) == {}


def test_what_breaks_a_rule_is_said(lint: Lint) -> None:
    said = lint({
        "unparsable": "select a from b where where c = 1\n",
        "upper": "SELECT a from b\n",
        "unused": "with c as (select 1 as a), d as (select 2 as a) select * from c\n",
        "ordinal": "select a, count(*) as n from b group by 1\n",
        "implicit": "select a.b from c a\n",
        "good": "select a from b\n",
    })
    assert {name: lines[0].split(" ")[0] for name, lines in said.items()} == {
        "unparsable": "PRS", "upper": "CP01", "unused": "ST03", "ordinal": "AM06", "implicit": "AL01",
    }
