"""The clause `fit`: production's own training scores as research's does, window after window."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated

import msgspec

from contracts.equivalence.clause import Result
from contracts.equivalence.comparison import (
    MetricTolerance,
    compare_metrics,
    margins_of,
    part_result,
)
from contracts.errors import ConfigError, ContractError
from contracts.moment import DAY, duration, iso

if TYPE_CHECKING:
    from contracts.contract import Contract
    from contracts.equivalence.case import Case


class Fit(MetricTolerance, frozen=True, kw_only=True):
    """Both sides are fitted again on several windows of a contract's span and compared by metrics.

    The last ``windows`` times ``horizon`` of the span from the start of learning to the end of the
    test window are judged, one horizon after the other; each is one part, named after the moment of
    its cut. Both sides are fitted, with one seed, on the rows before the cut whose outcomes had
    arrived by then, and compared on the horizon after it as the clause `metric` does. That all
    windows are equivalent needs no correction; that one is different is held to ``alpha`` over
    windows times metrics (see `contracts.equivalence.clauses.subgroup`).

    Attributes:
        margin: As for `metric`; a horizon has fewer days than the test window.
        windows: How many.
        horizon: How much time each is judged on; two days at least, since days are compared.
        window: How much time before the cut is fitted on; null for all since the start of learning.
        least: A window with fewer rows to fit on proves nothing.
    """

    windows: Annotated[int, msgspec.Meta(ge=1, le=100)] = 3
    horizon: str = "7d"
    window: str | None = None
    least: Annotated[int, msgspec.Meta(ge=1)] = 200

    name = "fit"
    pairs = ("same_data",)
    eases = {"margin": "up", "windows": "down", "alpha": "up", "least": "down", "repeats": "never"}
    refits = True

    def __post_init__(self) -> None:
        if _microseconds(self.horizon) < 2 * DAY:
            raise ValueError(f"horizon: days are compared, expected 2d or more, got {self.horizon}")
        if self.window is not None and not _microseconds(self.window):
            raise ValueError(f"window: expected some time or null, got {self.window}")

    def parts(self, contract: Contract) -> dict[str, FitWindow]:
        """Return a part for each window, by name: ``window=2013-02-15``.

        Raises:
            ContractError: The contract's span is too short for the windows, or the margins are not
                those of its metrics.
        """
        margins_of(self.margin, contract, clause=self.name)
        learning, horizon = contract.learning, _microseconds(self.horizon)
        first = learning.test_end - self.windows * horizon
        since = _microseconds(self.window) if self.window else first - learning.start
        if first <= learning.start or first - since < learning.start:
            raise ContractError(
                f"clause fit: {self.windows} windows judged on {self.horizon} each, after "
                f"{self.window or 'some time'} to fit on, do not go into "
                f"{iso(learning.start)} to {iso(learning.test_end)}",
                hint="take fewer windows, a shorter horizon or a shorter window",
            )
        return {
            f"window={iso(cut)[:10]}": FitWindow(
                clause=self,
                start=cut - since if self.window else learning.start,
                cut=cut,
                end=cut + horizon,
            )
            for cut in range(first, learning.test_end, horizon)
        }


class FitWindow(msgspec.Struct, frozen=True, kw_only=True):
    """A part of the clause: both sides fitted on what was known at a cut, compared on what came.

    Attributes:
        clause: The clause.
        start: Where the rows to fit on begin, microseconds.
        cut: Where they end, by when their outcomes had to arrive, and where judging begins.
        end: Where judging ends.
    """

    clause: Fit
    start: int
    cut: int
    end: int

    def __call__(self, case: Case) -> Result:
        """Fit both sides and compare them on the horizon after the cut."""
        rows = case.sides.learning_rows(self.start, self.cut, known_by=self.cut)
        window = {"start": iso(self.start), "cut": iso(self.cut), "end": iso(self.end)}
        if rows.num_rows < self.clause.least:
            return Result(
                status="inconclusive",
                message=f"{rows.num_rows:,} rows to fit on from {iso(self.start)} to "
                f"{iso(self.cut)}, at least {self.clause.least:,} required: take fewer windows, a "
                "shorter horizon or a longer window",
                evidence={"window": window, "fitted_on": rows.num_rows},
            )
        sample = case.sides.held_out(self.cut, self.end)
        seed = case.contract.learning.seed
        p, q = (
            case.predict(case.sides.refit(side, rows, seed=seed), sample.rows)
            for side in ("candidate", "reference")
        )
        results = compare_metrics(
            self.clause, case.contract, sample, p, q, parts=self.clause.windows
        )
        return part_result(results, window=window, fitted_on=rows.num_rows)


def _microseconds(text: str) -> int:
    """Return a duration.

    Raises:
        ValueError: The text is not a duration, so that msgspec reports the field.
    """
    try:
        return duration(text)
    except ConfigError as error:
        raise ValueError(str(error)) from error
