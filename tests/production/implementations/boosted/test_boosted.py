"""Production's boosted trees: they agree with research's, row by row and one by one."""

from __future__ import annotations

import subprocess
import sys
from typing import TYPE_CHECKING, Any, NamedTuple

import msgspec
import numpy as np
import pyarrow as pa
import pytest

from contracts.errors import ConfigError, DataError, StateError
from contracts.ports import OUTCOME, Adopts, Learner, Model
from contracts.schema.declared import inputs
from production.implementations.boosted.adopt import FORM_FILE
from production.implementations.boosted.learner import BoostedLearner
from production.implementations.boosted.model import STATE_FILE, BoostedModel
from production.implementations.boosted.state import linked, linked_one
from research.solutions.tabular.trees import BoostedTrees
from tests.suites.learner import largest_difference, records

if TYPE_CHECKING:
    from pathlib import Path

N = 600
COLUMNS = [
    {"name": "size", "kind": "float", "nullable": True},
    {"name": "plan", "kind": "str", "nullable": True},
    {"name": "months", "kind": "int"},
    {"name": "paid", "kind": "bool"},
    {"name": "town", "kind": "str"},
]
PARAMS = {"max_iter": 20, "max_features": 0.5, "min_samples_leaf": 5, "learning_rate": 0.2}


class Case(NamedTuple):
    """One kind of outcome."""

    kind: Any
    labels: list[Any]
    outcomes: list[Any]


def case_of(name: str, value: np.ndarray[Any, Any]) -> Case:
    """Return the outcomes that a hidden value gives."""
    if name == "number":
        return Case("regression", [], (40 * value + 1000).tolist())
    if name == "flags":
        return Case("binary", [False, True], (value > 0.3).tolist())
    if name == "texts in reverse":
        return Case("binary", ["stays", "leaves"], np.where(value > 0, "leaves", "stays").tolist())
    labels = ["low", "usual", "high", "never"]
    if name == "codes":
        return Case("multiclass", [3, 1, 2], np.digitize(value, [-0.5, 0.5]).astype(float) + 1)
    if name == "two of four":
        return Case("multiclass", labels, np.where(value > 0, "high", "usual").tolist())
    return Case("multiclass", labels, np.array(labels)[np.digitize(value, [-0.5, 0.5])].tolist())


@pytest.fixture(
    scope="module",
    params=["number", "flags", "texts in reverse", "labels", "codes", "two of four"],
)
def case(request: pytest.FixtureRequest) -> tuple[Case, pa.Table]:
    """Rows with nulls, texts, flags and whole numbers, for each kind of outcome."""
    rng = np.random.default_rng(0)
    size, months = rng.normal(size=N), rng.integers(0, 2**40, N)
    plan, paid = rng.choice(["a", "b", ""], N), rng.random(N) < 0.5
    value = size + (plan == "a") * paid + rng.normal(0, 0.3, N)
    made = case_of(request.param, value)
    rows = pa.table(
        {
            "size": pa.array(size, mask=rng.random(N) < 0.1),
            "plan": pa.array(plan.tolist(), mask=rng.random(N) < 0.1),
            "months": months,
            "paid": paid.tolist(),
            "town": [f"ö{at % 13}" for at in range(N)],
            OUTCOME: made.outcomes,
        }
    )
    return made, rows


def sides(case: tuple[Case, pa.Table]) -> tuple[BoostedModel, Any]:
    """Return production's model and research's, fitted to the same rows."""
    (kind, labels, _), rows = case
    own = BoostedLearner(kind=kind, labels=labels).fit(rows, params=PARAMS, seed=3)
    solution = BoostedTrees(kind=kind, labels=labels, schema=inputs(COLUMNS))
    return own, solution.fit(rows, params=PARAMS, seed=3)


def unseen(rows: pa.Table) -> pa.Table:
    """Return inputs with texts that no training row had, and nulls."""
    given = rows.drop_columns([OUTCOME])
    town = pa.array([None if at % 5 == 0 else f"ö{at % 29}" for at in range(N)])
    return given.set_column(given.column_names.index("town"), "town", town)


def test_agrees_with_research(case: tuple[Case, pa.Table]) -> None:
    """Fitted to the same rows, both sides predict the same: of unknown texts and nulls, too."""
    own, theirs = sides(case)
    given = unseen(case[1])
    assert own.labels == tuple(theirs.labels)
    scale = 1.0 if case[0].labels else 40.0
    predicted = own.predict(given)
    expected = theirs.predict(given)
    if own.state.link == "logistic":
        expected = expected[:, -1:]
    assert largest_difference(predicted, expected) <= 1e-5 * scale
    assert np.ptp(predicted[:, 0]) > 0.1


