"""The profile's own SQL, looked at before anything is built: it can be read, and each hook gives the columns that nattsynk reads.

Nothing is changed. On the embedded engine the SQL is bound in a database in memory, over tables without rows that stand where a build
would make them. SQL Server describes each select as it stands; what reads a table that no build has made yet is left to the build.
SQL without Jinja needs no dbt.
"""

import contextlib
import csv
import dataclasses
import difflib
import functools
import re
from collections.abc import Callable, Iterable, Iterator, Mapping
from pathlib import Path
from typing import Any

from nattsynk.build import dbt
from nattsynk.deliver.entities import ORDER
from nattsynk.engines.database import open_database
from nattsynk.engines.statements import render
from nattsynk.errors import Stop
from nattsynk.profile import overrides
from nattsynk.profile.settings import PROJECT, SYSTEMS, Settings

TEMPLATES = PROJECT / overrides.LOCAL
JINJA = re.compile(r"\{[{%#]")
COMMENT_OR_TEXT = re.compile(r"--[^\n]*|/\*.*?\*/|'(?:[^']|'')*'", re.DOTALL)
SPEAKS_OTHERWISE = re.compile(rf"\{{#.*?#\}}|\{{%.*?%\}}|\{{\{{.*?\}}\}}|{COMMENT_OR_TEXT.pattern}", re.DOTALL)
READS_FILE = re.compile(r"\bread_\w+\s*\(|\b(?:from|join)\s+'|\bglob\s*\(", re.IGNORECASE)
# What a hook's column is: how its type begins in the template, how an engine names it, and what a message calls it.
KINDS = {
    "nvarchar": (("varchar", "nvarchar", "char", "nchar", "text"), "text"),
    "date": (("date", "datetime", "datetime2", "timestamp"), "date"),
}
# SQL Server: what the select reads is not there yet, or not for this login.
NOT_THERE = {208, 2760, 916, 229}
# The entities that a reason can leave out: those that are delivered, and a class, which is a group there.
EXCLUDED = (*ORDER, "class")


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


def refuse(settings: Settings, target: str, parse: Callable[[Settings], Any]) -> None:
    """Stops (exit code 2) at the first fault of `faults`."""
    for fault in faults(settings, target, parse):
        raise Stop(fault, "Correct the profile's own SQL and run again; `nattsynk check` looks at all of it.")


def is_own(settings: Settings) -> bool:
    """Whether there is any SQL that is not as `init` makes it."""
    return bool(_changed(settings) or list(_replacing(settings)))


def warnings(settings: Settings) -> list[str]:
    """What is no fault, but surely not meant: models that nothing asks for."""
    own = list(_own(settings))
    texts = " ".join(other.text for other in (*own, *_replacing(settings)))
    return [
        f"{file.shown} is no hook, and no other file of the profile reads it: nothing comes of it" + _near(file.name, hooks())
        for file in own if not file.hook and not re.search(rf"ref\(\s*['\"]{re.escape(file.name)}['\"]", texts)
    ] + [
        f"{file.shown} is not called local_…: a later version of nattsynk may have a model of that name. Rename it"
        for file in own if not file.name.startswith("local_")
    ]


def faults(settings: Settings, target: str, parse: Callable[[Settings], Any]) -> Iterator[str]:
    """What is wrong, each with the profile's file and, where one is known, the line. parse: gives the parsed project, where it is needed."""
    changed = _changed(settings)
    whole = [own for own in changed if not _not_one_select(own)]
    yield from (_not_one_select(own) for own in changed if own not in whole)
    plain = [own for own in whole if not JINJA.search(own.text)]
    if plain:
        with _judge(settings, target) as judge:
            for own in plain:
                yield from judge(own, own.text, own.text)
    woven = [own for own in whole if own not in plain]
    if woven or list(_replacing(settings)):
        yield from _woven(settings, target, woven, parse)


def _own(settings: Settings) -> Iterator[Own]:
    for path in overrides.own_models(settings):
        if path.suffix == ".sql":
            yield Own(path, f"models/{path.name}", path.read_text(encoding="utf-8-sig"))


