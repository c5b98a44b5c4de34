"""Where a statement of SQL can be made wrong, one small change at a time: read from the source, before dbt or the runner fills it in.

A change is one of: a comparison at its border, `and` for `or`, `+` for `-`, a constant, `not` left out, a condition left out.
What stands inside `{{ }}` and `{% %}` is not changed; what it gives is changed in the macro that gives it.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass

TOKEN = re.compile(
    r"(?P<jinja>\{\{.*?\}\}|\{%.*?%\})|(?P<comment>\{#.*?#\}|--[^\n]*|/\*.*?\*/)|(?P<text>N?'(?:\{\{.*?\}\}|''|[^'])*')|(?P<number>\d+(?:\.\d+)?)"
    r"|(?P<word>[A-Za-z_]\w*(?:\.\w+)*)|(?P<operator><=|>=|<>|[<>=+\-])|(?P<bracket>[()])|(?P<other>\S)",
    re.DOTALL,
)
SWAPPED = {"<": "<=", "<=": "<", ">": ">=", ">=": ">", "=": "<>", "<>": "=", "and": "or", "or": "and", "+": "-", "-": "+", "not": ""}
# What a condition begins after, and what it ends before; a bracket does both.
BEGINS = {"where", "on", "when", "having", "and", "or", "("}
ENDS = {
    "and", "or", "then", "else", "end", "where", "group", "order", "having", "union", "except", "intersect", "inner", "left", "cross", ")", ",",
}
MACRO = re.compile(r"\{%-?\s*macro\s+(\w+)")


@dataclass(frozen=True)
class Point:
    """One change: of a file, from begin to end, there stands old, and it becomes new. whole: a condition, which holds more than a token."""

    begin: int
    end: int
    old: str
    new: str
    whole: bool = False

    @property
    def told(self) -> str:
        """What it does, in words."""
        if self.whole:
            return f"without {self.old}"
        return f"{self.old} becomes {self.new}" if self.new else f"without {self.old}"


def points(source: str) -> list[Point]:
    """All changes of a source, in the order of the file."""
    tokens = [match for match in TOKEN.finditer(source) if match.lastgroup != "comment" and not _other_engine(source, match.start())]
    words = _words(tokens)
    found = {*_tokens_changed(tokens, words), *_conditions_dropped(source, tokens, words)}
    return sorted(found, key=lambda point: (point.begin, point.end, point.new))


def _words(tokens: list[re.Match[str]]) -> list[str]:
    """The tokens in lower case; the `and` of a `between` is called so too."""
    words, ranges, depth = [token.group().lower() for token in tokens], [], 0
    for index, word in enumerate(words):
        depth += (word == "(") - (word == ")")
        if word == "between":
            ranges.append(depth)
        elif word == "and" and ranges and ranges[-1] == depth:
            ranges.pop()
            words[index] = "between"
    return words


def _tokens_changed(tokens: list[re.Match[str]], words: list[str]) -> Iterator[Point]:
    for index, (token, word) in enumerate(zip(tokens, words)):
        before = words[max(0, index - 2):index]
        if token.lastgroup == "operator" or word in ("and", "or", "not"):
            yield Point(token.start(), token.end(), token.group(), SWAPPED[word])
        elif token.lastgroup == "number" and before[-1:] not in (["="], ["<>"]) and before not in (["nvarchar", "("], ["(", "select"]):
            yield Point(token.start(), token.end(), word, str(int(float(word)) + 1))
        elif token.lastgroup == "text" and re.fullmatch(r"'\d+'", word):
            yield Point(token.start(), token.end(), word, f"'{int(word[1:-1]) + 1:0{len(word) - 2}}'")
        elif word == "is" and words[index + 1:index + 2] == ["null"]:
            yield Point(token.start(), token.end(), token.group(), "is not")


def _conditions_dropped(source: str, tokens: list[re.Match[str]], words: list[str]) -> Iterator[Point]:
    """A condition of `and` is left out where it is always true, one of `or` where it never is."""
    for index, word in enumerate(words):
        if word not in BEGINS:
            continue
        last, after = _condition(words, index + 1)
        is_one = last > index and (last > index + 1 or tokens[last].lastgroup == "jinja")
        if is_one and (word != "(" or after in ("and", "or")):
            value = "1 = 0" if "or" in (word, after) else "1 = 1"
            begin, end = tokens[index + 1].start(), tokens[last].end()
            yield Point(begin, end, " ".join(source[begin:end].split()), value, whole=True)


def _condition(words: list[str], first: int) -> tuple[int, str]:
    """The last token of the condition that begins there, and the word that ends it; the token before it where there is none."""
    depth, last = 0, first - 1
    for index in range(first, len(words)):
        word = words[index]
        if depth == 0 and (word in ENDS or word.startswith("{%")):
            return last, word
        depth += (word in ("(", "case")) - (word in (")", "end"))
        last = index
    return last, ""


def _other_engine(source: str, place: int) -> bool:
    """Whether it stands in the T-SQL half of a macro that has a half for the embedded engine."""
    macros = MACRO.findall(source[:place])
    return bool(macros) and macros[-1].startswith("default__") and f"duckdb__{macros[-1].removeprefix('default__')}" in source


def line(source: str, place: int) -> str:
    """The line of a place, without its indent."""
    return source[source.rfind("\n", 0, place) + 1:].partition("\n")[0].strip()


def marked(source: str, first: int) -> str:
    """The source with a comment at each change, numbered from first, which lasts until the SQL that is sent."""
    notes: list[tuple[int, int, str]] = []
    for number, point in enumerate(points(source), start=first):
        if point.whole:
            notes += [(point.begin, 0, f"/*~{number}(*/ "), (point.end, -number, f" /*~{number})*/")]
        else:
            notes.append((point.begin, 1, f"/*~{number}*/"))
    for place, _, note in sorted(notes, reverse=True):
        source = source[:place] + note + source[place:]
    return source


def numbers(sql: str) -> set[int]:
    """The changes whose places this SQL has."""
    return {int(number) for number in re.findall(r"/\*~(\d+)\(?\*/", sql)}


def source_changed(source: str, point: Point) -> str:
    """The source itself with that one change."""
    return f"{source[:point.begin]} {point.new} {source[point.end:]}"


def changed(sql: str, number: int, point: Point) -> str:
    """Marked SQL with that one change, wherever the source put it."""
    if point.whole:
        return re.sub(rf"/\*~{number}\(\*/.*?/\*~{number}\)\*/", f" {point.new} ", sql, flags=re.DOTALL)
    return re.sub(rf"/\*~{number}\*/{re.escape(point.old)}", f" {point.new} ", sql, flags=re.IGNORECASE)
