"""What a profile brings beside its settings and seeds: own models that add, and files that take the place of ours.

`<profile>/models/*` adds (docs/change/own-sql.md); `<profile>/replace/{models,macros,seeds}/*` replaces a model, macro or seed
by its name (docs/change/changing-rules.md). What keeps protected persons out can be neither replaced nor gone around: see `guard`.
"""

import csv
import difflib
import functools
import re
from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path
from typing import Any

import yaml

from nattsynk.errors import Stop
from nattsynk.profile.settings import PROJECT, Settings

# The places for a customer's own SQL, each as it is where the customer has none.
LOCAL = Path("models/local")
FOLDER = "replace"
# part of the folder -> where ours stand, and how their names end.
PARTS = {"models": ("models", ".sql"), "macros": ("macros", ".sql"), "seeds": ("seeds/rules", ".csv")}
OWN_SUFFIXES = {".sql", ".yml", ".md"}
OWN_KEYS = {"version", "models"}
SAFETY_TESTS = PROJECT / "tests" / "safety"
# Models that may see more than what has landed, by their name or because they read a source that is not our own state.
SEES_ALL = re.compile(r"^land_|protected|withheld|signature_holders|cells_unread|exposed|erased")
NEVER_READ = re.compile(r"protected|signature_holders|cells_unread|person_numbers|exposed|erased")
READS_SOURCE = re.compile(r"\bread_source\(|\bsource\(\s*(?!'delivery')")
REFERS = re.compile(r"\bref\(\s*'(\w+)'")
DEFINES = re.compile(r"\{%-?\s*(?:macro|test|materialization|snapshot|data_test)\s+(\w+)")
# A model is one select: what runs a statement of its own could write where nobody looks afterwards.
RUNS_SQL = re.compile(r"\badapter\s*\.\s*(?!dispatch\b)|\brun_query\b|\bstatement\s*\(|\b(?:pre|post)[-_]hook\b")


def own_models(settings: Settings) -> list[Path]:
    """The files of the profile's folder models/. Stops (exit code 2) at one that is more than models of its own."""
    found = [path for path in sorted((settings.folder / "models").glob("*")) if path.suffix in OWN_SUFFIXES]
    names = {path.stem for path in found if path.suffix == ".sql"}
    for path in found:
        shown = f"models/{path.name}"
        if path.suffix == ".sql" and path.stem in ours("models"):
            raise Stop(
                f"{shown} has the name of a model of nattsynk.",
                f"Give it another name, or put it in {FOLDER}/models/ to take that model's place (docs/change/changing-rules.md).",
            )
        _no_statements(shown, path)
        if path.suffix == ".yml":
            _own_yaml(shown, path, names)
    return found


def files(settings: Settings) -> list[Path]:
    """Every file of the profile's folder replace/, sorted."""
    return [path for path in sorted((settings.folder / FOLDER).rglob("*")) if path.is_file() and path.suffix != ".md"]


def replaced(settings: Settings) -> dict[Path, Path]:
    """Our file, relative to the project -> the profile's that takes its place. Stops (exit code 2) at one that may not."""
    found: dict[Path, Path] = {}
    for path in files(settings):
        target = _target(path, path.relative_to(settings.folder / FOLDER))
        if target in found:
            raise Stop(f"{FOLDER}/ holds {path.name} twice.", "Keep one of the two.")
        found[target] = path
    return found


def shown_paths(settings: Settings) -> dict[str, str]:
    """The assembled project's files that are the profile's own, as dbt names them -> as the profile names them."""
    local = {(LOCAL / path.name).as_posix(): path for path in own_models(settings)}
    files = {**local, **{path.as_posix(): own for path, own in replaced(settings).items()}}
    return {path: own.relative_to(settings.folder).as_posix() for path, own in files.items()}


def guard(settings: Settings, manifest: Any) -> None:
    """Stops (exit code 2) where the parsed project lets the profile's SQL read the register past the cut of PER-1.

    The register's tables and the lists of the protected may be read by the models that make the cut alone; own SQL
    reads what has landed. Asked of dbt's own graph, so that no way of writing it hides it.
    """
    for stop in ways_past_the_cut(settings, manifest):
        raise stop


def ways_past_the_cut(settings: Settings, manifest: Any) -> Iterator[Stop]:
    """Each model that reads what it may not, or runs more than its select."""
    own = shown_paths(settings)
    for node in manifest.nodes.values():
        path = str(node.original_file_path).replace("\\", "/")
        if node.resource_type != "model" or (path not in own and node.name in guarded()):
            continue
        for needed in node.depends_on.nodes:
            kind, *_, source, name = needed.split(".")
            if (kind == "source" and source != "delivery") or (path in own and kind == "model" and NEVER_READ.search(name)):
                yield Stop(
                    f"{node.name} ({path}) reads {name}, which only the models that cut protected persons may read.",
                    "Read the landing table (land_…) or a model after it instead.",
                )
        if path in own and any(hook.sql not in _own_project() for hook in (*node.config.pre_hook, *node.config.post_hook)):
            yield Stop(f"{node.name} ({path}) has a hook.", "Own SQL is one select; take the hook away.")