def _replacing(settings: Settings) -> Iterator[Own]:
    for path in overrides.replaced(settings).values():
        if path.suffix == ".sql":
            yield Own(path, path.relative_to(settings.folder).as_posix(), path.read_text(encoding="utf-8-sig"))


def _changed(settings: Settings) -> list[Own]:
    """The own models that are not a hook as `init` makes it."""
    templates = {path.stem: _bare(path.read_text(encoding="utf-8")) for path in TEMPLATES.glob("*.sql")}
    return [own for own in _own(settings) if templates.get(own.name) != _bare(own.text)]


def _bare(text: str) -> str:
    """SQL without comments and line breaks."""
    return " ".join(COMMENT_OR_TEXT.sub(lambda found: found.group() if found.group().startswith("'") else " ", text).split())


def _not_one_select(own: Own) -> str:
    if not _bare(re.sub(r"\{#.*?#\}", " ", own.text, flags=re.DOTALL)):
        return f"{own.shown} is empty. Write one select, or copy the file that `nattsynk init` makes."
    place = SPEAKS_OTHERWISE.sub(lambda found: re.sub(r"[^\n]", " ", found.group()), own.text).find(";")
    if place >= 0:
        return f"{own.shown}, line {own.text.count(chr(10), 0, place) + 1}: there is a semicolon. A model is one select without it; take it away."
    return ""


# ---- judging one select

Judge = Callable[[Own, str, str], list[str]]


@contextlib.contextmanager
def _judge(settings: Settings, target: str) -> Iterator[Judge]:
    """What judges one select: (file, its SQL without Jinja, the text whose lines count) -> faults."""
    if target == "sqlserver":
        with open_database(settings, target) as database:
            yield lambda own, sql, text: _described_by_server(own, database.all(render("check_described"), (sql,)))
        return
    import duckdb

    with duckdb.connect(":memory:") as memory:
        yield functools.partial(_described, memory)


def _described_by_server(own: Own, rows: list[tuple]) -> list[str]:
    refused = next(((number, text) for _, _, number, text in rows if number), None)
    if refused is None:
        return _columns(own, [(str(name), str(kind)) for name, kind, _, _ in rows])
    number, text = refused
    return [] if number in NOT_THERE else [f"{own.shown}: {dbt.shortened(str(text), 2)}"]


def _described(memory: Any, own: Own, sql: str, text: str) -> list[str]:
    """The faults of a select as DuckDB binds it."""
    import duckdb

    try:
        given = [(str(name), str(kind)) for name, kind, *_ in memory.execute(f"describe {sql}").fetchall()]
        return [*_columns(own, given), *_words(memory, own, sql)]
    except duckdb.Error as fault:
        return [_told(own, str(fault), sql, text)]


def _told(own: Own, message: str, sql: str, text: str) -> str:
    """DuckDB's message with the profile's file and the line there."""
    number = re.search(r"^\s*LINE (\d+):", message, re.MULTILINE)
    line = f", line {_line(sql, text, int(number.group(1)))}" if number else ""
    what = re.sub(r" \(LINE \d+\)$", "", dbt.redact(message))
    near = re.search(r'Candidate bindings: "([^"]+)"', message)
    return f"{own.shown}{line}: {what}" + (f" Did you mean {near.group(1)}?" if near else "")


def _line(sql: str, text: str, line: int) -> int:
    """The line of a file that a line of its SQL comes from: Jinja may have taken lines away or put some in."""
    compiled, written = sql.splitlines(), text.splitlines()
    for _, begin, end, first, last in difflib.SequenceMatcher(None, compiled, written, autojunk=False).get_opcodes():
        if begin < line <= end:
            return min(first + line - begin, max(last, first + 1))
    return min(line, len(written))


