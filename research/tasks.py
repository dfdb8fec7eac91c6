"""The tasks of `python -m research`: compose what they need, call it, say where the report is."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

from contracts.config import instantiate
from contracts.host.clock import WallClock
from contracts.moment import duration, instant
from contracts.publication.specification import specification_of
from contracts.report.page import Head, installed_versions
from contracts.report.terminal import console
from contracts.schema.pandera import columns_of
from contracts.score.metric.registry import metric
from research.explore.task import explore as look
from research.learn.plan import Plan
from research.learn.result import read
from research.learn.task import learn as study
from research.settings import Research
from research.specify.task import specify as draft

if TYPE_CHECKING:
    from contracts.config.entry import Request
    from contracts.config.product import Product

LIBRARIES = ("liaison-lifecycle", "scikit-learn", "optuna", "pandas", "numpy", "matplotlib")


def explore(request: Request) -> None:
    """Look at the window research may see."""
    config = request.settings(Research)
    product, output = config.product, Path(config.paths.output)
    with console().status("exploring"):
        look(
            source=instantiate(product.source),
            target=product,
            start=instant(product.learning.window.start),
            end=instant(product.learning.test.end),
            output=output,
            head=_head(request, product),
            day_offset=product.day_offset,
        )
    _say(output)


def learn(request: Request) -> None:
    """Search parameters, and test the best ones once."""
    config = request.settings(Research)
    product, output = config.product, Path(config.paths.output)
    with console().status("learning") as status:
        study(
            source=instantiate(product.source),
            inputs=columns_of(instantiate(product.specification.schema)),
            target=product,
            learner=instantiate(product.solution.learner),
            baseline=instantiate(product.baseline, kind=product.kind, k=product.k),
            metrics=[metric(name, kind=product.kind) for name in product.learning.metrics],
            plan=_plan(product),
            output=output,
            head=_head(request, product),
            day_offset=product.day_offset,
            progress=status.update,
        )
    _say(output)


def specify(request: Request) -> None:
    """Draft the contract of what was learned."""
    config = request.settings(Research)
    product, output = config.product, Path(config.paths.output)
    with console().status("specifying"):
        made = draft(
            source=instantiate(product.source),
            learner=instantiate(product.solution.learner),
            specification=specification_of(product),
            learned=read(Path(str(config.task.options["learned"]))),
            output=output,
            head=_head(request, product),
            clock=WallClock(),
            repo=Path.cwd(),
        )
    console().print(f"draft of {made.product} {made.version}: {made.folder}", highlight=False)
    _say(output)


def _plan(product: Product) -> Plan:
    learning = product.learning
    return Plan(
        start=instant(learning.window.start),
        end=instant(learning.window.end),
        test_start=instant(learning.test.start),
        test_end=instant(learning.test.end),
        folds=learning.folds,
        horizon=duration(learning.horizon),
        trials=learning.trials,
        seed=learning.seed,
        params=learning.params,
        space=learning.space,
    )


def _head(request: Request, product: Product) -> Head:
    task: Any = request.config.task
    return Head(
        product=product.name,
        task=str(task.name),
        command=request.command,
        versions=installed_versions(LIBRARIES),
    )


def _say(output: Path) -> None:
    console().print(f"report: {output / 'report.html'}", highlight=False, soft_wrap=True)
