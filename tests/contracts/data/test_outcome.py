from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np
import pyarrow as pa
import pytest

from contracts.data.outcome import numbers
from contracts.errors import DataError

if TYPE_CHECKING:
    from collections.abc import Callable

    from contracts.contract.terms import Terms


@pytest.mark.parametrize(
    ("kind", "outcomes", "expected"),
    [
        ("binary", [True, False], [1.0, 0.0]),
        ("binary", ["late", "in_time"], [1.0, 0.0]),
        ("multiclass", ["high", "low", "mid"], [2.0, 0.0, 1.0]),
        ("regression", [1, 2], [1.0, 2.0]),
        ("regression", [0.5, -0.5], [0.5, -0.5]),
    ],
)
def test_outcomes_become_numbers_by_kind(
    terms: Callable[..., Terms], kind: str, outcomes: list[Any], expected: list[float]
) -> None:
    """Labels become their place in the contract's order, values stay."""
    found = numbers(terms(kind), pa.chunked_array([outcomes]))
    assert found.dtype == np.float64
    assert found.tolist() == expected


def test_an_unlisted_label_of_a_closed_set_is_refused(terms: Callable[..., Terms]) -> None:
    """A closed set of labels means what it says, and names what broke it."""
    with pytest.raises(DataError, match="'huge'"):
        numbers(terms("multiclass"), pa.array(["low", "huge"]))


def test_an_unlisted_label_of_an_open_set_is_no_number(terms: Callable[..., Terms]) -> None:
    """In an open set a new label happened, but no prediction could name it."""
    found = numbers(terms("multiclass", labels_open=True), pa.array(["low", "huge"]))
    assert found[0] == 0.0
    assert np.isnan(found[1])


def test_a_null_outcome_is_refused(terms: Callable[..., Terms]) -> None:
    """An outcome that has not come yet is not a number."""
    with pytest.raises(DataError, match="1 outcomes are null"):
        numbers(terms(), pa.array([True, None]))
