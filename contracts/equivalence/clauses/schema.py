"""The clause `schema`: what goes in and what comes out conforms to the contract's schemas."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, ClassVar

import msgspec
import pyarrow as pa

from contracts.contract.terms import Pair
from contracts.equivalence.clause import Ease
from contracts.equivalence.verdict import Verdict
from contracts.errors import DataError
from contracts.schema.pandera import validate

if TYPE_CHECKING:
    from contracts.equivalence.case import Case


class Schema(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Every prediction on the test window is a float64 row that the output schema accepts.

    The inputs are checked first: a source that breaks the input schema proves nothing about the
    candidate, and is said to.
    """

    name: ClassVar[str] = "schema"
    pairs: ClassVar[tuple[Pair, ...]] = ("recorded",)
    eases: ClassVar[Mapping[str, Ease]] = {}

    def __call__(self, case: Case) -> Verdict:
        """Validate the test window's inputs, then the candidate's predictions on them."""
        rows = case.sample.rows
        try:
            validate(case.contract.input_columns, rows)
        except DataError as error:
            return self._broken(case, "the source breaks the input schema", error)
        columns = dict(zip(case.contract.outputs, case.predicted.T, strict=True))
        try:
            validate(case.contract.output_columns, pa.table(columns))
        except DataError as error:
            return self._broken(case, "the candidate breaks the output schema", error)
        return Verdict(
            clause=self.name,
            pair=case.pair,
            status="equivalent",
            message=f"{rows.num_rows:,} inputs and predictions conform",
            observed=0.0,
            limit=0.0,
        )

    def _broken(self, case: Case, what: str, error: DataError) -> Verdict:
        return Verdict(
            clause=self.name,
            pair=case.pair,
            status="different",
            message="; ".join((f"{what}: {error.message}", *error.details[:1])),
            evidence={"details": list(error.details)},
        )
