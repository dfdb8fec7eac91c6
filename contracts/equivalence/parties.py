"""Who is held to a contract, and against whom: by the liaison, or as someone asks."""

from __future__ import annotations

from hashlib import sha256
from typing import TYPE_CHECKING, Any, Literal

import msgspec

from contracts.config.code import digest
from contracts.config.instantiate import TARGET
from contracts.config.product import Side
from contracts.errors import ConfigError, did_you_mean

if TYPE_CHECKING:
    from contracts.config.product import Product

WORDS = ("implementation", "solution")
NONE = "none"


class Parties(msgspec.Struct, frozen=True, kw_only=True):
    """The two sides of a proof, as configuration has them.

    Attributes:
        liaison: ``joint`` where the candidate is the reference itself in the form it is served in.
        candidate: What is proven.
        reference: What it is compared with; None where nobody asked for one.
    """

    liaison: Literal["dual", "joint"]
    candidate: Side
    reference: Side | None

    @property
    def names(self) -> tuple[str, str]:
        """The dotted names of the candidate's learner and the reference's, empty for none."""
        return _name(self.candidate), "" if self.reference is None else _name(self.reference)

    @property
    def code(self) -> str:
        """The digest of what is proven: the candidate's configuration, and the code that runs."""
        name, _ = self.names
        said = msgspec.json.encode(self.candidate, order="sorted")
        return sha256(said + digest([name.partition(".")[0]]).encode()).hexdigest()


def parties(
    product: Product, *, liaison: str = "dual", candidate: str = "", reference: str = ""
) -> Parties:
    """Return whom to hold to a product's contract, and against whom.

    Args:
        product: The product's configuration.
        liaison: Decides on the candidate unless one is named.
        candidate: ``implementation``, ``solution`` (as it is served: the joint liaison), or the
            dotted name of a learner's class.
        reference: ``solution`` unless given; ``implementation``, a learner's dotted name, or
            ``none`` for what production proves alone.

    Raises:
        ConfigError: A word that is none of these, a product without the side, or a candidate that
            has its reference already.
    """
    asked = candidate or ("solution" if liaison == "joint" else "implementation")
    against = reference or "solution"
    joint = asked == "solution"
    if joint and against != "solution":
        raise ConfigError(
            "candidate=solution is proven against itself as fitted, "
            f"not against reference={reference}",
            hint="leave the reference out, or name the solution's learner as the candidate",
        )
    return Parties(
        liaison="joint" if joint else "dual",
        candidate=_side(product, asked, what="candidate"),
        reference=None if against == NONE else _side(product, against, what="reference"),
    )


def _side(product: Product, asked: str, *, what: str) -> Side:
    if asked == "solution":
        return product.solution
    if asked == "implementation":
        return _implementation(product)
    if "." in asked:
        return Side(learner={TARGET: asked}, model="")
    words = (*WORDS, *((NONE,) if what == "reference" else ()))
    raise ConfigError(
        f"{what}={asked}: expected {', '.join(words)} or a learner's dotted name"
        f"{did_you_mean(asked, words)}"
    )


def _implementation(product: Product) -> Side:
    if product.implementation is None:
        raise ConfigError(
            f"product {product.name} has no implementation to prove",
            hint="add product.implementation, or prove research's own as served: liaison=joint",
        )
    return product.implementation


def _name(side: Side) -> str:
    learner: dict[str, Any] = side.learner
    return str(learner.get(TARGET, ""))
