"""The clause `fit`: production's own training is worth what research's is, window after window."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Annotated, ClassVar

import msgspec

from contracts.contract.terms import Pair
from contracts.equivalence.clause import Ease
from contracts.equivalence.clauses.window import Window
from contracts.equivalence.comparison import Alpha, Comparison, Margins, Repeats, margins_of
from contracts.errors import ConfigError, ContractError
from contracts.moment import DAY, duration, iso

if TYPE_CHECKING:
    from contracts.contract import Contract


class Fit(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Both sides are fitted anew on several windows of a contract's span and compared by metrics.

    The last ``windows`` times ``horizon`` of the span from the start of learning to the end of the
    test window are judged, one horizon after the other; each is a part of its own, named by the
    moment of its cut. Both sides are fitted, with one seed, on the rows before the cut whose
    outcomes had arrived by then, and compared on the horizon after it as the clause `metric` does.
    That all windows are equivalent needs no correction; that one is different is held to ``alpha``
    over windows times metrics (see `contracts.equivalence.clauses.subgroup`).

    Attributes:
        margin: The largest difference without meaning, in the metric's unit: one for all metrics,
            or one for each by name. A horizon has fewer days than the test window.
        windows: How many.
        horizon: How much time each is judged on; two days at least, since days are compared.
        window: How much time before the cut is fitted on; all since the start of learning if null.
        alpha: The chance of calling equivalent what is not.
        least: With fewer rows to fit on a window proves nothing.
        repeats: How often the days are drawn anew.
    """

    margin: Margins
    windows: Annotated[int, msgspec.Meta(ge=1, le=100)] = 3
    horizon: str = "7d"
    window: str | None = None
    alpha: Alpha = 0.05
    least: Annotated[int, msgspec.Meta(ge=1)] = 200
    repeats: Repeats = 1000

    name: ClassVar[str] = "fit"
    pairs: ClassVar[tuple[Pair, ...]] = ("same_data",)
    eases: ClassVar[Mapping[str, Ease]] = {
        "margin": "up",
        "windows": "down",
        "alpha": "up",
        "least": "down",
        "repeats": "never",
    }
    refits: ClassVar[bool] = True

    def __post_init__(self) -> None:
        if _microseconds(self.horizon) < 2 * DAY:
            raise ValueError(f"horizon: days are compared, expected 2d or more, got {self.horizon}")
        if self.window is not None and not _microseconds(self.window):
            raise ValueError(f"window: expected some time or null, got {self.window}")

    def parts(self, contract: Contract) -> dict[str, Window]:
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
        comparison = Comparison(
            clause=self.name,
            margin=self.margin,
            alpha=self.alpha,
            repeats=self.repeats,
            parts=self.windows,
        )
        return {
            f"window={iso(cut)[:10]}": Window(
                start=cut - since if self.window else learning.start,
                cut=cut,
                end=cut + horizon,
                comparison=comparison,
                least=self.least,
            )
            for cut in range(first, learning.test_end, horizon)
        }


def _microseconds(text: str) -> int:
    """Return a duration; what is none is a value that msgspec names with its field.

    Raises:
        ValueError: The text is no duration.
    """
    try:
        return duration(text)
    except ConfigError as error:
        raise ValueError(str(error)) from error
