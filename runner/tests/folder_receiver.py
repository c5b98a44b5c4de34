"""A receiver that is nothing but a folder: no HTTP, no base of its own, no answer a line. It proves what the interface can carry.

A delivery becomes a folder of parts, and is published by renaming that folder. Whoever reads never sees half a delivery.
"""

import dataclasses
import json
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

from nattsynk.deliver.delivery import Delivery, Part
from nattsynk.receivers.receiver import (
    APPLIED,
    OPEN,
    Outgoing,
    ReceiptPage,
    Received,
    Receiver,
    State,
)


@dataclasses.dataclass
class FolderReceiver(Receiver):
    """before: called with the name of each step before it is taken; it may raise, as a killed process does."""

    folder: Path
    before: Callable[[str], None] = lambda step: None

    def state(self) -> State:
        self.before("state")
        self.folder.mkdir(exist_ok=True)
        return State(base=None, hides=False)

    def proof(self) -> str:
        return "its folder can be written to"

    def open(self, outgoing: Outgoing) -> Received:
        self.before("open")
        delivery = outgoing.delivery
        if self._published(delivery).exists():
            return Received(delivery.open_key, APPLIED, {})
        self._draft(delivery).mkdir(exist_ok=True)
        return Received(delivery.open_key, OPEN, {int(path.stem): path.suffix[1:] for path in self._draft(delivery).iterdir()})

    def find(self, outgoing: Outgoing) -> Received | None:
        self.before("find")
        delivery = outgoing.delivery
        found = next((state for path, state in ((self._published(delivery), APPLIED), (self._draft(delivery), OPEN)) if path.exists()), None)
        return Received(delivery.delta_id, found, {}) if found else None

    def put(self, outgoing: Outgoing, part: Part) -> None:
        self.before("put")
        (self._draft(outgoing.delivery) / f"{part.number}.{part.sha256}").write_bytes(outgoing.content(part))

    def commit(self, outgoing: Outgoing) -> None:
        self.before("commit")
        if not self._published(outgoing.delivery).exists():
            self._draft(outgoing.delivery).rename(self._published(outgoing.delivery))

    def receipt(self, outgoing: Outgoing) -> Iterator[ReceiptPage]:
        self.before("receipt")
        delivery = outgoing.delivery
        yield ReceiptPage(delivery.target_version, {"applied": delivery.line_count, "unchanged": 0, "rejected": 0}, [])

    def close(self) -> None:
        """Nothing is open: a draft stays for the run that goes on with it."""

    def published(self) -> list[list[dict[str, Any]]]:
        """The lines of each published delivery, in the order of the deliveries."""
        folders = sorted((path for path in self.folder.iterdir() if not path.suffix), key=lambda path: int(path.name))
        return [
            [json.loads(line) for part in sorted(folder.iterdir(), key=lambda path: int(path.stem)) for line in part.read_bytes().splitlines()]
            for folder in folders
        ]

    def _published(self, delivery: Delivery) -> Path:
        return self.folder / str(delivery.sequence)

    def _draft(self, delivery: Delivery) -> Path:
        return self.folder / f"{delivery.sequence}.part"
