"""Branches on sets of categories as chains of comparisons, which every runtime computes exactly.

Boosted trees with ``categorical_features=`` ask whether a code, 0 to n - 1, is in a set. ONNX's own
test of membership has neither a version that all runtimes know, nor one result in them for all
numbers. So the codes are cut into runs that go the same way, and each end of a run is a threshold.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from collections.abc import Mapping

    from research.export.arrays import Array
    from research.export.ensembles import Tree


def without_sets(tree: Tree, sets: Mapping[int, Array]) -> Tree:
    """Return a tree in which branches on sets of categories are chains of comparisons.

    Each node of a chain leads where its run of codes goes, or on to the next node; so several nodes
    lead to one child. A missing code goes where the branch sends missing ones.

    Args:
        tree: The tree; the thresholds of its branches on sets mean nothing.
        sets: Of each such branch, by its position: whether each of n codes goes left, (n,).
    """
    runs = {at: _runs(goes_left) for at, goes_left in sets.items()}
    sizes = np.array([len(runs[at][0]) if at in runs else 1 for at in range(len(tree.leaf))])
    start = np.cumsum(sizes) - sizes
    branch = np.repeat(np.arange(len(sizes)), sizes)
    left, right = start[tree.left[branch]], start[tree.right[branch]]
    threshold, missing = tree.threshold[branch], tree.missing_left[branch].astype(bool)
    for at, (ends, goes_left, last_left) in runs.items():
        chain = np.arange(start[at], start[at] + len(ends))
        children = np.array([right[chain[0]], left[chain[0]]])
        threshold[chain] = ends
        missing[chain] = goes_left == missing[chain[0]]
        left[chain] = children[goes_left.astype(int)]
        right[chain] = [*chain[1:], children[int(last_left)]]
    return tree._replace(
        left=left,
        right=right,
        feature=tree.feature[branch],
        threshold=threshold,
        missing_left=missing,
        leaf=tree.leaf[branch],
        value=tree.value[branch],
    )


def in_set(words: Array, count: int) -> Array:
    """Return whether each of the codes below a count is in a set of 32 bits a word, (count,)."""
    codes = np.arange(count)
    bits: Array = (words[codes // 32] >> (codes % 32).astype(np.uint32)) & 1 != 0
    return bits


def _runs(goes_left: Array) -> tuple[Array, Array, bool]:
    """Return the last code of each run but the last, which way it goes, and the last one's way.

    Of a single run: its last code, its way, and the other way, which only missing codes go.
    """
    ends = np.flatnonzero(goes_left[1:] != goes_left[:-1])
    if not len(ends):
        return np.array([len(goes_left) - 1]), goes_left[-1:], not goes_left[-1]
    return ends, goes_left[ends], bool(goes_left[-1])
