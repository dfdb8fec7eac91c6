"""What moves in `benchmarks/parity.py`: data, implementation and model, four ways each."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Any

import msgspec
import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from contracts.ports import ID, OUTCOME, TIME, Floats
from production.selectors.draw import uniform

if TYPE_CHECKING:
    from collections.abc import Mapping

    from contracts.ports import Source
    from production.agents.fits import Fits, TrainedModel

#: Of predictions that are served wrong: by which part of their standard deviation.
OFF = 0.05


class Move(msgspec.Struct, frozen=True, kw_only=True):
    """What moves from a moment on.

    Attributes:
        data: Changes the inputs of events.
        labels: Changes the outcomes of all events that a training asks for.
        rows: Changes the rows that production's learner is given.
        served: Changes what is served.
    """

    data: Callable[[pa.Table], pa.Table] | None = None
    labels: Callable[[pa.Table], pa.Table] | None = None
    rows: Callable[[pa.Table], pa.Table] | None = None
    served: Callable[[Floats], Floats] | None = None


class MovedSource:
    """A source from which events are others from a moment on, and outcomes when asked from then.

    Args:
        source: The source.
        move: What moves.
        at: The moment, microseconds.
    """

    def __init__(self, source: Source, move: Move, at: int) -> None:
        self._source, self._move, self._at = source, move, at

    def window(self, start: int, end: int, *, known_by: int) -> pa.Table:
        """Return the events of a window as known by a moment."""
        rows = self._source.window(start, end, known_by=known_by)
        if self._move.labels and max(end, known_by) >= self._at:
            rows = self._move.labels(rows)
        if self._move.data is None:
            return rows
        later = pc.greater_equal(rows[TIME].cast(pa.int64()), self._at)
        moved = self._move.data(rows.filter(later))
        return pa.concat_tables([rows.filter(pc.invert(later)), moved.cast(rows.schema)])


class OtherRows:
    """Fits other rows than it is given."""

    def __init__(self, fits: Fits, change: Callable[[pa.Table], pa.Table]) -> None:
        self._fits, self._change = fits, change

    def fit(self, rows: pa.Table, *, params: Mapping[str, Any], seed: int) -> TrainedModel:
        """Return the model fitted to the other rows."""
        return self._fits.fit(self._change(rows), params=params, seed=seed)


def replaced(rows: pa.Table, name: str, values: Any) -> pa.Table:
    """Return rows with another column in the place of one."""
    at = rows.column_names.index(name)
    return rows.set_column(at, name, pa.array(values, rows.schema.field(name).type))


def drawn(rows: pa.Table, share: float) -> Any:
    """Return a mask of a share of rows: always the same of each event."""
    return np.array([uniform("move", each) < share for each in rows[ID].to_pylist()], bool)


def _outcomes(share: float, to: Callable[[Any], Any]) -> Callable[[pa.Table], pa.Table]:
    """Return what changes the outcomes of a share of events."""

    def change(rows: pa.Table) -> pa.Table:
        values, mask = rows[OUTCOME].to_pylist(), drawn(rows, share)
        moved = [
            to(value) if value is not None and hit else value
            for value, hit in zip(values, mask, strict=True)
        ]
        return replaced(rows, OUTCOME, moved)

    return change


def _shifted(predictions: Floats) -> Floats:
    """Return predictions of which every third one is off."""
    every_third = (np.arange(len(predictions)) % 3 == 0)[:, None]
    return predictions + OFF * predictions.std() * every_third


def _rounded(predictions: Floats) -> Floats:
    unit = OFF * predictions.std()
    return np.asarray(np.round(predictions / unit) * unit)


def _binary(value: bool) -> bool:  # noqa: FBT001 - an outcome
    return not value


IMPLEMENTATION = {
    "loses rows": Move(rows=lambda rows: rows.slice(0, int(0.9 * rows.num_rows))),
    "repeats rows": Move(
        rows=lambda rows: pa.concat_tables([rows, rows.slice(0, rows.num_rows // 5)])
    ),
    "serves some off": Move(served=_shifted),
    "serves rounded": Move(served=_rounded),
}
LABELS = {
    "binary": {
        "outcomes inverted": Move(labels=_outcomes(1.0, _binary)),
        "half inverted": Move(labels=_outcomes(0.5, _binary)),
        "most positive": Move(labels=_outcomes(0.7, lambda _: True)),
        "four in ten positive": Move(labels=_outcomes(0.4, lambda _: True)),
    },
    "regression": {
        "outcomes halved": Move(labels=_outcomes(1.0, lambda value: value / 2)),
        "half halved": Move(labels=_outcomes(0.5, lambda value: value / 2)),
        "outcomes doubled": Move(labels=_outcomes(1.0, lambda value: 2 * value)),
        "a fifth doubled": Move(labels=_outcomes(0.2, lambda value: 2 * value)),
    },
}
