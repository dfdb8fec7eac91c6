"""The clause `subgroup`: both sides are worth the same in every segment, not only on the whole."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Annotated, ClassVar

import msgspec

from contracts.contract.terms import Pair
from contracts.equivalence.clause import Ease
from contracts.equivalence.clauses.segment import Segment
from contracts.equivalence.comparison import Alpha, Comparison, Margins, Repeats, margins_of
from contracts.errors import ContractError, did_you_mean

if TYPE_CHECKING:
    from contracts.contract import Contract
    from contracts.schema.columns import Column

Segments = Annotated[tuple[str, ...], msgspec.Meta(min_length=1)]


class Subgroup(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """The clause `metric` in each segment: each value of each declared column, a part of its own.

    Parts are known from the schema alone: a column's closed set, both values of a bool, and null
    where the column may be null. A segment that too few rows of the test window have, or none, is
    named as not judged; a metric that a segment's rows do not define (an area under a curve, of one
    class alone) is named and left to the others.

    Multiplicity. That all segments are equivalent is an intersection-union test: each of them has
    to be found so at ``alpha``, the whole is then wrong with at most that chance, and no correction
    is due (R. L. Berger, "Multiparameter hypothesis testing and acceptance sampling", 1982). That
    any of them is different is a union: each is held to ``alpha`` over segments times metrics
    (Bonferroni), so that an honest candidate is called different in any of them with at most
    ``alpha``, however many are declared. Bonferroni rather than Holm: each part is judged by
    itself, on whatever run, and does not depend on the others' findings.

    Attributes:
        segments: The columns that divide the rows: category or bool.
        margin: The largest difference without meaning, in the metric's unit: one for all metrics,
            or one for each by name. A segment has fewer rows than the whole, and takes a wider one.
        alpha: The chance of calling equivalent what is not.
        least: With fewer rows than this a segment is not judged.
        repeats: How often the days are drawn anew.
    """

    segments: Segments
    margin: Margins
    alpha: Alpha = 0.05
    least: Annotated[int, msgspec.Meta(ge=1)] = 200
    repeats: Repeats = 1000

    name: ClassVar[str] = "subgroup"
    pairs: ClassVar[tuple[Pair, ...]] = ("same_data", "same_state")
    eases: ClassVar[Mapping[str, Ease]] = {
        "margin": "up",
        "alpha": "up",
        "least": "up",
        "repeats": "never",
    }

    def __post_init__(self) -> None:
        if len(set(self.segments)) < len(self.segments):
            raise ValueError(f"segments: each may stand once, got {', '.join(self.segments)}")

    def parts(self, contract: Contract) -> dict[str, Segment]:
        """Return a part for each value of each column, by name: ``carrier=UA``.

        Raises:
            ContractError: A column is none of the contract's, or has no closed set; or the margins
                are not those of its metrics.
        """
        margins_of(self.margin, contract, clause=self.name)
        found = [(name, value) for name in self.segments for value in _values(contract, name)]
        comparison = Comparison(
            clause=self.name,
            margin=self.margin,
            alpha=self.alpha,
            repeats=self.repeats,
            parts=len(found),
        )
        segments = [
            Segment(column=column, value=value, comparison=comparison, least=self.least)
            for column, value in found
        ]
        return {segment.label: segment for segment in segments}


def _values(contract: Contract, name: str) -> tuple[str | bool | None, ...]:
    columns = {column.name: column for column in contract.input_columns}
    fit = [each for each, column in columns.items() if _closed(column)]
    if name not in columns or not _closed(columns[name]):
        what = f"is {columns[name].kind}" if name in columns else "is no input"
        raise ContractError(
            f"clause subgroup: {name!r} {what}, expected a category or bool"
            f"{did_you_mean(name, fit)}",
            hint=f"columns that divide the rows: {', '.join(fit) or 'none'}",
        )
    return (*_closed(columns[name]), *((None,) if columns[name].nullable else ()))


def _closed(column: Column) -> tuple[str | bool, ...]:
    return (False, True) if column.kind == "bool" else column.values * (column.kind == "category")
