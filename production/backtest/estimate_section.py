"""How honest the estimates without outcomes were: against what came true, by month and in words."""

from __future__ import annotations

from typing import TYPE_CHECKING, Literal

import msgspec
import numpy as np

from contracts.moment import iso
from contracts.report.page import Note
from contracts.report.table import Heading, Table
from contracts.score.metric.port import improvement
from contracts.score.metric.registry import metric
from production.backtest.evaluation_section import by_month

if TYPE_CHECKING:
    from collections.abc import Sequence

    import numpy.typing as npt

    from contracts.ports import Floats
    from contracts.report.page import Part
    from production.metrics import ScoredWindow

    Mask = npt.NDArray[np.bool_]

#: With fewer windows that have both nothing is said.
LEAST = 10
#: So many standard errors are beyond chance.
BEYOND = 3.0
#: What the windows before scored is the mean of so many.
BEFORE = 7
#: So many windows in a row beyond chance are no accident.
STRETCH = 3
#: The truth has moved where its variance is so many times that of chance.
MOVED = 2.0
#: Below this correlation an estimate does not follow the truth.
FOLLOWS = 0.5
CAPTION = (
    "What was estimated when each window closed, without its outcomes, and what came true; worse: "
    "how much worse the truth is, with three standard errors of it, from the windows' differences."
)


class Honesty(msgspec.Struct, frozen=True, kw_only=True):
    """How the estimates of n windows compare with what came true.

    Attributes:
        windows: How many windows have both.
        distance: The mean distance of the estimate from the truth.
        before: That of the mean truth of the windows before, which is no estimate at all.
        correlation: That of estimate and truth over the windows; none if one of them never moves.
        stretch: The longest row of windows in which the truth was worse than estimated beyond
            chance: how many, the first's start and the last's end, microseconds.
        reasons: Why the estimate cannot be trusted; empty if it can.
    """

    windows: int
    distance: float
    before: float
    correlation: float | None
    stretch: tuple[int, int, int]
    reasons: tuple[str, ...]


def estimate_parts(windows: Sequence[ScoredWindow], offset: int) -> list[Part]:
    """Return the comparison in words and by month; nothing where nothing was estimated."""
    both = [each for each in windows if each.estimate and each.estimate.metric in each.served]
    if not both:
        return []
    return [Note(text=words(both), tone=_tone(both)), _table(both, offset)]


def honesty(windows: Sequence[ScoredWindow]) -> Honesty:
    """Return how estimates compare with what came true, of windows that have both."""
    estimated, truth, worse = _columns(windows)
    chance = np.array([each.estimate.error for each in windows if each.estimate])
    past = [truth[max(0, at - BEFORE) : at].mean() for at in range(1, len(truth))]
    before = float(np.abs(truth[1:] - past).mean()) if past else float("nan")
    moves = len(truth) > 1 and truth.std() > 0 and estimated.std() > 0
    correlation = float(np.corrcoef(estimated, truth)[0, 1]) if moves else None
    stretch = _stretch(windows, worse > BEYOND * chance)
    distance = float(np.abs(worse).mean())
    # What moves by chance alone cannot be followed, and need not be.
    moved = bool(truth.var() > MOVED * (chance**2).mean())
    reasons = [
        *([_stayed(stretch)] if stretch[0] >= STRETCH else []),
        *(
            [f"it does not follow the truth from window to window (correlation {correlation:.2f})"]
            if correlation is not None and correlation < 0.5
            else []
        ),
        *(
            ["the mean of the windows before comes as near to the truth"]
            if moved and before <= distance
            else []
        ),
    ]
    return Honesty(
        windows=len(windows),
        distance=distance,
        before=before,
        correlation=correlation,
        stretch=stretch,
        reasons=tuple(reasons),
    )


def words(windows: Sequence[ScoredWindow]) -> str:
    """Return what the estimates were worth, in words."""
    found = honesty(windows)
    if found.windows < LEAST:
        return f"Estimates without outcomes: {found.windows} windows are too few to judge them."
    text = (
        f"Estimates without outcomes were {found.distance:.4f} from the truth in the mean of "
        f"{found.windows} windows; the mean of the {BEFORE} windows before was {found.before:.4f} "
        "from it"
    )
    if found.correlation is not None:
        text += f"; correlation with the truth {found.correlation:.2f}"
    if not found.reasons:
        return f"{text}. They followed the truth here; a concept drift they could not have seen."
    return f"{text}. They cannot be trusted: {'; '.join(found.reasons)}."


def _tone(windows: Sequence[ScoredWindow]) -> Literal["plain", "warning"]:
    return "warning" if honesty(windows).reasons else "plain"


def _stayed(stretch: tuple[int, int, int]) -> str:
    count, start, end = stretch
    return (
        f"from {iso(start)} to {iso(end)}, {count} windows in a row, the truth was worse than "
        "chance explains: where inputs come to mean something else (concept drift), the estimate "
        "stays, and no estimate without outcomes can know"
    )


def _columns(windows: Sequence[ScoredWindow]) -> tuple[Floats, Floats, Floats]:
    """Return what was estimated, what came true, and how much worse that is, each (n,)."""
    pairs = [
        (each.estimate.value, each.served[each.estimate.metric], each.estimate.metric)
        for each in windows
        if each.estimate
    ]
    estimated = np.array([value for value, _, _ in pairs])
    truth = np.array([value for _, value, _ in pairs])
    return estimated, truth, improvement_of(pairs[0][2], estimated, truth)


def improvement_of(name: str, estimated: Floats, truth: Floats) -> Floats:
    """Return how much worse the truth is than the estimate: positive is worse."""
    return np.asarray(improvement(metric(name), estimated, truth), np.float64)


def _stretch(windows: Sequence[ScoredWindow], beyond: Mask) -> tuple[int, int, int]:
    """Return the longest row of windows in a mask: how many, its start and its end."""
    longest, count, first = (0, 0, 0), 0, 0
    for window, is_beyond in zip(windows, beyond.tolist(), strict=True):
        count, first = (count + 1, first if count else window.start) if is_beyond else (0, 0)
        if count > longest[0]:
            longest = count, first, window.end
    return longest


def _table(windows: Sequence[ScoredWindow], offset: int) -> Table:
    rows = []
    for name, those in [*by_month(windows, offset), ("all", [*windows])]:
        estimated, truth, worse = _columns(those)
        weights = np.array([each.rows for each in those], np.float64)
        mean = float(np.average(worse, weights=weights))
        reach = BEYOND * float(worse.std()) / np.sqrt(len(worse))
        moves = len(truth) > 1 and truth.std() > 0 and estimated.std() > 0
        rows.append(
            (
                name,
                len(those),
                float(np.average(estimated, weights=weights)),
                float(np.average(truth, weights=weights)),
                (mean, mean - reach, mean + reach),
                float(np.corrcoef(estimated, truth)[0, 1]) if moves else None,
            )
        )
    return Table(
        headings=(
            Heading(name="month"),
            Heading(name="windows", kind="count"),
            Heading(name="estimate", kind="number"),
            Heading(name="truth", kind="number"),
            Heading(name="worse", kind="interval"),
            Heading(name="correlation", kind="number", digits=2),
        ),
        rows=tuple(rows),
        caption=CAPTION,
        total=True,
    )
