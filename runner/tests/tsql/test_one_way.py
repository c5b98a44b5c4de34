"""ENV-1: what is sent to SQL Server reads the register's tables and does nothing else with them."""

import re

import pytest
from recordings import Recording

from nattsynk.profile import registers

# A database of the demos' registers, in any way of quoting, with the word before it.
REGISTERS = "|".join(registers.systems())
PLACES = re.compile(rf"(\w+)\s+[\[\"]?(?:{REGISTERS})[\]\"]?\s*\.\s*[\[\"]?\w+[\]\"]?\s*\.", re.IGNORECASE)


@pytest.fixture(scope="module")
def sent(recordings: dict[str, Recording]) -> list[str]:
    texts = [statement["sql"] for recording in recordings.values() for statement in recording.statements]
    return texts + [select.sql for recording in recordings.values() for select in recording.selects]


def test_the_registers_tables_are_read_alone(sent: list[str]) -> None:
    words = {word.lower() for sql in sent for word in PLACES.findall(sql)}
    assert words
    assert words <= {"from", "join"}


def test_what_writes_is_told_apart() -> None:
    for sql in ("insert into PROCAPITA.PROCAPITA_KJ1.kj1v0per", 'update "PROCAPITA"."KI0"."x" set a = 1', "drop table [TED].[KI0].[x]"):
        assert not {word.lower() for word in PLACES.findall(sql)} <= {"from", "join"}
