"""How old the extracts are. A file of last week looks like tonight's, and a night of old rows has nothing to deliver, in silence (ENV-6).

Files alone tell it: a database does not tell when a table was filled.
"""

import datetime
from collections.abc import Mapping

from nattsynk.build import extracts
from nattsynk.log import Clock
from nattsynk.profile.settings import Settings

# A day, minus a margin: exports do not start at the same minute each night.
APART = datetime.timedelta(hours=20)

SEE = "See to the job that exports them; until it has run, the receiver is told of old rows."


def told(settings: Settings, clock: Clock) -> str:
    """What is wrong with the age of the extracts, by the run's clock, as a clause; nothing where nothing is."""
    hours = settings.number("max_source_age_hours")
    limit = datetime.timedelta(hours=hours)
    times = _times(settings)
    old = {file: time for file, time in times.items() if clock() - time > limit}
    left = {file: time for file, time in times.items() if file not in old and _newest(file, times) - time >= APART}
    clauses = []
    if old:
        clauses.append(f"{_files(old)} older than {hours} hours (max_source_age_hours)")
    if left:
        clauses.append(f"{_files(left)} a day older than the newest extract beside")
    return "; ".join(clauses)


def _times(settings: Settings) -> dict[str, datetime.datetime]:
    """File -> when it was written, of those that are read."""
    files = {extracts.shown(table): extracts.path(settings, table) for table in extracts.tables(settings)}
    return {
        name: datetime.datetime.fromtimestamp(file.stat().st_mtime, datetime.UTC) for name, file in files.items() if file.is_file()
    }


def _newest(file: str, times: Mapping[str, datetime.datetime]) -> datetime.datetime:
    """The newest time of the same source: two registers may be exported on different nights."""
    folder = file.rpartition("/")[0]
    return max(time for other, time in times.items() if other.rpartition("/")[0] == folder)


def _files(times: Mapping[str, datetime.datetime]) -> str:
    oldest = min(times, key=lambda file: (times[file], file))
    more = f" and {len(times) - 1} more are" if len(times) > 1 else " is"
    return f"{oldest} (of {times[oldest]:%Y-%m-%d %H:%M} UTC){more}"
