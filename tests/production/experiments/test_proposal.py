"""The policies that are compared: of the configured selector, and of the manifest's."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from msgspec.structs import replace

from contracts.errors import StateError
from production.experiments.proposal import current_policy, proposed_policy
from production.generation.description import Candidate
from production.metrics import Rewards, Runtime
from production.selectors.ab_test import AbTest
from production.serving.manifest import Manifest

if TYPE_CHECKING:
    from collections.abc import Callable

    from production.settings import Production

MANIFEST = Manifest(
    product="toy",
    contract="1.0.0",
    arms={
        name: Candidate(release="1.0.0", generation=at, artifact="a")
        for at, name in enumerate(("champion", "candidate"), start=1)
    },
    selector="thompson",
    component={
        "_target_": "production.selectors.thompson.Thompson",
        "name": "thompson",
        "floor": 0.01,
        "least": 10,
    },
    salt="s",
)
EARNED = {
    "champion": (Rewards(count=99, mean=0.1, variance=1.0),),
    "candidate": (Rewards(count=99, mean=0.9, variance=1.0),),
}
RUNTIME = Runtime(now=5, since=0, promoted=0, requests=0, outcomes=0, arms=EARNED)


def proposed(configure: Callable[..., Production], *words: str) -> list[list[float]]:
    """Return the shares of a configured selector."""
    policy = proposed_policy(configure(words), MANIFEST, RUNTIME)
    assert policy.arms == ("champion", "candidate")
    return policy.shares.tolist()


def test_the_configured_selector_is_proposed(configure: Callable[..., Production]) -> None:
    """With its options."""
    words = ("selector=ab_test", "selector.weights.champion=3")
    assert proposed(configure, *words) == [[0.75, 0.25]]


def test_a_bandit_begins_without_rewards(configure: Callable[..., Production]) -> None:
    """An experiment that is published now has earned nothing yet; the one that runs has."""
    assert proposed(configure, "selector=thompson") == [[0.5, 0.5]]
    current = current_policy(MANIFEST, RUNTIME)
    assert current.name == "thompson"
    assert current.shares[0, 1] > 0.9


def test_a_segment_is_a_row(configure: Callable[..., Production]) -> None:
    """After the row of events of no segment."""
    config = configure(("selector=contextual",))
    selector = {**config.selector, "column": "colour", "arms": {"red": "candidate"}}
    policy = proposed_policy(replace(config, selector=selector), MANIFEST, RUNTIME)
    assert (policy.column, policy.texts) == ("colour", ("red",))
    assert policy.shares.tolist() == [[1.0, 0.0], [0.0, 1.0]]
    records = ['{"colour":"blue"}', '{"colour":"red"}', '{"colour":null}']
    assert policy.segments(records).tolist() == [0, 1, 0]


def test_an_older_manifest_states_no_selector() -> None:
    """Then the champion serves."""
    old = replace(MANIFEST, component={}, selector="champion")
    assert current_policy(old, RUNTIME).shares.tolist() == [[1.0, 0.0]]


def test_an_arm_that_is_not_there(configure: Callable[..., Production]) -> None:
    """The hint begins it."""
    words = ("selector=explicit", "selector.arm=candidat")
    with pytest.raises(StateError, match="did you mean 'candidate'"):
        proposed(configure, *words)


def test_a_selector_that_raises(
    configure: Callable[..., Production], monkeypatch: pytest.MonkeyPatch
) -> None:
    """Its own error is in the message: nothing stands in for it here."""

    def fails(*_: object) -> None:
        raise KeyError("colour")

    monkeypatch.setattr(AbTest, "__call__", fails)
    with pytest.raises(StateError, match="the selector ab_test failed: KeyError: 'colour'"):
        proposed(configure, "selector=ab_test")
