"""Production reads the state that research exported; only this test imports both sides."""

from __future__ import annotations

import json
import sys
from typing import TYPE_CHECKING, Any

import onnx
import pyarrow as pa
import pytest

from contracts.errors import MissingExtraError, StateError
from contracts.ports import OUTCOME, Adopts
from production.implementations.flights.model import FlightsModel
from research.solutions.flights.solution import FlightsSolution as Research
from tests.suites.learner import largest_difference, records, with_nulls

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping
    from pathlib import Path

    from contracts.ports import Model

#: It takes long and says nothing of a Python: once, not on every one.
pytestmark = pytest.mark.e2e


@pytest.fixture(scope="module")
def reference(rows: pa.Table, params: Mapping[str, Any]) -> Model:
    """Research's solution, fitted."""
    return Research(threads=1).fit(rows, params=params, seed=0)


@pytest.fixture
def folder(reference: Model, tmp_path: Path) -> Path:
    """The folder with its exported state."""
    reference.write(tmp_path)
    return tmp_path


@pytest.fixture
def change(folder: Path) -> Callable[[Callable[[Any], None]], Path]:
    """Changes the exported graph."""

    def changed(change: Callable[[Any], None]) -> Path:
        model = onnx.load(str(folder / "pipeline.onnx"))
        change(model.graph)
        onnx.save(model, str(folder / "pipeline.onnx"))
        return folder

    return changed


def of_kind(graph: Any, kind: str) -> Any:
    """Return the first node of a kind."""
    return next(node for node in graph.node if node.op_type == kind)


def hard(rows: pa.Table) -> pa.Table:
    """Return rows with nulls, unseen texts, and numbers beyond float32."""
    inputs = with_nulls(rows.drop_columns([OUTCOME]), 500)
    names, some = inputs.column_names, inputs[:200]
    for name in ("carrier", "dest"):
        some = some.set_column(names.index(name), name, pa.array(["??"] * 200))
    for name, value in (("pressure", 1e300), ("temp", -1e300), ("seats", float("inf"))):
        some = some.set_column(names.index(name), name, pa.array([value] * 200))
    return pa.concat_tables([inputs, some])


def test_adopts() -> None:
    """The class that serves can read what research exported."""
    assert isinstance(FlightsModel, Adopts)


def test_same_state(reference: Model, folder: Path, rows: pa.Table) -> None:
    """From one state both sides predict the same, in bulk and one by one, also for hard rows."""
    model = FlightsModel.adopt(folder)
    inputs = hard(rows)
    assert largest_difference(model.predict(inputs), reference.predict(inputs)) <= 1e-6
    some = inputs.take([0, 600, 1_100])
    singles = [model.one(each) for each in records(some)]
    assert largest_difference(model.predict(some)[:, 0], [each[0] for each in singles]) <= 1e-6


def test_written_as_its_own(reference: Model, folder: Path, rows: pa.Table) -> None:
    """An adopted state is like any other: written and read back, it predicts the same."""
    inputs = rows.drop_columns([OUTCOME])
    FlightsModel.adopt(folder).write(folder)
    assert (
        largest_difference(FlightsModel.read(folder).predict(inputs), reference.predict(inputs))
        <= 1e-6
    )


def test_columns_in_another_order(
    rows: pa.Table, params: Mapping[str, Any], tmp_path: Path
) -> None:
    """The graph's own order of columns is followed."""
    turned = rows.select([*rows.column_names[-2::-1], OUTCOME])
    reference = Research(threads=1).fit(turned, params=params, seed=0)
    reference.write(tmp_path)
    inputs = turned.drop_columns([OUTCOME])
    assert (
        largest_difference(FlightsModel.adopt(tmp_path).predict(inputs), reference.predict(inputs))
        <= 1e-6
    )


def test_a_graph_alone(reference: Model, folder: Path, rows: pa.Table) -> None:
    """A graph without a form beside it is adopted too."""
    (folder / "form.json").unlink()
    inputs = rows.drop_columns([OUTCOME])
    assert (
        largest_difference(FlightsModel.adopt(folder).predict(inputs), reference.predict(inputs))
        <= 1e-6
    )


def test_skops(folder: Path) -> None:
    """A state of another form is refused, with research's reason for that form."""
    (folder / "form.json").write_text(json.dumps({"form": "skops", "why": "no converter"}))
    with pytest.raises(StateError, match=r"exported as skops.*no converter") as caught:
        FlightsModel.adopt(folder)
    assert "same_data" in caught.value.hint


def test_nothing(tmp_path: Path) -> None:
    """An empty folder is refused by the file that is missing."""
    with pytest.raises(StateError, match=r"pipeline\.onnx"):
        FlightsModel.adopt(tmp_path)


@pytest.mark.parametrize(
    ("kind", "attribute", "message"),
    [
        ("TreeEnsembleRegressor", "n_targets", "more than one sum"),
        ("LabelEncoder", "default_float", "NaN"),
    ],
)
def test_another_structure(
    change: Callable[[Callable[[Any], None]], Path], kind: str, attribute: str, message: str
) -> None:
    """A graph with another structure is refused, not guessed at."""

    def alter(graph: Any) -> None:
        for each in of_kind(graph, kind).attribute:
            if each.name == attribute:
                each.i, each.f = 2, 0.0

    with pytest.raises(StateError, match=message):
        FlightsModel.adopt(change(alter))


@pytest.mark.parametrize(
    ("kind", "message"),
    [
        ("Sigmoid", "0 logistic functions"),
        ("Add", "no Add before the Sigmoid"),
        ("TreeEnsembleRegressor", "no trees before"),
    ],
)
def test_another_link(
    change: Callable[[Callable[[Any], None]], Path], kind: str, message: str
) -> None:
    """Whatever else makes probabilities of the sums is refused."""

    def alter(graph: Any) -> None:
        of_kind(graph, kind).op_type = "Other"

    with pytest.raises(StateError, match=message):
        FlightsModel.adopt(change(alter))


def test_a_scaler(change: Callable[[Callable[[Any], None]], Path]) -> None:
    """An unknown step between columns and trees is named."""

    def alter(graph: Any) -> None:
        of_kind(graph, "Cast").op_type = "Scaler"

    with pytest.raises(StateError, match="a Scaler before the trees"):
        FlightsModel.adopt(change(alter))


@pytest.mark.parametrize("content", [b"", b"no graph"])
def test_broken(folder: Path, content: bytes) -> None:
    """Other bytes than a graph are a broken state, not a crash."""
    (folder / "pipeline.onnx").write_bytes(content)
    with pytest.raises(StateError):
        FlightsModel.adopt(folder)


def test_without_onnx(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Where the package that reads graphs is missing, the error names the extra."""
    monkeypatch.setitem(sys.modules, "onnx", None)
    with pytest.raises(MissingExtraError, match="train"):
        FlightsModel.adopt(folder)
