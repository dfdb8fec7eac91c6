"""Which of several lifecycles on the same history to choose: the cheapest that is good enough."""

from __future__ import annotations

from typing import TYPE_CHECKING

from msgspec.structs import replace

from contracts.score.metric.port import improvement
from contracts.score.metric.registry import metric
from production.backtest.advice import seems_worth_it
from production.backtest.verdict import RefreshVerdict, judge

if TYPE_CHECKING:
    from collections.abc import Mapping

    from production.backtest.evidence import RefreshEvidence
    from production.backtest.result import RunResult


def advise(results: Mapping[str, RunResult], *, against: str) -> RefreshVerdict:
    """Return the verdict on the lifecycle to choose, named as in the comparison.

    Of those that refreshed, and are no anti-pattern if others are none, it is the one with the
    fewest trainings among those that the best is better than by no more than the margin. Where none
    refreshed it is the first that tried to, else the one that the others are compared with.

    Args:
        results: Runs by the name of their lifecycle.
        against: Which of them the others are compared with.
    """
    refreshed = {name: each for name, each in results.items() if each.evidence.cost.promoted}
    refreshed = _without_anti_patterns(refreshed) or refreshed
    if not refreshed:
        tried = (name for name, each in results.items() if each.evidence.cost.trainings)
        name = next(tried, against)
        return judge(replace(results[name].evidence, lifecycle=name))
    alike = _as_good_as_the_best(refreshed)
    chosen = min(alike, key=lambda name: results[name].evidence.cost.trainings)
    verdict = judge(replace(results[chosen].evidence, lifecycle=chosen))
    others = [name for name in alike if name != chosen]
    words = [verdict.words]
    if others:
        words.append(f"{_listed(others)} scored the same within the margin.")
    words += _worse_than_naive(results, but=chosen)
    if _keeps_the_first(verdict, results[chosen].evidence):
        words += _never_refreshing(results)
    return replace(verdict, words=" ".join(words))


def _keeps_the_first(verdict: RefreshVerdict, evidence: RefreshEvidence) -> bool:
    """Return whether the advice is to keep a first generation, and that is worth serving."""
    if evidence.none_beats_naive:
        return False
    undecided = verdict.code == "cannot_tell" and not seems_worth_it(evidence)
    if undecided and verdict.more_days is None and evidence.gain.low > 0:
        return False  # some gain is sure, and whether it matters is for the team to say
    return undecided or verdict.code == "refresh_not_worth_it"


def _worse_than_naive(results: Mapping[str, RunResult], *, but: str) -> list[str]:
    """Return the sentence that names what else is worse than the naive baseline, if anything is."""
    codes = {name: judge(each.evidence).code for name, each in results.items() if name != but}
    worse = [name for name, code in codes.items() if code == "worse_than_naive"]
    is_are = "is" if len(worse) == 1 else "are"
    return [f"{_listed(worse)} {is_are} worse than the naive baseline."] if worse else []


def _as_good_as_the_best(results: Mapping[str, RunResult]) -> list[str]:
    main = metric(next(iter(results.values())).metrics[0])
    scores = {name: each.evidence.served for name, each in results.items()}
    best = max(scores, key=lambda name: improvement(main, scores[name], 0.0))
    margin = results[best].evidence.margin.value
    return [name for name in scores if improvement(main, scores[best], scores[name]) <= margin]


def _never_refreshing(results: Mapping[str, RunResult]) -> list[str]:
    """Return the sentence that names a lifecycle which keeps its first generation."""
    static = {name: each for name, each in results.items() if not each.evidence.cost.promoted}
    return [
        f"Choose {name}, which never refreshed." for name in [*_without_anti_patterns(static)][:1]
    ]


def _without_anti_patterns(results: Mapping[str, RunResult]) -> dict[str, RunResult]:
    return {name: each for name, each in results.items() if not each.anti_patterns}


def _listed(names: list[str]) -> str:
    *before, last = names
    return f"{', '.join(before)} and {last}" if before else last
