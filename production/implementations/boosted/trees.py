"""The trees as an ONNX graph from the matrix to the sums of leaves: written, and run.

Thresholds and leaves are doubles, as scikit-learn's are, so every row takes the same branches. The
sums are float32, because ONNX has no others: they differ from scikit-learn's by 1e-7 of their size.
"""

from __future__ import annotations

from ctypes import addressof, c_double, c_float
from functools import cached_property
from threading import Lock
from typing import TYPE_CHECKING, Any

import numpy as np
import onnxruntime as ort

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence
    from ctypes import Array

    from contracts.ports import Floats

INPUT, SUMS = "matrix", "sums"
#: The oldest versions that have the operators used here.
OPSETS, IR_VERSION = {"": 13, "ai.onnx.ml": 4}, 8
TREES = "TreeEnsembleRegressor"


class EnsembleGraph:
    """Runs a graph of trees: many rows, or one over bound memory.

    The session is made at the first prediction, in the process that predicts.

    Args:
        graph: The graph, serialized.
        columns: Of the matrix.
        outputs: How many sums each row has.
    """

    def __init__(self, graph: bytes, *, columns: int, outputs: int) -> None:
        self._graph, self._columns, self._outputs = graph, columns, outputs

    def many(self, matrix: Floats) -> Floats:
        """Return the sums of n rows, (n, outputs)."""
        (sums,) = self._session.run(None, {INPUT: matrix})
        return np.asarray(sums, dtype=np.float64)

    @cached_property
    def one(self) -> Callable[[list[Any]], list[float]]:
        """The function from one row of the matrix to its sums."""
        # The session reads and writes these in place, which takes half the time of a run that is
        # given its input.
        row, sums, lock = (c_double * self._columns)(), (c_float * self._outputs)(), Lock()
        binding, run = self._bind(row, sums), self._session.run_with_iobinding

        def summed(numbers: list[Any]) -> list[float]:
            with lock:
                row[:] = numbers
                run(binding)
                return sums[:]

        return summed

    def _bind(self, row: Array[c_double], sums: Array[c_float]) -> ort.IOBinding:
        """Return a binding to the memory of a row and of its sums, which must outlive it."""
        binding = self._session.io_binding()
        shape, out = (1, self._columns), (1, self._outputs)
        binding.bind_input(INPUT, "cpu", 0, np.float64, shape, addressof(row))
        binding.bind_output(SUMS, "cpu", 0, np.float32, out, addressof(sums))
        return binding

    @cached_property
    def _session(self) -> ort.InferenceSession:
        options = ort.SessionOptions()
        # One row takes less time than handing it to a second thread; batches use processes.
        options.intra_op_num_threads = options.inter_op_num_threads = 1
        return ort.InferenceSession(self._graph, options, providers=["CPUExecutionProvider"])


def fitted_attributes(
    stages: Sequence[Sequence[Any]], places: Sequence[int], *, sign: float = 1.0
) -> dict[str, Any]:
    """Return the attributes of an ensemble for trees as scikit-learn keeps them.

    Args:
        stages: For each stage the nodes of one tree for each output, as structured arrays.
        places: The output that each of these trees adds to.
        sign: By what leaves are multiplied.
    """
    trees = [nodes for stage in stages for nodes in stage]
    output = np.array([at for _ in stages for at in places])
    nodes = np.concatenate(trees)
    sizes = [len(each) for each in trees]
    tree = np.repeat(np.arange(len(trees)), sizes)
    position = np.concatenate([np.arange(size) for size in sizes])
    leaf = nodes["is_leaf"].astype(bool)
    branch = {
        "nodes_featureids": nodes["feature_idx"],
        "nodes_truenodeids": nodes["left"],
        "nodes_falsenodeids": nodes["right"],
        "nodes_missing_value_tracks_true": nodes["missing_go_to_left"],
    }
    return {
        "nodes_treeids": tree.tolist(),
        "nodes_nodeids": position.tolist(),
        "nodes_modes": ["LEAF" if each else "BRANCH_LEQ" for each in leaf],
        **{name: np.where(leaf, 0, values).tolist() for name, values in branch.items()},
        "nodes_values_as_tensor": np.where(leaf, 0.0, nodes["num_threshold"]),
        "target_treeids": tree[leaf].tolist(),
        "target_nodeids": position[leaf].tolist(),
        "target_ids": output[tree[leaf]].tolist(),
        "target_weights_as_tensor": sign * nodes["value"][leaf],
    }


def graph(attributes: Mapping[str, Any], *, columns: int, outputs: int) -> bytes:
    """Return the graph of an ensemble from its attributes, arrays among them as doubles.

    Args:
        attributes: Of the nodes and leaves of all trees, as ONNX names them.
        columns: Of the matrix.
        outputs: How many sums each row has.
    """
    from onnx import TensorProto, helper, numpy_helper  # noqa: PLC0415 - serving does without it

    numbers = {
        name: numpy_helper.from_array(np.asarray(values, np.float64), name)
        if name.endswith("_as_tensor")
        else values
        for name, values in attributes.items()
    }
    sums = helper.make_node(
        TREES, [INPUT], [SUMS], domain="ai.onnx.ml", n_targets=outputs, **numbers
    )
    body = helper.make_graph(
        [sums],
        "boosted",
        [helper.make_tensor_value_info(INPUT, TensorProto.DOUBLE, [None, columns])],
        [helper.make_tensor_value_info(SUMS, TensorProto.FLOAT, [None, outputs])],
    )
    opsets = [helper.make_opsetid(domain, version) for domain, version in OPSETS.items()]
    model = helper.make_model(body, opset_imports=opsets, ir_version=IR_VERSION)
    return bytes(model.SerializeToString(deterministic=True))
