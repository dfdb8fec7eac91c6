"""Serves requests and takes outcomes, each written down before it counts."""

from __future__ import annotations

from typing import TYPE_CHECKING

from contracts.data.rows import instants
from contracts.ports import ID, KEY, TIME
from production.feedback.batch import Events

if TYPE_CHECKING:
    from collections.abc import Callable

    import pyarrow as pa

    from production.feedback.batch import Outcomes, Receipt
    from production.feedback.events import EventLog
    from production.feedback.outcomes import OutcomeLog
    from production.serving.engine import Engine


class Journal:
    """The log of one product, as the loop writes to it.

    Args:
        product: The product.
        events: Where served requests are kept.
        outcomes: Where outcomes are kept.
        features: Where the features of a request can be looked up again, by its id.
        closes: When the evaluation window of an event time closes, if any does.
    """

    def __init__(
        self,
        *,
        product: str,
        events: EventLog,
        outcomes: OutcomeLog,
        features: str,
        closes: Callable[[int], int] | None,
    ) -> None:
        self._product, self._events, self._outcomes = product, events, outcomes
        self._features, self._closes = features, closes

    def serve(self, requests: pa.Table, engine: Engine) -> None:
        """Serve requests and write down what was said to each, by which generation."""
        served = engine.serve(requests)
        releases = [candidate.release for candidate in served.candidates]
        numbers = [candidate.generation for candidate in served.candidates]
        alone = len(served.candidates) == 1
        self._events.record(
            self._product,
            Events(
                id=requests[ID].to_pylist(),
                key=requests[KEY].to_pylist(),
                time=instants(requests[TIME]),
                release=releases[0] if alone else [releases[at] for at in served.chosen],
                generation=numbers[0] if alone else [numbers[at] for at in served.chosen],
                manifest=served.manifest,
                propensity=served.propensity,
                prediction=served.predictions,
                features=self._features,
            ),
        )

    def take(self, outcomes: Outcomes) -> Receipt:
        """Record outcomes, and return what became of them."""
        return self._outcomes.record(self._product, outcomes, closes=self._closes)
