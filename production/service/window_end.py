"""When the evaluation window of an event closes: outcomes that arrive later are late."""

from __future__ import annotations

from typing import TYPE_CHECKING

from contracts.moment import duration, instant

if TYPE_CHECKING:
    from collections.abc import Callable

    from production.settings import Production


def window_end(config: Production) -> Callable[[int], int] | None:
    """Return the function from an event time to the end of its evaluation window, if any."""
    if "every" not in config.evaluation:
        return None
    start, every = instant(config.product.start), duration(config.evaluation["every"])
    return lambda moment: moment - (moment - start) % every + every
