"""What arms earned, as bandits see it: totals, and what is not known yet."""

from __future__ import annotations

from functools import reduce
from hashlib import blake2b
from math import sqrt
from operator import add
from typing import TYPE_CHECKING

from production.metrics import NO_REWARDS, Rewards

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from production.metrics import Runtime
    from production.selectors.port import Choice


def totals(choice: Choice, runtime: Runtime | None) -> dict[str, Rewards]:
    """Return what each arm earned in all, in the manifest's order."""
    arms = runtime.arms if runtime else {}
    return {name: reduce(add, arms.get(name, ()), NO_REWARDS) for name in choice.arms}


def equal(names: Sequence[str]) -> dict[str, float]:
    """Return the same share for each arm.

    >>> equal(["a", "b"])
    {'a': 0.5, 'b': 0.5}
    """
    return dict.fromkeys(names, 1 / len(names))


def unknown(earned: Mapping[str, Rewards], least: int) -> list[str]:
    """Return the arms that have earned the rewards of fewer keys than that."""
    return [name for name, each in earned.items() if each.count < least]


def deviation(earned: Mapping[str, Rewards]) -> float:
    """Return the standard deviation of a reward within arms."""
    count = sum(each.count for each in earned.values())
    squares = sum(each.count * each.variance for each in earned.values())
    return sqrt(squares / count) if count else 0.0


def standard_error(earned: Rewards, spread: float) -> float:
    """Return the standard error of an arm's mean reward.

    Units whose keys come back in other windows are not independent: where rewards tell the parts of
    keys, it is at least that of sums over parts.

    Args:
        earned: What the arm earned in all.
        spread: The standard deviation of a reward.
    """
    squares = sum((total - count * earned.mean) ** 2 for count, total in earned.parts)
    return max(spread / sqrt(earned.count), sqrt(squares) / earned.count)


def seed(earned: Mapping[str, Rewards]) -> int:
    """Return a seed that depends on what was earned alone, so that any process draws the same."""
    text = ",".join(f"{name}:{each.count}:{each.mean!r}" for name, each in earned.items())
    return int.from_bytes(blake2b(text.encode(), digest_size=8).digest(), "big")
