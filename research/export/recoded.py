"""What boosted trees with `categorical_features=` do to their columns first: as many come out.

They look at their input in no other way, so what a file puts there decides how wide the rows are
that its trees read.
"""

from __future__ import annotations

from functools import partial
from typing import Any

import numpy as np
from sklearn.compose import ColumnTransformer
from sklearn.ensemble._hist_gradient_boosting.gradient_boosting import BaseHistGradientBoosting
from sklearn.preprocessing import FunctionTransformer, OrdinalEncoder
from sklearn.utils.validation import check_array


def recoded(holder: Any) -> bool:
    """Return whether an estimator's own preprocessor, if it has one, gives what its trees take."""
    if not isinstance(holder, BaseHistGradientBoosting):
        return True
    made = getattr(holder, "_preprocessor", None)  # fitted or not
    return made is None or _whole(made, holder.n_features_in_)


def _whole(made: Any, width: int) -> bool:
    """Return whether each column is taken once, by a step that gives a column for a column."""
    # A weight is multiplied, and one of another shape makes other columns.
    if type(made) is not ColumnTransformer or made.transformer_weights is not None:
        return False
    taken: list[int] = []
    for name, step, mask in made.transformers_:
        if isinstance(step, str) and step == "drop":
            continue
        if not _keeps(step) or mask.dtype != bool or mask.shape != (width,):
            return False
        columns = np.flatnonzero(mask).tolist()
        # Rows in a frame are taken by the one, rows in a matrix by the other.
        if columns != made._transformer_to_input_indices[name]:  # noqa: SLF001
            return False
        taken += columns
    return sorted(taken) == [*range(width)]


def _keeps(step: Any) -> bool:
    if type(step) is not FunctionTransformer:
        return type(step) is OrdinalEncoder
    asked = step.func
    checks = type(asked) is partial and asked.func is check_array
    return checks and not asked.args and not step.kw_args
