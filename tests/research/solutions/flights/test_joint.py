"""Exported forms satisfy the reference product's contract, whatever the form."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

import msgspec
import numpy as np
import pandas as pd
import pytest
from sklearn.compose import ColumnTransformer
from sklearn.ensemble import HistGradientBoostingClassifier
from sklearn.pipeline import Pipeline
from sklearn.preprocessing import OrdinalEncoder, QuantileTransformer

import contracts
from contracts.contract import published
from contracts.contract.terms import ClauseTerm
from contracts.data.programmatic import Programmatic
from contracts.equivalence.case import Case
from contracts.equivalence.proof import judge
from contracts.equivalence.registry import items
from contracts.equivalence.sides import Sides
from contracts.ports import OUTCOME
from contracts.products.flights.query import query
from production.implementations.flights.learner import FlightsLearner as Production
from production.implementations.flights.model import FlightsModel
from research.export.arrays import arrays, text_columns
from research.export.exported import ExportedModel
from research.export.fitted import Fitted
from research.solutions.flights.solution import FlightsSolution as Research

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    import pyarrow as pa

#: A whole contract for each form: once, not on every Python.
pytestmark = pytest.mark.e2e
CLAUSES = (
    ClauseTerm(name="schema", pair="recorded"),
    ClauseTerm(name="invariance", pair="recorded"),
    ClauseTerm(name="pointwise", pair="same_state", tolerance={"absolute": 1e-5}),
)


class Categories:
    """Learns with ``categorical_features=``.

    Args:
        ranked: Numbers that are replaced by their quantiles, which ONNX cannot express.
    """

    def __init__(self, *ranked: str) -> None:
        self._ranked = list(ranked)

    def fit(self, rows: pa.Table, *, params: Mapping[str, Any], seed: int) -> Fitted:
        """Return the pipeline fitted to rows."""
        inputs = rows.drop_columns([OUTCOME])
        codes = OrdinalEncoder(
            handle_unknown="use_encoded_value", unknown_value=np.nan, dtype=np.float32
        )
        text = list(text_columns(inputs))
        steps = [("text", codes, text)]
        if self._ranked:
            steps.append(("rank", QuantileTransformer(n_quantiles=100), self._ranked))
        encode = ColumnTransformer(steps, remainder="passthrough")
        trees = HistGradientBoostingClassifier(
            categorical_features=[*range(len(text))],
            early_stopping=False,
            random_state=seed,
            max_iter=min(10, params["max_iter"]),
        )
        outcome = rows[OUTCOME].to_numpy().astype(np.int8)
        fitted = Pipeline([("encode", encode), ("trees", trees)])
        return Fitted(fitted.fit(pd.DataFrame(arrays(inputs)), outcome), inputs)


@pytest.fixture
def sides(flights_data: Path) -> Callable[..., Sides]:
    """Makes the two sides of the published contract, with three of its clauses."""
    folder = Path(contracts.__file__).parent / "published"
    contract = msgspec.structs.replace(published(folder, "flights", "1.0.0"), clauses=CLAUSES)
    source = Programmatic(lambda: query(flights_data / "events.parquet"))

    def make(**parties: Any) -> Sides:
        return Sides(contract, source, **parties)

    return make


def statuses(sides: Sides) -> dict[str, str]:
    """Return each clause's status."""
    verdicts = [judge(item, sides) for item in items(sides.contract)]
    return {verdict.name: verdict.status for verdict in verdicts}


EQUIVALENT = dict.fromkeys(("schema", "invariance", "pointwise"), "equivalent")


def test_joint_as_onnx(sides: Callable[..., Sides]) -> None:
    """The clauses compare the ONNX graph with research's solution as fitted."""
    with sides(candidate=None, reference=Research(threads=1), served=ExportedModel) as pair:
        assert statuses(pair) == EQUIVALENT
        assert pair.candidate.form == "onnx"


def test_joint_with_categories(sides: Callable[..., Sides]) -> None:
    """Trees that ask which category a row has are served as a graph, too."""
    with sides(candidate=None, reference=Categories(), served=ExportedModel) as pair:
        assert statuses(pair) == EQUIVALENT
        assert pair.candidate.form == "onnx"


@pytest.mark.long
def test_joint_as_skops(sides: Callable[..., Sides]) -> None:
    """A solution that ONNX cannot express is served through skops, equal to the bit."""
    reference = Categories("distance")
    with sides(candidate=None, reference=reference, served=ExportedModel) as pair:
        assert statuses(pair) == EQUIVALENT
        assert pair.candidate.form == "skops"
        assert "QuantileTransformer" in pair.candidate.why
        case = Case(pair, "same_state")
        assert np.array_equal(case.predicted, case.expected)


def test_dual_from_one_state(sides: Callable[..., Sides]) -> None:
    """Production's code predicts from research's state, without a training of its own."""
    parties = {"candidate": Production(threads=1), "reference": Research(threads=1)}
    with sides(**parties, served=FlightsModel) as pair:
        case = Case(pair, "same_state")
        np.testing.assert_allclose(case.predicted, case.expected, rtol=0, atol=1e-6)
        assert "candidate" not in pair.made
