"""The configuration of `python -m contracts`, typed."""

from __future__ import annotations

from contracts.config.product import Liaison, Paths, Product, VersionText
from contracts.config.settings import Closed, Component, Task


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
