"""The configuration of `python -m research`, typed."""

from __future__ import annotations

from contracts.config.product import Paths, Product
from contracts.config.settings import Closed, Component, Task


class Research(Closed, frozen=True, kw_only=True):
    """Everything a task of research is configured by."""

    paths: Paths
    task: Task
    product: Product
    compute: Component
    tracking: Component
