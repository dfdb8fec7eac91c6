"""Trees of scikit-learn as a node of an ONNX graph that takes the same branch for every number.

`HistGradientBoosting…` compares doubles with doubles, and so does the node. All other trees compare
float32 with doubles; there the node's thresholds are rounded down to float32, by which each float32
takes the same branch. The sums of leaves are of float32.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, NamedTuple

import numpy as np
from onnx import numpy_helper

from research.export.graph import TREES, Graph, Matrix

if TYPE_CHECKING:
    from collections.abc import Sequence

    from research.export.arrays import Array

#: The attributes that hold numbers of the matrix's own precision.
PRECISE = ("nodes_values", "target_weights")


class Tree(NamedTuple):
    """The n nodes of one tree, as arrays of shape (n,).

    Attributes:
        left: Where a branch leads to if its number is at most the threshold; of a leaf, 0.
        right: Where it leads to else.
        feature: The matrix's column that a branch looks at.
        threshold: What it compares with.
        missing_left: Whether a missing number goes left.
        leaf: Which nodes are leaves.
        value: What each leaf adds to the outputs, (n, k).
        output: The first of the k outputs that it adds to.
    """

    left: Array
    right: Array
    feature: Array
    threshold: Array
    missing_left: Array
    leaf: Array
    value: Array
    output: int = 0


def boosted(nodes: Array, output: int) -> Tree:
    """Return a tree of `HistGradientBoosting…` from its nodes."""
    leaf = nodes["is_leaf"].astype(bool)
    return Tree(
        left=nodes["left"],
        right=nodes["right"],
        feature=nodes["feature_idx"],
        threshold=nodes["num_threshold"],
        missing_left=nodes["missing_go_to_left"],
        leaf=leaf,
        value=nodes["value"][:, None],
        output=output,
    )


def plain(tree: Any, value: Array, output: int = 0) -> Tree:
    """Return any other tree, with what each of its leaves adds, (n, k)."""
    leaf = tree.children_left == -1
    return Tree(
        left=tree.children_left,
        right=tree.children_right,
        feature=tree.feature,
        threshold=tree.threshold,
        missing_left=tree.missing_go_to_left,
        leaf=leaf,
        value=value,
        output=output,
    )


def summed(graph: Graph, matrix: Matrix, trees: Sequence[Tree], outputs: int) -> Matrix:
    """Return the sums of the leaves that each row comes to, (n, outputs)."""
    attributes = _attributes(trees)
    if matrix.kind == "single":
        attributes["nodes_values"] = _floored(attributes["nodes_values"])
        numbers = {name: attributes[name].astype(np.float32).tolist() for name in PRECISE}
    else:
        numbers = {
            f"{name}_as_tensor": numpy_helper.from_array(attributes[name], name) for name in PRECISE
        }
    rest = {name: values for name, values in attributes.items() if name not in PRECISE}
    name = graph.node(
        "TreeEnsembleRegressor",
        [matrix.name],
        TREES,
        n_targets=outputs,
        **{name: list(values) for name, values in rest.items()},
        **numbers,
    )
    return graph.cast(Matrix(name, outputs, "single", exact=False), "float")


def _attributes(trees: Sequence[Tree]) -> dict[str, Any]:
    """Return the attributes of an ensemble, the nodes of all trees one after the other."""
    sizes = [len(each.leaf) for each in trees]
    tree = np.repeat(np.arange(len(trees)), sizes)
    node = np.concatenate([np.arange(size) for size in sizes])
    leaf = np.concatenate([each.leaf for each in trees])

    def branches(name: str) -> Array:
        values = np.concatenate([getattr(each, name) for each in trees])
        return np.where(leaf, 0, values)

    widths = [each.value.shape[1] for each in trees]
    leaves = [np.flatnonzero(each.leaf) for each in trees]
    repeated = [np.repeat(at, width) for at, width in zip(leaves, widths, strict=True)]
    targets = [
        np.tile(np.arange(each.output, each.output + width), len(at))
        for each, at, width in zip(trees, leaves, widths, strict=True)
    ]
    weights = [each.value[at].ravel() for each, at in zip(trees, leaves, strict=True)]
    return {
        "nodes_treeids": tree.tolist(),
        "nodes_nodeids": node.tolist(),
        "nodes_modes": ["LEAF" if each else "BRANCH_LEQ" for each in leaf],
        "nodes_featureids": branches("feature").tolist(),
        "nodes_values": branches("threshold").astype(np.float64),
        "nodes_truenodeids": branches("left").tolist(),
        "nodes_falsenodeids": branches("right").tolist(),
        "nodes_missing_value_tracks_true": branches("missing_left").astype(int).tolist(),
        "target_treeids": np.repeat(
            np.arange(len(trees)), [len(each) for each in repeated]
        ).tolist(),
        "target_nodeids": np.concatenate(repeated).tolist(),
        "target_ids": np.concatenate(targets).tolist(),
        "target_weights": np.concatenate(weights).astype(np.float64),
    }


def _floored(thresholds: Array) -> Array:
    """Return for each threshold the largest float32 that is not above it."""
    with np.errstate(over="ignore"):
        near = thresholds.astype(np.float32)
    below = np.nextafter(near, np.float32(-np.inf))
    return np.where(near > thresholds, below, near)
