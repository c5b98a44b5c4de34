"""A personnummer, samordningsnummer or TF-nummer as somebody types it, written as the rows are joined by it."""

import datetime
import re

CIVIC_NO = re.compile(r"(?P<century>\d\d)?(?P<day>\d{6})(?P<sign>[-+]?)(?P<end>\d{4}|TF\d\d)", re.IGNORECASE)


def civic_key(text: str, sync_date: datetime.date) -> str | None:
    """A number as rows are joined by it; None where the text is no personnummer, samordningsnummer or TF-nummer."""
    return as_number(text, sync_date) if CIVIC_NO.fullmatch(text) else None


def as_number(text: str, sync_date: datetime.date) -> str:
    """Any text as macros/civic_key.sql writes it: no dash or blank, and before ten characters the latest century not after the date."""
    bare = re.sub("[-+ ]", "", text).upper()
    return f"{_century(bare[:6], '+' in text, sync_date)}{bare}" if len(bare) == 10 else bare


def _century(day: str, is_before: bool, sync_date: datetime.date) -> int:
    # A samordningsnummer has 60 added to its day.
    born = int(day) - (60 if day[4] in "6789" else 0) if re.fullmatch("[0-9]{6}", day) else 0
    return sync_date.year // 100 - (born > int(sync_date.strftime("%y%m%d"))) - is_before
