"""Faults of the outputs: of the predictions, how they depend on the call, the written state."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import msgspec
import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from deliveries.candidate import Candidate
from deliveries.world import ROWS

if TYPE_CHECKING:
    from pathlib import Path

    from contracts.ports import Floats


class LabelsInOtherOrder(Candidate):
    """The chance is that of the other label."""

    def chance(self, score: Floats) -> Floats:
        """Return the chance of being in time."""
        return 1 - super().chance(score)


class ChancesClipped(Candidate):
    """Chances are kept between 10 and 90 per cent."""

    def chance(self, score: Floats) -> Floats:
        """Clip."""
        return super().chance(score).clip(0.1, 0.9)


class ChancesRounded(Candidate):
    """Chances are rounded to whole per cents."""

    def chance(self, score: Floats) -> Floats:
        """Round."""
        return super().chance(score).round(2)


class OneCarrierWrong(Candidate):
    """The chances of one carrier's parcels, six in a hundred, are halved."""

    def predict(self, rows: pa.Table) -> Floats:
        """Halve dart's."""
        dart = np.array(pc.equal(rows["carrier"], "dart"))
        return super().predict(rows) * np.where(dart, 0.5, 1.0)[:, None]


class BatchScaled(Candidate):
    """Numbers are centred by the mean of the batch they come in."""

    def scaled(self, numbers: Floats) -> Floats:
        """Take the batch's own mean."""
        if not len(numbers):
            return numbers
        return (numbers - numbers.mean(axis=0)) / self.state.scale


class RemembersRows(Candidate):
    """A missing weight is filled with the last one that was asked for."""

    last = 0.0

    def numbers(self, rows: pa.Table) -> Floats:
        """Fill with what an earlier call left behind."""
        weight = self.weight(rows)
        filled = np.where(np.isnan(weight), self.last, weight)
        self.last = float(filled[-1]) if len(filled) else self.last
        return np.column_stack([self.distance(rows), filled])


class SortedAnswers(Candidate):
    """Rows are sorted by departure on the way in, and their answers never put back."""

    def matrix(self, rows: pa.Table) -> Floats:
        """Sort."""
        return super().matrix(rows.sort_by("leaves"))


class OneUnlikeMany(Candidate):
    """The path for one record forgets the flag of heavy parcels."""

    def one(self, record: Any) -> tuple[float, ...]:
        """Answer from the features but the last."""
        matrix = self.matrix(pa.Table.from_pylist([msgspec.structs.asdict(record)], schema=ROWS))
        matrix[:, -1] = 0.0
        return tuple(self.chance(self.score(matrix)).tolist())


class NullRefused(Candidate):
    """A record without a weight is refused, which the contract accepts."""

    def weight(self, rows: pa.Table) -> Floats:
        """Refuse null."""
        if rows["weight"].null_count:
            raise ValueError("a parcel has a weight")
        return super().weight(rows)


class StaleScaler(Candidate):
    """The scaler beside the new weights is that of an earlier month."""

    def write(self, folder: Path) -> None:
        """Write the mean and scale of January's distances with the rest."""
        stale = msgspec.structs.replace(self.state, mean=[352.0, 19.6], scale=[201.0, 11.7])
        Candidate(stale).write(folder)


class StateRounded(Candidate):
    """The state is written with three digits."""

    def write(self, folder: Path) -> None:
        """Round what was learned, then write it."""
        weights = [round(weight, 3) for weight in self.state.weights]
        Candidate(msgspec.structs.replace(self.state, weights=weights)).write(folder)
