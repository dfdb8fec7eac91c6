"""Pictures of a proof: where two sides agree, how large the largest differences are, by segment."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from contracts.report.figure import Dots, Intervals, Limit, Line, Scatter, Tail

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    import numpy.typing as npt

    from contracts.equivalence.report.contrast import Contrast
    from contracts.equivalence.verdict import Verdict
    from contracts.report.figure import Figure

#: How many points a scatter has, and how many of them may stand out.
POINTS, MARKED = 1200, 400
#: How many points the line of a tail has.
STEPS = 240
#: How many rows a forest of intervals has.
ROWS = 40


def pictures(contrast: Contrast) -> tuple[Figure, ...]:
    """Return a contrast as a scatter beside identity, and the tail of its differences."""
    return scatter(contrast), tail(contrast)


def scatter(contrast: Contrast) -> Scatter:
    """Return some of the rows as points, those that part furthest among them."""
    column = int(np.abs(contrast.candidate - contrast.reference).max(axis=0).argmax())
    apart, rest = thinned(contrast)
    sides = contrast.reference[:, column], contrast.candidate[:, column]
    names = ("outside the tolerance" if contrast.by_tolerance else "part furthest", "others")
    series = tuple(
        Dots(
            name=f"{name} ({total:,})",
            x=sides[0][at].tolist(),
            y=sides[1][at].tolist(),
            marked=marked,
        )
        for name, at, total, marked in (
            (names[1], rest, int((~contrast.apart).sum()), False),
            (names[0], apart, int(contrast.apart.sum()), not contrast.close),
        )
        if len(at)
    )
    allowed = contrast.tolerance
    shown = len(apart) + len(rest)
    return Scatter(
        caption=(
            f"`{contrast.outputs[column]}` of {shown:,} of {len(contrast.ids):,} rows: on the "
            f"dashed line both sides predict the same{_band(contrast)}."
        ),
        x="reference" if contrast.pair != "recorded" else "recorded",
        y="candidate",
        size="half",
        series=series,
        absolute=allowed.absolute if allowed else 0.0,
        relative=allowed.relative if allowed else 0.0,
    )


def _band(contrast: Contrast) -> str:
    return f"; the band is the tolerance, {allowed(contrast)}" if contrast.tolerance else ""


def allowed(contrast: Contrast) -> str:
    """Return a contrast's tolerance in words."""
    said = contrast.tolerance
    if said is None:
        return "none is named"
    relative = f" + {said.relative:g} of the reference" if said.relative else ""
    return f"{said.absolute:g}{relative} for {100 * said.rows:.10g}% of the rows"


def thinned(
    contrast: Contrast,
) -> tuple[npt.NDArray[np.intp], npt.NDArray[np.intp]]:
    """Return which rows to draw: the worst of those apart, and some of the rest, evenly spread."""
    apart = np.flatnonzero(contrast.apart)
    apart = apart[np.argsort(-contrast.size[apart], kind="stable")][:MARKED]
    rest = np.flatnonzero(~contrast.apart)
    rest = rest[np.argsort(contrast.reference[rest, 0], kind="stable")]
    places = np.linspace(0, len(rest) - 1, min(len(rest), POINTS - len(apart))).astype(np.intp)
    return apart, rest[places] if len(rest) else rest


def tail(contrast: Contrast) -> Tail:
    """Return the size of the differences by the share of rows that part no further."""
    n, ordered = len(contrast.size), np.sort(contrast.size)
    shares = 1 - np.logspace(0, -np.log10(max(n, 2)), STEPS)
    at = np.minimum((shares * n + 1e-9).astype(np.intp), n - 1)
    said, none = contrast.tolerance, int((ordered == 0).sum())
    limits: tuple[Limit, ...] = ()
    if said is not None:
        typical = float(np.median(np.abs(contrast.reference)))
        limits = (
            Limit(
                name="tolerance" + (", at the median prediction" if said.relative else ""),
                value=said.absolute + said.relative * typical,
                share=said.rows,
            ),
        )
    return Tail(
        caption=(
            "The size of the difference that so many of the rows do not exceed; the largest is "
            f"{ordered[-1]:.3g}. "
            + (f"{none:,} of {n:,} rows do not differ at all and are not drawn. " if none else "")
            + ("The tolerance holds up to its tick." if limits else "No tolerance row by row.")
        ),
        x="share of rows",
        y="|candidate - reference|",
        size="half",
        series=(Line(name="difference", x=shares.tolist(), y=ordered[at].tolist()),),
        limits=limits,
    )


def forests(verdicts: Iterable[Verdict]) -> Iterator[Intervals]:
    """Yield the intervals that clauses found, with their margins: one picture a clause and metric.

    A clause takes part by its evidence: ``metrics`` by name, each with value, low, high, margin and
    status.
    """
    found: dict[tuple[str, str], list[tuple[str, dict[str, Any]]]] = {}
    for verdict in verdicts:
        metrics = verdict.evidence.get("metrics")
        if isinstance(metrics, dict):
            for name, one in metrics.items():
                if isinstance(one, dict) and {"value", "low", "high"} <= one.keys():
                    found.setdefault((verdict.clause, name), []).append((_row(verdict), one))
    whole = [at for at, rows in found.items() if len(rows) == 1]
    for clause in dict.fromkeys(clause for clause, _ in whole):
        rows = [(metric, found[clause, metric][0][1]) for each, metric in whole if each == clause]
        yield forest(clause, rows)
    for (clause, metric), rows in found.items():
        if len(rows) > 1:
            yield forest(clause, rows, metric=metric)


def _row(verdict: Verdict) -> str:
    rows = verdict.evidence.get("rows")
    count = f" ({rows:,})" if isinstance(rows, int) and verdict.part else ""
    return f"{verdict.part or 'all rows'}{count}"


def forest(clause: str, rows: list[tuple[str, dict[str, Any]]], *, metric: str = "") -> Intervals:
    """Return one clause's intervals, the failed ones first where there are many.

    Args:
        clause: The clause's name.
        rows: Each row's name and what was found: of one metric, or one row a metric.
        metric: Whose intervals they are; without it, each is measured by its own margin.
    """
    ordered = sorted(rows, key=_held) if len(rows) > ROWS else rows
    kept = ordered[:ROWS]
    beyond = ordered[ROWS:]
    which = "that hold" if all(map(_held, beyond)) else "more"
    left = f"; {len(beyond)} {which} are left out" if beyond else ""
    figures = {
        key: [_number(one.get(key)) / _unit(one, metric) for _, one in kept]
        for key in ("value", "low", "high", "margin")
    }
    return Intervals(
        caption=(
            f"`{clause}`{f', {metric}' * bool(metric)}: the candidate's gain over the reference "
            f"with its interval; grey is the margin, crosses mark what does not hold{left}."
        ),
        x=f"gain in {metric}" if metric else "gain, in multiples of its margin",
        labels=tuple(name for name, _ in kept),
        values=figures["value"],
        low=figures["low"],
        high=figures["high"],
        margins=figures["margin"],
        marked=[not _held(row) for row in kept],
    )


def _unit(one: dict[str, Any], metric: str) -> float:
    """Return what a row is measured by: its margin, where rows are of several metrics."""
    return 1.0 if metric else _number(one.get("margin")) or float("nan")


def _held(row: tuple[str, dict[str, Any]]) -> bool:
    return row[1].get("status") not in {"different", "inconclusive"}


def _number(value: Any) -> float:
    """Return a figure of the evidence, no number where there is none."""
    return float(value) if isinstance(value, int | float) else float("nan")
