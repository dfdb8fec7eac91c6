"""The words of an answer about a moment: what served, what was decided, and if nothing was, why."""

from __future__ import annotations

from typing import TYPE_CHECKING

from production.explain.facts import AGENT
from production.explain.sentences import (
    decision_sentence,
    did,
    seen_sentences,
    sentence,
    training_sentences,
    who,
    why,
)
from production.registry.agent_decisions import WAIT

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from production.explain.answer import ExplainedDecision, Explanation


def moment_sentences(answer: Explanation) -> Iterator[str]:
    """Yield the sentences of an answer about a moment."""
    for service in answer.services:
        new = service.since == answer.of
        yield sentence(
            f"at {answer.of} {service.generation} {'came to serve' if new else 'served'} "
            f"{answer.product}{'' if new else f', since {service.since}'} "
            f"(manifest {service.manifest})"
        )
    then = [each for each in answer.decisions if each.at == answer.of and each.action != WAIT]
    for decision in then:
        yield decision_sentence(decision)
    if answer.training:
        yield from training_sentences(answer.training, called="the training")
    if not then:
        yield from _nothing(answer)
    yield from _earlier([each for each in answer.decisions if each not in then])
    if answer.due:
        yield sentence(answer.due)


def _nothing(answer: Explanation) -> Iterator[str]:
    """Yield why nothing was done."""
    asked = next((each for each in answer.decisions if each.by == f"training{AGENT}"), None)
    if asked is None:
        yield "Nothing was done then: the training agent had not been asked yet."
    elif asked.action == WAIT:
        yield sentence(f"nothing was done then, because {asked.why}")
        yield sentence(f"so {who(asked)} decided at {asked.at}")
        yield from seen_sentences(asked.detail, "it")
    else:
        yield sentence(
            f"nothing was done then: {who(asked)} had asked for a training at {asked.at} "
            f"({asked.why}), and was not asked again yet"
        )


def _earlier(decisions: Sequence[ExplainedDecision]) -> Iterator[str]:
    """Yield what the promotion agent, and a person or an alarm, decided last."""
    for decision in decisions:
        if decision.by == f"training{AGENT}":
            continue
        if decision.by.endswith(AGENT):
            yield sentence(
                f"{who(decision)} decided last at {decision.at}: it {did(decision)}"
                + (f", because {why(decision)}" if decision.action == WAIT else "")
            )
        else:
            yield sentence(
                f"before that, at {decision.at}, {who(decision)} {did(decision)}: {why(decision)}"
            )
