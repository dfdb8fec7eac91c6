"""Bandits: they learn from rewards that arrive late, the same in any process."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import pytest
from msgspec.structs import replace

from production.metrics import Rewards
from production.selectors.ab_test import AbTest
from production.selectors.draw import distribution
from production.selectors.epsilon_greedy import EpsilonGreedy
from production.selectors.port import Choice
from production.selectors.thompson import Thompson
from production.selectors.ucb import Ucb
from tests.production.selectors.simulation import CHOICE, NAMES, coins, coming_back, regret, runtime

if TYPE_CHECKING:
    from production.selectors.port import Selector

BANDITS = {
    "epsilon_greedy": EpsilonGreedy(epsilon=0.1, least=50),
    "thompson": Thompson(floor=0.01, least=50),
    "ucb": Ucb(width=1.0, least=50),
}
MEANS = (0.30, 0.35, 0.50)


@pytest.fixture(params=BANDITS.values(), ids=BANDITS)
def bandit(request: pytest.FixtureRequest) -> Selector:
    """Each of the bandits."""
    selector: Selector = request.param
    return selector


@pytest.mark.parametrize("delay", [0, 1, 7])
def test_regret_is_a_fraction_of_a_uniform_split(bandit: Selector, delay: int) -> None:
    """Of 60 days, however late outcomes arrive: less than half, over ten simulations."""
    uniform = AbTest(weights=dict.fromkeys(NAMES, 1.0))
    sums = [
        np.mean(
            [
                regret(each, MEANS, delay=delay, days=60, a_day=100, seed=seed)[-1]
                for seed in range(10)
            ]
        )
        for each in (bandit, uniform)
    ]
    assert sums[0] < sums[1] / 2


def test_before_anything_is_earned_arms_share_equally(bandit: Selector) -> None:
    """With no runtime metrics, with none of the arms', and with too few."""
    few = runtime([{name: coins(1, 10) for name in NAMES}])
    for metrics in (None, runtime([]), few):
        assert bandit(CHOICE, metrics).shares == pytest.approx(dict.fromkeys(NAMES, 1 / 3))


def test_the_same_log_gives_the_same_shares_in_whichever_windows(bandit: Selector) -> None:
    """Nothing is drawn at random, and nothing is kept between two calls."""
    day = {name: coins(wins, 200) for name, wins in zip(NAMES, (60, 80, 70), strict=True)}
    first = bandit(CHOICE, runtime([day, day])).shares
    bandit(CHOICE, None)
    assert bandit(CHOICE, runtime([day, day])).shares == first


def test_shares_do_not_depend_on_the_unit_of_the_reward(bandit: Selector) -> None:
    """Rewards a million times as large share the traffic alike."""

    def metrics(unit: float) -> dict[str, Rewards]:
        means = zip(NAMES, (1.0, 1.1, 0.9), strict=True)
        return {
            name: Rewards(count=200, mean=unit * mean, variance=unit**2) for name, mean in means
        }

    small, large = (bandit(CHOICE, runtime([metrics(unit)])).shares for unit in (1.0, 1e6))
    assert small == pytest.approx(large, abs=0.05)


def test_epsilon_and_floor_keep_each_arm_in_the_traffic() -> None:
    """So that what is logged can judge each arm."""
    clear = runtime(
        [{name: coins(wins, 999) for name, wins in zip(NAMES, (9, 9, 900), strict=True)}]
    )
    greedy = BANDITS["epsilon_greedy"](CHOICE, clear).shares
    assert greedy == pytest.approx({"champion": 0.1 / 3, "one": 0.1 / 3, "two": 0.9 + 0.1 / 3})
    shares = BANDITS["thompson"](CHOICE, clear).shares
    assert shares == pytest.approx({"champion": 0.01, "one": 0.01, "two": 0.98})
    assert distribution(BANDITS["ucb"](CHOICE, clear), CHOICE).arms == ("two",)


def test_keys_that_come_back_make_no_arm_surer() -> None:
    """Of equal arms with the same 400 keys every day one seldom gets nearly all of the traffic."""
    pair = Choice(arms={name: CHOICE.arms[name] for name in ("champion", "one")})
    sure = {"told": 0, "taken for new": 0}
    for seed in range(40):
        days = [
            {"one": arm, "champion": champion} for arm, champion in coming_back(seed, spread=1.0)
        ]
        new = [{name: replace(each, parts=()) for name, each in day.items()} for day in days]
        for how, windows in (("told", days), ("taken for new", new)):
            shares = BANDITS["thompson"](pair, runtime(windows)).shares
            sure[how] += max(shares.values()) > 0.98
    assert sure["told"] <= 6
    assert sure["taken for new"] > 20
