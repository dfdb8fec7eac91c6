"""A source whose events have stored features: the join of each event with what was known at it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import msgspec
import numpy as np
import pyarrow as pa

from contracts.data.events import checked_events
from contracts.data.rows import instants, with_outcome
from contracts.data.stored.feature import StoredFeature, check_features
from contracts.data.stored.index import ValueIndex
from contracts.errors import ConfigError, DataError, did_you_mean
from contracts.ports import ARRIVED, TIME

if TYPE_CHECKING:
    from collections.abc import Sequence

    from contracts.data.stored.values import Values
    from contracts.ports import Floats, Source


class WithFeatures:
    """Adds stored features to the events of another source: what a training reads.

    Args:
        source: The source of the events, without these columns.
        values: What the features are made of.
        stored: The features, as configured: see `StoredFeature`.

    Raises:
        ConfigError: A feature is malformed.
    """

    def __init__(self, source: Source, values: Values, stored: Sequence[Any]) -> None:
        self._source, self._values = source, values
        self._features = configured_features(stored)

    @property
    def increments(self) -> bool:
        """Whether the source hands over what is new."""
        return bool(getattr(self._source, "increments", False))

    def window(self, start: int, end: int, *, known_by: int) -> pa.Table:
        """Return the events with ``start <= time < end`` as they were known by a moment.

        A stored feature of an event holds what was known at the event's own time, not by
        ``known_by``: the same as the request got.

        Raises:
            DataError: The source or the values cannot be read, or a column is missing.
        """
        events = self._source.window(start, end, known_by=known_by)
        return checked_events(with_features(events, self._features, self._values))

    def arrivals(self, start: int, end: int, *, since: int, known_by: int) -> pa.Table:
        """Return the events of a window whose outcome arrived from a moment on, and by another.

        Of them the source's own columns alone, or fewer: no feature is joined.
        """
        ask = getattr(self._source, "arrivals", None)
        if ask is not None:
            rows: pa.Table = ask(start, end, since=since, known_by=known_by)
            return rows
        rows = with_outcome(self._source.window(start, end, known_by=known_by))
        return rows.filter(pa.array(instants(rows[ARRIVED]) >= since))


def with_features(events: pa.Table, features: Sequence[StoredFeature], values: Values) -> pa.Table:
    """Return events with a column for each feature, of what was known at their time.

    Raises:
        DataError: They lack a column of an entity, or have one of a feature.
    """
    check_columns(events.column_names, features)
    times = instants(events[TIME])
    if not len(times):
        return _appended(events, features, [np.empty(0)] * len(features))
    reach = max((each.reach for each in features), default=0)
    rows = values.window(int(times.min()) - reach, int(times.max()))
    return _appended(events, features, [ValueIndex(f, rows).many(events, times) for f in features])


def configured_features(stored: Sequence[Any]) -> tuple[StoredFeature, ...]:
    """Return stored features as they are configured.

    Raises:
        ConfigError: One is malformed, or two do not go together.
    """
    try:
        features = msgspec.convert(stored, tuple[StoredFeature, ...])
        check_features(features)
    except (msgspec.ValidationError, ValueError) as error:
        raise ConfigError(f"stored: {error}", hint="see docs/features.md") from error
    return features


def check_columns(names: Sequence[str], features: Sequence[StoredFeature]) -> None:
    """Check that events have the columns of the entities, and none of a stored feature.

    Raises:
        DataError: They do not.
    """
    for each in features:
        if each.name in names:
            raise DataError(
                f"the events have a column {each.name!r}, and a stored feature is called so",
                hint="leave it out of the source's query, or call the feature otherwise",
            )
        for name in each.entity:
            if name not in names:
                raise DataError(
                    f"{each.name}: the events have no column {name!r}{did_you_mean(name, names)}",
                    hint="an entity is named by columns of the request",
                )


def _appended(
    events: pa.Table, features: Sequence[StoredFeature], columns: Sequence[Floats]
) -> pa.Table:
    for each, column in zip(features, columns, strict=True):
        events = events.append_column(each.name, pa.array(column, mask=np.isnan(column)))
    return events
