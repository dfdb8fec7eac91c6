from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.compute as pc
import pytest
from sklearn.calibration import CalibratedClassifierCV
from sklearn.ensemble import (
    HistGradientBoostingClassifier,
    HistGradientBoostingRegressor,
    VotingClassifier,
)
from sklearn.model_selection import GridSearchCV
from sklearn.multiclass import OneVsRestClassifier
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import (
    MinMaxScaler,
    PowerTransformer,
    QuantileTransformer,
    StandardScaler,
)

from contracts.schema.columns import Column, Columns
from research.export.arrays import arrays, kinds
from research.export.draws import neighbours
from research.export.sample import SIZE, cases, predict_together, sample_rows
from research.export.thresholds import dividing_numbers
from tests.suites import check

if TYPE_CHECKING:
    from collections.abc import Mapping

    from contracts.ports import Floats
    from research.export.arrays import Array

N = 20_000


@pytest.fixture
def rows() -> pa.Table:
    """Rows of which a few are unusual, none of them where an even spread would fall."""
    size, age = np.zeros(N), np.zeros(N, np.int64)
    size[[11, 12]] = -3.0, 3.0
    age[[21, 22]] = -7, 7
    place = np.full(N, "inn", object)
    place[[31, 32]] = "mill", None
    missing = np.arange(N) == 41
    return pa.table({"place": pa.array(place), "size": pa.array(size, mask=missing), "age": age})


@pytest.mark.parametrize("dictionary", [False, True])
def test_unusual_rows_are_in_the_sample(rows: pa.Table, *, dictionary: bool) -> None:
    """A null, an extreme or a text that only a single row of the table has."""
    chunked = pa.concat_tables([rows[:25], rows[25:]])
    if dictionary:
        chunked = chunked.set_column(0, "place", chunked["place"].dictionary_encode())
    sample = sample_rows(chunked)
    assert {*sample["place"].to_pylist()} == {"inn", "mill", None}
    assert sample["size"].null_count == 1
    assert (
        pc.min_max(sample["size"]).as_py(),
        pc.min_max(sample["age"]).as_py(),
    ) == (
        {"min": -3.0, "max": 3.0},
        {"min": -7, "max": 7},
    )
    assert SIZE < sample.num_rows <= SIZE + 8


def test_a_sample_of_many_texts_is_bounded() -> None:
    """A column with another text in each row adds no more than SIZE rows."""
    sample = sample_rows(
        pa.table({"name": [f"{at}" for at in range(N)], "none": pa.nulls(N, pa.float64())})
    )
    assert SIZE <= sample.num_rows <= 2 * SIZE


@pytest.mark.parametrize("n", [0, 1, 3])
def test_a_small_table_is_its_own_sample(rows: pa.Table, n: int) -> None:
    """The sample has every row once, in the table's order."""
    assert sample_rows(rows[:n]) == rows[:n]


class Recorder:
    """An estimator that refuses rows without an age, and rows of people above 1,000."""

    def predict(self, frame: pd.DataFrame) -> Array:
        """Return a zero for each row."""
        if frame["age"].isna().any() or (frame["age"] > 1_000).any():
            raise ValueError("no age")
        return np.zeros(len(frame))


SCHEMA = Columns(
    [
        Column(name="place", kind="category", checks=(check.isin(["inn", "mill", "weir"]),)),
        Column(name="size", kind="float", nullable=True, checks=(check.finite(), check.le(10.0))),
        Column(name="age", kind="int", checks=(check.ge(-7), check.le(2_000))),
    ]
)


def by_kind(rows: pa.Table, schema: Columns | None) -> dict[str, list[pd.DataFrame]]:
    """Return the rows of each kind that a recorder is tried on."""
    estimator: Any = Recorder()
    sample = sample_rows(rows)
    frames: dict[str, list[pd.DataFrame]] = {}
    for sort, columns, outputs in cases(estimator, arrays(sample), kinds(sample), schema):
        assert len(outputs) == len(columns["age"])
        frames.setdefault(sort, []).append(pd.DataFrame(columns))
    return frames


def test_what_the_estimator_cannot_predict_is_left_out(rows: pa.Table) -> None:
    """Its refusal of some rows of a kind leaves out a few, not the others of the kind."""
    frames = by_kind(rows, None)
    every = pd.concat([frame for each in frames.values() for frame in each])
    assert every["age"].notna().all()
    assert every["age"].max() <= 1_000
    assert {-(2**24) - 1, -(2**53) - 1, -(2**63)} < {*every["age"].astype("int64")}
    assert {"texts of other scripts", "odd texts", "zeros and subnormals"} < {*frames}
    missing = [
        {name for name in frame if _is_missing(frame[name])} for frame in frames["a column null"]
    ]
    assert missing == [{"place"}, {"size"}]
    (nulls,) = frames["all nullable columns null"]
    assert _is_missing(nulls["place"])
    assert _is_missing(nulls["size"])


def test_what_is_tried_is_within_the_schema(rows: pa.Table) -> None:
    """No value is drawn that the contract refuses, and its closed set is drawn in full."""
    frames = by_kind(rows.filter(pc.is_valid(rows["place"])), SCHEMA)
    every = pd.concat([frame for each in frames.values() for frame in each])
    assert {*every["place"]} == {"inn", "mill", "weir"}
    assert every["size"].max() == 10.0
    assert every["age"].min() == -7
    assert [frame["size"].isna().all() for frame in frames["a column null"]] == [True]


