"""The declaration of stored features."""

from __future__ import annotations

from typing import Any

import pytest

from contracts.data.stored.feature import entity_columns
from contracts.data.stored.source import configured_features
from contracts.errors import ConfigError

DELAY = {"name": "delay", "entity": ["origin"], "aggregate": "mean", "window": "3h"}


def test_entities_share_their_columns() -> None:
    """Each column stands once, where it stands first."""
    features = configured_features(
        [DELAY, DELAY | {"name": "own", "entity": ["carrier", "origin"]}]
    )
    assert entity_columns(features) == ("origin", "carrier")
    assert features[0].reach == 3 * 3_600_000_000


@pytest.mark.parametrize(
    ("stored", "message"),
    [
        ([DELAY | {"window": "3"}], r"Expected `str` matching regex .* at `\$\[0\].window`"),
        ([DELAY | {"aggregate": "median"}], "Invalid enum value 'median'"),
        ([DELAY | {"entity": []}], "length >= 1"),
        ([DELAY | {"entity": ["delay"]}], "expected different columns in `entity`"),
        ([DELAY | {"windw": "3h"}], "unknown field `windw`"),
        ([DELAY, DELAY], "two stored features have this name"),
        ([DELAY, DELAY | {"name": "own", "entity": ["delay"]}], "by columns of the request"),
    ],
)
def test_a_malformed_feature_is_refused(stored: list[dict[str, Any]], message: str) -> None:
    """With what was expected."""
    with pytest.raises(ConfigError, match=message):
        configured_features(stored)
