"""Reads the state that research's solution exported, as a state of this implementation.

So the clauses under ``same_state`` test the code that serves, whatever the code that trains does.
Research is not imported: what is known here is the file it exports, a graph ``pipeline.onnx`` with
one input a column, in the contract's order, of

- a ``LabelEncoder`` for each text, from its categories to 0, 1, 2 …, NaN for any other;
- ``Clip`` and ``Cast`` for each number, to float32, and ``Concat``, which puts all side by side;
- one ``TreeEnsembleRegressor`` over them, with thresholds of float32;
- ``Cast``, ``Add`` of the baseline and ``Sigmoid``, which make probabilities of its sums;

and beside it ``form.json``, which says whether the state is a graph at all.
"""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, Any

import msgspec

from contracts.errors import MissingExtraError, StateError
from production.implementations.flights.encoding import Encoding

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping
    from pathlib import Path

GRAPH_FILE, FORM_FILE = "pipeline.onnx", "form.json"
#: Nodes that keep the order of the columns in their first input.
KEEPS_ORDER = ("Cast", "Clip", "LabelEncoder")
#: Attributes of the ensemble's nodes and leaves, those that number its features left out.
ATTRIBUTES = (
    "nodes_treeids",
    "nodes_nodeids",
    "nodes_modes",
    "nodes_values",
    "nodes_truenodeids",
    "nodes_falsenodeids",
    "nodes_missing_value_tracks_true",
    "target_treeids",
    "target_nodeids",
    "target_ids",
    "target_weights",
)
#: What comes between the ensemble and the probability.
LINK = ("Sigmoid", "Add", "Cast")


class ExportedForm(msgspec.Struct, frozen=True):
    """What is read of ``form.json``, which holds more."""

    form: str
    why: str = ""


def adopt(folder: Path) -> tuple[Encoding, bytes]:
    """Return the encoding and the graph of trees that research's solution wrote into a folder.

    Raises:
        MissingExtraError: The extra ``[train]`` is not installed.
        StateError: There is no graph, or it has another structure than the one above.
    """
    try:
        import onnx  # noqa: PLC0415 - serving does without it

        from production.implementations.flights.trees import ensemble  # noqa: PLC0415
    except ModuleNotFoundError as error:
        raise MissingExtraError(
            str(error.name), extra="train", purpose="reading research's exported state"
        ) from error
    state = _state(folder)
    try:
        body = onnx.load_model_from_string(state).graph
    except Exception as error:
        raise StateError(f"{folder / GRAPH_FILE} is no ONNX graph: {error}") from error
    pipeline = ExportedPipeline(body, onnx.helper.get_attribute_value, onnx.numpy_helper.to_array)
    trees = ensemble(pipeline.trees(), baseline=pipeline.baseline(), columns=len(pipeline.inputs))
    return pipeline.encoding(), trees


def _state(folder: Path) -> bytes:
    try:
        exported = msgspec.json.decode((folder / FORM_FILE).read_bytes(), type=ExportedForm)
    except FileNotFoundError:
        exported = ExportedForm(form="onnx")
    except msgspec.DecodeError as error:
        raise StateError(f"{folder / FORM_FILE} is not what research writes: {error}") from error
    if exported.form != "onnx":
        raise StateError(
            f"research's state is exported as {exported.form}, from which no trees can be read: "
            f"{exported.why}",
            hint="let research's solution be one that ONNX can express, or compare under same_data",
        )
    try:
        return (folder / GRAPH_FILE).read_bytes()
    except FileNotFoundError:
        raise StateError(f"there is no {GRAPH_FILE} in {folder}") from None


class ExportedPipeline:
    """The encoders, columns and trees in an exported graph.

    Args:
        body: The graph.
        value: Returns the value of a node's attribute.
        array: Returns the numbers of a constant.

    Attributes:
        inputs: Its columns, in the contract's order.

    Raises:
        StateError: It has another structure than the one known here.
    """

    def __init__(self, body: Any, value: Callable[[Any], Any], array: Callable[[Any], Any]) -> None:
        self.inputs = [each.name for each in body.input]
        self._source_of = {name: node for node in body.node for name in node.output}
        self._encoders = [node for node in body.node if node.op_type == "LabelEncoder"]
        self._constants = {each.name: array(each) for each in body.initializer}
        self._value = value
        sigmoids = [node for node in body.node if node.op_type == "Sigmoid"]
        if len(sigmoids) != 1:
            raise _unknown(f"{len(sigmoids)} logistic functions")
        self._link = self._before(sigmoids[0])
        ensemble = self._source_of.get(self._link[-1].input[0])
        if ensemble is None or ensemble.op_type != "TreeEnsembleRegressor":
            raise _unknown("no trees before the logistic function")
        self._matrix = str(ensemble.input[0])
        self._ensemble = self._attributes(ensemble)
        if self._ensemble.get("n_targets") != 1 or "nodes_values" not in self._ensemble:
            raise _unknown("trees of more than one sum, or of double precision")

    def encoding(self) -> Encoding:
        """Return how texts become numbers."""
        categories: dict[str, list[str] | None] = dict.fromkeys(self.inputs)
        for node in self._encoders:
            (name,) = self._columns(node.input[0])
            categories[name] = self._texts(node)
        return Encoding(categories=categories)

    def trees(self) -> dict[str, Any]:
        """Return the attributes of the ensemble, its features numbered in the contract's order."""
        features = [self.inputs.index(name) for name in self._columns(self._matrix)]
        return {
            **{name: self._ensemble[name] for name in ATTRIBUTES},
            "nodes_featureids": [features[each] for each in self._ensemble["nodes_featureids"]],
        }

    def baseline(self) -> float:
        """Return the log-odds that every sum of leaves starts from."""
        (baseline,) = self._constants.get(self._link[1].input[1], ())
        return float(baseline)

    def _before(self, last: Any) -> list[Any]:
        """Return the nodes of `LINK` that lead to the last of them, from there backwards."""
        nodes = [last]
        for kind in LINK[1:]:
            before = self._source_of.get(nodes[-1].input[0])
            if before is None or before.op_type != kind:
                raise _unknown(f"no {kind} before the {nodes[-1].op_type}")
            nodes.append(before)
        return nodes

    def _columns(self, name: str) -> list[str]:
        """Return the input columns that a value in the graph holds side by side."""
        node = self._source_of.get(name)
        if node is None and name in self.inputs:
            return [name]
        if node is not None and node.op_type == "Concat":
            return [column for each in node.input for column in self._columns(each)]
        if node is not None and node.op_type in KEEPS_ORDER:
            return self._columns(node.input[0])
        raise _unknown(f"a {node.op_type if node is not None else name} before the trees")

    def _texts(self, node: Any) -> list[str]:
        """Return the texts that an encoder turns into 0, 1, 2 …, in that order."""
        encoder = self._attributes(node)
        codes, texts = encoder.get("values_floats"), encoder.get("keys_strings", ())
        in_order = codes == [*map(float, range(len(texts)))]
        if not in_order or not math.isnan(encoder.get("default_float", 0.0)):
            raise _unknown("codes of texts that are not 0, 1, 2 … and NaN")
        return [text.decode() for text in texts]

    def _attributes(self, node: Any) -> Mapping[str, Any]:
        return {each.name: self._value(each) for each in node.attribute}


def _unknown(part: str) -> StateError:
    return StateError(
        f"research's exported graph does not have the structure known here: it has {part}",
        hint="compare under same_data, or teach adopt.py what research's pipeline is now",
    )
