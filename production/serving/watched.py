"""A model that is watched: what it does with requests, seen beside what it answers."""

from __future__ import annotations

from collections import Counter, deque
from math import isfinite
from threading import get_ident
from time import perf_counter_ns
from typing import TYPE_CHECKING, Any, Literal

import pyarrow as pa

if TYPE_CHECKING:
    from contracts.ports import Floats
    from production.serving.deployed import Predicts

#: What became of a prediction.
Fate = Literal["finite", "error", "nonfinite"]
#: The most requests that are kept until they are compared.
KEPT = 32
#: The most rows of a batch that are kept.
ROWS = 16


class WatchedModel:
    """Predicts as its model does, and keeps what the newest requests came to.

    Appending to a bounded deque is all that a request pays for.

    Args:
        model: The model.
        last: How many predictions are looked at: the newest so many. A batch counts as one.

    Attributes:
        sample: Requests that were predicted, with the predictions: records, or some rows of tables.
        failing: Requests that were not.
        took: How long the newest single predictions took, nanoseconds.
    """

    def __init__(self, model: Predicts, *, last: int) -> None:
        self._model = model
        self._fates: deque[Fate] = deque(maxlen=last)
        self._running: dict[int, int] = {}
        self.sample: deque[tuple[Any, Any]] = deque(maxlen=KEPT)
        self.failing: deque[Any] = deque(maxlen=KEPT)
        self.took: deque[int] = deque(maxlen=last)

    @property
    def fates(self) -> Counter[Fate]:
        """What became of the newest predictions."""
        return Counter(self._fates.copy())

    @property
    def running(self) -> float:
        """The seconds that the longest prediction of a record under way has taken by now."""
        now = perf_counter_ns()
        return max((now - start for start in self._running.copy().values()), default=0) / 1e9

    def one(self, record: Any) -> tuple[float, ...]:
        """Return the model's prediction for one record."""
        thread, start = get_ident(), perf_counter_ns()
        self._running[thread] = start
        try:
            values = self._model.one(record)
        except Exception:
            self._failed("error", record)
            raise
        finally:
            del self._running[thread]
        self.took.append(perf_counter_ns() - start)
        if all(map(isfinite, values)):
            self._fates.append("finite")
            self.sample.append((record, values))
        else:
            self._failed("nonfinite", record)
        return values

    def predict(self, rows: pa.Table) -> Floats:
        """Return the model's predictions for rows; it raises for those that are not finite."""
        try:
            predictions = self._model.predict(rows)
        except Exception:
            self._failed("error", rows)
            raise
        self._fates.append("finite")
        if rows.num_rows:
            self.sample.append((rows.slice(0, ROWS), predictions[:ROWS]))
        return predictions

    def _failed(self, fate: Fate, request: Any) -> None:
        self._fates.append(fate)
        self.failing.append(request)


def answered(model: Predicts, request: Any) -> Any:
    """Return a model's predictions for a kept request: a tuple for a record, an array for rows."""
    return model.predict(request) if isinstance(request, pa.Table) else model.one(request)
