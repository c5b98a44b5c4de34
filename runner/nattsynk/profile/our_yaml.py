"""The yml files of nattsynk's own dbt project. There are many of them, and a run needs some at its start."""

import functools
from pathlib import Path
from typing import Any

import yaml


@functools.cache
def read(path: Path) -> Any:
    """What a file says. Nobody may change it: everybody is given the same. The C library reads it, in a tenth of Python's time."""
    return yaml.load(path.read_text(encoding="utf-8"), yaml.CSafeLoader)
