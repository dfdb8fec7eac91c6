"""Writes ONNX graphs node by node: inputs one a column, matrices in double precision.

Only what `operators` and `ensembles` use, and only operators that every runtime computes exactly or
to the last bits of a double.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import msgspec
import numpy as np
from onnx import TensorProto, helper, numpy_helper

from research.export.arrays import Kind

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

#: The oldest versions that have the operators used here, so that every runtime reads the file.
OPSETS, IR_VERSION = {"": 13, "ai.onnx.ml": 4}, 8
TREES = "ai.onnx.ml"
#: What a graph takes for each kind of column; whole numbers are cast as numpy casts them.
TENSORS = {"str": TensorProto.STRING, "int": TensorProto.DOUBLE, "float": TensorProto.DOUBLE}
OUTPUT = "predicted"


class Matrix(msgspec.Struct, frozen=True):
    """A matrix of numbers in a graph, or one column of texts.

    Attributes:
        name: Of the value in the graph.
        width: Its number of columns.
        kind: ``float`` for double precision, ``single``, or ``str``.
        exact: Whether it is scikit-learn's to the last bit, so that comparing it with a threshold
            takes the same branch; sums and exponentials are not.
    """

    name: str
    width: int
    kind: Kind = "float"
    exact: bool = True


class Graph:
    """A graph under construction.

    Args:
        inputs: Each input column, in order, and what it holds.

    Attributes:
        columns: The inputs, one matrix of width 1 each.
    """

    def __init__(self, inputs: Mapping[str, Kind]) -> None:
        self.columns = [
            Matrix(name, 1, "str" if kind == "str" else "float") for name, kind in inputs.items()
        ]
        self._inputs = [
            helper.make_tensor_value_info(name, TENSORS[kind], [None, 1])
            for name, kind in inputs.items()
        ]
        self._taken = {OUTPUT, *inputs}
        self._nodes: list[Any] = []
        self._constants: list[Any] = []

    def node(self, kind: str, inputs: Sequence[str], domain: str = "", **attributes: Any) -> str:
        """Add a node, and return the name of what it gives."""
        name = self._name(kind.lower())
        self._nodes.append(
            helper.make_node(kind, inputs, [name], name=name, domain=domain, **attributes)
        )
        return name

    def constant(self, values: Any) -> str:
        """Add an array of numbers, and return its name."""
        name = self._name("constant")
        self._constants.append(numpy_helper.from_array(np.ascontiguousarray(values), name))
        return name

    def cast(self, matrix: Matrix, kind: Kind) -> Matrix:
        """Return a matrix of numbers in another precision."""
        if matrix.kind == kind:
            return matrix
        to = TensorProto.FLOAT if kind == "single" else TensorProto.DOUBLE
        return Matrix(self.node("Cast", [matrix.name], to=to), matrix.width, kind, matrix.exact)

    def joined(self, parts: Sequence[Matrix]) -> Matrix:
        """Return matrices of numbers side by side: single precision if all of them are."""
        kind: Kind = "single" if all(each.kind == "single" for each in parts) else "float"
        cast = [self.cast(each, kind) for each in parts]
        if len(cast) == 1:
            return cast[0]
        name = self.node("Concat", [each.name for each in cast], axis=1)
        exact = all(each.exact for each in parts)
        return Matrix(name, sum(each.width for each in cast), kind, exact)

    def taken(self, columns: Sequence[Matrix], indices: Sequence[int]) -> list[Matrix]:
        """Return some of the columns; of a matrix of several, those side by side."""
        if all(each.width == 1 for each in columns):
            return [columns[at] for at in indices]
        if not len(indices):
            return []
        matrix = self.joined(columns)
        places = self.constant(np.asarray(indices, np.int64))
        name = self.node("Gather", [matrix.name, places], axis=1)
        return [Matrix(name, len(indices), matrix.kind, matrix.exact)]

    def split(self, columns: Sequence[Matrix]) -> list[Matrix]:
        """Return columns of which each is a matrix of width 1."""
        return [
            part
            for each in columns
            for at in range(each.width)
            for part in ([each] if each.width == 1 else self.taken([each], [at]))
        ]

    def arithmetic(self, kind: str, matrix: Matrix, values: Any) -> Matrix:
        """Return a matrix with an operation of numbers applied, one for each column, or one."""
        constant = self.constant(np.atleast_1d(np.asarray(values, np.float64)))
        name = self.node(kind, [matrix.name, constant])
        return Matrix(name, matrix.width, exact=matrix.exact)

    def mean(self, parts: Sequence[Matrix], weights: Sequence[float] | None = None) -> Matrix:
        """Return the mean of matrices of one shape."""
        shares = np.ones(len(parts)) if weights is None else np.asarray(weights, np.float64)
        shares = shares / shares.sum()
        shared = zip(parts, shares, strict=True)
        names = [self.arithmetic("Mul", part, share).name for part, share in shared]
        return Matrix(self.node("Sum", names), parts[0].width, exact=False)

    def serialized(self, output: Matrix) -> bytes:
        """Return the graph, its output being a matrix in double precision."""
        last = self.cast(output, "float")
        result = helper.make_node("Identity", [last.name], [OUTPUT])
        body = helper.make_graph(
            [*self._nodes, result],
            "exported",
            self._inputs,
            [helper.make_tensor_value_info(OUTPUT, TensorProto.DOUBLE, [None, last.width])],
            self._constants,
        )
        opsets = [helper.make_opsetid(domain, version) for domain, version in OPSETS.items()]
        model = helper.make_model(body, opset_imports=opsets, ir_version=IR_VERSION)
        return bytes(model.SerializeToString(deterministic=True))

    def _name(self, stem: str) -> str:
        number = len(self._nodes) + len(self._constants)
        name = f"{stem}_{number}"
        while name in self._taken:
            name += "_"
        self._taken.add(name)
        return name
