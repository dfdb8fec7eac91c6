"""Which of several lifecycles a comparison advises to choose."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from msgspec.structs import replace

from production.backtest.choice import advise
from tests.production.backtest.evidences import BAD, UNSURE

if TYPE_CHECKING:
    from production.backtest.result import RunResult

NEVER = ("open", "interactive")


@pytest.fixture
def served(results: dict[str, RunResult]) -> dict[str, RunResult]:
    """The runs, as if adaptive had scored best, dual almost, and only those had refreshed."""
    scores = {"interactive": 0.6, "open": 0.6, "adaptive": 0.5, "dual": 0.501}
    return {name: as_if(results[name], name, served=score) for name, score in scores.items()}


def as_if(result: RunResult, name: str, *, served: float, trainings: int = 10) -> RunResult:
    """Return a run with other figures."""
    evidence = result.evidence
    trainings = 0 if name in NEVER else trainings
    promoted = max(trainings - 1, 0)
    cost = replace(evidence.cost, trainings=trainings, promoted=promoted)
    margin = replace(evidence.margin, value=0.01)
    return replace(result, evidence=replace(evidence, served=served, cost=cost, margin=margin))


def gaining(result: RunResult, *, low: float, high: float) -> RunResult:
    """Return a run whose refreshes gained between two bounds."""
    gain = replace(result.evidence.gain, value=(low + high) / 2, low=low, high=high)
    skill = replace(gain, low=0.1, high=0.2)
    return replace(result, evidence=replace(result.evidence, gain=gain, skill=skill))


def below_naive(result: RunResult) -> RunResult:
    """Return a run whose static generation is worse than the baseline, what was served perhaps."""
    return replace(result, evidence=replace(result.evidence, static_skill=BAD, skill=UNSURE))


def test_the_cheapest_within_the_margin_of_the_best_is_chosen(
    served: dict[str, RunResult],
) -> None:
    """Not the best by a hair: the one with fewer trainings; the other is named beside it."""
    served["dual"] = as_if(served["dual"], "dual", served=0.501, trainings=5)
    verdict = advise(served, against="open")
    assert verdict.lifecycle == "dual"
    assert "adaptive scored the same within the margin." in verdict.words


def test_beyond_the_margin_the_better_one_is_chosen(served: dict[str, RunResult]) -> None:
    """Fewer trainings do not make up for a loss that matters."""
    served["dual"] = as_if(served["dual"], "dual", served=0.52, trainings=5)
    verdict = advise(served, against="open")
    assert verdict.lifecycle == "adaptive"
    assert "scored the same" not in verdict.words


def test_where_no_refresh_is_worth_it_a_lifecycle_without_is_named(
    served: dict[str, RunResult],
) -> None:
    """The one that is no anti-pattern."""
    quiet = {name: gaining(each, low=-0.001, high=0.002) for name, each in served.items()}
    verdict = advise(quiet, against="interactive")
    assert verdict.code == "refresh_not_worth_it"
    assert verdict.words.endswith("Choose open, which never refreshed.")


def test_a_static_generation_below_the_baseline_is_not_to_be_kept(
    served: dict[str, RunResult],
) -> None:
    """No lifecycle is named that would serve it on."""
    quiet = {name: gaining(each, low=-0.001, high=0.002) for name, each in served.items()}
    bad = {name: below_naive(each) for name, each in quiet.items()}
    words = advise(bad, against="interactive").words
    assert words.startswith("Serve neither before the naive baseline: improve the solution first.")
    assert words.endswith("so it cost nothing. dual scored the same within the margin.")


def test_where_nothing_refreshed_nothing_can_be_told(served: dict[str, RunResult]) -> None:
    """The verdict is on the lifecycle that the others are compared with."""
    never = {name: gaining(served[name], low=0.0, high=0.0) for name in NEVER}
    verdict = advise(never, against="open")
    assert (verdict.code, verdict.lifecycle) == ("cannot_tell", "open")


def test_one_that_tried_to_refresh_tells_more(served: dict[str, RunResult]) -> None:
    """Why its trainings did not come to serve, and not that another never refreshes."""
    cost = replace(served["adaptive"].evidence.cost, promoted=0)
    tried = replace(served["adaptive"], evidence=replace(served["adaptive"].evidence, cost=cost))
    verdict = advise({"open": served["open"], "adaptive": tried}, against="open")
    assert verdict.lifecycle == "adaptive"


def test_variants_keep_the_names_of_the_comparison(served: dict[str, RunResult]) -> None:
    """A reader finds the name in the table."""
    variants = {"weekly": served["adaptive"], "static": served["open"]}
    assert advise(variants, against="static").lifecycle == "weekly"


def test_others_that_are_worse_than_the_baseline_are_named(served: dict[str, RunResult]) -> None:
    """Beside the one that is chosen, which is not."""
    served["dual"] = gaining(served["dual"], low=0.05, high=0.06)
    worse = replace(served["adaptive"].evidence, served=0.7, skill=BAD)
    served["adaptive"] = replace(served["adaptive"], evidence=worse)
    verdict = advise(served, against="open")
    assert verdict.lifecycle == "dual"
    words = "interactive, open and adaptive are worse than the naive baseline."
    assert words in verdict.words


def test_who_is_to_keep_the_first_generation_is_told_which(served: dict[str, RunResult]) -> None:
    """A lifecycle that never refreshed is named, also where it is not certain yet."""
    for name in ("adaptive", "dual"):
        run = gaining(served[name], low=-0.001, high=0.012)
        sound = replace(run.evidence, static_skill=run.evidence.skill)
        served[name] = replace(run, evidence=sound)
    verdict = advise(served, against="open")
    assert verdict.code == "cannot_tell"
    assert verdict.words.startswith("For now keep the first generation")
    assert "which never refreshed." in verdict.words


@pytest.mark.parametrize(("low", "keeps"), [(0.005, False), (-0.005, True)])
def test_what_surely_gains_about_the_margin_is_left_to_the_team(
    served: dict[str, RunResult], low: float, *, keeps: bool
) -> None:
    """More days would hardly tell whether it matters; where it may be a loss, refreshes go."""
    for name in ("adaptive", "dual"):
        known = gaining(served[name], low=low, high=0.0199 - low)
        evidence = replace(known.evidence, days=100, static_skill=known.evidence.skill)
        served[name] = replace(known, evidence=evidence)
    words = advise(served, against="open").words
    assert words.startswith("Refresh or not, as you like:")
    assert ("which never refreshed." in words) == keeps
