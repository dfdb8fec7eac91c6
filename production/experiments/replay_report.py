"""A replay in words, as tables, as data and as a page."""

from __future__ import annotations

from math import nan
from typing import TYPE_CHECKING, Any

from contracts.moment import iso
from contracts.report.figure import Intervals
from contracts.report.page import Note, Page, Section
from contracts.report.table import Heading, Table, signed, text_headings
from contracts.score.bootstrap import Interval

if TYPE_CHECKING:
    from collections.abc import Iterator

    from contracts.report.page import Head, Part
    from production.experiments.evidence import Estimate, Estimator, ReplayVerdict
    from production.experiments.gates import GateLimits
    from production.experiments.policy import Policy
    from production.experiments.replay import Basis, SelectorReplay

ESTIMATORS: dict[Estimator, str] = {
    "direct": "shadows",
    "doubly_robust": "doubly robust",
    "self_normalised": "SNIPS",
    "ips": "IPS",
}
VERDICTS: dict[ReplayVerdict, str] = {
    "better": "better",
    "worse": "worse",
    "no_difference": "no difference found",
    "log_cannot_tell": "the log cannot tell",
}
BASES: dict[Basis, str] = {
    "shadows": "what arms predicted in the shadow, so that each event's loss is known under both",
    "weights": "logged events, weighted by how likely each selector chooses as was chosen",
}

ONE_LOOK = (
    "These intervals are for one look: asked again and again until one lies above 0, they find "
    "what is not there. An experiment's hold at every look."
)


def headline(result: SelectorReplay) -> str:
    """Return the verdict in a sentence."""
    words, name = VERDICTS[result.verdict], result.proposed.name
    if result.verdict == "log_cannot_tell":
        return f"{words} whether {name} is better than {result.current.name}"
    judged = result.evidence[result.basis].estimates[0]
    gain, low, high = map(signed, (judged.gain.value, judged.gain.low, judged.gain.high))
    level = f"{1 - result.alpha:.0%}"
    return (
        f"{words}: {name} gains {gain} by {result.metric} over {result.current.name} "
        f"({level} interval {low} to {high}; {ESTIMATORS[judged.estimator]}, "
        f"{judged.events:,} events of {judged.keys:,} keys)"
    )


def notes(result: SelectorReplay) -> Iterator[str]:
    """Yield what a reader of the tables should know."""
    if result.verdict == "log_cannot_tell":
        yield from result.reasons
        return
    yield f"by {BASES[result.basis]}"
    for basis, evidence in result.evidence.items():
        if basis != result.basis:
            yield from (f"not judged by {basis}: {failure}" for failure in evidence.failures)


def estimates_table(result: SelectorReplay) -> Table:
    """Return what both selectors score by each estimator, and the gain of the proposed one."""
    headings = (
        *text_headings("estimate"),
        Heading(name="proposed", kind="number"),
        Heading(name="current", kind="number"),
        Heading(name="gain", kind="interval"),
        Heading(name="keys", kind="count"),
    )
    rows = tuple(
        (
            ESTIMATORS[each.estimator],
            _score(result, each.proposed).value,
            _score(result, each.current).value,
            (each.gain.value, each.gain.low, each.gain.high),
            each.keys,
        )
        for each in _estimates(result)
    )
    caption = (
        f"Mean loss by {result.metric}, {result.direction} is better; a gain above 0 is better."
    )
    return Table(headings=headings, rows=rows, caption=caption)


def gates_table(result: SelectorReplay, limits: GateLimits) -> Table | None:
    """Return both selectors' weights with their limits; none if nothing was weighted."""
    weights = result.evidence["weights"]
    one, two = weights.proposed, weights.current
    if one is None or two is None:
        return None
    return Table(
        headings=text_headings("weights", "proposed", "current", "expected"),
        rows=(
            ("effective sample size, keys", f"{one.effective:,.0f}", f"{two.effective:,.0f}",
             f"{limits.effective:,.0f} or more"),
            ("largest share of a key", f"{one.largest:.1%}", f"{two.largest:.1%}",
             f"{limits.largest:.1%} or less"),
            ("mean weight", f"{one.mean:.3f}", f"{two.mean:.3f}", "about 1"),
            ("largest weight of an event", f"{one.most:.1f}", f"{two.most:.1f}", ""),
        ),
    )  # fmt: skip