def _columns(own: Own, given: list[tuple[str, str]]) -> list[str]:
    """What a hook's columns lack. More columns than are read do no harm."""
    kinds = {name.lower(): kind for name, kind in given}
    missing = [name for name in own.hook if name not in kinds]
    if missing:
        strange = [name for name in kinds if name not in own.hook]
        near = "".join(_near(name, missing) for name in strange[:1])
        return [
            f"{own.shown} does not give the column{'s' if len(missing) > 1 else ''} {', '.join(missing)}. It gives {', '.join(kinds)}; "
            f"the hook has to give {', '.join(own.hook)}" + (near or ".")
        ]
    return [
        f"{own.shown}: the column {name} is {kinds[name].lower()}, and has to be a {word}. Write cast(… as {_type(own, name)}), also of a null."
        for name, kind in own.hook.items() for names, word in [KINDS[kind]] if kinds[name].lower().split("(")[0].split(" ")[0] not in names
    ]


def _type(own: Own, column: str) -> str:
    found = re.search(rf"cast\(null as ([^)]+\)?)\) as {column}\b", (TEMPLATES / f"{own.name}.sql").read_text(encoding="utf-8"))
    return found.group(1) if found else own.hook[column]


def _words(memory: Any, own: Own, sql: str) -> list[str]:
    """Entities and registers of local_exclusions that nobody knows: their rows would do nothing, in silence.

    Only of SQL that reads no file, for a word of a file could be a person's.
    """
    if own.name != "local_exclusions" or READS_FILE.search(sql):
        return []
    found = []
    for column, known in (("entity", EXCLUDED), ("source_system", SYSTEMS)):
        for (word,) in memory.execute(render("check_hook_words", hook_column=column, hook_sql=sql)).fetchall():
            if word not in known:
                shown = repr(dbt.shortened(str(word), 1)) if word is not None else "null"
                found.append(f"{own.shown}: the {column} {shown} is not known{_near(str(word), known)} Known are {', '.join(known)}.")
    return sorted(found)


def _near(name: str, known: Iterable[str]) -> str:
    close = difflib.get_close_matches(name.lower(), list(known), n=1, cutoff=0.5)
    return f"; did you mean {close[0]}?" if close else "."


# ---- SQL with Jinja, and files in place of ours

def _woven(settings: Settings, target: str, woven: list[Own], parse: Callable[[Settings], Any]) -> list[str]:
    manifest = parse(settings)
    own = {file.name: file for file in (*woven, *_replacing(settings))}
    models = {node.name for node in manifest.nodes.values() if node.resource_type == "model"}
    asked = [name for name in own if name in models]
    if target == "sqlserver":
        compiled, found = _compiled(settings, target, manifest, asked, own)
        with _judge(settings, target) as judge:
            return found or [text for name in asked for text in judge(own[name], compiled[name].compiled_code, own[name].text)]
    # Who reads what was replaced is asked too: a column of ours may be missing there.
    compiled, found = _compiled(settings, target, manifest, [f"+{name}" for name in sorted({*asked, *_touched(settings, manifest)})], own)
    return found or _bound(settings, manifest, compiled, own, _state_made(settings, manifest))


def _touched(settings: Settings, manifest: Any) -> set[str]:
    """The models that stand in place of ours or use a macro that does, and the models that read these."""
    paths = {path.as_posix() for path in overrides.replaced(settings)}
    macros = {key for key, macro in manifest.macros.items() if macro.original_file_path.replace("\\", "/") in paths}
    grown = True
    while grown:
        more = {key for key, macro in manifest.macros.items() if macros.intersection(macro.depends_on.macros)} - macros
        macros, grown = macros | more, bool(more)
    models = [node for node in manifest.nodes.values() if node.resource_type == "model"]
    first = {node.unique_id for node in models if node.original_file_path.replace("\\", "/") in paths or macros.intersection(node.depends_on.macros)}
    return {node.name for node in models if node.unique_id in first or first.intersection(node.depends_on.nodes)}


