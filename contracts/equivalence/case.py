"""What a clause is called with: the two sides under one pair, and what they predict.

Under ``same_data`` and ``recorded`` the candidate is what its own learner fitted on the contract's
rows; under ``same_state`` it is the reference's exported state as the candidate's class reads it.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from contracts.data.predictions import check_answers, check_predictions
from contracts.equivalence.sides import traceback_lines
from contracts.errors import DataError, LiaisonError, SideError
from contracts.schema.record import RecordDecoder

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

    import pyarrow as pa

    from contracts.contract.golden import Golden
    from contracts.contract.terms import Pair
    from contracts.equivalence.held_out import HeldOut
    from contracts.equivalence.sides import Sides
    from contracts.ports import Floats, Model


class Case:
    """One contract, the candidate and the reference under one pair.

    Args:
        sides: Makes and keeps models and predictions.
        pair: What is compared.

    Attributes:
        sides: As given: fits on other windows and seeds are made there.
        pair: As given.
        contract: What is to be fulfilled.
        progress: Call it with a long step before the step begins.
    """

    def __init__(self, sides: Sides, pair: Pair) -> None:
        self.sides, self.pair = sides, pair
        self.contract, self.progress = sides.contract, sides.progress

    @property
    def sample(self) -> HeldOut:
        """The contract's test window."""
        return self.sides.sample

    @property
    def golden(self) -> Golden:
        """The golden set that the contract recorded."""
        return self.sides.golden

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

    @property
    def predicted(self) -> Floats:
        """The candidate's predictions on the test window, (n, k)."""
        name = f"predicted under {self.pair}"
        return self.sides.once(name, lambda: self.predict(self.candidate, self.sample.rows))

    @property
    def expected(self) -> Floats:
        """The reference's predictions on the test window, (n, k)."""
        name = f"expected under {self.pair}"
        return self.sides.once(name, lambda: self.predict(self.reference, self.sample.rows))

    @property
    def compared(self) -> bool:
        """Whether both sides have predicted the test window already."""
        names = {f"predicted under {self.pair}", f"expected under {self.pair}"}
        return names <= self.sides.made.keys()

    @property
    def decoder(self) -> RecordDecoder:
        """Decodes records of the contract, compiled once."""
        columns = self.contract.input_columns
        return self.sides.once("decoder", lambda: RecordDecoder(columns))

    def records(self, rows: pa.Table | Iterable[dict[str, Any]]) -> list[Any]:
        """Return rows as records of the contract's compiled type.

        Raises:
            DataError: A row is not a record of the contract.
        """
        fields = rows.to_pylist() if hasattr(rows, "to_pylist") else rows
        return [self.decoder.convert(row) for row in fields]

    def predict(self, model: Model, rows: pa.Table) -> Floats:
        """Return a model's predictions for n rows, (n, k).

        Raises:
            SideError: It fails, or its predictions are not float64 of shape (n, k), all finite.
        """
        if not rows.num_rows:  # as everywhere, no model is asked for them
            return np.empty((0, self.contract.k))
        return self._predictions(
            model,
            lambda: model.predict(rows),
            lambda answer: check_predictions(answer, rows, self.contract, model=model),
        )

    def predict_each(self, model: Model, rows: pa.Table) -> Floats:
        """Return a model's predictions made one record at a time, as when served, (n, k).

        Raises:
            DataError: A row is not a record of the contract.
            SideError: As for `predict`.
        """
        records = self.records(rows)
        return self._predictions(
            model,
            lambda: [model.one(record) for record in records],
            lambda answers: check_answers(answers, rows, self.contract, model=model),
        )

    def _predictions(
        self, model: Model, predict: Callable[[], Any], check: Callable[[Any], Floats]
    ) -> Floats:
        side = self.sides.side_of(model)
        try:
            answer = predict()
        except LiaisonError as error:
            raise SideError(f"refuses to predict: {error}", side=side) from error
        except Exception as error:
            text = f"fails to predict: {type(error).__name__}: {error}"
            raise SideError(text, side=side, details=traceback_lines(error)) from error
        try:
            return check(answer)
        except DataError as error:
            text = f"breaks the protocol: {error.message}"
            raise SideError(text, side=side, details=error.details) from error
