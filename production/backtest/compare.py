"""The task `compare`: several lifecycles on the same history, in one table."""

from __future__ import annotations

from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

from msgspec.structs import replace

from contracts.config import compose, options
from contracts.config.settings import Closed
from contracts.errors import ConfigError
from contracts.host.clock import Stopwatch
from contracts.lifecycle import ATTRIBUTES
from contracts.report.page import Head, installed_versions
from contracts.report.terminal import console, rich_table
from contracts.report.write import write_report
from production.backtest.beside import beside
from production.backtest.comparison import Comparison, comparison, data
from production.backtest.history import read_history
from production.backtest.overview import page
from production.backtest.run import LIBRARIES, digest
from production.backtest.run import perform as run
from production.backtest.score import Resampling
from production.declared import read, workable

if TYPE_CHECKING:
    from rich.console import Console

    from contracts.config.entry import Request
    from contracts.config.settings import Task


class Options(Closed, frozen=True, kw_only=True):
    """The task's own options.

    Attributes:
        lifecycles: Which lifecycles, each with overrides of its own.
        against: Which of them the others are held against.
        bootstrap: How intervals are drawn.
    """

    lifecycles: dict[str, tuple[str, ...]]
    against: str
    bootstrap: Resampling


def compare(request: Request) -> None:
    """Run each lifecycle, print one table, and write one report."""
    screen, watch = console(), Stopwatch()
    config = read(request)
    wanted = _wanted(config.task)
    each = {name: _under(request, name, *own) for name, own in wanted.lifecycles.items()}
    for asked in each.values():
        workable(asked, read(asked))
    with screen.status("reading the history"):
        history = read_history(config)
    output = Path(config.paths.output)
    perform = partial(run, by=wanted.bootstrap, screen=screen, proofs={})
    results = {
        name: perform(asked, read(asked), history, output / name) for name, asked in each.items()
    }
    with screen.status("comparing"):
        found = comparison(
            results, against=wanted.against, offset=history.offset, by=wanted.bootstrap
        )
    head = Head(
        product=config.product.name,
        task="compare",
        command=request.command,
        digest=digest(config, history),
        versions=installed_versions(LIBRARIES),
    )
    seconds = watch.seconds()
    written = write_report(page(found, head), data(found, seconds=seconds), output)
    _show(found, written, seconds, screen)


def _wanted(task: Task) -> Options:
    wanted = options(task, Options)
    if wanted.against not in wanted.lifecycles:
        raise ConfigError(
            f"task.options.against={wanted.against}: not among the lifecycles compared",
            hint=f"one of {', '.join(wanted.lifecycles)}",
        )
    return wanted


def _under(request: Request, lifecycle: str, *own: str) -> Request:
    """Return the same request under another lifecycle, with overrides of its own.

    Raises:
        ConfigError: An attribute is set for all of them, which would make them no longer what they
            are called.
    """
    for name in sorted(request.overridden & {"lifecycle", *ATTRIBUTES}):
        raise ConfigError(
            f"{name}: task=compare sets the attributes of each lifecycle itself",
            hint=f"give one its own: 'task.options.lifecycles.{lifecycle}=[\"{name}=…\"]'",
        )
    overrides = (*request.overrides, f"lifecycle={lifecycle}", *own)
    config = compose(request.entry, overrides, config_dir=request.config_dir)
    return replace(request, config=config, overrides=overrides)


def _show(found: Comparison, written: Path, seconds: float, screen: Console) -> None:
    screen.print(f"\n{found.title}", style="bold", highlight=False)
    screen.print(rich_table(beside(found)))
    for note in found.notes:
        screen.print(note, highlight=False, soft_wrap=True)
    screen.print(f"{seconds:.1f} s · report: {written}", highlight=False, soft_wrap=True)
