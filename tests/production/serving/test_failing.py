"""The rows on which a model fails, found without asking for each of them alone."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import pyarrow as pa

from production.serving import failing as module
from production.serving.failing import failing_rows

if TYPE_CHECKING:
    import pytest

    from contracts.ports import Floats


class Picky:
    """Raises on threes, predicts nothing finite on sevens, and counts how often it is asked."""

    def __init__(self) -> None:
        self.asked = 0

    def predict(self, rows: pa.Table) -> Floats:
        """Return a half for each row, (n, 1)."""
        self.asked += 1
        values = rows["x"].to_numpy()
        if (values % 10 == 3).any():
            raise KeyError("three")
        return np.where(values % 10 == 7, np.nan, 0.5).reshape(-1, 1)


def table(*values: int) -> pa.Table:
    """Return a table of one column."""
    return pa.table({"x": pa.array(values, pa.int64())})


def test_a_model_that_does_not_fail_is_asked_once() -> None:
    """The usual case costs nothing more."""
    model = Picky()
    found = failing_rows(model.predict, table(*range(3)))
    assert (found.rows.tolist(), found.reasons, model.asked) == ([False] * 3, {}, 1)


def test_each_failing_row_is_named_with_how_it_fails() -> None:
    """Raised errors by their kind, and numbers that are not finite."""
    found = failing_rows(Picky().predict, table(1, 3, 5, 7, 8, 13))
    assert found.rows.tolist() == [False, True, False, True, False, True]
    assert found.reasons == {"model: KeyError": 2, "model: a number that is not finite": 1}


def test_one_among_many_is_found_by_halving() -> None:
    """About twice the logarithm of the rows, not each of them."""
    model = Picky()
    values = [1] * 4_096
    values[1_234] = 3
    assert np.flatnonzero(failing_rows(model.predict, table(*values)).rows).tolist() == [1_234]
    assert model.asked <= 2 * 12 + 1


def test_a_model_that_fails_everywhere_is_not_asked_for_every_row(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """After a bound the rest of what fails is taken as failing."""
    monkeypatch.setattr(module, "MOST", 10)
    model = Picky()
    found = failing_rows(model.predict, table(*[3] * 4_096))
    assert found.rows.all()
    assert found.reasons == {"model: KeyError": 4_096}
    assert model.asked < 100


def test_no_rows_do_not_fail() -> None:
    """Nobody asks a model for no rows."""
    model = Picky()
    assert failing_rows(model.predict, table()).rows.tolist() == []
    assert model.asked == 0
