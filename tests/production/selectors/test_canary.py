"""The canary: it grows while it is not worse, and looking often does not make it look worse."""

from __future__ import annotations

from itertools import pairwise
from typing import TYPE_CHECKING, Any

import numpy as np
import pytest
from msgspec.structs import replace

from contracts.errors import ConfigError
from contracts.moment import DAY
from production.metrics import Rewards
from production.selectors.canary import Canary
from production.selectors.comparison import differences
from production.selectors.draw import distribution
from tests.production.selectors.simulation import CHOICE, coins, coming_back, runtime

if TYPE_CHECKING:
    from collections.abc import Sequence

OPTIONS = {"arm": "one", "over": "10d", "margin": 0.0, "alpha": 0.05, "least": 50}


def canary(**changes: Any) -> Canary:
    """Return a canary that grows from a tenth to a half."""
    options: dict[str, Any] = {**OPTIONS, "start": 0.1, "top": 0.5, **changes}
    return Canary(**options)


def share(selector: Canary, day: int, champion: Rewards, arm: Rewards) -> float:
    """Return the canary's share on a day after so many windows of the same rewards."""
    windows = [{"champion": champion, "one": arm, "two": arm}] * day
    split = selector(CHOICE, runtime(windows, now=day * DAY))
    assert sum(split.shares.values()) == pytest.approx(1)
    return split.shares.get("one", 0.0)


def test_its_share_grows_with_time_while_it_is_not_worse() -> None:
    """From the first day to the last, and no farther."""
    good = coins(60, 100)
    shares = [share(canary(), day, good, good) for day in (1, 5, 10, 99)]
    assert shares == pytest.approx([0.14, 0.3, 0.5, 0.5])


def test_a_worse_one_gets_nothing_and_gets_nothing_again() -> None:
    """The verdict stays, though later windows speak for it."""
    worse = [{"champion": coins(600, 1000), "one": coins(400, 1000)}] * 3
    later = [{"champion": coins(1, 1000), "one": coins(400, 1000)}]
    for windows in (worse, worse + later):
        assert canary()(CHOICE, runtime(windows, now=4 * DAY)).shares == {"champion": 1.0}


def test_a_margin_allows_a_little_less() -> None:
    """In the reward's unit."""
    assert share(canary(margin=0.3), 3, coins(600, 1000), coins(400, 1000)) > 0.1


@pytest.mark.parametrize("arm", [Rewards(count=0, mean=0.0, variance=0.0), coins(0, 4)])
def test_sparse_counts_tell_nothing(arm: Rewards) -> None:
    """However bad they look, the arm neither grows nor is stopped."""
    assert canary().verdict([arm] * 9, [coins(90, 100)] * 9) == "cannot tell"
    assert share(canary(), 9, coins(90, 100), arm) == 0.1


def test_without_metrics_nothing_is_told() -> None:
    """A champion without outcomes is no verdict over the canary."""
    assert canary()(CHOICE, None).shares == {"champion": 0.9, "one": 0.1}
    nothing = Rewards(count=0, mean=0.0, variance=0.0)
    assert canary().verdict([coins(10, 100)] * 9, [nothing] * 9) == "cannot tell"


def test_a_hard_week_is_no_difference_between_arms() -> None:
    """Arms are compared within windows: a share that grows in bad times does not look bad."""
    windows = [(coins(90, 100), coins(900, 1000)), (coins(100, 1000), coins(10, 100))]
    arm, baseline = zip(*windows, strict=True)
    low, high = [
        (each.low, each.high) for each in differences(arm, baseline, alpha=0.05, least=50)
    ][-1]
    assert (low + high) / 2 == pytest.approx(0)


@pytest.mark.parametrize("share", [0.5, 0.1])
def test_equal_arms_are_rarely_told_apart_however_often_one_looks(share: float) -> None:
    """Of 300 runs of 30 days, looked at every hour, at most alpha and four standard errors."""
    random, runs, looks, rate = np.random.default_rng(0), 300, 720, 0.3
    counts = np.array([round(20 * share), round(20 * (1 - share))])
    false = 0
    for _ in range(runs):
        wins = random.binomial(counts, rate, (looks, 2)).tolist()
        arms = [[coins(hour[at], int(counts[at])) for hour in wins] for at in (0, 1)]
        last = differences(*arms, alpha=0.05, least=100)[-1]
        false += last.low > 0 or last.high < 0
    assert false / runs <= 0.05 + 4 * (0.05 * 0.95 / runs) ** 0.5


