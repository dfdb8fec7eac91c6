"""The rules that judge a combination, coherent, anti-pattern or refused, and what it gives up."""

from typing import Literal

import msgspec

from contracts.lifecycle.taxonomy import TAXONOMY, Lifecycle

Verdict = Literal["coherent", "anti_pattern", "refused"]


class Reason(msgspec.Struct, frozen=True, kw_only=True):
    """Why a combination is not coherent: which attribute, why, and the override to type instead."""

    attribute: str
    why: str
    change: str


class Classification(msgspec.Struct, frozen=True, kw_only=True):
    """The verdict on a combination; a coherent one has no reasons."""

    verdict: Verdict
    reasons: tuple[Reason, ...] = ()


def classify(lifecycle: Lifecycle) -> Classification:
    """Judge a combination of attributes.

    Autonomous updating without what it needs is refused; of the rest, a combination with an
    anti-pattern among its options is an anti-pattern itself.
    """
    if reasons := _unmet_needs(lifecycle):
        return Classification(verdict="refused", reasons=reasons)
    if reasons := _anti_patterns(lifecycle):
        return Classification(verdict="anti_pattern", reasons=reasons)
    return Classification(verdict="coherent")


def limitations(lifecycle: Lifecycle) -> tuple[str, ...]:
    """Return what a lifecycle cannot do and why, one line each.

    Where two options forbid the same thing, the reason is that of the first attribute.
    """
    reasons: dict[str, str] = {}
    for _, option in lifecycle.options():
        for limitation in option.cannot:
            reasons.setdefault(limitation.what, limitation.why)
    return tuple(f"{what}: {why}" for what, why in reasons.items())


def _unmet_needs(lifecycle: Lifecycle) -> tuple[Reason, ...]:
    if lifecycle.model_updating != "autonomous":
        return ()
    return tuple(
        Reason(attribute=need.attribute, why=need.why, change=f"{need.attribute}={need.option}")
        for need in TAXONOMY.autonomous_needs
        if lifecycle.choice(need.attribute) != need.option
    )


def _anti_patterns(lifecycle: Lifecycle) -> tuple[Reason, ...]:
    return tuple(
        Reason(attribute=name, why=option.anti_pattern, change=f"{name}={option.change}")
        for name, option in lifecycle.options()
        if option.anti_pattern
    )
