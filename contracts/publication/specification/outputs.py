"""The schema of predictions, which follows from what is predicted."""

from __future__ import annotations

from typing import TYPE_CHECKING

from contracts.schema.check import Check
from contracts.schema.columns import Column, Columns

if TYPE_CHECKING:
    from contracts.kind import Kind, Label


def outputs(kind: Kind, labels: tuple[Label, ...]) -> Columns:
    """Return a probability of the positive label, one of each label, or a number."""
    if kind == "regression":
        return Columns([column("value", "predicted value")])
    named = labels[1:] if kind == "binary" else labels
    bounds = Check(name="ge", args={"min_value": 0}), Check(name="le", args={"max_value": 1})
    return Columns(column(str(each), f"probability of {each}", *bounds) for each in named)


def column(name: str, description: str, *checks: Check) -> Column:
    """Return a column of finite numbers."""
    return Column(
        name=name, kind="float", checks=(Check(name="finite"), *checks), description=description
    )
