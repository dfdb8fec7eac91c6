"""The configuration of `python -m contracts`, typed."""

from __future__ import annotations

from contracts.config.product import Closed, Paths, Product, Task


class Contracts(Closed, frozen=True, kw_only=True):
    """Everything `python -m contracts` is configured by."""

    paths: Paths
    task: Task
    product: Product
