"""The solution itself: ordinal codes beside plain numbers, then boosted trees.

Trees get the codes as ordinary numbers: with ``categorical_features=`` the ONNX form would answer
differently without a word. Nothing stops early, because a held-out part drawn at random would mix
times.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np
from sklearn.compose import ColumnTransformer
from sklearn.ensemble import HistGradientBoostingClassifier
from sklearn.pipeline import Pipeline
from sklearn.preprocessing import OrdinalEncoder

from contracts.errors import ConfigError, near

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

#: What a search may turn; all else is part of the solution.
PARAMS = (
    "l2_regularization",
    "learning_rate",
    "max_bins",
    "max_depth",
    "max_features",
    "max_iter",
    "max_leaf_nodes",
    "min_samples_leaf",
)


def pipeline(text: Sequence[str], params: Mapping[str, Any], *, seed: int) -> Pipeline:
    """Return the unfitted pipeline.

    Args:
        text: The columns that become codes; every other one passes as it is.
        params: Of the trees, among `PARAMS`.
        seed: For the trees.

    Raises:
        ConfigError: A parameter is none of `PARAMS`.
    """
    for name in params:
        if name not in PARAMS:
            raise ConfigError(
                f"the trees of flights have no parameter {name!r}{near(name, PARAMS)}",
                hint=f"valid are {[*PARAMS]}",
            )
    codes = OrdinalEncoder(
        handle_unknown="use_encoded_value", unknown_value=np.nan, dtype=np.float32
    )
    encode = ColumnTransformer([("text", codes, list(text))], remainder="passthrough")
    trees = HistGradientBoostingClassifier(early_stopping=False, random_state=seed, **params)
    return Pipeline([("encode", encode), ("trees", trees)])
