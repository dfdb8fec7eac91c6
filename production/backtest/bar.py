"""The progress of a run, by the time that was told again."""

from __future__ import annotations

from contextlib import contextmanager
from typing import TYPE_CHECKING

from rich.progress import BarColumn, Progress, TextColumn, TimeElapsedColumn

from contracts.moment import iso

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from rich.console import Console

    from production.backtest.ready import Ready
    from production.operation.loop import Step


@contextmanager
def bar(screen: Console, product: Ready, *, name: str) -> Iterator[Callable[[Step], None]]:
    """Yield what tells the bar of each wake-up; the bar is gone when the block ends."""
    columns = (
        TextColumn("{task.description}"),
        BarColumn(),
        TextColumn("{task.fields[day]}  {task.fields[served]:,} served by {task.fields[by]}"),
        TimeElapsedColumn(),
    )
    with Progress(*columns, console=screen, transient=True) as progress:
        shown = progress.add_task(
            name, total=product.until - product.start, day="", served=0, by="nothing yet"
        )
        by = "an earlier process"

        def tell(step: Step) -> None:
            nonlocal by
            if step.attempt and step.attempt.candidate:
                by = f"{step.attempt.candidate.release}/{step.attempt.candidate.generation}"
            done = min(step.until, product.until) - product.start
            day = iso(step.at)[:10]
            progress.update(shown, completed=done, day=day, served=step.total, by=by)

        yield tell
