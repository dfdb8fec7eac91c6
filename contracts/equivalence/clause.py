"""The protocol of a clause: a value whose fields are its tolerance, called with a case."""

from __future__ import annotations

from typing import TYPE_CHECKING, ClassVar, Literal, Protocol, runtime_checkable

if TYPE_CHECKING:
    from collections.abc import Mapping

    from contracts.contract import Contract
    from contracts.contract.terms import Pair
    from contracts.equivalence.case import Case
    from contracts.equivalence.verdict import Verdict

#: How a field of a tolerance asks less: as it grows, as it shrinks, or never, whatever it is.
Ease = Literal["up", "down", "never"]


class Part(Protocol):
    """What is judged by itself: a clause, or a part of one.

    Attributes:
        name: The clause's, as the contract names it.
    """

    name: ClassVar[str]

    def __call__(self, case: Case) -> Verdict:
        """Return the finding on a case; nothing is kept from one case to the next."""


class Clause(Part, Protocol):
    """What makes two implementations equivalent in one respect.

    A clause is a frozen `msgspec.Struct` that forbids unknown fields: the contract's tolerance
    mapping is converted to it, which checks names, types and ranges. Register one of your own
    under the entry-point group ``liaison.clauses``.

    A clause that fits sides anew, on other rows or seeds, also has the attribute ``refits``, true:
    in joint, where one learner makes both, it would say nothing of how they part, and is not run.

    Attributes:
        pairs: What it may compare; the contract's term chooses one of them.
        eases: How each field asks less of an implementation, which decides what a change of it
            breaks. A field that is not named here asks for something else when it changes.
    """

    pairs: ClassVar[tuple[Pair, ...]]
    eases: ClassVar[Mapping[str, Ease]]


@runtime_checkable
class Divided(Protocol):
    """A clause that is judged in parts, each shown on its own: one a segment, say.

    Its attributes are a clause's; it is not called itself, its parts are.
    """

    name: ClassVar[str]
    pairs: ClassVar[tuple[Pair, ...]]
    eases: ClassVar[Mapping[str, Ease]]

    def parts(self, contract: Contract) -> Mapping[str, Part]:
        """Return the parts by name, such as ``carrier=UA``; known before any data is read."""
