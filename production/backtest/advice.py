"""A verdict in sentences: what to do, by how much, and what it took."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from contracts.report.table import Heading, cell_text
from contracts.score.bootstrap import Interval

if TYPE_CHECKING:
    from collections.abc import Iterator

    from production.backtest.evidence import RefreshEvidence, VerdictCode

YEAR = 365
#: From which share of the outcomes on labels that the contract lacks come first, and how many are
#: named.
UNLISTED, FEW = 0.01, 3
MEASURE = Heading(name="", kind="measure", digits=3)


def sentences(code: VerdictCode, evidence: RefreshEvidence, *, more_days: int | None) -> str:
    """Return what a verdict says.

    Args:
        code: The verdict.
        evidence: What it was decided by.
        more_days: About how many more days of outcomes would tell, None if no practical number.
    """
    match code:
        case "worse_than_naive":
            parts = _worse_than_naive(evidence)
        case "static_decays_from":
            parts = _static_decays(evidence)
        case "refresh":
            parts = _refresh(evidence)
        case "refresh_not_worth_it":
            parts = _not_worth_it(evidence)
        case "cannot_tell":
            parts = _cannot_tell(evidence, more_days)
    return " ".join((*_unlisted(evidence), *parts))


def day(moment: int | None) -> str | None:
    """Return a moment's day, ISO 8601."""
    return None if moment is None else str(np.datetime64(moment, "us").astype("datetime64[D]"))


def _unlisted(evidence: RefreshEvidence) -> Iterator[str]:
    """Yield what to do first where labels are missing: until then the rest says little."""
    if evidence.unlisted < UNLISTED:
        return
    lacking = evidence.lacking
    more = [f"{len(lacking) - FEW} more"] if lacking[FEW:] else []
    yield (
        f"First list the labels that the contract lacks ({', '.join([*lacking[:FEW], *more])}): "
        f"they are {evidence.unlisted:.1%} of the outcomes, no training learns them, and each is a "
        "miss under every lifecycle. Add them to specification.labels in the product's file, draft "
        "it anew by task=specify, and compare again. As it stands:"
    )


def _worse_than_naive(evidence: RefreshEvidence) -> Iterator[str]:
    yield (
        f"Do not serve this: what {evidence.lifecycle} served is worse than the naive baseline, "
        f"{evidence.metric} {_number(evidence.served)} against {_number(evidence.naive)}."
    )
    advice = "serve the baseline until the solution is improved."
    if not evidence.timed:
        yield f"{advice[0].upper()}{advice[1:]}"
    elif not evidence.cost.promoted:
        yield f"A refresh may mend that: {_never_refreshed(evidence)}. {_next_step(evidence)}"
        yield from _gate(evidence)
        yield f"Where none does, {advice}"
    elif evidence.gain.low > evidence.margin.value:
        yield f"Refreshing helps, by {_gain(evidence)} over a static first generation,"
        yield "and not enough."
        yield from _gate(evidence)
        yield f"With {_recent(evidence)} a variant joins that learns from recent outcomes alone."
        yield f"Where it is worse, too, {advice}"
    else:
        yield from _gate(evidence)
        yield f"{advice[0].upper()}{advice[1:]}"


def _recent(evidence: RefreshEvidence) -> str:
    """Return what adds a variant whose window slides: a quarter of the days that were played."""
    window = f"{max(round(evidence.days / 4), 1)}d"
    return (
        "task=compare "
        f"""'task.options.lifecycles.recent=["lifecycle=adaptive","strategy.window={window}"]'"""
    )


def _static_decays(evidence: RefreshEvidence) -> Iterator[str]:
    since = day(evidence.decays_from)
    yield (
        f"Refresh: a static first generation kept up until {since}, within {_margin(evidence)}, "
        "and fell behind by more from then on."
    )
    yield f"Over the whole period {evidence.lifecycle} gains {_gain(evidence)}."
    yield from _details(evidence)


def _refresh(evidence: RefreshEvidence) -> Iterator[str]:
    yield f"Refresh: {_gain_over_static(evidence)}, more than {_margin(evidence)}."
    yield from _details(evidence)


def _not_worth_it(evidence: RefreshEvidence) -> Iterator[str]:
    if evidence.none_beats_naive:
        yield "Serve neither before the naive baseline: improve the solution first."
    short = "" if evidence.gain.high < 0 else f", no more than {_margin(evidence)}"
    yield f"Do not refresh: {_gain_over_static(evidence)}{short}."
    yield from _details(evidence)
    if not evidence.none_beats_naive:
        yield "Keep the first generation, and go on evaluating it: there a change would show."


