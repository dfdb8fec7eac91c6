"""The tasks of `python -m research`: each makes its parts from configuration and runs."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

from contracts.config import instantiate, options
from contracts.config.product import Count, Folder
from contracts.config.settings import Closed
from contracts.errors import ContractError
from contracts.host.clock import WallClock
from contracts.host.interpreter import runnable
from contracts.host.owned import claim
from contracts.publication.repository import head_commit, unpublishable
from contracts.publication.solution import solution_digest
from contracts.publication.specification import specification_of
from contracts.report.page import Head, installed_versions
from contracts.report.progress import learning_bar
from contracts.report.table import score_text
from contracts.report.terminal import console, say
from contracts.schema.pandera import columns_of
from contracts.tracking.mirror import mirror
from research.explore.task import explore as look
from research.learn.result import read
from research.learn.task import learn as study
from research.learn.tracked import tracked_learning
from research.settings import Research
from research.specify.task import specify as draft

if TYPE_CHECKING:
    from contracts.config.entry import Request
    from contracts.config.product import Product
    from contracts.tracking.port import Tracking

#: How the overrides begin that say what is published, and where.
PUBLISHING = ("product", "paths.published")
LIBRARIES = ("liaison-lifecycle", "scikit-learn", "optuna", "pandas", "numpy", "matplotlib")


class ExploreOptions(Closed, frozen=True, kw_only=True):
    """The most rows of the table's own report; null writes none."""

    table: Count | None


class LearnOptions(Closed, frozen=True, kw_only=True):
    """The file that the trials of a search are recorded in; null records none."""

    study: Folder | None


def explore(request: Request) -> None:
    """Look at the window research may see."""
    config = request.settings(Research)
    product, output = config.product, Path(config.paths.output)
    claim(output)
    choices = options(config.task, ExploreOptions)
    with console().status("exploring"):
        look(
            source=instantiate(product.source, "product.source"),
            target=product,
            start=product.learning.start,
            end=product.learning.test_end,
            output=output,
            head=_head(request, product),
            day_offset=product.day_offset,
            table=choices.table,
        )
    _say(output)


def learn(request: Request) -> None:
    """Search parameters, and test the best ones once."""
    config = request.settings(Research)
    product, output = config.product, Path(config.paths.output)
    claim(output)
    choices = options(config.task, LearnOptions)
    tracking: Tracking = instantiate(config.tracking, "tracking")
    code = solution_digest(product.solution)
    screen = console()
    with learning_bar(screen) as show:
        data = study(
            source=instantiate(product.source, "product.source"),
            inputs=columns_of(
                instantiate(product.specification.schema, "product.specification.schema")
            ),
            target=product,
            learner=instantiate(product.solution.learner, "product.solution.learner"),
            baseline=instantiate(
                product.baseline, "product.baseline", kind=product.kind, k=product.k
            ),
            plan=product.learning,
            output=output,
            head=_head(request, product),
            day_offset=product.day_offset,
            solution=code,
            study=None if choices.study is None else Path(choices.study),
            progress=show,
        )
    for name, score in data["scores"].items():
        solution, naive = (score[side]["value"] for side in ("solution", "baseline"))
        shown = f"{score_text(solution, naive)}, naive baseline {score_text(naive, solution)}"
        screen.print(f"{name:10} {shown}", highlight=False)
    _say(output)
    tracked = tracked_learning(
        read(output),
        product,
        solution=code,
        commit=_commit(),
        seconds=data["seconds"],
        command=request.command,
    )
    line = mirror(tracking, product.name, tracked, status=screen.status)
    if line:
        say(screen, line)


def specify(request: Request) -> None:
    """Draft the contract of what was learned."""
    config = request.settings(Research)
    product, output = config.product, Path(config.paths.output)
    obstacle = unpublishable(Path.cwd())
    if obstacle:  # said before the fit, which may take minutes
        say(console(), f"! {obstacle}", style="yellow")
    with console().status("specifying"):
        contract = draft(
            source=instantiate(product.source, "product.source"),
            learner=instantiate(product.solution.learner, "product.solution.learner"),
            specification=specification_of(product),
            solution=solution_digest(product.solution),
            learned=read(Path(str(config.task.options["learned"]))),
            output=output,
            head=_head(request, product),
            clock=WallClock(),
            repo=Path.cwd() if _commit() else None,
        )
    console().print(
        f"draft of {contract.product} {contract.version}: {contract.folder}", highlight=False
    )
    _say(output)
    if not obstacle:
        words = [w for w in request.overrides if w.lstrip("+~").startswith(PUBLISHING)]
        if "paths.output" in request.overridden:
            words.append(f"task.options.draft_folder={contract.folder}")
        command = request.command_for("contracts", *words, "task=publish")
        say(console(), f"next: {runnable(command)}")


def _commit() -> str:
    """Return the commit of the working directory; nothing where there is none."""
    try:
        return head_commit(Path.cwd())
    except ContractError:
        return ""


def _head(request: Request, product: Product) -> Head:
    task: Any = request.config.task
    return Head(
        product=product.name,
        task=str(task.name),
        command=request.command,
        versions=installed_versions(LIBRARIES),
    )


def _say(output: Path) -> None:
    say(console(), f"report: {output / 'report.html'}")
