"""A selector is held to the arms before a manifest with it is published."""

from __future__ import annotations

from typing import Any

import pytest

from contracts.errors import ConfigError, UnknownNameError
from production.generation.description import Candidate
from production.selectors.port import Choice
from production.service.proposed import DEEPEST, check_selector

ONE, TWO = (Candidate(release="1.0.0", generation=at, artifact="a") for at in (1, 2))
ALONE, BOTH = Choice(arms={"champion": ONE}), Choice(arms={"champion": ONE, "candidate": TWO})
SPLIT = {"name": "ab_test", "_target_": "production.selectors.ab_test.AbTest"}
CONTEXT = {"_target_": "production.selectors.contextual.Contextual", "column": "origin"}


def nested(depth: int) -> Any:
    """Return a value of so many levels."""
    value: Any = 1.0
    for _ in range(depth):
        value = {"champion": value}
    return value


def test_one_that_shares_the_traffic_passes() -> None:
    """With every arm that it names."""
    check_selector({**SPLIT, "weights": {"champion": 1, "candidate": 3}}, BOTH)
    inner = {key: SPLIT[key] for key in ("_target_",)} | {"weights": {"champion": 1}}
    check_selector({"name": "c", **CONTEXT, "arms": {"JFK": "candidate"}, "selector": inner}, BOTH)


@pytest.mark.parametrize(
    "selector",
    [
        {**SPLIT, "weights": {"champion": 1, "candidate": 1}},
        {"name": "contextual", **CONTEXT, "arms": {"JFK": "candidate"}},
    ],
    ids=["for all", "for a segment"],
)
def test_one_that_names_another_arm_is_refused(selector: dict[str, Any]) -> None:
    """As a name that is not there."""
    with pytest.raises(UnknownNameError, match="there is no arm 'candidate'"):
        check_selector(selector, ALONE)


@pytest.mark.parametrize(
    "selector",
    [
        {},
        {"name": "../ab_test", "_target_": SPLIT["_target_"], "weights": {"champion": 1}},
        {"name": 1, "_target_": SPLIT["_target_"], "weights": {"champion": 1}},
        {"name": "x"},
        {"name": "x", "_target_": 1},
        {"name": "x", "_target_": "os.system"},
        {"name": "x", "_target_": "production.agents.gate.Gate"},
        {"name": "x", "_target_": "production.selectors.ab_test.Nothing"},
        {**SPLIT},
        {**SPLIT, "weights": {}},
        {**SPLIT, "weights": {"champion": -1}},
        {**SPLIT, "weights": {"champion": 10**400}},
        {**SPLIT, "weights": {"champion": 1e308, "candidate": 1e308}},
        {**SPLIT, "weights": "all"},
        {**SPLIT, "weights": nested(DEEPEST)},
        {**SPLIT, "weights": nested(100_000)},
        {**SPLIT, "weights": [nested(DEEPEST)]},
        {**SPLIT, "weights": {"champion": {"_target_": "os.system"}}},
        {**SPLIT, "weights": {"champion": 1}, "unknown": 1},
        {**SPLIT, "weights": {"champion": 1}, "_partial_": True},
        {**SPLIT, "weights": {"champion": 1}, "_args_": [1]},
        {"name": "single", "_target_": "production.selectors.single.Single"},
    ],
)
def test_what_is_no_selector_of_these_arms_is_refused(selector: dict[str, Any]) -> None:
    """As wrong configuration, whatever is wrong with it."""
    with pytest.raises(ConfigError, match=r"selector|weights"):
        check_selector(selector, BOTH)
