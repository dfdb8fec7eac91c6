"""What a clause looks at: the two sides as one pair sees them, and what they predict.

Under ``same_data`` and ``recorded`` the candidate is what its own learner made of the contract's
rows; under ``same_state`` it is the reference's exported state as the candidate's class reads it.
"""

from __future__ import annotations

from functools import cached_property
from typing import TYPE_CHECKING, Any

from contracts.data.predictions import check_answers, check_predictions
from contracts.equivalence.once import once
from contracts.equivalence.trace import trace
from contracts.errors import DataError, LiaisonError, SideError
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
            DataError: A row is not a record of the contract.
        """
        listed = rows if not hasattr(rows, "to_pylist") else rows.to_pylist()
        return [self.decoder.convert(row) for row in listed]

    def predict(self, model: Model, rows: pa.Table) -> Floats:
        """Return a model's predictions, held to what every model owes.

        Raises:
            SideError: It fails, or its predictions are not float64 of shape (n, k), all finite.
        """
        made = self._asked(model, lambda: model.predict(rows))
        return self._checked(model, lambda: check_predictions(made, rows, self.contract))

    def predict_each(self, model: Model, rows: pa.Table) -> Floats:
        """Return a model's predictions made one record at a time, as when served.

        Raises:
            DataError: A row is not a record of the contract.
            SideError: As for `predict`.
        """
        records = self.records(rows)
        made = self._asked(model, lambda: [model.one(record) for record in records])
        return self._checked(model, lambda: check_answers(made, rows, self.contract))

    def _asked(self, model: Model, call: Callable[[], Any]) -> Any:
        try:
            return call()
        except LiaisonError as error:
            said = f"refuses to predict: {error}"
            raise SideError(said, side=self.sides.named(model)) from error
        except Exception as error:
            said = f"fails to predict: {type(error).__name__}: {error}"
            raise SideError(said, side=self.sides.named(model), details=trace(error)) from error

    def _checked(self, model: Model, check: Callable[[], Floats]) -> Floats:
        try:
            return check()
        except DataError as error:
            said = f"breaks the protocol: {error.message}"
            side = self.sides.named(model)
            raise SideError(said, side=side, details=error.details) from error
