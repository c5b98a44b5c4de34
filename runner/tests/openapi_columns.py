"""The columns of each entity in the OpenAPI document, from the contracts of the export models. `make generated` writes them.

A column of the key is a text that is never blank. Any other column may be null. The lengths are those of `vars.columns` in
dbt_project.yml. The rest of the document is its own.
"""

import re
from collections.abc import Iterable

from nattsynk.deliver.entities import Entity, entities
from nattsynk.profile.settings import project_vars
from nattsynk.reference_receiver import contract

PAGE = contract.OPENAPI
# The properties of a schema, and the columns that a create and an update always carry, each within the schema of that name.
PROPERTIES = r"(^    {}:\n(?:      .*\n)*?      properties:\n)(?:        .*\n)*"
ALWAYS = r"(^    {}:\n(?:      .*\n)*?          then: {{properties: {{data: {{required: \[)[^]]*"


def page() -> str:
    """The whole document as it should be."""
    text = PAGE.read_text(encoding="utf-8")
    for entity in entities():
        for pattern, schema, columns in _parts(entity):
            text, places = re.subn(pattern.format(schema), lambda found, columns=columns: found.group(1) + columns, text, flags=re.MULTILINE)
            assert places == 1, f"{schema} has its list of columns in {places} places"
    return text


def _parts(entity: Entity) -> Iterable[tuple[str, str, str]]:
    """(pattern, schema, what belongs there) of each list of columns."""
    name = entity.name.title()
    yield PROPERTIES, f"{name}Key", "".join(f"        {column}: {{type: string, minLength: 1, maxLength: {_length(column)}}}\n" for column in entity.key)
    yield PROPERTIES, f"{name}Data", "".join(f"        {column}: {_value(column)}\n" for column in entity.data)
    if not entity.policies:
        yield ALWAYS, f"{name}Line", ", ".join(column for column in entity.data if not column.startswith("previous_"))


def _value(column: str) -> str:
    if project_vars()["columns"][column] == "date":
        return "{$ref: '#/components/schemas/Date'}"
    return f"{{type: [string, 'null'], maxLength: {_length(column)}}}"


def _length(column: str) -> str:
    return project_vars()["columns"][column].removeprefix("nvarchar(").removesuffix(")")
