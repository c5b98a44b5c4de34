"""Every SQL statement the runner issues is a template `runner/nattsynk/sql/<name>.sql`, so that all of them can be tested."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import jinja2
from jinja2 import meta

FOLDER = Path(__file__).parents[1] / "sql"
_ENVIRONMENT = jinja2.Environment(
    loader=jinja2.FileSystemLoader(FOLDER), undefined=jinja2.StrictUndefined,
    trim_blocks=True, lstrip_blocks=True, autoescape=False,
)


def render(name: str, **context: Any) -> str:
    """The statement of `runner/nattsynk/sql/<name>.sql`; a variable that is not given is an error.

    Names (schemas, tables, columns) are rendered in; values are always `?` parameters.
    """
    return _ENVIRONMENT.get_template(f"{name}.sql").render(**context).strip()


def all_statements(samples: dict[str, list[Any]]) -> Iterator[tuple[str, str]]:
    """(template name, statement) for every template and every combination of sample values it can be given.

    samples: variable -> the values to try, e.g. {"entity": [...], "delivery": ["demo_delivery"]}. A template that
    takes a variable without a sample raises KeyError, so that no statement goes untested.
    """
    for path in sorted(FOLDER.glob("*.sql")):
        for context in _contexts(sorted(_variables(path)), samples):
            yield path.stem, render(path.stem, **context)


def _variables(path: Path) -> set[str]:
    """What a template has to be given, for itself and for what it includes."""
    parsed = _ENVIRONMENT.parse(path.read_text(encoding="utf-8"))
    included = (_variables(FOLDER / name) for name in meta.find_referenced_templates(parsed))
    return meta.find_undeclared_variables(parsed).union(*included)


def _contexts(names: list[str], samples: dict[str, list[Any]]) -> Iterator[dict[str, Any]]:
    if not names:
        yield {}
        return
    for value in samples[names[0]]:
        for rest in _contexts(names[1:], samples):
            yield {names[0]: value, **rest}
