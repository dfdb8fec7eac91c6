"""What boosted trees have learned besides their nodes, and what makes predictions of their sums."""

from __future__ import annotations

from math import exp
from typing import TYPE_CHECKING, Literal

import msgspec
import numpy as np

if TYPE_CHECKING:
    from collections.abc import Sequence

    from contracts.ports import Floats

#: What makes predictions of sums: nothing, the logistic function of one, the shares of several.
Link = Literal["identity", "logistic", "shares"]


class BoostedState(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """What a model has learned besides its trees, as it is written.

    Attributes:
        format: The version of this struct.
        texts: The sorted texts of each input, None where it holds numbers; in the contract's order.
        baseline: What each of the k sums starts from.
        link: What makes predictions of the sums.
        labels: What is predicted; none for a number.
    """

    format: Literal[1] = 1
    texts: dict[str, list[str] | None]
    baseline: list[float]
    link: Link
    labels: list[bool | int | str] = []


def linked(sums: Floats, link: Link) -> Floats:
    """Return the predictions of n rows for their sums, (n, k)."""
    if link == "identity":
        return sums
    if link == "logistic":
        powers = np.exp(-np.abs(sums))
        return np.asarray(np.where(sums >= 0, 1.0, powers) / (1 + powers))
    powers = np.exp(sums - sums.max(axis=1, keepdims=True))
    return np.asarray(powers / powers.sum(axis=1, keepdims=True))


def linked_one(sums: Sequence[float], link: Link) -> tuple[float, ...]:
    """Return the predictions of one row: for so few numbers an array takes longer than the trees.

    >>> linked_one([-800.0], "logistic"), linked_one([2, 2], "shares")
    ((0.0,), (0.5, 0.5))
    """
    if link == "identity":
        return tuple(sums)
    if link == "logistic":
        power = exp(-abs(sums[0]))
        return ((1.0 if sums[0] >= 0 else power) / (1 + power),)
    largest = max(sums)
    powers = [exp(each - largest) for each in sums]
    total = sum(powers)
    return tuple([each / total for each in powers])
