"""Predictions as bytes: k float64 in little-endian order, whatever the machine."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from contracts.errors import DataError, IntegrityError

if TYPE_CHECKING:
    from collections.abc import Sequence

    from contracts.ports import Floats

WIDTH = 8


def pack(predictions: Floats, rows: int) -> list[bytes]:
    """Return one blob a row of (n, k) predictions.

    Raises:
        DataError: They have another shape, or a number among them is not finite.
    """
    if predictions.ndim != 2 or len(predictions) != rows:
        raise DataError(f"expected predictions of shape ({rows}, k), got {predictions.shape}")
    if not np.isfinite(predictions).all():
        raise DataError("expected finite predictions, got NaN or infinity")
    raw = np.ascontiguousarray(predictions, dtype="<f8").tobytes()
    step = WIDTH * predictions.shape[1]
    return [raw[at * step : (at + 1) * step] for at in range(rows)]


def unpack(blobs: Sequence[bytes]) -> Floats:
    """Return (n, k) predictions from their blobs; (0, 1) from none.

    Raises:
        IntegrityError: They are of different widths.
    """
    widths = {len(blob) for blob in blobs}
    if len(widths) > 1 or any(width % WIDTH for width in widths):
        raise IntegrityError(
            f"expected predictions of one width, found {sorted(widths)} bytes",
            hint="score releases of different contracts apart",
        )
    k = max(widths, default=WIDTH) // WIDTH
    return np.frombuffer(b"".join(blobs), dtype="<f8").reshape(len(blobs), k).astype(np.float64)
