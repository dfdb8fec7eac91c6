"""What a version of a contract stands on: published as written, signed, and proven."""

from __future__ import annotations

from typing import TYPE_CHECKING

from contracts.contract import published
from contracts.contract.signature import demand
from contracts.equivalence import proof
from contracts.equivalence.registry import items
from contracts.equivalence.report.summary import listed
from contracts.errors import LiaisonError
from contracts.fulfilment.answer import Answer

if TYPE_CHECKING:
    from pathlib import Path

    from contracts.contract import Contract
    from contracts.equivalence.configured import ChosenSides
    from contracts.equivalence.proof import Proof
    from contracts.signing.port import Signing

SHOWN = 12


def intact(root: Path, product: str, version: str) -> tuple[Answer, Contract | None]:
    """Ask whether a version is published and as it was written; return it if so."""
    try:
        found = published(root, product, version)
    except LiaisonError as error:
        return _no("published", error), None
    reason = f"{product} {version}, digest {found.digest[:SHOWN]}, as it was written"
    return Answer(name="published", outcome="yes", reason=reason), found


def signed(folder: Path, signing: Signing) -> Answer:
    """Ask whether a contract's folder is signed by a key that is trusted, where one is."""
    if signing.verifier is None:
        return Answer(
            name="signed", outcome="open", reason="no signature is demanded: signing=none"
        )
    try:
        demand(folder, signing)
    except LiaisonError as error:
        return _no("signed", error)
    return Answer(name="signed", outcome="yes", reason="by a key that is trusted")


def proven(contract: Contract, folder: Path, who: ChosenSides, *, again: str) -> Answer:
    """Ask whether what is to be deployed was proven to fulfil this very contract.

    Args:
        contract: The contract.
        folder: Where the record of the last proof lies.
        who: What is to be deployed: the candidate.
        again: The command that proves it.
    """
    try:
        found = proof.read(folder)
    except LiaisonError as error:
        return _no("proven", error)
    if found is None:
        return Answer(name="proven", outcome="no", reason=f"never: {again}")
    wrong = unproven(found, contract, who)
    if wrong:
        return Answer(name="proven", outcome="no", reason=f"{wrong}: {again}")
    details = (f"not run: {', '.join(found.not_run)}",) if found.not_run else ()
    reason = f"{found.summary} ({found.at}, {found.liaison})"
    return Answer(name="proven", outcome="yes", reason=reason, details=details)


def unproven(found: Proof, contract: Contract, who: ChosenSides) -> str:
    """Return why a proof says nothing of a contract and its candidate, nothing if it does."""
    candidate, _ = who.names
    if (found.product, found.digest) != (contract.product, contract.digest):
        return (
            f"the proof is of {found.product} {found.version} ({found.digest[:SHOWN]}), "
            f"not of {contract.product} {contract.version} ({contract.digest[:SHOWN]})"
        )
    if found.candidate != candidate:
        return f"the proof is of {found.candidate or 'nothing named'}, not of {candidate}"
    if not found.proven:
        return found.summary
    lacking = [item.name for item in items(contract) if item.name not in found.statuses]
    if lacking:
        return f"the proof is of a part of the contract: it says nothing of {listed(lacking)}"
    if found.code != who.code:
        return f"the proof is of other code or configuration of {candidate} than is here"
    return ""


def _no(name: str, error: LiaisonError) -> Answer:
    reason = f"{error.message} → {error.hint}" if error.hint else error.message
    return Answer(name=name, outcome="no", reason=reason, details=error.details)
