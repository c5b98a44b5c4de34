"""What is wrong with one select of the profile's own SQL: the engine refuses it, or it does not give what nattsynk reads of a hook."""

import difflib
import re

from nattsynk.build.own_files import TEMPLATES, Own, near
from nattsynk.deliver.entities import ORDER
from nattsynk.engines.messages import shortened
from nattsynk.engines.trial import Refused, Trial
from nattsynk.profile.settings import SYSTEMS

# What a hook's column is: how its type begins in the template, how an engine names it, and what a message calls it.
KINDS = {
    "nvarchar": (("varchar", "nvarchar", "char", "nchar", "text"), "text"),
    "date": (("date", "datetime", "datetime2", "timestamp"), "date"),
}
# The entities that a reason can leave out: those that are delivered, and a class, which is a group there.
EXCLUDED = (*ORDER, "class")


def faults(trial: Trial, own: Own, sql: str, text: str) -> list[str]:
    """The faults of a select. sql: without Jinja. text: the file's, whose lines count."""
    try:
        given = trial.describe(sql)
        return [] if given is None else [*columns(own, given), *_words(trial, own, sql)]
    except Refused as refused:
        return [_told(own, refused, sql, text)]


def _told(own: Own, refused: Refused, sql: str, text: str) -> str:
    """Why the engine refuses the select, with the profile's file and the line there."""
    line = f", line {_line(sql, text, refused.line)}" if refused.line else ""
    return f"{own.shown}{line}: {refused.what}" + (f" Did you mean {refused.near}?" if refused.near else "")


def _line(sql: str, text: str, line: int) -> int:
    """The line of a file that a line of its SQL comes from: Jinja may have taken lines away or put some in."""
    compiled, written = sql.splitlines(), text.splitlines()
    for _, begin, end, first, last in difflib.SequenceMatcher(None, compiled, written, autojunk=False).get_opcodes():
        if begin < line <= end:
            return min(first + line - begin, max(last, first + 1))
    return min(line, len(written))


def columns(own: Own, given: list[tuple[str, str]]) -> list[str]:
    """What a hook's columns lack. More columns than are read do no harm."""
    kinds = {name.lower(): kind for name, kind in given}
    missing = [name for name in own.hook if name not in kinds]
    if missing:
        strange = [name for name in kinds if name not in own.hook]
        meant = "".join(near(name, missing) for name in strange[:1])
        return [
            f"{own.shown} does not give the column{'s' if len(missing) > 1 else ''} {', '.join(missing)}. It gives {', '.join(kinds)}; "
            f"the hook has to give {', '.join(own.hook)}" + (meant or ".")
        ]
    return [
        f"{own.shown}: the column {name} is {kinds[name].lower()}, and has to be a {word}. Write cast(… as {_type(own, name)}), also of a null."
        for name, kind in own.hook.items() for names, word in [KINDS[kind]] if kinds[name].lower().split("(")[0].split(" ")[0] not in names
    ]


def _type(own: Own, column: str) -> str:
    found = re.search(rf"cast\(null as ([^)]+\)?)\) as {column}\b", (TEMPLATES / f"{own.name}.sql").read_text(encoding="utf-8"))
    return found.group(1) if found else own.hook[column]


def _words(trial: Trial, own: Own, sql: str) -> list[str]:
    """Entities and registers of local_exclusions that nobody knows: their rows would do nothing, in silence."""
    if own.name != "local_exclusions":
        return []
    found = []
    for column, known in (("entity", EXCLUDED), ("source_system", SYSTEMS)):
        for word in trial.words(column, sql):
            if word not in known:
                shown = repr(shortened(str(word), 1)) if word is not None else "null"
                found.append(f"{own.shown}: the {column} {shown} is not known{near(str(word), known)} Known are {', '.join(known)}.")
    return sorted(found)
