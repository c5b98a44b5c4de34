"""All that differs between engines stands in runner/nattsynk/engines, and every engine answers all that the runner asks.

The rule, for every other module of the runner, and for what the engines share:
- No text of one word has an engine's name in it. Sentences may name an engine: people read them.
- Nothing compares a target, an adapter or an engine.
- Nothing imports an engine's module, a driver, or an adapter of dbt.
"""

import ast
import importlib.util
import inspect
import re
from pathlib import Path

import pytest
import yaml

from nattsynk import engines
from nattsynk.build import dbt
from nattsynk.cli import now, verbs
from nattsynk.engines.database import open_database
from nattsynk.engines.engine import Engine
from nattsynk.engines.messages import Messages
from nattsynk.engines.trial import Trial
from nattsynk.errors import Stop
from nattsynk.log import Progress
from nattsynk.profile import configuration, project
from nattsynk.profile.settings import PROJECT

RUNNER = PROJECT / "runner" / "nattsynk"
# The registry, and a folder or a file for each engine, named as its module.
OF_ENGINES = (RUNNER / "engines" / "__init__.py", *(RUNNER.parent / Path(*module.split(".")) for module in engines.REGISTRY.values()))
OTHERS = sorted(
    path for path in RUNNER.rglob("*.py")
    if not any(path.is_relative_to(place) or path == place.with_suffix(".py") for place in OF_ENGINES) and "templates" not in path.parts
)
NAMES = {*engines.TARGETS, *(engines.of(target).adapter for target in engines.TARGETS)}
# The database file has this name in every profile; administrators and their backups know it.
ALLOWED = {"nattsynk.duckdb"}
DRIVERS = ("duckdb", "pyodbc", "mssql_python", "dbt.adapters.duckdb", "dbt.adapters.sqlserver")
ENGINE_MODULES = tuple(engines.REGISTRY.values())


def offences(text: str) -> list[str]:
    """What a module's text does against the rule."""
    tree = ast.parse(text)
    prose = {id(node.value) for node in ast.walk(tree) if isinstance(node, ast.Expr) and isinstance(node.value, ast.Constant)}
    return [found for node in ast.walk(tree) if id(node) not in prose for found in (*_named(node), *_compared(node), *_imported(node))]


def _named(node: ast.AST) -> list[str]:
    if not isinstance(node, ast.Constant) or not isinstance(node.value, str) or node.value in ALLOWED or re.search(r"\s", node.value):
        return []
    return [f"names {name}" for name in sorted(NAMES) if name in node.value.lower()]


def _compared(node: ast.AST) -> list[str]:
    if not isinstance(node, ast.Compare):
        return []
    sides = {getattr(side, "id", getattr(side, "attr", "")) for side in (node.left, *node.comparators)}
    return [f"compares {side}" for side in sorted(sides & {"target", "adapter", "engine"})]


def _imported(node: ast.AST) -> list[str]:
    if isinstance(node, ast.ImportFrom):
        modules = [node.module or "", *(f"{node.module}.{alias.name}" for alias in node.names)]
    else:
        modules = [alias.name for alias in node.names] if isinstance(node, ast.Import) else []
    barred = (*DRIVERS, *ENGINE_MODULES)
    return sorted({f"imports {place}" for module in modules for place in barred if module == place or module.startswith(f"{place}.")})


def test_the_rest_of_the_runner_does_not_know_its_engines() -> None:
    assert len(OTHERS) > 60
    found = {path.relative_to(RUNNER).as_posix(): offences(path.read_text(encoding="utf-8")) for path in OTHERS}
    assert {path: said for path, said in found.items() if said} == {}


@pytest.mark.parametrize(("text", "said"), [
    ('if name == "embedded": pass', "names embedded"),
    ('outputs["sqlserver"] = 1', "names sqlserver"),
    ('kind = "type_DuckDB"', "names duckdb"),
    ("if run.target != other: pass", "compares target"),
    ("if target in others: pass", "compares target"),
    ("def f():\n    import duckdb", "imports duckdb"),
    ("from dbt.adapters.sqlserver.sqlserver_connections import X", "imports dbt.adapters.sqlserver"),
    ("from nattsynk.engines import duckdb", "imports nattsynk.engines.duckdb"),
    ("from nattsynk.engines.sqlserver import rights", "imports nattsynk.engines.sqlserver"),
])
def test_each_way_to_know_an_engine_is_found(text: str, said: str) -> None:
    assert offences(text) == [said]


@pytest.mark.parametrize("text", ['"""DuckDB."""', 'say("DuckDB cannot keep a database there.")', "engine = engines.of(target)", "from nattsynk.engines import messages"])
def test_prose_and_questions_are_no_offence(text: str) -> None:
    assert offences(text) == []


