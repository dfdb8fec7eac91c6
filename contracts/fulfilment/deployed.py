"""Whether what is deployed keeps the version that is asked for."""

from __future__ import annotations

from typing import TYPE_CHECKING

from contracts.errors import LiaisonError
from contracts.fulfilment.answer import Answer
from contracts.fulfilment.compatible import fit
from contracts.moment import iso
from contracts.publication.change.compare import changes

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence

    from contracts.contract import Contract
    from contracts.fulfilment.claim import Claim

    Read = Callable[[str, str], Contract]

NAME = "deployed"


def deployed(
    claims: Sequence[Claim], contract: Contract, read: Read, *, run: str
) -> Iterator[Answer]:
    """Ask of every generation in service whether it fulfils a contract.

    Args:
        claims: What is in service.
        contract: The contract.
        read: Returns a published version of a product's contract.
        run: The command that puts generations in service.
    """
    if not claims:
        yield none(f"nothing deployed yet: {run}")
    for claim in claims:
        yield _kept(claim, contract, read)


def none(reason: str) -> Answer:
    """Return the answer where there is nothing to ask of: that stops no deployment."""
    return Answer(name=NAME, outcome="open", reason=reason)


def _kept(claim: Claim, contract: Contract, read: Read) -> Answer:
    asked, found = contract.version, claim.contract
    name = f"{claim.role}: {claim.name}"
    since = f"in service since {iso(claim.at)}"
    if claim.product != contract.product:
        return Answer(name=name, outcome="no", reason=f"a generation of {claim.product}")
    try:
        how = fit(found, asked)
    except LiaisonError as error:
        return Answer(name=name, outcome="no", reason=error.message)
    if how == "other":
        return Answer(
            name=name,
            outcome="no",
            reason=f"fulfils {found}, another major version than {asked}: deployment refuses it",
        )
    if how == "older":
        return Answer(
            name=name,
            outcome="warning",
            reason=f"fulfils {found}, older than {asked}: a rollback, which promises less; {since}",
            details=_unpromised(claim, contract, read),
        )
    return Answer(name=name, outcome="yes", reason=f"fulfils {found}, {since}")


def _unpromised(claim: Claim, contract: Contract, read: Read) -> tuple[str, ...]:
    """Return what a contract promises and an older version of it does not, a line each."""
    try:
        older = read(claim.product, claim.contract)
        return tuple(f"not promised: {each}" for each in changes(older, contract))
    except LiaisonError as error:
        return (f"what it does not promise is unknown: {error.message}",)
