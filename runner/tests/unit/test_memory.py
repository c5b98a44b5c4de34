"""`send` holds a part of a delivery at a time: three times as many lines take no more memory. What else it costs: `make benchmark-send`."""

import gc
import itertools
import tracemalloc

import pytest
from apart import receiver_apart
from delivering import TOKEN, Trial, new_profile, trial_of

from nattsynk.deliver import parts

# Below some 3,000 lines Python still fills its lists of free tuples (2,000 of each length), which count as held.
FEW, MANY = 4_000, 12_000
MOST_GROWTH = 1.3  # the manifest names every part, which takes a little
PART_SIZE = 500


@pytest.fixture(scope="module")
def peak(tmp_path_factory, certificates, trial_database):
    """Delivers so many lines to an empty tenant of a receiver whose memory is not measured; the most bytes that Python held meanwhile."""
    work, numbers = tmp_path_factory.mktemp("memory"), itertools.count()

    def measure(lines: int) -> int:
        tenant = f"tenant-{next(numbers)}"
        (work / tenant).mkdir()
        settings = new_profile(work / tenant / "trial", f"{address}/v1/tenants/{tenant}", certificates.ca, part_size=PART_SIZE)
        trial = trial_of(settings, trial_database)
        with trial.db:
            fill(trial, lines)
            return peak_of_sending(trial, lines)

    with receiver_apart(work, certificates) as address, pytest.MonkeyPatch.context() as patch:
        patch.setenv("TRIAL_TOKEN", TOKEN)
        # What the first delivery alone needs: modules, statements.
        measure(PART_SIZE)
        yield measure


@pytest.fixture(scope="module")
def few(peak):
    return peak(FEW)


def fill(trial: Trial, lines: int) -> None:
    trial.db.execute(
        f"insert into {trial.db.schema('export')}.export_persons (person_id, given_name, family_name)"
        " select concat('p-', range), concat('Prov', range), 'Ström' from range(?)", [lines],
    )
    trial.build()


def peak_of_sending(trial: Trial, lines: int) -> int:
    gc.collect()
    tracemalloc.start()
    try:
        outcome = trial.send()
        assert outcome.lines == {"person": {"create": lines}}
        return tracemalloc.get_traced_memory()[1]
    finally:
        tracemalloc.stop()


@pytest.mark.long
def test_three_times_the_lines_take_no_more_memory(peak, few):
    many = peak(MANY)
    assert many < MOST_GROWTH * few, f"{few} bytes for {FEW} lines, {many} for {MANY}"


@pytest.mark.thorough
def test_whoever_held_all_lines_would_be_seen(peak, few, monkeypatch):
    lines = parts._lines
    monkeypatch.setattr(parts, "_lines", lambda *given: iter(list(lines(*given))))
    assert peak(8 * FEW) > MOST_GROWTH * few
