"""What export tools write where a cell has no value: the text `NULL`, or `FALSE` for a flag that is off.

In a column of text such a word is blank, or it is reported as unreadable. In a flag it would say yes: a protection flag that is
neither blank nor N protects its person, so one wrong setting of an export tool would erase everybody at the receiver
(docs/decisions/0041-refuse-flags-that-hold-null-as-text.md). Other codes that nobody knows protect their person, as before.
"""

from collections.abc import Mapping, Sequence

NULL = "NULL"
# What databases, spreadsheets and scripts write for no value, for a fault, for no, and for the number zero. TRUE is not listed:
# in a flag it means protected, which is safe.
LITERALS = (
    NULL, "(NULL)", "<NULL>", "[NULL]", "{NULL}", r"\N", "NIL", "NONE", "NAN", "NA", "N/A", "(BLANK)", "(TOMT)",
    "FALSE", "FALSK", "FALSKT", "0.0", "0,0", "0.00", "0,00", "0.000000", "0,000000",
    "#N/A", "#SAKNAS!", "#REF!", "#REFERENS!", "#VALUE!", "#VÄRDEFEL!", "#NAME?", "#NAMN?", "#NUM!", "#OGILTIGT!",
    "#DIV/0!", "#DIVISION/0!", "#NULL!", "#SKÄRNING!",
)
BLANKS = " \t\r\n\v\f\u00a0\u200b\ufeff"
PROTECTION, FLAG = "protection", "flag"


class Columns:
    """Watches the cells of one extract. nulls: the columns that held the text NULL where it is blank. literals: flag -> what it held."""

    def __init__(self, header: Sequence[str], holds: Mapping[str, str]) -> None:
        read = [(place, name) for place, name in enumerate(header) if name in holds]
        self._flags = [(place, name, holds[name]) for place, name in read if holds[name] in (PROTECTION, FLAG)]
        self._others = [(place, name) for place, name in read if holds[name] != PROTECTION]
        self.nulls: list[str] = []
        self.literals: dict[str, str] = {}

    def look(self, cells: Sequence[str]) -> None:
        """Takes in one row. Nothing but a word of our own list is kept of it."""
        for place, name, holds in self._flags:
            if cells[place] and (literal := _literal(cells[place])) and not (holds == FLAG and literal == NULL):
                self.literals.setdefault(name, literal)
        for place, name in self._others:
            if _is_null(cells[place]):
                self.nulls.append(name)
                # Once is enough; whoever has seen it need not be asked again.
                self._others = [other for other in self._others if other != (place, name)]


def _literal(cell: str) -> str | None:
    text = cell.strip(BLANKS).upper()
    return text if text in LITERALS else None


def _is_null(cell: str) -> bool:
    return len(cell) >= len(NULL) and cell.strip(BLANKS).upper() == NULL
