"""The attributes of a person in the yml of the models that carry all of them. `make generated` adds those of `vars.person_attributes` that are missing.

Each is described by its text in models/columns.md. A description that is already there stays, and may say more.
"""

import functools
import re
from collections.abc import Callable
from itertools import pairwise
from pathlib import Path

from nattsynk.profile.settings import PROJECT, project_vars

MODELS = PROJECT / "models"
DESCRIBED = "      - {{name: {0}, description: \"{{{{ doc('{0}') }}}}\"}}\n"
TYPED = "      - name: {0}\n        data_type: \"{{{{ var('columns')['{0}'] }}}}\"\n        description: \"{{{{ doc('{0}') }}}}\"\n"
# A column's entry: from its name to the next one.
ENTRY = r"      - (?:\{{name: {0},|name: {0}\n)[\s\S]*?(?=^      - |^ {{0,4}}\S|\Z)"


def page(path: Path, form: str) -> str:
    """The whole yml as it should be."""
    text = path.read_text(encoding="utf-8")
    for before, name in pairwise(project_vars()["person_attributes"]):
        if not re.search(ENTRY.format(name), text):
            text, places = re.subn(ENTRY.format(before), lambda entry, name=name: entry[0] + form.format(name), text, count=1, flags=re.MULTILINE)
            assert places, f"{path.name} has no column {before}, behind which {name} belongs"
    return text


WRITTEN: dict[Path, Callable[[], str]] = {
    path: functools.partial(page, path, form)
    for path, form in (
        (MODELS / "marts" / "export" / "export_persons.yml", TYPED),
        (MODELS / "marts" / "delta" / "delta_persons.yml", DESCRIBED),
        (MODELS / "intermediate" / "conformed" / "int_persons_conformed.yml", DESCRIBED),
    )
}
