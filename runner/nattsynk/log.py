"""What a run says while it works: lines for a person at a terminal, else one structured JSON line a step, on stderr.

Nothing personal is ever logged: steps carry counts, names of tables and codes, never values of rows.
"""

import datetime
import json
import sys
from collections.abc import Callable
from typing import Any, TextIO

Clock = Callable[[], datetime.datetime]


class Progress:
    """Reports steps of a run; keeps them for the results file. Made once a run."""

    def __init__(self, clock: Clock, stream: TextIO | None = None) -> None:
        self.steps: list[dict[str, Any]] = []
        self._clock = clock
        self._stream = stream or sys.stderr
        self._human = self._stream.isatty()
        self._width = 0

    def step(self, name: str, text: str, **facts: Any) -> None:
        """A step that is done. name: a short stable word; text: the line for a person; facts: counts and codes."""
        entry = {"at": self._clock().isoformat(timespec="seconds"), "step": name, **facts}
        self.steps.append(entry)
        self._line(text if self._human else json.dumps({**entry, "text": text}, ensure_ascii=False))

    def tick(self, text: str) -> None:
        """Where a long step stands; shown at a terminal only, on one line that the next one replaces."""
        if self._human:
            self._stream.write("\r" + text[:100].ljust(self._width))
            self._stream.flush()
            self._width = min(len(text), 100)

    def _line(self, text: str) -> None:
        clear = "\r" + " " * self._width + "\r" if self._width else ""
        self._width = 0
        print(clear + text, file=self._stream, flush=True)
