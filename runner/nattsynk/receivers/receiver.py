"""The interface of a receiver. `deliver/` and `check/` know a receiver by this module alone, and know no protocol.

A delivery goes through these steps, and the ledger notes each step before the next one:

    state ──► open ──► put, once a part ──► commit ──► receipt
                 find: after a run that died between commit and receipt

What every protocol must guarantee:

- **Again is once.** A run may die between any two steps, and the next run repeats the last one. So `open` finds what an earlier
  `open` with the same key began, `put` takes the same part twice, and `commit` applies once.
- **Nothing takes effect before `commit`.** Until then a newer plan may take the delivery's place, or a protection removal may go first.
- **Nothing counts before the receipt.** A line counts as delivered when the receipt says `applied` or `unchanged`, and not earlier.
- **No personal data in a message.** Every `Stop` of a receiver names the address, the step and a code.

How a protocol is added: docs/develop/adding.md.
"""

import abc
import dataclasses
from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import NamedTuple, Self

from nattsynk.deliver.delivery import Base, Delivery, Part
from nattsynk.errors import REJECTED, Stop

# How far a receiver has come with a delivery.
OPEN, APPLYING, APPLIED = "open", "applying", "applied"
# What became of a line.
STATUSES = ("applied", "unchanged", "rejected")
# The problem type of a rejected line whose record the receiver does not have. The next delivery creates the record.
UNKNOWN_RECORD = "urn:nattsynk:problem:unknown-record"


class Away(Stop):
    """The receiver was silent or busy until the time for it was over. The next run goes on."""


class Refused(Stop):
    """The receiver refused a step.

    reason: a code for the ledger, without personal data. may_go_on: the very same delivery can succeed later, with another secret for
    instance. Otherwise the delivery has failed, and the next run plans anew.
    """

    def __init__(self, message: str, next_step: str, reason: str, may_go_on: bool = False) -> None:
        super().__init__(message, next_step, REJECTED)
        self.reason = reason
        self.may_go_on = may_go_on


class BaseMismatch(Exception):
    """The receiver stands at another base than the delivery was planned on. base: where it stands."""

    def __init__(self, base: Base) -> None:
        super().__init__(f"the receiver stands at sequence {base[0]}")
        self.base = base


@dataclasses.dataclass(frozen=True)
class State:
    """Where the receiver stands, and what it can do.

    base: None if the receiver keeps no base; then the last confirmed delivery of our ledger is the base.
    hides: it can hide a person, so that a mass protection waits for an approval before anybody is erased (PER-15).
    """

    base: Base | None
    hides: bool


@dataclasses.dataclass(frozen=True)
class Received:
    """What the receiver has of a delivery. delta_id: its own id of it. state: OPEN, APPLYING or APPLIED. parts: number -> SHA-256 of each part it has."""

    delta_id: str
    state: str
    parts: Mapping[int, str]


@dataclasses.dataclass(frozen=True)
class Outgoing:
    """A delivery on its way. content: the lines of a part as NDJSON, the same bytes every time; readable until the receipt is complete."""

    delivery: Delivery
    parts: Sequence[Part]
    content: Callable[[Part], bytes]


class LineAnswer(NamedTuple):
    """What became of one line. problem_type and pointer say why it was rejected: codes, without personal data."""

    number: int
    status: str
    problem_type: str
    pointer: str | None


@dataclasses.dataclass(frozen=True)
class ReceiptPage:
    """A page of a receipt. version: of the delivery that it is for. counts: status -> lines, over the whole delivery.

    lines: every line that was not applied, in rising order.
    """

    version: str
    counts: Mapping[str, int]
    lines: Sequence[LineAnswer]


class Receiver(abc.ABC):
    """One run's conversation with the profile's receiver. Use it as a context manager.

    Every step may raise a `Stop`: `Away`, `Refused`, or one that names what to correct in profile.yml. A step waits and tries again by
    itself, for as long as that can help and the run's time lasts.
    """

    @abc.abstractmethod
    def state(self) -> State:
        """Asks where the receiver stands. It changes nothing, so `check` asks too."""

    @abc.abstractmethod
    def proof(self) -> str:
        """What has been proved to work once `state` has answered. `check` prints it."""

    @abc.abstractmethod
    def open(self, outgoing: Outgoing) -> Received:
        """Announces a delivery, or finds the one announced before under the same open_key. Raises BaseMismatch."""

    @abc.abstractmethod
    def find(self, outgoing: Outgoing) -> Received | None:
        """A delivery that was committed, by its delta_id; None if the receiver does not know it."""

    @abc.abstractmethod
    def put(self, outgoing: Outgoing, part: Part) -> None:
        """Hands over one part."""

    @abc.abstractmethod
    def commit(self, outgoing: Outgoing) -> None:
        """Has the delivery applied, once however often it is asked under the same commit_key. Raises BaseMismatch."""

    @abc.abstractmethod
    def receipt(self, outgoing: Outgoing) -> Iterator[ReceiptPage]:
        """What became of every line, page by page; waits while the receiver is at work."""

    @abc.abstractmethod
    def close(self) -> None:
        """Lets go of connections and files."""

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()
