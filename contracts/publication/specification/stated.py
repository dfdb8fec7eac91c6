"""The decided part of a contract that exists, drafted or published."""

from __future__ import annotations

from typing import TYPE_CHECKING

from msgspec import structs

from contracts.contract.digest import GOLDEN
from contracts.contract.golden import count
from contracts.publication.specification.specification import Intent, Promised, Specification

if TYPE_CHECKING:
    from contracts.contract import Contract


def stated(contract: Contract) -> Specification:
    """Return what a contract states, what was measured left out.

    No parameter counts as tuned: a contract states the value of each.
    """
    return Specification(
        product=contract.product,
        version=contract.version,
        kind=contract.kind,
        labels=contract.labels,
        labels_open=contract.labels_open,
        inputs=contract.input_columns,
        outputs=contract.output_columns,
        metrics=tuple(
            Promised(name=m.name, direction=m.direction, threshold=m.threshold, skill=m.skill)
            for m in contract.metrics
        ),
        clauses=contract.clauses,
        learning=Intent(**structs.asdict(contract.learning)),
        golden=count(contract.folder / GOLDEN),
    )
