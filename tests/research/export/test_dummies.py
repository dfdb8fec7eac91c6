from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np
import pytest
from sklearn.preprocessing import KBinsDiscretizer, OneHotEncoder

from contracts.errors import StateError
from research.export.allowed import ALLOWED
from research.export.guarded import dump, load

if TYPE_CHECKING:
    from collections.abc import Callable

ROWS = np.array([[0, 5], [1, 5], [1, 6], [2, 6], [2, 7], [2, 7]])
ENCODERS: dict[str, dict[str, Any]] = {
    "plain": {"handle_unknown": "ignore"},
    "dropped": {"drop": "first"},
    "rare": {"min_frequency": 2, "handle_unknown": "infrequent_if_exist"},
    "both": {"min_frequency": 2, "drop": "first"},
}


@pytest.mark.parametrize("name", ENCODERS)
def test_sound(name: str) -> None:
    """What was fitted here is read back and makes the codes it made."""
    encoder = OneHotEncoder(**ENCODERS[name]).fit(ROWS)
    again = load(dump(encoder, ALLOWED), ALLOWED)
    assert (again.transform(ROWS) != encoder.transform(ROWS)).nnz == 0
    assert load(dump(OneHotEncoder(**ENCODERS[name]), ALLOWED), ALLOWED)


def columns(encoder: Any) -> None:
    """Say there is one column."""
    encoder._n_features_outs = [1, 0]


def overflowing(encoder: Any) -> None:
    """Say there are so many that their sum begins anew."""
    encoder._n_features_outs = [2**63 - 1, 2**63 - 1]


def summed(encoder: Any) -> None:
    """Give columns that are added where a list is strung together."""
    encoder._n_features_outs = np.array(encoder._n_features_outs)


def unsorted(encoder: Any) -> None:
    """Give categories that a search passes by."""
    encoder.categories_[1] = encoder.categories_[1][::-1].copy()


def fewer(encoder: Any) -> None:
    """Forget the columns of a feature."""
    encoder._n_features_outs = encoder._n_features_outs[:1]


@pytest.mark.parametrize("forge", [columns, overflowing, summed, unsorted])
def test_codes_beyond_the_columns(forge: Callable[[Any], None]) -> None:
    """A matrix gets a one wherever a code says, and looks at none."""
    encoder = OneHotEncoder().fit(ROWS)
    forge(encoder)
    with pytest.raises(StateError, match="OneHotEncoder makes codes beyond its columns"):
        load(dump(encoder, ALLOWED), ALLOWED)


def test_columns_of_fewer_features() -> None:
    """A feature without columns is a broken state."""
    encoder = OneHotEncoder().fit(ROWS)
    fewer(encoder)
    with pytest.raises(StateError):
        load(dump(encoder, ALLOWED), ALLOWED)


@pytest.mark.parametrize("drop", [-1, 3, 0.5])
def test_a_category_dropped_that_is_none(drop: float) -> None:
    """Codes behind it move by one: before the first there is no column."""
    encoder = OneHotEncoder(drop="first").fit(ROWS)
    encoder._drop_idx_after_grouping[0] = drop
    with pytest.raises(StateError, match="OneHotEncoder makes codes"):
        load(dump(encoder, ALLOWED), ALLOWED)


@pytest.mark.parametrize("codes", [[10**9] * 3, [-1, 0, 1], [0.0, 1.0, 1.0], [0, 1]])
def test_rare_categories_put_together_elsewhere(codes: list[float]) -> None:
    """Each goes to a column that there is."""
    encoder = OneHotEncoder(min_frequency=2).fit(ROWS)
    encoder._default_to_infrequent_mappings[0] = np.array(codes)
    with pytest.raises(StateError, match="OneHotEncoder makes codes"):
        load(dump(encoder, ALLOWED), ALLOWED)


def test_rare_categories_that_are_put_nowhere() -> None:
    """An unknown one would be coded as the file says."""
    encoder = OneHotEncoder(min_frequency=2).fit(ROWS)
    encoder._infrequent_indices[0] = np.array([10**9])
    encoder._default_to_infrequent_mappings[0] = None
    with pytest.raises(StateError, match="OneHotEncoder makes codes"):
        load(dump(encoder, ALLOWED), ALLOWED)


def test_the_encoder_of_bins() -> None:
    """One inside of another transformer is found."""
    bins = KBinsDiscretizer(2, strategy="uniform").fit(ROWS)
    assert load(dump(bins, ALLOWED), ALLOWED)
    bins._encoder._n_features_outs = [1, 1]
    with pytest.raises(StateError, match="OneHotEncoder makes codes"):
        load(dump(bins, ALLOWED), ALLOWED)
