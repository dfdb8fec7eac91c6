from __future__ import annotations

import json
import subprocess
import sys
from typing import TYPE_CHECKING, Any

import pytest

from contracts.errors import DataError, MissingExtraError, StateError
from research.export import form
from research.export.export import export
from research.export.fitted import Fitted
from research.export.served import Served

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    import pyarrow as pa


@pytest.mark.parametrize("name", ["boosted", "kernel"])
def test_written_again(fit: Callable[..., Any], rows: pa.Table, tmp_path: Path, name: str) -> None:
    """What was read writes the same bytes, whatever the form."""
    first, second = tmp_path / "first", tmp_path / "second"
    first.mkdir(), second.mkdir()
    export(fit(name), rows, first)
    Served.read(first).write(second)
    assert {path.name: path.read_bytes() for path in first.iterdir()} == {
        path.name: path.read_bytes() for path in second.iterdir()
    }


def test_untold(fit: Callable[..., Any], rows: pa.Table, tmp_path: Path) -> None:
    """A graph that lies alone, as it was written before forms were told, is still read."""
    model = Fitted(fit("boosted"), rows)
    model.write(tmp_path)
    (tmp_path / form.FILE).unlink()
    served = Served.read(tmp_path)
    assert (served.form, served.predict(rows).shape) == ("onnx", (rows.num_rows, 1))
    assert served.predict(rows).mean() == pytest.approx(model.predict(rows).mean())


@pytest.mark.parametrize("name", ["boosted", "kernel"])
def test_no_state(fit: Callable[..., Any], rows: pa.Table, tmp_path: Path, name: str) -> None:
    """A form without its state is told by the name of the file that lacks."""
    found = export(fit(name), rows, tmp_path)
    (tmp_path / form.STATES[found.form]).unlink()
    with pytest.raises(StateError, match=form.STATES[found.form]):
        Served.read(tmp_path)


@pytest.mark.parametrize("change", [{"format": 2}, {"form": "pickle"}, {"extra": 1}])
def test_newer_form(
    fit: Callable[..., Any], rows: pa.Table, tmp_path: Path, change: dict[str, Any]
) -> None:
    """A form of another format, or of a kind there is none, is not guessed at."""
    export(fit("boosted"), rows, tmp_path)
    said = json.loads((tmp_path / form.FILE).read_bytes())
    (tmp_path / form.FILE).write_text(json.dumps(said | change))
    with pytest.raises(StateError, match="tells no form"):
        Served.read(tmp_path)


def test_another_version(fit: Callable[..., Any], rows: pa.Table, tmp_path: Path) -> None:
    """scikit-learn's own state is read by the version that wrote it, and no other."""
    export(fit("kernel"), rows, tmp_path)
    said = json.loads((tmp_path / form.FILE).read_bytes())
    (tmp_path / form.FILE).write_text(json.dumps(said | {"scikit_learn": "1.5.0"}))
    with pytest.raises(StateError, match=r"scikit-learn 1\.5\.0") as caught:
        Served.read(tmp_path)
    assert "scikit-learn==1.5.0" in caught.value.hint


def test_without_skops(
    fit: Callable[..., Any], rows: pa.Table, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A state that needs a package which is not there says which extra brings it."""
    export(fit("kernel"), rows, tmp_path)
    monkeypatch.setitem(sys.modules, "skops", None)
    with pytest.raises(MissingExtraError, match="research"):
        Served.read(tmp_path)


@pytest.mark.parametrize("name", ["boosted", "kernel"])
def test_absent_column(fit: Callable[..., Any], rows: pa.Table, tmp_path: Path, name: str) -> None:
    """Rows without a column are refused by its name, in either form."""
    export(fit(name), rows, tmp_path)
    with pytest.raises(DataError, match="age"):
        Served.read(tmp_path).predict(rows.drop_columns(["age"]))


def test_read_lightly(fit: Callable[..., Any], rows: pa.Table, tmp_path: Path) -> None:
    """A graph is read and answers a record without pandas, scikit-learn or skops."""
    export(fit("boosted"), rows, tmp_path)
    heavy = ("pandas", "pandera", "sklearn", "skl2onnx", "onnx", "skops")
    code = (
        "import sys, pathlib, msgspec\n"
        "from research.export.served import Served\n"
        f"served = Served.read(pathlib.Path({str(tmp_path)!r}))\n"
        "record = msgspec.defstruct('Record', ['place', 'size', 'age'])\n"
        "assert served.form == 'onnx' and len(served.one(record('inn', None, 3))) == 1\n"
        f"print([name for name in {heavy} if name in sys.modules])"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "[]"
