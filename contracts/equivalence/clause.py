"""The protocol of a clause: a value whose fields are its tolerance, called with a case."""

from __future__ import annotations

from typing import TYPE_CHECKING, ClassVar, Protocol

if TYPE_CHECKING:
    from contracts.contract.terms import Pair
    from contracts.equivalence.case import Case
    from contracts.equivalence.verdict import Verdict


class Clause(Protocol):
    """What makes two implementations equivalent in one respect.

    A clause is a frozen `msgspec.Struct` that forbids unknown fields: the contract's tolerance
    mapping is converted to it, which checks names, types and ranges. Register one of your own
    under the entry-point group ``liaison.clauses``.
    """

    name: ClassVar[str]
    pair: ClassVar[Pair]

    def __call__(self, case: Case) -> Verdict:
        """Return the finding on a case; a clause keeps no state of its own."""