@pytest.mark.parametrize("target", engines.TARGETS)
def test_every_engine_answers_the_whole_interface(target: str) -> None:
    engine = engines.of(target)
    assert isinstance(engine, Engine)
    assert [name for name in inspect.get_annotations(Engine) if not hasattr(engine, name)] == []
    asked = [name for name, function in inspect.getmembers(Messages, inspect.isfunction) if not name.startswith("_")]
    assert asked
    for name in asked:
        wanted = list(inspect.signature(getattr(Messages, name)).parameters.values())[1:]
        assert len(inspect.signature(getattr(engine.messages, name)).parameters) == len(wanted), name


@pytest.mark.parametrize("target", engines.TARGETS)
def test_the_registry_dbts_connections_and_dbts_adapters_are_one_list(target: str) -> None:
    outputs = yaml.safe_load((PROJECT / "profiles.yml").read_text(encoding="utf-8"))["nattsynk"]["outputs"]
    engine = engines.of(target)
    assert engine.target == target
    assert list(outputs) == list(engines.TARGETS)
    assert outputs[target]["type"] == engine.adapter
    assert importlib.util.find_spec(f"dbt.adapters.{engine.adapter}")


@pytest.mark.parametrize("target", [target for target in engines.TARGETS if engines.of(target).tries_models])
def test_an_engine_that_tries_models_makes_their_tables(profile, target: str) -> None:
    with engines.of(target).open_trial(profile.settings()) as trial:
        left = [name for name, function in inspect.getmembers(Trial, inspect.isfunction) if getattr(type(trial), name) is function]
    assert left == []


@pytest.mark.parametrize("target", [target for target in engines.TARGETS if not engines.of(target).is_shared])
def test_an_engine_whose_database_is_not_shared_tells_of_a_foreign_one(profile, target: str) -> None:
    with open_database(profile.settings(), target) as database, engines.of(target).lock(database) as is_ours:
        assert is_ours
        assert isinstance(database.foreign(["other_test"]), Stop)


def test_every_verb_takes_the_targets_of_the_registry() -> None:
    options = [option for verb in verbs.commands.values() for option in verb.params if option.name == "target"]
    assert len(options) == len(verbs.commands)
    assert {(tuple(option.type.choices), option.default) for option in options} == {(engines.TARGETS, engines.DEFAULT)}
    assert engines.DEFAULT in engines.TARGETS


def test_a_command_line_names_the_target_that_is_not_the_default() -> None:
    assert [engines.option(target) for target in engines.TARGETS if target != engines.DEFAULT] == [
        ("--target", target) for target in engines.TARGETS if target != engines.DEFAULT
    ]
    assert engines.option(engines.DEFAULT) == ()


THIRD = """
from nattsynk.engines.sqlserver import SQLServer


class Third(SQLServer):
    target = "third"


ENGINE = Third()
"""


def test_a_third_engine_is_a_module_a_row_and_an_output(profile, tmp_path, monkeypatch) -> None:
    """Nothing else is touched: its project is assembled, dbt reads it, and its own question about the environment is asked."""
    (tmp_path / "third_engine.py").write_text(THIRD, encoding="utf-8")
    monkeypatch.syspath_prepend(tmp_path)
    monkeypatch.setitem(engines.REGISTRY, "third", "third_engine")
    content = yaml.safe_load(configuration.CONNECTIONS_FILE.read_text(encoding="utf-8"))
    outputs = content["nattsynk"]["outputs"]
    outputs["third"] = {**outputs["sqlserver"], "threads": 2}
    connections = profile.folder / "profiles.yml"
    connections.write_text(yaml.safe_dump(content), encoding="utf-8")
    monkeypatch.setattr(configuration, "CONNECTIONS_FILE", connections)
    for name, value in {"HOST": "sql.prov.example", "AUTHENTICATION": "windows"}.items():
        monkeypatch.setenv(f"NATTSYNK_SQLSERVER_{name}", value)
    profile.write(source_location={"procapita": {"school": "P.KJ1", "register": "P.KI0"}}, database={"name": "skolan"})
    settings = profile.settings()
    project.assemble(settings, "third")
    manifest = dbt.parse(settings, "third", Progress(now))
    assert {source.schema for source in manifest.sources.values() if source.source_name.startswith("procapita")} >= {"KJ1", "KI0"}
    written = yaml.safe_load((settings.project / "profiles.yml").read_text(encoding="utf-8"))["nattsynk"]
    assert (written["target"], written["outputs"]["third"]["database"], written["outputs"]["third"]["threads"]) == ("third", "skolan", 2)
    monkeypatch.delenv("NATTSYNK_SQLSERVER_HOST")
    with pytest.raises(Stop, match="The target third needs environment variables"):
        open_database(settings, "third")
