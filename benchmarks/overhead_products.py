"""The products of `benchmarks/overhead.py`, as a package of a user's own would define them.

Binary outcomes by six numbers and a kind, which drift. `many` is refreshed every week, and ONNX
cannot express its estimator, so that it is served as skops. `million` is trained once.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import ibis
import msgspec
import numpy as np
import pandas as pd
import pandera.pandas as pandera
import pyarrow as pa
import pyarrow.parquet as pq
from msgspec.structs import replace
from sklearn.compose import make_column_transformer
from sklearn.ensemble import HistGradientBoostingClassifier
from sklearn.kernel_approximation import RBFSampler
from sklearn.linear_model import LogisticRegression
from sklearn.pipeline import Pipeline, make_pipeline
from sklearn.preprocessing import OrdinalEncoder, StandardScaler

import contracts.schema.pandera  # noqa: F401 - registers the check `finite`
from contracts.contract.golden import Golden
from contracts.contract.provenance import Provenance
from contracts.contract.terms import ClauseTerm, Learning, MetricTerm, Specification
from contracts.data.rows import INSTANT
from contracts.moment import DAY, HOUR, iso
from contracts.ports import OUTCOME
from contracts.publication.draft import write_draft
from contracts.schema.check import Check
from contracts.schema.columns import Column, Columns
from contracts.schema.pandera import columns_of
from contracts.score.bootstrap import Interval
from contracts.score.metric.registry import metric
from research.export.arrays import arrays
from research.export.fitted import Fitted

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

    import ibis.expr.types as ir

NUMBERS = tuple(f"x{at}" for at in range(6))
INPUTS = (*NUMBERS, "kind")
KINDS = ("dry", "cool", "bulk", "post")
CODES = make_column_transformer((OrdinalEncoder(), ["kind"]), remainder="passthrough")
GOLDEN, TESTED = 300, 14 * DAY
COMPONENTS = """[liaison.components]
query = benchmarks.overhead_products:query
schema = benchmarks.overhead_products:schema
learner-waves = benchmarks.overhead_products:Waves
learner-trees = benchmarks.overhead_products:Trees
"""
CONFIG = """\
name: {name}
contract: 1.0.0
history: "{history}"
start: "{start}"
until: "{until}"
day_offset: "0"
source:
  _target_: contracts.data.programmatic.Programmatic
  query:
    _target_: benchmarks.overhead_products.query
    _partial_: true
    path: ${{paths.data}}/{name}.parquet
baseline: {{_target_: contracts.data.baseline.YesterdaysRate}}
solution:
  learner: {{_target_: benchmarks.overhead_products.{learner}}}
  model: research.export.exported.ExportedModel
learning:
  window: {{start: "{history}", end: "{tested}"}}
  test: {{start: "{tested}", end: "{start}"}}
  metrics: [log_loss]
  folds: 1
  horizon: 7d
  trials: 0
  seed: 0
  params: {{}}
  space: {{}}
specification:
  kind: binary
  schema: {{_target_: benchmarks.overhead_products.schema}}
  labels: [no, yes]
  labels_open: false
  golden: {golden}
  metrics: [{{name: log_loss, direction: lower, threshold: 0.69, skill: -0.1}}]
  clauses: [{{name: schema, pair: recorded, tolerance: {{}}}}]
