"""A learning as a tracking server shows it."""

from __future__ import annotations

import hashlib
from typing import TYPE_CHECKING

from contracts.host.clock import WallClock
from contracts.moment import SECOND
from contracts.report.write import to_json
from contracts.tracking.port import MetricPoint, TrackedRun, flat, numbers
from research.learn.result import LearningResult, metrics

if TYPE_CHECKING:
    from collections.abc import Iterator

    from contracts.config.product import Product


def tracked_learning(
    result: LearningResult,
    product: Product,
    *,
    solution: str,
    commit: str,
    seconds: float,
    command: str,
) -> TrackedRun:
    """Return a learning as one run: an equal result of an equal solution has the same id.

    Args:
        result: What came of it.
        product: The product.
        solution: The digest of the solution's configuration and code.
        commit: The commit of the working directory; empty where there is none.
        seconds: What it took.
        command: The command that made it.
    """
    plan, end = result.plan, WallClock().now()
    digest = hashlib.sha256(b"\0".join((solution.encode(), to_json(result)))).hexdigest()
    return TrackedRun(
        id=f"learn-{product.name}-{digest}",
        name=f"learn {product.contract}",
        start=end - int(seconds * SECOND),
        end=end,
        params={
            **flat(result.params),
            "learning.trials": plan.trials,
            "learning.folds": plan.folds,
            "learning.seed": plan.seed,
        },
        tags={
            "liaison.task": "learn",
            "liaison.product": product.name,
            "liaison.contract": f"{product.contract} (draft)",
            "liaison.solution": solution,
            **({"mlflow.source.git.commit": commit} if commit else {}),
            "mlflow.source.name": command,
        },
        metrics=tuple(_points(result)),
    )


def _points(result: LearningResult) -> Iterator[MetricPoint]:
    """Yield scores and counts; trials, each the mean over the folds, by number; and days."""
    end = result.plan.test_end
    for name, value in numbers(metrics(result)).items():
        yield MetricPoint(name=name, value=value, time=end)
    for trial in result.tried:
        name = f"trial.{result.plan.metrics[0]}"
        yield MetricPoint(name=name, value=trial.value, time=end, step=trial.number)
    for step, day in enumerate(result.daily):
        for side in ("solution", "baseline"):
            name = f"day.{side}.{result.daily_metric}"
            yield MetricPoint(name=name, value=getattr(day, side), time=day.start, step=step)
