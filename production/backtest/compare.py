"""The task `compare`: several lifecycles on the same history, in one table."""

from __future__ import annotations

from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

from msgspec.structs import replace

from contracts.config import compose, instantiate
from contracts.config import options as task_options
from contracts.errors import ConfigError, did_you_mean
from contracts.host.clock import Stopwatch
from contracts.host.owned import claim
from contracts.lifecycle import ATTRIBUTES, PATTERNS
from contracts.name import FORM, RULE
from contracts.report.terminal import console, rich_table, say
from contracts.report.write import write_report
from production.backtest.beside import run_beside
from production.backtest.comparison import compare_runs, comparison_data
from production.backtest.comparison_page import comparison_page
from production.backtest.history import read_history
from production.backtest.preflight import preflight
from production.backtest.run import report_head, run_and_score
from production.backtest.score import Scoring
from production.backtest.sharing import FOLDER, forget_fits, sharing_runs
from production.backtest.tables import ranking_table
from production.settings import Production, check_lifecycle

if TYPE_CHECKING:
    from collections.abc import Mapping

    from rich.console import Console

    from contracts.compute.port import Compute
    from contracts.config.entry import Request
    from contracts.config.settings import Task
    from production.backtest.comparison import LifecycleComparison
    from production.backtest.history import History
    from production.backtest.result import RunResult

BUNDLED_STORE = (
    "{} is left out: it cannot have stored features, since deployment=wrapped bundles all that it "
    "reads, and the store grows as time goes on."
)
NO_TIME = "{} is left out: it refreshes as time goes on, and the data have no time."


class CompareOptions(Scoring, frozen=True, kw_only=True):
    """The task's own options.

    Attributes:
        lifecycles: What is compared, by name, each with overrides of its own: a lifecycle under its
            own name, or under any other with an override ``lifecycle=…``.
        against: Which of them the others are compared with.
    """

    lifecycles: dict[str, tuple[str, ...]]
    against: str


def compare(request: Request) -> None:
    """Run each lifecycle, print one table, and write one report."""
    screen, watch = console(), Stopwatch()
    config = request.settings(Production)
    options = _options(config.task)
    requests = {
        name: _request_under(request, name, *own) for name, own in options.lifecycles.items()
    }
    configs = {name: each.settings(Production) for name, each in requests.items()}
    _check_products(configs, config.product.name)
    left_out = tuple(name for name, each in configs.items() if each.liaison.side is None)
    _check_what_is_left(options, left_out, config)
    requests = {name: each for name, each in requests.items() if name not in left_out}
    timeless = () if config.product.timed else _refreshing({n: configs[n] for n in requests})
    _check_against(options, {name: NO_TIME.format(name) for name in timeless}, instead="open")
    requests = {name: each for name, each in requests.items() if name not in timeless}
    storing = _bundled_stores({name: configs[name] for name in requests})
    _check_against(options, storing, instead="adaptive")
    requests = {name: each for name, each in requests.items() if name not in storing}
    for name, each in requests.items():
        check_lifecycle(each, configs[name])
    output = Path(config.paths.output)
    claim(output)
    with screen.status("reading the history"):
        history = read_history(config)
    shared = dict.fromkeys(
        sharing_runs({name: configs[name] for name in requests}), output / FOLDER
    )
    compute: Compute = instantiate(config.compute, "compute")
    if compute.alone:
        results = _run_alone(requests, output, options, history, screen=screen, shared_fits=shared)
    else:
        results = run_beside(
            requests,
            output,
            options,
            compute=compute,
            screen=screen,
            shared_fits=shared,
        )
    forget_fits(output)
    with screen.status("comparing"):
        comparison = compare_runs(
            results,
            against=options.against,
            offset=history.offset,
            resampling=options.bootstrap,
            left_out=left_out,
            remarks=(*history.notes, *map(NO_TIME.format, timeless), *storing.values()),
        )
    page = comparison_page(comparison, report_head(request, config, history))
    seconds = watch.seconds()
    report = write_report(page, comparison_data(comparison, seconds=seconds), output)
    _show(comparison, report, seconds, screen)


