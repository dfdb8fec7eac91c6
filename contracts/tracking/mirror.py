"""Mirrors a run after it is done: whatever becomes of that, the run itself is whole."""

from __future__ import annotations

from typing import TYPE_CHECKING

from contracts.errors import UnavailableError

if TYPE_CHECKING:
    from contracts.tracking.port import TrackedRun, Tracking


def mirror(tracking: Tracking, experiment: str, run: TrackedRun) -> str:
    """Mirror a run; return the line that says where it is, or why it is not there.

    Args:
        tracking: Where to.
        experiment: What it belongs to: the product.
        run: The run.

    Returns:
        Nothing, where nothing is tracked.
    """
    try:
        seen = tracking.record(experiment, run)
    except UnavailableError as error:
        return f"! {error.message}; the run is whole, {error.hint}"
    return f"tracked: {seen}" if seen else ""
