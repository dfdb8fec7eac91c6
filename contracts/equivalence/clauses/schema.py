"""The clause `schema`: inputs and predictions conform to the contract's schemas."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pyarrow as pa

from contracts.equivalence.clause import Clause, Result
from contracts.errors import DataError
from contracts.schema.validation import validate

if TYPE_CHECKING:
    from contracts.equivalence.case import Case


class Schema(Clause, frozen=True, kw_only=True):
    """Every prediction on the test window is a float64 row that the output schema accepts.

    The inputs are checked first: a source that breaks the input schema proves nothing about the
    candidate, and the message names the source.
    """

    name = "schema"
    pairs = ("recorded",)
    eases = {}

    def __call__(self, case: Case) -> Result:
        """Validate the test window's inputs, then the candidate's predictions on them."""
        rows, contract = case.sample.rows, case.contract
        try:
            validate(contract.input_columns, rows)
        except DataError as error:
            return _broken("the source breaks the input schema", error)
        predictions = dict(zip(contract.outputs, case.predicted.T, strict=True))
        try:
            validate(contract.output_columns, pa.table(predictions))
        except DataError as error:
            return _broken("the candidate breaks the output schema", error)
        message = f"{rows.num_rows:,} inputs and predictions conform"
        return Result(status="equivalent", message=message, observed=0.0, limit=0.0)


def _broken(what: str, error: DataError) -> Result:
    return Result(
        status="different",
        message="; ".join((f"{what}: {error.message}", *error.details[:1])),
        evidence={"details": [*error.details]},
    )
