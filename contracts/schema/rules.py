"""What makes checks fit for a contract: rules that keep frame and record agreed."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import msgspec

from contracts.errors import ContractError, near
from contracts.schema.checks.condition import fault, limits
from contracts.schema.checks.registry import BUILT_IN, REFUSED, find, names, stands_between
from contracts.schema.checks.value import ORDERED, plain, span

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from contracts.schema.check import Check
    from contracts.schema.column import Column

#: Checks of which a column carries one at most.
SIDES = (("ge", "gt"), ("le", "lt"))
#: Checks that say all there is to say, but for what every float column says.
ALONE = ("isin", "eq")


def condition(check: Check) -> Any:
    """Return what a check means, its arguments filled in.

    Raises:
        ContractError: There is no such check, or it takes other arguments.
    """
    kind = find(check.name)
    if kind is None:
        reason = REFUSED.get(check.name, "")
        guess = near(check.name, names())
        raise ContractError(
            f"{check.name}: " + (reason or f"no known check{guess}"),
            hint=f"valid are {names()}",
        )
    try:
        return msgspec.convert(dict(check.args), kind)
    except msgspec.ValidationError as error:
        takes = ", ".join(kind.__struct_fields__) or "nothing"
        raise ContractError(
            f"{check}: these are no arguments: {error}", hint=f"{check.name} takes {takes}"
        ) from error


def faults(kind: str, checks: tuple[Check, ...]) -> list[str]:
    """Return what keeps checks from standing on a column of a kind, a line each."""
    unfit = [line for check in checks for line in _unfit(kind, check)]
    return unfit or [*_together(kind, [check.name for check in checks])] or [*_empty(kind, checks)]


def row_faults(columns: Mapping[str, Column], checks: tuple[Check, ...]) -> list[str]:
    """Return what keeps checks from standing between the columns of a row, a line each."""
    return [line for check in checks for line in _unfit_row(columns, check)] + [
        f"{check} stands more than once"
        for index, check in enumerate(checks)
        if check in checks[:index]
    ]


def _unfit(kind: str, check: Check) -> Iterator[str]:
    try:
        found = condition(check)
    except ContractError as error:
        yield f"{error.message}; {error.hint}"
        return
    if stands_between(check.name):
        yield f"{check.name} is a check between columns: it stands on the frame"
    elif kind not in found.kinds:
        yield f"{check.name} fits {sorted(found.kinds)}, not {kind}"
    elif reason := fault(found, kind):
        yield f"{check}: these are no arguments for a column of kind {kind}: {reason}"


def _unfit_row(columns: Mapping[str, Column], check: Check) -> Iterator[str]:
    try:
        found = condition(check)
    except ContractError as error:
        yield f"{error.message}; {error.hint}"
        return
    if not stands_between(check.name):
        yield f"{check.name} is a check of one column: it stands there, not on the frame"
    elif reason := found.fault(columns):
        yield f"{check}: {reason}"


def _together(kind: str, stated: list[str]) -> Iterator[str]:
    if kind == "float" and "finite" not in stated:
        yield "finite is missing: an infinite value passes every other check"
    if kind == "category" and "isin" not in stated:
        yield "isin is missing: a category is a closed set"
    for name in ALONE:
        if name in stated and {*stated} - {name, "finite"}:
            yield f"{name} says all there is to say: no other check beside it"
    for side in (*SIDES, *((name,) for name in dict.fromkeys((*BUILT_IN, *stated)))):
        if sum(name in side for name in stated) > 1:
            yield f"{' or '.join(side)} stands more than once"


def _empty(kind: str, checks: tuple[Check, ...]) -> Iterator[str]:
    if kind in ORDERED:
        low, high = span(kind, limits(map(condition, checks), kind))
        if plain(low) > plain(high):
            yield f"no value lies between its bounds: {', '.join(map(str, checks))}"
