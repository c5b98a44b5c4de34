"""A delivery and its parts, as the ledger keeps them and as a receiver is given them."""

import dataclasses
import datetime

Counts = dict[str, dict[str, int]]
# A sequence number and the version that goes with it. Sender and receiver agree where both name the same base.
Base = tuple[int, str]
# The two lanes of the ledger: the night's delta, and the removal of newly protected persons. The removal is a delivery of its own and goes first.
MAIN, PROTECTION_REMOVAL = "main", "erase"


@dataclasses.dataclass(frozen=True)
class Delivery:
    """One delivery. counts: entity -> operation -> lines. open_key and commit_key: idempotency keys. delta_id: the receiver's own id of it."""

    sequence: int
    lane: str
    mode: str
    state: str
    base_sequence: int
    base_version: str
    target_version: str
    plan_digest: str
    line_count: int
    counts: Counts
    person_removal: str
    group_removal: str
    sync_date: datetime.date
    build_id: str
    open_key: str
    commit_key: str
    delta_id: str | None = None
    approved_by: str | None = None
    approved_until: datetime.datetime | None = None
    note: str | None = None

    @property
    def waits(self) -> bool:
        """Whether only an approval lets it go."""
        return self.state == "held" or self.approved_by is not None

    @property
    def digest(self) -> str:
        """The digest that `approve` is given. A removal holds a few ids only, and the digest of its lines would let somebody guess them."""
        return self.target_version if self.lane == PROTECTION_REMOVAL else self.plan_digest


@dataclasses.dataclass(frozen=True)
class Part:
    """One part: lines first to last, inclusive; length in bytes and SHA-256 in hex, both of its NDJSON unpacked."""

    number: int
    first: int
    last: int
    length: int
    sha256: str
