"""Which form each kind of estimator is served in: ``python benchmarks/forms.py [--rows N]``.

Exports 40 estimators and pipelines, reads each back, and predicts fresh rows with both. Half of
their values are like those of the training rows, the others are drawn to hurt: beside thresholds
and values seen, at the bounds of the schema, past 2**24, null, of other scripts. Prints one table;
ends with 1 if what is served is another model anywhere. With a million rows each it takes minutes.
"""

from __future__ import annotations

import argparse
import sys
import tempfile
import warnings
from pathlib import Path
from time import perf_counter_ns
from typing import TYPE_CHECKING, Any

import msgspec
import numpy as np
import pandas as pd
import pyarrow as pa

from contracts.schema.check import Check
from contracts.schema.columns import Column, Columns
from research.export import conversion
from research.export.arrays import arrays, kinds
from research.export.draws import allowed_numbers, draws, neighbours
from research.export.exported import ExportedModel
from research.export.fitted import Fitted
from research.export.thresholds import dividing_numbers

sys.path.insert(0, str(Path(__file__).parents[1]))

from benchmarks.estimators import EXAMPLES

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping

    from benchmarks.estimators import Example
    from research.export.arrays import Array

TRAINED, ROWS, CHUNK, NOTES, ASKED = 3_000, 1_000_000, 50_000, 2_000, 200
PLACES = ["ford", "inn", "lock", "mill", "quay", "weir"]
WORDS = ["good", "bad", "nice", "cold", "warm", "late", "early", "long", "near", "food", "room"]


def bounds(low: float, high: float) -> tuple[Check, ...]:
    """Return the checks that keep a number between bounds."""
    least = Check(name="ge", args={"min_value": low})
    return least, Check(name="le", args={"max_value": high})


FINITE = (Check(name="finite"),)
SCHEMA = Columns(
    [
        Column(name="size", kind="float", nullable=True, checks=FINITE + bounds(-1e6, 1e6)),
        Column(name="cost", kind="float", checks=FINITE + bounds(0.0, 1e12)),
        Column(name="count", kind="int", checks=bounds(-(10**6), 10**9)),
        Column(name="epoch", kind="int", checks=bounds(0, 2**53)),
        Column(name="step", kind="float", checks=FINITE + bounds(0.0, 10.0)),
        Column(
            name="place",
            kind="category",
            checks=(Check(name="isin", args={"allowed_values": PLACES}),),
        ),
        Column(name="note", kind="str"),
    ]
)


#: What the short form exports, and predicts few rows with.
FEW_ROWS = 4_000
SHORT = (
    *("logistic", "logistic, one-hot numbers", "tree of values, scaler", "forest"),
    *("boosting, scaler", "boosting, categories", "older boosting, scaler", "words"),
)


def main(rows: int, names: Iterable[str] = ()) -> int:
    """Print the table, and return the exit code."""
    warnings.simplefilter("ignore")
    print(
        f"{'estimator':<33}{'form':<7}{'tried':>8}{'largest':>10}{'fresh rows':>12}{'largest':>10}"
        f"{'one row µs':>12}"
    )
    wrong = [not show(each, rows) for each in EXAMPLES if not names or each.name in names]
    print(f"\nwrong: {sum(wrong)} of {len(wrong)}")
    return int(any(wrong))


def show(example: Example, rows: int) -> bool:
    """Print one line, and return whether what is served is the estimator."""
    table, outcomes = training(np.random.default_rng(0))
    table = table.select(example.columns)
    outcome = outcomes[example.outcome]
    estimator = example.estimator.fit(pd.DataFrame(arrays(table)), outcome)
    model = Fitted(estimator, table, schema=SCHEMA)
    with tempfile.TemporaryDirectory() as folder:
        model.write(Path(folder))
        served = ExportedModel.read(Path(folder))
        form = msgspec.json.decode((Path(folder) / "form.json").read_bytes())
    unit = 1.0 if hasattr(estimator, "predict_proba") else float(np.std(model.predict(table)))
    largest = 0.0
    for fresh in hurting(estimator, table, rows):
        expected, actual = model.predict(fresh), served.predict(fresh)
        scale = unit + conversion.SHARE / conversion.ROUNDING * np.abs(expected)
        largest = max(largest, float((np.abs(expected - actual) / scale).max()))
    right = largest <= conversion.ROUNDING
    tried = sum(form["tried"].values())
    figures = f"{tried:>8,}{form['difference']:>10.1e}{rows:>12,}{largest:>10.1e}"
    figures += f"{one_row(served, table):>12,.0f}"
    print(f"{example.name:<33}{served.form:<7}{figures}{'' if right else '  WRONG'}", flush=True)
    return right


