"""From a table to a finished comparison: two commands, and no line that a person wrote."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

import pytest

from contracts.config.entry import main
from tests.research.new.tables import table, written

NEW = ["task=new", "product=churn", "data=events.parquet", "target=left", "arrived=1d"]
TREE = ["--config-dir", "conf"]


@pytest.fixture(autouse=True)
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A folder of a person's own, with a table in it."""
    monkeypatch.chdir(tmp_path)
    written(tmp_path / "events.parquet", table(700))
    return tmp_path


def test_a_mistake_writes_nothing(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """A refusal is one line with the next step, and leaves the folder as it was."""
    assert main("research", usage="", arguments=[*NEW, "time=when"]) == 2
    assert "time: the data have no column 'when'" in capsys.readouterr().err
    assert [each.name for each in folder.iterdir()] == ["events.parquet"]


@pytest.mark.e2e
def test_a_product_of_a_table(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """It is compared on its draft; said again, nothing changes."""
    assert main("research", usage="", arguments=NEW) == 0
    file = folder / "conf" / "product" / "churn.yaml"
    first = file.read_bytes()
    assert f"next: python -m production {' '.join(TREE)} product=churn" in capsys.readouterr().out
    assert main("research", usage="", arguments=NEW) == 0
    assert "is as it was" in capsys.readouterr().out
    assert file.read_bytes() == first
    words = [*TREE, "product=churn", "task=compare", "compute.processes=1"]
    assert main("production", usage="", arguments=words) == 0
    assert "is research's draft: nothing is published" in capsys.readouterr().out
    report = json.loads(Path("outputs/compare/churn/report.json").read_bytes())
    assert set(report["lifecycles"]) == {"interactive", "open", "adaptive"}
    assert not Path("contracts").exists()


@pytest.mark.e2e
def test_a_package_of_its_own(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """It holds all that its commands need, and its draft; they are run from inside of it."""
    assert main("research", usage="", arguments=[*NEW, "package=own"]) == 0
    assert "next: cd own && python -m production --config-dir conf" in capsys.readouterr().out
    own = folder / "own"
    assert (own / "outputs" / "specify" / "churn" / "draft" / "contract.yaml").is_file()
    assert not (folder / "conf").exists()
    done = subprocess.run([sys.executable, "-m", "pytest", "-q", "tests"], cwd=own, check=False)
    assert done.returncode == 0
