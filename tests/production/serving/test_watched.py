"""A watched model answers as it would unwatched, and what it does is seen beside."""

from __future__ import annotations

from threading import Event, Thread
from typing import TYPE_CHECKING, Any

import numpy as np
import pyarrow as pa
import pytest

from production.serving.watched import KEPT, ROWS, WatchedModel, answered

if TYPE_CHECKING:
    from contracts.ports import Floats


class Doubles:
    """Predicts twice a number; not finite for none, and it fails below zero."""

    def __init__(self) -> None:
        self.begun, self.go_on = Event(), Event()
        self.go_on.set()

    def one(self, record: Any) -> tuple[float, ...]:
        """Return twice the record."""
        self.begun.set()
        assert self.go_on.wait(60)
        if record is not None and record < 0:
            raise ValueError(record)
        return (float("nan") if record is None else 2.0 * record,)

    def predict(self, rows: pa.Table) -> Floats:
        """Return twice the rows, (n, 1)."""
        return np.array([self.one(value) for value in rows["x"].to_pylist()])


def test_what_became_of_records_is_counted_and_kept() -> None:
    """What was predicted with its prediction, what was not without; only the newest count."""
    model = WatchedModel(Doubles(), last=3)
    assert model.one(1.0) == (2.0,)
    assert model.one(2.0) == (4.0,)
    assert np.isnan(model.one(None))
    with pytest.raises(ValueError, match=r"-1\.0"):
        model.one(-1.0)
    assert model.fates == {"finite": 1, "nonfinite": 1, "error": 1}
    assert ([*model.sample], [*model.failing]) == ([(1.0, (2.0,)), (2.0, (4.0,))], [None, -1.0])
    assert len(model.took) == 3
    assert model.running == 0


def test_a_batch_counts_once_and_some_of_its_rows_are_kept() -> None:
    """One that fails is kept whole: which of its rows is to blame nobody knows."""
    model, rows = WatchedModel(Doubles(), last=9), pa.table({"x": np.arange(1.0, 41.0)})
    assert np.array_equal(model.predict(rows)[:, 0], np.arange(2.0, 82.0, 2))
    broken = pa.table({"x": [1.0, -1.0]})
    with pytest.raises(ValueError, match=r"-1\.0"):
        model.predict(broken)
    model.predict(rows.slice(0, 0))
    assert model.fates == {"finite": 2, "error": 1}
    ((kept, predicted),) = model.sample
    assert (kept.num_rows, predicted.shape, [*model.failing]) == (ROWS, (ROWS, 1), [broken])
    assert np.array_equal(answered(Doubles(), kept), predicted)


def test_nothing_grows_without_end() -> None:
    """However many requests come before somebody looks."""
    model = WatchedModel(Doubles(), last=5)
    for at in range(4 * KEPT):
        model.one(float(at))
    assert (len(model.sample), len(model.took), model.fates.total()) == (KEPT, 5, 5)
    assert model.sample[-1] == (4.0 * KEPT - 1, (8.0 * KEPT - 2,))


def test_a_prediction_under_way_is_seen_from_another_thread() -> None:
    """For as long as it takes."""
    doubles = Doubles()
    doubles.go_on.clear()
    model = WatchedModel(doubles, last=5)
    thread = Thread(target=model.one, args=(1.0,), daemon=True)
    thread.start()
    assert doubles.begun.wait(60)
    first = model.running
    assert 0 < first < model.running
    doubles.go_on.set()
    thread.join(60)
    assert model.running == 0
