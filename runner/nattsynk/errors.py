"""The one way a run stops with a message, and the exit codes that docs/operate/night.md explains."""

from collections.abc import Sequence

DELIVERED = 0
FAULT = 1
USAGE = 2
NOTHING = 10
HELD = 20
REJECTED = 30
UNREACHABLE = 40

EXIT_CODES = {
    DELIVERED: "delivered, or done",
    NOTHING: "nothing to deliver",
    HELD: "held by a safety rule, or a data test is red",
    REJECTED: "the receiver refused something",
    UNREACHABLE: "the receiver, the source, the database or the disk could not be reached, or has no room",
    USAGE: "wrong usage, rights or settings, or a source that lacks a table or column",
    FAULT: "a fault of ours, or interrupted",
}


class Stop(Exception):
    """Ends the run with one readable message.

    message:   what is wrong, in one or a few sentences without personal data.
    next_step: what the administrator can do about it; may be empty.
    exit_code: one of EXIT_CODES.
    """

    def __init__(self, message: str, next_step: str = "", exit_code: int = USAGE) -> None:
        super().__init__(message)
        self.message = message
        self.next_step = next_step
        self.exit_code = exit_code


def together(stops: Sequence[Stop]) -> Stop:
    """Several stops as one, a line each, so that all is told in one run. What is to be done is said once."""
    if len(stops) == 1:
        return stops[0]
    next_steps = "\n".join(dict.fromkeys(stop.next_step for stop in stops if stop.next_step))
    return Stop("\n".join(stop.message for stop in stops), next_steps, max(stop.exit_code for stop in stops))


def sentence(text: str) -> str:
    """The text with a full stop, unless it ends in a question."""
    return text if text.endswith("?") else f"{text}."
