"""The T-SQL itself, run: what dbt compiles for SQL Server is carried to DuckDB, word by word as SQL Server means it, on the same rows.

Two databases in memory live the same nights: in one runs what dbt compiles for the embedded engine, in the other what it compiles
for SQL Server. Whatever a macro writes in two ways, and whatever the two engines read in one text in two ways, must come to the same.

The second database takes after a customer's server: text compares without case unless a model asks for every letter, the
register's columns are of fixed width, filled up with blanks, and a blank is no null.
"""

import collections
import dataclasses
import datetime
import functools
import hashlib
import re
from collections.abc import Callable, Iterable, Iterator
from typing import Any

import duckdb
import sqlglot
import yaml
from sqlglot import exp

from nattsynk.build import dbt
from nattsynk.cli import now
from nattsynk.deliver.entities import entities
from nattsynk.log import Progress
from nattsynk.profile.settings import PROJECT, Settings

# Columns that number a model's rows for the models after it, in an order that no receiver sees; and the sum of a number that is none,
# whose missing digits SQL Server takes for 0 and DuckDB for null.
NUMBERING = ("_row", "check_sum")
CSV = "all_varchar = true, header = true, delim = ',', quote = '\"'"
AT = "timestamp '2026-01-01'"
STATE_TYPES = {"sequence": "int", "confirmed_count": "int", "since": "timestamp", "created_at": "timestamp", "erased_persons": "int"}

# ---- What dbt compiles -------------------------------------------------------------------------------------------------


@dataclasses.dataclass(frozen=True)
class Model:
    """A compiled model and the relation that it makes."""

    name: str
    relation: str
    sql: str


@dataclasses.dataclass
class Project:
    """One profile, read once for SQL Server and compiled for either target, with no connection of any kind.

    What dbt decides as it reads, it decides alike for both, and reading takes longest.
    """

    settings: Settings

    @functools.cached_property
    def manifest(self) -> Any:
        return dbt.parse(self.settings, "sqlserver", Progress(now))

    def models(self, target: str, sync_date: datetime.date) -> list[Model]:
        """Every model, each after those it reads."""
        arguments = ["compile", *dbt.common_arguments(self.settings, target), "--no-introspect", "--no-populate-cache"]
        variables = {**self.settings.dbt_vars(target), "sync_date": sync_date.isoformat()}
        outcome = dbt.invoke(self.manifest, [*arguments, "--select", "resource_type:model"], variables)
        assert outcome.success, outcome.exception or [result.message for result in outcome.result]
        return [Model(result.node.name, _relation(result.node), result.node.compiled_code) for result in outcome.result]

    def seeds(self) -> Iterator[tuple[str, str, dict[str, str]]]:
        """(relation, file, column -> type) of each seed."""
        for node in self.manifest.nodes.values():
            if node.resource_type == "seed":
                yield _relation(node), str(self.settings.project / node.original_file_path), node.config.column_types

    def sources(self) -> Iterator[tuple[str, str, str, list[str]]]:
        """(system, name, relation, columns) of each table that is read and not made; what is no register's has the name of its source."""
        for source in self.manifest.sources.values():
            system = source.config.meta.get("system", source.source_name)
            yield system, source.name, source.relation_name, list(source.columns)


def moved(models: list[Model], day: datetime.date, to: datetime.date) -> list[Model]:
    """Models compiled for another day: it stands in them as a date and, for personnummer, as six digits."""
    ways = [(day.strftime(way), to.strftime(way)) for way in ("%Y-%m-%d", "%y%m%d")]
    return [dataclasses.replace(model, sql=functools.reduce(lambda sql, way: sql.replace(*way), ways, model.sql)) for model in models]


def _relation(node: Any) -> str:
    return f'"{node.database}"."{node.schema}"."{node.alias}"'


# ---- What T-SQL means, in DuckDB ---------------------------------------------------------------------------------------

