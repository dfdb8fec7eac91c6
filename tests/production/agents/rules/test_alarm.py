from __future__ import annotations

import numpy as np
import pytest

from contracts.score.metric.registry import metric
from production.agents.rules.alarm import HoldoutInDoubt
from production.agents.rules.easiest import easiest
from tests.production.agents.rules.evidence import evidence

PAST = tuple(0.3 + 0.01 * at for at in (-2, -1, -1, 0, 0, 1, 1, 2))


@pytest.mark.parametrize(
    ("name", "score", "verdict"),
    [
        ("log_loss", 0.339, "passed"),
        ("log_loss", 0.35, "alarmed"),
        ("log_loss", 0.1, "passed"),
        ("roc_auc", 0.25, "alarmed"),
        ("roc_auc", 0.35, "passed"),
    ],
)
def test_a_champion_far_worse_than_it_has_been_puts_the_holdout_in_doubt(
    name: str, score: float, verdict: str
) -> None:
    """Three deviations, whichever way the metric goes; far better is no reason for doubt."""
    rule = HoldoutInDoubt(metric(name), 3)
    finding = rule.find(evidence(name=name, measures={"easiest": score}, easiest=PAST))
    assert finding.verdict == verdict
    assert ("in doubt" in finding.why) == (verdict == "alarmed")


def test_the_next_refresh_that_finds_the_same_says_that_it_is_so() -> None:
    """One refresh is held back, not all that follow."""
    case = evidence(measures={"easiest": 0.9}, easiest=PAST, alarmed=True)
    finding = HoldoutInDoubt(metric("log_loss"), 3).find(case)
    assert finding.verdict == "passed"
    assert finding.why.endswith("as at the last refresh")


def test_with_few_refreshes_on_record_nobody_knows_how_much_varies() -> None:
    """Seven are too few."""
    case = evidence(measures={"easiest": 0.9}, easiest=PAST[1:])
    assert HoldoutInDoubt(metric("log_loss"), 3).find(case).verdict == "passed"


def test_a_champion_that_never_varied_is_not_alarmed_by_the_last_digits() -> None:
    """Its deviation counts as a hundredth of its score."""
    rule = HoldoutInDoubt(metric("log_loss"), 3)
    for score, verdict in ((0.302, "passed"), (0.31, "alarmed")):
        case = evidence(measures={"easiest": score}, easiest=(0.3,) * 8)
        assert rule.find(case).verdict == verdict


def test_flipped_labels_spoil_the_easiest_hours_and_a_hard_day_does_not() -> None:
    """The mean of a hard day is as bad as that of flipped labels; its easy hours are as ever."""
    rng, loss = np.random.default_rng(0), metric("log_loss")
    chance = np.full(2000, 0.1)
    usual = (rng.random(2000) < chance).astype(float)
    flipped = np.where(rng.random(2000) < 0.2, 1 - usual, usual)
    hard = usual.copy()
    hard[1000:] = rng.random(1000) < 0.45
    means = [loss.value(truth, chance) for truth in (usual, flipped, hard)]
    assert means[1] == pytest.approx(means[2], rel=0.1)
    assert means[1] > 1.5 * means[0]
    tenths = [easiest(loss, truth, chance[:, None]) for truth in (usual, flipped, hard)]
    assert tenths[2] == pytest.approx(tenths[0], rel=0.1)
    assert tenths[1] > 1.5 * tenths[0]


@pytest.mark.parametrize("rows", [1, 5, 30])
def test_a_small_holdout_is_split_into_fewer_stretches(rows: int) -> None:
    """One of few rows is one stretch: its score is that of all of it."""
    truth = np.zeros(rows)
    value = easiest(metric("mae"), truth, np.arange(rows, dtype=float)[:, None])
    assert value == pytest.approx((rows - 1) / 2 if rows < 20 else 4.5 + 2.0)


def test_stretches_that_define_no_score_are_left_out() -> None:
    """An area where all outcomes are alike; with none left there is no measure."""
    truth = np.repeat([0.0, 1.0], 50)
    assert np.isnan(easiest(metric("roc_auc"), truth, truth[:, None]))
