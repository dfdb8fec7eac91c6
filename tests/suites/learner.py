"""What every learner and its models must satisfy; a test class per learner says how to build it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import msgspec
import numpy as np
import pyarrow as pa
import pytest

from contracts.errors import ConfigError, DataError, StateError
from contracts.ports import OUTCOME, Learner, Model, Resumes

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping
    from pathlib import Path

    from contracts.ports import Floats


class LearnerSuite:
    """The claims; a subclass gives the fixtures ``learner``, ``reader``, ``rows`` and ``params``.

    ``reader`` is the class that reads back what the learner's models write; ``rows`` are fit to
    learn from, with at least one null among their inputs; ``params`` are quick to fit.
    """

    #: The largest difference allowed between two forms of one model.
    rounding = 1e-6

    @pytest.fixture(scope="class")
    @classmethod
    def fitted(cls, learner: Learner, rows: pa.Table, params: Mapping[str, Any]) -> Model:
        """A model fitted to the rows."""
        return learner.fit(rows, params=params, seed=0)

    @pytest.fixture(scope="class")
    @classmethod
    def read(
        cls, fitted: Model, reader: type[Model], tmp_path_factory: pytest.TempPathFactory
    ) -> Model:
        """The model as it was written and read back."""
        folder = tmp_path_factory.mktemp("state")
        fitted.write(folder)
        return reader.read(folder)

    @pytest.fixture
    def inputs(self, rows: pa.Table) -> pa.Table:
        """The rows as they are predicted."""
        return rows.drop_columns([OUTCOME])

    def test_protocols(self, learner: Learner, fitted: Model, read: Model) -> None:
        """A fitted model and one read back satisfy the protocols."""
        assert isinstance(learner, Learner)
        assert isinstance(fitted, Model)
        assert isinstance(read, Model)

    def test_probabilities(self, read: Model, inputs: pa.Table) -> None:
        """Predictions are float64 probabilities of shape (n, 1), not all alike."""
        predictions = read.predict(inputs)
        assert (predictions.dtype, predictions.shape) == (np.float64, (inputs.num_rows, 1))
        assert ((predictions >= 0) & (predictions <= 1)).all()
        assert np.ptp(predictions) > 0.1

    def test_learns(self, read: Model, rows: pa.Table, inputs: pa.Table) -> None:
        """The model predicts its training rows better than their mean does."""
        outcome = rows[OUTCOME].to_numpy().astype(float)
        predictions = read.predict(inputs)[:, 0]
        assert np.mean((predictions - outcome) ** 2) < np.mean((outcome.mean() - outcome) ** 2)

    def test_written_is_fitted(self, fitted: Model, read: Model, inputs: pa.Table) -> None:
        """The model read back predicts the same as the one that was written."""
        assert largest_difference(read.predict(inputs), fitted.predict(inputs)) <= self.rounding

    @pytest.mark.parametrize("form", ["fitted", "read"])
    def test_one(self, request: pytest.FixtureRequest, form: str, inputs: pa.Table) -> None:
        """One record gets the same prediction as a row, nulls included."""
        model: Model = request.getfixturevalue(form)
        some = with_nulls(inputs, 20)
        singles = np.array([model.one(each) for each in records(some)])
        assert largest_difference(model.predict(some), singles) <= self.rounding

    def test_seed(
        self, learner: Learner, rows: pa.Table, params: Mapping[str, Any], inputs: pa.Table
    ) -> None:
        """The same rows and seed give the same model, bit by bit."""
        twice = [learner.fit(rows, params=params, seed=3).predict(inputs) for _ in range(2)]
        assert np.array_equal(*twice)

    def test_chunks(self, read: Model, inputs: pa.Table) -> None:
        """A table in chunks, sliced or empty gets the same predictions row by row."""
        whole = read.predict(inputs[:9])
        chunked = pa.concat_tables([inputs[:4], inputs[4:9]])
        assert np.array_equal(read.predict(chunked), whole)
        assert read.predict(inputs[:0]).shape == (0, 1)

    def test_order(self, read: Model, inputs: pa.Table) -> None:
        """Columns are found by name, whatever their order."""
        turned = inputs.select(inputs.column_names[::-1])
        assert np.array_equal(read.predict(turned), read.predict(inputs))

    def test_absent_column(self, read: Model, inputs: pa.Table) -> None:
        """Rows without a column of the contract are refused by its name."""
        name = inputs.column_names[-1]
        with pytest.raises(DataError, match=name):
            read.predict(inputs.drop_columns([name]))

    def test_nothing_to_read(self, reader: type[Model], tmp_path: Path) -> None:
        """An empty folder holds no model, which is an error."""
        with pytest.raises(StateError):
            reader.read(tmp_path)

    def test_misspelt_parameter(
        self, learner: Learner, rows: pa.Table, params: Mapping[str, Any]
    ) -> None:
        """A parameter that it does not have is refused with the near match."""
        name = next(iter(params))
        with pytest.raises(ConfigError, match=f"did you mean '{name}'"):
            learner.fit(rows, params={f"{name}s": 5}, seed=0)


class ResumingLearnerSuite(LearnerSuite):
    """What a learner with `resume` must satisfy besides."""

    @pytest.fixture
    def halves(self, rows: pa.Table) -> tuple[pa.Table, pa.Table]:
        """The rows that come first, and those that come later."""
        half = rows.num_rows // 2
        return rows[:half], rows[half:]

    def test_resumed_is_read_and_resumed(
        self,
        learner: Any,
        reader: type[Model],
        halves: tuple[pa.Table, pa.Table],
        params: Mapping[str, Any],
        tmp_path: Path,
    ) -> None:
        """A model that was written and read back goes on as the one that was not, bit by bit."""
        first, later = halves
        inputs = later.drop_columns([OUTCOME])
        model = learner.fit(first, params=params, seed=0)
        model.write(tmp_path)
        read = reader.read(tmp_path)
        resumed = [learner.resume(each, later).predict(inputs) for each in (model, read)]
        assert np.array_equal(*resumed)

    def test_resuming_learns(
        self,
        learner: Any,
        halves: tuple[pa.Table, pa.Table],
        params: Mapping[str, Any],
        inputs: pa.Table,
    ) -> None:
        """It is another model afterwards; the one it was resumed from stays as it was."""
        first, later = halves
        model = learner.fit(first, params=params, seed=0)
        before = model.predict(inputs)
        resumed = learner.resume(model, later)
        assert np.array_equal(model.predict(inputs), before)
        assert largest_difference(resumed.predict(inputs), before) > self.rounding
        assert isinstance(resumed, Model)
        assert isinstance(learner, Resumes)


def largest_difference(one: Floats, other: Floats) -> float:
    """Return the largest difference between two sets of predictions."""
    return float(np.abs(one - other).max())


def records(rows: pa.Table) -> list[Any]:
    """Return rows as records, fields in the order of the columns."""
    return [record(rows.column_names)(**row) for row in rows.to_pylist()]


def record(names: list[str]) -> Callable[..., msgspec.Struct]:
    """Return a type of records with fields so named."""
    return msgspec.defstruct("Record", names, frozen=True, kw_only=True)


def with_nulls(rows: pa.Table, count: int) -> pa.Table:
    """Return the first rows, and as many more in which every nullable float is null."""
    empty = rows[:count]
    for index, field in enumerate(rows.schema):
        if pa.types.is_floating(field.type):
            empty = empty.set_column(index, field, pa.nulls(count, field.type))
    return pa.concat_tables([rows[:count], empty])
