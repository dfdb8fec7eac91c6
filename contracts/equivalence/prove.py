"""Proves a candidate against a contract: every clause, one verdict each."""

from __future__ import annotations

from typing import TYPE_CHECKING

from contracts.equivalence.case import Case, PredictionError
from contracts.equivalence.clauses import build
from contracts.equivalence.verdict import Verdict

if TYPE_CHECKING:
    from contracts.contract import Contract
    from contracts.equivalence.case import Progress
    from contracts.equivalence.clause import Clause
    from contracts.ports import Learner, Model, Source


def prove(
    contract: Contract,
    source: Source,
    *,
    candidate: Learner,
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
        reference: Makes the models to compare with.
        served: The class that reads the candidate's state back to serve; the class of what the
            candidate fits unless given.
        progress: Told of each step before it begins.

    Raises:
        ContractError: A clause is unknown, or does not take its tolerance.
        DataError: The source cannot answer.
    """
    clauses = [build(term) for term in contract.clauses]
    with Case(
        contract,
        source,
        candidate=candidate,
        reference=reference,
        served=served,
        progress=progress,
    ) as case:
        return tuple(judge(clause, case) for clause in clauses)


def judge(clause: Clause, case: Case) -> Verdict:
    """Return one clause's verdict: ``not_run`` where it lacks the other side.

    A side that predicts what no model may is ``different``, whatever the clause looks at.
    """
    if clause.pair != "recorded" and not case.has_reference:
        return Verdict(
            clause=clause.name,
            pair=clause.pair,
            outcome="not_run",
            message=f"compares with a reference ({clause.pair}), and {case.absent}",
        )
    case.progress(f"clause {clause.name}")
    try:
        return clause(case)
    except PredictionError as error:
        return Verdict(
            clause=clause.name, pair=clause.pair, outcome="different", message=error.message
        )
