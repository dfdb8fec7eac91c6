"""Explores, proves a solution, and publishes a contract."""

from importlib import import_module
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from research.session import Session, StepReport

__all__ = ["Session", "StepReport"]


def __getattr__(name: str) -> object:
    """Import a name when it is first asked for: the entry point answers before Hydra is loaded."""
    if name not in __all__:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    return getattr(import_module("research.session"), name)
