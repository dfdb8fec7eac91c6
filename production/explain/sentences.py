"""The words of an answer: short sentences, one a line, times in ISO UTC, figures rounded."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from contracts.report.table import score_text, significant
from production.explain.facts import AGENT
from production.selectors.port import CHAMPION

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from production.agents.rules.finding import Finding
    from production.explain.answer import ExplainedDecision, ExplainedTraining, TimeInService

INITIAL = "initial"
#: What became of a training that did not lead to a promotion by itself.
VERDICTS = {
    "refused": "The gate refused it",
    "alarmed": "The gate held it back until the next refresh or a person decides",
    "undecided": "The gate could not tell whether it is good enough, so what served served on",
    "failed": "The training failed",
}


def sentence(text: str) -> str:
    """Return a text as a sentence.

    >>> sentence("the gate refused it: 14.1% worse")
    'The gate refused it: 14.1% worse.'
    """
    text = text.strip().rstrip(".")
    return f"{text[:1].upper()}{text[1:]}."


def who(decision: ExplainedDecision) -> str:
    """Return who decided: an agent and an alarm have an article, a person a name."""
    named = decision.by.endswith(AGENT) or decision.by.startswith("alarm ")
    return f"the {decision.by}" if named else decision.by


def why(decision: ExplainedDecision) -> str:
    """Return the reason; a person's is quoted."""
    return decision.why if who(decision).startswith("the ") else f"“{decision.why}”"


def did(decision: ExplainedDecision) -> str:
    """Return what a decision did, as a verb and its object."""
    detail = decision.detail
    arm = _arm(detail)
    new, before = str(detail.get(arm, detail.get("generation", ""))), detail.get("before")
    place = "" if arm == CHAMPION else f" in the arm {arm}"
    verbs = {
        "train": "asked for a training",
        "wait": "did nothing",
        "propose": "asked a person to approve a refresh",
        "refresh": "asked for a refresh",
        "approve": f"approved the refresh that was proposed at {detail.get('proposed')}",
        "reject": f"rejected the refresh that was proposed at {detail.get('proposed')}",
        "implementation_moved": "found that the implementation had moved",
        "data_moved": "found that the data had moved",
        "model_moved": "found that the model had moved",
        "refuse": f"refused to let {new} serve",
        "deploy": f"brought {new} into service",
        "promote": f"promoted {new}{place}",
        "rollback": f"rolled back from {before} to {new}{place}",
        "pin": f"pinned {new}, so that no refresh takes its place",
        "unpin": "unpinned the champion, so that refreshes may take its place",
        "quarantine": f"quarantined {before}, so {new} serves"
        if before
        else f"quarantined {detail.get('generation')}",
        "select": f"chose the selector {detail.get('selector')} for the arms {detail.get('arms')}",
        "retire": f"retired an arm; the arms are now {detail.get('arms')}",
    }
    return verbs[decision.action]


def decision_sentence(decision: ExplainedDecision) -> str:
    """Return who did what when, and why."""
    return sentence(f"at {decision.at} {who(decision)} {did(decision)}: {why(decision)}")


def service_sentences(service: TimeInService, product: str) -> Iterator[str]:
    """Yield since when a generation serves, or served, who put it there, and how that ended."""
    yield span_sentence(service, product)
    before = f"{service.before} served before it" if service.before else "nothing served before it"
    if service.begun_by is None:
        yield sentence(f"who put it there is not on record; {before}")
    elif service.begun_by.by.endswith(AGENT):
        yield sentence(f"the {service.begun_by.by} promoted it; {before}")
    else:
        yield sentence(
            f"{who(service.begun_by)} {did(service.begun_by)}: {why(service.begun_by)}; {before}"
        )
    if service.until is not None:
        yield sentence(_ended(service))


def span_sentence(service: TimeInService, product: str) -> str:
    """Return from when to when a generation served."""
    where = product if service.arm == CHAMPION else f"{product}'s arm {service.arm}"
    until = f"served {where} from {service.since} to {service.until}"
    span = f"serves {where} since {service.since}" if service.until is None else until
    return sentence(f"{service.generation} {span} (manifest {service.manifest})")


def _ended(service: TimeInService) -> str:
    end = service.ended_by
    if end is None:
        return f"what ended that is not on record; {service.after or 'nothing'} served next"
    if end.by.endswith(AGENT):
        return f"then the {end.by} promoted {service.after} in its place"
    return f"then {who(end)} {did(end)}: {why(end)}"


