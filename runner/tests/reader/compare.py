"""Where two readings of a town differ: table by table, key by key, column by column."""

from dataclasses import dataclass

from reader.judge import KEYS, Tables


@dataclass(frozen=True)
class Difference:
    """kind: lacks (the rules export it, nattsynk does not), has, or a column."""

    table: str
    kind: str
    key: tuple[str, ...]
    rules: str = ""
    product: str = ""

    @property
    def about(self) -> tuple[str, str]:
        return self.table, self.kind

    def __str__(self) -> str:
        told = f": the rules say {self.rules!r}, nattsynk {self.product!r}" if self.kind not in ("lacks", "has") else ""
        return f"{self.table} {self.kind} {'|'.join(self.key)}{told}"


def differences(rules: Tables, product: Tables) -> list[Difference]:
    return [difference for table in KEYS for difference in _of(table, rules[table], product[table])]


def _of(table: str, rules: list[dict], product: list[dict]) -> list[Difference]:
    ours, theirs = _by_key(table, rules), _by_key(table, product)
    found = [Difference(table, "repeats", key) for key in theirs if len([row for row in product if _key(table, row) == key]) > 1]
    found += [Difference(table, "lacks", key) for key in ours if key not in theirs]
    found += [Difference(table, "has", key) for key in theirs if key not in ours]
    for key in sorted(ours.keys() & theirs.keys()):
        for column, value in ours[key].items():
            if _text(value) != theirs[key][column]:
                found.append(Difference(table, column, key, _text(value), theirs[key][column]))
    return found


def _by_key(table: str, rows: list[dict]) -> dict[tuple, dict]:
    return {_key(table, row): row for row in rows}


def _key(table: str, row: dict) -> tuple[str, ...]:
    return tuple(row[column] for column in KEYS[table])


def _text(value: object) -> str:
    return "" if value is None else str(value)
