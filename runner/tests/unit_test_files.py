"""dbt's unit tests, as the files of unit_tests/ have them."""

import functools
from typing import Any

from nattsynk.profile import our_yaml
from nattsynk.profile.settings import PROJECT


@functools.cache
def unit_tests() -> dict[str, list[dict[str, Any]]]:
    """File of unit_tests/ -> the unit tests in it."""
    return {path.stem: our_yaml.read(path)["unit_tests"] for path in sorted((PROJECT / "unit_tests").glob("*.yml"))}
