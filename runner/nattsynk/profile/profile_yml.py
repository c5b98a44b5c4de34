"""Reads profile.yml and checks it with its JSON Schema. Every fault is told with its line, and with the near name where there is one."""

import difflib
import re
from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path
from typing import Any

import yaml

from nattsynk.errors import Stop, sentence, together
from nattsynk.profile import strict_yaml
from nattsynk.profile.schema import schema

CORRECT = "Correct profile.yml and run again."
NUMBERS = "Write a number in decimal digits, with no zero before it and nothing between. Put it in quotes if it is a text."


class Fault(Exception):
    """Something wrong in profile.yml. key: where, as a way from the top such as settings.part_size."""

    def __init__(self, key: str, what: str, next_step: str = CORRECT) -> None:
        super().__init__(what)
        self.key, self.what, self.next_step = key, what, next_step


class ProfileFile:
    """The content of profile.yml, and the line of each key. Stops (exit code 2) at anything that the schema refuses."""

    def __init__(self, path: Path) -> None:
        self.content, self._lines = _read(path)
        found: dict[str, Fault] = {}
        for fault in (*_not_plain(self.content), *_refused(self.content)):
            found.setdefault(fault.key, fault)
        if found:
            raise together([self.stop(fault) for fault in sorted(found.values(), key=lambda fault: self._line(fault.key))])

    def stop(self, fault: Fault) -> Stop:
        """The fault with its line."""
        line = self._line(fault.key)
        return _stop(f", line {line}" if line else "", fault.what, fault.next_step)

    def _line(self, key: str) -> int:
        """The line of a key, or of what the key stands in where it is missing; 0 is the whole file."""
        while key and key not in self._lines:
            key = key.rpartition(".")[0]
        return self._lines.get(key, 0)


def _stop(place: str, what: str, next_step: str = CORRECT) -> Stop:
    return Stop(f"profile.yml{place}: {sentence(what)}", next_step)


def _read(path: Path) -> tuple[dict[str, Any], Mapping[str, int]]:
    try:
        read, lines = strict_yaml.read(path.read_text(encoding="utf-8-sig"))
    except yaml.MarkedYAMLError as fault:
        line = fault.problem_mark.line + 1 if fault.problem_mark else 1
        raise _stop(f", line {line}", f"not valid YAML: {fault.problem}") from fault
    except (yaml.YAMLError, UnicodeDecodeError) as fault:
        raise _stop("", "the file is not readable as YAML in UTF-8") from fault
    if not isinstance(read, dict):
        raise _stop("", "the file is empty or not a list of `key: value`")
    # In these a key with nothing after it is a key that is not there.
    return {key: _without_nothing(value) if key in ("database", "receiver") else value for key, value in read.items()}, lines


def _without_nothing(value: Any) -> Any:
    return {key: _without_nothing(below) for key, below in value.items() if below is not None} if isinstance(value, dict) else value


def _not_plain(content: Any) -> Iterator[Fault]:
    for key, written in strict_yaml.not_plain(content):
        yield Fault(key, f"{key}{_shown(key, f' is {written}, which')} is not a plain number", NUMBERS)


def _shown(key: str, text: str) -> str:
    """Nothing for a value of the receiver's: somebody may have put a secret there."""
    return "" if key.startswith("receiver.") else text


def _refused(content: Any) -> Iterator[Fault]:
    """What the schema refuses. Of an object with a key that is not known, nothing is told to be missing: the key may be misspelt."""
    # It takes a third of a second to import.
    from jsonschema import Draft7Validator, validators

    found = list(validators.extend(Draft7Validator, {"pattern": _whole})(schema()).iter_errors(content))
    misspelt = [error.path for error in found if error.validator == "additionalProperties"]
    for error in found:
        way = [str(step) for step in error.path if isinstance(step, str)]
        if error.validator == "additionalProperties":
            yield from _unknown(way, error.instance, error.schema["properties"])
        elif error.validator != "required":
            yield _wrong(".".join(way), error)
        elif error.path not in misspelt:
            yield from (_missing([*way, name]) for name in error.validator_value if name not in error.instance)


def _whole(_: Any, pattern: str, value: Any, __: Any) -> Iterator[Any]:
    """A pattern is of the whole text: Python's `$` would let a line break by at the end."""
    from jsonschema import ValidationError

    if isinstance(value, str) and not re.fullmatch(pattern, value):
        yield ValidationError("has another form")


def _unknown(way: list[str], given: Iterable[str], known: Mapping[str, Any]) -> Iterator[Fault]:
    for name in given:
        if name not in known:
            near = difflib.get_close_matches(name, list(known), n=1, cutoff=0.5)
            key, hint = ".".join([*way, name]), f"; did you mean {near[0]}?" if near else ""
            yield Fault(key, f"{key} is not known{hint}", f"Known here: {', '.join(known)}.")


def _missing(way: list[str]) -> Fault:
    """A key that is not there, or the first that it needs itself."""
    node: Mapping[str, Any] = schema()
    for name in way:
        node = node["properties"][name]
    if node.get("required"):
        return _missing([*way, node["required"][0]])
    key, words = ".".join(way), node["errorMessage"]
    return Fault(key, f"{key} is missing; {words}" if words.startswith("allowed") else f"{key} {words}")


def _wrong(key: str, error: Any) -> Fault:
    words = error.schema["patternErrorMessage" if error.validator == "pattern" else "errorMessage"]
    if not words.startswith("allowed"):
        return Fault(key, f"{key} {words}")
    return Fault(key, f"{key} is missing; {words}" if error.instance is None else f"{key} is {error.instance!r}; {words}")
