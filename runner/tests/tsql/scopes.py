"""What a grammar does not see: whether names resolve as T-SQL resolves them, and whether types meet (type_families.py).

DuckDB lets a select use its own aliases, invents names for columns without one, and takes two columns of one name. SQL
Server refuses each when the view is created. Names and types are followed here through the whole project, from the
columns of the sources and the seeds to the reports, and into the statements of the runner.
"""

import dataclasses
from collections.abc import Iterator, Mapping

import sqlglot
from sqlglot import exp
from sqlglot.errors import SqlglotError
from sqlglot.optimizer.qualify import qualify
from sqlglot.schema import MappingSchema
from type_families import Families, families_of, written_faults

# What the runner asks of the server's own catalogue.
CATALOGUE = {("information_schema", name): dict.fromkeys(("table_schema", "table_name", "column_name"), "nvarchar(128)") for name in ("tables", "columns")}


@dataclasses.dataclass(frozen=True)
class Select:
    """A query of the project: the relation that it makes ("" for a test), its compiled T-SQL, and its contract: column -> type."""

    name: str
    schema: str
    relation: str
    sql: str
    contract: Mapping[str, str] = dataclasses.field(default_factory=dict)


class Known:
    """The tables that statements may read, with the types of their columns; a select that makes one adds it."""

    def __init__(self, tables: Mapping[tuple[str, str], Mapping[str, str]]) -> None:
        """tables: (schema, name) -> column -> type."""
        self.families: dict[tuple[str, str], Mapping[str, str]] = {}
        self._names = MappingSchema(dialect="tsql")
        for (schema, table), columns in {**CATALOGUE, **tables}.items():
            self._add(schema, table, families_of(columns))

    def under(self, prefix: str) -> "Known":
        """The same tables in schemas of another prefix, as the samples of the runner's statements name them."""
        known = Known({})
        for (schema, table), families in self.families.items():
            known._add(f"{prefix}_{schema.rsplit('_', 1)[-1]}", table, families)
        return known

    def faults(self, select: Select) -> list[str]:
        """What SQL Server would refuse of a select, or convert without being asked."""
        try:
            query = self._query(sqlglot.parse_one(select.sql, dialect="tsql"))
        except SqlglotError as fault:
            return [f"{select.name}: {_told(fault)}"]
        found = Families(query, self.families)
        contract = families_of(select.contract)  # A table under a contract is made with the database's own collation.
        if select.relation:
            self._add(select.schema, select.relation, {**dict(found.made), **contract})
        said = [*_faults(query), *found.faults, *written_faults(found.made, contract, "the contract")]
        return [f"{select.name}: {fault}" for fault in dict.fromkeys(said)]

    def statement_faults(self, sql: str) -> list[str]:
        """The types that meet in a statement which reads or writes rows, and parameters that meet nothing. Of any other statement nothing is told."""
        try:
            return [fault for statement in sqlglot.parse(sql, dialect="tsql") if statement for fault in self._statement_faults(statement)]
        except SqlglotError as fault:
            return [_told(fault)]

    def _statement_faults(self, statement: exp.Expression) -> list[str]:
        untyped = list(_untyped_parameters(statement))
        query, target, written = _as_query(statement)
        if query is None:
            return untyped
        # A sample of one variable may name what a sample of another lacks.
        query = self._query(query, validate_qualify_columns=False, allow_partial_qualification=True)
        found = Families(query, self.families, is_complete=False)
        kept = {} if target is None else self.families.get((target.db.lower(), target.name.lower()), {})
        made = zip(written, (family for _, family in found.made))
        return [*untyped, *found.faults, *written_faults(made, kept, str(target))]

    def _query(self, query: exp.Expression, **options: bool) -> exp.Query:
        for table in query.find_all(exp.Table):
            table.set("catalog", None)
        return qualify(query, dialect="tsql", schema=self._names, expand_alias_refs=False, quote_identifiers=False, **options)

    def _add(self, schema: str, table: str, families: Mapping[str, str]) -> None:
        self.families[schema.lower(), table.lower()] = {column.lower(): family for column, family in families.items()}
        self._names.add_table(exp.table_(table, db=schema), dict.fromkeys(map(str.lower, families), "text"), dialect="tsql", match_depth=False)


def faults(selects: list[Select], tables: Mapping[tuple[str, str], Mapping[str, str]]) -> list[str]:
    """What SQL Server would refuse. selects: each after those it reads; tables: (schema, name) -> column -> type, of what is no select."""
    known = Known(tables)
    return [fault for select in selects for fault in known.faults(select)]


def _as_query(statement: exp.Expression) -> tuple[exp.Query | None, exp.Table | None, list[str]]:
    """(the rows that a statement reads or writes, as a query; the table that it writes; the columns that it writes)."""
    if isinstance(statement, exp.Insert):
        query = statement.expression
        if isinstance(query, exp.Values):
            query = exp.select(*query.expressions[0].expressions)
        if statement.args.get("with_"):
            query.set("with_", statement.args["with_"])
        return query, statement.this.this, [column.name.lower() for column in statement.this.expressions]
    if isinstance(statement, exp.Update):
        values = [each.expression.as_(each.this.name) for each in statement.expressions]
        return _rows_of(statement, values), statement.this, [value.alias.lower() for value in values]
    if isinstance(statement, exp.Delete):
        return _rows_of(statement, [exp.Literal.number(1).as_("rows")]), None, []
    return (statement if isinstance(statement, exp.Query) else None), None, []


def _untyped_parameters(statement: exp.Expression) -> Iterator[str]:
    """Parameters that meet no column and no value: a driver has to ask the server for their type, and the server knows none."""
    for place in statement.find_all(exp.Select, exp.Values):
        rows = place.expressions if isinstance(place, exp.Values) else [place]
        if not isinstance(place.parent, exp.Insert) or isinstance(place, exp.Select):
            yield from (f"a parameter without a type: {_short(place)}" for row in rows for each in row.expressions if isinstance(each.unalias(), exp.Placeholder))


def _rows_of(statement: exp.Update | exp.Delete, values: list[exp.Expression]) -> exp.Select:
    query = exp.select(*values).from_(statement.this)
    if statement.args.get("where"):
        query.set("where", statement.args["where"])
    return query


def _told(fault: SqlglotError) -> str:
    return " ".join(str(fault).split())[:200]


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
    counts = {len(branch.selects) for branch in (union.this, union.expression) if isinstance(branch, exp.Select)}
    if len(counts) > 1:
        yield f"branches of a union with {sorted(counts)} columns: {_short(union)}"


def _short(expression: exp.Expression) -> str:
    return expression.sql(dialect="tsql")[:120]
