"""The task `new`: from a table to a product with the draft of a contract."""

from __future__ import annotations

import shlex
from functools import partial
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING

import numpy as np

from contracts.config import instantiate
from contracts.config.new_product import as_typed
from contracts.config.settings import options
from contracts.data.rows import instants
from contracts.host.clock import WallClock
from contracts.host.interpreter import runnable
from contracts.host.owned import claim
from contracts.ports import ARRIVED
from contracts.publication.solution import solution_digest
from contracts.publication.specification import specification_of
from contracts.report.page import Head, installed_versions
from contracts.report.terminal import console, rich_table, say, status_updater
from contracts.report.write import write_report
from contracts.schema.pandera import columns_of
from research.learn.experiment import Experiment, fetch_conforming, labelled
from research.learn.result import read
from research.learn.task import learn
from research.new.asked import Folders, NewProduct, check, placed
from research.new.configuration import product_file
from research.new.findings import look
from research.new.implementation import MADE, proven, stated
from research.new.package import module_of, package_files
from research.new.place import check_free, make_folders, place_of, put, unwritten, write, write_new
from research.new.promise import measured, noises, unmeasured
from research.new.rehearsed import composed
from research.new.shown import columns_table, page, sentences
from research.new.stages import stages_beside, variant_file
from research.specify.task import DRAFT, specify

if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Iterable, Iterator

    from contracts.config.entry import Request
    from contracts.config.product import Product
    from research.learn.result import LearningResult
    from research.new.findings import TableFindings
    from research.new.implementation import Implementation
    from research.new.place import ProductPlace
    from research.new.promise import DraftPromise

LIBRARIES = ("liaison-lifecycle", "scikit-learn", "optuna", "pandas", "numpy", "duckdb")


def new(request: Request) -> None:
    """Make a product of a table, and say what to run next."""
    screen = console()
    asked = placed(check(request.settings(NewProduct)))
    place = place_of(request.config_dir, asked.package)
    check_free(place, asked.name)
    with screen.status("looking at the data"):
        findings = look(asked, now=WallClock().now())
    screen.print(rich_table(columns_table(findings)))
    for text in sentences(findings):
        say(screen, text)
    warn = partial(say, screen, style="yellow")
    _warn(warn, findings.doubts)
    with TemporaryDirectory(prefix="new-") as folder, screen.status("learning") as status:
        room = Path(folder)
        text, implementation, promise = _make(
            request, findings, place, room, progress=status_updater(status)
        )
        target = place.tree / "product" / f"{asked.name}.yaml"
        data = str(asked.data)
        pipeline = {} if place.own else stages_beside(place, asked.name, data=data)
        files = {target: text, **pipeline, **(variant_file(place.tree) if pipeline else {})}
        written = _write(asked, place, files, room)
    say(screen, implementation.words)
    _warn(warn, promise.doubts)
    head, words = _head(findings, _command(request), "new"), implementation.words
    shown = page(findings, head, text=text, implementation=words, doubts=promise.doubts)
    report = write_report(shown, {"file": text}, Path(asked.paths.output))
    for path in files:
        state = "written" if path in written else "is as it was"
        say(screen, f"{path}: {state}")
    say(screen, f"report: {report}")
    for path in pipeline:
        file = path.relative_to(place.root)
        say(screen, f"pipeline: dvc repro {file}")
    command = place.command("production", asked.name, "task=compare")
    say(screen, f"next: {_next(asked, command, own=place.own)}")


def _next(asked: NewProduct, command: str, *, own: bool) -> str:
    """Return what compares the product, after going to its package and installing its code."""
    if not own:
        return runnable(command)
    words = [f"cd {shlex.quote(str(asked.package))}", runnable(command, elsewhere=True)]
    if asked.implementation == "skeleton":  # the file names code of the package
        words.insert(1, runnable("python -m pip install -e .", elsewhere=True))
    return " && ".join(words)


def _warn(show: Callable[[str], None], doubts: Iterable[str]) -> None:
    for text in doubts:
        show(f"! {text}")


