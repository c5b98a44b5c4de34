"""What a run says while it works: lines for a person at a terminal, else one structured JSON line a step, on stderr.

Nothing personal is ever logged: steps carry counts, names of tables and codes, never values of rows.
"""

import datetime
import json
import sys
from collections.abc import Callable
from typing import Any, TextIO

from nattsynk import terminal

Clock = Callable[[], datetime.datetime]


class Progress:
    """Reports steps of a run; keeps them for the results file. Made once a run."""

    def __init__(self, clock: Clock, stream: TextIO | None = None) -> None:
        self.steps: list[dict[str, Any]] = []
        self._clock = clock
        self._stream = stream or sys.stderr
        self._bar = terminal.Bar(self._stream) if self._stream.isatty() else None

    def step(self, name: str, text: str, **facts: Any) -> None:
        """A step that is done. name: a short stable word; text: the line for a person; facts: counts and codes."""
        entry = {"at": self._clock().isoformat(timespec="seconds"), "step": name, **facts}
        self.steps.append(entry)
        if self._bar is None:
            print(json.dumps({**entry, "text": text}, ensure_ascii=False), file=self._stream, flush=True)
            return
        self._bar.close()
        terminal.say((text, terminal.VERDICTS["WARN"] if name == "warning" else ""), stream=self._stream)

    def tick(self, text: str, done: int | None = None, total: int | None = None) -> None:
        """Where a long step stands, and how much of the total is done. Shown at a terminal only, until the next step is told."""
        if self._bar is not None:
            self._bar.move(text, done, total)

    def close(self) -> None:
        """Ends what `tick` shows. A run that stops midway calls this before anything else is printed."""
        if self._bar is not None:
            self._bar.close()
