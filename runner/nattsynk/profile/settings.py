"""A profile's settings: `profile.yml` over the rule set's defaults in seeds/rules/settings.csv."""

import dataclasses
import re
import unicodedata
from collections.abc import Iterable, Mapping
from pathlib import Path
from types import MappingProxyType
from typing import Any, TypeVar

from nattsynk import engines
from nattsynk.errors import Stop
from nattsynk.profile import our_yaml, registers
from nattsynk.profile.definitions import (
    PROJECT,
    SYSTEMS,
    Definition,
    Value,
    definitions,
)
from nattsynk.profile.files import delimiter, has_text
from nattsynk.profile.locations import as_text, separator_text
from nattsynk.profile.profile_yml import Fault, ProfileFile

Typed = TypeVar("Typed")


@dataclasses.dataclass(frozen=True)
class Receiver:
    """Where and how to deliver. ca_file is an extra CA to trust; auth holds the keys of profile.yml, its files as full paths.

    type: the protocol, as receivers.PROTOCOLS lists them. profile.yml cannot name it yet, for there is one.
    """

    url: str
    ca_file: Path | None
    auth: Mapping[str, str]
    type: str = "nattsynk"


@dataclasses.dataclass(frozen=True)
class Settings:
    """One checked profile. `values` has every setting of seeds/rules/settings.csv: int, str, or a tuple of str.

    work_elsewhere: a passing folder in place of the profile's work folder, for who may not touch that.
    """

    name: str
    folder: Path
    customer: str
    rule_set: str
    sources: tuple[str, ...]
    environment: str
    database_name: str
    schema_prefix: str
    source_location: Mapping[str, Mapping[str, str]]
    receiver: Receiver | None
    values: Mapping[str, Value]
    work_elsewhere: Path | None = None

    def number(self, name: str) -> int:
        """The value of a setting of the type number."""
        return self._of(int, name)

    def text(self, name: str) -> str:
        """The value of a setting of the type text or choice."""
        return self._of(str, name)

    def flag(self, name: str) -> bool:
        """The value of a setting of the type flag."""
        return bool(self._of(int, name))

    def _of(self, kind: type[Typed], name: str) -> Typed:
        value = self.values[name]
        if not isinstance(value, kind):
            raise TypeError(f"the setting {name} is no {kind.__name__}")
        return value

    @property
    def work(self) -> Path:
        """Everything that may be deleted at any time: the assembled project and dbt's own files."""
        return self.work_elsewhere or self.folder / "target"

    @property
    def project(self) -> Path:
        """The dbt project assembled for this profile."""
        return self.work / "project"

    @property
    def extracts(self) -> Path:
        """The source tables as CSV, for an engine that reads files."""
        return self.folder / "extracts"

    @property
    def lock_file(self) -> Path:
        """What a run holds; beside the database, for the work folder may be deleted at any time."""
        return self.folder / "nattsynk.lock"

    @property
    def database_file(self) -> Path:
        """The database, where the engine keeps it in a file: state, never deleted by us."""
        return self.folder / "nattsynk.duckdb"

    @property
    def person_mapping(self) -> Path:
        """The profile's mapping of persons to addresses and accounts; it may be missing. Never copied: it holds persons."""
        return self.folder / "seeds" / "person_mapping.csv"

    @property
    def person_mapping_header(self) -> Path:
        """A file of the mapping's full header and no rows, read together with the mapping for the columns it leaves out."""
        return self.project / "inputs" / "person_mapping.csv"

    @property
    def person_mapping_files(self) -> list[Path]:
        """What is read together as the mapping."""
        return [self.person_mapping_header, *([self.person_mapping] if has_text(self.person_mapping) else [])]

    def modules(self, target: str) -> dict[str, list[str]]:
        """The modules of each source that are read: the compulsory ones, and the optional ones that the engine finds."""
        return {system: registers.used(system, engines.of(target).modules_found(self, system)) for system in self.sources}

    def dbt_vars(self, target: str = engines.DEFAULT) -> dict[str, Any]:
        """What dbt is told, all but sync_date."""
        # It reads a file of a profile whose settings are known.
        from nattsynk.profile import site_columns

        plain = {name: list(value) if isinstance(value, tuple) else value for name, value in self.values.items()}
        return {
            **plain,
            "rule_set": self.rule_set,
            "sources": list(self.sources),
            "modules": self.modules(target),
            "families": registers.families(),
            "holds": registers.holds(),
            "open_codes": registers.open_codes(),
            "register_models": registers.models(),
            "site_columns": site_columns.mapped(self),
            "schema_prefix": self.schema_prefix,
            "paths": self._paths(engines.of(target).separators(self)),
            "person_mapping_delimiter": delimiter(self.person_mapping),
            "source_location": {system: dict(modules) for system, modules in self.source_location.items()},
        }

    def _paths(self, separators: Mapping[str, Mapping[str, str]]) -> dict[str, Any]:
        """Where files lie. In one var that is no text: dbt takes a text for Jinja, and a folder may be named `{{ x }}`."""
        return {
            "extracts": as_text(self.extracts),
            "separators": {system: separator_text(separators.get(system, {})) for system in SYSTEMS},
            "person_mapping": [as_text(path) for path in self.person_mapping_files],
        }


def project_vars() -> Mapping[str, Any]:
    """The vars of nattsynk's own dbt_project.yml, by name."""
    return our_yaml.read(PROJECT / "dbt_project.yml")["vars"]["nattsynk"]


