"""The log as off-policy estimates see it: which arm served, how likely that was, what it earned."""

from __future__ import annotations

import msgspec
import numpy as np
import numpy.typing as npt
from msgspec.structs import astuple

from contracts.ports import Floats, Instants

#: Whether something holds, of each row.
Booleans = npt.NDArray[np.bool_]


class ArmLog(msgspec.Struct, frozen=True, kw_only=True):
    """Events with their rewards, n rows.

    Attributes:
        key: The key of each event as an integer from 0: events of one key are not independent.
        segment: The segment of each event as an integer from 0.
        played: Which arms had the generation that served, (n, arms); usually one.
        propensity: The probability with which that generation was chosen.
        reward: What the event earned; more is better.
    """

    key: Instants
    segment: Instants
    played: Booleans
    propensity: Floats
    reward: Floats

    def take(self, rows: Booleans) -> ArmLog:
        """Return some of the rows."""
        fields = zip(self.__struct_fields__, astuple(self), strict=True)
        return ArmLog(**{name: values[rows] for name, values in fields})


def codes(values: list[str]) -> Instants:
    """Return texts as integers from 0, equal for equal texts.

    >>> codes(["b", "a", "b"]).tolist()
    [0, 1, 0]
    """
    places = {value: at for at, value in enumerate(dict.fromkeys(values))}
    return np.array([places[value] for value in values], np.int64)