# How a database compares where a model does not say: as a customer's usually does, without case, or letter for letter. Each with
# what makes its texts alike and how it replaces. Accents count; that SQL Server skips blanks at the end is not carried.
DATABASE_COLLATIONS = {"nocase": ("lower", "gi"), "binary": ("", "g")}
# How the models say: as the database does, which takes back what was said before, and letter for letter.
OURS, EXACT = "database_default", "Latin1_General_100_BIN2"
MACROS = """
create macro tsql_ours(x) as decode(encode(cast(x as varchar)));
create macro tsql_reverse(x) as array_to_string(list_reverse(regexp_extract_all(x, '(?s:.)')), '');
create macro tsql_patindex(class, x) as
    case when regexp_matches(x, class) then length(regexp_extract(x, concat('^(?s:(.*?))', class), 1)) + 1 else 0 end;
create macro tsql_len(x) as length(rtrim(x, ' '));
create macro tsql_left(x, n) as case when n < 0 then error('Msg 537: a negative length') else left(x, n) end;
create macro tsql_right(x, n) as case when n < 0 then error('Msg 537: a negative length') else right(x, n) end;
create macro tsql_substring(x, place, n) as
    case when n < 0 then error('Msg 537: negative length') when place is not null then substring(x, greatest(place, 1), greatest(n + least(place, 1) - 1, 0)) end;
create macro tsql_charindex(part, x) as case when part = '' then 0 else strpos({alike}(x), {alike}(part)) end;
create macro tsql_replace(x, part, other) as
    case when part = '' then x else regexp_replace(x, regexp_escape(part), replace(other, '\\', '\\\\'), '{replaced}') end;
create macro tsql_try_int(x) as case
    when trim(cast(x as varchar)) in ('', '+', '-') then 0
    when regexp_full_match(trim(cast(x as varchar)), '[+-]?[0-9]+') then try_cast(x as int)
end;
"""


@functools.cache
def carried(sql: str) -> str:
    """T-SQL as DuckDB reads it. sqlglot knows the words; what they mean differently stands below."""
    tree = sqlglot.parse_one(sql, read="tsql")
    for node in reversed(list(tree.walk())):
        meaning = MEANINGS.get(type(node))
        if meaning is not None:
            node.replace(meaning(node))
    return tree.sql("duckdb", comments=False)


def _collate(node: exp.Collate) -> exp.Expression:
    if node.expression.name == EXACT:
        return exp.Collate(this=node.this.copy(), expression=exp.var("C"))
    assert node.expression.name == OURS
    return _macro("tsql_ours", node.this)


def _cast(node: exp.Cast | exp.TryCast) -> exp.Expression:
    """Of text, a cast cuts; of numbers, a blank is 0 and a decimal is none."""
    to = node.to
    if to.this in exp.DataType.TEXT_TYPES:
        text = exp.cast(node.this.copy(), "text")
        length = to.expressions[0].this if to.expressions else None
        return exp.Left(this=text, expression=length.copy()) if isinstance(length, exp.Literal) else text
    if isinstance(node, exp.TryCast) and to.this in exp.DataType.INTEGER_TYPES:
        return _macro("tsql_try_int", node.this)
    return node.copy()


def _convert(node: exp.Convert) -> exp.Expression:
    """A style writes dates; the registers' columns are text here, which it leaves alone."""
    return _cast(exp.Cast(this=node.expression, to=node.this))


def _like(node: exp.Like) -> exp.Expression:
    """A pattern of T-SQL has classes of characters, [0-9] and [^0-9]; the regular expression of a whole text has them too."""
    pattern = _constant(node.expression)
    if pattern is None or "[" not in pattern:
        return node.copy()
    parts = re.findall(r"\[[^]]+\]|.", pattern, re.DOTALL)
    wild = {"%": "(?s:.*)", "_": "(?s:.)"}
    expression = "".join(_class(part) if len(part) > 1 else wild.get(part, re.escape(part)) for part in parts)
    matched = exp.Anonymous(this="regexp_full_match", expressions=[node.this.copy(), exp.Literal.string(expression)])
    return exp.not_(matched) if node.args.get("negate") else matched


def _constant(node: exp.Expression) -> str | None:
    """What a text says that is the same for every row: a literal, nchar of a number, or several of them joined. None for any other."""
    if isinstance(node, exp.Literal | exp.National):
        return node.name
    if isinstance(node, exp.Anonymous | exp.Chr) and node.find(exp.Literal):
        return chr(int(node.find(exp.Literal).name)) if isinstance(node, exp.Chr) or node.name.lower() in ("nchar", "chr") else None
    parts = [_constant(part) for part in node.expressions] if isinstance(node, exp.Concat) else [None]
    return None if None in parts else "".join(parts)


def _class(text: str) -> str:
    """A class of characters. SQL Server sees a letter beyond U+FFFF as two that lie within U+D800-DFFF."""
    has_pairs = any(ord(first) < 0xD800 and ord(last) > 0xDFFF for first, last in re.findall(r"(.)-(.)", text))
    return f"{text[:-1]}\\x{{10000}}-\\x{{10ffff}}]" if has_pairs else text


def _called(node: exp.Anonymous) -> exp.Expression:
    """Functions that sqlglot knows by their name alone."""
    if node.name == "nchar":
        return exp.Anonymous(this="chr", expressions=[part.copy() for part in node.expressions])
    if node.name == "patindex":
        pattern, text = node.expressions
        return _macro("tsql_patindex", exp.Literal.string(_class(_constant(pattern).strip("%"))), text)
    return node.copy()


