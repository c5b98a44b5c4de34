"""The list of changes that no test tells of, each with the reason why none has to: survivors.txt beside.

Four kinds of lines, by how far they stand in: a file, a line of it, what the change does there, and why no test can or need tell of it.
"""

from collections import Counter
from collections.abc import Iterable
from pathlib import Path

LIST = Path(__file__).with_name("survivors.txt")
Survivor = tuple[str, str, str]  # file, the line without its indent, what the change does


def named(changes: Iterable[tuple[str, str, str]]) -> list[Survivor]:
    """All changes of a file in its order, each with a name of its own: of those that look the same the second says so."""
    seen: Counter[Survivor] = Counter()
    found = []
    for change in changes:
        seen[change] += 1
        file, line, told = change
        found.append((file, line, told if seen[change] == 1 else f"{told} ({seen[change]})"))
    return found


def explained() -> dict[Survivor, str]:
    """Those of the list, with their reasons."""
    found: dict[Survivor, str] = {}
    at = ["", "", ""]
    for text in LIST.read_text(encoding="utf-8").splitlines():
        depth = (len(text) - len(text.lstrip())) // 2
        if not text.strip() or text.startswith("#"):
            continue
        if depth < 3:
            at[depth:] = [text.strip(), *[""] * (2 - depth)]
        else:
            found[at[0], at[1], at[2]] = text.strip()
    return found


def written(survivors: Iterable[Survivor]) -> str:
    """As they stand in the list, without reasons."""
    lines, before = [], ("", "")
    for file, line, told in survivors:
        if file != before[0]:
            lines.append(file)
        if (file, line) != before:
            lines.append(f"  {line}")
        lines.append(f"    {told}")
        before = (file, line)
    return "\n".join(lines)
