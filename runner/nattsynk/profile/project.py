"""Assembles the dbt project of one profile in its work folder (docs/develop/architecture.md, "A profile and its work folder")."""

import hashlib
from collections.abc import Iterable, Iterator
from pathlib import Path

from nattsynk import engines, operating_system
from nattsynk.profile import configuration, overrides, registers, schema, seeds
from nattsynk.profile.our_files import LOCAL
from nattsynk.profile.settings import PROJECT, Settings

PARTS = ("models", "macros", "seeds", "tests/config", "tests/generic", "tests/integrity", "tests/safety")
# Where dbt's own command line leaves its artifacts and log.
DBT_WRITES = {"target", "logs"}
SUFFIXES = {".sql", ".yml", ".csv", ".md"}


def assemble(settings: Settings, target: str = engines.DEFAULT, unit_tests: bool = False) -> None:
    """Brings `<profile>/target/project` up to date: changed files are written, stale ones removed, the rest untouched.

    Untouched files keep dbt's parse cache warm. The unit tests of the models are left out unless asked for: they guard
    development, and reading them takes as long as reading the models. Stops (exit code 2) when a seed file is wrong.
    """
    texts, copies = _texts(settings, target), _copies(settings)
    if unit_tests:
        copies |= _unit_tests(copies)
    for relative, text in texts.items():
        _write(settings.project / relative, text)
    for relative, source in copies.items():
        if relative not in texts:
            _copy(source, settings.project / relative)
    _remove_stale(settings.project, {*texts, *copies})
    _renew_schema(settings)


def own_files(settings: Settings) -> Iterator[Path]:
    """The files whose content decides what a build does: nattsynk's own and the profile's, sorted."""
    project = [configuration.PROJECT_FILE, configuration.CONNECTIONS_FILE, *_dbt_files(settings)]
    customer = [settings.folder / "profile.yml"]
    customer += [path for part in ("seeds", "models") for path in sorted((settings.folder / part).glob("*")) if path.is_file()]
    customer += overrides.files(settings)
    yield from sorted(project)
    yield from customer


def fingerprint(settings: Settings) -> str:
    """SHA-256 over what decides what a build does: nattsynk's models and rules, and the profile's files."""
    digest = hashlib.sha256()
    for path in own_files(settings):
        root = PROJECT if path.is_relative_to(PROJECT) and not path.is_relative_to(settings.folder) else settings.folder
        digest.update(f"{path.relative_to(root).as_posix()}\0".encode())
        digest.update(hashlib.sha256(path.read_bytes()).digest())
    return digest.hexdigest()


def _texts(settings: Settings, target: str) -> dict[Path, str]:
    configured = {
        Path("dbt_project.yml"): configuration.dbt_project(settings, target, fingerprint(settings)),
        Path("profiles.yml"): configuration.dbt_profiles(settings, target),
    }
    profile_seeds = {Path("seeds/profile") / name: text for name, text in seeds.complete(settings).items()}
    seeds.check_person_mapping(settings)
    header = {settings.person_mapping_header.relative_to(settings.project): seeds.person_mapping_header(settings)}
    return {**configured, **profile_seeds, **header}


def _copies(settings: Settings) -> dict[Path, Path]:
    ours = {path.relative_to(PROJECT): path for path in _dbt_files(settings)}
    local = {LOCAL / path.name: path for path in overrides.own_models(settings)}
    return {**ours, **local, **overrides.replaced(settings)}


def _unit_tests(copies: Iterable[Path]) -> dict[Path, Path]:
    """Those of the models that are there, a file each."""
    models = {path.stem for path in copies}
    return {path.relative_to(PROJECT): path for path in sorted((PROJECT / "unit_tests").glob("*.yml")) if path.stem in models}


def _dbt_files(settings: Settings) -> Iterator[Path]:
    """Ours, but the families of tables of which no register is listed."""
    unused = {PROJECT / "models" / "staging" / family for family, systems in registers.families().items() if not set(systems) & set(settings.sources)}
    for part in PARTS:
        for path in sorted((PROJECT / part).rglob("*")):
            if path.suffix in SUFFIXES and path.is_file() and not unused.intersection(path.parents):
                yield path


def _renew_schema(settings: Settings) -> None:
    """Brings the schema beside profile.yml up to date, if the profile has one. `check`, which works elsewhere, changes nothing."""
    path = settings.folder / schema.FILE_NAME
    if path.is_file() and settings.work_elsewhere is None:
        _write(path, schema.as_text())


def _write(path: Path, text: str) -> None:
    if path.is_file() and path.read_text(encoding="utf-8") == text:
        return
    with operating_system.telling(path):
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8", newline="\n")


def _copy(source: Path, to: Path) -> None:
    content = source.read_bytes()
    if to.is_file() and to.read_bytes() == content:
        return
    with operating_system.telling(to):
        to.parent.mkdir(parents=True, exist_ok=True)
        to.write_bytes(content)


def _remove_stale(project: Path, wanted: set[Path]) -> None:
    for path in project.rglob("*"):
        relative = path.relative_to(project)
        if path.is_file() and relative not in wanted and relative.parts[0] not in DBT_WRITES:
            path.unlink()
