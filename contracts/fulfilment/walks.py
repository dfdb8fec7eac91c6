"""Whether every walk through an ensemble of trees in an ONNX graph ends.

A runtime follows branches until it comes to a leaf. A branch that leads back makes it go on for
ever, perhaps for a single number, which no golden row needs to hold. So each branch must lead to
nodes that are listed after it, as every converter lists them; several may lead to one node.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

if TYPE_CHECKING:
    from collections.abc import Iterable

    import numpy.typing as npt

    Integers = npt.NDArray[np.int64]

#: Attributes with a number for each node: its tree, its number there, and the nodes it leads to.
IDS, CHILDREN = ("nodes_treeids", "nodes_nodeids"), ("nodes_truenodeids", "nodes_falsenodeids")
MODES, LEAF = "nodes_modes", "LEAF"


def walks_end(attributes: Iterable[Any]) -> bool:
    """Return whether each branch of an ensemble leads to nodes of its tree that are listed later.

    Args:
        attributes: Of the ensemble, each with its name, integers and texts. None may come twice.
    """
    given = list(attributes)
    by_name = {each.name: each for each in given}
    trees, nodes, *children = (
        np.array(by_name[name].integers if name in by_name else (), np.int64)
        for name in IDS + CHILDREN
    )
    modes = by_name[MODES].texts if MODES in by_name else ()
    sizes = {len(each) for each in (trees, nodes, *children, modes)}
    if len(by_name) < len(given) or len(sizes) > 1:
        return False
    branches = np.flatnonzero([each != LEAF for each in modes])
    wanted = np.concatenate([each[branches] for each in children])
    return _come_after(np.tile(branches, len(children)), wanted, trees, nodes)


def _come_after(places: Integers, children: Integers, trees: Integers, nodes: Integers) -> bool:
    """Return whether each node is there once, and a child of one at a place is at a later place."""
    known = np.unique(nodes)
    tree = np.unique(trees, return_inverse=True)[1]
    keys = tree * len(known) + np.searchsorted(known, nodes)
    order = np.argsort(keys)
    keys = keys[order]
    wanted = tree[places] * len(known) + np.searchsorted(known, children)
    at = np.searchsorted(keys, wanted).clip(max=max(len(keys) - 1, 0))
    exist = np.isin(children, known) & (keys[at] == wanted)
    return bool((np.diff(keys) > 0).all() and (exist & (order[at] > places)).all())
