"""Dates as the rules read them: a cell becomes a day, two cells become a span, and a span holds a day or does not (WIN, DQ-3, ENR-4)."""

import datetime
import re
from dataclasses import dataclass

Day = datetime.date
SHAPES = (r"(\d{4})(\d\d)(\d\d)", r"(\d{4})-(\d\d)-(\d\d)([ T]\d\d:\d\d(:\d\d(\.\d+)?)?)?")
BLANKS = ("", "00000101")


class Unreadable(ValueError):
    """A cell that holds something else than a day."""


def day(cell: str) -> Day | None:
    """DQ-3: yyyymmdd or yyyy-mm-dd, with a time of day or without. Year 9999 is open, `00000101` is blank."""
    cell = cell.strip()
    if cell in BLANKS:
        return None
    for shape in SHAPES:
        if found := re.fullmatch(shape, cell):
            year, month, of_month = (int(part) for part in found.groups()[:3])
            if year == 9999:
                return None
            try:
                return Day(year, month, of_month)
            except ValueError:
                break
    raise Unreadable


def earliest(days: list[Day]) -> Day:
    return min(days)


def latest_or_open(days: list[Day | None]) -> Day | None:
    """Keys: the latest end, blank if any is open."""
    return None if None in days else max(days)


@dataclass(frozen=True)
class Span:
    """When a row holds. `end` is the register's own end, `dropped` the drop-out date."""

    start: Day | None
    end: Day | None
    dropped: Day | None = None

    @property
    def until(self) -> Day | None:
        """ENR-4: a row ends at the earlier of end date and drop-out date."""
        ends = [end for end in (self.end, self.dropped) if end]
        return min(ends) if ends else None

    def reversed(self) -> bool:
        """Corners, dates: it ends, drop-out counted, before it begins."""
        return bool(self.start and self.until and self.until < self.start)

    def inside(self, today: Day, days: tuple[int, int], strict: bool = False) -> bool:
        """WIN: start - before <= sync date <= end + after. A blank start is not active; a blank end is open."""
        before, after = (datetime.timedelta(number) for number in days)
        if not self.start or self.reversed() or today < self.start - before:
            return False
        if not self.until:
            return True
        return today < self.until + after if strict else today <= self.until + after

    def holds(self, today: Day) -> bool:
        return self.inside(today, (0, 0))

    def within_one_school_year(self) -> bool:
        return bool(self.start and self.end and school_year(self.start) == school_year(self.end))

    def not_before(self, start: Day | None) -> "Span":
        """student_lead_basis group_start: a membership's start is the later of its own and its group's."""
        if not self.start or not start:
            return self
        return Span(max(self.start, start), self.end, self.dropped)


def school_year(of: Day) -> int:
    """NAM: the school year begins on 1 July."""
    return of.year if of.month >= 7 else of.year - 1


def eighteenth_birthday(born: Day) -> Day:
    """Fine print, persons: 29 February: 28 February."""
    try:
        return born.replace(year=born.year + 18)
    except ValueError:
        return Day(born.year + 18, 2, 28)
