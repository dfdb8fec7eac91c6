"""All there is to say about a lifecycle, gathered for whoever shows it."""

from collections.abc import Set as AbstractSet

import msgspec

from contracts.lifecycle.attributes import ATTRIBUTES
from contracts.lifecycle.classification import Reason, Verdict, classify
from contracts.lifecycle.coherence import advice
from contracts.lifecycle.drawing import draw
from contracts.lifecycle.flow import flow
from contracts.lifecycle.lifecycle import Lifecycle
from contracts.lifecycle.limits import cannot
from contracts.lifecycle.mermaid import mermaid
from contracts.lifecycle.patterns import name, nearest_pattern, pattern
from contracts.lifecycle.stage import Stage


class Description(msgspec.Struct, frozen=True, kw_only=True):
    """A lifecycle in words and pictures.

    Args:
        lifecycle: The combination described.
        fixed: The attributes the user set, in the taxonomy's order.
        name: The pattern's name, or ``unnamed, nearest …``.
        summary: What the pattern is, in one line; empty where there is none.
        deciding: The attributes that decide the name or the refusal: of a pattern, those that make
            it one; of a refused combination, those that clash; else, those that part it from the
            nearest pattern.
        verdict: ``coherent``, ``anti_pattern`` or ``refused``.
        warnings: What is unwise, one line each: anti-patterns, and parts held in vain.
        refusals: Why the combination is refused.
        advice: The next step towards coherence, with the override to type; empty when coherent.
        cannot: What the lifecycle cannot do; empty when it is refused, since then it does nothing.
        stages: Its stages in order; none when it is refused.
        mermaid: The flow as Mermaid; empty when it is refused.
        text: The flow for a terminal of 100 columns; empty when it is refused.
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
) -> Description:
    """Describe a combination, also one that is refused.

    Args:
        lifecycle: The combination.
        fixed: Names of the attributes the user set: the advice never changes them silently.
        warnings: What else to warn of, such as what `check_parts` returned.
    """
    classification = classify(lifecycle)
    refused = classification.verdict == "refused"
    found = pattern(lifecycle)
    way = flow(lifecycle)
    return Description(
        lifecycle=lifecycle,
        fixed=tuple(attribute for attribute in ATTRIBUTES if attribute in fixed),
        name=name(lifecycle),
        summary=found.summary if found else "",
        deciding=_deciding(lifecycle),
        verdict=classification.verdict,
        warnings=warnings if refused else (*_warnings(lifecycle), *warnings),
        refusals=classification.reasons if refused else (),
        advice=advice(lifecycle, fixed),
        cannot=() if refused else cannot(lifecycle),
        stages=way.stages,
        mermaid=mermaid(way),
        text=draw(way),
    )


def _warnings(lifecycle: Lifecycle) -> tuple[str, ...]:
    return tuple(
        f"{reason.attribute}={lifecycle.choice(reason.attribute)} is an anti-pattern: "
        f"{reason.why}; better {reason.change}"
        for reason in classify(lifecycle).reasons
    )


def _deciding(lifecycle: Lifecycle) -> tuple[str, ...]:
    if found := pattern(lifecycle):
        return found.deciding
    classification = classify(lifecycle)
    if classification.verdict == "refused":
        decided = {"model_updating", *(reason.attribute for reason in classification.reasons)}
    else:
        near = nearest_pattern(lifecycle)
        decided = {*near.preset.changes(lifecycle)} & {*near.deciding}
    return tuple(attribute for attribute in ATTRIBUTES if attribute in decided)
