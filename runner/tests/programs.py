"""The programs of the virtual environment that the tests run in: dbt, sqlfluff, maxdop, nattsynk."""

import shutil
import sys
from pathlib import Path


def program(name: str) -> str:
    """The path of a program, which Windows calls by another name."""
    found = shutil.which(name, path=Path(sys.executable).parent)
    assert found, f"{name} is not installed beside {sys.executable}: make install-dev"
    return found
