"""Fills requests with their stored features, from a store that is kept filled."""

from __future__ import annotations

from typing import TYPE_CHECKING

from contracts.data.stored.source import with_features

if TYPE_CHECKING:
    from collections.abc import Sequence

    import pyarrow as pa

    from contracts.data.stored.feature import StoredFeature
    from production.features.intake import FeatureIntake
    from production.features.port import FeatureStore


class FeatureFilling:
    """Fills the recorded requests of a batch as each would have been at its own time.

    Args:
        features: The features.
        store: What they are looked up in.
        intake: Fills the store.
    """

    def __init__(
        self, features: Sequence[StoredFeature], store: FeatureStore, intake: FeatureIntake
    ) -> None:
        self._features, self._store, self._intake = features, store, intake

    def filled(self, requests: pa.Table, until: int) -> pa.Table:
        """Return requests made before a moment with their stored features.

        What became known up to the moment is taken into the store first; of it each request sees
        what became known before its own time. What the requests bring along under a feature's name
        is left out: the source joined it, and no client sends it.

        Raises:
            DataError: The values cannot be had.
        """
        self._intake.step(until)
        names = [each.name for each in self._features if each.name in requests.column_names]
        return with_features(requests.drop_columns(names), self._features, self._store)
