"""Reads the state that research's solution exported, as a state of this implementation.

So the clauses under ``same_state`` test the code that serves, whatever the code that trains does.
Research is not imported: what is known here is the file it exports, a graph ``pipeline.onnx`` with
one input a column, in the contract's order, of

- a ``LabelEncoder`` for each text, from its texts to 0, 1, 2 …, NaN for any other;
- ``Concat``, which puts the numbers side by side as doubles;
- one ``TreeEnsembleRegressor`` over them, and ``Add``, with what its sums start from;
- ``Sigmoid`` for two labels, ``Softmax`` for more, neither for a number;

and beside it ``form.json``, which says whether the state is a graph at all, and which of its
outputs are predictions, in the contract's order.
"""

from __future__ import annotations

import math
from collections import Counter
from typing import TYPE_CHECKING, Any

import msgspec
import numpy as np

from contracts.errors import MissingExtraError, StateError
from production.implementations.boosted.state import BoostedState, Link
from production.implementations.boosted.trees import TREES, graph

if TYPE_CHECKING:
    from pathlib import Path

GRAPH_FILE, FORM_FILE = "pipeline.onnx", "form.json"
#: The nodes that such a graph has, those of one column left out, and the link of each.
PARTS: dict[tuple[str, ...], Link] = {
    (): "identity",
    ("Sigmoid",): "logistic",
    ("Softmax",): "shares",
}
#: The attributes of the trees that stay as they are; columns and outputs are numbered anew.
ATTRIBUTES = (
    "nodes_treeids",
    "nodes_nodeids",
    "nodes_modes",
    "nodes_values_as_tensor",
    "nodes_truenodeids",
    "nodes_falsenodeids",
    "nodes_missing_value_tracks_true",
    "target_treeids",
    "target_nodeids",
)


class ExportedTrees(msgspec.Struct, frozen=True):
    """What is read of ``form.json``, which holds more."""

    form: str
    why: str = ""
    columns: tuple[int, ...] = (0,)
    labels: tuple[bool | int | str, ...] = ()


def adopted(folder: Path) -> tuple[BoostedState, bytes]:
    """Return the state and the graph of trees that research's solution wrote into a folder.

    Raises:
        MissingExtraError: The extra ``[train]`` is not installed.
        StateError: There is no graph, or it has another structure than the one above.
    """
    try:
        import onnx  # noqa: PLC0415 - serving does without it
    except ModuleNotFoundError as error:
        purpose = "reading research's exported state"
        raise MissingExtraError("onnx", extra="train", purpose=purpose) from error
    form = _form(folder)
    try:
        body = onnx.load_model_from_string((folder / GRAPH_FILE).read_bytes()).graph
    except Exception as error:
        raise StateError(f"{folder / GRAPH_FILE} is no ONNX graph: {error}") from error
    return ExportedEnsemble(body, onnx.helper.get_attribute_value, onnx.numpy_helper.to_array).read(
        form
    )


def _form(folder: Path) -> ExportedTrees:
    try:
        form = msgspec.json.decode((folder / FORM_FILE).read_bytes(), type=ExportedTrees)
    except (FileNotFoundError, msgspec.DecodeError) as error:
        raise StateError(f"{folder / FORM_FILE} is not what research writes: {error}") from error
    if form.form != "onnx":
        raise StateError(
            f"research's state is exported as {form.form}, from which no trees can be read: "
            f"{form.why}",
            hint="let research's solution be one that ONNX can express, or compare under same_data",
        )
    return form


class ExportedEnsemble:
    """The texts, columns and trees in an exported graph.

    Args:
        body: The graph.
        value: Returns the value of a node's attribute.
        array: Returns the numbers of a constant.

    Raises:
        StateError: It has another structure than the one known here.
    """

    def __init__(self, body: Any, value: Any, array: Any) -> None:
        self._value, self._array = value, array
        self._inputs = [each.name for each in body.input]
        self._by_output = {name: node for node in body.node for name in node.output}
        self._constants = {each.name: array(each) for each in body.initializer}
        nodes = Counter(node.op_type for node in body.node)
        self._link = PARTS.get(tuple(each for each in ("Sigmoid", "Softmax") if nodes[each]))
        if self._link is None or nodes[TREES] != 1 or nodes["Add"] != 1:
            raise _unknown(f"the nodes {', '.join(sorted(nodes))}")
        self._of = {node.op_type: node for node in body.node}
        self._encoders = [node for node in body.node if node.op_type == "LabelEncoder"]

    def read(self, form: ExportedTrees) -> tuple[BoostedState, bytes]:
        """Return the state and the graph of its trees, outputs in the order of the form."""
        ensemble = self._attributes(self._of[TREES])
        if "nodes_values_as_tensor" not in ensemble:
            raise _unknown("trees of single precision")
        (constant,) = {*self._of["Add"].input} & {*self._constants}
        start = np.ravel(self._constants[constant])
        # Of two labels there is one sum, for the second class; the contract may want the first.
        sign = -1.0 if self._link == "logistic" and form.columns[-1] == 0 else 1.0
        order = [*form.columns] if self._link == "shares" else [0]
        if sorted(order) != [*range(len(start))]:
            raise _unknown(f"{len(start)} sums for the outputs {order}")
        columns = [self._inputs.index(each) for each in self._columns(self._of[TREES].input[0])]
        numbered = {
            **{name: ensemble[name] for name in ATTRIBUTES},
            "nodes_values_as_tensor": self._array(ensemble["nodes_values_as_tensor"]),
            "nodes_featureids": [columns[each] for each in ensemble["nodes_featureids"]],
            "target_ids": [order.index(each) for each in ensemble["target_ids"]],
            "target_weights_as_tensor": sign * self._array(ensemble["target_weights_as_tensor"]),
        }
        state = BoostedState(
            texts=self._texts(),
            baseline=(sign * start[order]).tolist(),
            link=self._link or "identity",
            labels=[*form.labels],
        )
        return state, graph(numbered, columns=len(self._inputs), outputs=len(start))

    def _columns(self, name: str) -> list[str]:
        """Return the input columns that a value in the graph holds side by side."""
        node = self._by_output.get(name)
        if node is None and name in self._inputs:
            return [name]
        if node is not None and node.op_type == "Concat":
            return [column for each in node.input for column in self._columns(each)]
        if node is not None and node.op_type in {"Cast", "LabelEncoder"}:
            return self._columns(node.input[0])
        raise _unknown(f"a {node.op_type if node is not None else name} before the trees")

    def _texts(self) -> dict[str, list[str] | None]:
        """Return the texts of each input that an encoder turns into 0, 1, 2 …, in that order."""
        texts: dict[str, list[str] | None] = dict.fromkeys(self._inputs)
        for node in self._encoders:
            encoder = self._attributes(node)
            known = encoder.get("keys_strings", ())
            in_order = encoder.get("values_floats") == [*map(float, range(len(known)))]
            if not in_order or not math.isnan(encoder.get("default_float", 0.0)):
                raise _unknown("codes of texts that are not 0, 1, 2 … and NaN")
            texts[str(node.input[0])] = [text.decode() for text in known]
        return texts

    def _attributes(self, node: Any) -> dict[str, Any]:
        return {each.name: self._value(each) for each in node.attribute}


def _unknown(part: str) -> StateError:
    return StateError(
        f"research's exported graph does not have the structure known here: it has {part}",
        hint="compare under same_data, or teach adopt.py what research's pipeline is now",
    )
