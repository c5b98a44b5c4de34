"""What the runner asks of an engine. Each engine answers all of it, in a module of its own."""

import abc
import contextlib
import dataclasses
from collections.abc import Callable, Iterable, Mapping
from typing import Any

from nattsynk.engines.database import Database
from nattsynk.engines.messages import Messages
from nattsynk.engines.trial import Trial
from nattsynk.log import Clock
from nattsynk.profile.registers import Table
from nattsynk.profile.settings import Settings


@dataclasses.dataclass(frozen=True)
class Remark:
    """Something in the sources that an administrator should see to. details: one line each."""

    text: str
    details: tuple[str, ...] = ()


@dataclasses.dataclass(frozen=True)
class SourcesSeen:
    """What a look at the sources found.

    step, counts: what the log says, with its numbers. found, note: what `check` says, before and after the modules that are not in use.
    """

    step: str
    counts: Mapping[str, int]
    found: str
    note: str = ""
    remarks: tuple[Remark, ...] = ()


@dataclasses.dataclass(frozen=True)
class OpenSources:
    """The sources, open to be read. ask: runs a select. places: each table, and what a select calls it."""

    ask: Callable[[str], list[tuple]]
    places: Iterable[tuple[Table, str]]


class Engine(abc.ABC):
    """One engine. It holds no state: a profile's settings are given to each question."""

    # The target, as --target and profiles.yml name it.
    target: str
    # dbt's adapter. The engine's variants of our macros begin with its name.
    adapter: str
    # What the engine's messages mean.
    messages: Messages
    # Whether the engine reads files: the extracts of the registers, and person_mapping.csv. Else the registers are tables of a database.
    reads_files: bool
    # Whether other machines can reach the database, so that a lock on this machine is not enough.
    is_shared: bool
    # Whether the database gives each login rights, which `check` looks at.
    has_rights: bool
    # Whether own SQL is tried together with the models around it, over tables without rows. Else each select is tried as it stands.
    tries_models: bool

    # ---- the database

    @abc.abstractmethod
    def output(self, settings: Settings) -> dict[str, Any]:
        """What profiles.yml says of the profile's database: the values that differ between profiles."""

    @abc.abstractmethod
    def prepare_environment(self) -> None:
        """Stops (exit code 2) where the environment lacks a value that profiles.yml reads from it."""

    @abc.abstractmethod
    def is_made(self, settings: Settings) -> bool:
        """Whether the database is there. Opening it makes it where it is not."""

    @abc.abstractmethod
    def open(self, settings: Settings) -> Database:
        """The profile's database, open."""

    @abc.abstractmethod
    def forget_connections(self) -> None:
        """Closes the connections that dbt's adapter keeps after a command."""

    @abc.abstractmethod
    def lock(self, database: Database) -> contextlib.AbstractContextManager[bool]:
        """Keeps the profile's runs on other machines out. False where one of them has the lock."""

    @abc.abstractmethod
    def check_rights(self, settings: Settings, database: Database) -> list[str]:
        """A sentence for each place where the login may do more than it needs. Stops where it may not do what it needs."""

    # ---- the sources

    @abc.abstractmethod
    def modules_found(self, settings: Settings, system: str) -> set[str]:
        """The modules of a register that are there, as far as a name or a file tells."""

    @abc.abstractmethod
    def separators(self, settings: Settings) -> dict[str, dict[str, str]]:
        """System -> table -> what separates the cells of its file, where that is no comma."""

    @abc.abstractmethod
    def check_sources(self, settings: Settings) -> SourcesSeen:
        """Looks at the tables and columns of the registers. Stops where one cannot be read as a build needs it."""

    @abc.abstractmethod
    def age_of_sources(self, settings: Settings, clock: Clock) -> str:
        """What is wrong with the age of the sources, as a clause. Blank where nothing is, or where nobody can tell."""

    @abc.abstractmethod
    def open_sources(self, settings: Settings, by_our_names: Callable[[Table, str], str]) -> contextlib.AbstractContextManager[OpenSources]:
        """Opens the sources to be read. by_our_names: the select of a table, by our names of its columns, from where the table is."""

    # ---- own SQL

    @abc.abstractmethod
    def open_trial(self, settings: Settings) -> contextlib.AbstractContextManager[Trial]:
        """Where the profile's own SQL is tried."""
