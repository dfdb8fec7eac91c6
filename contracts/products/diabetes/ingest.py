"""Makes a stream of patients out of a table of them, in a world that never changes.

The table is that of Efron, Hastie, Johnstone and Tibshirani, *Least Angle Regression* (2004), as
scikit-learn ships it: 442 patients, ten measurements each, and how far their disease progressed.
Patients are drawn from it with replacement, from a seed: one distribution at all times, of which a
model has learned all there is once it has seen some hundred. Their times are made up.
"""

from __future__ import annotations

import gzip
from typing import TYPE_CHECKING

import numpy as np
import pyarrow as pa

from contracts.data.shipped import INSTANT, shipped, write_events
from contracts.moment import DAY, instant

if TYPE_CHECKING:
    from pathlib import Path

    from contracts.ports import Floats

PACKAGE = "sklearn"
INPUTS, OUTCOMES = (
    "datasets/data/diabetes_data_raw.csv.gz",
    "datasets/data/diabetes_target.csv.gz",
)
COLUMNS = ("age", "sex", "bmi", "bp", "tc", "ldl", "hdl", "tch", "ltg", "glu")
#: How long after a visit the progression is known.
FOLLOW_UP = 7 * DAY


def ingest(
    folder: Path | str, *, start: str, until: str, visits: int, seed: int = 0
) -> dict[str, int]:
    """Write the events, and return how many visits there are, of how many patients.

    Args:
        folder: Where ``events.parquet`` goes.
        start: When the first visit may be.
        until: When the last one may be.
        visits: How many there are.
        seed: Of who is drawn, and when.

    Raises:
        MissingExtraError: The package that ships the table is not installed.
    """
    rng = np.random.default_rng(seed)
    measured, progressed = numbers(INPUTS), numbers(OUTCOMES).ravel()
    times = np.sort(rng.integers(instant(start), instant(until), visits))
    drawn = rng.integers(0, len(measured), visits)
    events = pa.table(
        {
            "visit": [f"v{number}" for number in range(visits)],
            "patient": [f"p{number}" for number in drawn],
            "at": pa.array(times, INSTANT),
            "known": pa.array(times + FOLLOW_UP, INSTANT),
            **{name: measured[drawn, at] for at, name in enumerate(COLUMNS)},
            "progression": progressed[drawn],
        }
    )
    write_events(events, folder)
    return {"visits": visits, "patients": len({*drawn.tolist()})}


def numbers(path: str) -> Floats:
    """Return a file of numbers, separated by spaces."""
    return np.loadtxt(gzip.decompress(shipped(PACKAGE, path)).decode().splitlines(), ndmin=2)
