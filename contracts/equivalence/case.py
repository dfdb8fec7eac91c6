"""What a clause looks at: the two sides as one pair sees them, and what they predict.

Under ``same_data`` and ``recorded`` the candidate is what its own learner made of the contract's
rows; under ``same_state`` it is the reference's exported state as the candidate's class reads it.
"""

from __future__ import annotations

from collections.abc import Sequence
from functools import cached_property
from numbers import Real
from reprlib import repr as shortened
from typing import TYPE_CHECKING, Any

import numpy as np

from contracts.equivalence.once import once
from contracts.equivalence.trace import trace
from contracts.errors import LiaisonError, SideError
from contracts.schema.record import RecordDecoder

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable
    from pathlib import Path

    import pyarrow as pa

    from contracts.contract import Contract
    from contracts.contract.golden import Golden
    from contracts.contract.terms import Pair
    from contracts.equivalence.sample import Sample
    from contracts.equivalence.sides import Sides
    from contracts.ports import Floats, Model

#: How many rows without a number evidence shows.
SHOWN = 5


class Case:
    """One contract, the candidate and the reference under one pair.

    Args:
        sides: Makes and keeps what the case shows.
        pair: What is compared.

    Attributes:
        sides: As given: fits on other windows and seeds are made there.
        pair: As given.
    """

    def __init__(self, sides: Sides, pair: Pair) -> None:
        self.sides, self.pair = sides, pair

    @property
    def contract(self) -> Contract:
        """What is to be fulfilled."""
        return self.sides.contract

    @property
    def sample(self) -> Sample:
        """The contract's test window."""
        return self.sides.sample

    @property
    def golden(self) -> Golden:
        """What the contract recorded."""
        return self.sides.golden

    @property
    def counterexamples(self) -> Path:
        """The folder of inputs on which the sides once parted."""
        return self.sides.counterexamples

    @property
    def candidate(self) -> Model:
        """The candidate as served: written and read back, or reading the reference's state."""
        return self.sides.adopted if self.pair == "same_state" else self.sides.candidate

    @property
    def reference(self) -> Model:
        """The reference, as fitted.

        Raises:
            DataError: There is none.
        """
        return self.sides.reference

    @once
    def predicted(self) -> Floats:
        """The candidate's predictions on the test window, shape (n, k)."""
        return self.predict(self.candidate, self.sample.rows)

    @once
    def expected(self) -> Floats:
        """The reference's predictions on the test window, shape (n, k)."""
        return self.predict(self.reference, self.sample.rows)

    @cached_property
    def decoder(self) -> RecordDecoder:
        """What makes a record of the contract, compiled once."""
        return RecordDecoder(self.contract.input_columns)

    def progress(self, step: str) -> None:
        """Tell of a long step before it begins."""
        self.sides.progress(step)

    def records(self, rows: pa.Table | Iterable[dict[str, Any]]) -> list[Any]:
        """Return rows as records of the contract's compiled type.

        Raises:
            DataError: A row is no record of the contract.
        """
        listed = rows if not hasattr(rows, "to_pylist") else rows.to_pylist()
        return [self.decoder.convert(row) for row in listed]

    def predict(self, model: Model, rows: pa.Table) -> Floats:
        """Return a model's predictions, held to what every model owes.

        Raises:
            SideError: It fails, or its predictions are not float64 of shape (n, k), all finite.
        """
        return self._held(model, self._asked(model, lambda: model.predict(rows)), rows)

    def predict_each(self, model: Model, rows: pa.Table) -> Floats:
        """Return a model's predictions made one record at a time, as when served.

        Raises:
            DataError: A row is no record of the contract.
            SideError: As for `predict`.
        """
        records = self.records(rows)
        made = self._asked(model, lambda: [model.one(record) for record in records])
        strange = [each for each in made if not _answers(each)]
        if strange:
            raise self._unfit(model, "a tuple of numbers for a record", shortened(strange[0]))
        lengths = {len(each) for each in made} - {self.contract.k}
        if lengths:
            raise self._unfit(model, f"{self.contract.k} figures for a record", f"{lengths.pop()}")
        return self._held(model, np.array(made, np.float64).reshape(-1, self.contract.k), rows)

    def _asked(self, model: Model, call: Callable[[], Any]) -> Any:
        try:
            return call()
        except LiaisonError as error:
            said = f"refuses to predict: {error}"
            raise SideError(said, side=self.sides.named(model)) from error
        except Exception as error:
            said = f"fails to predict: {type(error).__name__}: {error}"
            raise SideError(said, side=self.sides.named(model), details=trace(error)) from error

    def _held(self, model: Model, made: Any, rows: pa.Table) -> Floats:
        n = rows.num_rows
        expected = f"float64 {(n, self.contract.k)}"
        found = f"{getattr(made, 'dtype', type(made).__name__)} {getattr(made, 'shape', '')}"
        if found != expected:
            raise self._unfit(model, expected, found)
        predictions: Floats = made
        wrong = np.flatnonzero(~np.isfinite(predictions).all(axis=1))
        if len(wrong):
            found = f"others in {len(wrong):,} of {n:,} rows"
            inputs = rows.take(wrong[:SHOWN]).to_pylist()
            details = [
                f"{predictions[row].tolist()} for {row_inputs}"
                for row, row_inputs in zip(wrong, inputs, strict=False)
            ]
            raise self._unfit(model, "finite numbers", found, details)
        return predictions

    def _unfit(
        self, model: Model, expected: str, found: str, details: Iterable[str] = ()
    ) -> SideError:
        said = f"breaks the protocol: expected {expected}, got {found}"
        return SideError(said, side=self.sides.named(model), details=details)


def _answers(said: Any) -> bool:
    """Return whether an answer to one record is numbers in a row: numpy reads text as them too."""
    row = said.ndim == 1 if isinstance(said, np.ndarray) else isinstance(said, Sequence)
    return row and all(isinstance(each, Real) for each in said)
