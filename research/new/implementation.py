"""Production's implementation of a new product: the one for any table, if it proves to be equal.

Production has boosted trees of its own, which share no code with research's. They are held to every
clause of the draft before the product's file names them. One by hand begins with a skeleton: see
`package`.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import msgspec

from contracts.contract import load
from contracts.equivalence.configured import open_sides
from contracts.equivalence.proof import judge_all
from contracts.equivalence.proof import proven as verdict_proven
from contracts.equivalence.report.summary import summary
from contracts.errors import LiaisonError

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from contracts.config.product import Product
    from research.new.asked import NewProduct

MADE: dict[str, Any] = {
    "learner": {
        "_target_": "production.implementations.boosted.learner.BoostedLearner",
        "kind": "${product.specification.kind}",
        "labels": "${product.specification.labels}",
    },
    "model": "production.implementations.boosted.model.BoostedModel",
}


class Implementation(msgspec.Struct, frozen=True, kw_only=True):
    """Production's implementation of a new product.

    Attributes:
        configured: As the product's file names it; None if there is none.
        words: What is said of it: that it was proven and by what, or why there is none.
    """

    configured: dict[str, Any] | None
    words: str


def skeleton(module: str) -> dict[str, Any]:
    """Return how the skeleton in a package is configured."""
    return {
        "learner": {
            "_target_": f"{module}.implementation.Learner",
            "labels": "${product.specification.labels}",
        },
        "model": f"{module}.implementation.Model",
    }


def proven(
    product: Product, draft: Path, *, configured: dict[str, Any], progress: Callable[[str], None]
) -> Implementation:
    """Return an implementation if every clause of the draft holds for it; else why it does not.

    Args:
        product: The product, with the implementation.
        draft: The folder of the draft.
        configured: The implementation, as the product's file would name it.
        progress: Called with each step before it begins.
    """
    name = configured["model"].rpartition(".")[2]
    try:
        with open_sides(product, load(draft), liaison="dual", progress=progress) as sides:
            verdicts = judge_all(sides)
    except LiaisonError as error:
        return _none(error.message)
    words = f"production's implementation {name}: {summary(verdicts)}"
    if verdict_proven(each.status for each in verdicts):
        return Implementation(configured=configured, words=words)
    failed = [f"{each.name}: {each.message}" for each in verdicts if each.failed]
    reason = "; ".join(failed) or "no clause could be run"
    return _none(f"{words} ({reason})")


def stated(asked: NewProduct, module: str) -> Implementation | None:
    """Return the implementation that was asked for where nothing is to be proven; else None."""
    if asked.implementation == "none":
        return _none("as asked")
    if asked.implementation == "skeleton":
        return Implementation(
            configured=skeleton(module),
            words=f"production's implementation is a skeleton, {module}/implementation.py: "
            "install the package, and pytest --contract says what it lacks",
        )
    return None


def _none(why: str) -> Implementation:
    return Implementation(
        configured=None,
        words=f"no implementation, so dual is left out of comparisons: {why}. One by hand: "
        "implementation=skeleton",
    )
