"""What an evaluation window's scores are worth: how much came back, calibration, parts of it.

Every value comes from rows that were read to score the window, but for one count.
"""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING, Any, Final

import msgspec
import numpy as np

from contracts.score.calibration import calibration, normal
from production.metrics import SliceScores, WindowCalibration, WindowEstimate, WindowFeedback

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping, Sequence

    from contracts.kind import Kind
    from contracts.ports import Floats, Instants
    from production.metrics import ScoredWindow

#: The most texts of a column that are scored by themselves; events with another are scored as one.
MOST: Final = 20
#: What the events with a text beyond them are called.
OTHERS = "(others)"
#: As whose each is recorded.
FEEDBACK, CALIBRATION, SLICE = "feedback", "calibration", "slice:"
#: An estimate is recorded as this and the metric's name.
ESTIMATE = "estimate:"
#: What is recorded as none of these is a generation's.
PARTS_OF_WINDOWS = (SLICE, ESTIMATE)


def window_feedback(served: int, times: Instants, arrived: Instants) -> WindowFeedback:
    """Return how much of what was served came back, and how late.

    Args:
        served: How many events models answered.
        times: The times of those with an outcome, (n,), one at least.
        arrived: When each outcome first arrived.
    """
    median, late = np.quantile(arrived - times, (0.5, 0.9)).tolist()
    return WindowFeedback(served=served, median=median, late=late)


def window_calibration(kind: Kind, y: Floats, p: Floats) -> WindowCalibration | None:
    """Return how far probabilities lie from what happened; none where none were predicted.

    The expected calibration error is that of M. P. Naeini et al., "Obtaining well calibrated
    probabilities using Bayesian binning" (AAAI 2015), by tenths of the events. The interval of the
    mean difference takes events as independent.

    Args:
        kind: What is predicted.
        y: Outcomes as numbers, (n,), one at least.
        p: Predictions, (n, k).
    """
    if kind == "regression":
        return None
    bins = calibration(kind, y, p)
    counts = np.array([each.events for each in bins], np.float64)
    predicted = np.array([each.predicted for each in bins])
    observed = np.array([each.observed for each in bins])
    likeliest = p[:, 0] if kind == "binary" else p.max(axis=1)
    happened = y if kind == "binary" else (p.argmax(axis=1) == y).astype(np.float64)
    low, high = normal(likeliest - happened)
    return WindowCalibration(
        predicted=float(likeliest.mean()),
        observed=float(happened.mean()),
        low=low,
        high=high,
        error=float(np.average(np.abs(predicted - observed), weights=counts)),
    )


def slices(
    texts: Mapping[str, Sequence[str | None]],
    score: Callable[[Instants], Mapping[str, float]],
) -> dict[str, SliceScores]:
    """Return the scores of the events that share a text, by ``column=text``.

    Args:
        texts: The text of each event in each column, none where it is not known.
        score: Returns the metrics of the events at some places.
    """
    found: dict[str, SliceScores] = {}
    for column, values in texts.items():
        counts = Counter(each for each in values if each is not None)
        named = {text for text, _ in sorted(counts.items(), key=_by_count)[:MOST]}
        of = np.array([_name(each, named) for each in values], object)
        for text in sorted({each for each in of if each is not None}):
            places = np.flatnonzero(of == text)
            found[f"{column}={text}"] = SliceScores(rows=len(places), scores=score(places))
    return found


def _by_count(item: tuple[str, int]) -> tuple[int, str]:
    return -item[1], item[0]


def _name(text: str | None, named: set[str]) -> str | None:
    return text if text is None or text in named else OTHERS


def recorded(
    window: ScoredWindow, metrics: Sequence[str]
) -> Iterator[tuple[str, str, float | None, int]]:
    """Yield what of a window is recorded: as whose, each value's name, the value, and its rows."""
    for source, value in ((FEEDBACK, window.feedback), (CALIBRATION, window.calibration)):
        for name, number in msgspec.structs.asdict(value).items() if value else ():
            yield source, name, float(number), window.rows
    if (guess := window.estimate) is not None:
        for name in ("value", "error"):
            yield f"{ESTIMATE}{guess.metric}", name, getattr(guess, name), guess.rows
    for text, part in window.slices.items():
        for name in metrics:
            yield f"{SLICE}{text}", name, part.scores.get(name), part.rows


def read_slices(
    values: Mapping[str, Mapping[str, Any]], rows: Mapping[str, int]
) -> dict[str, SliceScores]:
    """Return the slices among what was recorded, by whose it is."""
    return {
        name.removeprefix(SLICE): SliceScores(rows=count, scores=values.get(name, {}))
        for name, count in rows.items()
        if name.startswith(SLICE)
    }


def read_estimate(
    values: Mapping[str, Mapping[str, float]], rows: Mapping[str, int]
) -> WindowEstimate | None:
    """Return the estimate among what was recorded, by whose it is; none if there is none."""
    name = next((each for each in values if each.startswith(ESTIMATE)), None)
    if name is None:
        return None
    return WindowEstimate(metric=name.removeprefix(ESTIMATE), rows=rows[name], **values[name])