def _make(
    request: Request,
    findings: TableFindings,
    place: ProductPlace,
    room: Path,
    *,
    progress: Callable[[str], None],
) -> tuple[str, Implementation, DraftPromise]:
    """Learn, draft and prove in a room; return what is made.

    That is the text of the product's file, production's implementation and what is promised.
    """
    command, nothing = _command(request), unmeasured(findings.metrics)
    product = composed(product_file(findings, nothing, command=command), room)
    learn(
        source=instantiate(product.source, "product.source"),
        inputs=columns_of(
            instantiate(product.specification.schema, "product.specification.schema")
        ),
        target=product,
        learner=instantiate(product.solution.learner, "product.solution.learner"),
        baseline=instantiate(product.baseline, "product.baseline", kind=product.kind, k=product.k),
        plan=product.learning,
        day_offset=product.day_offset,
        output=room / "learned",
        head=_head(findings, place.command("research", product.name, "task=learn"), "learn"),
        progress=lambda step, **_: progress(step),
    )
    learned = read(room / "learned")
    progress("measuring what seeds change")
    promise = _promise(product, findings, learned)
    file = partial(product_file, findings, promise, command=command)
    progress("drafting the contract")
    product = composed(file(implementation=MADE), room)
    specify(
        source=instantiate(product.source, "product.source"),
        learner=instantiate(product.solution.learner, "product.solution.learner"),
        specification=specification_of(product),
        solution=solution_digest(product.solution),
        learned=learned,
        output=room / "drafted",
        head=_head(findings, place.command("research", product.name, "task=specify"), "specify"),
        clock=WallClock(),
        repo=None,
    )
    implementation = stated(findings.asked, module_of(findings.asked.name)) or proven(
        product, room / "drafted" / DRAFT, configured=MADE, progress=progress
    )
    return file(implementation=implementation.configured), implementation, promise


def _promise(product: Product, findings: TableFindings, learned: LearningResult) -> DraftPromise:
    """Return what can be promised, after fits under other seeds."""
    source = instantiate(product.source, "product.source")
    inputs = columns_of(instantiate(product.specification.schema, "product.specification.schema"))
    rows = labelled(fetch_conforming(source, product.learning, inputs), product)
    learner = instantiate(product.solution.learner, "product.solution.learner")
    experiment = Experiment(rows=rows, learner=learner, plan=product.learning)
    scale = float(np.std(rows.outcomes)) if product.kind == "regression" else 1.0
    arrived = instants(rows.events[ARRIVED])
    start = findings.windows.start
    judges = int(((arrived >= start - findings.windows.holdout) & (arrived < start)).sum())
    return measured(
        learned,
        noises(experiment, learned),
        scale=scale,
        judges=judges,
        days=findings.windows.tested_days,
    )


def _write(
    asked: NewProduct, place: ProductPlace, files: dict[Path, str], room: Path
) -> Collection[Path]:
    """Write the product, in a package if it is to have one; return the files that were written.

    What was learned and drafted is put in its place first: a product that is there has both.
    """
    if place.own:
        files |= package_files(
            place.root,
            asked.name,
            data=str(asked.data),
            skeleton=asked.implementation == "skeleton",
        )
        if not place.root.exists():
            write_new(place.root, files)
            _put(asked, place.root, room)
            return files
    wanted = unwritten(files, replace=asked.replace)
    for _, folder in _results(asked, place.root, room):
        claim(folder)
    make_folders(wanted)
    _put(asked, place.root, room)
    write(wanted)
    return wanted


def _put(asked: NewProduct, root: Path, room: Path) -> None:
    for results, folder in _results(asked, root, room):
        put(results, folder)


def _results(asked: NewProduct, root: Path, room: Path) -> Iterator[tuple[Path, Path]]:
    """Yield where the tasks' results are, and the folders that they are put into."""
    folders = options(asked.task, Folders)
    yield room / "learned", root / folders.learned
    yield room / "drafted", root / folders.drafted


def _command(request: Request) -> str:
    return request.command_for(request.entry, *as_typed(request.overrides))


def _head(findings: TableFindings, command: str, task: str) -> Head:
    return Head(
        product=findings.asked.name,
        task=task,
        command=command,
        versions=installed_versions(LIBRARIES),
    )
