"""The profile's own SQL, looked at before anything is built: it can be read, and each hook gives the columns that nattsynk reads.

Nothing is changed. The engine tries each select (Engine.open_trial). SQL without Jinja needs no dbt.
"""

from collections.abc import Callable, Iterator
from typing import Any

from nattsynk import engines
from nattsynk.build import own_compiled, own_files, own_select
from nattsynk.build.own_files import JINJA, not_one_select
from nattsynk.errors import Stop
from nattsynk.profile.settings import Settings


def refuse(settings: Settings, target: str, parse: Callable[[Settings], Any]) -> None:
    """Stops (exit code 2) at the first fault of `faults`."""
    for fault in faults(settings, target, parse):
        raise Stop(fault, "Correct the profile's own SQL and run again; `nattsynk check` looks at all of it.")


def faults(settings: Settings, target: str, parse: Callable[[Settings], Any]) -> Iterator[str]:
    """What is wrong, each with the profile's file and, where one is known, the line. parse: gives the parsed project, where it is needed."""
    changed = own_files.changed(settings)
    whole = [own for own in changed if not not_one_select(own)]
    yield from (not_one_select(own) for own in changed if own not in whole)
    plain = [own for own in whole if not JINJA.search(own.text)]
    if plain:
        with engines.of(target).open_trial(settings) as trial:
            for own in plain:
                yield from own_select.faults(trial, own, own.text, own.text)
    woven = [own for own in whole if own not in plain]
    if woven or list(own_files.replacing(settings)):
        yield from own_compiled.faults(settings, target, woven, parse)
