"""The configuration of `python -m research`, typed."""

from __future__ import annotations

from contracts.config.product import Closed, Paths, Product, Task


class Research(Closed, frozen=True, kw_only=True):
    """Everything `python -m research` is configured by."""

    paths: Paths
    task: Task
    product: Product
