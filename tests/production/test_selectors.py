from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from contracts.errors import StateError
from production.generation.description import Candidate
from production.selectors import Champion, Choice, Distribution, Latest, Single, distribution

if TYPE_CHECKING:
    from collections.abc import Mapping

OLD = Candidate(release="1.0.0", generation=9, artifact="a")
NEW = Candidate(release="1.0.10", generation=1, artifact="b")
BOTH = Choice(candidates=(OLD, NEW), champion=OLD)
KEYS = [f"key-{at}" for at in range(4000)]


def draws(shares: Distribution, salt: str) -> list[int]:
    """Return the index drawn for each key."""
    return [shares.draw(salt, key) for key in KEYS]


def test_the_champion_is_the_alias_not_the_newest() -> None:
    """A newer generation does not serve until the alias names it."""
    assert Champion()(BOTH, None) == {OLD: 1.0}


def test_the_latest_is_of_the_highest_release_as_numbers() -> None:
    """1.0.10 comes after 1.0.9, and a new release after an old one's generations."""
    assert Latest()(BOTH, None) == {NEW: 1.0}


def test_a_single_selector_refuses_a_choice() -> None:
    """A bundle has one candidate."""
    with pytest.raises(StateError, match="has one candidate"):
        Single()(BOTH, None)
    assert Single()(Choice(candidates=(OLD,), champion=OLD), None) == {OLD: 1.0}


def test_a_key_stays_with_its_candidate_and_the_share_is_as_stated() -> None:
    """The draw is sticky and as wide as the distribution says."""
    shares = distribution({OLD: 0.25, NEW: 0.75}, BOTH)
    assert draws(shares, "s") == draws(shares, "s")
    assert 0.22 < draws(shares, "s").count(0) / len(KEYS) < 0.28
    assert (shares.candidates, shares.shares) == ((OLD, NEW), (0.25, 0.75))


def test_another_salt_draws_independently() -> None:
    """Two deployments do not give the same keys to the smaller share."""
    shares = distribution({OLD: 0.5, NEW: 0.5}, BOTH)
    same = [one == two for one, two in zip(draws(shares, "a"), draws(shares, "b"), strict=True)]
    assert 0.3 < sum(same) / len(same) < 0.7


@pytest.mark.parametrize("shares", [{OLD: 1.0, NEW: 0.0}, {NEW: 0.0, OLD: 1.0}, {OLD: 1}])
def test_a_candidate_without_a_share_is_never_drawn(shares: Mapping[Candidate, float]) -> None:
    """All keys go to the other, without a draw."""
    prepared = distribution(shares, BOTH)
    assert (prepared.candidates, prepared.shares, prepared.bounds) == ((OLD,), (1.0,), ())
    assert {*draws(prepared, "s")} == {0}


@pytest.mark.parametrize(
    "shares",
    [{OLD: 0.5}, {}, {OLD: float("nan")}, {OLD: 1.5, NEW: -0.5}, {OLD: float("inf"), NEW: 0.0}],
)
def test_probabilities_that_do_not_sum_to_one_are_refused(
    shares: Mapping[Candidate, float],
) -> None:
    """A selector's answer is checked before it serves."""
    with pytest.raises(StateError, match="sum to 1"):
        distribution(shares, BOTH)


def test_a_candidate_that_is_not_on_offer_is_refused() -> None:
    """Whatever its share, nothing of it is loaded."""
    with pytest.raises(StateError, match="does not offer"):
        distribution({OLD: 1.0, NEW: 0.0}, Choice(candidates=(OLD,), champion=OLD))
