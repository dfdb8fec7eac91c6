"""Tolerances: which rows are within, and for what share it holds."""

from __future__ import annotations

import numpy as np
import pytest

from contracts.errors import ContractError
from contracts.score.tolerance import Tolerance


def test_the_limit_itself_is_within() -> None:
    """A difference of exactly absolute + relative · |reference| is allowed, more is not."""
    tolerance = Tolerance(absolute=0.5, relative=0.25)
    reference = np.array([4.0, -4.0, 4.0])
    candidate = np.array([5.5, -5.5, 5.5000001])
    assert tolerance.mask(reference, candidate).tolist() == [True, True, False]


def test_a_row_is_within_when_all_its_predictions_are() -> None:
    """One of k predictions that differs takes the row out."""
    assert Tolerance(absolute=0.1).within(np.zeros((2, 2)), np.array([[0, 0.2], [0, 0.1]])) == 0.5


def test_nan_and_infinities_are_never_within() -> None:
    """They differ from everything, themselves included."""
    odd = np.array([np.nan, np.inf, 0.0])
    assert Tolerance(relative=1.0).mask(odd, odd).tolist() == [False, False, True]
    assert Tolerance(relative=1.0).within(np.zeros(3), odd) == pytest.approx(1 / 3)


def test_holds_from_the_stated_share_on() -> None:
    """Three of four rows within satisfy a share of 0.75 and no larger one."""
    reference, candidate = np.zeros(4), np.array([0, 0, 0, 1.0])
    assert Tolerance(rows=0.75).holds(reference, candidate)
    assert not Tolerance(rows=0.76).holds(reference, candidate)


def test_without_rows_all_are_within() -> None:
    """The share is 1."""
    assert Tolerance().within(np.zeros((0, 2)), np.zeros((0, 2))) == 1.0


def test_other_shapes_are_refused() -> None:
    """Predictions that would broadcast are not of the same rows."""
    with pytest.raises(ContractError, match="shape"):
        Tolerance().within(np.zeros((3, 1)), np.zeros(3))


@pytest.mark.parametrize("bad", [{"absolute": -1}, {"relative": float("nan")}, {"rows": 0}])
def test_impossible_tolerances_are_refused(bad: dict[str, float]) -> None:
    """Negative, undefined and empty tolerances cannot be constructed."""
    with pytest.raises(ContractError):
        Tolerance(**bad)
