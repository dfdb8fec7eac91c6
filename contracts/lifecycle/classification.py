"""The rules that judge a combination: coherent, an anti-pattern, or refused."""

from typing import Literal

import msgspec

from contracts.lifecycle.lifecycle import Lifecycle

Verdict = Literal["coherent", "anti_pattern", "refused"]


class Reason(msgspec.Struct, frozen=True, kw_only=True):
    """Why a combination is no coherent one: which attribute, why, and what to type instead."""

    attribute: str
    why: str
    change: str


class Classification(msgspec.Struct, frozen=True, kw_only=True):
    """The verdict on a combination; a coherent one has no reasons."""

    verdict: Verdict
    reasons: tuple[Reason, ...] = ()


class Need(msgspec.Struct, frozen=True, kw_only=True):
    """What autonomous updating needs of another attribute."""

    attribute: str
    option: str
    why: str


#: Without any of these, agents cannot renew a model, and the combination is refused.
AUTONOMOUS_NEEDS = (
    Need(
        attribute="data_access",
        option="programmatic",
        why="autonomous updating trains on what arrived since, and a dump has no increments",
    ),
    Need(
        attribute="model_sourcing",
        option="unattended",
        why="autonomous updating trains with nobody present, and a session needs its person",
    ),
    Need(
        attribute="deployment",
        option="dynamic",
        why="autonomous updating makes generations, and a bundle cannot take up another model",
    ),
)


def classify(lifecycle: Lifecycle) -> Classification:
    """Judge a combination of attributes.

    Autonomous updating without what it needs is refused; of the rest, a combination with an
    anti-pattern among its options is one itself.
    """
    if reasons := _unmet(lifecycle):
        return Classification(verdict="refused", reasons=reasons)
    if reasons := _anti_patterns(lifecycle):
        return Classification(verdict="anti_pattern", reasons=reasons)
    return Classification(verdict="coherent")


def _unmet(lifecycle: Lifecycle) -> tuple[Reason, ...]:
    if lifecycle.model_updating != "autonomous":
        return ()
    return tuple(
        Reason(attribute=need.attribute, why=need.why, change=f"{need.attribute}={need.option}")
        for need in AUTONOMOUS_NEEDS
        if lifecycle.choice(need.attribute) != need.option
    )


def _anti_patterns(lifecycle: Lifecycle) -> tuple[Reason, ...]:
    return tuple(
        Reason(attribute=name, why=option.anti_pattern, change=f"{name}={option.change}")
        for name, option in lifecycle.options()
        if option.anti_pattern
    )
