"""How dbt is told where a file lies. Every sign of a folder's name stands for itself: none is SQL, Jinja, a pattern or a field.

DuckDB takes `*`, `?` and `[` in the name of a file for a pattern, and dbt-duckdb takes `{` in a source's location for a field.
"""

from pathlib import Path

MEANINGS = (("[", "[[]"), ("*", "[*]"), ("?", "[?]"), ("'", "''"), ("{", "{{"), ("}", "}}"))


def as_text(path: Path) -> str:
    """The path as it stands between the quotes of a text of SQL, within a source's `external_location`."""
    text = path.as_posix()
    for sign, plain in MEANINGS:
        text = text.replace(sign, plain)
    return text
