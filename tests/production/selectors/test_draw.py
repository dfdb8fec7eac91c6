from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from contracts.errors import StateError
from production.selectors.draw import Distribution, distribution
from production.selectors.port import Choice, Split

if TYPE_CHECKING:
    from collections.abc import Mapping

KEYS = [f"key-{at}" for at in range(4000)]


def draws(shares: Distribution, salt: str) -> list[int]:
    """Return the index drawn for each key."""
    return [shares.draw(salt, key) for key in KEYS]


def prepared(choice: Choice, **shares: float) -> Distribution:
    """Return a split as a distribution."""
    return distribution(Split(shares=shares), choice)


@pytest.mark.parametrize("share", [0.01, 0.25, 0.5, 0.9])
def test_each_arm_gets_its_share_within_binomial_limits(choice: Choice, share: float) -> None:
    """Within four standard errors of the share that was asked for, and the same at each draw."""
    shares = prepared(choice, champion=share, candidate=1 - share)
    assert draws(shares, "s") == draws(shares, "s")
    deviation = draws(shares, "s").count(0) / len(KEYS) - share
    assert abs(deviation) < 4 * (share * (1 - share) / len(KEYS)) ** 0.5
    assert (shares.arms, shares.shares) == (("champion", "candidate"), (share, 1 - share))


def test_a_share_that_grows_takes_keys_from_others_and_keeps_its_own(choice: Choice) -> None:
    """No key moves the other way, in whichever order the selector names the arms."""
    before = draws(prepared(choice, champion=0.9, candidate=0.1), "s")
    after = draws(prepared(choice, candidate=0.3, champion=0.7), "s")
    moved = {(one, two) for one, two in zip(before, after, strict=True) if one != two}
    assert moved == {(0, 1)}


def test_another_salt_draws_independently(choice: Choice) -> None:
    """Two experiments do not give the same keys to the smaller share."""
    shares = prepared(choice, champion=0.5, candidate=0.5)
    same = [one == two for one, two in zip(draws(shares, "a"), draws(shares, "b"), strict=True)]
    assert 0.45 < sum(same) / len(same) < 0.55


@pytest.mark.parametrize(
    "shares",
    [{"champion": 1.0, "candidate": 0.0}, {"candidate": 0.0, "champion": 1.0}, {"champion": 1}],
)
def test_an_arm_without_a_share_is_never_drawn(choice: Choice, shares: Mapping[str, float]) -> None:
    """All keys go to the other, without a draw."""
    ready = prepared(choice, **shares)
    assert (ready.arms, ready.shares, ready.bounds) == (("champion",), (1.0,), ())
    assert {*draws(ready, "s")} == {0}


@pytest.mark.parametrize(
    "shares",
    [
        {"champion": 0.5},
        {},
        {"champion": float("nan")},
        {"champion": 1.5, "candidate": -0.5},
        {"champion": float("inf"), "candidate": 0.0},
    ],
)
def test_probabilities_that_do_not_sum_to_one_are_refused(
    choice: Choice, shares: Mapping[str, float]
) -> None:
    """A selector's answer is checked before it serves."""
    with pytest.raises(StateError, match="sum to 1"):
        prepared(choice, **shares)


@pytest.mark.parametrize(
    "split",
    [
        Split(shares={"champion": 1.0, "candidat": 0.0}),
        Split(shares={"champion": 1.0}, mirrored=("candidat",)),
    ],
)
def test_an_arm_that_the_manifest_does_not_have_is_refused(choice: Choice, split: Split) -> None:
    """Whatever its share, also in the shadow; the near match is named."""
    with pytest.raises(StateError, match=r"no arm 'candidat'.*did you mean 'candidate'"):
        distribution(split, choice)