def test_reads_what_research_exported(case: tuple[Case, pa.Table], tmp_path: Path) -> None:
    """The solution's exported form predicts the same here, without research's code."""
    own, theirs = sides(case)
    theirs.write(tmp_path)
    assert isinstance(own, Adopts)
    read = BoostedModel.adopt(tmp_path)
    assert read.labels == own.labels
    given = unseen(case[1])
    assert largest_difference(read.predict(given), own.predict(given)) <= 1e-9
    assert read.state.texts == own.state.texts


def test_one_is_a_row(case: tuple[Case, pa.Table]) -> None:
    """One record gets the number of its row, to the last bits."""
    own, _ = sides(case)
    assert isinstance(own, Model)
    some = unseen(case[1])[:40]
    singles = np.array([own.one(each) for each in records(some)])
    assert largest_difference(singles, own.predict(some)) <= 1e-12


def test_written_and_read(case: tuple[Case, pa.Table], tmp_path: Path) -> None:
    """A model read back predicts the same, bit by bit; equal rows give equal files."""
    own, _ = sides(case)
    own.write(tmp_path)
    given = unseen(case[1])
    assert np.array_equal(BoostedModel.read(tmp_path).predict(given), own.predict(given))
    first = {path.name: path.read_bytes() for path in tmp_path.iterdir()}
    sides(case)[0].write(tmp_path)
    assert first == {path.name: path.read_bytes() for path in tmp_path.iterdir()}


def test_far_sums() -> None:
    """Sums far from zero give probabilities of 0 and 1, in a batch and one by one."""
    sums = np.array([[-800.0], [0.0], [800.0]])
    assert linked(sums, "logistic")[:, 0].tolist() == [0.0, 0.5, 1.0]
    assert [linked_one(each, "logistic")[0] for each in sums.tolist()] == [0.0, 0.5, 1.0]
    assert linked(np.array([[900.0, -900.0]]), "shares").tolist() == [[1.0, 0.0]]


def test_refusals(tmp_path: Path) -> None:
    """What cannot be learned, read or predicted is named."""
    rows = pa.table({"x": [1.0, 2.0] * 20, OUTCOME: [True] * 40})
    learner = BoostedLearner(kind="binary", labels=[False, True])
    assert isinstance(learner, Learner)
    with pytest.raises(ConfigError, match="did you mean 'max_iter'"):
        learner.fit(rows, params={"max_itr": 5}, seed=0)
    with pytest.raises(StateError, match=r"the outcome \[True\] alone"):
        learner.fit(rows, params={"max_iter": 5}, seed=0)
    with pytest.raises(StateError, match="holds no boosted trees"):
        BoostedModel.read(tmp_path)
    (tmp_path / STATE_FILE).write_bytes(b"{}")
    with pytest.raises(StateError, match="holds no boosted trees"):
        BoostedModel.read(tmp_path)
    with pytest.raises(StateError, match="is not what research writes"):
        BoostedModel.adopt(tmp_path)
    number = BoostedLearner(kind="regression").fit(
        rows.set_column(1, OUTCOME, rows["x"]), params={}, seed=0
    )
    with pytest.raises(DataError, match=r"lack the columns \['x'\]"):
        number.predict(pa.table({"y": [1.0]}))


def test_another_form_is_refused(case: tuple[Case, pa.Table], tmp_path: Path) -> None:
    """A state that is no graph of boosted trees is refused with the reason."""
    _, theirs = sides(case)
    theirs.write(tmp_path)
    form = msgspec.json.decode((tmp_path / FORM_FILE).read_bytes())
    (tmp_path / FORM_FILE).write_bytes(msgspec.json.encode(form | {"form": "skops", "why": "W"}))
    with pytest.raises(StateError, match="exported as skops, from which no trees can be read: W"):
        BoostedModel.adopt(tmp_path)


def test_a_graph_of_another_model_is_refused(tmp_path: Path) -> None:
    """A linear model has no trees to read."""
    from sklearn.linear_model import LinearRegression  # noqa: PLC0415 - for this test alone

    from research.export.fitted import Fitted  # noqa: PLC0415

    rows = pa.table({"x": np.arange(50.0)})
    Fitted(LinearRegression().fit(rows.to_pandas(), np.arange(50.0)), rows).write(tmp_path)
    with pytest.raises(StateError, match="does not have the structure known here"):
        BoostedModel.adopt(tmp_path)


def test_serving_needs_no_research() -> None:
    """Reading and predicting import neither a training library nor research."""
    heavy = ("pandas", "sklearn", "onnx", "research")
    code = (
        "import sys; from production.implementations.boosted import learner, model; "
        f"print([name for name in {heavy} if name in sys.modules])"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "[]"
