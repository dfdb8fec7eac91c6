"""Research's exported state as production reads it: both sides in one test, none in the code."""

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
from tests.suites.learner import apart, records, with_nulls

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping
    from pathlib import Path

    from contracts.ports import Model


@pytest.fixture(scope="module")
def reference(rows: pa.Table, params: Mapping[str, Any]) -> Model:
    """Research's solution, fitted."""
    return Research(threads=1).fit(rows, params=params, seed=0)


@pytest.fixture
def folder(reference: Model, tmp_path: Path) -> Path:
    """Where it exported its state."""
    reference.write(tmp_path)
    return tmp_path


@pytest.fixture
def change(folder: Path) -> Callable[[Callable[[Any], None]], Path]:
    """Changes the exported graph by hand."""

    def made(change: Callable[[Any], None]) -> Path:
        model = onnx.load(str(folder / "pipeline.onnx"))
        change(model.graph)
        onnx.save(model, str(folder / "pipeline.onnx"))
        return folder

    return made


def of_kind(graph: Any, kind: str) -> Any:
    """Return the first node of a kind."""
    return next(node for node in graph.node if node.op_type == kind)


def hard(rows: pa.Table) -> pa.Table:
    """Return rows with nulls, texts no training saw, and numbers beyond float32."""
    inputs = with_nulls(rows.drop_columns([OUTCOME]), 500)
    names, some = inputs.column_names, inputs[:200]
    for name in ("carrier", "dest"):
        some = some.set_column(names.index(name), name, pa.array(["??"] * 200))
    for name, value in (("pressure", 1e300), ("temp", -1e300), ("seats", float("inf"))):
        some = some.set_column(names.index(name), name, pa.array([value] * 200))
    return pa.concat_tables([inputs, some])


def test_adopts() -> None:
    """The class that serves can read what the other side exported."""
    assert isinstance(FlightsModel, Adopts)


def test_same_state(reference: Model, folder: Path, rows: pa.Table) -> None:
    """From one state both sides answer alike, in bulk and one by one, whatever is asked."""
    model = FlightsModel.adopt(folder)
    asked = hard(rows)
    assert apart(model.predict(asked), reference.predict(asked)) <= 1e-6
    some = asked.take([0, 600, 1_100])
    singles = [model.one(each) for each in records(some)]
    assert apart(model.predict(some)[:, 0], [each[0] for each in singles]) <= 1e-6


def test_written_as_its_own(reference: Model, folder: Path, rows: pa.Table) -> None:
    """Once adopted it is a state like any other: written and read back, it answers the same."""
    inputs = rows.drop_columns([OUTCOME])
    FlightsModel.adopt(folder).write(folder)
    assert apart(FlightsModel.read(folder).predict(inputs), reference.predict(inputs)) <= 1e-6


def test_columns_in_another_order(
    rows: pa.Table, params: Mapping[str, Any], tmp_path: Path
) -> None:
    """The trees' own order of columns is followed, not taken for the contract's."""
    turned = rows.select([*rows.column_names[-2::-1], OUTCOME])
    reference = Research(threads=1).fit(turned, params=params, seed=0)
    reference.write(tmp_path)
    inputs = turned.drop_columns([OUTCOME])
    assert apart(FlightsModel.adopt(tmp_path).predict(inputs), reference.predict(inputs)) <= 1e-6


def test_untold(reference: Model, folder: Path, rows: pa.Table) -> None:
    """A graph that lies alone, as it was written before forms were told, is adopted too."""
    (folder / "form.json").unlink()
    inputs = rows.drop_columns([OUTCOME])
    assert apart(FlightsModel.adopt(folder).predict(inputs), reference.predict(inputs)) <= 1e-6


def test_skops(folder: Path) -> None:
    """A state in a form that holds no trees to be read is refused with research's own reason."""
    (folder / "form.json").write_text(json.dumps({"form": "skops", "why": "ONNX has no word"}))
    with pytest.raises(StateError, match=r"exported as skops.*ONNX has no word") as caught:
        FlightsModel.adopt(folder)
    assert "same_data" in caught.value.hint


def test_nothing(tmp_path: Path) -> None:
    """An empty folder holds no state, and that is said."""
    with pytest.raises(StateError, match=r"pipeline\.onnx"):
        FlightsModel.adopt(tmp_path)


@pytest.mark.parametrize(
    ("kind", "attribute", "said"),
    [
        ("TreeEnsembleClassifier", "post_transform", "post_transform"),
        ("LabelEncoder", "default_float", "NaN"),
    ],
)
def test_another_form(
    change: Callable[[Callable[[Any], None]], Path], kind: str, attribute: str, said: str
) -> None:
    """A graph that says something else than is known here is refused, never guessed at."""

    def alter(graph: Any) -> None:
        for held in of_kind(graph, kind).attribute:
            if held.name == attribute:
                held.s, held.f = b"NONE", 0.0

    with pytest.raises(StateError, match=said):
        FlightsModel.adopt(change(alter))


def test_a_scaler(change: Callable[[Callable[[Any], None]], Path]) -> None:
    """A step between columns and trees that is not known here is named."""

    def alter(graph: Any) -> None:
        of_kind(graph, "Cast").op_type = "Scaler"

    with pytest.raises(StateError, match="a Scaler before the trees"):
        FlightsModel.adopt(change(alter))


@pytest.mark.parametrize("content", [b"", b"no graph"])
def test_broken(folder: Path, content: bytes) -> None:
    """Bytes that are no graph are a broken state, not a crash."""
    (folder / "pipeline.onnx").write_bytes(content)
    with pytest.raises(StateError):
        FlightsModel.adopt(folder)


def test_without_onnx(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Where the package that reads graphs is missing, the extra that brings it is named."""
    monkeypatch.setitem(sys.modules, "onnx", None)
    with pytest.raises(MissingExtraError, match="train"):
        FlightsModel.adopt(folder)
