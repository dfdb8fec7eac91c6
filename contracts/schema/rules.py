"""Which checks a contract takes: the rules under which frame and record agree."""

from __future__ import annotations

from typing import TYPE_CHECKING

from contracts.errors import ContractError
from contracts.schema.checks.condition import limits
from contracts.schema.checks.registry import BUILT_IN, stands_between
from contracts.schema.values import ORDERED, span

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from contracts.schema.check import Check
    from contracts.schema.checks.condition import Typed

#: The most checks of a column, and between columns.
MOST = 200
#: How many characters of a check an error shows: a closed set may be long.
SHOWN = 200
#: Checks of which a column carries one at most.
SIDES = (("ge", "gt"), ("le", "lt"))
#: Checks that leave nothing to another one, but to what every float column must state.
ALONE = ("isin", "eq")


def faults(kind: str, checks: tuple[Check, ...]) -> list[str]:
    """Return why a column of a kind cannot carry these checks, a line each."""
    if len(checks) > MOST:
        return [_too_many(checks)]
    unfit = [*_unfit(checks, kind)]
    return unfit or [*_together(kind, [check.name for check in checks])] or [*_empty(kind, checks)]


def row_faults(columns: Mapping[str, Typed], checks: tuple[Check, ...]) -> list[str]:
    """Return why these checks cannot stand between the columns of a row, a line each."""
    if len(checks) > MOST:
        return [_too_many(checks)]
    twice = [check for index, check in enumerate(checks) if check in checks[:index]]
    return [*_unfit(checks, columns), *(f"{check} stands more than once" for check in twice)]


def _too_many(checks: tuple[Check, ...]) -> str:
    return f"{len(checks):,} checks, {MOST} are allowed"


def _unfit(checks: tuple[Check, ...], place: str | Mapping[str, Typed]) -> Iterator[str]:
    """Yield why each check cannot stand on a column of a kind, or between columns."""
    for check in checks:
        try:
            condition = check.condition
        except ContractError as error:
            yield f"{error.message}; {error.hint}"
            continue
        between = stands_between(check.name)
        if isinstance(place, str) and between:
            yield f"{check.name} is a check between columns: it stands on the frame"
        elif not isinstance(place, str) and not between:
            yield f"{check.name} is a check of one column: it stands there, not on the frame"
        elif not between and place not in condition.kinds:
            yield f"{check.name} fits {sorted(condition.kinds)}, not {place}"
        elif reason := condition.fault(place) if hasattr(condition, "fault") else "":
            column = "" if between else f"these are no arguments for a column of kind {place}: "
            yield f"{str(check)[:SHOWN]}: {column}{reason}"


def _together(kind: str, names: list[str]) -> Iterator[str]:
    if kind == "float" and "finite" not in names:
        yield "finite is missing: an infinite value passes every other check"
    if kind == "category" and "isin" not in names:
        yield "isin is missing: a category is a closed set"
    for name in ALONE:
        if name in names and {*names} - {name, "finite"}:
            yield f"{name} says all there is to say: no other check beside it"
    for side in (*SIDES, *((name,) for name in dict.fromkeys((*BUILT_IN, *names)))):
        if sum(name in side for name in names) > 1:
            yield f"{' or '.join(side)} stands more than once"


def _empty(kind: str, checks: tuple[Check, ...]) -> Iterator[str]:
    if kind in ORDERED:
        low, high = span(kind, limits((check.condition for check in checks), kind))
        if low > high:
            yield f"no value lies between its bounds: {', '.join(map(str, checks))}"
