"""Runs an estimator out of its own state, with scikit-learn and pandas."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import sklearn

from contracts.errors import StateError
from research.export.estimator import answers
from research.export.guarded import load

if TYPE_CHECKING:
    from collections.abc import Mapping

    from contracts.ports import Floats
    from research.export.form import Form


class Own:
    """An estimator read back from skops.

    Args:
        form: How it was exported: its columns, and the version that wrote it.
        state: Its bytes.
        allowed: Types and functions it may hold.

    Raises:
        StateError: It holds what is not allowed, or another version of scikit-learn wrote it.
    """

    def __init__(self, form: Form, state: bytes, allowed: frozenset[str]) -> None:
        if form.scikit_learn != sklearn.__version__:
            raise StateError(
                f"the state was written by scikit-learn {form.scikit_learn}, here is "
                f"{sklearn.__version__}, which may read another model out of it",
                hint=f"pip install scikit-learn=={form.scikit_learn}, or train anew",
            )
        self.inputs = form.inputs
        self._estimator = load(state, allowed)

    def answers(self, values: Mapping[str, Any]) -> Floats:
        """Return all the estimator answers to columns of (n, 1) values, (n, m)."""
        return answers(self._estimator, values)
