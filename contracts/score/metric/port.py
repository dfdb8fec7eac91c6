"""The port of metrics: what the contract's terms, the gate and every report score by."""

from __future__ import annotations

from typing import TYPE_CHECKING, Literal, Protocol, runtime_checkable

if TYPE_CHECKING:
    from contracts.kind import Kind
    from contracts.ports import Floats

Direction = Literal["lower", "higher"]


@runtime_checkable
class Metric(Protocol):
    """Scores n predictions ``p`` of shape (n, k), or (n,) for k = 1, against outcomes ``y`` (n,).

    Outcomes are numbers: 0 or 1 for binary, the label's index for multiclass, the value itself
    for regression.

    Attributes:
        name: The word for it in a contract.
        direction: Which way is better.
        kinds: The kinds of product it serves.
    """

    name: str
    direction: Direction
    kinds: frozenset[Kind]

    def value(self, y: Floats, p: Floats) -> float:
        """Return the score; NaN where the rows define none (no rows, or one class for a rank)."""

    def losses(self, y: Floats, p: Floats) -> Floats | None:
        """Return a number a row whose mean makes the score, or None where no mean makes it."""

    def of_mean(self, mean: Floats) -> Floats:
        """Return the scores that means of `losses` make: the mean itself, or its root."""
