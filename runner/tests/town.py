"""Nights of a small municipality against the real receiver: registers written row by row, built by dbt, delivered, and what was said."""

import csv
import dataclasses
import datetime
from pathlib import Path
from typing import Any

from delivering import applied, hang_up

from nattsynk.build.builder import Builder
from nattsynk.deliver import deliver
from nattsynk.engines.database import open_database
from nattsynk.errors import Stop
from nattsynk.log import Progress
from nattsynk.receivers import nattsynk as exchange
from nattsynk.receivers.tls_session import new_session
from nattsynk.reference_receiver import Handle

TENANT = "town"


@dataclasses.dataclass(frozen=True)
class Night:
    """How a night ended, and the deltas that the receiver took in it: manifest and lines of each."""

    code: int
    message: str
    deltas: list[tuple[dict[str, Any], list[dict[str, Any]]]]

    @property
    def lines(self) -> list[dict[str, Any]]:
        return [line for _, lines in self.deltas for line in lines]

    @property
    def said(self) -> set[str]:
        """"operation entity key" of each line, the key's values joined by a bar."""
        return {f"{line['op']} {line['entity']} {'|'.join(line['key'].values())}" for line in self.lines}


@dataclasses.dataclass
class Town:
    """A profile (runner/tests/conftest.py) that delivers to a receiver. The parsed project is kept from night to night."""

    profile: Any
    receiver: Handle
    ca: Path
    builder: Builder | None = None

    def configure(self, **keys: Any) -> None:
        """Writes profile.yml; all that is not given is as runner/tests/conftest.py has it."""
        address = {"url": self.receiver.tenant(TENANT), "ca_file": str(self.ca), "auth": {"type": "bearer", "token_env": "TRIAL_TOKEN"}}
        self.profile.write(receiver=address, **keys)
        self.profile.empty_extracts()
        self.builder = None

    def write(self, table: str, *rows: dict[str, str], system: str = "procapita") -> None:
        """Writes an extract of these rows."""
        path = self.profile.extract(table, system)
        with path.open(newline="", encoding="utf-8") as handle:
            columns = next(csv.reader(handle))
        with path.open("w", newline="", encoding="utf-8") as handle:
            writer = csv.DictWriter(handle, columns, restval="")
            writer.writeheader()
            writer.writerows(rows)

    def clock(self) -> datetime.datetime:
        return datetime.datetime.now(datetime.UTC)

    def build(self, day: str) -> None:
        self.builder = self.builder or Builder(self.profile.settings(), "embedded", self.clock, Progress(self.clock))
        self.builder.build(datetime.date.fromisoformat(day))

    def send(self) -> Night:
        """Delivers, and tells what the receiver took."""
        settings = self.profile.settings()
        before, session = len(applied(self.receiver, TENANT)), new_session(settings.receiver)
        try:
            with open_database(settings) as db:
                progress = Progress(self.clock)
                outcome = deliver.send(db, settings, exchange.of(settings, self.clock, progress, session=session), self.clock, progress)
            return Night(outcome.exit_code, outcome.message, applied(self.receiver, TENANT)[before:])
        except Stop as stop:
            return Night(stop.exit_code, stop.message, applied(self.receiver, TENANT)[before:])
        finally:
            hang_up(session)

    def night(self, day: str) -> Night:
        self.build(day)
        return self.send()

    def rows(self, table: str, columns: str = "*", layer: str = "delivery") -> list[tuple]:
        """Rows of a table or view of ours, sorted."""
        with open_database(self.profile.settings()) as db:
            return sorted(db.rows(f"select {columns} from {db.schema(layer)}.{table}"), key=repr)

    def held(self, entity: str) -> dict[str, dict[str, Any]]:
        """What the receiver holds of an entity, by key."""
        return {"|".join(record["key"].values()): record for record in self.receiver.store.records(TENANT, entity)}
