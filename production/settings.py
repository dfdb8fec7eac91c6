"""The configuration of `python -m production`, typed."""

from __future__ import annotations

from contracts.config.product import Liaison, Paths, Product
from contracts.config.settings import Closed, Component, Task


class AttributeOption(Closed, frozen=True, kw_only=True):
    """An attribute's option, by name."""

    name: str


class Updating(Closed, frozen=True, kw_only=True):
    """How models are updated: the option's name, and how often a person re-releases."""

    name: str
    release_every: str | None = None


class DatabaseSettings(Closed, frozen=True, kw_only=True):
    """Where records are kept: an SQLAlchemy URL; ``{state}`` stands for a run's state folder."""

    name: str
    url: str


class Production(Closed, frozen=True, kw_only=True):
    """Everything `python -m production` is configured by."""

    paths: Paths
    task: Task
    product: Product
    database: DatabaseSettings
    artifacts: Component
    signing: Component
    evaluation: Component
    gate: Component
    trigger: Component
    selector: Component
    data_access: AttributeOption
    model_sourcing: AttributeOption
    model_updating: Updating
    deployment: AttributeOption
    liaison: Liaison
    training_window: str | None
    training_takes: str
    seed: int
