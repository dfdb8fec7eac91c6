"""The verdict on a run, decided by its figures alone."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest
from msgspec.structs import replace

from production.backtest.gate_worth import GateWorth
from production.backtest.verdict import decide, judge
from tests.production.backtest.evidences import BAD, PLAIN, evidence

if TYPE_CHECKING:
    from production.backtest.evidence import RefreshEvidence

JUNE = 13_300_000_000_000  # 1970-06-03


@pytest.mark.parametrize(
    ("evidence", "code"),
    [
        (evidence(), "refresh"),
        (evidence(gain=(0.0021, 0.00205, 0.0022)), "refresh"),
        (evidence(gain=(0.001, 0.0005, 0.002)), "refresh_not_worth_it"),
        (evidence(gain=(-0.05, -0.06, -0.04)), "refresh_not_worth_it"),
        (evidence(gain=(0.003, 0.001, 0.005)), "cannot_tell"),
        (evidence(gain=(0.001, -0.001, 0.003)), "cannot_tell"),
        (evidence(gain=(0.001, float("nan"), float("nan"))), "cannot_tell"),
        (evidence(gain=(0.0, 0.0, 0.0), promoted=0), "cannot_tell"),
        (evidence(decays_from=JUNE), "static_decays_from"),
        (evidence(skill=BAD), "worse_than_naive"),
        (evidence(skill=BAD, decays_from=JUNE), "worse_than_naive"),
        (evidence(skill=BAD, promoted=0), "worse_than_naive"),
    ],
)
def test_a_verdict_follows_from_the_intervals(evidence: RefreshEvidence, code: str) -> None:
    """One of a closed set: by the margin, and never by whether an interval excludes zero."""
    assert decide(evidence) == code


@pytest.mark.parametrize(
    ("gain", "days"),
    [
        ((0.004, 0.0, 0.008), 300),  # twice too wide: four times the 100 days
        ((0.001, -0.001, 0.0035), 525),  # only the side towards the margin counts
        ((0.002, 0.001, 0.003), None),  # on the margin
        ((0.0021, 0.0, 0.004), None),  # more than ten years
    ],
)
def test_how_many_more_days_would_tell(gain: tuple[float, float, float], days: int | None) -> None:
    """An interval narrows with the square root of the days."""
    assert judge(evidence(gain=gain)).more_days == days


def test_figures_stand_beside_the_words() -> None:
    """The gain in the metric's unit, and as a share of what the static generation scored."""
    verdict = judge(evidence())
    assert (verdict.gain.value, verdict.margin.value) == (0.02, 0.002)
    assert verdict.relative.value == pytest.approx(0.02 / 0.52)
    assert verdict.cost == PLAIN.cost


def test_a_score_of_zero_has_no_share() -> None:
    """Nothing is divided by it, and the words leave the share out."""
    verdict = judge(evidence(static=0.0))
    assert verdict.relative.value != verdict.relative.value  # NaN
    assert "%" not in verdict.words


GATE = GateWorth(judged=11, held_back=2, cost=0.0001, saved=0.003)
WORDS: list[tuple[RefreshEvidence, str]] = [
    (
        evidence(),
        (
            "Refresh: adaptive gains 0.02 log_loss [0.015, 0.025], 3.8% over a static first "
            "generation, more than the 0.002 that matter (the contract's margin). It took 10 "
            "trainings after the first, of which 8 came to serve, and 12 s; what served had "
            "learned from data 3.5 days old on average."
        ),
    ),
    (evidence(gain=(0.001, 0.0005, 0.0015)), "A refresh is not worth it: adaptive gains 0.001"),
    (evidence(gain=(0.004, 0.0, 0.008)), "About 300 more days of outcomes would tell."),
    (evidence(gain=(0.002, 0.001, 0.003)), "more days would hardly tell: either will do."),
    (evidence(decays_from=JUNE), "Refresh from 1970-06-03 on: until then a static first"),
    (evidence(skill=BAD, served=0.6), "log_loss 0.6 against 0.55. Improve the solution first"),
    (
        evidence(static=0.57, static_skill=BAD),
        "Held still, the first generation is worse than the naive baseline: 0.57 against 0.55.",
    ),
    (
        replace(PLAIN, cost=replace(PLAIN.cost, gate=GATE)),
        (
            "The gate held back 2 of 11: against what they would have served, that cost 0.0001 "
            "log_loss and saved 0.003."
        ),
    ),
    (
        replace(PLAIN, cost=replace(PLAIN.cost, gate=replace(GATE, held_back=0))),
        "The gate judged 11 and held none back, so it cost nothing.",
    ),
    (evidence(promoted=0), "all 10 trainings after the first were refused or failed"),
    (
        replace(PLAIN, cost=replace(PLAIN.cost, trainings=0, promoted=0), lifecycle="open"),
        "cannot tell what a refresh is worth: open never refreshes. Run task=compare",
    ),
]


@pytest.mark.parametrize(("evidence", "words"), WORDS)
def test_the_words_say_what_to_do(evidence: RefreshEvidence, words: str) -> None:
    """A reader needs no table beside them."""
    assert words in judge(evidence).words


def test_large_numbers_are_written_in_full() -> None:
    """A gain in the millions is readable."""
    verdict: Any = judge(evidence(gain=(1.25e6, 1.1e6, 1.4e6), static=2.5e7))
    assert "gains 1,250,000 log_loss [1,100,000, 1,400,000], 5.0%" in verdict.words
