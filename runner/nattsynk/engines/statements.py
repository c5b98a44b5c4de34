"""Every SQL statement the runner issues is a template, so that all of them can be tested.

A statement stands in `runner/nattsynk/sql/<name>.sql`. One about the tables of a register stands in its folder, as
`models/staging/<family>/<name>.jinja`.
"""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import jinja2
from jinja2 import meta

from nattsynk.profile.registers import STAGING

FOLDER = Path(__file__).parents[1] / "sql"
_ENVIRONMENT = jinja2.Environment(
    loader=jinja2.FileSystemLoader([FOLDER, STAGING]), undefined=jinja2.StrictUndefined,
    trim_blocks=True, lstrip_blocks=True, autoescape=False,
)


def render(name: str, **context: Any) -> str:
    """The statement of `runner/nattsynk/sql/<name>.sql`; a variable that is not given is an error.

    Names (schemas, tables, columns) are rendered in; values are always `?` parameters.
    """
    return _ENVIRONMENT.get_template(f"{name}.sql").render(**context).strip()


def render_of_family(family: str, name: str, **context: Any) -> str:
    """The statement of `models/staging/<family>/<name>.jinja`, rendered as the others are."""
    return _ENVIRONMENT.get_template(f"{family}/{name}.jinja").render(**context).strip()


def all_statements(samples: dict[str, list[Any]]) -> Iterator[tuple[str, str]]:
    """(the template's path, statement) for every template and every combination of sample values it can be given.

    samples: variable -> the values to try, e.g. {"entity": [...], "delivery": ["demo_delivery"]}; family -> what `tables` may be.
    A template that takes a variable without a sample raises KeyError, so that no statement goes untested.
    """
    for path in sorted(FOLDER.glob("*.sql")):
        for context in _contexts(sorted(_variables(path)), samples):
            yield f"runner/nattsynk/sql/{path.name}", render(path.stem, **context)
    for path in sorted(STAGING.glob("*/*.jinja")):
        family = path.parent.name
        for context in _contexts(sorted(_variables(path)), {**samples, "tables": samples[family]}):
            yield f"models/staging/{family}/{path.name}", render_of_family(family, path.stem, **context)


def _variables(path: Path) -> set[str]:
    """What a template has to be given, for itself and for what it includes."""
    parsed = _ENVIRONMENT.parse(path.read_text(encoding="utf-8"))
    included = (_variables(FOLDER / name) for name in meta.find_referenced_templates(parsed) if name)
    return meta.find_undeclared_variables(parsed).union(*included)


def _contexts(names: list[str], samples: dict[str, list[Any]]) -> Iterator[dict[str, Any]]:
    if not names:
        yield {}
        return
    for value in samples[names[0]]:
        for rest in _contexts(names[1:], samples):
            yield {names[0]: value, **rest}
