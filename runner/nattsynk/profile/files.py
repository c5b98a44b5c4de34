"""Tables as CSV files: UTF-8, comma, header, null as nothing, dates yyyy-mm-dd; complete or not there at all."""

import codecs
import csv
import datetime
import string
from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path
from typing import Any

from nattsynk import operating_system
from nattsynk.errors import USAGE, Stop

LOWER = str.maketrans(string.ascii_uppercase, string.ascii_lowercase)


class FileSet:
    """Files that appear together: each is written under a passing name, and all take their names at the end."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._parts: list[tuple[Path, Path]] = []

    def __enter__(self) -> "FileSet":
        try:
            self._folder.mkdir(parents=True, exist_ok=True)
        except OSError as fault:
            refused = operating_system.refusal(fault)
            code = refused.exit_code if refused else USAGE
            raise Stop(f"The folder {self._folder} cannot be made ({fault.strerror}).", "Give --out another folder.", code) from fault
        return self

    def __exit__(self, kind: type | None, *_raised: object) -> None:
        try:
            if kind is None:
                self._take_names()
        finally:
            for part, _ in self._parts:
                part.unlink(missing_ok=True)

    def _take_names(self) -> None:
        for taken, (part, path) in enumerate(self._parts):
            try:
                part.replace(path)
            except OSError as fault:
                refused = operating_system.refusal(fault, path)
                if refused is None or not taken:
                    raise
                mixed = f"{self._folder} now holds {taken} new files of {len(self._parts)} beside older ones: do not use it."
                raise Stop(f"{refused.message} {mixed}", refused.next_step, refused.exit_code) from fault

    def write(self, name: str, header: Sequence[str], rows: Iterable[Sequence[Any]]) -> int:
        """Writes `<name>.csv` from a stream of rows; returns their number."""
        path = self._folder / f"{name}.csv"
        part = path.with_suffix(".csv.part")
        self._parts.append((part, path))
        with operating_system.telling(path), part.open("w", newline="", encoding="utf-8") as handle:
            writer = csv.writer(handle, lineterminator="\n")
            writer.writerow(header)
            count = 0
            for count, row in enumerate(_texts(rows), 1):
                writer.writerow(row)
        return count


# What `export --format` can write.
FORMATS = {"csv": FileSet}


def _texts(rows: Iterable[Sequence[Any]]) -> Iterator[list[str]]:
    for row in rows:
        yield [_text(value) for value in row]


def _text(value: Any) -> str:
    if value is None:
        return ""
    return value.isoformat() if isinstance(value, datetime.date) else str(value)


def has_text(path: Path) -> bool:
    """Whether the file is there and holds more than a byte order mark."""
    return path.is_file() and path.stat().st_size > len(codecs.BOM_UTF8)


def folded(name: str) -> str:
    """The name of a column as DuckDB compares it: no blanks around it, and A to Z as a to z. It tells Å from å."""
    return name.strip().translate(LOWER)


def delimiter(path: Path) -> str:
    """What separates the cells of a CSV file, comma or semicolon, told by its first line; comma where there is none."""
    if not has_text(path):
        return ","
    with path.open(encoding="utf-8-sig", errors="replace") as handle:
        first = handle.readline()
    return ";" if first.count(";") > first.count(",") else ","
