"""Whether a version of a contract is published as written, signed, and proven."""

from __future__ import annotations

from typing import TYPE_CHECKING

from contracts.contract import published
from contracts.contract.signature import check_signature
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

#: Digits of a digest that a person is shown.
DIGITS = 12


def check_published(root: Path, product: str, version: str) -> tuple[Answer, Contract | None]:
    """Check that a version is published and as it was written; return it if so."""
    try:
        contract = published(root, product, version)
    except LiaisonError as error:
        return _no("published", error), None
    reason = f"{product} {version}, digest {contract.digest[:DIGITS]}, as it was written"
    return Answer(name="published", holds="yes", reason=reason), contract


def check_signed(folder: Path, signing: Signing) -> Answer:
    """Check that a contract's folder is signed by a trusted key, where a signature is demanded."""
    if signing.verifier is None:
        return Answer(name="signed", holds="open", reason="no signature is demanded: signing=none")
    try:
        check_signature(folder, signing)
    except LiaisonError as error:
        return _no("signed", error)
    return Answer(name="signed", holds="yes", reason="by a key that is trusted")


def check_proven(contract: Contract, folder: Path, sides: ChosenSides, *, prove: str) -> Answer:
    """Check that what is to be deployed was proven to fulfil this very contract.

    Args:
        contract: The contract.
        folder: Where the record of the last proof is.
        sides: What is to be deployed: the candidate.
        prove: The command that proves it.
    """
    try:
        record = proof.read(folder)
    except LiaisonError as error:
        return _no("proven", error)
    if record is None:
        return Answer(name="proven", holds="no", reason=f"never: {prove}")
    if shortfall := proof_shortfall(record, contract, sides):
        return Answer(name="proven", holds="no", reason=f"{shortfall}: {prove}")
    details = (f"not run: {', '.join(record.not_run)}",) if record.not_run else ()
    reason = f"{record.summary} ({record.at}, {record.liaison})"
    return Answer(name="proven", holds="yes", reason=reason, details=details)


def proof_shortfall(record: Proof, contract: Contract, sides: ChosenSides) -> str:
    """Return why a proof does not prove a contract of its candidate; empty if it does."""
    candidate, _ = sides.names
    if (record.product, record.digest) != (contract.product, contract.digest):
        return (
            f"the proof is of {record.product} {record.version} ({record.digest[:DIGITS]}), "
            f"not of {contract.product} {contract.version} ({contract.digest[:DIGITS]})"
        )
    if record.candidate != candidate:
        return f"the proof is of {record.candidate or 'an unnamed candidate'}, not of {candidate}"
    if not record.proven:
        return record.summary
    lacking = [item.name for item in items(contract) if item.name not in record.statuses]
    if lacking:
        return f"the proof covers a part of the contract: it lacks {listed(lacking)}"
    if record.code != sides.code:
        return f"the proof is of other code or configuration of {candidate} than is here"
    return ""


def _no(name: str, error: LiaisonError) -> Answer:
    reason = f"{error.message} → {error.hint}" if error.hint else error.message
    return Answer(name=name, holds="no", reason=reason, details=error.details)
