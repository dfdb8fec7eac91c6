from __future__ import annotations

import numpy as np
import pytest

from contracts.errors import StateError
from production.selectors.champion import Champion
from production.selectors.latest import Latest
from production.selectors.selector import Candidate, Choice, assign
from production.selectors.single import Single

OLD = Candidate(release="1.0.0", generation=9, artifact="a")
NEW = Candidate(release="1.0.10", generation=1, artifact="b")
BOTH = Choice(candidates=(OLD, NEW), champion=OLD)


def test_the_champion_is_the_alias_not_the_newest() -> None:
    """A newer generation does not serve until the alias names it."""
    assert Champion()(BOTH, None) == {OLD: 1.0}


def test_the_latest_is_of_the_highest_release_as_numbers() -> None:
    """1.0.10 comes after 1.0.9, and a new release after an old one's generations."""
    assert Latest()(BOTH, None) == {NEW: 1.0}


def test_a_single_selector_refuses_a_choice() -> None:
    """A bundle holds one."""
    with pytest.raises(StateError, match="holds one"):
        Single()(BOTH, None)
    assert Single()(Choice(candidates=(OLD,), champion=OLD), None) == {OLD: 1.0}


def test_a_key_stays_with_its_candidate_and_the_propensity_is_its_share() -> None:
    """The draw is sticky and as wide as the distribution says."""
    keys = [f"key-{at}" for at in range(4000)]
    candidates, chosen, propensity = assign({OLD: 0.25, NEW: 0.75}, keys, salt="s")
    again = assign({OLD: 0.25, NEW: 0.75}, keys[::-1], salt="s")[1][::-1]
    assert np.array_equal(chosen, again)
    assert 0.22 < (chosen == candidates.index(OLD)).mean() < 0.28
    assert np.array_equal(propensity, np.where(chosen == candidates.index(OLD), 0.25, 0.75))


def test_another_salt_draws_apart() -> None:
    """Two deployments do not give the same keys the short straw."""
    keys = [f"key-{at}" for at in range(500)]
    one, two = (assign({OLD: 0.5, NEW: 0.5}, keys, salt=salt)[1] for salt in "ab")
    assert 0.3 < (one == two).mean() < 0.7


def test_probabilities_that_are_none_are_refused() -> None:
    """A selector's answer is checked before it serves."""
    with pytest.raises(StateError, match="sum to 1"):
        assign({OLD: 0.5}, ["k"], salt="")
