"""One segment of the rows, those where a column has one value, compared by each metric."""

from __future__ import annotations

from typing import TYPE_CHECKING, ClassVar

import msgspec
import numpy as np
import pyarrow.compute as pc

from contracts.equivalence.comparison import Comparison
from contracts.equivalence.verdict import Verdict

if TYPE_CHECKING:
    import numpy.typing as npt
    import pyarrow as pa

    from contracts.equivalence.case import Case


class Segment(msgspec.Struct, frozen=True, kw_only=True):
    """A part of the clause `subgroup`.

    Attributes:
        column: The input column that divides the rows.
        value: Its value here; None where it is null.
        comparison: How the two sides are compared.
        least: With fewer rows the segment is not judged.
    """

    column: str
    value: str | bool | None
    comparison: Comparison
    least: int

    name: ClassVar[str] = "subgroup"

    @property
    def label(self) -> str:
        """What the segment is called: ``carrier=UA``."""
        if self.value is None:
            return f"{self.column} is null"
        value = str(self.value).lower() if isinstance(self.value, bool) else self.value
        return f"{self.column}={value}"

    def __call__(self, case: Case) -> Verdict:
        """Compare the two sides on the segment's rows of the test window."""
        mask = self._mask(case.sample.rows)
        rows = int(mask.sum())
        segment = {"column": self.column, "value": self.value}
        if rows < self.least:
            return Verdict(
                clause=self.name,
                pair=case.pair,
                status="not_run",
                message=f"{rows or 'no'} row{'s' * (rows != 1)} of the test window "
                f"ha{'s' if rows == 1 else 've'} {self.label}, judged from {self.least:,} on",
                evidence={"segment": segment, "rows": rows, "metrics": {}},
            )
        findings = self.comparison.findings(
            case.contract,
            case.sample.y[mask],
            case.predicted[mask],
            case.expected[mask],
            case.sample.days[mask],
        )
        return self.comparison.verdict(case.pair, findings, segment=segment)

    def _mask(self, rows: pa.Table) -> npt.NDArray[np.bool]:
        column = rows[self.column]
        same = column.is_null() if self.value is None else pc.equal(column, self.value)
        return np.asarray(same.fill_null(False).to_numpy(), dtype=np.bool)