def _trim(node: exp.Trim) -> exp.Expression:
    """It takes U+0020 alone."""
    return _macro({"LEADING": "ltrim", "TRAILING": "rtrim"}[node.args["position"]], node.this, exp.Literal.string(" "))


def _replace(node: exp.Replace) -> exp.Expression:
    """Replacing ignores case as comparing does, which shows where there are letters."""
    part = node.expression
    is_same = isinstance(part, exp.Literal) and part.name.lower() == part.name.upper() or node.find(exp.Collate)
    return node.copy() if is_same else _macro("tsql_replace", node.this, part, node.args["replacement"])


def _charindex(node: exp.StrPosition) -> exp.Expression:
    if node.find(exp.Collate) or node.args.get("position"):
        raise NotImplementedError("charindex with a collation or from a place")
    return _macro("tsql_charindex", node.args["substr"], node.this)


def _macro(name: str, *arguments: exp.Expression) -> exp.Expression:
    return exp.Anonymous(this=name, expressions=[argument.copy() for argument in arguments])


MEANINGS: dict[type, Callable[[Any], exp.Expression]] = {
    exp.Collate: _collate,
    exp.Cast: _cast,
    exp.TryCast: _cast,
    exp.Convert: _convert,
    exp.Like: _like,
    exp.Replace: _replace,
    exp.StrPosition: _charindex,
    exp.Anonymous: _called,
    exp.Trim: _trim,
    exp.Reverse: lambda node: _macro("tsql_reverse", node.this),
    exp.Length: lambda node: _macro("tsql_len", node.this),
    exp.Left: lambda node: _macro("tsql_left", node.this, node.expression),
    exp.Right: lambda node: _macro("tsql_right", node.this, node.expression),
    exp.Substring: lambda node: _macro("tsql_substring", node.this, node.args["start"], node.args["length"]),
    # Of a date it stays one; DuckDB makes it a time.
    exp.DateAdd: lambda node: exp.cast(node.copy(), "date"),
}

# ---- The two databases -------------------------------------------------------------------------------------------------


class Engine:
    """A database in memory in which a profile's models are made, night after night."""

    def __init__(self, project: Project, collation: str) -> None:
        self.project = project
        self._db = duckdb.connect(config={"threads": 1})
        self._begin(collation)
        self._db.execute(f"set default_collation = '{collation}'")
        for relation, file, types in project.seeds():
            self._make(relation, f"select {_typed(types)} from read_csv(['{file}'], {CSV})")
        self._state = {name: relation for system, name, relation, _ in project.sources() if system == "delivery"}
        for system, name, relation, columns in project.sources():
            if system == "delivery":
                nothing = (f"cast(null as {kind}) as {column}" for column, kind in _state_types(name, columns).items())
                self._make(relation, f"select {', '.join(nothing)} where 1 = 0")

    def _begin(self, collation: str) -> None:
        """What the SQL needs beside tables."""

    def _runs(self, sql: str) -> str:
        """A compiled text as this database takes it."""
        return sql

    def _land(self) -> None:
        """Makes the tables of the registers."""

    def build(self, models: Iterable[Model]) -> None:
        self._land()
        self.make(models)

    def make(self, models: Iterable[Model]) -> None:
        for model in models:
            self._make(model.relation, self._runs(model.sql))

    def deliver(self) -> None:
        """The receiver has confirmed the export. That the next night be eventful: it refused a school, lost a person, and keeps another."""
        exports = {node.name: _relation(node) for node in self.project.manifest.nodes.values() if node.name.startswith("export_")}
        for entity in entities():
            self._make(self._state[entity.delivered], f"select {', '.join(entity.stored)} from {exports[entity.table]}")
        self._owe("person", "resend", "resend")
        self._owe("school", "update", "about:blank#invalid")
        persons, kept = self._state["delivered_persons"], self._state["kept_persons"]
        last = f"person_id = (select max(person_id collate C) from {persons})"
        self._db.execute(f"insert into {kept} (person_id, civic_no, since) select person_id, civic_no, {AT} from {persons} where {last}")
        self._db.execute(f"delete from {persons} where {last}")

    def _owe(self, entity: str, operation: str, problem: str) -> None:
        values = f"'{entity}', min({entity}_id collate C), '{operation}', '{problem}', '/', 1, {AT}"
        self._db.execute(f"insert into {self._state['owed_records']} select {values} from {self._state[f'delivered_{entity}s']}")

    def answer(self, relation: str) -> tuple[list[str], list[tuple]]:
        """The columns of a table or view, and its rows."""
        cursor = self._db.execute(f"select * from {relation}")
        return [column[0] for column in cursor.description], cursor.fetchall()

    def close(self) -> None:
        self._db.close()

    def _make(self, relation: str, sql: str) -> None:
        database, schema, _ = (f'"{part}"' for part in re.findall(r'"(\w+)"', relation))
        self._db.execute(f"attach if not exists ':memory:' as {database}")
        self._db.execute(f"create schema if not exists {database}.{schema}")
        self._db.execute(f"create or replace table {relation} as {sql}")


