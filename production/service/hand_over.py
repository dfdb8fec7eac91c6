"""The end of a worker: it accepts connections until another process takes its place."""

from __future__ import annotations

from threading import Lock
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable


class HandOver:
    """Ends a worker that was told to end, once its supervisor says that it may.

    Args:
        ask: Tells the supervisor that the worker is to end.
    """

    def __init__(self, ask: Callable[[], None]) -> None:
        self._ask, self._lock = ask, Lock()
        self._is_released = False
        self._end: Callable[[], None] | None = None

    def __call__(self, end: Callable[[], None]) -> None:
        """Call ``end`` when the worker may end; from another thread, if that is later."""
        with self._lock:
            self._end, is_released = end, self._is_released
        self._ask()
        if is_released:
            end()

    def release(self) -> None:
        """Let the worker end, now or when it is told to."""
        with self._lock:
            self._is_released, end = True, self._end
        if end is not None:
            end()
