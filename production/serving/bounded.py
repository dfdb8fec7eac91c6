"""Calls a function with a time limit."""

from __future__ import annotations

from concurrent.futures import Future
from functools import partial
from threading import BoundedSemaphore, Thread
from typing import TYPE_CHECKING, TypeVar

from contracts.errors import OverdueError

if TYPE_CHECKING:
    from collections.abc import Callable

Result = TypeVar("Result")


class TimeLimit:
    """Calls functions in a thread, and stops waiting after so many seconds.

    A call that never ends keeps its thread; until it does, one call fewer may be under way.

    Args:
        seconds: How long a call may take.
        most: How many calls may be under way at once.
    """

    def __init__(self, seconds: float, *, most: int = 1) -> None:
        self._seconds, self._free = seconds, BoundedSemaphore(most)

    def __call__(self, function: Callable[[], Result], *, times: int = 1) -> Result:
        """Return what the function returns.

        Args:
            function: The function.
            times: How many times the seconds it may take.

        Raises:
            OverdueError: It takes too long, or too many earlier calls still do.
        """
        if not self._free.acquire(blocking=False):
            raise OverdueError("an earlier call has not ended yet")
        future: Future[Result] = Future()
        Thread(target=self._settle, args=(future, function), daemon=True).start()
        try:
            return future.result(self._seconds * times)
        except TimeoutError as error:
            if future.done():  # the function itself raised it
                raise
            raise OverdueError(f"not done within {self._seconds * times:g} s") from error

    def _settle(self, future: Future[Result], function: Callable[[], Result]) -> None:
        """Run a call; the next may begin before this one's result is seen."""
        settle: Callable[[], None]
        try:
            result = function()
            settle = partial(future.set_result, result)
        except BaseException as error:  # noqa: BLE001 - the caller raises it
            settle = partial(future.set_exception, error)
        self._free.release()
        settle()
