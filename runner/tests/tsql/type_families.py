"""The type family of every expression by T-SQL's rules, and where two families meet: there SQL Server converts without being asked.

DuckDB keeps the type of an untyped null open and takes most values for each other. In T-SQL a column that is a bare null is an int,
an int outranks a text, and the first text that is no number fails the whole statement, on real rows alone. So text, number, date,
datetime and bit never meet here but by a cast. A parameter (`?`) takes the family of what it meets. What this file knows no type of is refused.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence

from sqlglot import exp
from sqlglot.optimizer.scope import Scope, traverse_scope

# (schema, table) -> column -> family.
Tables = Mapping[tuple[str, str], Mapping[str, str]]

# Where two meet, SQL Server converts the later one into the earlier one.
FAMILIES = ("datetime", "date", "number", "bit", "text")
# A text under a collation of its own (macros/exact.sql): a text in every meeting, and the only one whose order is the same in every database.
EXACT = "exact text"
# A literal null and a parameter have no family of their own.
OPEN = ""
UNKNOWN = "unknown"

OF_TYPES = {
    **dict.fromkeys(("nvarchar", "varchar", "nchar", "char", "text"), "text"),
    **dict.fromkeys(("bigint", "int", "smallint", "tinyint", "decimal", "float", "double"), "number"),
    **dict.fromkeys(("datetime", "datetime2", "timestamp", "smalldatetime"), "datetime"),
    "date": "date",
    "bit": "bit", "boolean": "bit",
}
COMPARISONS = (exp.EQ, exp.NEQ, exp.GT, exp.GTE, exp.LT, exp.LTE, exp.Like)
ORDERS = (exp.Ordered, exp.Min, exp.Max, exp.GT, exp.GTE, exp.LT, exp.LTE)
ARITHMETIC = (exp.Add, exp.Sub, exp.Mul, exp.Div, exp.Mod)
# What gives a number, a text or a date of whatever it takes; of texts alone; of one text, which keeps its family.
NUMBERS = (exp.Count, exp.RowNumber, exp.Rank, exp.DenseRank, exp.DateDiff, exp.Length, exp.StrPosition, exp.Year, exp.Month, exp.Day)
TEXTS = (exp.Concat, exp.Left, exp.Right, exp.Substring, exp.Replace, exp.Lower, exp.Upper, exp.Trim, exp.Stuff, exp.Collate, exp.Reverse)
DATES = (exp.DateFromParts,)
KEEPS = (exp.Min, exp.Max, exp.Sum, exp.Avg, exp.Abs, exp.Paren, exp.Neg, exp.DateAdd, exp.Lag, exp.Lead, exp.FirstValue, exp.LastValue, exp.Window, exp.Alias, exp.Ordered)
OF_TEXT = (exp.Length, exp.StrPosition, exp.Left, exp.Right, exp.Substring, exp.Replace, exp.Lower, exp.Upper, exp.Trim, exp.Stuff, exp.Collate, exp.Reverse)
# Functions that sqlglot has no name for.
NAMED = {"PATINDEX": "number", "DATALENGTH": "number", "UNICODE": "number", "HAS_PERMS_BY_NAME": "number", "HAS_DBACCESS": "number", "OBJECT_ID": "number"}


def family(sql_type: str) -> str:
    """The family of a type as SQL writes it: nvarchar(50) -> text."""
    return OF_TYPES.get(sql_type.lower().split("(")[0].strip(), UNKNOWN)


def families_of(types: Mapping[str, str]) -> dict[str, str]:
    """Column -> type, as column -> family."""
    return {column.lower(): family(sql_type) for column, sql_type in types.items()}


def written_faults(made: Iterable[tuple[str, str]], kept: Mapping[str, str], where: str) -> Iterator[str]:
    """Columns whose family is another than that of what they are written to (kept)."""
    for column, given in made:
        taken = kept.get(column, given)
        if OPEN not in (given, taken) and _plain(given) != _plain(taken):
            yield f"{given} is written to {taken}: {column} of {where}"


class Families:
    """The families of a qualified query's columns, and the faults that were met on the way."""

    def __init__(self, query: exp.Query, tables: Tables, is_complete: bool = True) -> None:
        """is_complete: whether tables hold every column that the query reads, so that one without a type is a fault."""
        self.faults: list[str] = []
        self.made: list[tuple[str, str]] = []
        self._tables = tables
        self._is_complete = is_complete
        self._of_scopes: dict[int, list[tuple[str, str]]] = {}
        self._of_queries: dict[int, list[tuple[str, str]]] = {}
        self._of_nodes: dict[int, str] = {}
        for scope in traverse_scope(query):
            self.made = self._made(scope)
            self._of_scopes[id(scope)] = self._of_queries[id(scope.expression)] = self.made

    def _made(self, scope: Scope) -> list[tuple[str, str]]:
        """(column, family) of what one select or union makes."""
        query = scope.expression
        if isinstance(query, exp.SetOperation):
            return self._united(scope, query)
        if isinstance(query, exp.Values):
            return [(name.name.lower(), self._of(value, scope)) for name, value in zip(query.args["alias"].columns, query.expressions[0].expressions)]
        if not isinstance(query, exp.Select):
            return []
        made = [(column.alias_or_name.lower(), self._column(column, scope)) for column in query.selects]
        for part in ("joins", "where", "group", "having", "order"):
            for each in _listed(query.args.get(part)):
                self._conditions(each, scope)
        return made

    def _column(self, column: exp.Expression, scope: Scope) -> str:
        self._conditions(column, scope)
        found = self._of(column.unalias(), scope)
        if isinstance(_bare(column), exp.Null) and not isinstance(scope.expression.parent, exp.Exists):
            self.faults.append(f"a bare null is an int: {column.alias_or_name or 'null'} in {_short(scope.expression)}")
            return OPEN if isinstance(scope.expression.parent, exp.SetOperation) else "number"
        return found

    def _united(self, scope: Scope, union: exp.SetOperation) -> list[tuple[str, str]]:
        if isinstance(union.this, exp.Select) and isinstance(union.expression, exp.Select):
            for sides in zip(union.this.selects, union.expression.selects):
                self._collate(sides, [self._of(side, scope) for side in sides], union.expression)
        first, second = (self._of_scopes[id(side)] for side in scope.set_operation_scopes)
        return [
            (name, self._meet([one, other], union.expression, f"{name}, a column of "))
            for (name, one), (_, other) in zip(first, second)
        ]

    def _conditions(self, place: exp.Expression, scope: Scope) -> None:
        """Whatever meets anywhere in an expression, less what stands in queries within it, which are scopes of their own."""
        for node in place.walk(prune=lambda each: isinstance(each, exp.Query)):
            for sides in _meetings(node):
                families = [self._of(side, scope) for side in sides]
                self._meet(families, node)
                self._collate(sides, families, node)
            if isinstance(node, TEXTS):
                sides = list(node.iter_expressions())
                self._collate(sides, [self._of(side, scope) for side in sides], node)
            if isinstance(node, ORDERS) and {self._of(side, scope) for side in _ordered(node)} & {"text", EXACT} == {"text"}:
                self.faults.append(f"text in the database's own order: {_short(node)}")
            if isinstance(node, OF_TEXT) and self._of(node.this, scope) not in ("text", EXACT, OPEN, UNKNOWN):
                self.faults.append(f"no text, but {self._of(node.this, scope)}: {_short(node)}")

    def _meet(self, families: Sequence[str], node: exp.Expression, place: str = "") -> str:
        """The family of what comes of several. A fault where they differ."""
        known = {_plain(each) for each in families if each != OPEN}
        if UNKNOWN in known and self._is_complete:
            self.faults.append(f"no type is known: {place}{_short(node)}")
        elif len(known - {UNKNOWN}) > 1:
            self.faults.append(f"{' meets '.join(each for each in FAMILIES if each in known)}: {place}{_short(node)}")
        return EXACT if EXACT in families and known == {"text"} else next((each for each in (*FAMILIES, UNKNOWN) if each in known), OPEN)

    def _collate(self, sides: Sequence[exp.Expression], families: Sequence[str], node: exp.Expression) -> None:
        """A fault where two columns meet that were made under two collations, and nothing says under which."""
        made = {family for side, family in zip(sides, families) if side.find(exp.Column)}
        if {"text", EXACT} <= made and not any(side.find(exp.Collate) for side in sides):
            self.faults.append(f"two collations meet (Msg 468): {_short(node)}")

    def _of(self, node: exp.Expression, scope: Scope) -> str:
        """The family of an expression."""
        if id(node) not in self._of_nodes:
            self._of_nodes[id(node)] = self._inferred(node, scope)
        return self._of_nodes[id(node)]

    def _inferred(self, node: exp.Expression, scope: Scope) -> str:
        if isinstance(node, exp.Null | exp.Placeholder | exp.Parameter):
            return OPEN
        if isinstance(node, exp.Column):
            return self._of_column(node, scope)
        if isinstance(node, exp.Literal):
            return "text" if node.is_string else "number"
        if isinstance(node, exp.National):
            return "text"
        if isinstance(node, exp.Cast | exp.TryCast):
            made = family(node.to.this.value)
            return EXACT if made == "text" and self._of(node.this, scope) == EXACT else made
        if isinstance(node, exp.Collate):
            return "text" if node.expression.name == "database_default" else EXACT
        if isinstance(node, TEXTS):
            return EXACT if any(self._of(each, scope) == EXACT for each in node.iter_expressions()) else "text"
        if isinstance(node, exp.Query):
            made = self._of_queries.get(id(node.unnest()))
            return made[0][1] if made else UNKNOWN
        if isinstance(node, exp.Case | exp.Coalesce | exp.Nullif | exp.If):
            return self._first(_results(node), scope)
        if isinstance(node, ARITHMETIC):
            return self._first([node.this, node.expression], scope)
        for kinds, of in ((NUMBERS, "number"), (DATES, "date")):
            if isinstance(node, kinds):
                return of
        if isinstance(node, KEEPS):
            return self._of(node.this, scope)
        if isinstance(node, exp.Anonymous):
            return NAMED.get(node.name.upper(), UNKNOWN)
        return UNKNOWN

    def _first(self, nodes: Sequence[exp.Expression], scope: Scope) -> str:
        """The family that outranks the others; that they are several is told by `_conditions`."""
        found = {self._of(node, scope) for node in nodes}
        return next((each for each in (UNKNOWN, *FAMILIES[:-1], EXACT, "text") if each in found), OPEN)

    def _of_column(self, column: exp.Column, scope: Scope | None) -> str:
        while scope is not None:
            # sqlglot names no table where a select's own alias has the column's name.
            sources = [scope.sources[column.table]] if column.table in scope.sources else [] if column.table else list(scope.sources.values())
            for made in map(self._of_source, sources):
                if column.name.lower() in made:
                    return made[column.name.lower()]
            scope = scope.parent
        return UNKNOWN

    def _of_source(self, source: Scope | exp.Table) -> Mapping[str, str]:
        if isinstance(source, Scope):
            return dict(self._of_scopes.get(id(source), []))
        return self._tables.get((source.db.lower(), source.name.lower()), {})


