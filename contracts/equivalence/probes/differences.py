"""How much two sides' predictions differ: the size for each row, its quantiles, the worst rows.

The size of a row's difference is that of the column where it is largest.
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
    """Return the sizes, each of them observed, that a share of the rows does not exceed.

    >>> quantiles(np.arange(1, 1001, dtype=float))["0.999"]
    999.0
    """
    if not len(size):
        return {}
    values = np.quantile(size, QUANTILES, method="inverted_cdf")
    return {f"{q:g}": float(value) for q, value in zip(QUANTILES, values, strict=True)}


def allowed_rows(rows: int, *, share: float) -> int:
    """Return the largest whole number of rows that is at most a share of them.

    >>> allowed_rows(1000, share=1 - 0.999), allowed_rows(999, share=1 - 0.999)
    (1, 0)
    """
    return math.floor(rows * share + 1e-9)  # 1 - .999 is not .001 to the last bit


def tolerance_text(absolute: float, relative: float) -> str:
    """Return a tolerance in words.

    >>> tolerance_text(0.001, 0), tolerance_text(0.001, 0.01)
    ('0.001', '0.001 + 0.01 of it')
    """
    return f"{absolute:g}" + (f" + {relative:g} of it" if relative else "")


def largest_at(size: Floats, *, count: int = SHOWN) -> npt.NDArray[np.intp]:
    """Return where the largest sizes are, the largest first, at most ``count`` of them."""
    return np.argsort(-size, kind="stable")[:count]


def evenly_spaced(rows: int, *, count: int) -> npt.NDArray[np.intp]:
    """Return the places of at most ``count`` rows, evenly spaced from the first to the last.

    >>> evenly_spaced(10, count=4).tolist()
    [0, 3, 6, 9]
    """
    return np.linspace(0, rows - 1, min(rows, count)).astype(np.intp)


def examples(
    at: npt.NDArray[np.intp], rows: pa.Table, *, ids: pa.ChunkedArray | None = None, **sides: Floats
) -> list[dict[str, Any]]:
    """Return rows as evidence: their place, what each side predicts, their inputs.

    Args:
        at: The places of the rows.
        rows: All inputs.
        ids: All events' ids, if they have any.
        sides: Each side's predictions for all rows, (n, k), by its name.
    """
    names = [{}] * len(at) if ids is None else [{"id": each} for each in ids.take(at).to_pylist()]
    return [
        {
            "row": int(row),
            **name,
            **{side: predictions[row].tolist() for side, predictions in sides.items()},
            "inputs": inputs,
        }
        for row, name, inputs in zip(at, names, rows.take(at).to_pylist(), strict=True)
    ]
