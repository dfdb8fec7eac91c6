"""Writes a fitted estimator in the form it is served in, and says which one and why."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np
import sklearn

from contracts.errors import ContractError, StateError
from research.export import form as forms
from research.export.allowed import ALLOWED
from research.export.attempt import attempt
from research.export.estimator import answers, chosen
from research.export.form import Form
from research.export.guarded import dump, load
from research.export.values import texts, values

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from pathlib import Path

    import pyarrow as pa

    from research.export.values import Values


def export(
    estimator: Any,
    sample: pa.Table,
    folder: Path,
    *,
    labels: Sequence[Any] = (),
    allowed: frozenset[str] = ALLOWED,
) -> Form:
    """Write an estimator's state and its form into a folder, and return the form.

    ONNX where its graph gives the estimator's answers on every row of the sample, also with texts
    unseen and values missing; else scikit-learn's own state through skops.

    Args:
        estimator: Fitted to a frame of columns as `values` makes them; it stays as it is.
        sample: Rows of the training data, inputs alone.
        folder: Where to write.
        labels: The contract's labels in its order; the estimator's own order unless given.
        allowed: Types and functions that skops may read back beside those it trusts by itself.

    Raises:
        ContractError: Neither form can hold it, or it was fitted to other labels.
        MissingExtraError: The extra ``[research]`` is not installed.
    """
    inputs = {name: name in texts(sample) for name in sample.column_names}
    columns, plain = chosen(estimator, labels), values(sample)
    made = attempt(estimator, inputs, plain)
    found = Form(form="onnx", why=made.why, difference=made.difference, columns=columns)
    state = made.state
    if state is None:
        state = _kept(estimator, plain, allowed, made.why)
        found = Form(
            form="skops",
            why=made.why,
            difference=made.difference,
            columns=columns,
            inputs=inputs,
            scikit_learn=sklearn.__version__,
        )
    forms.write(folder, found, state)
    return found


def _kept(estimator: Any, sample: Mapping[str, Values], allowed: frozenset[str], why: str) -> bytes:
    """Return an estimator's own state, after it was read back and gave the same answers.

    Raises:
        ContractError: skops cannot hold it.
    """
    try:
        state = dump(estimator, allowed)
        kept = load(state, allowed)
    except (ContractError, StateError) as error:
        raise ContractError(
            f"the model can be served in no form. ONNX: {why}. skops: {error.message}",
            hint=error.hint,
        ) from error
    if not np.array_equal(answers(kept, sample), answers(estimator, sample)):
        raise ContractError(
            f"the model can be served in no form. ONNX: {why}. skops: what is read back answers "
            "differently",
            hint="see which transformer keeps state that its attributes do not hold",
        )
    return state
