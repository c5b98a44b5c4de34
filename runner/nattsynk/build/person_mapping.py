"""Lands the profile's `person_mapping.csv` for an engine that reads no files.

Its rows travel as parameters of the statement that cuts them, so none that names a protected person, or nobody, is ever in a
table, not even in a passing one (docs/decisions/0020-send-the-mapping-as-parameters-of-its-cut.md).
"""

import datetime
import itertools

from nattsynk.civic_number import as_number
from nattsynk.engines.database import open_database
from nattsynk.engines.statements import render
from nattsynk.profile import seeds
from nattsynk.profile.settings import Settings

# The model of who has landed: it is built before the rows are loaded, for it says which of them may be.
LANDED = "int_persons_identified"
# Every id of theirs, built before it.
IDS = "int_person_ids_chosen"
# SQL Server takes 2100 parameters a statement, the fewest of all engines. A row has six.
BATCH = 300


def load_person_mapping(settings: Settings, target: str, sync_date: datetime.date) -> None:
    """Fills `<prefix>_landing.person_mapping` anew with the rows that name a person who has landed, whole or not at all.

    Streams the file. A row's key is tried as an id and as a number, as int_person_mapping_matched does, which says whom it serves.
    """
    rows = ([*cells, as_number(cells[1], sync_date)] for cells in seeds.person_mapping_rows(settings))
    with open_database(settings, target) as database, database.transaction():
        landing, rules = database.schema("landing"), database.schema("rules")
        database.execute(render("load_mapping_table", landing=landing))
        while batch := list(itertools.islice(rows, BATCH)):
            sql = render("load_mapping_rows", landing=landing, persons=f"{rules}.{LANDED}", ids=f"{rules}.{IDS}", row_count=len(batch))
            database.execute(sql, [cell for row in batch for cell in row])
