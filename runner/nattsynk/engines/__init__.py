"""The engines: each database that nattsynk can work in, and all that this database does in its own way.

A target is the name of an engine on the command line and in profiles.yml. The rest of the runner hands the target on, or asks its engine.
It never asks which engine it is (docs/decisions/0060-ask-the-engine-not-its-name.md).
"""

import importlib
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from nattsynk.engines.engine import Engine

# Target -> the module whose ENGINE it is. A module is imported when its engine is asked for.
REGISTRY = {
    "embedded": "nattsynk.engines.duckdb",
    "sqlserver": "nattsynk.engines.sqlserver",
}
TARGETS = tuple(REGISTRY)
DEFAULT = "embedded"


def of(target: str) -> "Engine":
    """The engine of a target."""
    return importlib.import_module(REGISTRY[target]).ENGINE


def option(target: str) -> tuple[str, ...]:
    """The words of a command line that choose the target. None are needed for the default."""
    return () if target == DEFAULT else ("--target", target)
