"""Draws towns with Hypothesis: as many as asked for, the same for the same seed."""

from hypothesis import HealthCheck, Phase, given, seed, settings

from reader.registers import towns
from reader.settings import Profile
from reader.towns import Town


def drawn(profile: Profile, count: int, of: int) -> list[Town]:
    """A build costs too much to judge towns one by one, so they are gathered first.

    Of a seed Hypothesis draws the simplest town, then one at random: the second is taken, for later ones are much like those before.
    """
    return [_second(profile, of * 1000 + number) for number in range(count)]


def _second(profile: Profile, of: int) -> Town:
    gathered: list[Town] = []

    @seed(of)
    @settings(max_examples=2, phases=[Phase.generate], database=None, deadline=None, suppress_health_check=list(HealthCheck))
    @given(towns(profile))
    def gather(town: Town) -> None:
        gathered.append(town)

    gather()
    return gathered[-1]
