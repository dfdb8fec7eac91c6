"""Folds by time: each trains on what was known at a moment, and tests on what came after."""

from __future__ import annotations

import msgspec

from contracts.errors import ConfigError
from contracts.moment import iso


class Fold(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """One fold: events before the cut train, events of the horizon after it test. Microseconds.

    The cut is the end of the training window, the moment by which its outcomes had to arrive, and
    the start of the test window.
    """

    start: int
    cut: int
    end: int


def rolling(start: int, end: int, *, folds: int, horizon: int) -> tuple[Fold, ...]:
    """Return folds that test the last ``folds * horizon`` of a window, one horizon each.

    Each trains on everything since ``start`` that was known at its cut.

    Args:
        start: Where the window starts, microseconds.
        end: Where it ends: the end of the last fold's test.
        folds: How many, at least one.
        horizon: How much time each fold tests, microseconds.

    Raises:
        ConfigError: The window leaves nothing to train on before the first test.

    >>> [(fold.start, fold.cut, fold.end) for fold in rolling(0, 10, folds=2, horizon=3)]
    [(0, 4, 7), (0, 7, 10)]
    """
    first = end - folds * horizon
    if folds < 1 or horizon < 1 or first <= start:
        raise ConfigError(
            f"{folds} folds of {horizon} µs leave nothing to train on "
            f"between {iso(start)} and {iso(end)}",
            hint="at least one fold; fewer folds, a shorter horizon or a longer window",
        )
    cuts = range(first, end, horizon)
    return tuple(Fold(start=start, cut=cut, end=cut + horizon) for cut in cuts)
