"""A second reader of the rules: small towns are judged by plain Python, written from the rules alone, and by nattsynk; both must export the same.

`make test-all` reads two builds of towns and those that failed once (cases/). `make reader TOWNS=5000` reads that many. A build that differs is
made small: its smallest town is printed as a case file and written to target/reader/. When it is mended, the file moves to cases/.
"""

import os
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from nattsynk.profile.settings import PROJECT
from reader import cases, profiles
from reader.compare import Difference, differences
from reader.drawing import drawn
from reader.judge import judge
from reader.product import Product
from reader.settings import Profile
from reader.shrink import failing, smallest
from reader.towns import Town

CASES = sorted((Path(__file__).parent / "cases").glob("*.yml"))
# A build costs the same whatever number of towns it holds. A seed says the profile and its towns; 5 and 8 are pairs of registers.
A_BUILD = 300
TOWNS = int(os.environ.get("NATTSYNK_TOWNS", "0"))
FIRST = int(os.environ.get("NATTSYNK_FIRST_SEED", "0"))
SEEDS = range(FIRST, FIRST + max(1, TOWNS // A_BUILD)) if TOWNS else (5, 8)


@pytest.fixture(scope="session")
def reader_folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("reader")


@pytest.fixture
def product(reader_folder: Path, parsed_once: None, nattsynk: Callable[..., Any]) -> Iterator[Product]:
    yield Product(reader_folder, nattsynk)


@pytest.mark.long
@pytest.mark.parametrize("seed", SEEDS)
def test_nattsynk_exports_what_a_second_reader_of_the_rules_does(product: Product, seed: int) -> None:
    profile = profiles.profile(seed)
    towns = dict(enumerate(drawn(profile, A_BUILD, seed)))
    found = failing(product, profile, towns)
    again = f"make reader SEED={seed} TOWNS=1"
    assert not isinstance(found, str), f"seed {seed}: nattsynk does not export: {found}. Read its towns again: {again}"
    if found:
        told = [smallest_told(product, profile, towns[slot], of_town, f"{seed}-{slot}") for slot, of_town in one_of_a_kind(found).items()]
        pytest.fail(f"seed {seed}: {len(found)} of {len(towns)} towns differ. Read them again: {again}\n" + "\n".join(told), pytrace=False)


def one_of_a_kind(found: dict[int, list[Difference]], most: int = 3) -> dict[int, list[Difference]]:
    """A town for each kind of difference, as far as there is time."""
    kinds: dict[tuple, int] = {}
    for slot, of_town in found.items():
        kinds.setdefault(of_town[0].about, slot)
    return {slot: found[slot] for slot in list(kinds.values())[:most]}


def smallest_told(product: Product, profile: Profile, town: Town, of_town: list[Difference], name: str) -> str:
    small = smallest(product, profile, town, {of_town[0].about})
    path = PROJECT / "target" / "reader" / f"{name}.yml"
    path.parent.mkdir(parents=True, exist_ok=True)
    cases.write(path, profile, small.at(0), f"A second reader of the rules differs: {of_town[0].about}")
    return f"{path}\n" + path.read_text(encoding="utf-8")


@pytest.mark.parametrize("path", CASES, ids=lambda path: path.stem)
def test_a_town_that_failed_once_is_exported_by_the_rules(product: Product, path: Path, request: pytest.FixtureRequest) -> None:
    profile, town = cases.read(path)
    if path.read_text(encoding="utf-8").startswith("# open:"):
        request.applymarker(pytest.mark.xfail(strict=True, reason="open"))
    exported = product.export(profile, {0: town})
    assert not isinstance(exported, str), exported
    assert [str(difference) for difference in differences(judge(profile, town), exported[0])] == []
