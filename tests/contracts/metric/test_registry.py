"""The registry of metrics: by name, by kind, and from other packages."""

from __future__ import annotations

from importlib.metadata import EntryPoint, EntryPoints

import pytest

from contracts.errors import ConfigError
from contracts.metric import registry


def test_a_misspelt_name_meets_its_near_match() -> None:
    """An unknown metric names the near one and all that are valid."""
    with pytest.raises(ConfigError, match="did you mean 'roc_auc'") as caught:
        registry.metric("roc_auk")
    assert "log_loss" in str(caught.value)


def test_a_metric_serves_its_kinds_alone() -> None:
    """A metric of regression is refused for a binary product, with those that serve it."""
    assert registry.metric("brier", kind="binary").name == "brier"
    with pytest.raises(ConfigError, match=r"serves \['regression'\], not binary") as caught:
        registry.metric("mae", kind="binary")
    assert "brier" in caught.value.hint


def install(monkeypatch: pytest.MonkeyPatch, value: str) -> None:
    """Make a package's entry point for the metric ``mine``."""
    point = EntryPoint(name="mine", value=value, group=registry.GROUP)
    monkeypatch.setattr(registry, "entry_points", lambda **_: EntryPoints([point]))


def test_another_packages_metric_is_found(monkeypatch: pytest.MonkeyPatch) -> None:
    """A class behind an entry point of the group is made and given by its name."""
    install(monkeypatch, "contracts.metric.mae:Mae")
    assert registry.metric("mine").name == "mae"


def test_what_is_no_metric_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    """An entry point that leads to something else is named."""
    install(monkeypatch, "builtins:dict")
    with pytest.raises(ConfigError, match="builtins:dict is no metric"):
        registry.metric("mine")
