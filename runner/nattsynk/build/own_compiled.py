"""Own SQL that dbt has to compile: with Jinja, or in place of ours. The engine tries what dbt makes of it."""

import csv
from collections.abc import Callable, Mapping
from typing import Any

from nattsynk import engines
from nattsynk.build import dbt, failures, own_select
from nattsynk.build.own_files import Own, hooks, replacing
from nattsynk.engines.trial import Refused, Trial
from nattsynk.profile import overrides
from nattsynk.profile.settings import Settings


def faults(settings: Settings, target: str, woven: list[Own], parse: Callable[[Settings], Any]) -> list[str]:
    """What is wrong with these files and with those in place of ours. parse: gives the parsed project."""
    manifest = parse(settings)
    own = {file.name: file for file in (*woven, *replacing(settings))}
    models = {node.name for node in manifest.nodes.values() if node.resource_type == "model"}
    asked = [name for name in own if name in models]
    if not engines.of(target).tries_models:
        return _one_by_one(settings, target, manifest, asked, own)
    # Models that read what was replaced are tried too: a column of ours may be missing there.
    selected = [f"+{name}" for name in sorted({*asked, *_touched(settings, manifest)})]
    compiled, found = _compiled(settings, target, manifest, selected, own)
    return found or _together(settings, target, manifest, compiled, own)


def _one_by_one(settings: Settings, target: str, manifest: Any, asked: list[str], own: Mapping[str, Own]) -> list[str]:
    """Each select as it stands."""
    compiled, found = _compiled(settings, target, manifest, asked, own)
    with engines.of(target).open_trial(settings) as trial:
        return found or [text for name in asked for text in own_select.faults(trial, own[name], compiled[name].compiled_code, own[name].text)]


def _touched(settings: Settings, manifest: Any) -> set[str]:
    """The models that stand in place of ours or use a macro that does, and the models that read these."""
    paths = {path.as_posix() for path in overrides.replaced(settings)}
    macros = {key for key, macro in manifest.macros.items() if macro.original_file_path.replace("\\", "/") in paths}
    grown = True
    while grown:
        more = {key for key, macro in manifest.macros.items() if macros.intersection(macro.depends_on.macros)} - macros
        macros, grown = macros | more, bool(more)
    models = [node for node in manifest.nodes.values() if node.resource_type == "model"]
    first = {node.unique_id for node in models if node.original_file_path.replace("\\", "/") in paths or macros.intersection(node.depends_on.macros)}
    return {node.name for node in models if node.unique_id in first or first.intersection(node.depends_on.nodes)}


def _compiled(settings: Settings, target: str, manifest: Any, selected: list[str], own: Mapping[str, Own]) -> tuple[dict[str, Any], list[str]]:
    """Model -> its compiled node, in the order of a build; and the faults of the profile's files."""
    if not selected:
        return {}, []
    outcome = _compile(settings, target, manifest, ["--select", *selected, "--exclude", "resource_type:test"])
    if outcome.exception is not None:
        raise failures.cannot(settings, target, "compile", outcome.exception)
    found = [
        f"{own[result.node.name].shown}: {failures.redact(target, str(result.message))}"
        for result in outcome.result if str(result.status) == "error" and result.node.name in own
    ]
    return {result.node.name: result.node for result in outcome.result if result.node.resource_type == "model"}, found


def _compile(settings: Settings, target: str, manifest: Any, what: list[str]) -> Any:
    variables = {"sync_date": "2000-01-01"}
    arguments = ["compile", *dbt.common_arguments(settings, target), "--no-introspect", "--no-populate-cache", *what]
    # What is compiled inline joins the project that dbt is given, and a build may come after.
    before = set(manifest.nodes)
    outcome = dbt.invoke(manifest, arguments, variables)
    for added in set(manifest.nodes) - before:
        del manifest.nodes[added]
    return outcome


def _state_made(settings: Settings, target: str, manifest: Any) -> list[str]:
    """The statements that make the tables of our state, which models read too."""
    outcome = _compile(settings, target, manifest, ["--inline", "{{ create_delivery_tables() }}"])
    return outcome.result.results[0].node.compiled_code.split(";") if outcome.result else []


def _together(settings: Settings, target: str, manifest: Any, compiled: Mapping[str, Any], own: Mapping[str, Own]) -> list[str]:
    """The faults of the profile's models, and of ours that read them, over tables without rows."""
    state = _state_made(settings, target, manifest)
    with engines.of(target).open_trial(settings) as trial:
        trial.make_databases({node.database for node in manifest.nodes.values() if node.resource_type in ("model", "seed")})
        _make_seeds(settings, trial, manifest)
        trial.run(state)
        return _tried(trial, manifest, compiled, own)


def _tried(trial: Trial, manifest: Any, compiled: Mapping[str, Any], own: Mapping[str, Own]) -> list[str]:
    found: list[str] = []
    broken: set[str] = set()
    for name, node in compiled.items():
        if not node.compiled_code or broken.intersection(node.depends_on.nodes):
            broken.add(node.unique_id)
            continue
        if name in own:
            found += own_select.faults(trial, own[name], node.compiled_code, own[name].text)
        try:
            # A hook with a fault is told of once, not again by every model that reads it.
            trial.make_table(node, hooks().get(name))
        except Refused as refused:
            broken.add(node.unique_id)
            found += _of_ours(name, node, own, manifest, refused.what)
    return found


def _of_ours(name: str, node: Any, own: Mapping[str, Own], manifest: Any, what: str) -> list[str]:
    """A model of ours that cannot be read, where it reads one of the profile's: that one is to blame."""
    read = [manifest.nodes[key].name for key in node.depends_on.nodes if key in manifest.nodes]
    blamed = [own[other].shown for other in read if other in own]
    macros = [own[key.split(".")[-1]].shown for key in node.depends_on.macros if key.split(".")[-1] in own]
    if name in own or not (blamed or macros):
        return []
    return [f"{' and '.join(blamed or macros)} does not give what {name} reads of it: {what}"]


def _make_seeds(settings: Settings, trial: Trial, manifest: Any) -> None:
    for node in manifest.nodes.values():
        if node.resource_type == "seed":
            with (settings.project / node.original_file_path).open(newline="", encoding="utf-8") as handle:
                header = next(csv.reader(handle), [])
            types = node.config.column_types
            trial.make_table(node, {name: types.get(name, "nvarchar(4000)") for name in header})
