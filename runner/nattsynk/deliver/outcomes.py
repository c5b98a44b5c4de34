"""What a run of `send` came to: one outcome a delivery, told together, also where the run stops on its way."""

import contextlib
import dataclasses
from collections.abc import Iterator

from nattsynk.deliver.delivery import Counts
from nattsynk.errors import Stop


@dataclasses.dataclass(frozen=True)
class Outcome:
    """The outcome of a delivery, or of a whole run. lines: entity -> operation -> lines sent. rejected: lines that the receiver refused."""

    exit_code: int
    message: str
    lines: Counts
    rejected: int


class Interrupted(Stop):
    """A run that stopped after a delivery had ended. It tells both, with the higher exit code. outcome: of what had ended."""

    def __init__(self, outcome: Outcome, stop: Stop) -> None:
        super().__init__(f"{outcome.message} {stop.message}", stop.next_step, max(outcome.exit_code, stop.exit_code))
        self.outcome = outcome


@contextlib.contextmanager
def collected() -> Iterator[list[Outcome]]:
    """A list for the outcomes of a run; a Stop tells them too."""
    outcomes: list[Outcome] = []
    try:
        yield outcomes
    except Stop as stop:
        outcome = together(outcomes)
        if outcome is None:
            raise
        raise Interrupted(outcome, stop) from stop


def together(outcomes: list[Outcome]) -> Outcome | None:
    """Several outcomes as one; None if there are none."""
    if not outcomes:
        return None
    lines: Counts = {}
    for outcome in outcomes:
        for name, operations in outcome.lines.items():
            for operation, count in operations.items():
                lines.setdefault(name, {}).setdefault(operation, 0)
                lines[name][operation] += count
    return Outcome(
        max(outcome.exit_code for outcome in outcomes), " ".join(outcome.message for outcome in outcomes), lines,
        sum(outcome.rejected for outcome in outcomes),
    )
