"""The forms a fitted estimator is exported in: ONNX, or scikit-learn's own state through skops.

A folder holds the state in one of them and ``form.json``: which form, and why that one was chosen
(`fitted` chooses). Nothing here needs scikit-learn.
"""

from __future__ import annotations

from functools import cached_property
from threading import Lock
from typing import TYPE_CHECKING, Any, Literal

import msgspec
import numpy as np
import onnxruntime as ort

from contracts.errors import StateError
from research.export.arrays import NAN, Kind, largest, single

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping
    from pathlib import Path

    from contracts.ports import Floats
    from research.export.arrays import Array

FORM_FILE = "form.json"
#: The file that holds the state, by form.
STATE_FILES = {"onnx": "pipeline.onnx", "skops": "pipeline.skops"}


class Form(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """The content of ``form.json``.

    Attributes:
        format: The version of this struct, as it is written. In format 1 all numbers are float32.
        form: ``onnx``, or ``skops`` where no ONNX graph is exactly the same model.
        why: Why this form was chosen, and what it was tried on, in a sentence.
        tried: How many rows of which kinds the outputs of this form were compared on.
        difference: The largest difference between the outputs of this form and of the estimator:
            of a probability, or of another value in units of the values' standard deviation. None
            where it is not finite.
        columns: Which of the estimator's output columns are predictions, in the contract's order.
        labels: The labels that these are of; empty for numbers, and where older code wrote it.
        inputs: Each input column in order, and what it holds; in format 1, whether it is text.
            Empty where the graph says so.
        scikit_learn: The version that wrote the state; only skops depends on it.
    """

    format: Literal[1, 2] = 2
    form: Literal["onnx", "skops"]
    why: str
    tried: dict[str, int] = {}
    difference: float | None = None
    columns: tuple[int, ...] = (1,)
    labels: tuple[bool | int | float | str, ...] = ()
    inputs: dict[str, bool | Kind] = {}
    scikit_learn: str = ""

    @property
    def kinds(self) -> dict[str, Kind]:
        """What each input column holds, in order."""
        former: dict[bool, Kind] = {True: "str", False: "single"}
        return {
            name: former[kind] if isinstance(kind, bool) else kind
            for name, kind in self.inputs.items()
        }


#: The form of a folder that has no ``form.json``: a binary classifier's graph.
GRAPH_ALONE = Form(format=1, form="onnx", why="written before forms were recorded")


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


#: What a graph's input holds, by its type.
KINDS: dict[str, Kind] = {
    "tensor(string)": "str",
    "tensor(float)": "single",
    "tensor(double)": "float",
}


class OnnxGraph:
    """Runs an ONNX graph that has one input a column.

    The session is made at the first prediction, in the process that predicts.

    Args:
        state: The graph, serialized.
    """

    def __init__(self, state: bytes) -> None:
        self._state, self._lock = state, Lock()

    @cached_property
    def inputs(self) -> dict[str, Kind]:
        """Each input column in order, and what it holds."""
        return {each.name: KINDS[each.type] for each in self._session.get_inputs()}

    def outputs(self, columns: Mapping[str, Array]) -> Floats:
        """Return everything the graph predicts for columns of shape (n,), (n, m)."""
        given = {
            name: _tensor(columns[name], kind).reshape(-1, 1) for name, kind in self.inputs.items()
        }
        (predicted,) = self._session.run([self._output], given)
        return np.asarray(predicted, dtype=np.float64)

    def one(self, values: Iterable[Any]) -> Floats:
        """Return everything the graph predicts for the values of one record, (1, m).

        They are put into arrays that are there: to make one for each would take as long as to
        predict.
        """
        with self._lock:
            for (cell, limit), value in zip(self._cells, values, strict=True):
                if limit is None:
                    cell[0, 0] = value or ""
                elif value is None:
                    cell[0, 0] = NAN
                elif -limit <= value <= limit:
                    cell[0, 0] = value
                else:
                    cell[0, 0] = np.clip(float(value), -limit, limit)
            (predicted,) = self._session.run([self._output], self._row)
        return np.asarray(predicted, dtype=np.float64)

    @cached_property
    def _row(self) -> dict[str, Array]:
        """The arrays of one record by input, of shape (1, 1)."""
        types = {"str": object, "single": np.float32, "float": np.float64}
        return {name: np.zeros((1, 1), types[kind]) for name, kind in self.inputs.items()}

    @cached_property
    def _cells(self) -> list[tuple[Array, float | None]]:
        """The array of each input, and the largest number it holds; none for text."""
        return [(self._row[name], largest(kind)) for name, kind in self.inputs.items()]

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


def _tensor(column: Array, kind: Kind) -> Array:
    if kind == "str":
        return column
    return single(column) if kind == "single" else column.astype(np.float64, copy=False)
