"""Branches on sets of categories, written as comparisons."""

from __future__ import annotations

from itertools import product
from typing import TYPE_CHECKING, Any

import numpy as np
import pytest

from research.export.category_sets import in_set, without_sets
from research.export.ensembles import Tree

if TYPE_CHECKING:
    from research.export.ensembles import Array

LEFT, RIGHT = 1.0, 2.0


def branch(*, missing_left: bool) -> Tree:
    """Return a tree of one branch, which sends what goes left to 1, what goes right to 2."""
    return Tree(
        left=np.array([1, 0, 0]),
        right=np.array([2, 0, 0]),
        feature=np.array([0, 0, 0]),
        threshold=np.zeros(3),
        missing_left=np.array([missing_left, False, False]),
        leaf=np.array([False, True, True]),
        value=np.array([[0.0], [LEFT], [RIGHT]]),
    )


def reached(tree: Tree, code: float) -> float:
    """Return the value of the leaf that a code comes to."""
    at = 0
    while not tree.leaf[at]:
        goes_left = tree.missing_left[at] if np.isnan(code) else code <= tree.threshold[at]
        child = tree.left[at] if goes_left else tree.right[at]
        assert child > at, "a child comes before its parent"
        at = child
    return float(tree.value[at, 0])


@pytest.mark.parametrize("missing_left", [True, False])
@pytest.mark.parametrize("sides", [*product([True, False], repeat=4)], ids=str)
def test_every_code_goes_where_its_set_sends_it(sides: Any, missing_left: bool) -> None:  # noqa: FBT001
    """Of all sets of four codes, each code and a missing one take their branch."""
    tree = without_sets(branch(missing_left=missing_left), {0: np.array(sides)})
    for code, side in [*enumerate(sides), (np.nan, missing_left)]:
        assert reached(tree, code) == (LEFT if side else RIGHT)


@pytest.mark.parametrize("count", [1, 31, 32, 33, 255, 256])
def test_a_set_is_read_from_its_bits(count: int) -> None:
    """Eight words hold 256 codes, the first in the lowest bit."""
    codes: Array = np.random.default_rng(count).random(256) < 0.5
    words = np.zeros(8, np.uint32)
    for code in np.flatnonzero(codes):
        words[code // 32] |= np.uint32(1) << np.uint32(code % 32)
    assert np.array_equal(in_set(words, count), codes[:count])
