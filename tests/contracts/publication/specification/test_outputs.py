from __future__ import annotations

from typing import Any

import pytest

from contracts.publication.specification.outputs import outputs


@pytest.mark.parametrize(
    ("kind", "labels", "names"),
    [
        ("binary", ("no", "yes"), ["yes"]),
        ("multiclass", ("a", "b", "c"), ["a", "b", "c"]),
        ("regression", (), ["value"]),
    ],
)
def test_output_follows_from_the_kind(kind: Any, labels: Any, names: list[str]) -> None:
    """One probability, one a label, or one number; each finite."""
    found = outputs(kind, labels)
    assert [column.name for column in found] == names
    assert all("finite" in {check.name for check in column.checks} for column in found)
