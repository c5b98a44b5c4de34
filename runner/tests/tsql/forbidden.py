"""What docs/decisions/0001-one-sql-for-two-engines.md keeps out of our SQL: patterns over SQL without its comments and texts, and the
functions that it may call. A grammar takes many of these for something else: `true` for a column, `a::int` for a method.
"""

import re

TOKENS = re.compile(r"--[^\n]*|/\*.*?\*/|N?'(?:[^']|'')*'|\[(?:[^\]]|\]\])*\]", re.DOTALL)
# What stands in place of a token, by its last sign: a text, or a name in brackets, which may hold anything.
INSTEAD = {"'": "''", "]": "x"}
JINJA = re.compile(r"\{#.*?#\}|\{%.*?%\}", re.DOTALL)
EXPRESSION = re.compile(r"\{\{.*?\}\}", re.DOTALL)
TEXT_FUNCTIONS = "concat|upper|lower|left|right|substring|replace|ltrim|rtrim"

# name -> pattern, of SQL in lower case; '' stands for any text.
SQL = {
    "double colon": r"::",
    "varchar": r"\bvarchar\b",
    "nvarchar without a length": r"\bnvarchar\b(?!\s*\(\s*(?:\d+|max)\s*\))",
    "text by bars": r"\|\|",
    "text by plus": rf"''\s*\+|\+\s*''|\+\s*(?:{TEXT_FUNCTIONS})\s*\(",
    "true or false": r"\b(?:true|false)\b",
    "a comparison as a value": r"(?:,|\bselect\b)\s*[\w.]+\s*(?:=|<>|!=|<=|>=|<|>)\s*(?:[\w.]+|'')\s+as\s+\w+",
    "a flag as a condition": (
        r"\b(?:where|and|or|not|when|on)\s+(?:\w+\.)?(?:is|has)_\w+\s*(?=\)|$|;|\b(?:and|or|then|group|order|union|where)\b)"
    ),
    "bit": r"\b(?:bit|boolean|bool)\b",
    "qualify": r"\bqualify\b",
    "limit": r"\blimit\b",
    "top": r"\btop\b",
    "distinct on": r"\bdistinct\s+on\b",
    "group by ordinal": r"\bgroup\s+by\s+(?:[\w.]+\s*,\s*)*(?:\d|all\b)",
    "order by ordinal": r"\border\s+by\s+(?:\d|all\b)",
    "isnull, ifnull, iif": r"\b(?:isnull|ifnull|nvl|iif)\s*\(",
    "the clock": r"\b(?:current_date|current_timestamp|getdate|getutcdate|sysdatetime|sysutcdatetime)\b|\b(?:now|today)\s*\(",
    "is distinct from": r"\bis\s+(?:not\s+)?distinct\s+from\b",
    "union distinct": r"\bunion\s+(?:all\s+)?(?:distinct|by\s+name)\b",
    "nested with": r"\(\s*with\b",
    "using": r"\busing\s*\(",
    "natural join": r"\bnatural\s+(?:\w+\s+){0,2}join\b",
    "filter": r"\bfilter\s*\(",
    "star with exclude": r"\*\s*(?:exclude|except|replace|rename)\s*\(",
    "string_agg": r"\b(?:string_agg|listagg|group_concat|array_agg)\s*\(",
    "trim": r"\btrim\s*\(",
    "hash": r"\b(?:hashbytes|hash|md5|sha1|sha256|checksum)\s*\(",
    "bare division": r"/(?!\s*nullif\s*\()",
}
# Of a model's source with its Jinja.
SOURCE = {
    "dbt's own SQL": r"\bdbt\s*\.\s*\w+\s*\(|\bdbt_utils\b",
    "safe_cast": r"\bsafe_cast\b",
    "an engine's name": r"\b(?:duckdb|sqlserver|sql_server|tsql|mssql)\b|\btarget\s*\.\s*(?:type|name|profile_name)\b|\badapter\s*\.",
    "config in the file": r"\{\{\s*config\s*\(",
}
ORDERED = "order by at the end"
# Functions of SQL Server 2016 that we call; a grammar takes any name for a function. (Also what looks like a call.)
FUNCTIONS = set("""
    cast try_cast convert coalesce nullif concat len left right substring replace upper lower ltrim rtrim charindex patindex reverse nchar
    dateadd year month
    row_number first_value count sum min max over
""".split())
NO_CALLS = set("""
    in exists and or not when then else on from as select where having by values join between like is union all except case
    nvarchar decimal distinct with insert into primary key end
""".split())


def bare(sql: str) -> str:
    """SQL in lower case without comments; every text is '', every name in brackets x."""
    return TOKENS.sub(lambda token: " " if token.group(0).startswith(("--", "/*")) else INSTEAD[token.group(0)[-1]], sql).lower()


def bare_source(source: str) -> str:
    """The same for a model's source: a Jinja expression is the name x, other Jinja is gone."""
    return bare(EXPRESSION.sub("x", JINJA.sub(" ", source)))


def found(sql: str, is_view: bool = True) -> list[str]:
    """The names of the patterns that SQL (already bare) breaks."""
    broken = [name for name, pattern in SQL.items() if re.search(pattern, sql, re.MULTILINE)]
    return [*broken, ORDERED] if is_view and re.search(r"\border\s+by\b", _outermost(sql)) else broken


def found_in_source(source: str) -> list[str]:
    """The same for a model's source: its SQL, and its Jinja."""
    jinja = re.sub(r"--[^\n]*|(?s:\{#.*?#\})", " ", source).lower()
    return [*found(bare_source(source)), *(name for name, pattern in SOURCE.items() if re.search(pattern, jinja))]


def unknown_functions(sql: str) -> set[str]:
    """What SQL (already bare) calls that is not in FUNCTIONS."""
    names = set(re.findall(r"(?<![\w\".@])([a-z_]\w*)\s*\(", sql))
    ctes = set(re.findall(r"\b(\w+)\s+as\s*\(", sql))
    return names - FUNCTIONS - NO_CALLS - ctes


def _outermost(sql: str) -> str:
    """What stands in no parentheses."""
    depth, kept = 0, []
    for character in sql:
        depth += (character == "(") - (character == ")")
        kept.append(character if depth == 0 else " ")
    return "".join(kept)
