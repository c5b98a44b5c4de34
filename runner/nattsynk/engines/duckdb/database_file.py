"""Checks the database file before DuckDB opens it, and refuses one that is not ours.

DuckDB opens a file whose end is missing, and fails where it first reads beyond; for SQLite's files it goes looking for an extension on the
internet. Nothing here changes the file (docs/decisions/0053-refuse-a-database-file-that-is-not-ours.md).
"""

import struct
from pathlib import Path
from typing import BinaryIO

from nattsynk import operating_system
from nattsynk.errors import UNREACHABLE, USAGE, Stop

MAGIC_AT, MAGIC = 8, b"DUCK"
# Three pages: a mark, and two headers of which the one written last counts. Then the blocks.
PAGE, HEADERS = 4096, (4096, 8192)
BLOCKS_FROM = 3 * PAGE
HEADER = struct.Struct("<6Q")  # checksum, how often it was written, where the list of tables and that of free blocks are, number of blocks, their size
BLOCK_SIZES = {2**power for power in range(14, 19)}
# A list lies in pieces. A block has a checksum and 64 of them; a piece has the place of the next one, then its numbers.
WORD, PIECES, NOWHERE = 8, 64, 2**64 - 1

ASIDE = (
    "Nothing was changed. Restore the file from a backup, with its .wal if there is one. Is there no backup, move both aside: the next build "
    "makes a new file, and the next send holds everything until you approve it, if the receiver has had deliveries (docs/operate/backup.md)."
)
KINDS = ((b"SQLite format 3\0", "a database of SQLite"), (b"PK\3\4", "a ZIP or Excel file"), (b"\x1f\x8b", "a gzip file"))


def check(file: Path) -> None:
    """Stops (exit code 2) at a file that is no DuckDB database, or one whose end is missing. A file that is not there is made later."""
    if file.is_dir():
        raise Stop(f"{file} is a folder, and the database file is meant.", "Move the folder away, then run again.", USAGE)
    if not file.exists():
        return
    with operating_system.telling(file), file.open("rb") as handle:
        head, size = handle.read(BLOCKS_FROM), file.stat().st_size
        wanted = _length(head, handle, size)
    if head[MAGIC_AT:MAGIC_AT + len(MAGIC)] != MAGIC:
        raise _useless(file, f"is {_kind(head)}, and no database of nattsynk")
    if size < wanted:
        raise _useless(file, f"is cut off: it has {size} of {wanted} bytes")


def unopened(file: Path, fault: Exception) -> Stop:
    """Why DuckDB could not open the file. Nothing of DuckDB's text is told but what it means."""
    text = str(fault)
    if is_held(text):
        return Stop(
            f"The profile's database file {file} could not be opened: another process holds it.",
            "Wait until the other run has ended (or close the tool that has the file open), then run again.", UNREACHABLE,
        )
    if "storage version" in text or "version number" in text:
        return _newer(file)
    if "WAL" in text:
        return _useless(file, f"and {file.name}.wal beside it do not belong together, or the .wal is damaged")
    if "Corrupt database file" in text or "not enough bytes" in text.lower() or "Could not read enough bytes" in text:
        return _useless(file, "is damaged")
    return operating_system.refusal(fault, file) or _useless(file, "could not be opened as a database")


def is_held(text: str) -> bool:
    """Whether DuckDB says that another process has the file. A folder may be named `lock`."""
    return "Could not set lock on file" in text or "being used by another process" in text


def foreign(file: Path, prefix: str, others: list[str]) -> Stop:
    """others: the prefixes of other profiles' schemas in it; none where it is another program's."""
    if not others:
        return _useless(file, "is another program's database: it has tables, and none of nattsynk")
    return Stop(
        f"{file} holds the state of another profile: its schemas begin with {', '.join(others)}, those of this profile with {prefix}.",
        f"Was the folder renamed, write database.schema_prefix: {others[0]} in profile.yml. Else: {ASIDE[0].lower()}{ASIDE[1:]}", USAGE,
    )


def _newer(file: Path) -> Stop:
    return Stop(
        f"{file} was written by a newer DuckDB than this nattsynk has.",
        "Nothing was changed. Use the newer nattsynk again, or restore the backup that was made before it.", USAGE,
    )


def _useless(file: Path, what: str) -> Stop:
    return Stop(f"The profile's database file {file} {what}.", ASIDE, USAGE)


def _kind(head: bytes) -> str:
    if not head:
        return "empty"
    if not head.strip(b"\0"):
        return "nothing but zeros"
    return next((kind for begins, kind in KINDS if head.startswith(begins)), "a file of another kind")


def _length(head: bytes, handle: BinaryIO, size: int) -> int:
    """How long the file is by its own account, at least. DuckDB gives free blocks at the end back to the disk, and counts them in the header still."""
    if len(head) < BLOCKS_FROM:
        return BLOCKS_FROM
    _, _, _, free, blocks, block_size = max((HEADER.unpack_from(head, at) for at in HEADERS), key=lambda header: header[1])
    if block_size not in BLOCK_SIZES:
        return 0
    if size < BLOCKS_FROM + blocks * block_size:
        spare = _free(handle, free, block_size, blocks)
        while blocks - 1 in spare:
            blocks -= 1
    return BLOCKS_FROM + blocks * block_size


def _free(handle: BinaryIO, place: int, block_size: int, blocks: int) -> set[int]:
    """The numbers of the free blocks, of so many blocks; none where the list itself is missing."""
    piece_size = (block_size - WORD) // PIECES // WORD * WORD
    words: list[int] = []
    while place != NOWHERE and len(words) <= blocks:
        block, piece = place & (2**56 - 1), place >> 56
        handle.seek(BLOCKS_FROM + block * block_size + WORD + piece * piece_size)
        content = handle.read(piece_size)
        if len(content) < piece_size:
            return set()
        place, *more = struct.unpack(f"<{piece_size // WORD}Q", content)
        words += more
    return set(words[1:1 + words[0]]) if words else set()
