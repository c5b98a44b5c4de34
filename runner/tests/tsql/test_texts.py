"""Text is compared in a way that no collation changes (texts.py)."""

import pytest
from recordings import RULE_SETS, Recording
from texts import COLUMNS, OF_NUMBERS, OF_RUNNER, compared, grouped, unsettled

OFFENDERS = [
    "select a from b where family_name = 'x'",
    "select b.a from b inner join c on c.e_mail = b.e_mail",
    "select a from b where e_mail in (select c.e_mail from c)",
    "select a from b where name like 'KLASS_%'",
    "select family_name, count(*) as persons from b group by family_name",
    "select count(*) over (partition by school_id, family_name) as persons from b",
]
GOOD = [
    "select a from b where family_name collate Latin1_General_100_BIN2 = 'x'",
    "select b.a from b inner join c on lower(c.e_mail) = lower(b.e_mail)",
    "select a from b where person_id = 'x' and start_date = end_date and name_rank = 1",
    "select min(case when lower(family_name) = 'x' then start_date end) as start_date from b",
    "select family_name from b group by family_name collate Latin1_General_100_BIN2, family_name",
]


@pytest.mark.parametrize("rule_set", RULE_SETS)
def test_every_comparison_of_text_is_settled(recordings: dict[str, Recording], rule_set: str) -> None:
    found = {f"{select.name}: {text}" for select in recordings[rule_set].selects if select.name not in OF_NUMBERS for text in unsettled(select.sql)}
    assert sorted(found) == []


def test_every_comparison_of_text_of_the_runner_is_settled(runner_statements: dict[str, str]) -> None:
    found = {text for sql in runner_statements.values() for text in unsettled(sql)}
    assert sorted(text for text in found if text.split(":")[0] not in OF_RUNNER) == []


def test_every_listed_column_is_compared(recordings: dict[str, Recording]) -> None:
    """A row that nothing needs any more would let another column of the name through unseen."""
    names = {column for recording in recordings.values() for select in recording.selects for find in (compared, grouped) for column, _ in find(select.sql)}
    assert sorted(COLUMNS.keys() - names) == []


@pytest.mark.parametrize("sql", OFFENDERS)
def test_an_offender_is_caught(sql: str) -> None:
    assert len(unsettled(sql)) >= 1


@pytest.mark.parametrize("sql", GOOD)
def test_what_is_settled_is_not_caught(sql: str) -> None:
    assert unsettled(sql) == []
