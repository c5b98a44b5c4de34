"""A site's own names of source columns: `extract_columns.csv` of the profile's seeds is the one place where they are mapped.

Both engines read by it: the landing's select (macros/source_column.sql), and all that looks at a header or a catalogue before.
"""

from collections.abc import Mapping

from nattsynk.profile import seeds
from nattsynk.profile.registers import Table
from nattsynk.profile.settings import Settings

Mapped = Mapping[str, Mapping[str, Mapping[str, str]]]


def mapped(settings: Settings) -> Mapped:
    """System -> table -> our column -> the site's, of the profile's sources. Stops (exit code 2) at a wrong row."""
    found: dict[str, dict[str, dict[str, str]]] = {}
    for row in seeds.extract_columns(settings):
        if row["source_system"] in settings.sources:
            found.setdefault(row["source_system"], {}).setdefault(row["table"], {})[row["column"]] = row["site_column"]
    return found


def names(columns: Mapped, table: Table) -> dict[str, str]:
    """Our column -> what the source calls it, of every column of a table."""
    own = columns.get(table.system, {}).get(table.name, {})
    return {column: own.get(column, column) for column in table.columns}
