"""The task `compare`: several lifecycles on the same history, in one table."""

from __future__ import annotations

from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

from msgspec.structs import replace

from contracts.config import compose
from contracts.config import options as task_options
from contracts.config.settings import Closed
from contracts.errors import ConfigError
from contracts.host.clock import Stopwatch
from contracts.host.owned import claim
from contracts.lifecycle import ATTRIBUTES
from contracts.report.terminal import console, rich_table
from contracts.report.write import write_report
from production.backtest.comparison import compare_runs, comparison_data
from production.backtest.history import read_history
from production.backtest.pages import comparison_page
from production.backtest.preflight import preflight
from production.backtest.run import report_head, run_and_score
from production.backtest.score import Resampling
from production.backtest.tables import comparison_table
from production.settings import Production, check_lifecycle

if TYPE_CHECKING:
    from rich.console import Console

    from contracts.config.entry import Request
    from contracts.config.settings import Task
    from production.backtest.comparison import LifecycleComparison


class CompareOptions(Closed, frozen=True, kw_only=True):
    """The task's own options.

    Attributes:
        lifecycles: Which lifecycles, each with overrides of its own.
        against: Which of them the others are compared with.
        bootstrap: How intervals are drawn.
    """

    lifecycles: dict[str, tuple[str, ...]]
    against: str
    bootstrap: Resampling


def compare(request: Request) -> None:
    """Run each lifecycle, print one table, and write one report."""
    screen, watch = console(), Stopwatch()
    config = request.settings(Production)
    options = _options(config.task)
    requests = {
        name: _request_under(request, name, *own) for name, own in options.lifecycles.items()
    }
    configs = {name: each.settings(Production) for name, each in requests.items()}
    left_out = tuple(name for name, each in configs.items() if each.liaison.side is None)
    _check_what_is_left(options, left_out, config)
    requests = {name: each for name, each in requests.items() if name not in left_out}
    for name, each in requests.items():
        check_lifecycle(each, configs[name])
    output = Path(config.paths.output)
    claim(output)
    with screen.status("reading the history"):
        history = read_history(config)
    with screen.status("preflight"):
        for name in requests:
            line = f"{name}: {preflight(configs[name], history)}"
            screen.print(line, style="dim", highlight=False, soft_wrap=True)
    run = partial(run_and_score, resampling=options.bootstrap, screen=screen, proofs={})
    results = {
        name: run(each, configs[name], history, output / name) for name, each in requests.items()
    }
    with screen.status("comparing"):
        comparison = compare_runs(
            results,
            against=options.against,
            offset=history.offset,
            resampling=options.bootstrap,
            left_out=left_out,
        )
    page = comparison_page(comparison, report_head(request, config, history))
    seconds = watch.seconds()
    report = write_report(page, comparison_data(comparison, seconds=seconds), output)
    _show(comparison, report, seconds, screen)


def _options(task: Task) -> CompareOptions:
    options = task_options(task, CompareOptions)
    if options.against not in options.lifecycles:
        raise ConfigError(
            f"task.options.against={options.against}: not among the lifecycles compared",
            hint=f"one of {', '.join(options.lifecycles)}",
        )
    return options


def _check_what_is_left(
    options: CompareOptions, left_out: tuple[str, ...], config: Production
) -> None:
    """Refuse a comparison that lacks its reference: the product has no implementation to serve.

    Raises:
        ConfigError: The reference is left out.
    """
    if options.against in left_out:
        others = [name for name in options.lifecycles if name not in left_out]
        raise ConfigError(
            f"task.options.against={options.against} serves production's own implementation, and "
            f"product={config.product.name} has none",
            hint=" or ".join(
                ("add product.implementation", *(f"task.options.against={o}" for o in others))
            ),
        )


def _request_under(request: Request, lifecycle: str, *own: str) -> Request:
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


def _show(comparison: LifecycleComparison, report: Path, seconds: float, screen: Console) -> None:
    screen.print(f"\n{comparison.title}", style="bold", highlight=False)
    screen.print(rich_table(comparison_table(comparison)))
    for note in comparison.notes:
        screen.print(note, highlight=False, soft_wrap=True)
    screen.print(f"{seconds:.1f} s · report: {report}", highlight=False, soft_wrap=True)
