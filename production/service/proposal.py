"""The refresh that waits for a person: a trigger proposed it, and nobody answered yet."""

from __future__ import annotations

from typing import TYPE_CHECKING

from contracts.errors import ConflictError
from contracts.moment import iso
from production.agents.runtime import live_progress

if TYPE_CHECKING:
    from production.database.database import Database
    from production.registry.decisions import Decisions


def proposal_detail(database: Database, decisions: Decisions, product: str) -> dict[str, str]:
    """Return since when a proposal waits, and its reason.

    Raises:
        ConflictError: Nothing is proposed, or it was answered.
    """
    proposal = live_progress(database, product).training.load().proposal
    if proposal is None:
        raise ConflictError(
            f"nothing of {product} waits for approval",
            hint="task=status says when the next refresh is due",
        )
    said = decisions.said(product, proposal.at)
    if answers := [each for each in said if each.action != "refresh"]:
        raise ConflictError(f"{answers[-1].who} answered already: {answers[-1].action}")
    return {"proposed": iso(proposal.at), "reason": proposal.reason}
