"""Proves a candidate against a contract: every clause, one verdict each."""

from __future__ import annotations

from typing import TYPE_CHECKING

import msgspec

from contracts.equivalence.item import Item, items
from contracts.equivalence.sides import Sides
from contracts.equivalence.verdict import Outcome, Verdict
from contracts.errors import SideError

if TYPE_CHECKING:
    from contracts.contract import Contract
    from contracts.equivalence.sides import Progress
    from contracts.ports import Learner, Model, Source


def prove(
    contract: Contract,
    source: Source,
    *,
    candidate: Learner | None,
    reference: Learner | None = None,
    served: type[Model] | None = None,
    progress: Progress | None = None,
) -> tuple[Verdict, ...]:
    """Return the verdict of each of the contract's clauses, in the contract's order.

    Both sides are fitted on the contract's learning window as known at its moment, and judged on
    its test window. Without a reference, clauses that compare with one are ``not_run``.

    Args:
        contract: What is to be fulfilled.
        source: Where the contract's windows are fetched from.
        candidate: Makes the models to prove; they are written and read back before they are judged.
            None to prove the reference's own exported state (the joint liaison).
        reference: Makes the models to compare with.
        served: The class that reads the candidate's state back to serve; the class of what the
            candidate fits unless given.
        progress: Told of each step before it begins.

    Raises:
        ContractError: A clause is unknown, or does not take its tolerance.
        DataError: The source cannot answer.
    """
    asked = items(contract)
    with Sides(
        contract,
        source,
        candidate=candidate,
        reference=reference,
        served=served,
        progress=progress,
    ) as sides:
        return tuple(judge(item, sides) for item in asked)


def judge(item: Item, sides: Sides) -> Verdict:
    """Return one item's verdict: ``not_run`` where its pair cannot be compared.

    A side that fails, or predicts what no model may, is ``different``, whatever is looked at.
    """
    try:
        lacking = sides.lacking(item.pair)
        if lacking:
            return _verdict(item, "not_run", f"compares under {item.pair}, and {lacking}")
        sides.progress(f"clause {item.name}")
        found: Verdict = item.clause(sides.under(item.pair))
    except SideError as error:
        return _verdict(item, "different", error.message)
    return msgspec.structs.replace(found, part=item.part)


def _verdict(item: Item, outcome: Outcome, message: str) -> Verdict:
    return Verdict(
        clause=item.clause.name, part=item.part, pair=item.pair, outcome=outcome, message=message
    )