def _compiled(settings: Settings, target: str, manifest: Any, selected: list[str], own: Mapping[str, Own]) -> tuple[dict[str, Any], list[str]]:
    """Model -> its compiled node, in the order of a build; and the faults of the profile's files."""
    if not selected:
        return {}, []
    outcome = _compile(settings, target, manifest, ["--select", *selected, "--exclude", "resource_type:test"])
    if outcome.exception is not None:
        raise dbt.cannot(settings, "compile", outcome.exception)
    found = [
        f"{own[result.node.name].shown}: {dbt.redact(str(result.message))}"
        for result in outcome.result if str(result.status) == "error" and result.node.name in own
    ]
    return {result.node.name: result.node for result in outcome.result if result.node.resource_type == "model"}, found


def _compile(settings: Settings, target: str, manifest: Any, what: list[str]) -> Any:
    variables = {"sync_date": "2000-01-01"}
    arguments = ["compile", *dbt.common_arguments(settings, target), "--no-introspect", "--no-populate-cache", *what]
    # What is compiled inline joins the project that dbt is given, and a build may come after.
    before = set(manifest.nodes)
    outcome = dbt.invoke(manifest, arguments, variables)
    for added in set(manifest.nodes) - before:
        del manifest.nodes[added]
    return outcome


def _state_made(settings: Settings, manifest: Any) -> list[str]:
    """The statements that make the tables of our state, which models read too."""
    outcome = _compile(settings, "embedded", manifest, ["--inline", "{{ create_delivery_tables() }}"])
    return outcome.result.results[0].node.compiled_code.split(";") if outcome.result else []


def _bound(settings: Settings, manifest: Any, compiled: Mapping[str, Any], own: Mapping[str, Own], state: list[str]) -> list[str]:
    """The faults of the profile's models, and of ours that read them, over tables without rows. state: what makes our state's tables."""
    import duckdb

    found: list[str] = []
    broken: set[str] = set()
    with duckdb.connect(":memory:") as memory:
        for name in {node.database for node in manifest.nodes.values() if node.resource_type in ("model", "seed")}:
            memory.execute(f"attach if not exists ':memory:' as \"{name}\"")
            memory.execute(f'use "{name}"')
        _seeds_made(settings, memory, manifest)
        for statement in state:
            memory.execute(statement)
        for name, node in compiled.items():
            if not node.compiled_code or broken.intersection(node.depends_on.nodes):
                broken.add(node.unique_id)
                continue
            if name in own:
                found += _described(memory, own[name], node.compiled_code, own[name].text)
            try:
                # A hook with a fault is told of once, not again by every model that reads it.
                columns = ", ".join(f"{column} {kind}" for column, kind in hooks().get(name, {}).items())
                _made(memory, node, f"({columns})" if columns else f"as {node.compiled_code}\nwith no data")
            except duckdb.Error as fault:
                broken.add(node.unique_id)
                found += _of_ours(name, node, own, manifest, str(fault))
    return found


def _of_ours(name: str, node: Any, own: Mapping[str, Own], manifest: Any, message: str) -> list[str]:
    """A model of ours that cannot be read, where it reads one of the profile's: that one is to blame."""
    read = [manifest.nodes[key].name for key in node.depends_on.nodes if key in manifest.nodes]
    blamed = [own[other].shown for other in read if other in own]
    macros = [own[key.split(".")[-1]].shown for key in node.depends_on.macros if key.split(".")[-1] in own]
    if name in own or not (blamed or macros):
        return []
    what = re.sub(r" \(LINE \d+\)$", "", dbt.redact(message))
    return [f"{' and '.join(blamed or macros)} does not give what {name} reads of it: {what}"]


def _seeds_made(settings: Settings, memory: Any, manifest: Any) -> None:
    for node in manifest.nodes.values():
        if node.resource_type == "seed":
            with (settings.project / node.original_file_path).open(newline="", encoding="utf-8") as handle:
                header = next(csv.reader(handle), [])
            types = node.config.column_types
            _made(memory, node, "({})".format(", ".join(f'"{name}" {types.get(name, "varchar")}' for name in header)))


def _made(memory: Any, node: Any, what: str) -> None:
    memory.execute(f'create schema if not exists "{node.database}"."{node.schema}"')
    memory.execute(f"create or replace table {node.relation_name} {what}")
