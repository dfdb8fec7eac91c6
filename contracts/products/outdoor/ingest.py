"""Makes a stream of what a camera sees out of a table of image segments, and changes its world.

The segments are those of UCI's *Image Segmentation*, as river ships them: 2,310 patches of outdoor
photographs, 330 of each of seven surfaces. Their order, their times, the change of the camera and
the seasons of labels are made here, from a seed, so that it is known when a model is out of date.
"""

from __future__ import annotations

from io import BytesIO
from typing import TYPE_CHECKING
from zipfile import ZipFile

import numpy as np
import pyarrow as pa
from pyarrow import csv

from contracts.data.shipped import INSTANT, shipped, write_events
from contracts.errors import DataError
from contracts.moment import DAY, instant, iso

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

    from contracts.ports import Instants

#: The columns that are kept, by their names in the file.
COLUMNS = {
    "region-centroid-row": "row",
    "vedge-mean": "vertical",
    "hedge-mean": "horizontal",
    "rawred-mean": "red",
    "rawgreen-mean": "green",
    "rawblue-mean": "blue",
}
PACKAGE, FILE = "river", "datasets/segment.csv.zip"
#: How long after a patch was seen a person has said what it was.
REVIEW = DAY


def ingest(
    folder: Path | str,
    *,
    start: str,
    until: str,
    drift: str,
    appear: Mapping[str, str],
    patches: int,
    seed: int = 0,
) -> dict[str, int]:
    """Write the events, and return how many there are before and after the change.

    Args:
        folder: Where ``events.parquet`` goes.
        start: When the first patch is seen.
        until: When the last one was.
        drift: From when on the camera delivers blue for red and red for blue.
        appear: From when on there is a surface at all, by its label; any other always is.
        patches: How many are seen, none of them twice.
        seed: Of the order of the patches, and of their times.

    Raises:
        MissingExtraError: The package that ships the segments is not installed.
        DataError: It ships fewer segments of a surface than would be seen.
    """
    rng = np.random.default_rng(seed)
    every = segments()
    first, last = instant(start), instant(until)
    times = np.sort(rng.integers(first, last, patches))
    seen = every.take(ordered(every["surface"].to_pylist(), times, appear, rng))
    after = times >= instant(drift)
    events = pa.table(
        {
            "patch": [f"p{number}" for number in range(patches)],
            "seen": pa.array(times, INSTANT),
            "reviewed": pa.array(times + REVIEW, INSTANT),
            **columns(seen, exchanged=after),
        }
    )
    write_events(events, folder)
    return {"before": int((~after).sum()), "after": int(after.sum())}


def segments() -> pa.Table:
    """Return the segments: the columns kept, and ``surface``."""
    with ZipFile(BytesIO(shipped(PACKAGE, FILE))) as archive:
        table = csv.read_csv(BytesIO(archive.read(archive.namelist()[0])))
    kept = {**COLUMNS, "category": "surface"}
    return table.select([*kept]).rename_columns([*kept.values()])


def ordered(
    labels: list[str], times: Instants, appear: Mapping[str, str], rng: np.random.Generator
) -> list[int]:
    """Return which row comes at each time: a label that there is by then, and a new row of it.

    Raises:
        DataError: All rows of a label have come.
    """
    waiting: dict[str, list[int]] = {label: [] for label in sorted({*labels})}
    for at in rng.permutation(len(labels)).tolist():
        waiting[labels[at]].append(at)
    order = []
    for time in times.tolist():
        there = [each for each in waiting if each not in appear or instant(appear[each]) <= time]
        label = there[rng.integers(len(there))]
        if not waiting[label]:
            raise DataError(
                f"all {labels.count(label)} patches of {label} have come by {iso(time)}",
                hint="lower product.ingest.patches, or let fewer surfaces appear",
            )
        order.append(waiting[label].pop())
    return order


def columns(patches: pa.Table, *, exchanged: np.ndarray) -> dict[str, pa.Array]:
    """Return the columns of some patches, red and blue exchanged in some rows."""
    values = {name: patches[name].to_numpy().astype(np.float64) for name in COLUMNS.values()}
    red, blue = values["red"], values["blue"]
    values["red"], values["blue"] = (
        np.where(exchanged, blue, red),
        np.where(exchanged, red, blue),
    )
    return {
        **{name: pa.array(each.round(3)) for name, each in values.items()},
        "surface": patches["surface"].combine_chunks(),
    }
