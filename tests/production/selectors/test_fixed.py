"""Selectors that decide without runtime metrics."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

from contracts.errors import ConfigError, StateError
from production.selectors.ab_test import AbTest
from production.selectors.champion import Champion
from production.selectors.contextual import Contextual
from production.selectors.explicit import Explicit
from production.selectors.latest import Latest
from production.selectors.shadow import Shadow
from production.selectors.single import Single

if TYPE_CHECKING:
    from production.selectors.port import Choice


@pytest.mark.parametrize(
    ("selector", "shares"),
    [
        (Champion(), {"champion": 1.0}),
        (Latest(), {"candidate": 1.0}),  # 1.0.10 comes after 1.0.0, whatever the numbers
        (Explicit(arm="candidate"), {"candidate": 1.0}),
        (AbTest(weights={"champion": 1, "candidate": 3}), {"champion": 0.25, "candidate": 0.75}),
        (AbTest(weights={"champion": 1, "nobody": 0}), {"champion": 1.0}),
        (Contextual(column="x", arms={"a": "candidate"}), {"champion": 1.0}),
        (Shadow(arms=["candidate"]), {"champion": 1.0}),
        (Shadow(arms=["champion"], selector=Latest()), {"candidate": 1.0}),
    ],
    ids=lambda value: type(value).__name__,
)
def test_the_selector_shares_the_traffic(
    choice: Choice, selector: Any, shares: dict[str, float]
) -> None:
    """Each by what it is configured with and by the manifest's arms."""
    assert selector(choice, None).shares == shares


def test_a_shadow_mirrors_what_it_names(choice: Choice) -> None:
    """Beside whoever serves."""
    assert Shadow(arms=["candidate"])(choice, None).mirrored == ("candidate",)


def test_a_single_selector_refuses_a_choice(choice: Choice) -> None:
    """A bundle has one arm."""
    with pytest.raises(StateError, match="has one arm"):
        Single()(choice, None)


@pytest.mark.parametrize(
    "selector",
    [Explicit(arm="nobody"), AbTest(weights={"champion": 1, "nobody": 1}), Shadow(arms=["nobody"])],
    ids=lambda value: type(value).__name__,
)
def test_an_arm_that_is_named_must_exist(choice: Choice, selector: Any) -> None:
    """The command that makes it is the hint."""
    with pytest.raises(StateError, match="no arm 'nobody'") as caught:
        selector(choice, None)
    assert "task=promote task.options.arm=nobody" in caught.value.hint


@pytest.mark.parametrize("weights", [{}, {"champion": 0}, {"champion": 2, "candidate": -1}])
def test_weights_that_share_nothing_are_refused(weights: dict[str, float]) -> None:
    """When the configuration is read, not when the first request comes."""
    with pytest.raises(ConfigError, match="expected weights"):
        AbTest(weights=weights)
