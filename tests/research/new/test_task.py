"""From a table to a finished comparison: two commands, and no line that a person wrote."""

from __future__ import annotations

import json
import os
import re
import subprocess
import sys
import tomllib
from functools import partial
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow as pa
import pytest
import yaml
from pyarrow import csv

from contracts.config.entry import main
from contracts.host.interpreter import runnable
from research.new.implementation import MADE, proven
from research.new.rehearsed import composed
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
def test_a_folder_of_others_is_left_alone(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """Where results cannot be put, no product is written either."""
    foreign = folder / "outputs" / "learn" / "churn"
    foreign.mkdir(parents=True)
    (foreign / "mine.txt").write_text("x")
    assert main("research", usage="", arguments=NEW) == 5
    assert "has files that we did not write" in capsys.readouterr().err
    assert not (folder / "conf").exists()


def test_a_file_in_a_folders_place(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """Where one file has no place, none is written."""
    (folder / ".dvc").mkdir()
    (folder / "pipelines").write_text("x")
    assert main("research", usage="", arguments=NEW) == 5
    assert "pipelines" in capsys.readouterr().err
    assert not [*folder.rglob("churn.yaml")]


@pytest.mark.e2e
def test_a_product_of_a_table(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """It has two implementations, and is compared on its draft; said again, nothing changes."""
    assert main("research", usage="", arguments=NEW) == 0
    file = folder / "conf" / "product" / "churn.yaml"
    first = file.read_bytes()
    shown = capsys.readouterr().out
    command = f"python -m production {' '.join(TREE)} product=churn task=compare"
    assert f"next: {runnable(command)}\n" in shown
    assert "implementation BoostedModel: equivalent by 8 clauses" in shown
    assert main("research", usage="", arguments=NEW) == 0
    assert "is as it was" in capsys.readouterr().out
    assert file.read_bytes() == first
    assert_unequal_is_left_out(file)
    words = [*TREE, "product=churn", "task=compare", "compute.processes=1"]
    assert main("production", usage="", arguments=words) == 0
    assert "is research's draft: nothing is published" in capsys.readouterr().out
    report = json.loads(Path("outputs/compare/churn/report.json").read_bytes())
    assert set(report["lifecycles"]) == {"interactive", "open", "adaptive", "dual"}
    assert not Path("contracts").exists()
    file.write_text(file.read_text("utf-8").replace("seed: 0", "seed: 1"))
    assert main("production", usage="", arguments=words) == 4
    said = capsys.readouterr().err
    assert "the product says something else than research's draft" in said
    assert "task=learn, then python -m research" in said  # it is learned otherwise now
    assert "task=specify drafts it anew" in said
    told = re.findall(r"python -m research [^,;]*task=\w+", said)
    assert [main("research", usage="", arguments=each.split()[3:]) for each in told] == [0, 0]
    assert main("production", usage="", arguments=words) == 0


def assert_unequal_is_left_out(file: Path) -> None:
    """An implementation that the draft's clauses do not hold for is none, and is said why."""
    configured = {**MADE, "learner": {**MADE["learner"], "kind": "regression", "labels": []}}
    text = yaml.safe_load(file.read_text("utf-8")) | {"implementation": configured}
    product = composed(yaml.safe_dump(text), file.parents[2] / "room")
    draft = Path("outputs/specify/churn/draft")
    left_out = proven(product, draft, configured=configured, progress=lambda _step: None)
    assert left_out.configured is None
    assert "no implementation, so dual is left out of comparisons" in left_out.words
    assert re.search(r"not equivalent: different by .*golden", left_out.words)


@pytest.mark.e2e
def test_a_package_of_its_own(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """It holds all that its commands need; what its implementation lacks, the clauses say."""
    words = [*NEW, "package=own", "implementation=skeleton"]
    assert main("research", usage="", arguments=words) == 0
    install = runnable("python -m pip install -e .", elsewhere=True)
    command = runnable("python -m production --config-dir conf", elsewhere=True)
    assert f"next: cd own && {install} && {command}" in capsys.readouterr().out
    own = folder / "own"
    assert (own / "outputs" / "specify" / "churn" / "draft" / "contract.yaml").is_file()
    assert not (folder / "conf").exists()
    environment = {**os.environ, "PYTHONPATH": os.pathsep.join((str(own), str(installed(own))))}
    run = partial(
        subprocess.run, cwd=own, env=environment, check=False, capture_output=True, text=True
    )
    assert run([sys.executable, "-m", "pytest", "-q", "tests"]).returncode == 0
    text = (own / "churn" / "implementation.py").read_text("utf-8")
    command = re.search(r"python -m contracts .* task=prove .*", text)
    assert command is not None
    done = run([sys.executable, *command[0].split()[1:]])
    assert "the implementation is not equivalent" in done.stderr
    assert "different by golden, metric, noise_floor (3 of 6 hold" in done.stdout
    assert "has no `adopt`" in done.stdout


def installed(own: Path) -> Path:
    """Lay down a package's metadata as pip would, and return the folder."""
    project = tomllib.loads((own / "pyproject.toml").read_text("utf-8"))["project"]
    metadata = own.parent / "site" / "churn-0.1.dist-info"
    metadata.mkdir(parents=True)
    (metadata / "METADATA").write_text("Metadata-Version: 2.1\nName: churn\nVersion: 0.1\n")
    declared = project["entry-points"]["liaison.components"]
    lines = [f"{name} = {value}" for name, value in declared.items()]
    (metadata / "entry_points.txt").write_text("\n".join(["[liaison.components]", *lines]))
    return metadata.parent


N = 900
#: The columns that differ, what is asked, and the kind that is inferred.
KINDS: dict[str, tuple[dict[str, Any], list[str], str]] = {
    "open labels": (
        {"Größe (cm)": [at % 37 / 3 for at in range(N)], "class": [f"c{at % 9}" for at in range(N)]}
        | {"left": ["new" if at > 500 and at % 9 == 0 else f"t{at % 3}" for at in range(N)]},
        ["time=at"],
        "multiclass",
    ),
    "numbers": ({"left": [at % 11 + at % 7 / 8 for at in range(N)]}, ["arrived=2d"], "regression"),
    "no time": ({"at": None}, [], "binary"),
}


@pytest.mark.e2e
@pytest.mark.parametrize("case", KINDS)
def test_a_product_of_each_kind(
    case: str, folder: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """It runs through its history: from unsorted CSV with odd headers, too."""
    columns, given, kind = KINDS[case]
    rows = pa.table(table(N, **columns))
    csv.write_csv(rows.take(np.random.default_rng(0).permutation(N)), folder / "events.csv")
    words = ["task=new", "product=thing", "data=events.csv", "target=left", *given]
    assert main("research", usage="", arguments=words) == 0
    assert f"; {kind}, because 'left':" in capsys.readouterr().out
    words = [*TREE, "product=thing", "lifecycle=open"]
    assert main("production", usage="", arguments=words) == 0
    shown = capsys.readouterr().out
    assert "is research's draft" in shown
    assert ("The data have no time" in shown) == (case == "no time")
