"""How often each feature has no value, by month."""

from __future__ import annotations

from typing import TYPE_CHECKING

from research.calendar import months

if TYPE_CHECKING:
    from research.explore.sample import Sample


def missing(sample: Sample, *, offset: int) -> dict[str, dict[str, float]]:
    """Return the share of missing values by feature, then month."""
    groups = months(sample.times, offset)
    names = sorted({*groups.tolist()})
    return {
        feature: {name: float(absent[groups == name].mean()) for name in names}
        for feature in sample.inputs
        for absent in [sample.missing(feature)]
    }
