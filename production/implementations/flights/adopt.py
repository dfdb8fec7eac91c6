"""Reads the state that research's solution exported, as a state of this implementation's own.

So the clauses under ``same_state`` hold the code that serves to the contract, whatever the code
that trains does. Research is not imported: what is known here is the form it exports, a graph
``pipeline.onnx`` with an input a column, in the contract's order, of

- a ``LabelEncoder`` for each text, from its categories to 0, 1, 2 …, NaN for any other;
- ``Concat``, ``Reshape`` and ``Cast``, which put codes and numbers side by side;
- one ``TreeEnsembleClassifier`` of two classes over them, its sum through the logistic function;

beside it, where research told it, ``form.json`` with the form and why it is that one.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import msgspec

from contracts.errors import MissingExtraError, StateError
from production.implementations.flights.exported import Exported

if TYPE_CHECKING:
    from pathlib import Path

    from production.implementations.flights.encoding import Encoding

STATE, FORM = "pipeline.onnx", "form.json"


class Told(msgspec.Struct, frozen=True):
    """What is read of research's form; it says more."""

    form: str
    why: str = ""


def adopted(folder: Path) -> tuple[Encoding, bytes]:
    """Return the encoding and the graph of trees in a folder that research's solution wrote.

    Raises:
        MissingExtraError: The extra ``[train]`` is not installed.
        StateError: There is no graph, or it is not of the form known here.
    """
    try:
        import onnx  # noqa: PLC0415 - serving has none

        from production.implementations.flights.trees import ensemble  # noqa: PLC0415
    except ModuleNotFoundError as error:
        raise MissingExtraError(
            str(error.name), extra="train", purpose="reading research's exported state"
        ) from error
    state = _state(folder)
    try:
        body = onnx.load_model_from_string(state).graph
    except Exception as error:
        raise StateError(f"{folder / STATE} is no ONNX graph: {error}") from error
    known = Exported(body, onnx.helper.get_attribute_value)
    return known.encoding(), ensemble(
        known.trees(), baseline=known.baseline(), columns=len(known.inputs)
    )


def _state(folder: Path) -> bytes:
    try:
        told = msgspec.json.decode((folder / FORM).read_bytes(), type=Told)
    except FileNotFoundError:
        told = Told(form="onnx")
    except msgspec.DecodeError as error:
        raise StateError(f"{folder / FORM} is not what research writes: {error}") from error
    if told.form != "onnx":
        raise StateError(
            f"research's state is exported as {told.form}, of which no trees are read here: "
            f"{told.why}",
            hint="let research's solution be one that ONNX expresses, or compare under same_data",
        )
    try:
        return (folder / STATE).read_bytes()
    except FileNotFoundError:
        raise StateError(f"there is no {STATE} in {folder}") from None
