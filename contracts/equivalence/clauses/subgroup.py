"""The clause `subgroup`: both sides score the same in every segment, not only on the whole."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated

import msgspec
import numpy as np
import pyarrow.compute as pc

from contracts.equivalence.clause import Result
from contracts.equivalence.comparison import (
    MetricTolerance,
    compare_metrics,
    margins_of,
    part_result,
)
from contracts.errors import ContractError, did_you_mean

if TYPE_CHECKING:
    import numpy.typing as npt
    import pyarrow as pa

    from contracts.contract import Contract
    from contracts.equivalence.case import Case
    from contracts.schema.columns import Column

Segments = Annotated[tuple[str, ...], msgspec.Meta(min_length=1)]


class Subgroup(MetricTolerance, frozen=True, kw_only=True):
    """The clause `metric` in each segment: each value of each named column is one part.

    The parts follow from the schema alone: the values of a category, both values of a bool, and
    null if the column may be null. A segment that has too few rows in the test window, or none, is
    not judged, and listed as such. A metric that a segment's rows do not define (an area under a
    curve, if they are of one class) is listed and left out.

    Multiplicity. That all segments are equivalent is an intersection-union test: each of them has
    to be found so at ``alpha``, the whole is then wrong with at most that chance, and needs no
    correction (R. L. Berger, "Multiparameter hypothesis testing and acceptance sampling", 1982).
    That any of them is different is a union: each is held to ``alpha`` over segments times metrics
    (Bonferroni), so that an honest candidate is called different in any of them with at most
    ``alpha``, however many there are. Bonferroni rather than Holm: each part is judged by itself,
    in any run, and does not depend on the results of the others.

    Attributes:
        segments: The columns that divide the rows: category or bool.
        margin: As for `metric`; a segment has fewer rows than the whole, and takes a wider one.
        least: A segment with fewer rows than this is not judged.
    """

    segments: Segments
    least: Annotated[int, msgspec.Meta(ge=1)] = 200

    name = "subgroup"
    pairs = ("same_data", "same_state")
    eases = {"margin": "up", "alpha": "up", "least": "up", "repeats": "never"}

    def __post_init__(self) -> None:
        if len(set(self.segments)) < len(self.segments):
            raise ValueError(f"segments: each may stand once, got {', '.join(self.segments)}")

    def parts(self, contract: Contract) -> dict[str, Segment]:
        """Return a part for each value of each column, by name: ``carrier=UA``.

        Raises:
            ContractError: A column is not an input or has no closed set of values, or the margins
                are not those of the contract's metrics.
        """
        margins_of(self.margin, contract, clause=self.name)
        pairs = [(name, value) for name in self.segments for value in _values(contract, name)]
        segments = [
            Segment(clause=self, column=column, value=value, parts=len(pairs))
            for column, value in pairs
        ]
        return {segment.label: segment for segment in segments}


class Segment(msgspec.Struct, frozen=True, kw_only=True):
    """A part of the clause: the rows in which a column has one value, compared by each metric.

    Attributes:
        clause: The clause.
        column: The input column that divides the rows.
        value: Its value in this segment; None for null.
        parts: How many segments there are.
    """

    clause: Subgroup
    column: str
    value: str | bool | None
    parts: int

    @property
    def label(self) -> str:
        """The segment's name: ``carrier=UA``."""
        if self.value is None:
            return f"{self.column} is null"
        value = str(self.value).lower() if isinstance(self.value, bool) else self.value
        return f"{self.column}={value}"

    def __call__(self, case: Case) -> Result:
        """Compare the two sides on the segment's rows of the test window."""
        mask, least = self.mask(case.sample.rows), self.clause.least
        rows = int(mask.sum())
        segment = {"column": self.column, "value": self.value}
        if rows < least:
            return Result(
                status="not_run",
                message=f"{rows or 'no'} row{'s' * (rows != 1)} of the test window "
                f"ha{'s' if rows == 1 else 've'} {self.label}, judged from {least:,} on",
                evidence={"segment": segment, "rows": rows, "metrics": {}},
            )
        sides = (case.predicted[mask], case.expected[mask])
        results = compare_metrics(
            self.clause, case.contract, case.sample.where(mask), *sides, parts=self.parts
        )
        return part_result(results, segment=segment)

    def mask(self, rows: pa.Table) -> npt.NDArray[np.bool]:
        """Return which rows are in the segment, (n,)."""
        column = rows[self.column]
        same = column.is_null() if self.value is None else pc.equal(column, self.value)
        return np.asarray(same.fill_null(False).to_numpy(), dtype=np.bool)


def _values(contract: Contract, name: str) -> tuple[str | bool | None, ...]:
    """Return the values that divide the rows by a column, None among them if it may be null."""
    columns = {column.name: column for column in contract.input_columns}
    if name not in columns or not _closed_set(columns[name]):
        what = f"is {columns[name].kind}" if name in columns else "is not an input"
        fit = [each for each, column in columns.items() if _closed_set(column)]
        raise ContractError(
            f"clause subgroup: {name!r} {what}, expected a category or bool"
            f"{did_you_mean(name, fit)}",
            hint=f"columns that divide the rows: {', '.join(fit) or 'none'}",
        )
    return (*_closed_set(columns[name]), *((None,) if columns[name].nullable else ()))


def _closed_set(column: Column) -> tuple[str | bool, ...]:
    return (False, True) if column.kind == "bool" else column.values * (column.kind == "category")
