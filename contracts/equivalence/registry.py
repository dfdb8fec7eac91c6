"""The clauses a contract may name: built in, or registered by an installed package."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import msgspec

from contracts.equivalence.clauses.acceptance import Acceptance
from contracts.equivalence.clauses.decision import Decision
from contracts.equivalence.clauses.fit import Fit
from contracts.equivalence.clauses.generated import Generated
from contracts.equivalence.clauses.golden import Golden
from contracts.equivalence.clauses.invariance import Invariance
from contracts.equivalence.clauses.latency import Latency
from contracts.equivalence.clauses.metric import Metric
from contracts.equivalence.clauses.noise_floor import NoiseFloor
from contracts.equivalence.clauses.pointwise import Pointwise
from contracts.equivalence.clauses.ranking import Ranking
from contracts.equivalence.clauses.schema import Schema
from contracts.equivalence.clauses.subgroup import Subgroup
from contracts.errors import ContractError, did_you_mean
from contracts.host import plugins

if TYPE_CHECKING:
    from contracts.contract.terms import ClauseTerm
    from contracts.equivalence.clause import Clause, Divided

GROUP = "liaison.clauses"
BUILT_IN: dict[str, type[Any]] = {
    kind.name: kind
    for kind in (
        Schema,
        Acceptance,
        Golden,
        Pointwise,
        Invariance,
        Decision,
        Ranking,
        Metric,
        Subgroup,
        Fit,
        NoiseFloor,
        Latency,
        Generated,
    )
}


def find(name: str) -> type[Any] | None:
    """Return the clause of a name, None where there is none; a package's is loaded when named.

    What contracts rely on is not replaced: a built-in clause keeps its name.

    Raises:
        ContractError: What a package registered under the name is no clause, or is broken.
    """
    return BUILT_IN.get(name) or plugins.load_struct(GROUP, name, needs=_members)


def build(term: ClauseTerm) -> Clause | Divided:
    """Return the clause that a contract's term names, with its tolerance.

    Raises:
        ContractError: No such clause, a broken one, one of another pair, or a tolerance it does not
            take.
    """
    kind = find(term.name)
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
        clause: Clause | Divided = msgspec.convert(term.tolerance, kind)
    except msgspec.ValidationError as error:
        raise ContractError(
            f"clause {term.name}: tolerance: {error}",
            hint=f"its tolerance takes {', '.join(kind.__struct_fields__) or 'nothing'}",
        ) from error
    return clause


def _members(kind: type[Any]) -> tuple[str, ...]:
    """Return what a clause must have: see `contracts.equivalence.clause`."""
    return ("pairs", "eases", "parts" if hasattr(kind, "parts") else "__call__")
