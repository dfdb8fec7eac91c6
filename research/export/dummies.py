"""A one-hot encoder's codes within its columns: scipy writes a one wherever they say."""

from __future__ import annotations

from typing import Any

import numpy as np
from sklearn.preprocessing import OneHotEncoder

#: Kinds of categories: flags, numbers, texts, any of them in objects.
KINDS = "biufOSU"


def dummies(encoder: Any) -> bool:
    """Return whether an encoder, if it is fitted, makes no code beyond its columns."""
    if not isinstance(encoder, OneHotEncoder) or not hasattr(encoder, "categories_"):
        return True
    outs, categories = encoder._n_features_outs, encoder.categories_  # noqa: SLF001
    drops = encoder._drop_idx_after_grouping  # noqa: SLF001
    dropped = [None] * len(categories) if drops is None else list(drops)
    # Of another type, its numbers would be added where they are to be strung together.
    return type(outs) is list and all(
        _found(known) and _fits(_codes(encoder, at, known), drop, out, len(known))
        for at, (known, drop, out) in enumerate(zip(categories, dropped, outs, strict=True))
    )


def _found(known: Any) -> bool:
    """Return whether categories are found by a search: numbers in their order, a missing last."""
    if type(known) is not np.ndarray or known.ndim != 1 or known.dtype.kind not in KINDS:
        return False
    texts = known.dtype.kind in "OSU"
    return texts or np.array_equal(known, np.sort(known), equal_nan=True)


def _codes(encoder: Any, at: int, known: Any) -> Any:
    """Return the code of each category, the rare ones' after they are put together."""
    if encoder._infrequent_enabled:  # noqa: SLF001
        rare = encoder._infrequent_indices[at]  # noqa: SLF001
        grouped = encoder._default_to_infrequent_mappings[at]  # noqa: SLF001
        if rare is not None or grouped is not None:
            return None if rare is None else grouped
    return np.arange(len(known))


def _fits(codes: Any, drop: Any, out: Any, count: int) -> bool:
    """Return whether codes fill a number of columns, one of them dropped or none."""
    if type(codes) is not np.ndarray or codes.dtype.kind not in "iu" or codes.shape != (count,):
        return False
    inside = bool(((codes >= 0) & (codes < count)).all())
    columns = int(codes.max(initial=-1)) + 1
    if drop is None:
        return inside and out == columns
    return inside and drop in range(columns) and out == columns - 1
