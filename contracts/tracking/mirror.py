"""Mirrors a run after it is done: whatever becomes of that, the run itself is whole."""

from __future__ import annotations

from contextlib import nullcontext
from typing import TYPE_CHECKING

from contracts.errors import UnavailableError
from contracts.tracking.port import NoTracking

if TYPE_CHECKING:
    from collections.abc import Callable
    from contextlib import AbstractContextManager

    from contracts.tracking.port import TrackedRun, Tracking


def mirror(
    tracking: Tracking,
    experiment: str,
    run: TrackedRun,
    *,
    status: Callable[[str], AbstractContextManager[object]] = nullcontext,
) -> str:
    """Mirror a run; return the line that says where it is, or why it is not there.

    Args:
        tracking: Where to.
        experiment: What it belongs to: the product.
        run: The run.
        status: Shows the step while it lasts.

    Returns:
        Nothing, where nothing is tracked.
    """
    if isinstance(tracking, NoTracking):
        return ""
    try:
        with status("tracking"):
            seen = tracking.record(experiment, run)
    except UnavailableError as error:
        return f"! {error.message}; the run is whole, {error.hint}"
    return f"tracked: {seen}" if seen else ""
