"""What a person sees at a terminal: colour, tables, and a bar for a step that takes long. Elsewhere the same words as plain text.

rich is imported here alone, and only for a stream that is a terminal, so a scheduled night never waits for it. Nothing that is
shown is read as rich's markup: a name may hold `[red]`.
"""

import sys
from collections.abc import Sequence
from typing import Any, TextIO

VERDICTS = {"ok": "green", "WARN": "yellow", "FAIL": "bold red", "skip": "dim"}
TITLE = "bold"
FAULT = "bold red"
# A text, or a text in a style of rich's.
Piece = str | tuple[str, str]


def say(*pieces: Piece, stream: TextIO | None = None) -> None:
    """Prints the pieces as one text with a line break after it."""
    stream = stream or sys.stdout
    if not stream.isatty():
        print("".join(piece if isinstance(piece, str) else piece[0] for piece in pieces), file=stream)
        return
    from rich.text import Text

    # Soft: the terminal breaks a long line, so it can be copied as one.
    _console(stream).print(Text.assemble(*pieces), soft_wrap=True)


def table(names: Sequence[str], counts: Sequence[str], rows: Sequence[Sequence[Any]]) -> None:
    """Prints a table, indented: names to the left, counts to the right. A cell without a value shows a dash."""
    cells = [["-" if cell is None else str(cell) for cell in row] for row in rows]
    if sys.stdout.isatty():
        _console(sys.stdout).print(_drawn(names, counts, cells))
        return
    lines = [[*names, *counts], *cells]
    widths = [max(map(len, column)) for column in zip(*lines, strict=True)]
    for line in lines:
        padded = [cell.rjust(width) if at >= len(names) else cell.ljust(width) for at, (cell, width) in enumerate(zip(line, widths, strict=True))]
        print("    " + "  ".join(padded))


def _console(stream: TextIO) -> Any:
    from rich.console import Console

    return Console(file=stream, highlight=False, markup=False, emoji=False)


def _drawn(names: Sequence[str], counts: Sequence[str], rows: Sequence[Sequence[str]]) -> Any:
    from rich import box
    from rich.padding import Padding
    from rich.table import Table
    from rich.text import Text

    drawn = Table(box=box.SIMPLE_HEAD, show_edge=False, pad_edge=False, padding=(0, 1, 0, 0), header_style=TITLE)
    for name in names:
        drawn.add_column(name, overflow="fold")
    for name in counts:
        drawn.add_column(name, justify="right", no_wrap=True)
    for row in rows:
        drawn.add_row(*(Text(cell, style="dim" if at >= len(names) and cell in ("0", "-") else "") for at, cell in enumerate(row)))
    return Padding(drawn, (0, 0, 0, 4))


class Bar:
    """Where a long step stands, on the last line of the terminal. `close` takes the bar away, and must always be called."""

    def __init__(self, stream: TextIO) -> None:
        self._stream = stream
        self._shown: Any = None

    def move(self, text: str, done: int | None = None, total: int | None = None) -> None:
        """Shows the text, and how much of the total is done where that is known."""
        if self._shown is None:
            self._shown = self._made()
        self._shown.update(self._shown.task_ids[0], description=text, completed=done or 0, total=total)
        self._shown.start()

    def close(self) -> None:
        """Takes the bar away."""
        if self._shown is not None:
            self._shown.stop()
            self._shown = None

    def _made(self) -> Any:
        from rich.progress import BarColumn, Progress, TextColumn
        from rich.table import Column

        text = TextColumn("{task.description}", markup=False, table_column=Column(no_wrap=True, overflow="ellipsis", ratio=1))
        # Standard output is not the bar's to redirect: it may be a file.
        shown = Progress(
            BarColumn(bar_width=24), text, console=_console(self._stream), transient=True, expand=True, redirect_stdout=False, redirect_stderr=False,
        )
        shown.add_task("", total=None)
        return shown
