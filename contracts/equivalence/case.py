"""What a clause looks at: one contract, the two sides, and what they predict on its rows.

Everything is made when a clause first asks for it: a run of recorded clauses fits one side once.
"""

from __future__ import annotations

import tempfile
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

from contracts import golden
from contracts.contract.digest import GOLDEN
from contracts.equivalence.sample import Sample, held_out, learning_rows
from contracts.errors import DataError
from contracts.schema.record import decoder

if TYPE_CHECKING:
    from collections.abc import Callable
    from types import TracebackType
    from typing import Self

    import pyarrow as pa

    from contracts.contract import Contract
    from contracts.golden import Golden
    from contracts.ports import Floats, Learner, Model, Source

    Progress = Callable[[str], None]


def _silent(step: str) -> None:
    """Say nothing of a step."""


class PredictionError(DataError):
    """A side predicts what no model may."""


class Case:
    """One contract with its candidate and, where present, its reference.

    A context manager: the folder the candidate was read from lives as long as the case.

    Args:
        contract: What is to be fulfilled.
        source: Where the contract's windows are fetched from.
        candidate: Makes the models to prove.
        reference: Makes the models to compare with; None where research is not installed.
        served: The class that reads the candidate's state back to serve; the class of what the
            candidate fits unless given.
        progress: Told of each long step before it begins.
        absent: Why there is no reference.
    """

    def __init__(
        self,
        contract: Contract,
        source: Source,
        *,
        candidate: Learner,
        reference: Learner | None = None,
        served: type[Model] | None = None,
        progress: Progress | None = None,
        absent: str = "no reference is present",
    ) -> None:
        self.contract = contract
        self.absent = absent
        self._source = source
        self._learners = (candidate, reference)
        self._served = served
        self.progress = progress or _silent
        self._folder = tempfile.TemporaryDirectory(prefix="candidate-")

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self.close()

    def close(self) -> None:
        """Remove what the case wrote."""
        self._folder.cleanup()

    @property
    def has_reference(self) -> bool:
        """Whether there is another side to compare with."""
        return self._learners[1] is not None

    @cached_property
    def sample(self) -> Sample:
        """The contract's test window."""
        return held_out(self.contract, self._source)

    @cached_property
    def golden(self) -> Golden:
        """What the contract recorded."""
        return golden.read(self.contract.folder / GOLDEN, self.contract.input_columns)

    @cached_property
    def candidate(self) -> Model:
        """The candidate as served: fitted, written, read back."""
        fitted = self._fit("candidate", self._learners[0])
        folder = Path(self._folder.name)
        fitted.write(folder)
        return (self._served or type(fitted)).read(folder)

    @cached_property
    def reference(self) -> Model:
        """The reference, as fitted.

        Raises:
            DataError: There is none.
        """
        learner = self._learners[1]
        if learner is None:
            raise DataError(self.absent)
        return self._fit("reference", learner)

    @cached_property
    def predicted(self) -> Floats:
        """The candidate's predictions on the test window, shape (n, k)."""
        return self.predict(self.candidate, self.sample.rows)

    @cached_property
    def expected(self) -> Floats:
        """The reference's predictions on the test window, shape (n, k)."""
        return self.predict(self.reference, self.sample.rows)

    def predict(self, model: Model, rows: pa.Table) -> Floats:
        """Return a model's predictions, held to what every model owes.

        Raises:
            PredictionError: They are not float64, not of shape (n, k), or not finite.
        """
        return self._held(model, model.predict(rows), rows.num_rows)

    def predict_each(self, model: Model, rows: pa.Table) -> Floats:
        """Return a model's predictions made one record at a time, as when served.

        Raises:
            DataError: A row is no record of the contract.
            PredictionError: As for `predict`.
        """
        convert = decoder(self.contract.input_columns).convert
        made = [model.one(convert(row)) for row in rows.to_pylist()]
        lengths = {len(each) for each in made} - {self.contract.k}
        if lengths:
            raise self._unfit(model, f"{self.contract.k} figures for a record", f"{lengths.pop()}")
        return self._held(model, np.array(made, np.float64), rows.num_rows)

    def _held(self, model: Model, made: Any, n: int) -> Floats:
        expected = f"float64 {(n, self.contract.k)}"
        found = f"{getattr(made, 'dtype', type(made).__name__)} {getattr(made, 'shape', '')}"
        if found != expected:
            raise self._unfit(model, expected, found)
        predictions: Floats = made
        wrong = int((~np.isfinite(predictions)).any(axis=1).sum())
        if wrong:
            raise self._unfit(model, "finite numbers", f"others in {wrong:,} of {n:,} rows")
        return predictions

    def _unfit(self, model: Model, expected: str, found: str) -> PredictionError:
        side = "candidate" if model is self.candidate else "reference"
        return PredictionError(f"the {side} breaks the protocol: expected {expected}, got {found}")

    @cached_property
    def _rows(self) -> pa.Table:
        return learning_rows(self.contract, self._source)

    def _fit(self, side: str, learner: Learner) -> Model:
        learning = self.contract.learning
        self.progress(f"fitting the {side} on {self._rows.num_rows:,} rows")
        return learner.fit(self._rows, params=learning.params, seed=learning.seed)
