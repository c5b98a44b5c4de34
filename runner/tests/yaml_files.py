"""Our yml files, read fast and once."""

import functools
from pathlib import Path
from typing import Any

import yaml

from nattsynk.profile.settings import PROJECT


@functools.cache
def read(path: Path) -> Any:
    """What a yml file says. Read by the C library, for the files are many; nobody may change what is returned."""
    return yaml.load(path.read_text(encoding="utf-8"), yaml.CSafeLoader)


@functools.cache
def unit_tests() -> dict[str, list[dict[str, Any]]]:
    """File of unit_tests/ -> dbt's unit tests in it."""
    return {path.stem: read(path)["unit_tests"] for path in sorted((PROJECT / "unit_tests").glob("*.yml"))}
