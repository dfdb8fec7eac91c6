"""Whether two plain values say the same: ``1``, ``1.0`` and ``true`` do not, equal as they are."""

from __future__ import annotations

from typing import Any


def same(old: Any, new: Any) -> bool:
    """Return whether two plain values are of one type and equal, all the way down.

    A learner may take one of ``1`` features for one feature and ``1.0`` for all of them.

    >>> same({"features": 1}, {"features": 1.0}), same([True], (True,)), same([1], [True])
    (False, True, False)
    """
    if isinstance(old, dict) and isinstance(new, dict):
        return old.keys() == new.keys() and all(same(old[name], new[name]) for name in old)
    if isinstance(old, list | tuple) and isinstance(new, list | tuple):
        return len(old) == len(new) and all(map(same, old, new))
    return type(old) is type(new) and bool(old == new)
