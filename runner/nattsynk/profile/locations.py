"""How dbt is told where a file lies. Paths are escaped, so no character is read as SQL, Jinja, a wildcard or a field.

DuckDB takes `*`, `?` and `[` in the name of a file for a pattern, and dbt-duckdb takes `{` in a source's location for a field.
"""

from collections.abc import Mapping
from pathlib import Path

MEANINGS = (("[", "[[]"), ("*", "[*]"), ("?", "[?]"), ("'", "''"), ("{", "{{"), ("}", "}}"))


def as_text(path: Path) -> str:
    """The path as it stands between the quotes of a text of SQL, within a source's `external_location`."""
    text = path.as_posix()
    for sign, plain in MEANINGS:
        text = text.replace(sign, plain)
    return text


def separator_text(by_table: Mapping[str, str]) -> str:
    """SQL: what separates the cells of a source's file, where dbt-duckdb puts the table's name for `{name}`. Only those that differ are listed."""
    others = " ".join(f"when '{table}' then '{sign}'" for table, sign in by_table.items())
    return f"case '{{name}}' {others} else ',' end" if others else "','"