def _run_alone(
    requests: Mapping[str, Request],
    output: Path,
    options: CompareOptions,
    history: History,
    *,
    screen: Console,
    shared_fits: Mapping[str, Path],
) -> dict[str, RunResult]:
    """Run each request in this process, one after the other: see `run_beside`."""
    configs = {name: each.settings(Production) for name, each in requests.items()}
    with screen.status("preflight"):
        for name, config in configs.items():
            line = f"{name}: {preflight(config, history)}"
            say(screen, line, style="dim")
    run = partial(run_and_score, scoring=options, screen=screen, proofs={})
    return {
        name: run(
            each,
            configs[name],
            history,
            output / name,
            name=name,
            shared_fits=shared_fits.get(name),
        )
        for name, each in requests.items()
    }


def _options(task: Task) -> CompareOptions:
    options = task_options(task, CompareOptions)
    for name in options.lifecycles:
        if FORM.search(name) is None:
            raise ConfigError(f"task.options.lifecycles: expected a name, got {name!r}", hint=RULE)
    if options.against not in options.lifecycles:
        raise ConfigError(
            f"task.options.against={options.against}: not among the lifecycles compared",
            hint=f"one of {', '.join(options.lifecycles)}",
        )
    return options


def _check_products(configs: Mapping[str, Production], product: str) -> None:
    """Refuse a variant of another product: its events are others, and nothing pairs them.

    Raises:
        ConfigError: A variant names another product.
    """
    for name, config in configs.items():
        if config.product.name != product:
            raise ConfigError(
                f"task.options.lifecycles.{name}: product={config.product.name}, and the "
                f"comparison is of product={product}",
                hint=f"say product={config.product.name} for all of them, or compare two runs' "
                "report.json",
            )


def _check_against(options: CompareOptions, left_out: Mapping[str, str], *, instead: str) -> None:
    """Refuse a comparison with a lifecycle that is left out of it.

    Args:
        options: The comparison's options.
        left_out: Why each lifecycle is left out, by name.
        instead: What to compare with.

    Raises:
        ConfigError: The reference is left out.
    """
    if options.against in left_out:
        raise ConfigError(
            f"task.options.against={options.against}: {left_out[options.against]}",
            hint=f"task.options.against={instead}",
        )


def _bundled_stores(configs: Mapping[str, Production]) -> dict[str, str]:
    """Return why the variants cannot work that would bundle a product's stored features."""
    return {
        name: BUNDLED_STORE.format(name)
        for name, each in configs.items()
        if each.deployment.name == "wrapped" and each.product.features is not None
    }


def _refreshing(configs: Mapping[str, Production]) -> tuple[str, ...]:
    """Return the variants that refresh their model as time goes on."""
    return tuple(name for name, each in configs.items() if each.model_updating.name == "autonomous")


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


def _request_under(request: Request, variant: str, *own: str) -> Request:
    """Return the same request under another lifecycle, with overrides of its own.

    Args:
        request: The request.
        variant: A lifecycle's name; any other name if its overrides say which lifecycle.
        own: Its overrides.

    Raises:
        ConfigError: An attribute is set for all of them, which would make them no longer what they
            are called; or a name says no lifecycle.
    """
    for name in sorted(request.overridden & {"lifecycle", *ATTRIBUTES}):
        raise ConfigError(
            f"{name}: task=compare sets the attributes of each lifecycle itself",
            hint=f"give one its own: 'task.options.lifecycles.{variant}=[\"{name}=…\"]'",
        )
    named = any(override.startswith("lifecycle=") for override in own)
    if not named and variant not in PATTERNS:
        key = f"task.options.lifecycles.{variant}"
        raise ConfigError(
            f"{key}: no lifecycle is called so{did_you_mean(variant, PATTERNS)}",
            hint=f"say which it is, one of {', '.join(PATTERNS)}: '{key}=[\"lifecycle=…\"]'",
        )
    overrides = (*request.overrides, *(() if named else (f"lifecycle={variant}",)), *own)
    config = compose(request.entry, overrides, config_dir=request.config_dir)
    return replace(request, config=config, overrides=overrides)


def _show(comparison: LifecycleComparison, report: Path, seconds: float, screen: Console) -> None:
    screen.print(f"\n{comparison.title}", style="bold", highlight=False)
    screen.print(rich_table(ranking_table(comparison)))
    for note in comparison.notes:
        say(screen, note)
    say(screen, comparison.verdict.words, style="bold")
    say(screen, f"{seconds:.1f} s · report: {report}")
