"""A fit of an estimator to rows, refused in one line where the estimator cannot take them."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd

from contracts.errors import ConfigError
from contracts.ports import OUTCOME
from research.export.arrays import arrays, text_columns

if TYPE_CHECKING:
    from collections.abc import Sequence

    import pyarrow as pa

#: How libraries say that a column of texts is none of numbers, and that nulls are none.
OF_TEXTS, OF_NULLS = re.compile(r"\b(string|object|dtypes?)\b"), re.compile(r"\bNaN\b")
ENCODED = (
    "make_pipeline(make_column_transformer((OneHotEncoder(handle_unknown='ignore'), {texts}), "
    "remainder='passthrough'), {name}(…))"
)


def fit_estimator(estimator: Any, inputs: pa.Table, outcomes: np.ndarray[Any, Any]) -> None:
    """Fit an estimator in place.

    Args:
        estimator: One of scikit-learn's kind.
        inputs: Its rows, (n, columns).
        outcomes: What it is to predict, (n,).

    Raises:
        ConfigError: It does not take these columns, these outcomes or its own parameters.
    """
    frame = pd.DataFrame(arrays(inputs))
    try:
        estimator.fit(frame, outcomes)
    except (TypeError, ValueError) as error:
        name, said = type(estimator).__name__, str(error).strip().partition("\n")[0]
        raise ConfigError(
            f"the estimator {name} cannot be fitted to these rows: {said}",
            hint=_next(name, said, text_columns(inputs)),
        ) from error


def outcomes(rows: pa.Table, labels: Sequence[bool | int | str]) -> np.ndarray[Any, Any]:
    """Return the outcomes in the labels' type: a file's 1.0 may be the label 1, or true.

    Args:
        rows: Rows with the column ``outcome``, (n,).
        labels: The contract's; none for a regression, whose outcomes are float64.

    Raises:
        ConfigError: There are no labels, and the outcomes are no numbers.
    """
    values = rows[OUTCOME].to_numpy(zero_copy_only=False)
    if labels:
        kind = type(labels[0])
        return np.array([kind(value) for value in values])
    try:
        return np.asarray(values, np.float64)
    except (TypeError, ValueError) as error:
        raise ConfigError(
            f"the learner has no labels, and outcomes are no numbers: {error}",
            hint="give it the product's: labels: ${product.specification.labels}",
        ) from error


def _next(name: str, said: str, texts: Sequence[str]) -> str:
    """Return the next step after what an estimator's library said."""
    if texts and OF_TEXTS.search(said):
        return f"encode the texts before it: {ENCODED.format(texts=[*texts], name=name)}"
    if OF_NULLS.search(said):
        return "fill in the nulls by a SimpleImputer in its pipeline, or take one that takes them"
    return "-v shows where it fails"
