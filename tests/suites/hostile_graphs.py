"""Crafted graphs of a generation's model, and a sound one: see `tests.suites.hostile`."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Any

import msgspec
from onnx import TensorProto, helper

from production.generation.description import FILE, Description
from production.generation.files import MODEL
from production.implementations.flights.model import TREES_FILE
from production.implementations.flights.trees import INPUT, OUTPUT, ensemble

if TYPE_CHECKING:
    import random
    from pathlib import Path

#: Changes a generation's folder; returns a listing's bytes where that is what is crafted.
Craft = Callable[["Path", "random.Random"], "bytes | None"]
CHAIN = 200_001
SIDE = 2**20


def stump(columns: int, **changes: Any) -> bytes:
    """Return the graph of a tree of two leaves over some columns, its attributes changed."""
    attributes: dict[str, Any] = {
        "nodes_treeids": [0, 0, 0],
        "nodes_nodeids": [0, 1, 2],
        "nodes_modes": ["BRANCH_LEQ", "LEAF", "LEAF"],
        "nodes_featureids": [0, 0, 0],
        "nodes_values": [2.5, 0.0, 0.0],
        "nodes_truenodeids": [1, 0, 0],
        "nodes_falsenodeids": [2, 0, 0],
        "nodes_missing_value_tracks_true": [0, 0, 0],
        "target_treeids": [0, 0],
        "target_nodeids": [1, 2],
        "target_ids": [0, 0],
        "target_weights": [-1.0, 0.5],
    }
    return ensemble({**attributes, **changes}, baseline=-0.5, columns=columns)


def _trees(**changes: Any) -> Craft:
    def craft(folder: Path, _: random.Random) -> None:
        said = msgspec.json.decode((folder / FILE).read_bytes(), type=Description)
        (folder / MODEL / TREES_FILE).write_bytes(stump(len(said.inputs), **changes))

    return craft


def _circle() -> dict[str, Any]:
    """A tree that leads back to an inner node, but only for numbers that no golden row has."""
    return {
        "nodes_treeids": [0] * 7,
        "nodes_nodeids": [*range(7)],
        "nodes_modes": ["BRANCH_LEQ", "LEAF", "LEAF", "BRANCH_LEQ", "LEAF", "BRANCH_LEQ", "LEAF"],
        "nodes_featureids": [0] * 7,
        "nodes_values": [2.5, 0.0, 0.0, -8e30, 0.0, -9e30, 0.0],
        "nodes_truenodeids": [3, 0, 0, 5, 0, 3, 0],
        "nodes_falsenodeids": [2, 0, 0, 1, 0, 6, 0],
        "nodes_missing_value_tracks_true": [0] * 7,
        "target_treeids": [0] * 4,
        "target_nodeids": [1, 2, 4, 6],
        "target_ids": [0] * 4,
        "target_weights": [-1.0, 0.5, 0.0, 0.0],
    }


def _chain() -> dict[str, Any]:
    """One tree as deep as it has branches."""
    leaf = [bool(at % 2) or at == CHAIN - 1 for at in range(CHAIN)]
    leaves = [at for at in range(CHAIN) if leaf[at]]
    return {
        "nodes_treeids": [0] * CHAIN,
        "nodes_nodeids": [*range(CHAIN)],
        "nodes_modes": ["LEAF" if each else "BRANCH_LEQ" for each in leaf],
        "nodes_featureids": [0] * CHAIN,
        "nodes_values": [2.5] * CHAIN,
        "nodes_truenodeids": [0 if leaf[at] else at + 1 for at in range(CHAIN)],
        "nodes_falsenodeids": [0 if leaf[at] else at + 2 for at in range(CHAIN)],
        "nodes_missing_value_tracks_true": [0] * CHAIN,
        "target_treeids": [0] * len(leaves),
        "target_nodeids": leaves,
        "target_ids": [0] * len(leaves),
        "target_weights": [0.0] * len(leaves),
    }


def _graph(nodes: list[Any], initializers: Any = (), **options: Any) -> Craft:
    def craft(folder: Path, _: random.Random) -> None:
        columns = len(msgspec.json.decode((folder / FILE).read_bytes())["inputs"])
        graph = helper.make_graph(
            nodes,
            "crafted",
            [helper.make_tensor_value_info(INPUT, TensorProto.FLOAT, [None, columns])],
            [helper.make_tensor_value_info(OUTPUT, TensorProto.FLOAT, None)],
            initializer=list(initializers),
        )
        opsets = [helper.make_opsetid("", 17), helper.make_opsetid("own", 1)]
        model = helper.make_model(graph, opset_imports=opsets, ir_version=8, **options)
        (folder / MODEL / TREES_FILE).write_bytes(model.SerializeToString())

    return craft


def _constant(name: str, values: list[int], kind: int = TensorProto.INT64) -> Any:
    shape = [len(values)] if len(values) != 1 else []
    return helper.make_tensor(name, kind, shape, values)


def _body(*, loop: bool) -> Any:
    """The inside of a loop that goes on, or of a branch."""
    value = helper.make_tensor_value_info
    inputs = [value("i", TensorProto.INT64, []), value("go", TensorProto.BOOL, [])]
    outputs = [value("on", TensorProto.BOOL, [])]
    nodes = [helper.make_node("Identity", ["go"], ["on"])]
    if not loop:
        nodes = [helper.make_node("Identity", [INPUT], ["on"])]
        return helper.make_graph(nodes, "body", [], [value("on", TensorProto.FLOAT, None)])
    nodes.append(helper.make_node("Identity", ["x"], ["next"]))
    inputs.append(value("x", TensorProto.FLOAT, None))
    outputs.append(value("next", TensorProto.FLOAT, None))
    return helper.make_graph(nodes, "body", inputs, outputs)


def _outside() -> Any:
    tensor = TensorProto(name="w", data_type=TensorProto.FLOAT, dims=[1])
    tensor.data_location = TensorProto.EXTERNAL
    tensor.external_data.add(key="location", value="../generation.json")
    return tensor


def _function() -> Any:
    nodes = [helper.make_node("Sigmoid", ["a"], ["b"])]
    return helper.make_function("own", "f", ["a"], ["b"], nodes, [helper.make_opsetid("", 17)])


#: By name, crafts that write another graph than the model had.
GRAPHS: dict[str, Craft] = {
    "trees in a circle": _trees(nodes_truenodeids=[0, 0, 0]),
    "trees in a circle of few numbers": _trees(**_circle()),
    "trees in a chain": _trees(**_chain()),
    "trees of columns outside": _trees(nodes_featureids=[10**7, 0, 0]),
    "trees of NaN": _trees(target_weights=[float("nan"), float("nan")]),
    "trees of another": _trees(target_weights=[3.0, 3.0]),
    "graph of an endless loop": _graph(
        [helper.make_node("Loop", ["n", "go", INPUT], [OUTPUT], body=_body(loop=True))],
        [_constant("n", [2**62]), _constant("go", [1], TensorProto.BOOL)],
    ),
    "graph of a branch": _graph(
        [
            helper.make_node(
                "If",
                ["go"],
                [OUTPUT],
                then_branch=_body(loop=False),
                else_branch=_body(loop=False),
            )
        ],
        [_constant("go", [1], TensorProto.BOOL)],
    ),
    "graph of a hidden branch": _graph(
        [helper.make_node("Sigmoid", [INPUT], [OUTPUT], body=_body(loop=False))]
    ),
    "graph of a function": _graph(
        [helper.make_node("f", [INPUT], [OUTPUT], domain="own")], functions=[_function()]
    ),
    "graph of data outside": _graph(
        [helper.make_node("Add", [INPUT, "w"], [OUTPUT])], [_outside()]
    ),
    "graph of a huge constant": _graph(
        [helper.make_node("ConstantOfShape", ["shape"], [OUTPUT])],
        [_constant("shape", [SIDE, SIDE])],
    ),
    "graph of an expansion": _graph(
        [helper.make_node("Expand", [INPUT, "shape"], [OUTPUT])], [_constant("shape", [SIDE, SIDE])]
    ),
    "graph of an unknown operator": _graph([helper.make_node("Exec", [INPUT], [OUTPUT])]),
    "graph of many operators": _graph(
        [
            helper.make_node("Identity", [INPUT if not at else f"v{at}"], [f"v{at + 1}"])
            for at in range(20_000)
        ]
    ),
    "graph of another width": _graph([helper.make_node("Sigmoid", [INPUT], [OUTPUT])]),
}