def training_sentences(training: ExplainedTraining, called: str = "its training") -> Iterator[str]:
    """Yield what asked for a training, on what it was trained, and what the gate found."""
    yield from _asked(training, called)
    if training.verdict != "failed" or training.rows:
        labels = f"; {training.unlisted:,} more have a label that the contract does not list"
        yield sentence(
            f"its model was trained on {training.rows:,} rows whose outcome had arrived by "
            f"{training.known_by}, in {training.seconds:.1f} s"
            + (labels if training.unlisted else "")
        )
    if training.line:
        yield sentence(training.line)
    yield from _judged(training)


def _asked(training: ExplainedTraining, called: str) -> Iterator[str]:
    asker, at = training.asked_by, training.asked_at
    if training.reason == INITIAL:
        yield sentence(f"{called}, on what was known at {at}, was the product's first")
        return
    yield sentence(f"{called} was asked for at {at} by the trigger, {training.reason}")
    if asker is None:
        yield "What the trigger saw is not on record."
    else:
        yield from seen_sentences(asker.detail, "the trigger")


def seen_sentences(seen: Mapping[str, Any], by: str) -> Iterator[str]:
    """Yield the metrics that a decision was made from."""
    if "requests" not in seen:
        return
    yield sentence(
        f"{by} saw {seen['requests']:,} requests and {seen['outcomes']:,} outcomes since "
        f"{seen['since']}"
    )
    for window in seen.get("windows", ())[-1:]:
        naive = window["baseline"]
        scores = ", ".join(
            f"{name} {significant(value, 4)} "
            f"(naive {significant(naive.get(name, float('nan')), 4)})"
            for name, value in sorted(window["served"].items())
        )
        yield sentence(
            f"the newest window scored, {window['start']} to {window['end']}, has "
            f"{window['rows']:,} outcomes: {scores}"
        )


def _judged(training: ExplainedTraining) -> Iterator[str]:
    judged = [each for each in training.findings if each.rule != "refit"]
    if training.verdict in VERDICTS:
        reason = training.why.removeprefix(f"{training.rule}: ")
        rule = f", by its rule {training.rule}" if training.rule else ""
        yield sentence(f"{VERDICTS[training.verdict]}{rule}: {reason}")
    elif not judged:
        yield sentence(f"no gate judged it: {training.why}")
    else:
        yield sentence(_accepted(training))
    if judged:
        yield "What each rule of the gate found:"
    width = max((len(each.rule) for each in judged), default=0)
    for each in judged:
        yield f"  {each.verdict:<9} {each.rule:<{width}}  {each.why}"
    refit = next((each for each in training.findings if each.rule == "refit"), None)
    if refit is not None:
        yield sentence(_serves(training, _refit(refit)))


def _accepted(training: ExplainedTraining) -> str:
    """Return by what the gate accepted a model."""
    figures = next((each.figures for each in training.findings if each.rule == "outcomes"), {})
    if "outcomes" not in figures:
        return f"the gate accepted it: {training.why}"
    count = int(figures["outcomes"])
    return (
        f"the gate judged it by {count:,} outcomes held back from its training, and accepted it: "
        f"{training.why}"
    )


def _serves(training: ExplainedTraining, found: str) -> str:
    if training.serves == "refit":
        return f"what serves is its refit to all that was known: {found}"
    return f"what serves is the model that was judged, not its refit to all that was known: {found}"


def _refit(finding: Finding) -> str:
    """Return what the rule found of a refit, in words that stand alone."""
    figures = finding.figures
    if not {"score", "challenger", "moved"} <= {*figures}:
        return finding.why
    metric, moved = finding.why.partition(" ")[0], figures["moved"]
    usual = f", {moved / figures['usual']:.1f} usual steps" if figures.get("usual") else ""
    score, other = figures["score"], figures["challenger"]
    judged = score_text(other, score)
    return (
        f"{metric} {score_text(score, other)} where what was judged has {judged}; "
        f"their predictions differ by {moved:.3g} on average{usual}"
    )


def _arm(detail: Mapping[str, Any]) -> str:
    """Return the arm that a decision was about."""
    if CHAMPION in detail or "generation" in detail:
        return CHAMPION
    others = (key for key in detail if key not in {"before", "manifest", "selector", "arms"})
    return next(others, CHAMPION)
