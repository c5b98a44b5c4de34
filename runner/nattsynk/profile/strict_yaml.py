"""Reads profile.yml as YAML 1.2 means it, and knows the line of each key.

PyYAML speaks YAML 1.1, which guesses: it takes 0400 for 256, 1:30 for 90 and `on` for true. Here a number is written in plain decimal
digits, true and false are those two words, and whatever only looks like a number is an error that says so.
"""

import re
from collections.abc import Iterator, Mapping
from typing import Any

import yaml


class _Loader(yaml.SafeLoader):
    """YAML's safe subset without its guesses; a key that stands twice is an error, where YAML would silently take the last."""

    yaml_implicit_resolvers: dict = {}

    def construct_mapping(self, node: yaml.MappingNode, deep: bool = False) -> dict:
        seen: set[Any] = set()
        for key_node, _ in node.value:
            key = self.construct_object(key_node, deep=deep)
            if not isinstance(key, str):
                raise yaml.constructor.ConstructorError(None, None, "a key is not a plain word", key_node.start_mark)
            if key in seen:
                raise yaml.constructor.ConstructorError(None, None, f"{key} stands twice", key_node.start_mark)
            seen.add(key)
        return super().construct_mapping(node, deep)


class NotPlain(str):
    """What YAML 1.1 takes for a number, and nobody who reads it; as it is written."""


NUMBER_LIKE = "!number-like"
DIGITS = list("-+0123456789")
for _tag, _form, _first in (
    ("tag:yaml.org,2002:null", r"(~|null|Null|NULL|)", ["~", "n", "N", ""]),
    ("tag:yaml.org,2002:bool", r"(true|True|TRUE|false|False|FALSE)", list("tTfF")),
    ("tag:yaml.org,2002:int", r"[-+]?(0|[1-9][0-9]*)", DIGITS),
    ("tag:yaml.org,2002:float", r"[-+]?(0|[1-9][0-9]*)\.[0-9]+", DIGITS),
    # Octal in either way, other bases, underscores, base 60.
    (NUMBER_LIKE, r"[-+]?(0[0-9_]+(\.[0-9_]*)?|0[xXoObB][0-9a-fA-F_]+|[0-9]+(_[0-9]*)+|[0-9][0-9_]*(:[0-5]?[0-9])+(\.[0-9_]*)?)", DIGITS),
):
    _Loader.add_implicit_resolver(_tag, re.compile(f"^(?:{_form})$"), _first)
_Loader.add_constructor(NUMBER_LIKE, lambda _, node: NotPlain(node.value))


def read(text: str) -> tuple[Any, Mapping[str, int]]:
    """The content, and the line of each key by its way from the top: settings.part_size. Raises yaml.YAMLError."""
    loader = _Loader(text)
    try:
        node = loader.get_single_node()
        return (loader.construct_document(node), dict(_lines(node, ""))) if node else (None, {})
    finally:
        loader.dispose()


def not_plain(content: Any, where: str = "") -> Iterator[tuple[str, NotPlain]]:
    """Each such value, with the way to its key."""
    if isinstance(content, NotPlain):
        yield where, content
    elif isinstance(content, dict):
        for key, value in content.items():
            yield from not_plain(value, f"{where}.{key}" if where else key)
    elif isinstance(content, list):
        for value in content:
            yield from not_plain(value, where)


def _lines(node: yaml.Node, where: str) -> Iterator[tuple[str, int]]:
    for key, value in node.value if isinstance(node, yaml.MappingNode) else ():
        yield f"{where}{key.value}", key.start_mark.line + 1
        yield from _lines(value, f"{where}{key.value}.")
