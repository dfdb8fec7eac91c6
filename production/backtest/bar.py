"""The progress of a run, by the time that was told again."""

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
def bar(screen: Console, name: str, *, start: int, until: int) -> Iterator[Callable[[Step], None]]:
    """Yield what tells of each wake-up: a bar that goes with the block, or a line a month.

    The lines are for a log, where no terminal shows a bar; they go to standard error.
    """
    log = None if screen.is_terminal else Console(stderr=True, markup=False, highlight=False)
    columns = (
        TextColumn("{task.description}"),
        BarColumn(),
        TextColumn("{task.fields[day]}  {task.fields[served]:,} served by {task.fields[by]}"),
        TimeElapsedColumn(),
    )
    with Progress(*columns, console=screen, transient=True) as progress:
        shown = progress.add_task(name, total=until - start, day="", served=0, by="nothing yet")
        by = "an earlier process"
        month = ""

        def tell(step: Step) -> None:
            nonlocal by, month
            if step.training and step.training.candidate:
                by = f"{step.training.candidate.release}/{step.training.candidate.generation}"
            done = min(step.until, until) - start
            day = iso(step.at)[:10]
            progress.update(shown, completed=done, day=day, served=step.total, by=by)
            if log and day[:7] != month:
                month = day[:7]
                log.print(f"{name}: {day}, {step.total:,} served by {by}", soft_wrap=True)

        yield tell
