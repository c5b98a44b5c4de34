"""What a profile brings beside its settings and seeds: own models that add, and files that take the place of ours.

`<profile>/models/*` adds (docs/change/own-sql.md). `<profile>/replace/{models,macros,seeds}/*` replaces a model, macro or seed
by its name (docs/change/changing-rules.md). The files that keep protected persons out cannot be replaced (guarded_files.py).
"""

import difflib
from pathlib import Path

from nattsynk.errors import Stop
from nattsynk.profile import own_texts
from nattsynk.profile.guarded_files import guarded
from nattsynk.profile.our_files import LOCAL, PARTS, ours
from nattsynk.profile.settings import PROJECT, Settings

FOLDER = "replace"
OWN_SUFFIXES = {".sql", ".yml", ".md"}


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
        own_texts.check_select(shown, path)
        if path.suffix == ".yml":
            own_texts.check_yaml(shown, path, names)
    return found


def files(settings: Settings) -> list[Path]:
    """Every file of the profile's folder replace/, sorted."""
    return [path for path in sorted((settings.folder / FOLDER).rglob("*")) if path.is_file() and path.suffix != ".md"]


def replaced(settings: Settings) -> dict[Path, Path]:
    """Our file, relative to the project -> the profile's that takes its place. Stops (exit code 2) at one that may not."""
    found: dict[Path, Path] = {}
    for path in files(settings):
        original = _original(path, path.relative_to(settings.folder / FOLDER))
        if original in found:
            raise Stop(f"{FOLDER}/ holds {path.name} twice.", "Keep one of the two.")
        found[original] = path
    return found


def shown_paths(settings: Settings) -> dict[str, str]:
    """The assembled project's files that are the profile's own, as dbt names them -> as the profile names them."""
    local = {(LOCAL / path.name).as_posix(): path for path in own_models(settings)}
    files = {**local, **{path.as_posix(): own for path, own in replaced(settings).items()}}
    return {path: own.relative_to(settings.folder).as_posix() for path, own in files.items()}


def _original(path: Path, relative: Path) -> Path:
    """Our file that a file of the folder replace/ takes the place of, relative to the project."""
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
        own_texts.check_columns(shown, path, ours(part)[path.stem])
    else:
        own_texts.check_select(shown, path)
    if part == "macros":
        own_texts.check_macros(shown, path, ours(part)[path.stem])
    return ours(part)[path.stem].relative_to(PROJECT)
