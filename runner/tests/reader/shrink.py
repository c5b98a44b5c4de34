"""Makes a town that fails small: many smaller towns are tried in one build, the smallest that still fails goes on."""

import copy
from collections.abc import Callable, Iterator

from reader.compare import Difference, differences
from reader.judge import judge
from reader.product import Product
from reader.settings import Profile
from reader.towns import MOST_TOWNS, Town

About = set[tuple[str, str]]
ROUNDS = 12
# A row of schools.csv without one of these is a settings error.
NEVER_BLANK = ("source_system", "source_school_id", "school_id", "school_form", "school_name")


def failing(product: Product, profile: Profile, towns: dict[int, Town]) -> dict[int, list[Difference]] | str:
    """The differences of each town that has any."""
    exported = product.export(profile, towns)
    if isinstance(exported, str):
        return exported
    found = {slot: differences(judge(profile, town.at(slot)), exported[slot]) for slot, town in towns.items()}
    return {slot: of_town for slot, of_town in found.items() if of_town}


def smallest(product: Product, profile: Profile, town: Town, about: About, say: Callable[[str], None] = print) -> Town:
    """The smallest town found that still differs in one of these ways."""
    for _ in range(ROUNDS):
        tries = dict(enumerate(list(smaller(town))[:MOST_TOWNS]))
        found = failing(product, profile, tries)
        if isinstance(found, str):
            say(found)
            return town
        fails = [tries[slot] for slot, of_town in found.items() if {difference.about for difference in of_town} & about]
        if not fails:
            return town
        town = min(fails, key=weight)
    return town


def weight(town: Town) -> tuple[int, int]:
    return town.size(), sum(bool(cell) for rows in town.tables() for row in rows for cell in row.values())


def smaller(town: Town) -> Iterator[Town]:
    """Without half of the rows, a quarter …, one row; then with one cell blank."""
    places = [(table, row) for table, rows in enumerate(town.tables()) for row in range(len(rows))]
    length = len(places) // 2
    while length:
        for start in range(0, len(places), length):
            yield _without(town, places[start : start + length])
        length //= 2
    for table, row in places:
        for column, cell in town.tables()[table][row].items():
            if cell and column not in NEVER_BLANK:
                made = copy.deepcopy(town)
                made.tables()[table][row][column] = ""
                yield made


def _without(town: Town, places: list[tuple[int, int]]) -> Town:
    made = copy.deepcopy(town)
    for table, row in sorted(places, reverse=True):
        del made.tables()[table][row]
    return made
