"""The files of the profile's own SQL: which there are, what each is for, and what its text alone shows to be wrong."""

import dataclasses
import difflib
import functools
import re
from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path

from nattsynk.profile import overrides
from nattsynk.profile.our_files import LOCAL
from nattsynk.profile.settings import PROJECT, Settings

TEMPLATES = PROJECT / LOCAL
JINJA = re.compile(r"\{[{%#]")
COMMENT_OR_TEXT = re.compile(r"--[^\n]*|/\*.*?\*/|'(?:[^']|'')*'", re.DOTALL)
SPEAKS_OTHERWISE = re.compile(rf"\{{#.*?#\}}|\{{%.*?%\}}|\{{\{{.*?\}}\}}|{COMMENT_OR_TEXT.pattern}", re.DOTALL)


@dataclasses.dataclass(frozen=True)
class Own:
    """A file of the profile's own SQL. shown: as the profile names it."""

    path: Path
    shown: str
    text: str

    @property
    def name(self) -> str:
        return self.path.stem

    @property
    def hook(self) -> Mapping[str, str]:
        """The columns that nattsynk reads of a hook, with their types; none of any other model."""
        return hooks().get(self.name, {})


@functools.cache
def hooks() -> Mapping[str, Mapping[str, str]]:
    """Hook -> column -> type, as the templates have them."""
    texts = {path.stem: path.read_text(encoding="utf-8") for path in sorted(TEMPLATES.glob("*.sql"))}
    return {name: {column: kind for kind, column in re.findall(r"cast\(null as (\w+)[^)]*\)? *\)? as (\w+)", text)} for name, text in texts.items()}


def is_own(settings: Settings) -> bool:
    """Whether there is any SQL that is not as `init` makes it."""
    return bool(changed(settings) or list(replacing(settings)))


def warnings(settings: Settings) -> list[str]:
    """What is no fault, but surely not meant: models that nothing asks for."""
    own = list(listed(settings))
    texts = " ".join(other.text for other in (*own, *replacing(settings)))
    return [
        f"{file.shown} is no hook, and no other file of the profile reads it: nothing comes of it" + near(file.name, hooks())
        for file in own if not file.hook and not re.search(rf"ref\(\s*['\"]{re.escape(file.name)}['\"]", texts)
    ] + [
        f"{file.shown} is not called local_…: a later version of nattsynk may have a model of that name. Rename it"
        for file in own if not file.name.startswith("local_")
    ]


def listed(settings: Settings) -> Iterator[Own]:
    """The own models."""
    for path in overrides.own_models(settings):
        if path.suffix == ".sql":
            yield Own(path, f"models/{path.name}", path.read_text(encoding="utf-8-sig"))


def replacing(settings: Settings) -> Iterator[Own]:
    """The files that take the place of ours."""
    for path in overrides.replaced(settings).values():
        if path.suffix == ".sql":
            yield Own(path, path.relative_to(settings.folder).as_posix(), path.read_text(encoding="utf-8-sig"))


def changed(settings: Settings) -> list[Own]:
    """The own models that are not a hook as `init` makes it."""
    templates = {path.stem: _bare(path.read_text(encoding="utf-8")) for path in TEMPLATES.glob("*.sql")}
    return [own for own in listed(settings) if templates.get(own.name) != _bare(own.text)]


def _bare(text: str) -> str:
    """SQL without comments and line breaks."""
    return " ".join(COMMENT_OR_TEXT.sub(lambda found: found.group() if found.group().startswith("'") else " ", text).split())


def not_one_select(own: Own) -> str:
    """What is wrong where a file is more or less than one select. Blank where it is one."""
    if not _bare(re.sub(r"\{#.*?#\}", " ", own.text, flags=re.DOTALL)):
        return f"{own.shown} is empty. Write one select, or copy the file that `nattsynk init` makes."
    place = SPEAKS_OTHERWISE.sub(lambda found: re.sub(r"[^\n]", " ", found.group()), own.text).find(";")
    if place >= 0:
        return f"{own.shown}, line {own.text.count(chr(10), 0, place) + 1}: there is a semicolon. A model is one select without it; take it away."
    return ""


def near(name: str, known: Iterable[str]) -> str:
    """The known name that a name may mean, as the end of a sentence."""
    close = difflib.get_close_matches(name.lower(), list(known), n=1, cutoff=0.5)
    return f"; did you mean {close[0]}?" if close else "."
