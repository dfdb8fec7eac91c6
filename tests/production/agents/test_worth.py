from __future__ import annotations

from typing import Any

import pytest
from msgspec.structs import replace

from contracts.moment import DAY
from contracts.score.metric.registry import metric
from production.agents.worth import (
    COMPARED,
    PastRefresh,
    RefreshCosts,
    RefreshPosition,
    choose,
    past_refreshes,
)
from production.registry.trainings import Training

COSTS = RefreshCosts(second=1.0, unit=1.0, compare=30 * DAY, longest=60 * DAY)
NOW = RefreshPosition(moment=100 * DAY, learned=90 * DAY, based=80 * DAY, events=100, resumes=True)


def past(
    count: int = 10, *, gain: float = 0.01, advantage: float | None = 0.0
) -> list[PastRefresh]:
    """Return refreshes that each learned a day, took 10 seconds anew and 1 resumed."""
    return [
        PastRefresh(
            at=(90 + at) * DAY,
            days=1.0,
            gain=gain,
            full=10.0,
            incremental=1.0,
            advantage=advantage,
        )
        for at in range(count)
    ]


@pytest.mark.parametrize(
    ("price", "kind"), [(9.9, "incremental"), (10.1, "rest")], ids=["worth it", "not worth it"]
)
def test_a_refresh_is_made_once_staleness_has_cost_its_price(price: float, kind: str) -> None:
    """Ten days without the .01 that a refresh gains, on 100 events daily, have cost 10."""
    choice = choose(past(), NOW, replace(COSTS, second=price))
    assert choice.kind == kind
    assert "have cost 10 at most" in choice.why


@pytest.mark.parametrize("size", [1e-3, 1.0, 1e6])
@pytest.mark.parametrize(("price", "kind"), [(0.198, "incremental"), (0.202, "rest")])
def test_without_a_price_a_unit_is_worth_what_the_baseline_s_score_makes_it(
    size: float, price: float, kind: str
) -> None:
    """A regression in the millions decides as one in ones: .01 of a baseline of .5 gains 2 %."""
    scaled = [replace(each, gain=each.gain * size, naive=0.5 * size) for each in past()]
    choice = choose(scaled, NOW, replace(COSTS, unit=None, second=price))
    assert choice.kind == kind


def test_without_a_score_of_the_baseline_nothing_is_worth_a_price() -> None:
    """A baseline without any loss leaves nothing to gain."""
    for naive in (None, 0.0):
        known = [replace(each, naive=naive) for each in past()]
        assert choose(known, NOW, replace(COSTS, unit=None, second=1e-6)).kind == "rest"


def test_in_doubt_the_model_is_refreshed() -> None:
    """Gains that differ from each other leave open what a refresh is worth."""
    doubtful = [replace(each, gain=(-1) ** at * 0.05) for at, each in enumerate(past(10))]
    assert choose(past(gain=0.0), NOW, COSTS).kind == "rest"
    assert choose(doubtful, NOW, COSTS).kind == "incremental"


def test_after_long_a_refresh_is_made_whatever_it_costs() -> None:
    """Without one nobody would ever know again what one is worth."""
    late = replace(NOW, moment=NOW.learned + COSTS.longest)
    dear = replace(COSTS, second=1e9)
    assert choose(past(), NOW, dear).kind == "rest"
    assert choose(past(), late, dear).kind != "rest"


@pytest.mark.parametrize(
    ("advantage", "kind"), [(0.0046, "full"), (0.0044, "incremental")], ids=["more", "less"]
)
def test_a_fit_anew_is_made_where_it_is_worth_the_difference(advantage: float, kind: str) -> None:
    """Better by .0045 on 100 events a day over 20 days is worth the 9 that it costs more."""
    assert choose(past(advantage=advantage), NOW, COSTS).kind == kind


def test_kinds_are_compared_at_first_and_after_a_while() -> None:
    """Only where there are two kinds."""
    few = past(COMPARED - 1, gain=2.0)
    later = replace(NOW, moment=NOW.moment + 40 * DAY, learned=NOW.learned + 40 * DAY)
    assert choose([], NOW, COSTS).kind == choose(few, NOW, COSTS).kind == "compare"
    assert choose(past(), NOW, COSTS).kind == "incremental"
    assert choose(past(gain=2.0), later, COSTS).kind == "compare"
    assert choose(past(gain=0.1), later, COSTS).kind == "incremental"  # that would cost too much
    lone = replace(NOW, resumes=False)
    assert choose([], lone, COSTS).kind == choose(past(), lone, COSTS).kind == "full"


def training(at: int, verdict: Any = "promoted", **detail: Any) -> Training:
    """Return a training on record at a day, by whose champion's score .5 was left."""
    return Training(
        product="toy",
        release="1.0.0",
        requested_at=at * DAY,
        reason="schedule",
        known_by=at * DAY,
        rows=1,
        seconds=4.0,
        verdict=verdict,
        detail={"scores": {"auc": 0.6, "champion.auc": 0.5}, **detail},
    )


def test_what_refreshes_brought_is_read_from_their_scores() -> None:
    """Each by the days that its champion had not learned; the first one has no champion."""
    auc = replace_name(metric("roc_auc"))
    lineage = {"judged": {"known_by": 8 * DAY}}
    worth = {"rule": "worth", "figures": {"incremental": 1.0}}
    both = {
        "rule": "worth",
        "figures": {"incremental": 1.0, "full": 2.0, "advantage": -0.1, "gain": 0.3},
    }
    trainings = [
        training(10, lineage=lineage),
        training(12, "refused", findings=[worth]),
        training(14, "failed", scores={}),
        training(15, findings=[both]),
        training(16),
    ]
    found = past_refreshes(trainings, auc, holdout=2 * DAY)
    # The last champion knew a part of the holdout: it was compared as it had been judged.
    assert [each.days for each in found] == [2.0, 5.0, 1.0]
    assert [each.gain for each in found] == pytest.approx([0.1, 0.3, 0.1])
    assert [(each.incremental, each.full) for each in found] == [
        (4.0, None),
        (1.0, 2.0),
        (None, 4.0),
    ]
    assert [each.advantage for each in found] == [None, -0.1, None]


def replace_name(given: Any) -> Any:
    """Return a metric of which more is better, under the name that the records have."""

    class Named:
        name, direction = "auc", given.direction

    return Named()
