"""Whether the generations in service fulfil the version of a contract that is to be deployed."""

from __future__ import annotations

from typing import TYPE_CHECKING, Literal, Protocol

import msgspec

from contracts.errors import LiaisonError
from contracts.fulfilment.answer import Answer
from contracts.moment import iso
from contracts.publication.change.compare import changes
from contracts.version import compatibility

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence

    from contracts.contract import Contract

    #: Returns a version of a product's published contract.
    ReadContract = Callable[[str, str], Contract]

Role = Literal["champion", "candidate"]


class Claim(msgspec.Struct, frozen=True, kw_only=True):
    """One generation in service, and the version of a contract that it claims to fulfil.

    Attributes:
        product: The product.
        release: The release.
        generation: Its number within the release.
        contract: The contract's version that it claims to fulfil.
        artifact: The digest of its artifact.
        role: Whether it is the champion, or another candidate of the manifest.
        at: When its manifest was published, microseconds.
    """

    product: str
    release: str
    generation: int
    contract: str
    artifact: str
    role: Role
    at: int

    @property
    def name(self) -> str:
        """The generation by its two numbers, neither of which is a contract's."""
        return f"release {self.release}, generation {self.generation}"


class Claims(Protocol):
    """The port to what is in service; it only reads."""

    def of(self, product: str) -> Sequence[Claim]:
        """Return the generations of a product's manifest, the champion first; none without one.

        Raises:
            StateError: What is deployed cannot be read.
        """


def check_deployed(
    claims: Sequence[Claim], contract: Contract, read: ReadContract, *, run: str
) -> Iterator[Answer]:
    """Yield for every generation in service whether it fulfils a contract.

    Args:
        claims: What is in service.
        contract: The contract.
        read: Returns a version of a product's published contract.
        run: The command that puts generations in service.
    """
    if not claims:
        yield unknown(f"nothing deployed yet: {run}")
    for claim in claims:
        yield _check(claim, contract, read)


def unknown(reason: str) -> Answer:
    """Return the answer where nothing is in service, or nothing is known of it: that is allowed."""
    return Answer(name="deployed", holds="open", reason=reason)


def _check(claim: Claim, contract: Contract, read: ReadContract) -> Answer:
    required, fulfilled = contract.version, claim.contract
    name = f"{claim.role}: {claim.name}"
    since = f"in service since {iso(claim.at)}"
    if claim.product != contract.product:
        return Answer(name=name, holds="no", reason=f"a generation of {claim.product}")
    try:
        relation = compatibility(fulfilled, required)
    except LiaisonError as error:
        return Answer(name=name, holds="no", reason=error.message)
    if relation == "other":
        return Answer(
            name=name,
            holds="no",
            reason=f"fulfils {fulfilled}, another major version than {required}: deployment "
            "refuses it",
        )
    if relation == "older":
        return Answer(
            name=name,
            holds="warning",
            reason=f"fulfils {fulfilled}, older than {required}: a rollback, which promises less; "
            f"{since}",
            details=_not_promised(claim, contract, read),
        )
    return Answer(name=name, holds="yes", reason=f"fulfils {fulfilled}, {since}")


def _not_promised(claim: Claim, contract: Contract, read: ReadContract) -> tuple[str, ...]:
    """Return what a contract promises and an older version of it does not, a line each."""
    try:
        older = read(claim.product, claim.contract)
        return tuple(f"not promised: {each}" for each in changes(older, contract))
    except LiaisonError as error:
        return (f"what it does not promise is unknown: {error.message}",)
