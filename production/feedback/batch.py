"""Batches of events and outcomes: parallel columns, as requests come and truths arrive."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import msgspec
import numpy as np

from contracts.errors import DataError
from contracts.ports import Floats, Instants

#: A column, or one value that every row shares.
Texts = str | Sequence[str]
Numbers = int | float | Sequence[int] | Sequence[float] | Instants | Floats


class Events(msgspec.Struct, frozen=True, kw_only=True):
    """Served requests with their predictions; n rows, a lone value stands for all of them.

    Attributes:
        id: From the client, or from product and natural key: never random, never the clock. Ids
            that begin with their time are written several times faster: neighbours share a page.
        key: What dispatch is sticky by.
        time: Event times, microseconds.
        release: The release of the generation that predicted.
        generation: Its number.
        manifest: The revision of the manifest it was chosen by.
        propensity: The probability with which it was chosen; 0 for a shadow.
        prediction: Float64, (n, k).
        features: Where the features lie, none where the request's own record was all.
        shadow: Whether the prediction was made and not served.
    """

    id: Sequence[str]
    key: Sequence[str]
    time: Instants
    release: Texts
    generation: Numbers
    manifest: Numbers
    propensity: Numbers
    prediction: Floats
    features: Texts | None = None
    shadow: bool = False


class Outcomes(msgspec.Struct, frozen=True, kw_only=True):
    """Truths that arrived; n rows, a lone value stands for all of them.

    Attributes:
        event: The events' ids.
        value: Python scalars: bool, int, float or str.
        arrived: When each became known here, microseconds.
        revision: Which version of an event's truth it is; the highest one wins.
        occurred: When it came true, at its arrival if that is not known.
    """

    event: Sequence[str]
    value: Sequence[Any]
    arrived: Instants | Sequence[int]
    revision: int | Sequence[int] = 0
    occurred: Instants | Sequence[int] | None = None


def column(value: Any, rows: int, name: str) -> list[Any]:
    """Return a column as Python values, a lone value repeated.

    Raises:
        DataError: It has another number of rows.
    """
    found: list[Any]
    if isinstance(value, np.ndarray):
        found = value.tolist()
    elif isinstance(value, str) or not isinstance(value, Sequence):
        found = [value] * rows
    else:
        found = list(value)
    if len(found) != rows:
        raise DataError(f"expected {rows} rows in column {name!r}, got {len(found)}")
    return found
