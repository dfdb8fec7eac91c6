"""The port: runs calls beside each other, each in a process that may be elsewhere."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING, Any, Protocol

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator
    from contextlib import AbstractContextManager
    from pathlib import Path

    #: A function and its arguments; all of it can be pickled.
    Call = tuple[Callable[..., Any], tuple[Any, ...], dict[str, Any]]
    #: Runs calls, and yields what they return in their order. An error of one ends the others.
    RunCalls = Callable[[Iterable[Call]], Iterator[Any]]


def call(function: Callable[..., Any], /, *arguments: Any, **options: Any) -> Call:
    """Return a call that is made later, as joblib's ``delayed`` makes it."""
    return function, arguments, options


def call_in(folder: Path, made: Call) -> Any:
    """Make a call in a folder, wherever its process stood before."""
    os.chdir(folder)
    function, arguments, options = made
    return function(*arguments, **options)


class Compute(Protocol):
    """Runs calls beside each other."""

    @property
    def alone(self) -> bool:
        """Whether this process makes all calls itself, one after the other."""

    def workers(self, calls: int) -> AbstractContextManager[RunCalls]:
        """Yield what runs calls; at the end, what was started for it is ended.

        Args:
            calls: How many calls are given to it at a time at most.

        Raises:
            MissingExtraError: What it needs is not installed.
            UnavailableError: The cluster cannot be reached.
        """
