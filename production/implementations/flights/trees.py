"""Writes fitted trees as an ONNX graph, from their nodes.

scikit-learn keeps the nodes of `HistGradientBoostingClassifier` in private arrays, so a graph
written here is trusted only after the comparison in `learner`.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np
from onnx import TensorProto, helper

if TYPE_CHECKING:
    from collections.abc import Mapping

    import numpy.typing as npt

INPUT, RAW, OUTPUT = "matrix", "raw", "probability"
#: The oldest versions that have the operators used here, so that every runtime reads the file.
OPSETS, IR_VERSION = {"": 13, "ai.onnx.ml": 3}, 8


def graph(trees: list[npt.NDArray[Any]], *, baseline: float, columns: int) -> bytes:
    """Return the graph of P(positive) for trees whose leaves sum to log-odds.

    Args:
        trees: The nodes of each tree, as scikit-learn's structured arrays.
        baseline: The log-odds that every sum of leaves starts from.
        columns: Of the matrix.
    """
    return ensemble(_nodes(trees), baseline=baseline, columns=columns)


def ensemble(attributes: Mapping[str, Any], *, baseline: float, columns: int) -> bytes:
    """Return the graph of P(positive) for an ensemble in ONNX's own attributes.

    Args:
        attributes: Of the nodes and leaves of all trees, as ``TreeEnsembleRegressor`` takes them.
        baseline: The log-odds that every sum of leaves starts from.
        columns: Of the matrix.
    """
    sums = helper.make_node(
        "TreeEnsembleRegressor",
        [INPUT],
        [RAW],
        domain="ai.onnx.ml",
        n_targets=1,
        base_values=[baseline],
        **attributes,
    )
    chance = helper.make_node("Sigmoid", [RAW], [OUTPUT])
    body = helper.make_graph(
        [sums, chance],
        "flights",
        [helper.make_tensor_value_info(INPUT, TensorProto.FLOAT, [None, columns])],
        [helper.make_tensor_value_info(OUTPUT, TensorProto.FLOAT, [None, 1])],
    )
    opsets = [helper.make_opsetid(domain, version) for domain, version in OPSETS.items()]
    model = helper.make_model(body, opset_imports=opsets, ir_version=IR_VERSION)
    return bytes(model.SerializeToString())


def _nodes(trees: list[npt.NDArray[Any]]) -> dict[str, Any]:
    """Return the attributes of an ensemble for the nodes of all trees, one after the other."""
    nodes = np.concatenate(trees)
    tree = np.repeat(np.arange(len(trees)), [len(each) for each in trees])
    position = np.concatenate([np.arange(len(each)) for each in trees])
    leaf = nodes["is_leaf"].astype(bool)
    branch = {
        "nodes_featureids": nodes["feature_idx"],
        "nodes_values": _floor(nodes["num_threshold"]),
        "nodes_truenodeids": nodes["left"],
        "nodes_falsenodeids": nodes["right"],
        "nodes_missing_value_tracks_true": nodes["missing_go_to_left"],
    }
    return {
        "nodes_treeids": tree.tolist(),
        "nodes_nodeids": position.tolist(),
        "nodes_modes": ["LEAF" if each else "BRANCH_LEQ" for each in leaf],
        **{name: np.where(leaf, 0, values).tolist() for name, values in branch.items()},
        "target_treeids": tree[leaf].tolist(),
        "target_nodeids": position[leaf].tolist(),
        "target_ids": [0] * int(leaf.sum()),
        "target_weights": nodes["value"][leaf].tolist(),
    }


def _floor(thresholds: npt.NDArray[np.float64]) -> npt.NDArray[np.float32]:
    """Return the largest float32 not above each threshold.

    Rounded to the nearest, a threshold could pass a float32 value that was above it; rounded down,
    every float32 value takes the same branch.
    """
    with np.errstate(over="ignore"):
        near = thresholds.astype(np.float32)
    below = np.nextafter(near, np.float32(-np.inf))
    return np.where(near > thresholds, below, near)
