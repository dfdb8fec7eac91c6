"""The declaration of a stored feature: what is known of an entity when an event happens."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated, Literal

import msgspec

from contracts.moment import PositiveDuration, duration

if TYPE_CHECKING:
    from collections.abc import Iterable

#: What is made of the values in a window: their mean, their number, or the newest of them.
Aggregate = Literal["mean", "count", "latest"]
Column = Annotated[str, msgspec.Meta(min_length=1)]


class StoredFeature(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """An input column that no request carries: it is looked up for the entity at the event's time.

    Its value at ``time`` is made of the entity's values that became known in
    ``[time - window, time)``. What becomes known at the very moment of an event does not count.

    Attributes:
        name: The input column.
        entity: The input columns whose values together name the entity.
        aggregate: What is made of the values. ``mean`` and ``latest`` of none are null, ``count``
            is 0.
        window: How long a value counts, as a duration.
    """

    name: Column
    entity: Annotated[tuple[Column, ...], msgspec.Meta(min_length=1)]
    aggregate: Aggregate
    window: PositiveDuration

    def __post_init__(self) -> None:
        if len({*self.entity, self.name}) <= len(self.entity):
            raise ValueError(f"{self.name}: expected different columns in `entity`, without it")

    @property
    def reach(self) -> int:
        """The window, microseconds."""
        return duration(self.window)


def entity_columns(features: Iterable[StoredFeature]) -> tuple[str, ...]:
    """Return the columns that name the entities of some features, each once."""
    return tuple(dict.fromkeys(name for each in features for name in each.entity))


def check_features(features: Iterable[StoredFeature]) -> None:
    """Check that features can be looked up beside each other.

    Raises:
        ValueError: Two have one name, or an entity is named by a stored feature.
    """
    names: set[str] = set()
    features = tuple(features)
    for each in features:
        if each.name in names:
            raise ValueError(f"{each.name}: two stored features have this name")
        names.add(each.name)
    for name in names.intersection(entity_columns(features)):
        raise ValueError(f"{name}: an entity is named by columns of the request, not by a feature")
