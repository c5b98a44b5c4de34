"""The project's macros as the runner's own statements use them: how a cell of a register is read stands once, in macros/.

A macro of ours is a file of its name and gives SQL. What dbt gives it besides, `var` and `adapter.dispatch`, is given here.
"""

import functools
from collections.abc import Callable, Mapping
from types import SimpleNamespace
from typing import Any

import jinja2

from nattsynk.profile.settings import PROJECT

FOLDER = PROJECT / "macros"


class Macros:
    """The macros for one engine (an adapter of dbt, such as duckdb), each called by its name: macros.read_date("cell")."""

    def __init__(self, engine: str, variables: Mapping[str, Any]) -> None:
        self._engine = engine
        self._environment = jinja2.Environment(undefined=jinja2.StrictUndefined, extensions=["jinja2.ext.do"], autoescape=False)  # noqa: S701
        self._environment.globals.update(
            {path.stem: functools.partial(self._call, path.stem) for path in FOLDER.glob("*.sql")},
            adapter=SimpleNamespace(dispatch=self._dispatch), var=variables.get,
        )
        self._read: dict[str, Any] = {}

    def __getattr__(self, name: str) -> Callable[..., str]:
        return functools.partial(self._call, name)

    def _call(self, name: str, *given: Any, **named: Any) -> str:
        return str(getattr(self._module(name), name)(*given, **named)).strip()

    def _dispatch(self, name: str) -> Any:
        module = self._module(name)
        return getattr(module, f"{self._engine}__{name}", None) or getattr(module, f"default__{name}")

    def _module(self, name: str) -> Any:
        if name not in self._read:
            self._read[name] = self._environment.from_string((FOLDER / f"{name}.sql").read_text(encoding="utf-8")).module
        return self._read[name]
