"""The grants of deploy/rights.sql, from the one list of what is read of each register (models/staging/*/_*__sources.yml).

`make generated` writes them. The rest of the script is its own: what stands above the names of the modules, and our own database.
"""

from collections.abc import Iterator

from nattsynk.profile import registers
from nattsynk.profile.settings import PROJECT

SCRIPT = PROJECT / "deploy" / "rights.sql"
NAMES = "-- Where the modules are, as in source_location of profile.yml.\n"
AFTER_NAMES = ":on error exit\n"
GRANTS = "-- The registers, as `make generated` writes them.\n"


def script() -> str:
    """The whole script as it should be."""
    before, _, rest = SCRIPT.read_text(encoding="utf-8").partition(NAMES)
    _, _, rest = rest.partition(AFTER_NAMES)
    own, _, _ = rest.partition(GRANTS)
    return before + NAMES + "".join(_names()) + AFTER_NAMES + own + GRANTS + "".join(_grants())


def _modules() -> Iterator[tuple[str, list[str], list[registers.Table]]]:
    """(name in the script, registers, tables) of each module. Registers that have the same tables share it."""
    for systems in registers.alike():
        for module in registers.modules(systems[0]):
            tables = [table for table in registers.tables() if (table.system, table.module) == (systems[0], module)]
            yield f"{systems[0].title()}{module.title()}", systems, tables


def _names() -> Iterator[str]:
    for name, _, tables in _modules():
        database, schema = tables[0].standard_location.split(".")
        yield f':setvar {name}Database "{database}"\n:setvar {name}Schema "{schema}"\n'


def _grants() -> Iterator[str]:
    for name, systems, tables in _modules():
        covers = tables[0].covers
        yield f"\n\n-- {' and '.join(map(registers.title, systems))}: {covers[0].lower()}{covers[1:]}.\n\nuse [$({name}Database)];\n"
        yield "if user_id(N'$(Login)') is null create user [$(Login)] for login [$(Login)];\n"
        yield from (f"grant select on [$({name}Schema)].[{table.name}] to [$(Login)];\n" for table in tables)
        yield "go\n"
