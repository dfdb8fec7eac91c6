"""The verdict on a run, decided by its figures alone."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest
from msgspec.structs import replace

from production.backtest.gate_worth import GateWorth
from production.backtest.verdict import decide, judge
from tests.production.backtest.evidences import BAD, PLAIN, UNSURE, evidence

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
        (evidence(skill=BAD, static_skill=BAD), "worse_than_naive"),
        (evidence(skill=BAD, static_skill=UNSURE, decays_from=JUNE), "worse_than_naive"),
        (evidence(skill=BAD, static_skill=BAD, promoted=0), "worse_than_naive"),
        (evidence(skill=BAD, gain=(-0.1, -0.12, -0.08)), "refresh_not_worth_it"),
        (evidence(days=13), "cannot_tell"),
        (evidence(days=13, skill=BAD, static_skill=BAD), "cannot_tell"),
        (evidence(days=14), "refresh"),
        (evidence(timed=False), "cannot_tell"),
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


@pytest.mark.parametrize(
    ("gain", "more"),
    [
        ((0.02, 0.02, 0.02), 13),  # a single day has no spread
        ((0.02, float("nan"), float("nan")), 13),
        ((0.004, 0.0, 0.008), 13),
        ((0.003, -0.004, 0.01), 48),
    ],
)
def test_a_few_days_need_at_least_two_weeks(gain: tuple[float, float, float], more: int) -> None:
    """However sure the interval of a single day looks."""
    verdict = judge(evidence(gain=gain, days=1))
    assert (verdict.code, verdict.more_days) == ("cannot_tell", more)


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


def test_labels_that_the_contract_lacks_come_first() -> None:
    """What to do about them, and the verdict as it stands; a few in a thousand need no word."""
    lacking = ("outage", "spam", "sales", "legal", "hr")
    words = judge(evidence(unlisted=0.184, lacking=lacking)).words
    assert words.startswith(
        "First list the labels that the contract lacks (outage, spam, sales, 2 more): they are "
        "18.4% of the outcomes, no training learns them"
    )
    assert "specification.labels in the product's file, draft it anew by task=specify" in words
    assert words.endswith(f"As it stands: {judge(evidence()).words}")
    assert "(outage): " in judge(evidence(unlisted=0.01, lacking=lacking[:1])).words
    assert judge(evidence(unlisted=0.004, lacking=lacking)).words == judge(evidence()).words


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
    (evidence(gain=(0.001, 0.0005, 0.0015)), "Do not refresh: adaptive gains 0.001 log_loss"),
    (
        evidence(gain=(-0.05, -0.06, -0.04)),
        (
            "Do not refresh: adaptive loses 0.05 log_loss [0.04, 0.06], 9.6% to a static first "
            "generation. It took"
        ),
    ),
    (evidence(gain=(0.001, 0.0005, 0.0015)), "Keep the first generation, and go on evaluating it"),
    (
        evidence(gain=(0.001, 0.0005, 0.0015), static_skill=BAD, skill=UNSURE),
        "Serve neither before the naive baseline: improve the solution first. Do not refresh: adap",
    ),
    (
        evidence(gain=(0.004, 0.0, 0.008)),
        (
            "For now refresh: adaptive gains 0.004 log_loss [0, 0.008], 0.8% over a static first "
            "generation, and 100 days cannot tell whether that is more than the 0.002 that matter "
            "(the contract's margin). About 300 more days of outcomes would tell, if the gain "
            "stays what it is."
        ),
    ),
    (evidence(gain=(0.003, 0.0, 0.006)), "About 2 more years of outcomes would tell,"),
    (evidence(gain=(0.001, -0.001, 0.0035)), "For now keep the first generation: adaptive gains"),
    (evidence(gain=(0.001, -0.001, 0.0035), static_skill=BAD), "For now refresh: adaptive gains"),
    (evidence(gain=(0.002, 0.001, 0.003)), "Refresh or not, as you like: adaptive gains 0.002"),
    (evidence(gain=(0.002, 0.001, 0.003)), "It lies so near that more days would hardly tell."),
    (
        evidence(decays_from=JUNE),
        (
            "Refresh: a static first generation kept up until 1970-06-03, within the 0.002 that "
            "matter (the contract's margin), and fell behind by more from then on."
        ),
    ),
    (
        evidence(skill=BAD, static_skill=BAD, served=0.6, gain=(0.0, -0.001, 0.001)),
        "log_loss 0.6 against 0.55. Serve the baseline until the solution is improved.",
    ),
    (
        evidence(skill=BAD, static_skill=BAD, served=0.6),
        (
            "Refreshing helps, by 0.02 log_loss [0.015, 0.025], 3.8% over a static first "
            "generation, and not enough. With task=compare "
            """'task.options.lifecycles.recent=["lifecycle=adaptive","strategy.window=25d"]' """
            "a variant joins that learns from recent outcomes "
            "alone. Where it is worse, too, serve the baseline until the solution is improved."
        ),
    ),
    (
        replace(
            evidence(skill=BAD, static_skill=BAD, served=0.6),
            cost=replace(PLAIN.cost, gate=replace(GATE, held_back=9)),
        ),
        "and not enough. The gate held back 9 of 11: against what they would have served, that",
    ),
    (
        replace(
            evidence(skill=BAD, static_skill=BAD, promoted=0),
            cost=replace(PLAIN.cost, promoted=0, gate=replace(GATE, held_back=11)),
        ),
        "under Refreshes. The gate held back 11 of 11: against what they would have served, that",
    ),
    (
        evidence(skill=BAD, static_skill=BAD, promoted=0),
        "A refresh may mend that: of 10 trainings after the first all were refused or failed.",
    ),
    (
        evidence(skill=UNSURE),
        "What adaptive served is not shown to be better than the naive baseline: 0.5 against 0.55.",
    ),
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
    (
        evidence(promoted=0),
        "of 10 trainings after the first all were refused or failed. The report",
    ),
    (
        replace(PLAIN, cost=replace(PLAIN.cost, trainings=0, promoted=0), lifecycle="open"),
        "cannot tell what a refresh is worth: open never refreshes. Compare it with a lifecycle",
    ),
    (
        replace(PLAIN, cost=replace(PLAIN.cost, trainings=0, promoted=0), timed=False),
        "time=… of task=new). What adaptive served is better than the naive baseline: log_loss 0.5",
    ),
    (
        replace(evidence(skill=BAD, static_skill=BAD, promoted=0), timed=False),
        "0.5 against 0.55. Serve the baseline until the solution is improved.",
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