def _is_missing(column: pd.Series[Any]) -> bool:
    return bool((column.isna() | (column == "")).all())


@pytest.mark.parametrize(
    "steps",
    [
        [],
        [StandardScaler()],
        [StandardScaler(), MinMaxScaler()],
        [QuantileTransformer(n_quantiles=20)],
        [PowerTransformer()],
    ],
    ids=str,
)
def test_thresholds_are_pulled_back_through_the_steps_before_them(steps: list[Any]) -> None:
    """The number found for each threshold passes it, and the one below or above it does not."""
    draw = np.random.default_rng(0).normal(size=(400, 2)) * [1, 1e4]
    frame = pd.DataFrame(draw, columns=["a", "b"])
    trees = HistGradientBoostingRegressor(max_iter=3, random_state=0)
    estimator = make_pipeline(*steps, trees).fit(frame, draw @ [1, 1e-4])
    numbers = dividing_numbers(estimator, {name: frame[name].to_numpy() for name in frame})
    assert {*numbers} == {"a", "b"}
    before = estimator[:-1]
    for at, name in enumerate(frame):
        thresholds = np.concatenate(
            [
                nodes["num_threshold"][(nodes["is_leaf"] == 0) & (nodes["feature_idx"] == at)]
                for nodes in (tree.nodes for (tree,) in trees._predictors)
            ]
        )
        about = pd.DataFrame({each: neighbours(numbers[name]) for each in frame})
        made = before.transform(about) if steps else about.to_numpy()
        column = np.asarray(made)[:, at]
        for threshold in thresholds:
            assert column[column <= threshold].max() >= threshold - 1e-9 * (1 + abs(threshold))
            assert column[column > threshold].min() <= threshold + 1e-9 * (1 + abs(threshold))


TREES = HistGradientBoostingClassifier(
    categorical_features=["c"], max_iter=3, min_samples_leaf=5, random_state=0
)


@pytest.mark.parametrize(
    "estimator",
    [
        TREES,
        CalibratedClassifierCV(TREES, cv=2),
        VotingClassifier([("a", make_pipeline("passthrough", TREES))], voting="soft"),
        GridSearchCV(TREES, {"max_leaf_nodes": [4]}, cv=2),
    ],
    ids=lambda each: type(each).__name__,
)
def test_thresholds_of_trees_beside_categories_and_inside_others(estimator: Any) -> None:
    """Trees see categories before numbers: a threshold is still looked for in its own column."""
    draw = np.random.default_rng(0)
    columns: dict[str, Array] = {
        "x": draw.normal(size=400),
        "c": np.array(draw.choice(["inn", "mill"], 400), dtype=object),
    }
    fitted = estimator.fit(pd.DataFrame(columns), (columns["x"] > 0.5) ^ (columns["c"] == "inn"))
    assert [*dividing_numbers(fitted, columns)] == ["x"]
    assert np.abs(dividing_numbers(fitted, columns)["x"] - 0.5).min() < 0.1


def test_trees_in_an_estimator_not_known_have_no_thresholds() -> None:
    """What its members get is not known, so nothing is looked for, and nothing fails."""
    draw = np.random.default_rng(0)
    columns: dict[str, Array] = {
        "x": draw.normal(size=400),
        "c": np.array(draw.choice(["inn", "mill"], 400), dtype=object),
    }
    estimator: Any = OneVsRestClassifier(TREES)
    estimator.fit(pd.DataFrame(columns), np.digitize(columns["x"], [-0.5, 0.5]))
    assert dividing_numbers(estimator, columns) == {}


def test_checks_between_columns_hold_in_all_that_is_tried() -> None:
    """Of rows with hard values in both columns, those that end before they start are left out."""
    schema = Columns(
        [Column(name="start", kind="int"), Column(name="end", kind="int", nullable=True)],
        row_checks=[check.ordered("start", "end")],
    )
    draw = np.random.default_rng(0).integers(0, 100, 500)
    rows = pa.table({"start": draw, "end": draw + 5})
    estimator: Any = HistGradientBoostingRegressor(max_iter=2).fit(pd.DataFrame(arrays(rows)), draw)
    hard = cases(estimator, arrays(rows), kinds(rows), schema)
    assert {"hard values in all columns", "a column null"} < {sort for sort, *_ in hard}
    for sort, columns, _ in hard:
        late = columns["end"] < columns["start"]  # nothing is less than NaN
        assert not late.any(), sort
    assert min(columns["start"].min() for _, columns, _ in hard) == -(2**63)


def test_a_form_is_asked_for_alike_rows_at_once() -> None:
    """Each case gets the answers to its own rows, whatever the types of its columns."""
    few = {"x": np.array([1.0, 2.0])}
    tried = [
        ("floats", few, few["x"][:, None]),
        ("whole", {"x": np.array([3, 4, 5])}, np.zeros((3, 1))),
        ("more floats", {"x": np.array([6.0])}, np.zeros((1, 1))),
    ]
    asked: list[int] = []

    def predict(columns: Mapping[str, Array]) -> Floats:
        asked.append(len(columns["x"]))
        return np.asarray(columns["x"], np.float64)[:, None] * 10

    answers = predict_together(predict, tried)
    assert [each[:, 0].tolist() for each in answers] == [[10, 20], [30, 40, 50], [60]]
    assert asked == [3, 3]
