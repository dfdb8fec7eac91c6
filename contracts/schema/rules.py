"""What makes a column's checks fit for a contract: rules that keep frame and record agreed."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from contracts.errors import LiaisonError, near
from contracts.moment import instant
from contracts.schema.check import KNOWN, Check
from contracts.schema.pattern import portable

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

INT64 = range(-(2**63), 2**63)
#: Checks of which a column carries one at most.
SIDES = (("ge", "gt"), ("le", "lt"))


def faults(kind: str, checks: tuple[Check, ...]) -> list[str]:
    """Return what keeps checks from standing on a column of a kind, a line each."""
    unfit = [line for check in checks for line in _unfit(kind, check)]
    return unfit or [*_together(kind, [check.name for check in checks])]


def _unfit(kind: str, check: Check) -> Iterator[str]:
    if check.name not in KNOWN:
        yield f"{check.name}: no known check{near(check.name, KNOWN)}; valid are {[*KNOWN]}"
    elif kind not in KNOWN[check.name][2]:
        yield f"{check.name} fits {sorted(KNOWN[check.name][2])}, not {kind}"
    elif not ARGUMENTS[check.name](kind, check.args):
        yield f"{check}: these are no arguments for a column of kind {kind}"
    elif check.name == "str_matches":
        yield from _portable(check.args["pattern"])


def _together(kind: str, names: list[str]) -> Iterator[str]:
    if kind == "float" and "finite" not in names:
        yield "finite is missing: an infinite value passes every other check"
    if kind == "category" and "isin" not in names:
        yield "isin is missing: a category is a closed set"
    if "isin" in names and len(names) > 1:
        yield "isin says all there is to say: no other check beside it"
    for side in (*SIDES, *((name,) for name in KNOWN)):
        if sum(name in side for name in names) > 1:
            yield f"{' or '.join(side)} stands more than once"


def _portable(pattern: str) -> Iterator[str]:
    try:
        portable(pattern)
    except LiaisonError as error:
        yield f"{error.message}: {error.hint}"


def _bound(kind: str, args: dict[str, Any]) -> bool:
    if len(args) != 1 or not {*args} <= {"min_value", "max_value"}:
        return False
    (bound,) = args.values()
    if kind == "datetime":
        return isinstance(bound, str) and _is_instant(bound)
    if type(bound) is int:
        return bound in INT64
    return kind == "float" and type(bound) is float and abs(bound) < float("inf")


def _is_instant(text: str) -> bool:
    try:
        instant(text)
    except LiaisonError:
        return False
    return True


def _closed_set(kind: str, args: dict[str, Any]) -> bool:
    values = args.get("allowed_values")
    wanted = int if kind == "int" else str
    return (
        [*args] == ["allowed_values"]
        and isinstance(values, list | tuple)
        and len(values) > 0
        and all(type(value) is wanted for value in values)
        and len({*values}) == len(values)
        and (kind != "int" or all(value in INT64 for value in values))
    )


def _length(_kind: str, args: dict[str, Any]) -> bool:
    numbers = all(type(bound) is int and bound >= 0 for bound in args.values())
    return bool(args) and {*args} <= {"min_value", "max_value"} and numbers


def _pattern(_kind: str, args: dict[str, Any]) -> bool:
    return [*args] == ["pattern"] and isinstance(args["pattern"], str)


def _nothing(_kind: str, args: dict[str, Any]) -> bool:
    return not args


ARGUMENTS: dict[str, Callable[[str, dict[str, Any]], bool]] = {
    **dict.fromkeys(("ge", "gt", "le", "lt"), _bound),
    "isin": _closed_set,
    "str_length": _length,
    "str_matches": _pattern,
    "finite": _nothing,
}
