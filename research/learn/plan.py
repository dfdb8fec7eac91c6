"""How a solution is learned: which windows, which search, which seed."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import msgspec

from contracts.data.split import rolling
from contracts.errors import ConfigError

if TYPE_CHECKING:
    from contracts.data.split import Fold


class Plan(msgspec.Struct, frozen=True, kw_only=True):
    """The windows and the search of one learning. Instants and durations are microseconds.

    Args:
        start: Where the training window begins.
        end: Where it ends: tuning knows nothing of what arrived later.
        test_start: Where the window begins that nothing was tuned on.
        test_end: Where it ends.
        folds: Rolling folds that parameters are compared on, the last ending at ``end``.
        horizon: How much time each fold tests.
        trials: How many parameters are tried.
        seed: The seed of the search, of every fit and of every bootstrap.
        params: Parameters to start from; those the search does not vary stay.
        space: What the search varies: name → ``{low, high, log, int}`` or ``{choices}``.
        repeats: How many samples an interval is drawn from.

    Raises:
        ConfigError: The windows overlap.
    """

    start: int
    end: int
    test_start: int
    test_end: int
    folds: int
    horizon: int
    trials: int
    seed: int
    params: dict[str, Any] = {}
    space: dict[str, dict[str, Any]] = {}
    repeats: int = 1000

    def __post_init__(self) -> None:
        if not self.start < self.end <= self.test_start < self.test_end:
            raise ConfigError(
                "learning: expected start < end <= test start < test end",
                hint="a model is tested on what happened after it was trained",
            )

    @property
    def rolling(self) -> tuple[Fold, ...]:
        """The folds that parameters are compared on."""
        return rolling(self.start, self.end, folds=self.folds, horizon=self.horizon)
