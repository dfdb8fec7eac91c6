"""Checks the parts of a lifecycle against its options: selector, shadow, feature store, trigger."""

from __future__ import annotations

from typing import TYPE_CHECKING

from contracts.errors import LifecycleError

if TYPE_CHECKING:
    from contracts.lifecycle.taxonomy import Lifecycle

NEVER_WARNING = (
    "model_updating=autonomous with trigger=never makes its first generation and no other: "
    "it ages like a release; choose a trigger, or model_updating=release_enforced"
)


def check_parts(
    lifecycle: Lifecycle,
    *,
    selector: str,
    trigger: str,
    shadow: bool = False,
    feature_store: bool = False,
) -> tuple[str, ...]:
    """Refuse parts that cannot work in a lifecycle, and warn of those without effect.

    Args:
        lifecycle: The combination the parts are to run under.
        selector: The name of the selector's option.
        trigger: The name of the trigger's option.
        shadow: Whether a generation is to predict in the shadow of another.
        feature_store: Whether features are looked up in a store, which no bundle contains.

    Returns:
        Warnings, one line each.

    Raises:
        LifecycleError: A part cannot work; the hint is the override to type.
    """
    if lifecycle.deployment == "wrapped":
        _check_wrapped(selector=selector, shadow=shadow, feature_store=feature_store)
    if lifecycle.model_updating == "release_enforced" and trigger != "never":
        raise LifecycleError(
            f"trigger={trigger} cannot work with model_updating=release_enforced: "
            "only a person's release renews the model",
            hint="trigger=never, or model_updating=autonomous",
        )
    if lifecycle.model_updating == "autonomous" and trigger == "never":
        return (NEVER_WARNING,)
    return ()


def _check_wrapped(*, selector: str, shadow: bool, feature_store: bool) -> None:
    rules = (
        (
            selector != "single",
            f"selector={selector} cannot work: the bundle contains one model",
            "selector=single",
        ),
        (shadow, "a shadow cannot work: the bundle contains one model", "no shadow"),
        (
            feature_store,
            "stored features cannot work: no bundle contains a store that grows as time goes on",
            "",
        ),
    )
    for broken, why, change in rules:
        if broken:
            raise LifecycleError(
                f"with deployment=wrapped {why}",
                hint=", or ".join(filter(None, (change, "deployment=dynamic"))),
            )
