"""The graph of research's exported pipeline, read node by node; `adopt` says what it is made of."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, Any

from contracts.errors import StateError
from production.implementations.flights.encoding import Encoding

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

#: What passes its first input on, as far as order goes.
PASSING = ("Cast", "Identity", "LabelEncoder", "Reshape")
#: What the ensemble says of its leaves there, and here.
LEAVES = {
    "class_treeids": "target_treeids",
    "class_nodeids": "target_nodeids",
    "class_ids": "target_ids",
    "class_weights": "target_weights",
}
NODES = (
    "nodes_treeids",
    "nodes_nodeids",
    "nodes_modes",
    "nodes_values",
    "nodes_truenodeids",
    "nodes_falsenodeids",
    "nodes_missing_value_tracks_true",
)
EXPECTED = {"post_transform": b"LOGISTIC", "classlabels_int64s": [0, 1]}


class Exported:
    """What an exported graph says of texts, columns and trees.

    Args:
        body: The graph.
        value: Returns what an attribute of a node holds.

    Attributes:
        inputs: Its columns, in the contract's order.
    """

    def __init__(self, body: Any, value: Callable[[Any], Any]) -> None:
        self.inputs = [each.name for each in body.input]
        self._made = {name: node for node in body.node for name in node.output}
        self._codes = [node for node in body.node if node.op_type == "LabelEncoder"]
        self._value = value
        ensembles = [node for node in body.node if node.op_type == "TreeEnsembleClassifier"]
        if len(ensembles) != 1:
            raise _strange(f"{len(ensembles)} ensembles of trees")
        self._source = str(ensembles[0].input[0])
        self._ensemble = self._attributes(ensembles[0])
        for name, wanted in EXPECTED.items():
            if self._ensemble.get(name) != wanted:
                raise _strange(f"{name} {self._ensemble.get(name)}")

    def encoding(self) -> Encoding:
        """Return how texts become numbers."""
        categories: dict[str, list[str] | None] = dict.fromkeys(self.inputs)
        for node in self._codes:
            (name,) = self._columns(node.input[0])
            categories[name] = self._texts(node)
        return Encoding(categories=categories)

    def trees(self) -> dict[str, Any]:
        """Return the attributes of the ensemble, its features counted in the contract's order."""
        features = [self.inputs.index(name) for name in self._columns(self._source)]
        return {
            **{name: self._ensemble[name] for name in NODES},
            **{here: self._ensemble[there] for there, here in LEAVES.items()},
            "nodes_featureids": [features[each] for each in self._ensemble["nodes_featureids"]],
        }

    def baseline(self) -> float:
        """Return the log-odds every sum starts from."""
        (baseline,) = self._ensemble["base_values"]
        return float(baseline)

    def _columns(self, name: str) -> list[str]:
        """Return the columns that a value in the graph holds side by side."""
        node = self._made.get(name)
        if node is None and name in self.inputs:
            return [name]
        if node is not None and node.op_type == "Concat":
            return [column for each in node.input for column in self._columns(each)]
        if node is not None and node.op_type in PASSING:
            return self._columns(node.input[0])
        raise _strange(f"a {node.op_type if node is not None else name} before the trees")

    def _texts(self, node: Any) -> list[str]:
        held = self._attributes(node)
        codes, texts = held.get("values_floats"), held.get("keys_strings", ())
        if codes != [*map(float, range(len(texts)))] or not math.isnan(
            held.get("default_float", 0.0)
        ):
            raise _strange("codes of texts that are not 0, 1, 2 … and NaN")
        return [text.decode() for text in texts]

    def _attributes(self, node: Any) -> Mapping[str, Any]:
        return {each.name: self._value(each) for each in node.attribute}


def _strange(found: str) -> StateError:
    return StateError(
        f"research's exported graph is not of the form known here: it has {found}",
        hint="compare under same_data, or teach adopt.py what research's pipeline is now",
    )