@pytest.mark.parametrize(
    ("options", "message"),
    [
        ({"top": 0.05}, r"selector\.top=0\.05 is less than selector\.start=0\.1"),
        ({"baseline": "two", "top": 0.6}, r"selector\.top=0\.6 leaves no equal share"),
        ({"over": None}, "nothing says how fast it grows"),
    ],
)
def test_shares_that_cannot_be_are_refused(options: dict[str, Any], message: str) -> None:
    """When the configuration is read."""
    with pytest.raises(ConfigError, match=message):
        canary(**options)


@pytest.mark.parametrize(
    ("options", "shares"),
    [
        ({"over": None, "events": 1000}, (0.1, 0.3, 0.5)),  # by events alone
        ({"events": 1000}, (0.1, 0.14, 0.14)),  # on the first of ten days
    ],
)
def test_its_share_grows_with_the_events_it_served(
    options: dict[str, Any], shares: tuple[float, ...]
) -> None:
    """With a time too, the slower of the two counts."""
    good = {name: coins(60, 100) for name in ("champion", "one")}
    grown = []
    for served in (0, 500, 2000):
        metrics = replace(runtime([good], now=DAY), events={"one": served})
        grown.append(canary(**options)(CHOICE, metrics).shares["one"])
    assert grown == pytest.approx(shares)


def test_a_baseline_of_its_own_decides_and_has_the_same_share() -> None:
    """What refreshes of the champion earn by then does not count."""
    selector = canary(baseline="two")
    bad, good = coins(400, 1000), coins(600, 1000)
    same = [{"champion": good, "one": bad, "two": bad}] * 3
    split = selector(CHOICE, runtime(same, now=5 * DAY))
    assert split.shares == pytest.approx({"two": 0.3, "champion": 0.4, "one": 0.3})
    worse = [{"champion": bad, "one": bad, "two": good}] * 3
    assert selector(CHOICE, runtime(worse, now=5 * DAY)).shares == {"champion": 1.0}


def test_keys_of_canary_and_baseline_stay_while_their_shares_grow() -> None:
    """Both take keys of the champion alone: neither is compared on keys the other had."""
    selector, keys = canary(baseline="two"), [f"key-{at}" for at in range(3000)]
    good = {name: coins(60, 100) for name in ("champion", "one", "two")}
    drawn = []
    for day in (1, 4, 9):
        shares = distribution(selector(CHOICE, runtime([good], now=day * DAY)), CHOICE)
        drawn.append([shares.arms[shares.draw("s", key)] for key in keys])
    moves = {
        (one, two)
        for before, after in pairwise(drawn)
        for one, two in zip(before, after, strict=True)
        if one != two
    }
    assert moves == {("champion", "one"), ("champion", "two")}


@pytest.mark.parametrize("spread", [0.0, 1.0])
def test_equal_arms_whose_keys_come_back_are_rarely_told_apart(spread: float) -> None:
    """Of 60 runs of 30 days; taken for independent, those of unlike keys are in most."""
    runs, false, naive = 60, 0, 0
    for seed in range(runs):
        days = coming_back(seed, spread=spread)
        arm, baseline = zip(*days, strict=True)
        false += told_apart(arm, baseline)
        without = [[replace(each, parts=()) for each in side] for side in (arm, baseline)]
        naive += told_apart(*without)
    assert false / runs <= 0.05 + 4 * np.sqrt(0.05 * 0.95 / runs)
    assert naive > 20 if spread else naive <= 10


def test_a_worse_arm_whose_keys_come_back_is_found() -> None:
    """And the interval has the truth."""
    arm, baseline = zip(*coming_back(0, spread=0.3, gain=-0.5), strict=True)
    last = differences(arm, baseline, alpha=0.05, least=50)[-1]
    assert last.low < -0.5 < last.high < 0


def told_apart(arm: Sequence[Rewards], baseline: Sequence[Rewards]) -> bool:
    """Return whether the interval of the difference ever leaves zero out."""
    last = differences(arm, baseline, alpha=0.05, least=50)[-1]
    return last.low > 0 or last.high < 0
