"""The forms a fitted estimator is exported in: ONNX, or scikit-learn's own state through skops.

A folder holds the state in one of them and ``form.json``: which form, and why that one was chosen
(`fitted` chooses). Nothing here needs scikit-learn.
"""

from __future__ import annotations

from functools import cached_property
from typing import TYPE_CHECKING, Any, Literal

import msgspec
import numpy as np
import onnxruntime as ort

from contracts.errors import StateError

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

    from contracts.ports import Floats

FORM_FILE = "form.json"
#: The file that holds the state, by form.
STATE_FILES = {"onnx": "pipeline.onnx", "skops": "pipeline.skops"}


class Form(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """The content of ``form.json``.

    Attributes:
        format: The version of this struct, as it is written.
        form: ``onnx``, or ``skops`` where the ONNX graph is not the same model.
        why: Why this form was chosen, in a sentence.
        difference: The largest difference between the outputs of the ONNX graph and of the
            estimator; None without a graph, or where it is not finite.
        columns: Which of the estimator's output columns are predictions, in the contract's order.
        inputs: Each input column in order, and whether it is text; empty where the graph says so.
        scikit_learn: The version that wrote the state; only skops depends on it.
    """

    format: Literal[1] = 1
    form: Literal["onnx", "skops"]
    why: str
    difference: float | None = None
    columns: tuple[int, ...] = (1,)
    inputs: dict[str, bool] = {}
    scikit_learn: str = ""


#: The form of a folder that has no ``form.json``: a binary classifier's graph.
GRAPH_ALONE = Form(form="onnx", why="written before forms were recorded")


def read(folder: Path) -> tuple[Form, bytes]:
    """Return the form of the state in a folder, and its bytes.

    Raises:
        StateError: The form is not one of ours or of a newer format, or the state is missing.
    """
    try:
        form = msgspec.json.decode((folder / FORM_FILE).read_bytes(), type=Form)
    except FileNotFoundError:
        form = GRAPH_ALONE
    except msgspec.DecodeError as error:
        raise StateError(
            f"{folder / FORM_FILE} is of no form that this version can read: {error}",
            hint="read it with the version of this package that wrote it, or export anew",
        ) from error
    name = STATE_FILES[form.form]
    try:
        return form, (folder / name).read_bytes()
    except FileNotFoundError:
        raise StateError(
            f"there is no {name} in {folder}",
            hint="restore the artifact, or export the model anew from research's solution",
        ) from None


def write(folder: Path, form: Form, state: bytes) -> None:
    """Write the state and its form into a folder."""
    (folder / STATE_FILES[form.form]).write_bytes(state)
    (folder / FORM_FILE).write_bytes(msgspec.json.format(msgspec.json.encode(form), indent=2))


class OnnxGraph:
    """Runs an ONNX graph that has one input a column.

    The session is made at the first prediction, in the process that predicts.

    Args:
        state: The graph, serialized.
    """

    def __init__(self, state: bytes) -> None:
        self._state = state

    @cached_property
    def inputs(self) -> dict[str, bool]:
        """Each input column in order, and whether it is text."""
        return {each.name: each.type == "tensor(string)" for each in self._session.get_inputs()}

    def outputs(self, columns: Mapping[str, Any]) -> Floats:
        """Return everything the graph predicts for columns of shape (n, 1), (n, m)."""
        (predicted,) = self._session.run([self._output], columns)
        return np.asarray(predicted, dtype=np.float64)

    @cached_property
    def _output(self) -> str:
        # A classifier's graph gives labels before probabilities, a regressor's its values alone.
        return str(self._session.get_outputs()[-1].name)

    @cached_property
    def _session(self) -> ort.InferenceSession:
        options = ort.SessionOptions()
        options.intra_op_num_threads = options.inter_op_num_threads = 1
        options.log_severity_level = 3  # its warnings mean nothing: outputs are compared instead
        return ort.InferenceSession(self._state, options, providers=["CPUExecutionProvider"])
