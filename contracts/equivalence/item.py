"""What is asked of a candidate, one by one: each clause of a contract, in its parts."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import msgspec

from contracts.contract.terms import Pair
from contracts.equivalence.clause import Divided
from contracts.equivalence.registry import build

if TYPE_CHECKING:
    from contracts.contract import Contract


class Item(msgspec.Struct, frozen=True, kw_only=True):
    """One thing to judge.

    Attributes:
        clause: The clause, or the part of one.
        pair: What the contract has it compare.
        part: The part's name, empty where the clause is judged whole.
        refits: Whether it fits both sides anew, which in joint one learner makes.
    """

    clause: Any
    pair: Pair
    part: str = ""
    refits: bool = False

    @property
    def name(self) -> str:
        """The clause and its part: ``subgroup[carrier=UA]``."""
        return f"{self.clause.name}[{self.part}]" if self.part else str(self.clause.name)


def items(contract: Contract) -> tuple[Item, ...]:
    """Return what a contract asks, in its order.

    Raises:
        ContractError: A clause is unknown, or does not take its pair or tolerance.
    """
    found = []
    for term in contract.clauses:
        clause = build(term)
        parts = clause.parts(contract) if isinstance(clause, Divided) else {"": clause}
        refits = getattr(clause, "refits", False)
        found += [
            Item(clause=each, pair=term.pair, part=part, refits=refits)
            for part, each in parts.items()
        ]
    return tuple(found)
