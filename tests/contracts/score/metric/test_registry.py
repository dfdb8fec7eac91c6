"""The registry of metrics: by name, by kind, and from other packages."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from contracts.errors import ConfigError, ContractError
from contracts.score.metric import registry
from contracts.score.metric.losses import MeanLoss, absolute_error

if TYPE_CHECKING:
    from collections.abc import Callable


def test_a_misspelt_name_comes_with_the_nearest_one() -> None:
    """The message suggests the nearest name and lists all valid ones."""
    with pytest.raises(ConfigError, match="did you mean 'roc_auc'") as caught:
        registry.metric("roc_auk")
    assert "log_loss" in str(caught.value)


def test_a_metric_is_refused_for_other_kinds() -> None:
    """A metric of regression is refused for a binary product, and the hint lists others."""
    assert registry.metric("brier", kind="binary").name == "brier"
    with pytest.raises(ConfigError, match=r"serves \['regression'\], not binary") as caught:
        registry.metric("mae", kind="binary")
    assert "brier" in caught.value.hint


@pytest.mark.parametrize(("name", "chosen"), [(None, "mae"), ("rmse", "rmse")])
def test_a_metric_not_named_is_the_contracts_first(name: str | None, chosen: str) -> None:
    """And one that is named is one of the contract's."""
    assert registry.one_of(["mae", "rmse"], name, key="gate.metric").name == chosen


class Mine(MeanLoss):
    """A metric of a package's own."""

    def __init__(self, name: str = "mine") -> None:
        super().__init__(name, absolute_error, "lower", "regression")


class Renamed(Mine):
    """A metric that calls itself something else."""

    def __init__(self) -> None:
        super().__init__("mae")


class Greedy(Mine):
    """A metric whose class takes an argument."""

    def __init__(self, more: int) -> None:
        super().__init__()
        self.more = more


def test_another_packages_metric_is_found(plug: Callable[[str, str, object], None]) -> None:
    """The class of an entry point is instantiated and returned by its name."""
    plug(registry.GROUP, "mine", Mine)
    assert isinstance(registry.metric("mine"), Mine)


@pytest.mark.parametrize(
    ("factory", "message"),
    [
        (dict, "'mine' .* <class 'dict'> is no metric"),
        (Renamed, "'mine' .* has another name of its own: 'mae'"),
        (Greedy, "'mine' .* cannot be made: TypeError"),
    ],
)
def test_what_is_no_metric_is_refused(
    plug: Callable[[str, str, object], None], factory: object, message: str
) -> None:
    """The entry point is named if its object is not a metric or has another name."""
    plug(registry.GROUP, "mine", factory)
    with pytest.raises(ConfigError, match=message):
        registry.metric("mine")


def test_a_broken_package_affects_only_its_own_metric(
    plug: Callable[[str, str, object], None],
) -> None:
    """A failing import is reported when that metric is asked for; others are factory."""
    plug(registry.GROUP, "broken", ImportError("No module named 'away'"))
    plug(registry.GROUP, "mine", Mine)
    assert registry.metric("mine").name == "mine"
    with pytest.raises(ContractError, match="'broken' of the group"):
        registry.metric("broken")
