"""Checks a trigger against the evaluation whose windows it decides from."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from contracts.errors import LifecycleError

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

#: The triggers that decide from windows that were scored, and those that look at their drift.
BY_WINDOWS = ("decline", "proven_decline", "drift", "change", "staleness_cost", "forecast")
BY_DRIFT = ("drift", "change")


def check_trigger(trigger: Mapping[str, Any], evaluation: Mapping[str, Any]) -> None:
    """Refuse a trigger that would never fire, by itself or as a part of another one.

    Args:
        trigger: The trigger as it is configured.
        evaluation: The evaluation as it is configured.

    Raises:
        LifecycleError: No window is scored, or no drift is measured.
    """
    whole, how = str(trigger["name"]), str(evaluation["name"])
    for part in components(trigger):
        name = str(part.get("name"))
        inside = "" if part is trigger else f", of which {name} is a part,"
        if name in BY_WINDOWS and how == "never":
            raise LifecycleError(
                f"trigger={whole}{inside} cannot work with evaluation=never: no window is ever "
                "scored, so it would never fire",
                hint=f"trigger={whole} evaluation=daily, or trigger=schedule",
            )
        if name in BY_DRIFT and part.get("of") != "skill" and not evaluation.get("drift"):
            raise LifecycleError(
                f"trigger={whole}{inside} needs evaluation.drift: no drift is measured, so it "
                "would never fire",
                hint="evaluation.drift=1000, the most events of a window to look at",
            )


def components(component: Mapping[str, Any]) -> Iterator[Mapping[str, Any]]:
    """Yield a component and those inside it.

    >>> both = {"name": "any", "triggers": {"a": {"name": "volume"}}}
    >>> [each["name"] for each in components(both)]
    ['any', 'volume']
    """
    if "name" in component:
        yield component
    for value in component.values():
        for each in value if isinstance(value, list) else [value]:
            if isinstance(each, dict):
                yield from components(each)