def shares_table(result: SelectorReplay) -> Table:
    """Return the shares of the arms under both selectors, by segment where they tell them apart."""
    policies = (("proposed", result.proposed), ("current", result.current))
    rows = [
        (f"{word}: {policy.name}", segment, *shares)
        for word, policy in policies
        for segment, shares in zip(_segments(policy), policy.shares.tolist(), strict=True)
    ]
    arms = tuple(Heading(name=arm, kind="share", digits=1) for arm in result.proposed.arms)
    return Table(headings=(*text_headings("selector", "events"), *arms), rows=tuple(rows))


def replay_data(result: SelectorReplay, limits: GateLimits) -> dict[str, Any]:
    """Return what ``report.json`` holds of a replay; gains and rewards are better when larger."""
    return {
        "verdict": result.verdict,
        "words": VERDICTS[result.verdict],
        "headline": headline(result),
        "reasons": result.reasons,
        "basis": result.basis,
        "metric": result.metric,
        "direction": result.direction,
        "alpha": result.alpha,
        "manifests": [result.revisions.start, result.revisions.stop - 1],
        "events": result.events,
        "window": [None if at is None else iso(at) for at in (result.start, result.end)],
        "policies": {"proposed": _policy(result.proposed), "current": _policy(result.current)},
        "gates": limits,
        "evidence": {
            basis: {
                "estimates": {each.estimator: _estimate(result, each) for each in found.estimates},
                "failures": found.failures,
                "weights": {"proposed": found.proposed, "current": found.current},
            }
            for basis, found in result.evidence.items()
        },
    }


def replay_page(result: SelectorReplay, limits: GateLimits, head: Head) -> Page:
    """Return the page of a replay."""
    good = {"better": "good", "worse": "bad"}
    tone: Any = good.get(result.verdict, "warning")
    gates = gates_table(result, limits)
    estimates: list[Part] = [estimates_table(result)]
    if result.evidence[result.basis].estimates:
        estimates.append(_picture(result))
    return Page(
        title=f"{result.proposed.name} instead of {result.current.name}, on {result.product}'s log",
        lead=f"{headline(result)}.",
        head=head,
        sections=(
            Section(
                title="Verdict",
                parts=(
                    Note(text=VERDICTS[result.verdict], tone=tone),
                    *(Note(text=f"{note[0].upper()}{note[1:]}.") for note in notes(result)),
                    Note(text=ONE_LOOK),
                ),
            ),
            Section(title="Estimates", parts=tuple(estimates)),
            Section(title="Can the log tell?", parts=() if gates is None else (gates,)),
            Section(title="Who would serve", parts=(shares_table(result),)),
        ),
    )


def _picture(result: SelectorReplay) -> Intervals:
    estimates = [*_estimates(result)]
    return Intervals(
        caption=f"Gain of {result.proposed.name} over {result.current.name} by {result.metric}, "
        f"with {1 - result.alpha:.0%} intervals clustered by key; right of 0 is better.",
        x=f"gain in {result.metric}",
        labels=tuple(ESTIMATORS[each.estimator] for each in estimates),
        values=[each.gain.value for each in estimates],
        low=[each.gain.low for each in estimates],
        high=[each.gain.high for each in estimates],
        margins=[nan] * len(estimates),
        marked=[False] * len(estimates),
    )


def _estimates(result: SelectorReplay) -> Iterator[Estimate]:
    for evidence in result.evidence.values():
        yield from evidence.estimates


def _segments(policy: Policy) -> tuple[str, ...]:
    if policy.column is None:
        return ("all",)
    return ("others", *(f"{policy.column} = {text}" for text in policy.texts))


def _score(result: SelectorReplay, reward: Interval) -> Interval:
    """Return a reward as the loss that it is."""
    if result.direction == "higher":
        return reward
    return Interval(value=-reward.value, low=-reward.high, high=-reward.low)


def _estimate(result: SelectorReplay, estimate: Estimate) -> dict[str, Any]:
    return {
        "proposed": _score(result, estimate.proposed),
        "current": _score(result, estimate.current),
        "gain": estimate.gain,
        "events": estimate.events,
        "keys": estimate.keys,
    }


def _policy(policy: Policy) -> dict[str, Any]:
    rows = zip(_segments(policy), policy.shares.tolist(), strict=True)
    return {
        "selector": policy.name,
        "column": policy.column,
        "shares": {name: dict(zip(policy.arms, row, strict=True)) for name, row in rows},
    }
