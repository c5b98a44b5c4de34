"""Reads a project once for all tests, whatever process and folder they are in; elsewhere five seconds each time."""

import hashlib
import os
from collections.abc import Callable
from pathlib import Path
from typing import Any

from dbt.contracts.graph.manifest import Manifest
from dbt.parser.manifest import extended_mashumaro_encoder, extended_mashumuro_decoder
from dbt_common.tests import enable_test_caching

from nattsynk.build import dbt
from nattsynk.log import Progress
from nattsynk.profile.settings import Settings

# What a profile's settings make of the project; that decides nothing of what is read.
OF_THE_PROFILE = {"dbt_project.yml", "profiles.yml"}


def reader(shared: Path) -> Callable[[Settings, str, Progress], Any]:
    """Stands in for nattsynk.dbt.parse. shared: where what has been read is kept, as dbt itself keeps it from night to night.

    A project is the same if its models, macros and tests are. Its settings may be others: they are looked up as a model is compiled
    (docs/decisions/0010-settings-are-vars-and-the-date-comes-last.md). What is read in one folder is moved to another.
    """
    enable_test_caching()  # of dbt: macros that two projects have in common
    parse, here = dbt.parse, {}

    def read(settings: Settings, target: str, progress: Progress) -> Any:
        decides = (target, settings.schema_prefix, settings.sources, settings.modules(target), settings.source_location, settings.dbt_vars(target)["paths"]["separators"])
        file, folder = shared / project(settings, decides), str(settings.folder)
        if (file, folder) not in here:
            here[file, folder] = _kept(file, folder) or _keep(file, folder, parse(settings, target, progress))
        return here[file, folder]

    return read


def project(settings: Settings, also: Any) -> str:
    """A name for a profile's models, macros and tests, whatever folder they are in, and for what else decides what dbt makes of them."""
    files = {path.relative_to(settings.project).as_posix(): path for path in settings.project.rglob("*") if path.is_file() and path.suffix != ".csv" and path.name not in OF_THE_PROFILE}
    decides = hashlib.sha256(repr(also).replace(settings.folder.as_posix(), ".").encode())
    for name in sorted(files):
        decides.update(name.encode())
        decides.update(hashlib.sha256(files[name].read_bytes()).digest())
    return decides.hexdigest()


def keep(file: Path, content: bytes) -> None:
    """Writes a file that another process finds whole or not at all."""
    unfinished = file.with_suffix(f".{os.getpid()}")
    unfinished.write_bytes(content)
    unfinished.replace(file)


def _keep(file: Path, folder: str, manifest: Any) -> Any:
    keep(file, folder.encode() + b"\n" + manifest.to_msgpack(extended_mashumaro_encoder))
    return manifest


def _kept(file: Path, folder: str) -> Any:
    if not file.exists():
        return None
    before, packed = file.read_bytes().split(b"\n", 1)
    return Manifest.from_msgpack(packed, decoder=lambda packed: _moved(extended_mashumuro_decoder(packed), before.decode(), folder))


def _moved(content: Any, before: str, now: str) -> Any:
    """The same with every path in another folder."""
    if isinstance(content, str):
        return content.replace(before, now)
    if isinstance(content, dict):
        return {_moved(key, before, now): _moved(value, before, now) for key, value in content.items()}
    return [_moved(value, before, now) for value in content] if isinstance(content, list) else content