def one_row(served: ExportedModel, table: pa.Table) -> float:
    """Return the median of the microseconds that one record takes."""
    record = msgspec.defstruct("Record", table.column_names, frozen=True, kw_only=True)
    records = [record(**row) for row in table[:ASKED].to_pylist()]
    times = []
    for each in records:
        start = perf_counter_ns()
        served.one(each)
        times.append(perf_counter_ns() - start)
    return float(np.median(times)) / 1e3


def training(draw: np.random.Generator, n: int = TRAINED) -> tuple[pa.Table, dict[str, Array]]:
    """Return rows with an outcome of each kind."""
    size, cost = draw.normal(size=n) * 100, draw.lognormal(3, 2, n)
    count, step = draw.integers(0, 50, n), draw.choice([1.0, 2.0, 3.0, 5.0, 8.0], n)
    epoch = 1_700_000_000 + draw.integers(0, 10**7, n)
    place = draw.choice(PLACES, n)
    notes = [" ".join(draw.choice(WORDS, draw.integers(1, 9))) for _ in range(NOTES)]
    note = draw.choice(notes, n)
    table = pa.table(
        {
            "size": pa.array(size, mask=draw.random(n) < 0.05),
            "cost": cost,
            "count": count,
            "epoch": epoch,
            "step": step,
            "place": place,
            "note": note,
        }
    )
    bad = np.array(["bad" in each for each in note])
    score = size / 100 + np.log(cost) / 2 + count / 25 + step / 4 + (place == "mill") + bad
    score = score + (epoch % 10_000 > 5_000) + draw.normal(size=n) / 2
    cuts = np.quantile(score, [1 / 3, 2 / 3])
    return table, {
        "binary": score > np.median(score),
        "multiclass": np.array(["low", "mid", "high"])[np.digitize(score, cuts)],
        "regression": 50 * score,
        "positive": np.exp(score / 4),
    }


def hurting(estimator: Any, table: pa.Table, rows: int) -> Iterator[pa.Table]:
    """Yield fresh rows: half of their values as in training, the others drawn to hurt."""
    draw = np.random.default_rng(1)
    columns, inputs = arrays(table), kinds(table)
    by_name = SCHEMA.by_name
    hard: dict[str, Any] = {
        name: [*draws(columns[name], kind, by_name[name]).values()] for name, kind in inputs.items()
    }
    with np.errstate(all="ignore"):
        dividing: Mapping[str, Array] = dividing_numbers(estimator, columns)
    for name, numbers in dividing.items():
        hard[name].append(allowed_numbers(neighbours(numbers), inputs[name], by_name[name]))
    for start in range(0, rows, CHUNK):
        n = min(CHUNK, rows - start)
        fresh = training(draw, n)[0].select(table.column_names)
        yield pa.table(
            {name: _mixed(draw, fresh[name], hard[name], name) for name in table.column_names}
        )


def _mixed(draw: np.random.Generator, column: pa.ChunkedArray, hard: Any, name: str) -> pa.Array:
    """Return a column of which half of the values are hard ones, and some null if they may be."""
    values = column.to_numpy() if name not in ("place", "note") else np.array(column, dtype=object)
    pool = np.concatenate([each for each in hard if len(each)] or [values[:1]])
    chosen = np.where(
        draw.random(len(values)) < 0.5, pool[draw.integers(0, len(pool), len(values))], values
    )
    nulls = (draw.random(len(values)) < 0.05) if SCHEMA.by_name[name].nullable else None
    given = chosen.astype(values.dtype)
    missing = np.isnan(given) if name == "size" else np.zeros(len(given), bool)
    return pa.array(given, column.type, mask=missing if nulls is None else missing | nulls)


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--rows", type=int, default=ROWS, help="fresh rows for each estimator")
    parser.add_argument("--only", nargs="*", default=(), help="names of estimators in the table")
    parser.add_argument("--short", action="store_true", help="8 of them, few rows")
    options = parser.parse_args()
    sys.exit(main(FEW_ROWS, SHORT) if options.short else main(options.rows, options.only))
