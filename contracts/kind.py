"""The kinds of prediction, as contracts, metrics and configuration name them."""

from __future__ import annotations

from typing import Literal, Protocol

#: One probability, one per label, or one number.
Kind = Literal["binary", "multiclass", "regression"]
Label = bool | int | str


def width(kind: Kind, labels: tuple[Label, ...]) -> int:
    """Return how many columns a prediction has: one per label for multiclass, otherwise one."""
    return len(labels) if kind == "multiclass" else 1


class Predicted(Protocol):
    """What is predicted, as a contract and a product's configuration both state it."""

    @property
    def product(self) -> str:
        """The product's name."""

    @property
    def kind(self) -> Kind:
        """What a prediction is."""

    @property
    def labels(self) -> tuple[Label, ...]:
        """binary: the negative and the positive label; multiclass: one per output column."""

    @property
    def labels_open(self) -> bool:
        """Whether outcomes may carry labels that are not listed."""

    @property
    def k(self) -> int:
        """How many columns a prediction has, see `width`."""
