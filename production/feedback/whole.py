"""Whether all values of a column are seen to be valid at once, many times faster than by each.

False says nothing of any one value.
"""

from __future__ import annotations

from typing import Any

import numpy as np

from production.feedback.batch import LONGEST_INDEXED, is_text


def are_texts(values: Any) -> bool:
    """Return whether all values are text that every database can hold: see `is_text`.

    >>> are_texts(["a", "ä"]), are_texts(["a", None])
    (True, False)
    """
    return set(map(type, values)) == {str} and is_text("".join(values))


def are_ids(values: Any) -> bool:
    """Return whether all values are text that every database can index: see `is_indexed`.

    >>> are_ids(["a", "b"]), are_ids(["a", ""]), are_ids(["a" * 1_001])
    (True, False, False)
    """
    # A character has at most four bytes; longer ids are looked at one by one.
    return "" not in values and are_texts(values) and 4 * max(map(len, values)) <= LONGEST_INDEXED


def are_integers(values: Any) -> bool:
    """Return whether the values are an array of integers of 64 bits.

    >>> are_integers(np.array([1])), are_integers([1])
    (True, False)
    """
    return isinstance(values, np.ndarray) and values.dtype == np.int64


def are_probabilities(values: Any) -> bool:
    """Return whether the values are an array of numbers from 0 to 1.

    >>> are_probabilities(np.array([0.5, 1.0])), are_probabilities(np.array([2.0]))
    (True, False)
    """
    return (
        isinstance(values, np.ndarray)
        and values.dtype == np.float64
        and bool(((values >= 0) & (values <= 1)).all())
    )
