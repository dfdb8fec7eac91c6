"""What a lifecycle gives up: the limits of its options, each said once."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from contracts.lifecycle.lifecycle import Lifecycle


def cannot(lifecycle: Lifecycle) -> tuple[str, ...]:
    """Return what a lifecycle cannot do and why, one line each.

    Where two options forbid the same thing, the first attribute's reason stands.
    """
    limits: dict[str, str] = {}
    for _, option in lifecycle.options():
        for limit in option.cannot:
            limits.setdefault(limit.what, limit.why)
    return tuple(f"{what}: {why}" for what, why in limits.items())
