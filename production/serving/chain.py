"""The chain of a fallback: where the arm that was drawn fails, the next one predicts."""

from __future__ import annotations

from collections import Counter
from itertools import chain
from math import isfinite
from threading import Lock
from typing import TYPE_CHECKING, Any, Literal

import numpy as np
import numpy.typing as npt

from contracts.errors import OverdueError

if TYPE_CHECKING:
    from collections.abc import Sequence

    import pyarrow as pa

    from contracts.ports import Floats
    from production.serving.deployed import Offer

#: Why an arm did not predict: its model raised, took too long, or returned no finite numbers.
Reason = Literal["error", "deadline", "nonfinite"]


class Handovers:
    """Counts the predictions that generations failed to make, so that others made them.

    Attributes:
        counts: How many, by the name of the generation that failed, and why it did.
    """

    def __init__(self) -> None:
        self.counts: Counter[tuple[str, Reason]] = Counter()
        self._lock = Lock()

    def add(self, offer: Offer, reason: Reason, count: int = 1) -> None:
        """Count predictions that an offer's generation failed to make."""
        with self._lock:
            self.counts[offer.candidate.name, reason] += count


def first_answer(
    offer: Offer, record: Any, *, k: int, handovers: Handovers
) -> tuple[Offer, tuple[float, ...]]:
    """Return the first of an offer's chain that predicts a record, with its k numbers.

    What the last one returns or raises is the chain's.
    """
    *others, last = (offer, *offer.fallbacks)
    for each in others:
        try:
            values = each.model.one(record)
        except Exception as error:  # noqa: BLE001 - a model may raise anything: the next one is asked
            handovers.add(each, _reason(error))
            continue
        if len(values) == k and all(map(isfinite, values)):
            return each, values
        handovers.add(each, "nonfinite")
    return last, last.model.one(record)


def predict_rows(
    offers: Sequence[Offer],
    rows: pa.Table,
    chosen: npt.NDArray[np.intp],
    *,
    k: int,
    handovers: Handovers,
) -> tuple[tuple[Offer, ...], npt.NDArray[np.intp], Floats]:
    """Return the offers of all chains, which of them predicted each row, and predictions, (n, k).

    Args:
        offers: The offers.
        rows: The rows.
        chosen: Each row's index into the offers.
        k: The number of columns of a prediction.
        handovers: Counts the rows that an offer failed to predict.
    """
    lanes = [(offer, *offer.fallbacks) for offer in offers]
    flat, ends = tuple(chain(*lanes)), np.cumsum([len(lane) for lane in lanes])
    last = (ends - 1)[chosen]
    at = last - np.array([len(lane) - 1 for lane in lanes], np.intp)[chosen]
    predictions = np.full((rows.num_rows, k), np.nan)
    waiting = np.arange(rows.num_rows)
    while len(waiting):
        for place in np.unique(at[waiting]).tolist():
            mine = waiting[at[waiting] == place]
            part = rows.take(mine)
            if place in last[mine]:
                predictions[mine] = flat[place].model.predict(part)
            else:
                predictions[mine] = _tried(flat[place], part, k=k, handovers=handovers)
        failing = ~np.isfinite(predictions[waiting]).all(axis=1) & (at[waiting] < last[waiting])
        waiting = waiting[failing]
        at[waiting] += 1
    return flat, at, predictions


def _tried(offer: Offer, rows: pa.Table, *, k: int, handovers: Handovers) -> Floats:
    """Return predictions for rows; where they fail, numbers that are not finite."""
    try:
        predictions = offer.model.predict(rows)
    except Exception as error:  # noqa: BLE001 - a model may raise anything: the next one is asked
        handovers.add(offer, _reason(error), rows.num_rows)
        return np.full((rows.num_rows, k), np.nan)
    if failing := int((~np.isfinite(predictions).all(axis=1)).sum()):
        handovers.add(offer, "nonfinite", failing)
    return predictions


def _reason(error: Exception) -> Reason:
    return "deadline" if isinstance(error, OverdueError) else "error"
