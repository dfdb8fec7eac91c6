"""The intake of outcomes: decides of each what it is, counts it once, and whether to keep it."""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING, Any

from production.feedback.batch import Outcomes, column
from production.feedback.receipt import Receipt
from production.feedback.settle import Claim
from production.feedback.value import is_value, text

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping

INT64 = range(-(2**63), 2**63)


def parse(
    outcomes: Outcomes, accepts: Callable[[object], bool]
) -> tuple[list[Claim], tuple[str, ...]]:
    """Return the well-formed outcomes as claims, and why each of the others is not.

    Raises:
        DataError: The columns differ in length.
    """
    rows = len(outcomes.event)
    arrived = column(outcomes.arrived, rows, "arrived")
    occurred = arrived
    if outcomes.occurred is not None:
        occurred = column(outcomes.occurred, rows, "occurred")
    columns = (
        column(outcomes.event, rows, "event"),
        column(outcomes.revision, rows, "revision"),
        column(outcomes.value, rows, "value"),
        arrived,
        occurred,
    )
    claims, rejections = [], []
    for row in zip(*columns, strict=True):
        fault = _fault(row, accepts)
        if fault:
            rejections.append(f"{row[0]!r}: {fault}")
        else:
            claims.append(Claim(row[0], row[1], text(row[2]), row[3], row[4]))
    return claims, tuple(rejections)


class Intake:
    """Takes the claims of one batch, one after the other.

    Args:
        times: Event times of the ids that were served.
        held: Claims that are written down already.
        closes: When the evaluation window of an event time closes.
    """

    def __init__(
        self,
        *,
        times: Mapping[str, int],
        held: Iterable[Claim],
        closes: Callable[[int], int] | None,
    ) -> None:
        self._times, self._closes = times, closes
        self._counts: Counter[str] = Counter()
        self._held: dict[tuple[str, int], dict[str, Claim]] = {}
        for claim in held:
            self._hold(claim)

    def take(self, claim: Claim) -> bool:
        """Count a claim, and return whether it says something that is not written down."""
        values = self._held.setdefault((claim.event, claim.revision), {})
        known = values.get(claim.value)
        self._counts[self._kind(claim, values)] += 1
        if known is not None and known <= claim:
            return False
        values[claim.value] = claim
        return True

    def receipt(self, rejections: tuple[str, ...]) -> Receipt:
        """Return the counts of what was taken, and of what was not."""
        late, taken = self._counts.pop("late", 0), self._counts.total()
        return Receipt(
            received=taken + len(rejections),
            rejected=len(rejections),
            late=late,
            rejections=rejections,
            **self._counts,
        )

    def _hold(self, claim: Claim) -> None:
        values = self._held.setdefault((claim.event, claim.revision), {})
        values[claim.value] = min(claim, values.get(claim.value, claim))

    def _kind(self, claim: Claim, values: Mapping[str, Claim]) -> str:
        if claim.value in values:
            return "duplicate"
        if claim.event not in self._times:
            return "quarantined"
        if values:
            return "conflicting"
        if self._closes and claim.arrived >= self._closes(self._times[claim.event]):
            self._counts["late"] += 1
        return "accepted"


def _fault(row: tuple[Any, ...], accepts: Callable[[object], bool]) -> str:
    event, revision, value, arrived, occurred = row
    if type(event) is not str or not event:
        return "expected an event id"
    if type(revision) is not int or revision < 0 or revision not in INT64:
        return f"expected a revision from 0, got {revision!r}"
    if not is_value(value) or not accepts(value):
        return f"expected a value of this product's outcome, got {value!r}"
    if not (_is_moment(arrived) and _is_moment(occurred)):
        return f"expected times in microseconds, got {occurred!r} and {arrived!r}"
    if arrived < occurred:
        return f"expected it to arrive after it occurred, got {arrived} before {occurred}"
    return ""


def _is_moment(value: object) -> bool:
    return type(value) is int and value in INT64
