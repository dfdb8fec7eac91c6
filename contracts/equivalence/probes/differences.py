"""How far two sides' predictions part: the size a row, its quantiles, the rows where it is worst.

The size of a row's difference is that of its worst column.
"""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, Any

import numpy as np

if TYPE_CHECKING:
    import numpy.typing as npt
    import pyarrow as pa

    from contracts.ports import Floats

#: How many rows evidence shows.
SHOWN = 5
QUANTILES = (0.5, 0.9, 0.99, 0.999, 1.0)


def sizes(reference: Floats, candidate: Floats) -> Floats:
    """Return the size of each row's difference, (n,), from predictions (n, k).

    >>> sizes(np.array([[0.1, 0.9]]), np.array([[0.2, 0.7]])).round(9).tolist()
    [0.2]
    """
    return np.asarray(np.abs(candidate - reference).max(axis=1), np.float64)


def quantiles(size: Floats) -> dict[str, float]:
    """Return sizes that were seen, by the share of rows that part no further.

    >>> quantiles(np.arange(1, 1001, dtype=float))["0.999"]
    999.0
    """
    if not len(size):
        return {}
    found = np.quantile(size, QUANTILES, method="inverted_cdf")
    return {f"{q:g}": float(value) for q, value in zip(QUANTILES, found, strict=True)}


def spared(rows: int, *, share: float) -> int:
    """Return how many of some rows a share of them is at most.

    >>> spared(1000, share=1 - 0.999), spared(999, share=1 - 0.999)
    (1, 0)
    """
    return math.floor(rows * share + 1e-9)  # 1 - .999 is not .001 to the last bit


def worst(size: Floats, *, count: int = SHOWN) -> npt.NDArray[np.intp]:
    """Return where the largest sizes are, the largest first, at most some of them."""
    return np.argsort(-size, kind="stable")[:count]


def spread(rows: int, *, count: int) -> npt.NDArray[np.intp]:
    """Return where at most some of the rows are, evenly from the first to the last.

    >>> spread(10, count=4).tolist()
    [0, 3, 6, 9]
    """
    return np.linspace(0, rows - 1, min(rows, count)).astype(np.intp)


def examples(
    at: npt.NDArray[np.intp], rows: pa.Table, *, ids: pa.ChunkedArray | None = None, **sides: Floats
) -> list[dict[str, Any]]:
    """Return rows as evidence: where they stand, what each side predicts, what went in.

    Args:
        at: Where they are.
        rows: All inputs.
        ids: All events' ids, where they have any.
        sides: Each side's predictions for all rows, (n, k), by its name.
    """
    found = []
    named = [None] * len(at) if ids is None else ids.take(at).to_pylist()
    for row, name, inputs in zip(at, named, rows.take(at).to_pylist(), strict=True):
        predicted = {side: made[row].tolist() for side, made in sides.items()}
        label = {} if name is None else {"id": name}
        found.append({"row": int(row), **label, **predicted, "inputs": inputs})
    return found
