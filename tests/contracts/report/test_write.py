from pathlib import Path

import msgspec
import numpy as np
import pytest

from contracts.errors import StateError
from contracts.host.owned import MARKER
from contracts.report import write as module
from contracts.report.page import Head, Page
from contracts.report.write import to_json, write_report

PAGE = Page(title="t", head=Head(product="things", task="run"), sections=())


def test_a_file_of_someone_else_is_not_replaced(tmp_path: Path) -> None:
    """Nor is one added beside it."""
    (tmp_path / "report.html").write_text("mine")
    with pytest.raises(StateError, match=r"did not write: report\.html"):
        write_report(PAGE, {}, tmp_path)
    assert [path.read_text() for path in tmp_path.iterdir()] == ["mine"]


def test_a_report_is_html_and_json(tmp_path: Path) -> None:
    """The JSON includes the page's head; no other file is left."""
    target = write_report(PAGE, {"auc": np.float64(0.5), "loss": float("nan")}, tmp_path / "new")
    names = sorted(path.name for path in target.parent.iterdir())
    assert names == [MARKER, "report.html", "report.json"]
    read = msgspec.json.decode((target.parent / "report.json").read_bytes())
    assert read == {
        "product": "things",
        "task": "run",
        "command": "",
        "digest": "",
        "versions": {},
        "auc": 0.5,
        "loss": None,
    }


def test_a_failed_write_keeps_the_earlier_report(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """If the page cannot be rendered, the existing report is unchanged."""
    write_report(PAGE, {}, tmp_path)
    before = (tmp_path / "report.html").read_bytes()
    monkeypatch.setattr(module, "html", lambda _: 1 / 0)
    with pytest.raises(ZeroDivisionError):
        write_report(PAGE, {}, tmp_path)
    assert (tmp_path / "report.html").read_bytes() == before


def test_arrays_become_lists_and_other_objects_are_refused() -> None:
    """Numpy's values become plain ones; an object without a form in JSON is an error."""
    assert msgspec.json.decode(to_json(np.arange(2))) == [0, 1]
    with pytest.raises(TypeError, match="object has no form"):
        to_json(object())