def _meetings(node: exp.Expression) -> Iterator[list[exp.Expression]]:
    """The sides of each meeting that a node is: a comparison, a choice, an arithmetic."""
    if isinstance(node, COMPARISONS + ARITHMETIC):
        yield [node.this, node.expression]
    elif isinstance(node, exp.In):
        query = node.args.get("query")
        yield [node.this, *node.expressions, *([query.this] if isinstance(query, exp.Subquery) else _listed(query))]
    elif isinstance(node, exp.Between):
        yield [node.this, node.args["low"], node.args["high"]]
    elif isinstance(node, exp.Case):
        yield _results(node)
        if node.this:
            yield [node.this, *(branch.this for branch in node.args["ifs"])]
    elif isinstance(node, exp.Coalesce):
        yield _results(node)
    elif isinstance(node, exp.Nullif):
        yield [node.this, node.expression]


def _plain(of: str) -> str:
    return "text" if of == EXACT else of


def _ordered(node: exp.Expression) -> list[exp.Expression]:
    """What an order decides of. Not of a first or last that a rank of the rows decides, nor of one literal and a blank."""
    if isinstance(node, exp.Min | exp.Max) and any(column.name.endswith("_rank") for column in node.find_all(exp.Column)):
        return []
    texts = {each.name for each in _results(node.this) if isinstance(each, exp.Literal)} if isinstance(node.this, exp.Case) else set()
    if texts and len(texts - {""}) < 2 and all(isinstance(each, exp.Literal | exp.Null) for each in _results(node.this)):
        return []
    return [node.this, *_listed(node.args.get("expression"))]


def _results(node: exp.Expression) -> list[exp.Expression]:
    """What an expression that chooses may give."""
    if isinstance(node, exp.Case):
        return [*(branch.args["true"] for branch in node.args["ifs"]), *_listed(node.args.get("default"))]
    if isinstance(node, exp.Coalesce):
        return [node.this, *node.expressions]
    return [node.this]


def _listed(value: object) -> list[exp.Expression]:
    return [] if value is None else value if isinstance(value, list) else [value]  # type: ignore[list-item]


def _bare(column: exp.Expression) -> exp.Expression:
    """A column's own expression: without its name and brackets."""
    return column.unalias().unnest()


def _short(node: exp.Expression) -> str:
    return " ".join(node.sql(dialect="tsql").split())[:160]
