"""How outcomes come back, as it is configured: the group ``feedback``."""

from __future__ import annotations

from typing import Annotated

import msgspec

from contracts.config.settings import Closed
from contracts.moment import Duration, PositiveDuration, duration


class SupposedFeedback(Closed, frozen=True, kw_only=True):
    """What a backtest supposes of feedback; a product in service has what it has.

    Attributes:
        delay: How much later than they did outcomes arrive.
        missing: The share of the events whose outcome never arrives.
    """

    delay: Duration = "0"
    missing: Annotated[float, msgspec.Meta(ge=0, lt=1)] = 0.0

    @property
    def supposed(self) -> str:
        """What is supposed, as it is written in the configuration; empty if nothing is."""
        words = [
            f"feedback.delay={self.delay}" if duration(self.delay) else "",
            f"feedback.missing={self.missing:g}" if self.missing else "",
        ]
        return " ".join(filter(None, words))


class HttpFeedback(SupposedFeedback, frozen=True, kw_only=True, tag_field="name", tag="http"):
    """Clients report outcomes over HTTP."""


class SourceFeedback(SupposedFeedback, frozen=True, kw_only=True, tag_field="name", tag="source"):
    """Outcomes are also fetched from the product's source.

    Attributes:
        every: How often.
        lookback: How long after its event an outcome may arrive.
        overlap: How long after its arrival in the source an outcome may become visible there.
        since: Of events before this moment no outcomes are fetched; none fetches them of all.
    """

    every: PositiveDuration
    lookback: PositiveDuration
    overlap: Duration
    since: str | None
