"""A verdict in sentences: what to do, by how much, and what it took."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from contracts.report.table import Heading, cell_text

if TYPE_CHECKING:
    from collections.abc import Iterator

    from contracts.score.bootstrap import Interval
    from production.backtest.evidence import RefreshEvidence, VerdictCode

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
    return " ".join(parts)


def day(moment: int | None) -> str | None:
    """Return a moment's day, ISO 8601."""
    return None if moment is None else str(np.datetime64(moment, "us").astype("datetime64[D]"))


def _worse_than_naive(evidence: RefreshEvidence) -> Iterator[str]:
    yield (
        f"Do not serve this yet: what {evidence.lifecycle} served is worse than the naive "
        f"baseline, {evidence.metric} {_number(evidence.served)} against {_number(evidence.naive)}."
    )
    yield "Improve the solution first: no lifecycle mends that."


def _static_decays(evidence: RefreshEvidence) -> Iterator[str]:
    since = day(evidence.decays_from)
    yield (
        f"Refresh from {since} on: until then a static first generation keeps up within "
        f"{_margin(evidence)}, after it falls behind by more."
    )
    yield f"Over the whole period {evidence.lifecycle} gains {_gain(evidence)}."
    yield from _details(evidence)


def _refresh(evidence: RefreshEvidence) -> Iterator[str]:
    yield f"Refresh: {_gain_over_static(evidence)}, more than {_margin(evidence)}."
    yield from _details(evidence)


def _not_worth_it(evidence: RefreshEvidence) -> Iterator[str]:
    gain = _gain_over_static(evidence)
    yield f"A refresh is not worth it: {gain}, no more than {_margin(evidence)}."
    yield from _details(evidence)
    yield "Keep the first generation, and go on evaluating it: there a change would show."


def _cannot_tell(evidence: RefreshEvidence, more_days: int | None) -> Iterator[str]:
    cost = evidence.cost
    if not cost.promoted:
        tried = f"all {cost.trainings} trainings after the first were refused or failed"
        reason = tried if cost.trainings else f"{evidence.lifecycle} never refreshes"
        yield f"This run cannot tell what a refresh is worth: {reason}."
        if not cost.trainings:
            yield "Run task=compare: it runs the lifecycles that do."
        yield from _static_below_naive(evidence)
        return
    yield (
        f"{evidence.days} days cannot tell whether a refresh is worth it: "
        f"{_gain_over_static(evidence)}, which may be more than {_margin(evidence)} or less."
    )
    yield (
        f"About {more_days:,} more days of outcomes would tell."
        if more_days
        else "The gain lies so near the margin that more days would hardly tell: either will do."
    )
    yield from _details(evidence)


def _gain_over_static(evidence: RefreshEvidence) -> str:
    return f"{evidence.lifecycle} gains {_gain(evidence)} over a static first generation"


def _details(evidence: RefreshEvidence) -> Iterator[str]:
    """Yield how the static generation does beside the baseline, and what refreshing took."""
    yield from _static_below_naive(evidence)
    yield from _cost(evidence)


def _static_below_naive(evidence: RefreshEvidence) -> Iterator[str]:
    if evidence.static_skill.high < 0:
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
    gate, unit = cost.gate, evidence.metric
    if gate and gate.held_back:
        yield (
            f"The gate held back {gate.held_back:,} of {gate.judged:,}: against what they would "
            f"have served, that cost {_number(gate.cost)} {unit} and saved {_number(gate.saved)}."
        )
    elif gate:
        yield f"The gate judged {gate.judged:,} and held none back, so it cost nothing."


def _gain(evidence: RefreshEvidence) -> str:
    gain, static = evidence.gain, evidence.static
    share = f", {gain.value / abs(static):.1%}" if static else ""
    return f"{_number(gain.value)} {evidence.metric} {_bounds(gain)}{share}"


def _margin(evidence: RefreshEvidence) -> str:
    margin = evidence.margin
    return f"the {_number(margin.value)} that matter ({margin.source})"


def _bounds(interval: Interval) -> str:
    return f"[{_number(interval.low)}, {_number(interval.high)}]"


def _number(value: float) -> str:
    return cell_text(value, MEASURE)
