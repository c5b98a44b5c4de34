"""Nights that failed once. test_random_nights.py plays them first, in every run.

A failure prints its seed and its steps. Keep the seed while you look for the fault. A seed plays the same nights only as long as the rules of
`Nights` and the version of Hypothesis are the same, so keep the steps too: they are Python, as the failure prints them.
"""

# Seed -> what went wrong.
SEEDS: dict[int, str] = {}


def everything_is_lost_while_deletes_are_held_and_approved(state):
    """The approval was given for deletes. The receiver loses everything before they go."""
    state.begin(register={
        "people": {"p-0": "1", "p-1": "1", "p-2": "1"}, "enrolled": {"p-0", "p-1"}, "groups": {"g-0": "A"}, "members": {("g-0", "p-0"), ("g-0", "p-2")},
    })
    state.settled()
    state.dawn(register={"people": {"p-2": "1"}, "enrolled": set(), "groups": {}, "members": set()})
    state.limits(operations={"delete"})
    state.settled()
    state.somebody_approves()
    state.receiver_is_emptied()
    state.settled()


STEPS = [everything_is_lost_while_deletes_are_held_and_approved]
