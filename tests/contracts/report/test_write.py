from pathlib import Path

import msgspec
import numpy as np
import pytest

from contracts.report import write as module
from contracts.report.page import Head, Page
from contracts.report.write import to_json, write_report

PAGE = Page(title="t", head=Head(product="things", task="run"), sections=())


def test_report_is_written_for_people_and_machines(tmp_path: Path) -> None:
    """The JSON stands beside the HTML, with what made it, and nothing else is left behind."""
    target = write_report(PAGE, {"auc": np.float64(0.5), "loss": float("nan")}, tmp_path / "new")
    assert sorted(path.name for path in target.parent.iterdir()) == ["report.html", "report.json"]
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


def test_a_broken_write_leaves_the_report_before(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Content that cannot be made does not touch the report that stands there."""
    write_report(PAGE, {}, tmp_path)
    before = (tmp_path / "report.html").read_bytes()
    monkeypatch.setattr(module, "html", lambda _: 1 / 0)
    with pytest.raises(ZeroDivisionError):
        write_report(PAGE, {}, tmp_path)
    assert (tmp_path / "report.html").read_bytes() == before


def test_arrays_are_lists_and_other_objects_are_refused() -> None:
    """Numpy's values become plain ones; what has no form in JSON is an error."""
    assert msgspec.json.decode(to_json(np.arange(2))) == [0, 1]
    with pytest.raises(TypeError, match="object has no form"):
        to_json(object())
