"""The metrics over time: what was served, the naive baseline, and what happened meanwhile."""

from __future__ import annotations

from typing import TYPE_CHECKING, Literal

import msgspec

from production.serving.manifest import read

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from contracts.contract import Contract
    from production.metrics import ScoredWindow
    from production.registry.decisions import RecordedDecision
    from production.registry.manifests import Inventoried
    from production.registry.trainings import Training

#: How many windows are shown.
SHOWN = 400
#: How many windows a smooth line is the mean of, and from how many on it is drawn.
TOGETHER, ENOUGH = 7, 28

MarkKind = Literal["promoted", "refused", "rolled back"]


class Series(msgspec.Struct, frozen=True, kw_only=True):
    """One metric by evaluation window; a value is none where a window does not define it.

    Attributes:
        metric: The metric's name.
        direction: Whether ``lower`` or ``higher`` is better.
        served: Of what was served.
        baseline: Of the naive baseline.
        smooth: Of what was served, the mean of a few windows up to each.
        smooth_baseline: The same of the naive baseline.
    """

    metric: str
    direction: str
    served: tuple[float | None, ...]
    baseline: tuple[float | None, ...]
    smooth: tuple[float | None, ...]
    smooth_baseline: tuple[float | None, ...]


class ChartMark(msgspec.Struct, frozen=True, kw_only=True):
    """A moment in the chart, microseconds, and what happened."""

    at: int
    kind: MarkKind
    text: str


class ScoredHistory(msgspec.Struct, frozen=True, kw_only=True):
    """The evaluation windows scored last, oldest first.

    Attributes:
        ends: The windows' ends, microseconds.
        rows: How many events with an outcome each was scored from.
        series: The contract's metrics.
        together: How many windows the smooth lines are means of; 1 where they are not smoothed.
        marks: What happened meanwhile, oldest first.
    """

    ends: tuple[int, ...]
    rows: tuple[int, ...]
    series: tuple[Series, ...]
    together: int
    marks: tuple[ChartMark, ...]


def history(
    contract: Contract, windows: Sequence[ScoredWindow], marks: Sequence[ChartMark]
) -> ScoredHistory:
    """Return the windows scored last as series, with the marks since the first of them.

    Args:
        contract: Names the metrics.
        windows: The evaluation windows, oldest first.
        marks: What happened, oldest first.
    """
    shown = windows[-SHOWN:]
    together = TOGETHER if len(shown) >= ENOUGH else 1
    weights = [window.rows for window in shown]

    def series(metric: str, direction: str) -> Series:
        served = [window.served.get(metric) for window in shown]
        baseline = [window.baseline.get(metric) for window in shown]
        return Series(
            metric=metric,
            direction=direction,
            served=tuple(served),
            baseline=tuple(baseline),
            smooth=tuple(moving_mean(served, weights, together)),
            smooth_baseline=tuple(moving_mean(baseline, weights, together)),
        )

    return ScoredHistory(
        ends=tuple(window.end for window in shown),
        rows=tuple(weights),
        series=tuple(series(each.name, each.direction) for each in contract.metrics),
        together=together,
        marks=tuple(each for each in marks if shown and each.at >= shown[0].start),
    )


def moving_mean(
    values: Sequence[float | None], weights: Sequence[float], together: int
) -> Iterator[float | None]:
    """Yield the weighted mean of each value and those before it; none where there is none.

    >>> list(moving_mean([1.0, 4.0, None], [1, 2, 3], 2))
    [1.0, 3.0, 4.0]
    """
    for end in range(1, len(values) + 1):
        start = max(0, end - together)
        near = zip(values[start:end], weights[start:end], strict=True)
        pairs = [(value, weight) for value, weight in near if value is not None and weight]
        total = sum(weight for _, weight in pairs)
        yield sum(value * weight for value, weight in pairs) / total if total else None


def marks(
    manifests: Sequence[Inventoried],
    trainings: Sequence[Training],
    decisions: Sequence[RecordedDecision],
) -> list[ChartMark]:
    """Return what happened to the generation that serves, oldest first.

    Args:
        manifests: Manifests, oldest first.
        trainings: Trainings.
        decisions: Decisions of people and alarms.
    """
    reasons = {each.detail.get("manifest"): each for each in decisions}
    found = [*_changes(manifests, reasons), *_refusals(trainings)]
    return sorted(found, key=lambda mark: mark.at)


def _changes(
    manifests: Sequence[Inventoried], reasons: Mapping[object, RecordedDecision]
) -> Iterator[ChartMark]:
    before = None
    for each in manifests:
        champion = read(each.document).champion.name
        decision = reasons.get(each.revision)
        if champion != before and (before is not None or each.revision == 1):
            back = decision is not None and decision.action in {"rollback", "quarantine"}
            by = f" by {decision.who}: {decision.why}" if decision else ""
            kind: MarkKind = "rolled back" if back else "promoted"
            yield ChartMark(
                at=each.created_at,
                kind=kind,
                text=f"rolled back to {champion}{by}" if back else f"{champion} promoted{by}",
            )
        before = champion


def _refusals(trainings: Sequence[Training]) -> Iterator[ChartMark]:
    for each in trainings:
        if each.verdict != "promoted":
            why = each.detail.get("why", "")
            yield ChartMark(at=each.requested_at, kind="refused", text=f"{each.verdict}: {why}")
