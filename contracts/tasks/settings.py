"""The configuration of `python -m contracts`, typed."""

from __future__ import annotations

from contracts.config.product import Closed, Liaison, Paths, Product, Task, VersionText
from contracts.config.settings import Component


class Contracts(Closed, frozen=True, kw_only=True):
    """Everything `python -m contracts` is configured by."""

    paths: Paths
    task: Task
    product: Product
    liaison: Liaison
    signing: Component
    #: The two versions that `task=diff` compares; no other task has them.
    old: VersionText | None = None
    new: VersionText | None = None
