from __future__ import annotations

from copy import deepcopy
from functools import partial
from typing import TYPE_CHECKING, Any

import numpy as np
import pytest
from sklearn.compose import ColumnTransformer
from sklearn.decomposition import PCA
from sklearn.dummy import DummyClassifier
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import FunctionTransformer, KBinsDiscretizer, OneHotEncoder
from sklearn.utils import Bunch
from sklearn.utils.validation import check_array

from contracts.errors import StateError
from research.export.allowed import ALLOWED
from research.export.memory_safety import require_memory_safe
from research.export.skops_state import dump, load
from tests.suites.forgery import content, forged

if TYPE_CHECKING:
    from collections.abc import Callable


@pytest.mark.parametrize("name", ["boosted", "categories", "forest", "logistic", "kernel"])
def test_sound(fit: Callable[..., Any], name: str) -> None:
    """What was fitted here passes, also when it is read back."""
    estimator = fit(name)
    assert require_memory_safe(estimator) is estimator
    assert load(dump(estimator, ALLOWED), ALLOWED)


@pytest.mark.parametrize("name", ["__sklearn_tags__", "predict_proba", "_validate_X_predict"])
def test_an_attribute_for_a_method(fit: Callable[..., Any], name: str) -> None:
    """A file that puts something allowed in the place of a method is refused."""
    estimator = fit("forest")
    tree = estimator[-1].estimators_[0]
    setattr(tree, name, partial(Bunch, requires_fit=False))
    state = dump(estimator, ALLOWED)
    delattr(tree, name)
    with pytest.raises(StateError, match="DecisionTreeClassifier holds an attribute in the place"):
        load(state, ALLOWED)


#: Newer versions of numpy refuse such a state themselves.
BEYOND = "would read beyond|state position must be between"


@pytest.mark.parametrize("at", [-1, 625, 10**9])
def test_numbers_drawn_ahead(at: int) -> None:
    """A generator continues within the numbers it drew ahead, not beyond them."""
    state = dump(
        DummyClassifier(strategy="stratified", random_state=np.random.RandomState(0)).fit(
            [[0], [1]], [0, 1]
        ),
        ALLOWED,
    )
    assert load(state, ALLOWED).predict([[0]]).shape == (1,)

    def moved(schema: dict[str, Any]) -> None:
        for node in content(schema, "pos"):
            node["content"] = str(at)

    with pytest.raises(StateError, match=BEYOND):
        load(forged(state, moved), ALLOWED)
    generator = np.random.Generator(np.random.MT19937(0))
    assert require_memory_safe([generator])
    numbers = generator.bit_generator.state
    numbers["state"]["pos"] = at

    def resume() -> None:
        generator.bit_generator.state = numbers
        require_memory_safe([generator])

    with pytest.raises((StateError, ValueError), match=BEYOND):
        resume()


def narrower(preprocessor: Any) -> Any:
    """Take fewer columns than there are."""
    name, step, mask = preprocessor.transformers_[1]
    preprocessor.transformers_[1] = (name, step, mask & (np.arange(len(mask)) == 1))
    preprocessor._transformer_to_input_indices[name] = [1]
    return preprocessor


def unlike_frames(preprocessor: Any) -> Any:
    """Take fewer columns of a matrix than of a frame."""
    name, step, mask = preprocessor.transformers_[1]
    preprocessor.transformers_[1] = (name, step, mask & (np.arange(len(mask)) == 1))
    return preprocessor


def dropping(preprocessor: Any) -> Any:
    """Drop a step's columns."""
    name, _, mask = preprocessor.transformers_[1]
    preprocessor.transformers_[1] = (name, "drop", mask)
    return preprocessor


def weighted(preprocessor: Any) -> Any:
    """Multiply a column by an empty weight, which leaves none."""
    preprocessor.transformer_weights = {"encoder": np.zeros((0,))}
    return preprocessor


def projecting(preprocessor: Any) -> Any:
    """Make other columns of them."""
    name, _, mask = preprocessor.transformers_[1]
    step = PCA(1).fit(np.random.default_rng(0).normal(size=(9, 2)))
    preprocessor.transformers_[1] = (name, step, mask)
    return preprocessor


def checking_something_else(preprocessor: Any) -> Any:
    """Check another array than the columns."""
    name, _, mask = preprocessor.transformers_[1]
    step = FunctionTransformer(partial(check_array, np.zeros((1, 1))))
    preprocessor.transformers_[1] = (name, step, mask)
    return preprocessor


def another_class(preprocessor: Any) -> Any:
    """Be no transformer of columns at all."""
    assert isinstance(preprocessor, ColumnTransformer)
    return make_pipeline(FunctionTransformer(np.abs))


