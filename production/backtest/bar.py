"""The progress of a run, by the time of the history that has been replayed."""

from __future__ import annotations

from contextlib import contextmanager
from typing import TYPE_CHECKING, Protocol

from rich.console import Console
from rich.progress import BarColumn, Progress, TextColumn, TimeElapsedColumn

from contracts.moment import iso

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from production.operation import Step


class Show(Protocol):
    """Shows how far a history was played."""

    def __call__(self, at: int, served: int, by: str, done: int | None = None) -> None:
        """Show the moment, the requests served in all, by what, and up to which moment."""


@contextmanager
def progress_bar(
    screen: Console, name: str, *, start: int, until: int
) -> Iterator[Callable[[Step], None]]:
    """Yield a function to call with each step of a run, see `history_bar`."""
    by = "an earlier process"
    with history_bar(screen, name, start=start, until=until) as show:

        def show_step(step: Step) -> None:
            nonlocal by
            if step.training and step.training.candidate:
                by = step.training.candidate.name
            show(step.at, step.total, by, done=step.until)

        yield show_step


@contextmanager
def history_bar(screen: Console, name: str, *, start: int, until: int) -> Iterator[Show]:
    """Yield a function that shows how far a history was played: as a bar, or a line a month.

    The bar is for a terminal and goes with the block; the lines are for a log, to standard error.
    """
    log = None if screen.is_terminal else Console(stderr=True, markup=False, highlight=False)
    columns = (
        TextColumn("{task.description}"),
        BarColumn(),
        TextColumn("{task.fields[day]}  {task.fields[served]:,} served by {task.fields[by]}"),
        TimeElapsedColumn(),
    )
    with Progress(*columns, console=screen, transient=True, disable=log is not None) as progress:
        bar = progress.add_task(name, total=until - start, day="", served=0, by="nothing yet")
        month = ""

        def show(at: int, served: int, by: str, done: int | None = None) -> None:
            nonlocal month
            completed = min(at if done is None else done, until) - start
            day = iso(at)[:10]
            progress.update(bar, completed=completed, day=day, served=served, by=by)
            if log and day[:7] != month:
                month = day[:7]
                log.print(f"{name}: {day}, {served:,} served by {by}", soft_wrap=True)

        yield show
