"""Assembles the dbt project of one profile in its work folder (docs/architecture.md, "A profile and its work folder")."""

from collections.abc import Iterator
from pathlib import Path

from nattsynk import replacing, seeds, system
from nattsynk.settings import PROJECT, Settings

PARTS = ("models", "macros", "seeds", "tests")
SUFFIXES = {".sql", ".yml", ".csv", ".md"}
# Python's tests and their files live beside dbt's; dbt must not try to read them.
NOT_DBT = {Path("tests/reader"), Path("tests/runner"), Path("tests/sql")}
# The places for a customer's own SQL, each as it is where the customer has none.
HOOKS = Path(__file__).with_name("templates") / "models"


def assemble(settings: Settings, unit_tests: bool = False) -> None:
    """Brings `<profile>/target/project` up to date: changed files are written, stale ones removed, the rest untouched.

    Untouched files keep dbt's parse cache warm. The unit tests of the models are left out unless asked for: they guard
    development, and reading them takes as long as reading the models. Stops (exit code 2) when a seed file is wrong.
    """
    texts = _texts(settings)
    copies = {Path("dbt_project.yml"): PROJECT / "dbt_project.yml", **_copies(settings)}
    for relative, text in texts.items():
        _write(settings.project / relative, text)
    for relative, source in copies.items():
        if relative not in texts:
            _copy(source, settings.project / relative, unit_tests)
    _remove_stale(settings.project, {*texts, *copies})


def own_files(settings: Settings) -> Iterator[Path]:
    """The files whose content decides what a build does: nattsynk's own and the profile's, sorted."""
    project = [PROJECT / "dbt_project.yml", PROJECT / "profiles" / "profiles.yml"]
    project += [path for part in PARTS for path in _dbt_files(part)]
    customer = [settings.folder / "profile.yml"]
    customer += [path for part in ("seeds", "models") for path in sorted((settings.folder / part).glob("*")) if path.is_file()]
    customer += replacing.files(settings)
    yield from sorted(project)
    yield from customer


def _texts(settings: Settings) -> dict[Path, str]:
    profile_seeds = {Path("seeds/profile") / name: text for name, text in seeds.complete(settings).items()}
    seeds.check_person_mapping(settings)
    header = {settings.person_mapping_header.relative_to(settings.project): seeds.person_mapping_header(settings)}
    return {**profile_seeds, **header}


def _copies(settings: Settings) -> dict[Path, Path]:
    ours = {path.relative_to(PROJECT): path for part in PARTS for path in _dbt_files(part)}
    hooks = sorted(HOOKS.glob("*.sql"))
    local = {replacing.LOCAL / path.name: path for path in (*hooks, *replacing.own_models(settings))}
    return {**ours, **local, **replacing.replaced(settings)}


def _dbt_files(part: str) -> Iterator[Path]:
    for path in sorted((PROJECT / part).rglob("*")):
        relative = path.relative_to(PROJECT)
        if path.suffix in SUFFIXES and path.is_file() and not NOT_DBT.intersection(relative.parents):
            yield path


def _write(path: Path, text: str) -> None:
    if path.is_file() and path.read_text(encoding="utf-8") == text:
        return
    with system.telling(path):
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8", newline="\n")


def _copy(source: Path, to: Path, unit_tests: bool) -> None:
    content = source.read_bytes()
    if source.suffix == ".yml" and not unit_tests:
        # In every file of ours they stand last, under a key of their own.
        content = content.split(b"\nunit_tests:")[0] + b"\n"
    if to.is_file() and to.read_bytes() == content:
        return
    with system.telling(to):
        to.parent.mkdir(parents=True, exist_ok=True)
        to.write_bytes(content)


def _remove_stale(project: Path, wanted: set[Path]) -> None:
    for path in project.rglob("*"):
        if path.is_file() and path.relative_to(project) not in wanted:
            path.unlink()
