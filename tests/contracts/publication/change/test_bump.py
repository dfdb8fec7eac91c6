from __future__ import annotations

from itertools import pairwise
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from contracts.errors import ContractError
from contracts.publication.change.bump import bump, needed, next_version, raised, suffices
from contracts.publication.change.change import change
from contracts.publication.change.rules import BUMPS, RULES

PARTS = st.integers(0, 20)
VERSIONS = st.builds(lambda *parts: ".".join(map(str, parts)), PARTS, PARTS, PARTS)


@given(VERSIONS, st.sampled_from(BUMPS))
def test_a_raised_version_says_its_bump(version: str, given_bump: Any) -> None:
    """Raising a version and asking what was raised are one another's inverse."""
    assert bump(version, raised(version, given_bump)) == given_bump


@given(st.lists(st.sampled_from(RULES)))
def test_the_gravest_change_decides(rules: list[Any]) -> None:
    """A version needs what the gravest of its changes needs, and none without changes."""
    found = [change(rule.area, rule.name) for rule in rules]
    wanted = needed(found)
    assert all(suffices(wanted, each.rule.bump) for each in found)
    assert wanted == "none" if not found else wanted in {each.rule.bump for each in found}
    assert next_version("1.2.3", found) == raised("1.2.3", wanted)


def test_bumps_are_in_order() -> None:
    """A greater bump than is needed is allowed, a smaller one is not."""
    for less, more in pairwise(BUMPS):
        assert suffices(more, less)
        assert not suffices(less, more)


def test_a_version_does_not_go_back() -> None:
    """From a higher to a lower version there is no bump."""
    with pytest.raises(ContractError, match=r"from 1\.1\.0 on, got 1\.0\.0"):
        bump("1.1.0", "1.0.0")


def test_nothing_is_special_before_the_first_major_version() -> None:
    """A break is a major version also at 0.x: what may break at any time promises nothing."""
    assert raised("0.3.1", "major") == "1.0.0"