def load(name_or_path: str | Path) -> Settings:
    """Reads the profile of that name under profiles/, or in that folder. Stops (exit code 2) at anything wrong."""
    folder = folder_of(name_or_path)
    file = ProfileFile(folder / "profile.yml")
    try:
        return _settings(folder, file.content)
    except Fault as fault:
        raise file.stop(fault) from None


def only_profile(folder: Path) -> Path:
    """The profile that a verb takes where none is named: this folder, or the only one in it or in its profiles/. Stops (exit code 2) otherwise.

    The demos are never taken so: whoever forgets --profile means a customer's profile.
    """
    if (folder / "profile.yml").is_file():
        return folder
    found = [path.parent for pattern in ("*/profile.yml", "profiles/*/profile.yml") for path in sorted(folder.glob(pattern)) if path.is_file()]
    own = [path for path in found if not _is_ours(path)]
    if len(own) == 1:
        return own[0]
    shown = ", ".join(path.relative_to(folder).as_posix() for path in own)
    if own:
        raise Stop(f"No --profile is given, and here are several profiles: {shown}.", f"Say which: `--profile {own[0].relative_to(folder).as_posix()}`.")
    raise Stop(
        f"No --profile is given, and no profile folder of your own stands in {folder} or in its folder profiles.",
        "Say which: `--profile DIR`. `nattsynk init DIR` makes a new one; `--profile demo` is the demo municipality.",
    )


def _is_ours(folder: Path) -> bool:
    """A demo, or the template of a profile: a part of nattsynk itself."""
    folder = folder.resolve()
    return folder.is_relative_to(PROJECT / "runner") or (folder.parent == PROJECT / "profiles" and folder.name.startswith("demo"))


def folder_of(name_or_path: str | Path) -> Path:
    """The folder of the profile of that name under profiles/, or at that path. Stops (exit code 2) where there is none."""
    named = PROJECT / "profiles" / name_or_path
    folder = named if (named / "profile.yml").is_file() else Path(name_or_path)
    if not (folder / "profile.yml").is_file():
        path = folder / "profile.yml"
        looked = f"{path} does not exist" if path.is_absolute() else f"neither profiles/{name_or_path}/profile.yml nor {path} exists"
        raise Stop(
            f"There is no profile {name_or_path}: {looked}.",
            "`nattsynk init DIR` makes a new profile folder; `--profile DIR` uses it.",
        )
    folder = folder.resolve()
    if set(folder.as_posix()) & {"?", "\\"}:
        raise Stop(
            f"The path {folder} holds a question mark or a backslash, and DuckDB cannot keep a database there.",
            "Rename the folder, or move the profile.",
        )
    return folder


def _settings(folder: Path, read: Mapping[str, Any]) -> Settings:
    """The settings of a profile.yml that its schema has passed. Raises Fault where two keys do not fit together."""
    rule_set, sources, environment = read["rule_set"], tuple(read["sources"]), read.get("environment", "test")
    database, receiver = read.get("database") or {}, read.get("receiver")
    locations = {system: modules or {} for system, modules in (read.get("source_location") or {}).items()}
    values = _values(read.get("settings") or {}, rule_set)
    _check_together(values, sources, locations)
    return Settings(
        name=folder.name,
        folder=folder,
        customer=read["customer"].strip(),
        rule_set=rule_set,
        sources=sources,
        environment=environment,
        database_name=database.get("name", "nattsynk"),
        schema_prefix=database.get("schema_prefix") or _prefix(f"{folder.name}_{environment}"),
        source_location=locations,
        receiver=_receiver(receiver, folder) if receiver else None,
        values=MappingProxyType(values),
    )


def _prefix(name: str) -> str:
    """The name as a beginning of schemas' names."""
    plain = unicodedata.normalize("NFKD", name.lower()).encode("ascii", "ignore").decode()
    safe = re.sub(r"[^a-z0-9]+", "_", plain).strip("_")
    return safe if safe[:1].isalpha() else f"p_{safe}"


def _receiver(read: Mapping[str, Any], folder: Path) -> Receiver:
    auth = {key: str(folder / text.strip()) if key.endswith("_file") else text.strip() for key, text in read["auth"].items()}
    ca_file = folder / read["ca_file"].strip() if "ca_file" in read else None
    return Receiver(read["url"].rstrip("/"), ca_file, MappingProxyType(auth))


def _values(given: Mapping[str, Any], rule_set: str) -> dict[str, Value]:
    return {
        name: _in_its_type(definition, given[name]) if name in given else definition.default(rule_set)
        for name, definition in definitions().items()
    }


def _in_its_type(definition: Definition, value: Any) -> Value:
    if definition.type == "list":
        return tuple(text.strip() for text in ([value] if isinstance(value, str) else value))
    if definition.type in ("flag", "number"):
        return int(value)
    return value or ""


def _check_together(values: Mapping[str, Value], sources: tuple[str, ...], locations: Iterable[str]) -> None:
    """What the schema cannot tell of one key alone."""
    for system in locations:
        if system not in sources:
            raise Fault(f"source_location.{system}", f"source_location.{system} is not one of the sources ({', '.join(sources)})")
    selection = values["group_selection"]
    if selection != "all" and not str(values["group_selection_text"]).strip():
        raise Fault("settings.group_selection", f"settings.group_selection is {selection}, so settings.group_selection_text must not be blank")
    if values["class_identity"] == "class_group" and not set(registers.with_class_groups()) & set(sources):
        having = " and ".join(registers.with_class_groups())
        raise Fault("settings.class_identity", f"settings.class_identity is class_group, which only {having} have")
