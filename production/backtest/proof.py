"""What the dual liaison buys and costs: the verdict of equivalence, and the time of one row."""

from __future__ import annotations

from statistics import median
from typing import TYPE_CHECKING

import msgspec

from contracts.clock import Stopwatch
from contracts.durable import place
from contracts.equivalence.clauses import build
from contracts.equivalence.page import summary
from contracts.equivalence.prove import judge
from contracts.equivalence.sides import configured
from contracts.equivalence.verdict import Verdict
from contracts.errors import ContractError
from contracts.schema.record import decoder

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence
    from pathlib import Path
    from typing import Any

    from contracts.config.product import Product
    from contracts.contract import Contract
    from contracts.equivalence.case import Case
    from contracts.ports import Model

FILE = "proof.json"
#: How often one row is predicted to time it: scikit-learn's pipeline takes milliseconds.
CANDIDATE_ROWS, REFERENCE_ROWS = 2000, 50
MICROSECONDS = 1e6


class Proof(msgspec.Struct, frozen=True, kw_only=True):
    """What holds the two implementations together, and what having two is worth.

    Attributes:
        verdicts: One a clause.
        candidate_us: Median microseconds of one row in production's implementation.
        reference_us: The same in research's solution, none where it is not installed.
    """

    verdicts: tuple[Verdict, ...]
    candidate_us: float
    reference_us: float | None

    @property
    def summary(self) -> str:
        """The verdict in words."""
        return summary(self.verdicts)

    @property
    def words(self) -> str:
        """The verdict, and the time of one row on either side."""
        words = f"{self.summary}; one row {self.candidate_us:.1f} µs"
        if self.reference_us is None:
            return words
        ratio = self.reference_us / self.candidate_us
        return f"{words}, research's solution {self.reference_us:,.0f} µs ({ratio:,.0f} times)"


def proof(
    product: Product, contract: Contract, state: Path, *, tell: Callable[[str], None]
) -> Proof:
    """Return the proof of a run, made once and kept in its state folder.

    Raises:
        ContractError: The implementation is not equivalent, so it is not released.
    """
    kept = state / FILE
    if kept.is_file():
        return msgspec.json.decode(kept.read_bytes(), type=Proof)
    with configured(product, contract, progress=tell) as case:
        made = _prove(case)
    broken = [f"{v.clause}: {v.message}" for v in made.verdicts if v.failed]
    if broken:
        raise ContractError(
            f"{product.name} {contract.version}: the implementation is not equivalent, so it is "
            "not released",
            hint=f"python -m contracts task=prove product={product.name} shows the evidence",
            details=broken,
        )
    place(kept, msgspec.json.encode(made))
    return made


def _prove(case: Case) -> Proof:
    verdicts = tuple(judge(build(term), case) for term in case.contract.clauses)
    convert = decoder(case.contract.input_columns).convert
    records = [convert(row) for row in case.golden.rows.to_pylist()]
    reference = None
    if case.has_reference:
        reference = _microseconds(case.reference, records, REFERENCE_ROWS)
    return Proof(
        verdicts=verdicts,
        candidate_us=_microseconds(case.candidate, records, CANDIDATE_ROWS),
        reference_us=reference,
    )


def _microseconds(model: Model, records: Sequence[Any], count: int) -> float:
    """Return the median time of one row, the first ones not counted."""
    taken = []
    for at in range(count + len(records) // 10):
        record = records[at % len(records)]
        watch = Stopwatch()
        model.one(record)
        taken.append(watch.seconds())
    return median(taken[-count:]) * MICROSECONDS