@pytest.mark.parametrize(
    "forge",
    [
        narrower,
        unlike_frames,
        dropping,
        weighted,
        projecting,
        checking_something_else,
        another_class,
    ],
)
def test_a_preprocessor_that_gives_its_trees_other_columns(
    fit: Callable[..., Any], forge: Callable[[Any], Any]
) -> None:
    """Its trees would read beyond their rows, for nothing else checks how wide these are."""
    estimator = deepcopy(fit("categories"))
    estimator[-1]._preprocessor = forge(estimator[-1]._preprocessor)
    with pytest.raises(StateError, match="HistGradientBoostingClassifier gives its trees other"):
        load(dump(estimator, ALLOWED), ALLOWED)


ROWS = np.array([[0, 5], [1, 5], [1, 6], [2, 6], [2, 7], [2, 7]])
ENCODERS: dict[str, dict[str, Any]] = {
    "plain": {"handle_unknown": "ignore"},
    "drop": {"drop": "first"},
    "infrequent": {"min_frequency": 2, "handle_unknown": "infrequent_if_exist"},
    "both": {"min_frequency": 2, "drop": "first"},
}
CODES = "OneHotEncoder makes codes beyond its columns"


@pytest.mark.parametrize("name", ENCODERS)
def test_sound_codes(name: str) -> None:
    """An encoder fitted here is read back and makes the codes it made."""
    encoder = OneHotEncoder(**ENCODERS[name]).fit(ROWS)
    again = load(dump(encoder, ALLOWED), ALLOWED)
    assert (again.transform(ROWS) != encoder.transform(ROWS)).nnz == 0
    assert load(dump(OneHotEncoder(**ENCODERS[name]), ALLOWED), ALLOWED)


def fewer_columns(encoder: Any) -> None:
    """Say there is one column."""
    encoder._n_features_outs = [1, 0]


def overflowing(encoder: Any) -> None:
    """Say there are so many columns that their sum overflows."""
    encoder._n_features_outs = [2**63 - 1, 2**63 - 1]


def summed(encoder: Any) -> None:
    """Give columns in an array, whose numbers are added where a list is concatenated."""
    encoder._n_features_outs = np.array(encoder._n_features_outs)


def unsorted(encoder: Any) -> None:
    """Give categories that a binary search misses."""
    encoder.categories_[1] = encoder.categories_[1][::-1].copy()


@pytest.mark.parametrize("forge", [fewer_columns, overflowing, summed, unsorted])
def test_codes_beyond_the_columns(forge: Callable[[Any], None]) -> None:
    """A sparse matrix gets a one wherever a code points, without a check."""
    encoder = OneHotEncoder().fit(ROWS)
    forge(encoder)
    with pytest.raises(StateError, match=CODES):
        load(dump(encoder, ALLOWED), ALLOWED)


def test_columns_of_fewer_features() -> None:
    """A feature without columns is a broken state."""
    encoder = OneHotEncoder().fit(ROWS)
    encoder._n_features_outs = encoder._n_features_outs[:1]
    with pytest.raises(StateError):
        load(dump(encoder, ALLOWED), ALLOWED)


@pytest.mark.parametrize("drop", [-1, 3, 0.5])
def test_a_dropped_category_that_does_not_exist(drop: float) -> None:
    """Codes behind it move by one: before the first there is no column."""
    encoder = OneHotEncoder(drop="first").fit(ROWS)
    encoder._drop_idx_after_grouping[0] = drop
    with pytest.raises(StateError, match=CODES):
        load(dump(encoder, ALLOWED), ALLOWED)


@pytest.mark.parametrize("codes", [[10**9] * 3, [-1, 0, 1], [0.0, 1.0, 1.0], [0, 1]])
def test_infrequent_categories_grouped_elsewhere(codes: list[float]) -> None:
    """Each gets the code of a column that exists."""
    encoder = OneHotEncoder(min_frequency=2).fit(ROWS)
    encoder._default_to_infrequent_mappings[0] = np.array(codes)
    with pytest.raises(StateError, match=CODES):
        load(dump(encoder, ALLOWED), ALLOWED)


def test_infrequent_categories_without_a_group() -> None:
    """An unknown category would get the code that the file says."""
    encoder = OneHotEncoder(min_frequency=2).fit(ROWS)
    encoder._infrequent_indices[0] = np.array([10**9])
    encoder._default_to_infrequent_mappings[0] = None
    with pytest.raises(StateError, match=CODES):
        load(dump(encoder, ALLOWED), ALLOWED)


def test_an_encoder_inside_another_transformer() -> None:
    """The one that a transformer of bins holds is checked as well."""
    bins = KBinsDiscretizer(2, strategy="uniform").fit(ROWS)
    assert load(dump(bins, ALLOWED), ALLOWED)
    bins._encoder._n_features_outs = [1, 1]
    with pytest.raises(StateError, match=CODES):
        load(dump(bins, ALLOWED), ALLOWED)
