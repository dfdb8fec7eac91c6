"""Proves a candidate of the parcels, and says which clauses caught it."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING, Any
from unittest.mock import patch

from contracts.equivalence.clauses import acceptance
from contracts.equivalence.prove import judge_all
from contracts.equivalence.sides import Sides
from deliveries.reference import ReferenceLearner
from deliveries.world import Parcels

if TYPE_CHECKING:
    from pathlib import Path

    from contracts.contract import Contract
    from contracts.equivalence.verdict import Verdict
    from contracts.ports import Learner

#: What the schema says of rows, which is the same whatever the fault and takes seconds to ask.
SAID: dict[str, list[str]] = {}


def judged(contract: Contract, candidate: Learner, room: Path) -> list[Verdict]:
    """Return what every item of a contract finds of a candidate.

    Args:
        contract: As `deliveries.contract.draft` writes it.
        candidate: Makes the models to judge.
        room: Where counterexamples go.
    """
    asked = partial(_remembered, acceptance.by_schema)
    sides = Sides(
        contract,
        Parcels(),
        candidate=candidate,
        reference=ReferenceLearner(),
        counterexamples=room,
    )
    with sides, patch.object(acceptance, "by_schema", asked):
        return [*judge_all(sides)]


def statuses(verdicts: list[Verdict]) -> dict[str, str]:
    """Return the clauses that refuse, each with the gravest status of its parts."""
    found: dict[str, str] = {}
    for verdict in verdicts:
        if verdict.failed and found.get(verdict.clause) != "different":
            found[verdict.clause] = verdict.status
    return found


def _remembered(ask: Any, case: Any, rows: Any, **given: Any) -> list[str]:
    name = repr((case.contract.input_columns, rows))
    if name not in SAID:
        SAID[name] = ask(case, rows, **given)
    return SAID[name]
