"""nattsynk's own files by name, as a profile may replace them."""

import functools
import re
from collections.abc import Iterator, Mapping
from pathlib import Path

from nattsynk.profile.settings import PROJECT

# The places for a customer's own SQL, each as it is where the customer has none.
LOCAL = Path("models/local")
# The part -> where our files of it stand, and how their names end.
PARTS = {"models": ("models", ".sql"), "macros": ("macros", ".sql"), "seeds": ("seeds/rules", ".csv")}


@functools.cache
def ours(part: str) -> Mapping[str, Path]:
    """The files of a part of nattsynk's own project by name, but the places for a customer's own SQL."""
    folder, suffix = PARTS[part]
    return {path.stem: path for path in sorted((PROJECT / folder).rglob(f"*{suffix}")) if path.parent != PROJECT / LOCAL}


@functools.cache
def project_text() -> str:
    """The text of our dbt_project.yml."""
    return (PROJECT / "dbt_project.yml").read_text(encoding="utf-8")


def macros_called(text: str) -> Iterator[str]:
    """Our macros that a text of SQL calls."""
    words = set(re.findall(r"\b(\w+)\(", text))
    yield from words.intersection(ours("macros"))
