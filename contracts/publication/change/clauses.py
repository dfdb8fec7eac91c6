"""Changes of the equivalence clauses: which there are, what they compare, what they tolerate.

The clause of latency is a promise too: who reads predictions waits for them. Its budgets have rules
of their own.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import msgspec

from contracts.publication.change.change import Change, became, change
from contracts.publication.change.fields import demands, differences
from contracts.publication.change.same import same

if TYPE_CHECKING:
    from collections.abc import Iterator

    from contracts.contract.terms import ClauseTerm
    from contracts.publication.change.fields import Difference

LATENCY = "latency"
#: How a field's demand differs: the rule of a tolerance.
TOLERANCE = {
    "added": "tolerance_tightened",
    "removed": "tolerance_eased",
    "tightened": "tolerance_tightened",
    "eased": "tolerance_eased",
    "changed": "tolerance_changed",
    "detail": "detail_changed",
}
#: The rule of a budget; what is no budget of a latency clause is a tolerance like any other.
BUDGET = {
    "added": "budget_added",
    "removed": "budget_removed",
    "tightened": "budget_tightened",
    "eased": "budget_eased",
}


def clauses(old: tuple[ClauseTerm, ...], new: tuple[ClauseTerm, ...]) -> Iterator[Change]:
    """Yield the changes of what makes two implementations equivalent."""
    was, now = ({each.name: each for each in terms} for terms in (old, new))
    for name, term in was.items():
        if name not in now:
            yield from _alone(term, added=False)
    for name, term in now.items():
        if name not in was:
            yield from _alone(term, added=True)
    before, after = [n for n in was if n in now], [n for n in now if n in was]
    if before != after:
        said = became(", ".join(before), ", ".join(after))
        yield change("equivalence", "clause_moved", said=said, old=before, new=after)
    for name in after:
        yield from _clause(was[name], now[name])


def _alone(term: ClauseTerm, *, added: bool) -> Iterator[Change]:
    """Yield what a clause comes to that is in one of the two alone."""
    given = {"new" if added else "old": msgspec.to_builtins(term)}
    if term.name != LATENCY:
        yield change(
            "equivalence", "clause_added" if added else "clause_removed", term.name, **given
        )
        return
    budgets = demands(term)
    if not budgets:
        yield change("latency", "report_changed", term.name, **given)
    for field, value in budgets.items():
        name = "budget_added" if added else "budget_removed"
        yield change("latency", name, f"{term.name}.{field}", f"{value:g}", **given)


def _clause(old: ClauseTerm, new: ClauseTerm) -> Iterator[Change]:
    if old.pair != new.pair:
        said = became(old.pair, new.pair)
        yield change("equivalence", "pair_changed", new.name, said, old=old.pair, new=new.pair)
    found = [_field(new.name, each) for each in differences(old, new)]
    yield from found
    if not found and not same(old.tolerance, new.tolerance):
        given = {"old": old.tolerance, "new": new.tolerance}
        yield change("equivalence", "detail_changed", new.name, "written anew", **given)


def _field(clause: str, found: Difference) -> Change:
    where, said = f"{clause}.{found.field}", became(found.old, found.new)
    if clause == LATENCY and found.turn in BUDGET:
        return change("latency", BUDGET[found.turn], where, said, old=found.old, new=found.new)
    return change("equivalence", TOLERANCE[found.turn], where, said, old=found.old, new=found.new)
