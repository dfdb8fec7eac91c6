"""A run in virtual time as a tracking server shows it: its trainings are its children."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import msgspec

from contracts.host.clock import WallClock
from contracts.lifecycle import ATTRIBUTES
from contracts.moment import SECOND, instant, iso
from contracts.tracking.port import MetricPoint, TrackedRun, flat, numbers

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping

    from contracts.contract import Contract
    from production.backtest.history import History
    from production.backtest.result import RunResult
    from production.registry.generations import Generation
    from production.registry.trainings import Training
    from production.settings import Production

#: The groups of configuration whose choices are params of a run, beside the five attributes.
GROUPS = ("evaluation", "gate", "trigger", "strategy", "selector", "feedback")


def tracked_run(
    result: RunResult, config: Production, history: History, *, digest: str, command: str
) -> TrackedRun:
    """Return a run with its trainings as children, from what is on record of it.

    It began as long ago as it took by the machine's clock; its metrics have the product's time.
    An equal run has the same id.

    Args:
        result: The run, scored.
        config: Its configuration.
        history: The product and its history.
        digest: The digest of everything that it depends on.
        command: The command that made it.
    """
    run, until, contract = result.run, history.until, history.product.contract
    end = WallClock().now()
    began = end - int(max(run.seconds, run.training_seconds) * SECOND)
    found = f"run-{digest}"
    return TrackedRun(
        id=found,
        name=f"{run.name} {iso(history.product.start)[:10]} to {iso(until)[:10]}",
        start=began,
        end=end,
        params={"lifecycle": run.name, **_choices(config), "seed": config.seed},
        tags={
            **_contract_tags(contract),
            "liaison.task": "run",
            "liaison.verdict": result.verdict.code,
            "mlflow.note.content": result.verdict.words,
            "mlflow.source.name": command,
        },
        metrics=(*_scores(result, until), *_months(result), *_windows(result)),
        children=tuple(_trainings(result, contract, found, began)),
    )


def _choices(config: Production) -> dict[str, Any]:
    """Return what was chosen in each group by dotted key, without the code that it names."""
    plain = msgspec.to_builtins(config)
    chosen = flat({group: plain[group] for group in GROUPS})
    return {
        **{attribute: plain[attribute]["name"] for attribute in ATTRIBUTES},
        **{key: value for key, value in chosen.items() if "_target_" not in key},
    }


def _contract_tags(contract: Contract) -> dict[str, str]:
    return {
        "liaison.product": contract.product,
        "liaison.contract": contract.version,
        "liaison.contract.digest": contract.digest,
        "liaison.contract.commit": contract.provenance.commit,
    }


def _scores(result: RunResult, until: int) -> Iterator[MetricPoint]:
    """Yield the scores over all of the run, of what was served, of no refresh and of the naive."""
    run = result.run
    scores = {
        f"{side}.{name}": each.value
        for side, metrics in result.overall.items()
        for name, each in metrics.items()
    }
    counts = {
        "requests": len(run.requests),
        "outcomes": len(run.predictions.times),
        "generations": len(run.generations),
        "trainings": len(run.trainings),
        "promotions": len(run.promotions),
        "training_seconds": run.training_seconds,
    }
    for name, value in (scores | counts).items():
        yield MetricPoint(name=name, value=float(value), time=until)


def _months(result: RunResult) -> Iterator[MetricPoint]:
    """Yield the main metric by month, as it came true."""
    main = result.metrics[0]
    for step, month in enumerate(result.months):
        at = instant(f"{month.month}-01T00:00:00Z")
        for side, scores in month.metrics.items():
            yield MetricPoint(name=f"month.{side}.{main}", value=scores[main], time=at, step=step)


def _windows(result: RunResult) -> Iterator[MetricPoint]:
    """Yield what the evaluation agent knew of each of its windows."""
    for step, window in enumerate(result.run.windows):
        values = {
            **numbers(window.served, prefix="window"),
            **numbers(window.baseline, prefix="window.naive"),
            "window.outcomes": float(window.rows),
        }
        if window.calibration is not None:
            values["window.calibration_error"] = window.calibration.error
        for name, value in values.items():
            yield MetricPoint(name=name, value=value, time=window.end, step=step)


def _trainings(
    result: RunResult, contract: Contract, parent: str, began: int
) -> Iterator[TrackedRun]:
    """Yield each training, promoted or not, one after another from the run's beginning."""
    made = {(each.release, each.number): each for each in result.run.generations}
    for at, training in enumerate(result.run.trainings):
        end = began + int(training.seconds * SECOND)
        generation = made.get((training.release, training.generation or 0))
        yield _child(training, generation, contract, f"{parent}-{at}", (began, end))
        began = end


def _child(
    training: Training,
    generation: Generation | None,
    contract: Contract,
    found: str,
    times: tuple[int, int],
) -> TrackedRun:
    day, detail = iso(training.requested_at)[:10], training.detail
    params = generation.params if generation else contract.learning.params
    return TrackedRun(
        id=found,
        name=f"{training.release}/{generation.number}"
        if generation
        else f"{training.verdict} {day}",
        start=times[0],
        end=times[1],
        params={**flat(params), "seed": contract.learning.seed},
        tags={
            **_contract_tags(contract),
            **_generation_tags(generation),
            "liaison.task": "train",
            "liaison.release": training.release,
            "liaison.at": iso(training.requested_at),
            "liaison.known_by": iso(training.known_by),
            "liaison.reason": training.reason,
            "liaison.verdict": training.verdict,
            "mlflow.note.content": f"{training.verdict}: {detail.get('why', '')}",
        },
        metrics=tuple(_judged(training, detail)),
        failed=training.verdict == "failed",
    )


def _generation_tags(generation: Generation | None) -> dict[str, str]:
    if generation is None:
        return {}
    parent = (generation.lineage or {}).get("parent")
    return {
        "liaison.generation": f"{generation.release}/{generation.number}",
        "liaison.artifact": generation.artifact,
        **({"liaison.parent": str(parent)} if parent else {}),
    }


def _judged(training: Training, detail: Mapping[str, Any]) -> Iterable[MetricPoint]:
    values = {
        **numbers(detail.get("scores", {})),
        **numbers(detail.get("measures", {}), prefix="gate"),
        "training_seconds": training.seconds,
        "rows": float(training.rows),
    }
    for name, value in values.items():
        yield MetricPoint(name=name, value=value, time=training.requested_at)
