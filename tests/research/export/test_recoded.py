from __future__ import annotations

from copy import deepcopy
from functools import partial
from typing import TYPE_CHECKING, Any

import numpy as np
import pytest
from sklearn.compose import ColumnTransformer
from sklearn.decomposition import PCA
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import FunctionTransformer
from sklearn.utils.validation import check_array

from contracts.errors import StateError
from research.export.allowed import ALLOWED
from research.export.guarded import dump, load

if TYPE_CHECKING:
    from collections.abc import Callable


def narrower(made: Any) -> Any:
    """Take fewer columns than there are."""
    name, step, mask = made.transformers_[1]
    made.transformers_[1] = (name, step, mask & (np.arange(len(mask)) == 1))
    made._transformer_to_input_indices[name] = [1]
    return made


def apart(made: Any) -> Any:
    """Take fewer columns of a matrix than of a frame."""
    name, step, mask = made.transformers_[1]
    made.transformers_[1] = (name, step, mask & (np.arange(len(mask)) == 1))
    return made


def dropped(made: Any) -> Any:
    """Drop a step's columns."""
    name, _, mask = made.transformers_[1]
    made.transformers_[1] = (name, "drop", mask)
    return made


def weighed(made: Any) -> Any:
    """Weigh a column by nothing, which leaves none."""
    made.transformer_weights = {"encoder": np.zeros((0,))}
    return made


def other(made: Any) -> Any:
    """Make other columns of them."""
    name, _, mask = made.transformers_[1]
    step = PCA(1).fit(np.random.default_rng(0).normal(size=(9, 2)))
    made.transformers_[1] = (name, step, mask)
    return made


def answered(made: Any) -> Any:
    """Check something else than the columns."""
    name, _, mask = made.transformers_[1]
    step = FunctionTransformer(partial(check_array, np.zeros((1, 1))))
    made.transformers_[1] = (name, step, mask)
    return made


def none(made: Any) -> Any:
    """Be no transformer of columns at all."""
    assert isinstance(made, ColumnTransformer)
    return make_pipeline(FunctionTransformer(np.abs))


@pytest.mark.parametrize("forge", [narrower, apart, dropped, weighed, other, answered, none])
def test_a_preprocessor_that_hands_its_trees_other_columns(
    fit: Callable[..., Any], forge: Callable[[Any], Any]
) -> None:
    """Its trees would read beyond the rows they get, for nothing else looks how wide these are."""
    estimator = deepcopy(fit("categories"))
    estimator[-1]._preprocessor = forge(estimator[-1]._preprocessor)
    with pytest.raises(StateError, match="HistGradientBoostingClassifier gives its trees other"):
        load(dump(estimator, ALLOWED), ALLOWED)