"""


class Timed(msgspec.Struct, frozen=True, kw_only=True):
    """A product whose run is timed.

    Attributes:
        name: Its name.
        learner: The class that fits.
        before: Days of history before operation.
        days: Days of operation.
        each: Events a day.
    """

    name: str
    learner: str
    before: int
    days: int
    each: int

    @property
    def start(self) -> int:
        """The first moment of operation, microseconds."""
        return self.before * DAY

    @property
    def until(self) -> int:
        """The end of operation."""
        return (self.before + self.days) * DAY


MANY = Timed(name="many", learner="Waves", before=56, days=350, each=300)
MILLION = Timed(name="million", learner="Trees", before=365, days=28, each=2_740)


def shortened(product: Timed) -> Timed:
    """Return a product with four weeks of operation, and a tenth of the events."""
    return replace(product, days=28, each=product.each // 10)


def query(path: str) -> ir.Table:
    """Return the events of a Parquet file."""
    return ibis.duckdb.connect().read_parquet(path)


def schema() -> pandera.DataFrameSchema:
    """Return the schema of the inputs."""
    checks = [pandera.Check.finite(), pandera.Check.ge(-10), pandera.Check.le(10)]
    columns = {name: pandera.Column("float64", checks) for name in NUMBERS}
    kind = {"kind": pandera.Column("str", pandera.Check.isin([*KINDS]))}
    return pandera.DataFrameSchema(columns | kind, strict=True, ordered=True)


class Waves:
    """A linear model of random waves: fits fast, and ONNX has no exact form of it."""

    def fit(self, rows: pa.Table, *, params: Mapping[str, Any], seed: int) -> Fitted:  # noqa: ARG002
        """Return the model fitted to rows."""
        waves = RBFSampler(n_components=100, random_state=seed)
        linear = LogisticRegression(max_iter=200)
        return _fitted(make_pipeline(CODES, StandardScaler(), waves, linear), rows)


class Trees:
    """Boosted trees."""

    def fit(self, rows: pa.Table, *, params: Mapping[str, Any], seed: int) -> Fitted:  # noqa: ARG002
        """Return the model fitted to rows."""
        return _fitted(
            make_pipeline(CODES, HistGradientBoostingClassifier(random_state=seed)), rows
        )


def _fitted(pipeline: Pipeline, rows: pa.Table) -> Fitted:
    inputs = rows.select([*INPUTS])
    pipeline.fit(pd.DataFrame(arrays(inputs)), np.asarray(rows[OUTCOME]))
    return Fitted(pipeline, inputs, schema=columns_of(schema()))


def install(product: Timed, folder: Path) -> list[str]:
    """Lay a product down in a folder, and return the words of a command that name it.

    Its data, its configuration, its published contract, and what declares its components.
    """
    events = _events(product)
    for name in ("conf/product", "data", "site/overhead-1.0.dist-info"):
        (folder / name).mkdir(parents=True)
    pq.write_table(events, folder / "data" / f"{product.name}.parquet")
    (folder / "conf" / "product" / f"{product.name}.yaml").write_text(
        CONFIG.format(
            name=product.name,
            learner=product.learner,
            history=iso(0),
            tested=iso(product.start - TESTED),
            start=iso(product.start),
            until=iso(product.until),
            golden=GOLDEN,
        )
    )
    site = folder / "site" / "overhead-1.0.dist-info"
    (site / "METADATA").write_text("Metadata-Version: 2.1\nName: overhead\nVersion: 1.0\n")
    (site / "entry_points.txt").write_text(COMPONENTS)
    _publish(product, events, folder / "published")
    paths = [f"paths.{name}={folder / name}" for name in ("data", "published")]
    return ["--config-dir", str(folder / "conf"), f"product={product.name}", *paths]


def _events(product: Timed) -> pa.Table:
    """Return the events of a product, all of which get an outcome within two days."""
    rng, n = np.random.default_rng(8), (product.before + product.days) * product.each
    times = np.arange(n) * (DAY // product.each)
    numbers, kind = rng.normal(size=(n, len(NUMBERS))).clip(-9, 9), rng.integers(0, len(KINDS), n)
    turn = 2 * np.pi * times / (2_000 * DAY)
    score = numbers[:, 0] * np.cos(turn) + numbers[:, 1] * np.sin(turn) + 0.3 * (kind - 1.5)
    outcome = rng.random(n) < 1 / (1 + np.exp(-2 * score))
    columns = {
        "id": [f"{at:07d}" for at in range(n)],
        "key": [f"k{at % 997}" for at in range(n)],
        "time": pa.array(times, INSTANT),
        "outcome": pa.array(outcome),
        "arrived": pa.array(times + rng.integers(HOUR, 48 * HOUR, n), INSTANT),
        "known": pa.array(times, INSTANT),
    }
    columns |= dict(zip(NUMBERS, numbers.T, strict=True))
    return pa.table(columns | {"kind": np.array(KINDS)[kind].tolist()})


def _publish(product: Timed, events: pa.Table, published: Path) -> None:
    golden, likely = events.slice(0, GOLDEN).select([*INPUTS]), np.full((GOLDEN, 1), 0.5)
    nothing = Interval(value=0.5, low=0.5, high=0.5)
    term = MetricTerm(
        name="log_loss",
        direction=metric("log_loss").direction,
        threshold=0.69,
        skill=-0.1,
        observed=nothing,
    )
    bounds = (
        Check(name="finite"),
        Check(name="ge", args={"min_value": 0}),
        Check(name="le", args={"max_value": 1}),
    )
    tested = product.start - TESTED
    terms = Specification(
        product=product.name,
        version="1.0.0",
        kind="binary",
        labels=("no", "yes"),
        metrics=(term,),
        clauses=(ClauseTerm(name="schema", pair="recorded"),),
        input_columns=columns_of(schema()),
        output_columns=Columns([Column(name="yes", kind="float", checks=bounds)]),
        learning=Learning(
            params={},
            seed=0,
            start=0,
            end=tested,
            known_by=tested,
            test_start=tested,
            test_end=product.start,
        ),
    )
    origin = Provenance(commit="a", data="b", libraries={}, seed=0, created=iso(product.start))
    write_draft(
        published / product.name / "1.0.0",
        terms,
        recorded=Golden(rows=golden, expected=likely),
        origin=origin,
    )
