"""An exported estimator as a model: what a joint lifecycle serves, in the form it was given.

An ONNX graph needs neither scikit-learn nor pandas; a skops state needs both, as its form says.
"""

from __future__ import annotations

from functools import cached_property
from typing import TYPE_CHECKING, Any, ClassVar, Protocol, Self

import numpy as np
from msgspec.structs import astuple

from contracts.errors import StateError
from research.export import form as forms
from research.export.allowed import ALLOWED
from research.export.graph import Graph
from research.export.values import number, picked

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

    import pyarrow as pa

    from contracts.ports import Floats
    from research.export.form import Form


class Engine(Protocol):
    """What answers for a form."""

    @property
    def inputs(self) -> Mapping[str, bool]:
        """Each input column in order, and whether it is text."""

    def answers(self, values: Mapping[str, Any]) -> Floats:
        """Return all answers to columns of (n, 1) values, (n, m)."""


class Served:
    """The estimator behind the interface of production.

    Args:
        form: How it was exported.
        state: Its bytes in that form.

    Attributes:
        allowed: Types and functions that a skops state may hold beside those skops trusts by
            itself. A solution with a transformer of its own adds it in a class of its own.

    Raises:
        MissingExtraError: The form needs a package that is not installed.
        StateError: A skops state holds what is not allowed, or another version wrote it.
    """

    allowed: ClassVar[frozenset[str]] = ALLOWED

    def __init__(self, form: Form, state: bytes) -> None:
        self._form, self._state = form, state
        self._columns = list(form.columns)
        self._engine: Engine = (
            Graph(state) if form.form == "onnx" else _estimator(form, state, self.allowed)
        )

    @property
    def form(self) -> str:
        """In which form the estimator is served: ``onnx`` or ``skops``."""
        return self._form.form

    @property
    def why(self) -> str:
        """What decided on the form, in a sentence."""
        return self._form.why

    def predict(self, rows: pa.Table) -> Floats:
        """Return the predictions for n rows, (n, k).

        Raises:
            DataError: The rows lack a column.
        """
        columns = picked(rows, self._inputs)
        return self._asked({name: column.reshape(-1, 1) for name, column in columns.items()})

    def one(self, record: Any) -> tuple[float, ...]:
        """Return the k predictions for one record of the contract's type."""
        feed: dict[str, Any] = {
            name: np.array([[(value or "") if text else number(value)]], kind)
            for (name, (text, kind)), value in zip(self._kinds, astuple(record), strict=True)
        }
        return tuple(self._asked(feed)[0].tolist())

    def write(self, folder: Path) -> None:
        """Write the state and its form, as they were read."""
        forms.write(folder, self._form, self._state)

    @classmethod
    def read(cls, folder: Path) -> Self:
        """Return the model exported into a folder.

        Raises:
            MissingExtraError: Its form needs a package that is not installed.
            StateError: There is none, or it is not to be trusted.
        """
        form = forms.read(folder)
        return cls(form, forms.state(folder, form))

    @cached_property
    def _inputs(self) -> dict[str, bool]:
        return dict(self._engine.inputs)

    @cached_property
    def _kinds(self) -> list[tuple[str, tuple[bool, type]]]:
        return [
            (name, (text, object if text else np.float32)) for name, text in self._inputs.items()
        ]

    def _asked(self, values: Mapping[str, Any]) -> Floats:
        return self._engine.answers(values)[:, self._columns]


def _estimator(form: Form, state: bytes, allowed: frozenset[str]) -> Engine:
    """Return what answers for a skops state, its every type looked at first."""
    from research.export.own import Own  # noqa: PLC0415 - pandas and scikit-learn come with it

    if not form.inputs:
        raise StateError(
            "the form of a skops state names no input columns",
            hint="export the model anew from research's solution",
        )
    return Own(form, state, allowed)
