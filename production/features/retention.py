"""Forgets the values of stored features that no event which is kept can ask for."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable

    from production.features.port import FeatureStore


class KeptValues:
    """The values of one product's stored features, as long as an event may need them.

    An event at ``t`` sees what became known in ``[t - reach, t)``, so what lies further back than
    that from the oldest event that is kept is needed no more. What is younger than the overlap
    behind the watermark stays: it will be looked for again, and would come back.

    Args:
        store: The values.
        reach: The longest window of a feature, microseconds.
        recent: How far in the past an event may be to be answered from memory, microseconds.
        overlap: How far behind the watermark values are looked for again, microseconds.
        taken: Returns the watermark, none before the first value.
        most: How many values one batch deletes.
    """

    def __init__(
        self,
        store: FeatureStore,
        *,
        reach: int,
        recent: int,
        overlap: int,
        taken: Callable[[], int | None],
        most: int,
    ) -> None:
        self._store, self._reach, self._recent, self._overlap = store, reach, recent, overlap
        self._taken, self._most = taken, most

    def forget(self, until: int, moment: int) -> int:
        """Delete a batch of values, and return how many.

        Args:
            until: Events from this moment on are kept, microseconds.
            moment: The present.
        """
        taken = self._taken()
        if taken is None:
            return 0
        needed = min(until, moment - self._recent) - self._reach
        return self._store.forget(min(needed, taken - self._overlap), most=self._most)
