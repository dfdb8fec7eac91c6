"""Changes of the metrics that predictions are held to: thresholds, skill, what was observed."""

from __future__ import annotations

from typing import TYPE_CHECKING

import msgspec

from contracts.publication.change.change import Change, became, change

if TYPE_CHECKING:
    from collections.abc import Iterator

    from contracts.contract.terms import MetricTerm


def metrics(old: tuple[MetricTerm, ...], new: tuple[MetricTerm, ...]) -> Iterator[Change]:
    """Yield the changes of what is promised."""
    was, now = ({each.name: each for each in metrics} for metrics in (old, new))
    for name, each in was.items():
        if name not in now:
            yield change("metrics", "metric_removed", name, old=msgspec.to_builtins(each))
    for name, each in now.items():
        if name not in was:
            yield change("metrics", "metric_added", name, new=msgspec.to_builtins(each))
    before, after = [n for n in was if n in now], [n for n in now if n in was]
    if before != after:
        said = became(", ".join(before), ", ".join(after))
        yield change("metrics", "metric_moved", said=said, old=before, new=after)
    for name in after:
        yield from _metric(was[name], now[name])


def observed(old: tuple[MetricTerm, ...], new: tuple[MetricTerm, ...]) -> Iterator[Change]:
    """Yield the changes of what research measured."""
    was = {each.name: each.observed for each in old}
    for each in new:
        before, after = was.get(each.name), each.observed
        if before is not None and after is not None and before != after:
            said = became(f"{before.value:.4f}", f"{after.value:.4f}")
            given = {"old": msgspec.to_builtins(before), "new": msgspec.to_builtins(after)}
            yield change("metrics", "observed_changed", each.name, said, **given)


def _metric(old: MetricTerm, new: MetricTerm) -> Iterator[Change]:
    if old.direction != new.direction:
        said, given = became(old.direction, new.direction), _given(old.direction, new.direction)
        yield change("metrics", "direction_changed", new.name, said, **given)
        return
    if old.threshold != new.threshold:
        tighter = (new.threshold < old.threshold) == (new.direction == "lower")
        name = "threshold_tightened" if tighter else "threshold_eased"
        said = became(old.threshold, new.threshold)
        yield change("metrics", name, new.name, said, **_given(old.threshold, new.threshold))
    if old.skill != new.skill:
        name = "skill_raised" if new.skill > old.skill else "skill_lowered"
        said = became(old.skill, new.skill)
        yield change("metrics", name, new.name, said, **_given(old.skill, new.skill))


def _given(old: object, new: object) -> dict[str, object]:
    return {"old": old, "new": new}
