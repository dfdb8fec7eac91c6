"""Production's linear models: they agree with research's, row by row and one by one."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import msgspec
import numpy as np
import pyarrow as pa
import pytest

from contracts.errors import ConfigError, StateError
from contracts.ports import OUTCOME, Learner, Model
from contracts.schema.declared import inputs
from production.implementations.linear.learner import LinearLearner
from production.implementations.linear.model import FILE, LinearModel, LinearState
from research.solutions.tabular.linear import Linear
from tests.suites.learner import largest_difference, records

if TYPE_CHECKING:
    from pathlib import Path

LABELS = ["a", "b", "c"]
SCHEMA = inputs([{"name": name, "kind": "float"} for name in ("x", "y", "same")])


def rows_of(outcomes: Any, x: Any, y: Any) -> pa.Table:
    """Return rows of two inputs that vary and one that does not."""
    return pa.table({"x": x, "y": y, "same": np.full(len(x), 3.0), OUTCOME: outcomes})


@pytest.fixture(scope="module", params=["labels", "number"])
def case(request: pytest.FixtureRequest) -> tuple[pa.Table, list[str]]:
    """Rows of both kinds of outcome, and their labels."""
    rng = np.random.default_rng(0)
    x, y = rng.normal(5, 20, 400), rng.normal(-1, 0.1, 400)
    value = x / 20 + 8 * y + rng.normal(0, 1, 400)
    if request.param == "number":
        return rows_of(value, x, y), []
    return rows_of(np.array(LABELS)[np.digitize(value, [-9.0, -7.0])].tolist(), x, y), LABELS


def test_agrees_with_research(case: tuple[pa.Table, list[str]]) -> None:
    """Fitted to the same rows, both sides predict the same."""
    rows, labels = case
    given, some = rows.drop_columns([OUTCOME]), {"penalty": 0.5}
    own = LinearLearner(labels=labels).fit(rows, params=some, seed=0)
    theirs = Linear(schema=SCHEMA, labels=labels).fit(rows, params=some, seed=1)
    assert own.labels == tuple(theirs.labels) == tuple(labels)
    assert largest_difference(own.predict(given), theirs.predict(given)) <= 1e-4
    assert np.ptp(own.predict(given)[:, 0]) > 0.1


def test_one_is_a_row(case: tuple[pa.Table, list[str]]) -> None:
    """One record gets the very numbers of its row."""
    rows, labels = case
    given = rows.drop_columns([OUTCOME])[:20]
    model = LinearLearner(labels=labels).fit(rows, params={}, seed=0)
    assert isinstance(model, Model)
    singles = np.array([model.one(each) for each in records(given)])
    assert np.array_equal(model.predict(given), singles)


def test_written_and_read(case: tuple[pa.Table, list[str]], tmp_path: Path) -> None:
    """A model read back predicts the same, bit by bit."""
    rows, labels = case
    model = LinearLearner(labels=labels).fit(rows, params={}, seed=0)
    model.write(tmp_path)
    given = rows.drop_columns([OUTCOME])
    assert np.array_equal(LinearModel.read(tmp_path).predict(given), model.predict(given))


def test_labels_without_rows_are_left_out() -> None:
    """A label that no row has is none of the model's: it names those it has seen."""
    rows = rows_of(["c", "a", "c", "a"], [1.0, 2.0, 1.5, 2.5], [0.0, 1.0, 0.5, 1.0])
    model = LinearLearner(labels=LABELS).fit(rows, params={}, seed=0)
    assert model.labels == ("a", "c")
    assert model.predict(rows).shape == (4, 2)
    assert model.predict(rows).sum(axis=1) == pytest.approx(1.0)


def test_a_learner_of_the_port() -> None:
    """Both sides are learners, and refuse a parameter with the near match."""
    rows = rows_of([1.0, 2.0], [1.0, 2.0], [0.0, 1.0])
    for learner in (LinearLearner(), Linear(schema=SCHEMA)):
        assert isinstance(learner, Learner)
        with pytest.raises(ConfigError, match="did you mean 'penalty'"):
            learner.fit(rows, params={"penalti": 1.0}, seed=0)


@pytest.mark.parametrize("text", [None, b"{}", b"nonsense"])
def test_what_is_no_model_is_refused(text: bytes | None, tmp_path: Path) -> None:
    """A missing or damaged state is named with its folder."""
    if text is not None:
        (tmp_path / FILE).write_bytes(text)
    with pytest.raises(StateError, match="holds no linear model"):
        LinearModel.read(tmp_path)


def test_a_state_of_another_shape_is_refused(tmp_path: Path) -> None:
    """Weights have to be as many as columns and scores."""
    state = LinearState(columns=["x"], weights=[[1.0]], intercepts=[0.0])
    text = msgspec.json.encode(state).replace(b"[[1.0]]", b"[[1.0,2.0]]")
    (tmp_path / FILE).write_bytes(text)
    with pytest.raises(StateError, match="expected 1 weights for each of 1 columns"):
        LinearModel.read(tmp_path)
