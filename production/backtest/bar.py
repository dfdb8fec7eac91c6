"""The progress of a run, by the time of the history that has been replayed."""

from __future__ import annotations

from contextlib import contextmanager
from typing import TYPE_CHECKING

from rich.console import Console
from rich.progress import BarColumn, Progress, TextColumn, TimeElapsedColumn

from contracts.moment import iso

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from production.operation import Step


@contextmanager
def progress_bar(
    screen: Console, name: str, *, start: int, until: int
) -> Iterator[Callable[[Step], None]]:
    """Yield a function to call with each step: it shows a bar, or prints a line a month.

    The bar is for a terminal and goes with the block; the lines are for a log, to standard error.
    """
    log = None if screen.is_terminal else Console(stderr=True, markup=False, highlight=False)
    columns = (
        TextColumn("{task.description}"),
        BarColumn(),
        TextColumn("{task.fields[day]}  {task.fields[served]:,} served by {task.fields[by]}"),
        TimeElapsedColumn(),
    )
    with Progress(*columns, console=screen, transient=True) as progress:
        bar = progress.add_task(name, total=until - start, day="", served=0, by="nothing yet")
        by = "an earlier process"
        month = ""

        def show(step: Step) -> None:
            nonlocal by, month
            if step.training and step.training.candidate:
                by = step.training.candidate.name
            done = min(step.until, until) - start
            day = iso(step.at)[:10]
            progress.update(bar, completed=done, day=day, served=step.total, by=by)
            if log and day[:7] != month:
                month = day[:7]
                log.print(f"{name}: {day}, {step.total:,} served by {by}", soft_wrap=True)

        yield show
