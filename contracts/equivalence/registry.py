"""The clauses that a contract may name, and what a contract's terms ask, item by item."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import msgspec

from contracts.contract.terms import Pair
from contracts.equivalence.clauses.acceptance import Acceptance
from contracts.equivalence.clauses.decision import Decision
from contracts.equivalence.clauses.fit import Fit
from contracts.equivalence.clauses.generated import Generated
from contracts.equivalence.clauses.golden import GoldenClause
from contracts.equivalence.clauses.invariance import Invariance
from contracts.equivalence.clauses.latency import Latency
from contracts.equivalence.clauses.metric import MetricClause
from contracts.equivalence.clauses.noise_floor import NoiseFloor
from contracts.equivalence.clauses.pointwise import Pointwise
from contracts.equivalence.clauses.ranking import Ranking
from contracts.equivalence.clauses.schema import Schema
from contracts.equivalence.clauses.subgroup import Subgroup
from contracts.errors import ContractError, did_you_mean
from contracts.host import plugins

if TYPE_CHECKING:
    from contracts.contract import Contract
    from contracts.contract.terms import ClauseTerm

GROUP = "liaison.clauses"
BUILT_IN: dict[str, type[Any]] = {
    kind.name: kind
    for kind in (
        Schema,
        Acceptance,
        GoldenClause,
        Pointwise,
        Invariance,
        Decision,
        Ranking,
        MetricClause,
        Subgroup,
        Fit,
        NoiseFloor,
        Latency,
        Generated,
    )
}


class Item(msgspec.Struct, frozen=True, kw_only=True):
    """One thing that a contract asks: a clause, or one part of a clause with parts.

    Attributes:
        clause: The clause's name.
        part: The part's name; empty if the clause has no parts.
        pair: What the contract has it compare.
        judge: The clause or the part itself, a `contracts.equivalence.clause.Part`.
        refits: Whether it fits both sides again.
    """

    clause: str
    part: str = ""
    pair: Pair
    judge: Any
    refits: bool = False

    @property
    def name(self) -> str:
        """The clause and its part: ``subgroup[carrier=UA]``."""
        return f"{self.clause}[{self.part}]" if self.part else self.clause


def items(contract: Contract) -> tuple[Item, ...]:
    """Return what a contract asks, in its order.

    Raises:
        ContractError: As `build_clause`, or a clause's parts do not fit the contract.
    """
    listed: list[Item] = []
    for term in contract.clauses:
        clause = build_clause(term)
        parts = clause.parts(contract) if hasattr(clause, "parts") else {"": clause}
        refits = getattr(clause, "refits", False)  # False for a struct that is not a `Clause`
        listed += [
            Item(clause=clause.name, part=part, pair=term.pair, judge=judge, refits=refits)
            for part, judge in parts.items()
        ]
    return tuple(listed)


def find_clause(name: str) -> type[Any] | None:
    """Return the clause with a name; None if there is none.

    A package's clause is imported when it is first asked for. It cannot replace a built-in one.

    Raises:
        ContractError: What a package registered under the name is not a clause, or is broken.
    """
    return BUILT_IN.get(name) or plugins.load_struct(GROUP, name, needs=_members)


def build_clause(term: ClauseTerm) -> Any:
    """Return the clause of a contract's term with its tolerance.

    Raises:
        ContractError: There is no such clause, it is broken, it does not compare the term's pair,
            or it does not take the tolerance.
    """
    kind = find_clause(term.name)
    if kind is None:
        known = {*BUILT_IN, *plugins.registered_names(GROUP)}
        raise ContractError(
            f"{term.name}: no such clause{did_you_mean(term.name, known)}",
            hint=f"clauses: {', '.join(sorted(known))}; add one under the group {GROUP!r}",
        )
    if term.pair not in kind.pairs:
        raise ContractError(
            f"clause {term.name}: the contract says pair {term.pair}, "
            f"the clause compares {' or '.join(kind.pairs)}"
        )
    try:
        return msgspec.convert(term.tolerance, kind)
    except msgspec.ValidationError as error:
        raise ContractError(
            f"clause {term.name}: tolerance: {error}",
            hint=f"its tolerance takes {', '.join(kind.__struct_fields__) or 'nothing'}",
        ) from error


def _members(kind: type[Any]) -> tuple[str, ...]:
    """Return what a clause has to define: see `contracts.equivalence.clause.Clause`."""
    return ("pairs", "eases", "parts" if hasattr(kind, "parts") else "__call__")
