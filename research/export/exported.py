"""An exported estimator as a model: what a joint lifecycle serves.

An ONNX graph needs neither scikit-learn nor pandas; a skops state needs both.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, ClassVar, Protocol, Self

import numpy as np
from msgspec.structs import astuple

from research.export import forms
from research.export.allowed import ALLOWED
from research.export.arrays import selected_arrays

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping
    from pathlib import Path

    import pyarrow as pa

    from contracts.ports import Floats
    from research.export.arrays import Array, Kind
    from research.export.forms import Form


class LoadedState(Protocol):
    """A state of either form, loaded and ready to predict."""

    @property
    def inputs(self) -> Mapping[str, Kind]:
        """Each input column in order, and what it holds."""

    def outputs(self, columns: Mapping[str, Array]) -> Floats:
        """Return everything predicted for columns of shape (n,), (n, m)."""

    def one(self, values: Iterable[Any]) -> Floats:
        """Return everything predicted for the values of one record, (1, m)."""


class ExportedModel:
    """The exported estimator behind production's interface of a model.

    Args:
        form: The form it was exported in.
        state: Its bytes in that form.

    Attributes:
        allowed: Types and functions that a skops state may hold besides those skops trusts by
            itself. A solution with a transformer of its own adds it in a subclass.

    Raises:
        MissingExtraError: The form needs a package that is not installed.
        StateError: A skops state holds what is not allowed, or another version wrote it.
    """

    allowed: ClassVar[frozenset[str]] = ALLOWED

    def __init__(self, form: Form, state: bytes) -> None:
        self._form, self._state = form, state
        self._columns = list(form.columns)
        self._loaded = _load(form, state, self.allowed)

    @property
    def form(self) -> str:
        """The form that is served: ``onnx`` or ``skops``."""
        return self._form.form

    @property
    def labels(self) -> tuple[bool | int | float | str, ...]:
        """The labels that its predictions are of, in their order; empty for numbers."""
        return self._form.labels

    @property
    def why(self) -> str:
        """Why that form was chosen, in a sentence."""
        return self._form.why

    def predict(self, rows: pa.Table) -> Floats:
        """Return the predictions for n rows, (n, k).

        Raises:
            DataError: The rows lack a column.
        """
        columns = selected_arrays(rows, self._loaded.inputs)
        if not rows.num_rows:  # not every estimator, nor every graph, takes no rows
            return np.empty((0, len(self._columns)))
        return self._loaded.outputs(columns)[:, self._columns]

    def one(self, record: Any) -> tuple[float, ...]:
        """Return the k predictions for one record of the contract's type."""
        row = self._loaded.one(astuple(record))[0].tolist()
        return tuple([row[at] for at in self._columns])

    def write(self, folder: Path) -> None:
        """Write the state and its form, as they were read."""
        forms.write(folder, self._form, self._state)

    @classmethod
    def read(cls, folder: Path) -> Self:
        """Return the model exported into a folder.

        Raises:
            MissingExtraError: Its form needs a package that is not installed.
            StateError: There is no state, or a skops state was refused.
        """
        return cls(*forms.read(folder))


def _load(form: Form, state: bytes, allowed: frozenset[str]) -> LoadedState:
    if form.form == "onnx":
        return forms.OnnxGraph(state)
    from research.export.skops_state import SkopsEstimator  # noqa: PLC0415 - needs scikit-learn

    return SkopsEstimator(form, state, allowed)
