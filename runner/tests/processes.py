"""What the processes of one run of the tests share."""

import os
from pathlib import Path

import pytest


def in_every_process(tmp_path_factory: pytest.TempPathFactory, name: str) -> Path:
    """A folder that all processes of a run share."""
    base = tmp_path_factory.getbasetemp()
    shared = (base.parent if "PYTEST_XDIST_WORKER" in os.environ else base) / name
    shared.mkdir(exist_ok=True)
    return shared