@functools.cache
def ours(part: str) -> Mapping[str, Path]:
    """The files of a part of nattsynk's own project by name, but the places for a customer's own SQL."""
    folder, suffix = PARTS[part]
    return {path.stem: path for path in sorted((PROJECT / folder).rglob(f"*{suffix}")) if path.parent != PROJECT / LOCAL}


@functools.cache
def guarded() -> frozenset[str]:
    """The models, macros and seeds that keep protected persons out, and all that these and the safety tests rest on."""
    texts = {name: path.read_text(encoding="utf-8") for part in ("macros", "models") for name, path in ours(part).items()}
    seeing = {name for name in ours("models") if SEES_ALL.search(name) or READS_SOURCE.search(texts[name])}
    # What maps addresses reads a file of the profile's; the persons it maps them to are the safety test's to look at.
    todo = [name for name in seeing if name.startswith(("land_", "stg_"))]
    todo += [name for path in SAFETY_TESTS.glob("*.sql") for name in _called(path.read_text(encoding="utf-8"))]
    # What the project runs by itself, as hooks, is a statement and no select; so is what makes the tables.
    todo += _called(_own_project())
    todo += [name for name in ours("macros") if RUNS_SQL.search(texts[name])]
    found = set(seeing)
    while todo:
        name = todo.pop()
        text = texts.get(name, "")
        new = {*_called(text), *REFERS.findall(text)} - found
        found |= {name, *new}
        todo += new
    return frozenset(found)


@functools.cache
def _own_project() -> str:
    return (PROJECT / "dbt_project.yml").read_text(encoding="utf-8")


def _called(text: str) -> Iterator[str]:
    words = set(re.findall(r"\b(\w+)\(", text))
    yield from words.intersection(ours("macros"))


def _target(path: Path, relative: Path) -> Path:
    part, shown = relative.parts[0], f"{FOLDER}/{relative.as_posix()}"
    if part not in PARTS or len(relative.parts) < 2:
        raise Stop(f"{shown} stands outside of {', '.join(f'{FOLDER}/{name}/' for name in PARTS)}.", "Move it to the one it belongs to.")
    _, suffix = PARTS[part]
    if path.suffix != suffix or path.stem not in ours(part):
        near = difflib.get_close_matches(path.stem, ours(part), n=1)
        hint = f"; did you mean {near[0]}{suffix}?" if near else "."
        raise Stop(f"{shown} has not the name of one of nattsynk's {part}{hint}", "Only what has the name of ours replaces it; what adds stands in models/.")
    if path.stem in guarded():
        raise Stop(f"{shown}: {path.stem} is a part of what keeps protected persons out, and cannot be replaced.", "Take the file away.")
    if part == "seeds":
        _same_columns(shown, path, ours(part)[path.stem])
    else:
        _no_statements(shown, path)
    if part == "macros":
        _same_macros(shown, path, ours(part)[path.stem])
    return ours(part)[path.stem].relative_to(PROJECT)


def _same_columns(shown: str, path: Path, original: Path) -> None:
    if path.stem == "settings":
        raise Stop(f"{shown}: the settings are no table to replace.", "Give what differs under settings: in profile.yml.")
    wanted, given = (next(csv.reader(_text(shown, file).splitlines()), []) for file in (original, path))
    if given != wanted:
        raise Stop(f"{shown} has other columns than ours.", f"Begin it with the line {','.join(wanted)}.")


def _same_macros(shown: str, path: Path, original: Path) -> None:
    """A file may define what ours defines, for any engine: another name could take the place of a macro of dbt or of the cut."""
    known = set(DEFINES.findall(original.read_text(encoding="utf-8"))) | {path.stem}
    more = set(DEFINES.findall(_text(shown, path))) - known
    if more:
        raise Stop(f"{shown} defines {', '.join(sorted(more))} too.", f"It may define {', '.join(sorted(known))}.")


def _no_statements(shown: str, path: Path) -> None:
    found = RUNS_SQL.search(_text(shown, path))
    if found and path.suffix != ".md":
        raise Stop(f"{shown} has {found.group(0).strip()!r}: own SQL is one select and runs nothing else.", "Take it away.")


def _text(shown: str, path: Path) -> str:
    try:
        return path.read_text(encoding="utf-8-sig")
    except UnicodeDecodeError:
        raise Stop(f"{shown} is not UTF-8.", "Save the file as UTF-8 and run again.") from None


def _own_yaml(shown: str, path: Path, names: Iterable[str]) -> None:
    """Own YAML describes and tests own models; it may not change what ours are or whether our tests hold the night."""
    try:
        content = yaml.safe_load(_text(shown, path)) or {}
    except yaml.YAMLError:
        raise Stop(f"{shown} is not readable as YAML.", "Correct the file and run again.") from None
    if not isinstance(content, dict) or not OWN_KEYS.issuperset(content):
        raise Stop(f"{shown} may hold `models:` alone.", "Take away what else stands there.")
    described = [model.get("name") if isinstance(model, dict) else model for model in content.get("models") or []]
    strange = [str(name) for name in described if name not in names]
    if strange:
        raise Stop(f"{shown} describes {', '.join(strange)}, of which the profile has no file.", "Describe the profile's own models alone.")
