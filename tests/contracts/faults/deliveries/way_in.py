"""Faults of the inputs: categories, times and numbers are read wrongly."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from contracts.moment import HOUR, instant
from deliveries.candidate import SUMMER, Candidate

if TYPE_CHECKING:
    import pyarrow as pa

    from contracts.ports import Floats, Instants

MAY = instant("2024-05-01T00:00:00Z")


class CategoryCodesSwapped(Candidate):
    """Two depots have each other's code."""

    def texts(self, rows: pa.Table, name: str) -> Floats:
        """Exchange the places of north and south."""
        places = super().texts(rows, name)
        return places[:, [0, 1, 3, 2, 4]] if name == "depot" else places


class UnseenCategoryTaken(Candidate):
    """A carrier that training never saw counts as the last one it did see."""

    def places(self, codes: Instants, n: int) -> Floats:
        """Let -1 be the last place."""
        places = np.zeros((len(codes), n))
        places[np.arange(len(codes)), codes] = 1.0
        return places


class ZoneOffByOneHour(Candidate):
    """Local time is that of the next zone to the east."""

    def clock(self, leaves: Instants) -> tuple[Instants, Instants]:
        """Take every departure for one an hour later."""
        return super().clock(leaves + HOUR)


class SummerTimeForgotten(Candidate):
    """Local time is one hour ahead of UTC all year."""

    def clock(self, leaves: Instants) -> tuple[Instants, Instants]:
        """Take back the hour of summer time."""
        summer = (leaves >= SUMMER[0]) & (leaves < SUMMER[1])
        return super().clock(leaves - HOUR * summer)


class SundayFirst(Candidate):
    """The week begins on Sunday, where research's begins on Monday."""

    def clock(self, leaves: Instants) -> tuple[Instants, Instants]:
        """Count weekdays from Sunday."""
        hour, weekday = super().clock(leaves)
        return hour, (weekday + 1) % 7


class MissingIsZero(Candidate):
    """A missing weight counts as nothing, where research takes the median."""

    def numbers(self, rows: pa.Table) -> Floats:
        """Fill with zero."""
        return np.column_stack([self.distance(rows), np.nan_to_num(self.weight(rows))])


class MilesForKilometres(Candidate):
    """Distances are converted to miles."""

    def distance(self, rows: pa.Table) -> Floats:
        """Return miles."""
        return super().distance(rows) / 1.609344


class ColumnsExchanged(Candidate):
    """Distance and weight come in each other's column."""

    def numbers(self, rows: pa.Table) -> Floats:
        """Put the weight first."""
        return super().numbers(rows)[:, ::-1]


class FeatureDropped(Candidate):
    """The weekday never reaches the model."""

    def matrix(self, rows: pa.Table) -> Floats:
        """Blank the weekday's columns."""
        matrix = super().matrix(rows)
        matrix[:, -10:-3] = 0.0
        return matrix


class ThresholdInFloat32(Candidate):
    """A weight is compared with the threshold for heavy parcels in float32."""

    def weight(self, rows: pa.Table) -> Floats:
        """Return what float32 keeps of the weight."""
        return super().weight(rows).astype(np.float32).astype(np.float64)


class OneMonthWrong(Candidate):
    """Parcels that leave in May are taken for Monday's."""

    def clock(self, leaves: Instants) -> tuple[Instants, Instants]:
        """Lose the weekday from May on."""
        hour, weekday = super().clock(leaves)
        return hour, np.where(leaves < MAY, weekday, 0)
