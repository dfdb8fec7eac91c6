"""How far a search or a learning is: a bar on a terminal, a line for each step in a log."""

from __future__ import annotations

from contextlib import contextmanager
from typing import TYPE_CHECKING, Protocol

from rich.console import Console
from rich.progress import BarColumn, Progress, TextColumn, TimeElapsedColumn, TimeRemainingColumn

if TYPE_CHECKING:
    from collections.abc import Iterator


class ShowStep(Protocol):
    """Shows what is being done, and how many fits are made of all."""

    def __call__(self, step: str, *, fits: int = 0, of: int = 0) -> None:
        """Show a step; ``fits`` is the number of fits made, ``of`` that of all, 0 if unknown."""


def silent(step: str, *, fits: int = 0, of: int = 0) -> None:
    """Show nothing."""


@contextmanager
def learning_bar(screen: Console) -> Iterator[ShowStep]:
    """Yield a function that shows each step of a learning.

    On a terminal it is a bar of the fits made, which goes with the block; in a log a line a step,
    to standard error.
    """
    log = None if screen.is_terminal else Console(stderr=True, markup=False, highlight=False)
    columns = (
        BarColumn(),
        TextColumn("{task.completed:.0f}/{task.fields[all]} fits"),
        TimeElapsedColumn(),
        TimeRemainingColumn(),
        TextColumn("{task.description}", markup=False),
    )
    with Progress(*columns, console=screen, transient=True, disable=log is not None) as shown:
        bar = shown.add_task("", total=None, all="?")

        def show(step: str, *, fits: int = 0, of: int = 0) -> None:
            shown.update(bar, description=step, completed=fits, total=of or None, all=of or "?")
            if log:
                log.print(step, soft_wrap=True)

        yield show
