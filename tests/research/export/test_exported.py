from __future__ import annotations

import json
import subprocess
import sys
from typing import TYPE_CHECKING, Any

import msgspec
import numpy as np
import pyarrow as pa
import pytest

from contracts.errors import DataError, MissingExtraError, StateError
from research.export import forms
from research.export.exported import ExportedModel
from research.export.fitted import Fitted, export

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

#: It takes long and says nothing of a Python: once, not on every one.
pytestmark = pytest.mark.e2e


@pytest.mark.parametrize("name", ["boosted", "kernel"])
def test_written_again(fit: Callable[..., Any], rows: pa.Table, tmp_path: Path, name: str) -> None:
    """A model that was read writes the same bytes again, in either form."""
    first, second = tmp_path / "first", tmp_path / "second"
    first.mkdir(), second.mkdir()
    export(fit(name), rows, first)
    ExportedModel.read(first).write(second)
    assert {path.name: path.read_bytes() for path in first.iterdir()} == {
        path.name: path.read_bytes() for path in second.iterdir()
    }


def test_a_graph_alone(fit: Callable[..., Any], rows: pa.Table, tmp_path: Path) -> None:
    """A graph without a form beside it is still read."""
    model = Fitted(fit("boosted"), rows)
    model.write(tmp_path)
    (tmp_path / forms.FORM_FILE).unlink()
    served = ExportedModel.read(tmp_path)
    assert (served.form, served.predict(rows).shape) == ("onnx", (rows.num_rows, 1))
    assert served.predict(rows).mean() == pytest.approx(model.predict(rows).mean())


@pytest.mark.parametrize("name", ["boosted", "kernel"])
def test_one_record_is_a_row_of_many(
    fit: Callable[..., Any], rows: pa.Table, tmp_path: Path, name: str
) -> None:
    """Records one after the other get what their rows get: texts, nulls, numbers of any size."""
    export(fit(name), rows, tmp_path)
    served = ExportedModel.read(tmp_path)
    records = [
        {"place": "inn", "size": None, "age": 3},
        {"place": None, "size": 1e39, "age": 2**53},
        {"place": "elsewhere", "size": -1e39, "age": -1},
        *rows[:20].to_pylist(),
    ]
    kind = msgspec.defstruct("Record", rows.column_names)
    alone = np.array([served.one(kind(**record)) for record in records])
    together = served.predict(pa.Table.from_pylist(records, schema=rows.schema))
    np.testing.assert_allclose(alone, together, rtol=1e-9)  # sums are rounded otherwise


@pytest.mark.parametrize("name", ["boosted", "kernel"])
def test_no_state(fit: Callable[..., Any], rows: pa.Table, tmp_path: Path, name: str) -> None:
    """A form without its state is refused by the name of the missing file."""
    form = export(fit(name), rows, tmp_path).form
    (tmp_path / forms.STATE_FILES[form]).unlink()
    with pytest.raises(StateError, match=forms.STATE_FILES[form]):
        ExportedModel.read(tmp_path)


@pytest.mark.parametrize("change", [{"format": 3}, {"form": "pickle"}, {"extra": 1}])
def test_newer_form(
    fit: Callable[..., Any], rows: pa.Table, tmp_path: Path, change: dict[str, Any]
) -> None:
    """A form of another format or kind is refused, not guessed at."""
    export(fit("boosted"), rows, tmp_path)
    form = json.loads((tmp_path / forms.FORM_FILE).read_bytes())
    (tmp_path / forms.FORM_FILE).write_text(json.dumps(form | change))
    with pytest.raises(StateError, match="of no form that this version can read"):
        ExportedModel.read(tmp_path)


def test_another_version(fit: Callable[..., Any], rows: pa.Table, tmp_path: Path) -> None:
    """scikit-learn's own state is read only by the version that wrote it."""
    export(fit("kernel"), rows, tmp_path)
    form = json.loads((tmp_path / forms.FORM_FILE).read_bytes())
    (tmp_path / forms.FORM_FILE).write_text(json.dumps(form | {"scikit_learn": "1.5.0"}))
    with pytest.raises(StateError, match=r"scikit-learn 1\.5\.0") as caught:
        ExportedModel.read(tmp_path)
    assert "scikit-learn==1.5.0" in caught.value.hint


def test_without_skops(
    fit: Callable[..., Any], rows: pa.Table, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Where a package is missing, the error says which extra brings it."""
    export(fit("kernel"), rows, tmp_path)
    monkeypatch.setitem(sys.modules, "skops", None)
    with pytest.raises(MissingExtraError, match="research"):
        ExportedModel.read(tmp_path)


@pytest.mark.parametrize("name", ["boosted", "kernel"])
def test_absent_column(fit: Callable[..., Any], rows: pa.Table, tmp_path: Path, name: str) -> None:
    """Rows without a column are refused by its name, in either form."""
    export(fit(name), rows, tmp_path)
    with pytest.raises(DataError, match="age"):
        ExportedModel.read(tmp_path).predict(rows.drop_columns(["age"]))


def test_light_imports(fit: Callable[..., Any], rows: pa.Table, tmp_path: Path) -> None:
    """A graph is read and predicts a record without pandas, scikit-learn or skops."""
    export(fit("boosted"), rows, tmp_path)
    heavy = ("pandas", "pandera", "sklearn", "onnx", "skops")
    code = (
        "import sys, pathlib, msgspec\n"
        "from research.export.exported import ExportedModel\n"
        f"served = ExportedModel.read(pathlib.Path({str(tmp_path)!r}))\n"
        "record = msgspec.defstruct('Record', ['place', 'size', 'age'])\n"
        "assert served.form == 'onnx' and len(served.one(record('inn', None, 3))) == 1\n"
        f"print([name for name in {heavy} if name in sys.modules])"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "[]"
