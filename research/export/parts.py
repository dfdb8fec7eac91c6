"""What an estimator is made of, however deep: a pipeline's steps, an ensemble's members."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

if TYPE_CHECKING:
    from collections.abc import Iterator


def parts(estimator: Any) -> Iterator[Any]:
    """Yield an estimator and every object in it that is no plain data, once."""
    return _inside(estimator, set())


def _inside(value: Any, seen: set[int]) -> Iterator[Any]:
    if id(value) in seen:
        return
    seen.add(id(value))
    if not isinstance(value, type) and not _plain(value):
        yield value
    for part in _held(value):
        yield from _inside(part, seen)


def _plain(value: Any) -> bool:
    numbers = isinstance(value, np.ndarray | np.generic | np.dtype | np.ufunc)
    return numbers or type(value).__module__ == "builtins"


def _held(value: Any) -> list[Any]:
    """Return what a value holds."""
    if isinstance(value, dict):
        return [*value.values()]
    if isinstance(value, list | tuple | set):
        return [*value]
    if isinstance(value, np.ndarray):
        # As it lies there: a masked one would hide its own from who looks, not from who uses it.
        return [*np.asarray(value).flat] if value.dtype == object else []
    if isinstance(value, type) or _plain(value):
        return []
    return [*getattr(value, "__dict__", {}).values()]
