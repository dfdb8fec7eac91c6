"""Steps that make other features of numbers, added to a graph: functions, bins, powers, sums."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING, Any

import numpy as np
from sklearn.utils.validation import check_array

from research.export.graph import Graph, Matrix
from research.export.steps import InexactError, compared, doubles, numbers

if TYPE_CHECKING:
    from collections.abc import Sequence


#: For a function of numpy: what is added before, the operator, and what is added after it.
FUNCTIONS: dict[Any, tuple[float, str, float]] = {
    np.abs: (0.0, "Abs", 0.0),
    np.exp: (0.0, "Exp", 0.0),
    np.expm1: (0.0, "Exp", -1.0),
    np.log: (0.0, "Log", 0.0),
    np.log1p: (1.0, "Log", 0.0),
    np.sqrt: (0.0, "Sqrt", 0.0),
}
#: Those of them that every runtime computes to the last bit.
EXACT = (np.abs, np.sqrt)


def function(graph: Graph, estimator: Any, columns: Sequence[Matrix]) -> Sequence[Matrix]:
    """Add a function of each number by itself; without one, pass the columns on."""
    if estimator.func is None or is_check(estimator.func):
        return columns
    if estimator.kw_args:
        raise InexactError("FunctionTransformer gives its function arguments")
    return [applied(graph, estimator.func, doubles(graph, estimator, columns))]


def is_check(function: Any) -> bool:
    """Return whether a function only checks a matrix, as the one inside of boosted trees does."""
    return type(function) is partial and function.func is check_array


def applied(graph: Graph, function: Any, matrix: Matrix) -> Matrix:
    """Return a function of numpy of each number of a matrix."""
    if not isinstance(function, np.ufunc) or function not in FUNCTIONS:
        raise InexactError("a function is called that is not known to be the same there")
    before, operator, after = FUNCTIONS[function]
    shifted = graph.arithmetic("Add", matrix, before) if before else matrix
    name = graph.node(operator, [shifted.name])
    given = Matrix(name, matrix.width, exact=matrix.exact and function in EXACT)
    return graph.arithmetic("Add", given, after) if after else given


def selected(graph: Graph, estimator: Any, columns: Sequence[Matrix]) -> list[Matrix]:
    """Add the choice of some columns."""
    matrix = numbers(graph, estimator, columns)
    return graph.taken([matrix], estimator.get_support(indices=True))


def bins(graph: Graph, estimator: Any, columns: Sequence[Matrix]) -> list[Matrix]:
    """Add the bin of each number, or a column of zeros and ones for each bin."""
    matrix = compared(graph, estimator, columns)
    if matrix.kind == "single" or estimator.dtype not in {None, np.float64}:
        raise InexactError("KBinsDiscretizer computes in single precision")
    given = []
    for column, edges in zip(graph.split([matrix]), estimator.bin_edges_, strict=True):
        inner = graph.constant(edges[1:-1].reshape(1, -1))
        above = graph.node("GreaterOrEqual", [column.name, inner])
        passed = graph.cast(Matrix(above, len(edges) - 2, "int"), "float")
        number = graph.node("ReduceSum", [passed.name, graph.constant(np.array([1]))], keepdims=1)
        if estimator.encode == "ordinal":
            given.append(Matrix(number, 1))
            continue
        every = np.arange(len(edges) - 1, dtype=np.float64)
        hot = graph.node("Equal", [number, graph.constant(every.reshape(1, -1))])
        given.append(graph.cast(Matrix(hot, len(every), "int"), "float"))
    return given


def powers(graph: Graph, estimator: Any, columns: Sequence[Matrix]) -> list[Matrix]:
    """Add products of columns, degree by degree."""
    matrix = doubles(graph, estimator, columns)
    exponents = estimator.powers_
    degrees = exponents.sum(axis=1)
    given = []
    for degree in np.unique(degrees):
        terms = [np.repeat(np.arange(matrix.width), each) for each in exponents[degrees == degree]]
        if not degree:
            (first,) = graph.taken([matrix], [0])
            present = Matrix(graph.node("Equal", [first.name, first.name]), 1, "int")
            given.append(graph.cast(present, "float"))
            continue
        product, *factors = (graph.taken([matrix], each)[0] for each in np.transpose(terms))
        for factor in factors:
            # The order of three factors decides on the last bit.
            name = graph.node("Mul", [product.name, factor.name])
            product = Matrix(name, factor.width, exact=matrix.exact and degree == 2)
        given.append(product)
    return given


def components(graph: Graph, estimator: Any, columns: Sequence[Matrix]) -> list[Matrix]:
    """Add the projection on principal components, or on singular vectors."""
    matrix = doubles(graph, estimator, columns)
    axes = estimator.components_.T
    if axes.dtype != np.float64:
        raise InexactError(f"{type(estimator).__name__} was fitted in single precision")
    name = graph.node("MatMul", [matrix.name, graph.constant(axes)])
    product = Matrix(name, axes.shape[1], exact=False)
    if hasattr(estimator, "mean_"):
        product = graph.arithmetic("Sub", product, estimator.mean_ @ axes)
    if getattr(estimator, "whiten", False):
        scale = np.sqrt(estimator.explained_variance_).clip(np.finfo(np.float64).eps)
        product = graph.arithmetic("Div", product, scale)
    return [product]
