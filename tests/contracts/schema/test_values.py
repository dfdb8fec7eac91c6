"""The values of each kind, and their order."""

from __future__ import annotations

from typing import Any

import pytest

from contracts.schema.values import beside, fits, span


@pytest.mark.parametrize(
    ("kind", "value"),
    [
        ("int", -(2**63)),
        ("float", 2**53),
        ("float", 0.1),
        ("bool", False),
        ("str", ""),
        ("category", "\N{GRINNING FACE}"),
        ("datetime", "2013-01-01T00:00:00Z"),
        ("datetime", "9999-12-31T23:59:59.999999+00:00"),
    ],
)
def test_a_value_of_the_kind_fits(kind: str, value: Any) -> None:
    """So do the outermost values of each kind."""
    assert fits(kind, value)


@pytest.mark.parametrize(
    ("kind", "value"),
    [
        ("int", 2**63),
        ("int", True),
        ("int", 1.0),
        ("float", 2**53 + 1),  # a frame would round it, a record compares it as it is
        ("float", 10**400),
        ("float", float("nan")),
        ("float", float("inf")),
        ("float", False),
        ("bool", 1),
        ("str", "\ud800"),
        ("str", None),
        ("datetime", "2013-01-01T00:00:00"),
        ("datetime", "2013-01-01T00:00:00.0000001Z"),  # pandas keeps the seventh, Python drops it
        ("datetime", "2013-01-01T00:00Z"),  # a record says the seconds
        ("datetime", "2013-01-01T00:00:00+01:60"),
        ("datetime", "20130101T000000Z"),
        ("datetime", "2013-W01-1T00:00:00Z"),
        ("datetime", "2013-02-30T00:00:00Z"),
        ("datetime", "0001-01-01T00:00:00+01:00"),  # before UTC's first year
    ],
)
def test_a_value_that_two_sides_would_read_differently_does_not_fit(kind: str, value: Any) -> None:
    """Neither does a value of another kind."""
    assert not fits(kind, value)


def test_the_last_instant_has_no_neighbour() -> None:
    """A record could not have a later one."""
    assert beside("datetime", "9999-12-31T23:59:59.999999Z", up=True) == []
    assert beside("datetime", "2013-01-01T00:00:00Z", up=False) == ["2012-12-31T23:59:59.999999Z"]


def test_a_span_is_closed() -> None:
    """An open bound becomes its neighbour; a missing one the kind's own."""
    assert span("int", {"gt": 0, "lt": 3}) == (1, 2)
    assert span("int", {}) == (-(2**63), 2**63 - 1)
    assert span("float", {"gt": 0, "le": 1}) == (5e-324, 1)
    assert span("datetime", {"gt": "1970-01-01T00:00:00Z", "lt": "1970-01-01T00:00:01Z"}) == (
        1,
        999_999,
    )
