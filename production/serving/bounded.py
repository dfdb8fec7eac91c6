"""Calls a function with a time limit."""

from __future__ import annotations

from concurrent.futures import Future
from threading import Thread
from typing import TYPE_CHECKING, Any, TypeVar

from contracts.errors import StateError

if TYPE_CHECKING:
    from collections.abc import Callable

Result = TypeVar("Result")


class TimeLimit:
    """Calls functions in a thread, and stops waiting after so many seconds.

    A call that never ends keeps its thread; until it does, no further call is begun.

    Args:
        seconds: How long a call may take.
    """

    def __init__(self, seconds: float) -> None:
        self._seconds = seconds
        self._last: Future[Any] | None = None

    def __call__(self, function: Callable[[], Result]) -> Result:
        """Return what the function returns.

        Raises:
            StateError: It takes too long, or an earlier call still does.
        """
        # Of the call, not of its thread: that lives on a moment after the call has returned.
        if self._last is not None and not self._last.done():
            raise StateError("an earlier call has not ended yet")
        future: Future[Result] = Future()
        self._last = future
        Thread(target=_settle, args=(future, function), daemon=True).start()
        try:
            return future.result(self._seconds)
        except TimeoutError as error:
            raise StateError(f"not done within {self._seconds:g} s") from error


def _settle(future: Future[Result], function: Callable[[], Result]) -> None:
    try:
        future.set_result(function())
    except BaseException as error:  # noqa: BLE001 - the caller raises it
        future.set_exception(error)
