"""A specification of a small product, for the tests of what changes between two."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import msgspec
import pytest

from contracts.contract.terms import ClauseTerm, Learning, MetricTerm, Specification
from contracts.publication.specification import output_columns
from contracts.schema.columns import Column, Columns
from tests.suites.check import finite, ge, isin, le, str_length

if TYPE_CHECKING:
    from collections.abc import Callable

LABELS = ("in_time", "late")
INPUTS = Columns(
    [
        Column(name="colour", kind="category", checks=(isin(["red", "green", "blue"]),)),
        Column(name="size", kind="float", nullable=True, checks=(finite(), ge(0), le(1))),
        Column(name="code", kind="str", checks=(str_length(1, 8),)),
    ]
)
PLAIN = Specification(
    product="toy",
    version="1.0.0",
    kind="binary",
    labels=LABELS,
    labels_open=False,
    input_columns=Columns(INPUTS),
    output_columns=output_columns("binary", LABELS),
    metrics=(
        MetricTerm(name="log_loss", direction="lower", threshold=0.7),
        MetricTerm(name="roc_auc", direction="higher", threshold=0.6),
    ),
    clauses=(
        ClauseTerm(name="golden", pair="recorded", tolerance={"absolute": 0.001}),
        ClauseTerm(
            name="ranking",
            pair="same_data",
            tolerance={"spearman": 0.99, "top": 0.1, "overlap": 0.9},
        ),
        ClauseTerm(name="metric", pair="same_data", tolerance={"margin": 0.01}),
        ClauseTerm(name="latency", pair="same_data", tolerance={"at_most": 2.0}),
    ),
    learning=Learning(
        params={"depth": 3},
        tuned=("rate",),
        seed=0,
        start=0,
        end=10,
        known_by=10,
        test_start=10,
        test_end=20,
        day_offset="5h",
    ),
    golden_rows=60,
)


@pytest.fixture
def plain() -> Specification:
    """The specification as it is."""
    return PLAIN


@pytest.fixture
def other() -> Callable[..., Specification]:
    """Makes the specification with changes; dotted names reach inside, by place or by name."""

    def make(**changes: Any) -> Specification:
        return msgspec.structs.replace(PLAIN, **changes)

    return make
