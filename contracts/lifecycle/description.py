"""Everything a page or a terminal shows of a lifecycle, in one struct."""

from collections.abc import Set as AbstractSet

import msgspec

from contracts.lifecycle.classification import Reason, Verdict, classify, limitations
from contracts.lifecycle.coherence import advice, clashing
from contracts.lifecycle.drawing import draw, mermaid
from contracts.lifecycle.flow import flow
from contracts.lifecycle.patterns import matching_pattern, nearest_pattern, pattern_name
from contracts.lifecycle.taxonomy import ATTRIBUTES, Lifecycle, Stage


class LifecycleDescription(msgspec.Struct, frozen=True, kw_only=True):
    """A lifecycle in words and pictures.

    Attributes:
        lifecycle: The combination described.
        fixed: The attributes the user set, in the taxonomy's order.
        name: The pattern's name, or ``unnamed, nearest …``.
        summary: What the pattern is, in one line; empty where there is none.
        deciding: The attributes that decide the name or the refusal: of a pattern, those that make
            it one; of a refused combination, those that clash; else, those in which it differs from
            the nearest pattern.
        verdict: ``coherent``, ``anti_pattern`` or ``refused``.
        warnings: What is unwise, one line each: anti-patterns, and parts without effect.
        refusals: Why the combination is refused.
        advice: The next step towards coherence, with the override to type; empty when coherent.
        cannot: What the lifecycle cannot do; empty when it is refused, since then it does nothing.
        stages: Its stages in order; none when it is refused.
        mermaid: The flow as Mermaid; empty when it is refused.
        text: The flow for a terminal of 80 columns; empty when it is refused.
    """

    lifecycle: Lifecycle
    fixed: tuple[str, ...]
    name: str
    summary: str
    deciding: tuple[str, ...]
    verdict: Verdict
    warnings: tuple[str, ...]
    refusals: tuple[Reason, ...]
    advice: str
    cannot: tuple[str, ...]
    stages: tuple[Stage, ...]
    mermaid: str
    text: str


def describe(
    lifecycle: Lifecycle,
    fixed: AbstractSet[str] = frozenset(),
    *,
    warnings: tuple[str, ...] = (),
) -> LifecycleDescription:
    """Describe a combination, also one that is refused.

    Args:
        lifecycle: The combination.
        fixed: Names of the attributes the user set, which the advice leaves alone where it can.
        warnings: What else to warn of, such as what `check_parts` returned.
    """
    classification = classify(lifecycle)
    refused = classification.verdict == "refused"
    pattern = matching_pattern(lifecycle)
    drawn = flow(lifecycle)
    return LifecycleDescription(
        lifecycle=lifecycle,
        fixed=tuple(name for name in ATTRIBUTES if name in fixed),
        name=pattern_name(lifecycle),
        summary=pattern.summary if pattern else "",
        deciding=_deciding(lifecycle),
        verdict=classification.verdict,
        warnings=warnings if refused else (*_warnings(lifecycle), *warnings),
        refusals=classification.reasons if refused else (),
        advice=advice(lifecycle, fixed),
        cannot=() if refused else limitations(lifecycle),
        stages=drawn.stages,
        mermaid=mermaid(drawn),
        text=draw(drawn),
    )


def _warnings(lifecycle: Lifecycle) -> tuple[str, ...]:
    return tuple(
        f"{reason.attribute}={lifecycle.choice(reason.attribute)} is an anti-pattern: "
        f"{reason.why}; better {reason.change}"
        for reason in classify(lifecycle).reasons
    )


def _deciding(lifecycle: Lifecycle) -> tuple[str, ...]:
    if pattern := matching_pattern(lifecycle):
        return pattern.deciding
    if classify(lifecycle).verdict == "refused":
        return clashing(lifecycle)
    closest = nearest_pattern(lifecycle)
    changes = closest.preset.changes(lifecycle)
    return tuple(name for name in changes if name in closest.deciding)
