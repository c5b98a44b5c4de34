"""What a grammar does not see: whether names resolve as T-SQL resolves them. The embedded engine is more forgiving.

DuckDB lets a select use its own aliases, invents names for columns without one, and takes two columns of one name; SQL
Server refuses each when the view is created. Names are resolved here through the whole project, from the sources' and
the seeds' columns to the reports.
"""

import dataclasses
from collections.abc import Iterator

import sqlglot
from sqlglot import exp
from sqlglot.errors import SqlglotError
from sqlglot.optimizer.qualify import qualify
from sqlglot.schema import MappingSchema


@dataclasses.dataclass(frozen=True)
class Select:
    """A query of the project: the relation that it makes ("" for a test), and its compiled T-SQL."""

    name: str
    schema: str
    relation: str
    sql: str


def faults(selects: list[Select], tables: dict[tuple[str, str], list[str]]) -> list[str]:
    """What SQL Server would refuse. selects: each after those it reads; tables: (schema, name) -> columns, of what is no select."""
    known = MappingSchema(dialect="tsql")
    for (schema, table), columns in tables.items():
        _add(known, schema, table, columns)
    found = []
    for select in selects:
        try:
            query = _query(select.sql, known)
        except SqlglotError as fault:
            found.append(f"{select.name}: {' '.join(str(fault).split())[:200]}")
            continue
        found += [f"{select.name}: {fault}" for fault in _faults(query)]
        if select.relation:
            _add(known, select.schema, select.relation, query.named_selects)
    return found


def _query(sql: str, known: MappingSchema) -> exp.Query:
    query = sqlglot.parse_one(sql, dialect="tsql")
    for table in query.find_all(exp.Table):
        table.set("catalog", None)
    return qualify(query, dialect="tsql", schema=known, expand_alias_refs=False, quote_identifiers=False)


def _faults(query: exp.Query) -> Iterator[str]:
    for select in query.find_all(exp.Select):
        if _makes_columns(select):
            yield from _column_faults(select)
        for aggregate in select.find_all(exp.AggFunc):
            if aggregate.find(exp.Select):
                yield f"an aggregate over a subquery (Msg 130): {_short(aggregate)}"
    for union in query.find_all(exp.SetOperation):
        if not isinstance(union.this, exp.SetOperation):
            yield from _union_faults(union)
    for order in query.find_all(exp.Order):
        for term in order.expressions:
            if isinstance(term.this, exp.Literal):
                yield f"ordered by a constant: {_short(order)}"


def _makes_columns(select: exp.Select) -> bool:
    """Whether the names of a select's columns are read: not of a later branch of a union, nor inside exists."""
    parent = select.parent
    if isinstance(parent, exp.SetOperation):
        return parent.this is select and not isinstance(parent.parent, exp.Exists)
    return not isinstance(parent, exp.Exists | exp.In)


def _column_faults(select: exp.Select) -> Iterator[str]:
    names = [name.lower() for name in select.named_selects]
    if isinstance(select.parent, exp.Subquery) and not isinstance(select.parent.parent, exp.From | exp.Join):
        return  # a value, not a table
    for name in sorted({name for name in names if names.count(name) > 1}):
        yield f"two columns of one name (Msg 8156): {name}"
    for column in select.selects:
        if not column.alias_or_name or column.alias_or_name.startswith("_col_"):
            yield f"a column without a name (Msg 8155): {_short(column)}"


def _union_faults(union: exp.SetOperation) -> Iterator[str]:
    """Of the lowest pair of a union: the first branch gives each column its type, and an untyped null is an int."""
    for column in union.this.selects if isinstance(union.this, exp.Select) else []:
        if isinstance(column.unalias(), exp.Null):
            yield f"an untyped null in the first branch of a union: {column.alias_or_name}"
    counts = {len(branch.selects) for branch in (union.this, union.expression) if isinstance(branch, exp.Select)}
    if len(counts) > 1:
        yield f"branches of a union with {sorted(counts)} columns: {_short(union)}"


def _short(expression: exp.Expression) -> str:
    return expression.sql(dialect="tsql")[:120]


def _add(known: MappingSchema, schema: str, table: str, columns: list[str]) -> None:
    known.add_table(exp.table_(table, db=schema), {column.lower(): "text" for column in columns}, dialect="tsql", match_depth=False)

