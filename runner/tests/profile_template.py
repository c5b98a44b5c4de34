"""The registers and their modules in the template of profile.yml. `make generated` writes them. The rest of the template is its own."""

import re

from nattsynk.profile import registers
from nattsynk.profile.init import TEMPLATES

TEMPLATE = TEMPLATES / "profile.yml"
SYSTEMS = re.compile(r"(?<=in order of precedence: ).*")
MODULES = re.compile(r"(?<=The modules of ).*")


def template() -> str:
    """The whole template as it should be."""
    text = SYSTEMS.sub(" | ".join(registers.systems()), TEMPLATE.read_text(encoding="utf-8"))
    return MODULES.sub(". Of ".join(f"{' and '.join(group)}: {', '.join(_modules(group[0]))}" for group in registers.alike()) + ".", text)


def _modules(system: str) -> list[str]:
    """The modules of a register, with a star behind one that may be unused."""
    tables = [table for table in registers.tables() if table.system == system]
    return list(dict.fromkeys(f"{table.module}{'*' if table.is_optional else ''}" for table in tables))
