"""What came back: the newest outcome, and how long outcomes take."""

from __future__ import annotations

from typing import TYPE_CHECKING

import msgspec
import numpy as np

if TYPE_CHECKING:
    from collections.abc import Sequence

    from production.feedback.recent import Recent
    from production.metrics import ScoredWindow

QUANTILES = (0.5, 0.9, 0.99)


class Returned(msgspec.Struct, frozen=True, kw_only=True):
    """What came back; times in microseconds.

    Attributes:
        quantiles: The 50 %, 90 % and 99 % quantiles of the time from an event to its outcome, of
            the outcomes that arrived last; empty before the first.
        last_event: The newest event time; none before the first event.
        last_outcome: When the newest outcome arrived; none before the first.
        fetched: Outcomes that arrived in the source before this moment were fetched; none if
            clients report them, or none was fetched yet.
        coverage: The share of what models answered in the newest scored window that has an outcome.
    """

    quantiles: tuple[float, ...]
    last_event: int | None
    last_outcome: int | None
    fetched: int | None = None
    coverage: float | None = None


def returned(
    newest: Recent,
    delays: Sequence[int],
    windows: Sequence[ScoredWindow],
    *,
    fetched: int | None = None,
) -> Returned:
    """Return what came back.

    Args:
        newest: The newest of the log.
        delays: The times from events to their outcomes, of those that arrived last.
        windows: The evaluation windows, oldest first.
        fetched: Outcomes that arrived in the source before this moment were fetched, if any were.
    """
    shares = (each.rows / each.feedback.served for each in reversed(windows) if each.feedback)
    return Returned(
        quantiles=tuple(np.quantile(delays, QUANTILES).tolist()) if delays else (),
        last_event=newest.last_event,
        last_outcome=newest.last_outcome,
        fetched=fetched,
        coverage=next(shares, None),
    )
