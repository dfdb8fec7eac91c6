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
def test_bump_is_the_inverse_of_raised(version: str, given_bump: Any) -> None:
    """The bump between a version and the raised one is the bump it was raised by."""
    assert bump(version, raised(version, given_bump)) == given_bump


@given(st.lists(st.sampled_from(RULES)))
def test_the_gravest_change_decides(rules: list[Any]) -> None:
    """A version needs the greatest bump of its changes, and none without changes."""
    changes = [change(rule.area, rule.name) for rule in rules]
    least = needed(changes)
    assert all(suffices(least, each.rule.bump) for each in changes)
    assert least == "none" if not changes else least in {each.rule.bump for each in changes}
    assert next_version("1.2.3", changes) == raised("1.2.3", least)


def test_a_greater_bump_suffices() -> None:
    """A smaller one does not."""
    for less, more in pairwise(BUMPS):
        assert suffices(more, less)
        assert not suffices(less, more)


def test_there_is_no_bump_to_a_lower_version() -> None:
    """The error names both versions."""
    with pytest.raises(ContractError, match=r"from 1\.1\.0 on, got 1\.0\.0"):
        bump("1.1.0", "1.0.0")


def test_a_break_before_1_0_0_is_a_major_version() -> None:
    """A contract that may break at any time would promise nothing."""
    assert raised("0.3.1", "major") == "1.0.0"
