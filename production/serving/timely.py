"""A model that must predict within a deadline."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from production.serving.bounded import TimeLimit

if TYPE_CHECKING:
    import pyarrow as pa

    from contracts.ports import Floats
    from production.serving.deployed import Predicts

#: How many predictions of one model may be under way at once.
MOST = 8


class TimelyModel:
    """Gives a model up after its deadline; what never ends keeps its thread.

    A thread for each prediction costs about a tenth of a millisecond.

    Args:
        model: The model.
        seconds: How long it may take for one record; for n rows n times as long.

    Attributes:
        model: The same.
        seconds: The same.
    """

    def __init__(self, model: Predicts, seconds: float) -> None:
        self.model, self.seconds = model, seconds
        self._limited = TimeLimit(seconds, most=MOST)

    def predict(self, rows: pa.Table) -> Floats:
        """Return predictions for rows, (n, k).

        Raises:
            OverdueError: The model takes too long.
        """
        return self._limited(lambda: self.model.predict(rows), times=max(1, rows.num_rows))

    def one(self, record: Any) -> tuple[float, ...]:
        """Return the prediction for one record.

        Raises:
            OverdueError: The model takes too long.
        """
        return self._limited(lambda: self.model.one(record))
