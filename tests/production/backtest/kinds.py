"""Two products of other kinds: their events and contracts. Their code is in `kinds_toy`."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, NamedTuple

import numpy as np
import pyarrow as pa

from contracts.contract.golden import Golden
from contracts.contract.provenance import Provenance
from contracts.contract.terms import ClauseTerm, Learning, MetricTerm, Specification
from contracts.data.rows import INSTANT
from contracts.moment import DAY, HOUR
from contracts.publication.draft import write_draft
from contracts.schema.columns import Column, Columns
from contracts.score.bootstrap import Interval
from contracts.score.metric.registry import metric
from tests.suites.check import finite, ge, le

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from contracts.contract import Contract

FIRST, UNTIL, EACH = 12, 36, 20
SKIES, STORM = ("fair", "murky", "wet"), "storm"
#: Outcomes of these days are never wet: trainings that see no others lack the label.
DRY = range(10, 26)
WIND = Columns([Column(name="wind", kind="float", checks=(finite(), ge(0), le(1)))])


class Product(NamedTuple):
    """What differs between the two: the contract's terms, and the raw outcomes."""

    name: str
    kind: Any
    labels: tuple[str, ...]
    metrics: tuple[str, ...]
    outcome: Callable[[np.random.Generator, int, float], Any]
    sides: dict[str, tuple[str, str]]


def sky(rng: np.random.Generator, day: int, wind: float) -> str:
    """Return an outcome: the windier the wetter; storms, which no contract lists, from day 20."""
    if day >= 20 and rng.random() < 0.1:
        return STORM
    chances = np.array([0.7 - 0.4 * wind, 0.2, 0.1 + 0.4 * wind])
    chances[2] *= day not in DRY
    return SKIES[rng.choice(3, p=chances / chances.sum())]


def amount(rng: np.random.Generator, day: int, wind: float) -> float:  # noqa: ARG001 - as `sky`
    """Return an outcome: around a million, and a few times a hundred times that."""
    return float(1e6 * (1 + wind) * (1 + rng.pareto(1.5)))


PRODUCTS = {
    "skies": Product(
        name="skies",
        kind="multiclass",
        labels=SKIES,
        metrics=("log_loss", "brier", "accuracy", "unlisted"),
        outcome=sky,
        sides={
            "joint": ("SkiesSolution", "Shares"),
            "dual": ("SkiesImplementation", "EveryShare"),
        },
    ),
    "amounts": Product(
        name="amounts",
        kind="regression",
        labels=(),
        metrics=("mae", "rmse"),
        outcome=amount,
        sides={
            "joint": ("AmountsSolution", "Means"),
            "dual": ("AmountsImplementation", "Means"),
        },
    ),
}


def history(product: Product) -> pa.Table:
    """Return a product's events; one in ten never gets an outcome."""
    rng = np.random.default_rng(3)
    n = UNTIL * EACH
    times = np.arange(n) * (DAY // EACH)
    wind = rng.random(n).round(3)
    outcomes = [product.outcome(rng, at // EACH, wind[at]) for at in range(n)]
    never = rng.random(n) < 0.1
    return pa.table(
        {
            "id": [f"{at:05d}" for at in range(n)],
            "key": [f"k{at % 7}" for at in range(n)],
            "time": pa.array(times, INSTANT),
            "outcome": pa.array(outcomes, mask=never),
            "arrived": pa.array(times + rng.integers(1, 30, n) * HOUR, INSTANT, mask=never),
            "known": pa.array(times, INSTANT),
            "wind": wind,
        }
    )


def contract(product: Product, rows: pa.Table, folder: Path) -> Contract:
    """Return a product's contract, with a skill that any model reaches."""
    columns = product.labels or ("amount",)
    terms = Specification(
        product=product.name,
        version="1.0.0",
        kind=product.kind,
        labels=product.labels,
        labels_open=bool(product.labels),
        metrics=tuple(
            MetricTerm(
                name=name,
                direction=metric(name).direction,
                threshold=0.5,
                skill=-1e9,
                observed=Interval(value=0.5, low=0.5, high=0.5),
            )
            for name in product.metrics
        ),
        clauses=(ClauseTerm(name="schema", pair="recorded"),),
        input_columns=WIND,
        output_columns=Columns(
            [Column(name=name, kind="float", checks=(finite(), ge(0))) for name in columns]
        ),
        learning=Learning(
            params={},
            seed=3,
            start=0,
            end=8 * DAY,
            known_by=8 * DAY,
            test_start=8 * DAY,
            test_end=FIRST * DAY,
        ),
    )
    golden = rows.slice(0, 30).select(["wind"])
    return write_draft(
        folder / "1.0.0",
        terms,
        recorded=Golden(rows=golden, expected=np.full((30, len(columns)), 1 / len(columns))),
        origin=Provenance(
            commit="a", data="b", libraries={}, seed=3, created="1970-01-09T00:00:00Z"
        ),
        header="",
    )
