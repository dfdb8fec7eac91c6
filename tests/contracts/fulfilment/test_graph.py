"""Which ONNX graphs may be served."""

from __future__ import annotations

from typing import Any

import pytest
from onnx import TensorProto, helper

from contracts.errors import DataError
from contracts.fulfilment.graph import MESSAGES, NODES, check_graph

BODY = helper.make_graph([helper.make_node("Identity", ["a"], ["b"])], "body", [], [])
CONSTANT = helper.make_tensor("w", TensorProto.FLOAT, [1], [1.0])
OUTSIDE = TensorProto(name="w", data_type=TensorProto.FLOAT, dims=[1])
OUTSIDE.data_location = TensorProto.EXTERNAL
OUTSIDE.external_data.add(key="location", value="other.bin")
SPARSE = helper.make_sparse_tensor(
    CONSTANT, helper.make_tensor("i", TensorProto.INT64, [1], [0]), [3]
)
FUNCTION = helper.make_function(
    "own", "f", ["a"], ["b"], [helper.make_node("Relu", ["a"], ["b"])], []
)


def serialized(*nodes: Any, initializers: Any = (), **options: Any) -> bytes:
    """Return a model of a graph of nodes."""
    graph = helper.make_graph([*nodes], "graph", [], [], initializer=[*initializers])
    return helper.make_model(graph, **options).SerializeToString()


def node(operator: str, **attributes: Any) -> Any:
    """Return a node of an operator."""
    return helper.make_node(operator, ["x"], ["y"], **attributes)


def trees(**changes: Any) -> Any:
    """Return an ensemble of a tree of three branches, two of which lead to one leaf."""
    attributes: dict[str, Any] = {
        "trees": [0, 0, 0, 0, 0],
        "nodes": [0, 1, 2, 3, 4],
        "modes": ["BRANCH_LEQ", "BRANCH_LEQ", "BRANCH_LEQ", "LEAF", "LEAF"],
        "true": [1, 3, 3, 0, 0],
        "false": [2, 2, 4, 0, 0],
    }
    names = {"trees": "treeids", "nodes": "nodeids", "true": "truenodeids", "false": "falsenodeids"}
    given = {f"nodes_{names.get(n, n)}": each for n, each in (attributes | changes).items()}
    return node("TreeEnsembleClassifier", domain="ai.onnx.ml", **given)


@pytest.mark.parametrize(
    "model",
    [
        serialized(node("Sigmoid")),
        serialized(trees()),
        serialized(trees(nodes=[9, 8, 7, 6, 5], true=[8, 6, 6, 0, 0], false=[7, 7, 5, 0, 0])),
        serialized(node("TreeEnsembleRegressor", domain="ai.onnx.ml", nodes_values=[0.5, 1.5])),
        serialized(node("Add", domain="ai.onnx"), initializers=[CONSTANT]),
        serialized(node("Constant", value=CONSTANT)),
    ],
)
def test_plain_operators_are_served(model: bytes) -> None:
    """Of ONNX's own domain under both of its names, and of that for trained models."""
    check_graph(model, name="a graph")


@pytest.mark.parametrize(
    ("model", "fault"),
    [
        (serialized(node("Loop", body=BODY)), "the operator :Loop"),
        (serialized(node("Scan", body=BODY)), "the operator :Scan"),
        (serialized(node("If", then_branch=BODY, else_branch=BODY)), "the operator :If"),
        (serialized(node("Sigmoidd")), r"the operator :Sigmoidd \(did you mean 'Sigmoid'\?\)"),
        (serialized(node("Sigmoid", domain="own")), "the operator own:Sigmoid"),
        (serialized(node("Sigmoid", body=BODY)), "a graph inside an operator"),
        (serialized(node("Sigmoid", bodies=[BODY])), "graphs inside an operator"),
        (serialized(node("Relu"), functions=[FUNCTION]), "functions of its own"),
        (serialized(node("Relu"), initializers=[OUTSIDE]), "data outside of its file"),
        (serialized(node("Constant", value=OUTSIDE)), "data outside of its file"),
        (serialized(node("Relu", values=[CONSTANT, OUTSIDE])), "data outside of its file"),
        (serialized(node("Constant", sparse_value=SPARSE)), "sparse data"),
        (serialized(trees(false=[2, 0, 4, 0, 0])), "trees whose branches do not all lead to a"),
        (serialized(trees(false=[2, 0, 7, 0, 0])), "trees whose branches do not all lead to a"),
        (serialized(trees(trees=[0, 0, 0, 0, 1])), "trees whose branches do not all lead to a"),
        (serialized(trees(nodes=[0, 1, 2, 3, 3])), "trees whose branches do not all lead to a"),
        (serialized(trees(modes=["BRANCH_LEQ"])), "trees whose branches do not all lead to a"),
        (serialized(node("TreeEnsemble", domain="ai.onnx.ml")), "the operator ai.onnx.ml:TreeEns"),
        (serialized(*[node("Relu")] * (NODES + 1)), "10,001 operators, more than 10,000"),
    ],
)
def test_what_a_graph_may_not_have_is_named(model: bytes, fault: str) -> None:
    """Whatever could run without end, hide a part, or read another file."""
    with pytest.raises(DataError, match=f"a graph has {fault}.*, which is not served"):
        check_graph(model, name="a graph")


def test_a_graph_given_in_two_parts_is_checked_whole() -> None:
    """A message that is given twice is merged, as every runtime does."""
    parts = serialized(node("Relu")) + serialized(node("Loop", body=BODY))
    with pytest.raises(DataError, match="Loop"):
        check_graph(parts, name="a graph")


@pytest.mark.parametrize("content", [b"\0", b"\x3a\xff", b"no model", bytes(range(256))])
def test_what_is_no_model_is_refused(content: bytes) -> None:
    """As data, not by the parser's own error."""
    with pytest.raises(DataError, match="a graph is no ONNX model"):
        check_graph(content, name="a graph")


def test_the_fields_are_those_of_onnx() -> None:
    """Each has the number and the type that ONNX's own definition gives it."""
    import onnx  # noqa: PLC0415 - the oracle

    names = {"tensor": "t", "graph": "g", "reference": "ref_attr_name", "sparse": "sparse_tensor"}
    names |= {"sparses": "sparse_tensors", "integers": "ints", "texts": "strings"}
    for message, fields in MESSAGES.items():
        by_number = getattr(onnx, f"{message}Proto").DESCRIPTOR.fields_by_number
        for name, (number, kind) in fields.items():
            field = by_number[number]
            expected = {name, names.get(name, name)} | (
                {"sparse_initializer"} if number == 15 else set()
            )
            assert field.name in expected
            nested = field.message_type.name.removesuffix("Proto") if field.message_type else kind
            assert kind.removesuffix("*") in {"bytes", "string", "int64", nested.removesuffix("*")}
            assert kind.endswith("*") == field.is_repeated or kind == "bytes"
