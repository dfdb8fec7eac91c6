"""The clauses a contract may name: built in, or registered by an installed package."""

from __future__ import annotations

from functools import cache
from importlib.metadata import entry_points
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
from contracts.errors import ContractError, near

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


@cache
def registered() -> dict[str, type[Any]]:
    """Return every clause by name: the built-in ones, and those of the entry-point group.

    Looked up once a process: every distribution installed is asked.

    Raises:
        ContractError: Two clauses share a name.
    """
    found = dict(BUILT_IN)
    for point in entry_points(group=GROUP):
        if point.name in found:
            raise ContractError(
                f"clause {point.name!r} is registered twice, also as {point.value}",
                hint=f"give the entry point of the group {GROUP!r} another name",
            )
        found[point.name] = point.load()
    return found


def build(term: ClauseTerm) -> Clause | Divided:
    """Return the clause that a contract's term names, with its tolerance.

    Raises:
        ContractError: No such clause, one of another pair, or a tolerance it does not take.
    """
    known = registered()
    if term.name not in known:
        raise ContractError(
            f"{term.name}: no such clause{near(term.name, known)}",
            hint=f"clauses: {', '.join(sorted(known))}; add one under the group {GROUP!r}",
        )
    kind = known[term.name]
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
