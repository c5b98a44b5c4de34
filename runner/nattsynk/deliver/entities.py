"""The entities of the contract, read from the export models' own YAML: one place holds keys and columns."""

import dataclasses
import functools
from typing import Any

from nattsynk.profile import our_yaml
from nattsynk.profile.settings import PROJECT

ORDER = ("school", "person", "enrolment", "duty", "responsible", "group", "membership", "staff")
# Column -> the entity that it names a record of.
NAMES = {"school_id": "school", "person_id": "person", "child_id": "person", "responsible_id": "person", "group_id": "group"}


@dataclasses.dataclass(frozen=True)
class Entity:
    """One entity. table is the export table; columns are the contract's, in its order; key is a part of them.

    policies: further columns of the table, which say how a line carries the others (`filled`, `omitted`).
    """

    name: str
    table: str
    key: tuple[str, ...]
    columns: tuple[str, ...]
    policies: tuple[str, ...] = ()

    @property
    def delta(self) -> str:
        """The view of what has to be said: operation, changed, mode, and the export's columns."""
        return self.table.replace("export_", "delta_", 1)

    @property
    def delivered(self) -> str:
        """The table of what the receiver has confirmed: the export's columns without the previous_ ones."""
        return self.table.replace("export_", "delivered_", 1)

    @property
    def planned(self) -> str:
        """The table of the frozen lines of deliveries under way."""
        return self.table.replace("export_", "planned_", 1)

    @functools.cached_property
    def stored(self) -> tuple[str, ...]:
        """The columns of the delivered table."""
        return tuple(column for column in self.columns if not column.startswith("previous_"))

    @functools.cached_property
    def references(self) -> tuple[tuple[str, str], ...]:
        """(entity, column) of each other record that a record of this one names."""
        return tuple((NAMES[column], column) for column in self.stored if column in NAMES and self.key != (column,))

    @functools.cached_property
    def record_key(self) -> str:
        """SQL: the key as one text, its columns joined by "|", read from a table aliased d."""
        parts = ", '|', ".join(f"d.{column}" for column in self.key)
        return f"concat({parts}, '')"

    @functools.cached_property
    def line(self) -> tuple[str, ...]:
        """The columns of the delta and the planned table that a line is made from, beside its number."""
        return ("operation", "changed", "mode", *self.policies, *self.columns)

    @functools.cached_property
    def rekeyed(self) -> tuple[str, ...]:
        """What the line of a rekey carries: each value that has a previous_ beside it, and that one."""
        return tuple(name for column in self.columns for name in (column, f"previous_{column}") if f"previous_{column}" in self.columns)

    @functools.cached_property
    def data(self) -> tuple[str, ...]:
        """What a line carries beside its key."""
        return tuple(column for column in self.columns if column not in self.key)


@functools.cache
def entities() -> tuple[Entity, ...]:
    """All entities in the order of delivery; deletes go in reverse."""
    folder = PROJECT / "models" / "marts" / "export"
    models = [model for path in sorted(folder.glob("*.yml")) for model in (our_yaml.read(path) or {}).get("models", [])]
    found = {entity.name: entity for entity in map(_entity, models) if entity}
    return tuple(found[name] for name in ORDER)


def _entity(model: dict[str, Any]) -> Entity | None:
    meta = model.get("meta") or model.get("config", {}).get("meta") or {}
    if "entity" not in meta:
        return None
    policies = tuple(meta.get("policies", ()))
    columns = tuple(column["name"] for column in model["columns"] if column["name"] not in policies)
    return Entity(meta["entity"], model["name"], tuple(meta["key"]), columns, policies)
