"""Proves a candidate of the parcels, and returns which clauses failed."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING, Any
from unittest.mock import patch

from contracts.equivalence.clauses import acceptance
from contracts.equivalence.proof import judge_all
from contracts.equivalence.sides import Sides
from deliveries.reference import ReferenceLearner
from deliveries.world import Parcels

if TYPE_CHECKING:
    from pathlib import Path

    from contracts.contract import Contract
    from contracts.equivalence.clause import Verdict
    from contracts.ports import Learner

#: Why the schema refuses rows, which is the same whatever the fault and takes seconds to find.
REASONS: dict[str, list[str]] = {}


def judged(contract: Contract, candidate: Learner, room: Path) -> list[Verdict]:
    """Return the verdict of every item of a contract on a candidate.

    Args:
        contract: As `deliveries.contract.draft` writes it.
        candidate: Makes the models to judge.
        room: The folder for counterexamples.
    """
    remembered = partial(_remembered, acceptance.refused_by_schema)
    sides = Sides(
        contract,
        Parcels(),
        candidate=candidate,
        reference=ReferenceLearner(),
        counterexamples=room,
    )
    with sides, patch.object(acceptance, "refused_by_schema", remembered):
        return [*judge_all(sides)]


def statuses(verdicts: list[Verdict]) -> dict[str, str]:
    """Return the clauses that failed, each with the worst status of its parts."""
    failed: dict[str, str] = {}
    for verdict in verdicts:
        if verdict.failed and failed.get(verdict.clause) != "different":
            failed[verdict.clause] = verdict.status
    return failed


def _remembered(ask: Any, case: Any, rows: Any, **given: Any) -> list[str]:
    name = repr((case.contract.input_columns, rows))
    if name not in REASONS:
        REASONS[name] = ask(case, rows, **given)
    return REASONS[name]