def _cannot_tell(evidence: RefreshEvidence, more_days: int | None) -> Iterator[str]:
    if not evidence.timed:
        yield from _timeless(evidence)
        return
    if not evidence.cost.promoted:
        why = _never_refreshed(evidence)
        yield f"This run cannot tell what a refresh is worth: {why}. {_next_step(evidence)}"
        yield from _static_below_naive(evidence)
        yield from _gate(evidence)
        return
    what = f"{_gain_over_static(evidence)}, and {evidence.days} days cannot tell whether that is"
    if more_days:
        advice = "refresh" if seems_worth_it(evidence) else "keep the first generation"
        yield f"For now {advice}: {what} more than {_margin(evidence)}."
        yield f"About {_span(more_days)} of outcomes would tell, if the gain stays what it is."
    else:
        yield f"Refresh or not, as you like: {what} more than {_margin(evidence)}."
        yield "It lies so near that more days would hardly tell."
    yield from _details(evidence)


def _timeless(evidence: RefreshEvidence) -> Iterator[str]:
    """Yield what can be told of rows without time: the model beside the baseline."""
    yield (
        "The data have no time, so no run can tell what a refresh is worth: with the column that "
        "says when each event happened, one could (time=… of task=new)."
    )
    verdict = "better" if evidence.skill.low > 0 else "not shown to be better"
    yield (
        f"What {evidence.lifecycle} served is {verdict} than the naive baseline: "
        f"{evidence.metric} {_number(evidence.served)} against {_number(evidence.naive)}."
    )


def _span(more_days: int) -> str:
    """Return a number of days in words; in years where days say little."""
    years = round(more_days / YEAR)
    return f"{years} more years" if years > 1 else f"{more_days:,} more days"


def _never_refreshed(evidence: RefreshEvidence) -> str:
    """Return why a run has nothing but its first generation."""
    count = evidence.cost.trainings
    if not count:
        return f"{evidence.lifecycle} never refreshes"
    return f"of {count} trainings after the first all were refused or failed"


def _next_step(evidence: RefreshEvidence) -> str:
    """Return what shows a refresh to a run that had none."""
    if evidence.cost.trainings:
        return "The report says why, under Refreshes."
    return "Compare it with a lifecycle that does, such as adaptive: task=compare."


def seems_worth_it(evidence: RefreshEvidence) -> bool:
    """Return whether a refresh is likelier worth it than not: what to do until more is known."""
    return evidence.gain.value > evidence.margin.value or evidence.static_below_naive


def _gain_over_static(evidence: RefreshEvidence) -> str:
    if evidence.gain.high < 0:
        return f"{evidence.lifecycle} loses {_gain(evidence)} to a static first generation"
    return f"{evidence.lifecycle} gains {_gain(evidence)} over a static first generation"


def _details(evidence: RefreshEvidence) -> Iterator[str]:
    """Yield how both sides do beside the baseline, and what refreshing took."""
    yield from _static_below_naive(evidence)
    if evidence.skill.low <= 0 <= evidence.skill.high:
        yield (
            f"What {evidence.lifecycle} served is not shown to be better than the naive baseline: "
            f"{_number(evidence.served)} against {_number(evidence.naive)}."
        )
    yield from _cost(evidence)


def _static_below_naive(evidence: RefreshEvidence) -> Iterator[str]:
    if evidence.static_below_naive:
        yield (
            "Held still, the first generation is worse than the naive baseline: "
            f"{_number(evidence.static)} against {_number(evidence.naive)}."
        )


def _cost(evidence: RefreshEvidence) -> Iterator[str]:
    cost = evidence.cost
    trainings = f"{cost.trainings:,} training{'' if cost.trainings == 1 else 's'}"
    yield (
        f"It took {trainings} after the first, of which {cost.promoted:,} came to "
        f"serve, and {_number(cost.seconds)} s; what served had learned from data "
        f"{_number(cost.staleness_days)} days old on average."
    )
    yield from _gate(evidence)


def _gate(evidence: RefreshEvidence) -> Iterator[str]:
    gate, unit = evidence.cost.gate, evidence.metric
    if gate and gate.held_back:
        yield (
            f"The gate held back {gate.held_back:,} of {gate.judged:,}: against what they would "
            f"have served, that cost {_number(gate.cost)} {unit} and saved {_number(gate.saved)}."
        )
    elif gate:
        yield f"The gate judged {gate.judged:,} and held none back, so it cost nothing."


def _gain(evidence: RefreshEvidence) -> str:
    """Return a gain with its bounds; where all of it is a loss, how large that is."""
    gain, static = evidence.gain, evidence.static
    if gain.high < 0:
        gain = Interval(value=-gain.value, low=-gain.high, high=-gain.low)
    share = f", {gain.value / abs(static):.1%}" if static else ""
    return f"{_number(gain.value)} {evidence.metric} {_bounds(gain)}{share}"


def _margin(evidence: RefreshEvidence) -> str:
    margin = evidence.margin
    return f"the {_number(margin.value)} that matter ({margin.source})"


def _bounds(interval: Interval) -> str:
    return f"[{_number(interval.low)}, {_number(interval.high)}]"


def _number(value: float) -> str:
    return cell_text(value, MEASURE)
