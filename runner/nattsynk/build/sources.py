"""Which tables of the registers a build reads. Each engine looks whether they are there, so that a change in the register ends in one sentence.

What is needed stands in `models/staging/<family>/_<family>__sources.yml`, once: tables and columns. What a site calls a column differently
stands in its extract_columns.csv. An unknown column is ignored.
"""

from collections.abc import Callable, Iterable

from nattsynk import engines
from nattsynk.errors import Stop
from nattsynk.profile import registers
from nattsynk.profile.registers import Table
from nattsynk.profile.settings import Settings


def needed(settings: Settings) -> list[Table]:
    """The tables that the models can read of the profile's sources. Stops (exit code 2) at a source that no model reads yet."""
    for system in settings.sources:
        if not registers.modules(system):
            raise Stop(f"The source {system} is not read by this version.", "List in profile.yml the sources that it reads.")
    return [table for table in registers.tables() if table.system in settings.sources]


def unused(settings: Settings, target: str) -> list[str]:
    """The modules that are not read, as `<system> <module>`: none of their tables is there, and they need not be."""
    modules = settings.modules(target)
    return [f"{system} {module}" for system in settings.sources for module in registers.modules(system) if module not in modules[system]]


def read(settings: Settings, target: str) -> list[Table]:
    """The tables that must be there: those of every module that is not unused."""
    return tables_of(settings, engines.of(target).modules_found)


def tables_of(settings: Settings, modules_found: Callable[[Settings, str], Iterable[str]]) -> list[Table]:
    """The same, by what tells the modules of a register that are found."""
    modules = {system: registers.used(system, modules_found(settings, system)) for system in settings.sources}
    return [table for table in needed(settings) if table.module in modules[table.system]]


def choices(settings: Settings, system: str) -> dict[str, list[str]]:
    """The modules of which a source must have at least one, with their tables; none where every module is compulsory."""
    optional = [table for table in needed(settings) if table.system == system and table.is_optional]
    return {module: [table.name for table in optional if table.module == module] for module in dict.fromkeys(table.module for table in optional)}
