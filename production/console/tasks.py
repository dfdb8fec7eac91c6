"""The tasks that only print: they load nothing but words."""

from __future__ import annotations

from typing import TYPE_CHECKING

from rich.console import Console

from contracts.lifecycle import describe as description
from production.console import describe as described
from production.console import taxonomy as table
from production.declared import fixed, lifecycle, read

if TYPE_CHECKING:
    from contracts.config.entry import Request


def describe(request: Request) -> None:
    """Print what a lifecycle is, why, and how it flows."""
    declared = lifecycle(read(request))
    described.render(description(declared, fixed(request)), Console())


def taxonomy(request: Request) -> None:
    """Print what becomes of each of the 32 combinations."""
    read(request)
    table.render(Console())
