"""A step that casts numbers to float32, for a solution that works in single precision."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Self

import numpy as np
from sklearn.base import BaseEstimator, OneToOneFeatureMixin, TransformerMixin
from sklearn.utils.validation import check_is_fitted, validate_data

from research.export.arrays import single

if TYPE_CHECKING:
    from research.export.arrays import Array


class SinglePrecision(OneToOneFeatureMixin, TransformerMixin, BaseEstimator):  # type: ignore[misc]
    """Casts numbers to float32, those beyond it to its largest; a missing one stays missing.

    >>> SinglePrecision().fit_transform(np.array([[16_777_217.0]])).item()
    16777216.0
    """

    def fit(self, X: Any, y: Any = None) -> Self:  # noqa: ARG002, N803 - scikit-learn's names
        """Learn the width of the matrix, nothing else."""
        validate_data(self, X, dtype=np.float64, ensure_all_finite="allow-nan")
        return self

    def transform(self, X: Any) -> Array:  # noqa: N803 - scikit-learn's name
        """Return a matrix of numbers as float32."""
        check_is_fitted(self, "n_features_in_")
        matrix = validate_data(
            self, X, dtype=np.float64, ensure_all_finite="allow-nan", reset=False
        )
        return single(matrix)