class Embedded(Engine):
    """What the embedded engine runs, set as it is; it reads the extracts itself."""

    def __init__(self, project: Project, collation: str = "binary") -> None:
        super().__init__(project, collation)

    def _begin(self, collation: str) -> None:
        outputs = yaml.safe_load((PROJECT / "profiles.yml").read_text(encoding="utf-8"))["nattsynk"]["outputs"]
        for name, value in outputs["embedded"]["settings"].items():
            self._db.execute(f"set {name} = '{value}'")


class Server(Engine):
    """What SQL Server would run, carried."""

    def __init__(self, project: Project, collation: str = "nocase") -> None:
        super().__init__(project, collation)

    def _begin(self, collation: str) -> None:
        alike, replaced = DATABASE_COLLATIONS[collation]
        self._db.execute(MACROS.format(alike=alike, replaced=replaced))

    def _runs(self, sql: str) -> str:
        return carried(sql)

    def _land(self) -> None:
        settings = self.project.settings
        for system, name, relation, columns in self.project.sources():
            file = settings.extracts / system / f"{name}.csv"
            if system == "profile":
                self._load(relation, columns, [path.as_posix() for path in settings.person_mapping_files])
            elif system != "delivery" and file.is_file():
                self._load(relation, columns, [file.as_posix()])

    def _load(self, relation: str, columns: list[str], files: list[str]) -> None:
        """The rows of CSV files as a register holds them: in columns of a fixed width."""
        values = ", ".join(f"rpad(coalesce({column}, ''), 400, ' ') as {column}" for column in columns)
        self._make(relation, f"select {values} from read_csv({files}, {CSV}, union_by_name = true)")


def _typed(types: dict[str, str]) -> str:
    return ", ".join(f"cast({column} as {kind}) as {column}" for column, kind in types.items())


def _state_types(name: str, columns: list[str]) -> dict[str, str]:
    stored = next((entity.stored for entity in entities() if entity.delivered == name), columns)
    return {column: STATE_TYPES.get(column, "date" if column.endswith("_date") else "varchar") for column in stored}


# ---- The comparison ----------------------------------------------------------------------------------------------------


def differences(embedded: Engine, server: Engine, models: dict[str, list[Model]]) -> list[str]:
    """What the two answer otherwise, model by model: columns, number of rows, and rows by a hash alone, for they are of persons."""
    theirs = {model.name: model for model in models["sqlserver"]}
    assert {model.name for model in models["embedded"]} == set(theirs)
    return [
        f"{model.name}: {difference}"
        for model in models["embedded"]
        for difference in _difference(_told(embedded, model), _told(server, theirs[model.name]))
    ]


def _told(engine: Engine, model: Model) -> tuple[list[str], list[tuple]]:
    """The columns and rows of a model, less what numbers its rows."""
    columns, rows = engine.answer(model.relation)
    kept = [place for place, column in enumerate(columns) if not column.endswith(NUMBERING)]
    return [columns[place] for place in kept], [tuple(row[place] for place in kept) for row in rows]


def _difference(one: tuple[list[str], list[tuple]], other: tuple[list[str], list[tuple]]) -> Iterator[str]:
    (columns, rows), (other_columns, other_rows) = one, other
    if columns != other_columns:
        yield f"columns {sorted({*columns} ^ {*other_columns}) or 'in another order'}"
        return
    missing, added = _beyond(rows, other_rows), _beyond(other_rows, rows)
    if not missing and not added:
        return
    apart = [
        column for place, column in enumerate(columns)
        if collections.Counter(row[place] for row in rows) != collections.Counter(row[place] for row in other_rows)
    ]
    shown = " ".join(sorted(map(_short, [*missing, *added]))[:4])
    yield f"{len(missing)} rows missing, {len(added)} added; {', '.join(apart) or 'which values go together'}; {shown}"


def _beyond(values: list, others: list) -> list:
    """Those of a multiset that another lacks. Numbers are numbers, whatever type an engine gives a sum."""
    return list((collections.Counter(values) - collections.Counter(others)).elements())


def _short(row: Any) -> str:
    return hashlib.sha256(repr(row).encode()).hexdigest()[:8]
