"""How long outcomes take to arrive: what bounds how fresh any training can be."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import pyarrow.compute as pc

from contracts.data.rows import instants
from contracts.moment import MINUTE
from contracts.ports import ARRIVED

if TYPE_CHECKING:
    from contracts.ports import Floats
    from research.explore.sample import Sample

QUANTILES = (0.01, 0.25, 0.5, 0.75, 0.99, 1.0)


def lags(sample: Sample) -> Floats:
    """Return the minutes from each event to its outcome, for events that have one."""
    arrived = instants(pc.drop_null(sample.table[ARRIVED]))
    return np.asarray((arrived - sample.times[sample.known]) / MINUTE, np.float64)


def quantiles(minutes: Floats) -> dict[str, float]:
    """Return the lag within which a share of the outcomes has arrived, by that share."""
    if not len(minutes):
        return {}
    return {f"{share:g}": float(np.quantile(minutes, share)) for share in QUANTILES}
