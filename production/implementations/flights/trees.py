"""Fitted trees as an ONNX graph, written from their own nodes: read by nothing but data.

scikit-learn keeps the nodes of `HistGradientBoostingClassifier` in private arrays, so what is
written here is only trusted after the comparison in `learner`.
"""

from __future__ import annotations

from itertools import chain
from typing import TYPE_CHECKING, Any

import numpy as np
from onnx import TensorProto, helper

if TYPE_CHECKING:
    from collections.abc import Mapping

    import numpy.typing as npt

INPUT, RAW, OUTPUT = "matrix", "raw", "probability"
#: The oldest that have what is used here, so that every supported runtime reads the file.
OPSETS, IR_VERSION = {"": 13, "ai.onnx.ml": 3}, 8


def graph(trees: list[npt.NDArray[Any]], *, baseline: float, columns: int) -> bytes:
    """Return the graph of P(positive) for trees whose leaves sum to log-odds.

    Args:
        trees: For each tree its nodes, as scikit-learn's structured arrays.
        baseline: The log-odds every sum starts from.
        columns: Of the matrix.
    """
    return ensemble(_nodes(trees), baseline=baseline, columns=columns)


def ensemble(attributes: Mapping[str, Any], *, baseline: float, columns: int) -> bytes:
    """Return the graph of P(positive) for an ensemble as ONNX describes it.

    Args:
        attributes: Of the nodes and leaves of all trees, as ``TreeEnsembleRegressor`` takes them.
        baseline: The log-odds every sum starts from.
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
    """Return the attributes that describe the nodes of all trees, one after the other."""
    nodes = np.concatenate(trees)
    tree = list(chain.from_iterable([index] * len(each) for index, each in enumerate(trees)))
    place = list(chain.from_iterable(range(len(each)) for each in trees))
    leaf = nodes["is_leaf"].astype(bool)
    leaves = np.flatnonzero(leaf)
    branch = {
        "nodes_featureids": nodes["feature_idx"],
        "nodes_values": _floor(nodes["num_threshold"]),
        "nodes_truenodeids": nodes["left"],
        "nodes_falsenodeids": nodes["right"],
        "nodes_missing_value_tracks_true": nodes["missing_go_to_left"],
    }
    return {
        "nodes_treeids": tree,
        "nodes_nodeids": place,
        "nodes_modes": ["LEAF" if each else "BRANCH_LEQ" for each in leaf],
        **{name: np.where(leaf, 0, values).tolist() for name, values in branch.items()},
        "target_treeids": [tree[index] for index in leaves],
        "target_nodeids": [place[index] for index in leaves],
        "target_ids": [0] * len(leaves),
        "target_weights": nodes["value"][leaf].tolist(),
    }


def _floor(thresholds: npt.NDArray[np.float64]) -> npt.NDArray[np.float32]:
    """Return the largest float32 not above each threshold.

    Rounded to the nearest, a threshold could pass a float32 value it stood below; rounded down,
    every float32 value takes the branch it took.
    """
    with np.errstate(over="ignore"):
        near = thresholds.astype(np.float32)
    below = np.nextafter(near, np.float32(-np.inf))
    return np.where(near > thresholds, below, near)
