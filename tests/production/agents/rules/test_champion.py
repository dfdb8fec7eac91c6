from __future__ import annotations

import pytest

from contracts.score.metric.registry import metric
from production.agents.rules.champion import NotMuchWorse
from tests.production.agents.rules.evidence import evidence


@pytest.mark.parametrize(
    ("name", "champion", "just", "beyond"),
    [("log_loss", 0.5, 0.549, 0.551), ("roc_auc", 0.7, 0.631, 0.629), ("mae", 1e6, 1.09e6, 1.11e6)],
)
def test_a_challenger_may_be_worse_by_a_share_of_the_champions_score(
    name: str, champion: float, just: float, beyond: float
) -> None:
    """Whatever the scale of the metric, and whichever way it goes."""
    rule = NotMuchWorse(metric(name), 0.1)
    for score, verdict in ((just, "passed"), (beyond, "failed")):
        finding = rule.find(evidence(name=name, score=score, champion=champion, naive=champion))
        assert finding.verdict == verdict
        assert finding.figures["gain"] == pytest.approx(-0.1, abs=0.012)


def test_scores_of_millionths_can_be_told_apart() -> None:
    """The finding shows digits enough, and no more of a score of the usual size."""
    small = evidence(name="log_loss", score=1.25e-6, champion=1.5e-6, naive=1e-5)
    usual = evidence(name="log_loss", score=0.52431, champion=0.52469, naive=0.6)
    rule = NotMuchWorse(metric("log_loss"), 0.1)
    assert rule.find(small).why == "log_loss 0.000001250, champion 0.000001500"
    assert rule.find(usual).why == "log_loss 0.5243, champion 0.5247"


@pytest.mark.parametrize(("naive", "verdict"), [(0.1, "passed"), (1e-9, "failed")])
def test_a_champion_that_is_next_to_perfect_does_not_make_the_last_digits_count(
    naive: float, verdict: str
) -> None:
    """Its score counts as a hundredth of the naive baseline's, or else a tenth of it is nothing."""
    rule = NotMuchWorse(metric("mae"), 0.1)
    assert (
        rule.find(evidence(name="mae", score=2e-9, champion=1e-9, naive=naive)).verdict == verdict
    )


@pytest.mark.parametrize(("score", "verdict"), [(0.0, "passed"), (1e-12, "failed")])
def test_a_perfect_champion_of_a_perfect_baseline_may_only_be_equalled(
    score: float, verdict: str
) -> None:
    """Nothing can be a share of nothing."""
    rule = NotMuchWorse(metric("mae"), 0.1)
    assert rule.find(evidence(name="mae", score=score, champion=0.0, naive=0.0)).verdict == verdict


def test_a_champion_without_a_score_leaves_it_undecided() -> None:
    """An area over outcomes that are all alike is no number."""
    finding = NotMuchWorse(metric("roc_auc"), 0.1).find(
        evidence(name="roc_auc", score=float("nan"), champion=float("nan"), naive=float("nan"))
    )
    assert finding.verdict == "undecided"
