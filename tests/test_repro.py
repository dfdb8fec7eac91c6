"""The pipeline of a small product, run by DVC as a person would run it."""

from __future__ import annotations

import csv
import json
import os
import re
import shutil
import subprocess
import sys
from functools import partial
from pathlib import Path

import pytest

from tests.research.new.tables import table, written
from tests.suites.clone import commit_clone, make_clone
from tests.test_pipeline import PRODUCT, STAGES


class Pipeline:
    """A clone of the repository with the pipeline of another product.

    Args:
        room: Where the clone goes, and what DVC keeps outside a repository.
        product: The product's name.

    Attributes:
        folder: The clone.
        env: The environment of commands there.
    """

    def __init__(self, room: Path, product: str) -> None:
        self.folder = room / "clone"
        self._name = product
        self.env = {
            **os.environ,
            "PYTHONPATH": str(self.folder),
            "VIRTUAL_ENV": sys.prefix,
            "PATH": os.pathsep.join((str(Path(sys.executable).parent), os.environ["PATH"])),
            "OMP_NUM_THREADS": "1",
            "DVC_NO_ANALYTICS": "1",
            "DVC_SITE_CACHE_DIR": str(room / "site"),
            "XDG_CACHE_HOME": str(room / "cache"),
            "XDG_CONFIG_HOME": str(room / "config"),
        }
        make_clone(self.folder)
        file = self.folder / "dvc.yaml"
        file.write_text(file.read_text("utf-8").replace(f"[{PRODUCT}]", f"[{product}]"), "utf-8")
        commit_clone(self.folder, f"The pipeline of {product}")

    @property
    def product(self) -> Path:
        """The product's configuration."""
        return self.folder / "conf" / "product" / f"{self._name}.yaml"

    def edit(self, pattern: str, new: str) -> None:
        """Replace what is found once in the product's configuration."""
        text, count = re.subn(pattern, new, self.product.read_text("utf-8"), flags=re.MULTILINE)
        assert count == 1, pattern
        self.product.write_text(text, "utf-8")

    def dvc(self, *words: str) -> str:
        """Return what a command of DVC's prints."""
        done = subprocess.run(
            [sys.executable, "-m", "dvc", *words],
            cwd=self.folder,
            env=self.env,
            capture_output=True,
            text=True,
            check=False,
        )
        assert done.returncode == 0, done.stdout + done.stderr
        return done.stdout

    def repro(self) -> tuple[list[str], str]:
        """Return the stages that ran, and all that was printed."""
        printed = self.dvc("repro")
        return re.findall(rf"Running stage '(\w+)@{self._name}'", printed), printed

    def due(self) -> set[str]:
        """Return the stages that have a changed dependency now."""
        return {name.partition("@")[0] for name in json.loads(self.dvc("status", "--json"))}

    def changed(self) -> set[str]:
        """Return the files that git sees changed, or new."""
        words = ["git", "-C", str(self.folder), "status", "--porcelain"]
        lines = subprocess.run(words, capture_output=True, text=True, check=True).stdout
        return {line[3:] for line in lines.splitlines()}


@pytest.mark.early
@pytest.mark.e2e
def test_pipeline_runs_what_depends_on_a_change_and_nothing_else(tmp_path: Path) -> None:
    """After `dvc repro` nothing runs until a value changes, and then only what depends on it."""
    pipeline = Pipeline(tmp_path, "diabetes")
    pipeline.edit(r"trials: \d+", "trials: 1")
    ran, printed = pipeline.repro()
    assert sorted(ran) == sorted(STAGES)
    assert "\x1b" not in printed
    assert pipeline.changed() == {"conf/product/diabetes.yaml", "dvc.lock"}

    ran, printed = pipeline.repro()
    assert ran == []
    assert printed.count("didn't change, skipping") == len(STAGES)

    shutil.copy(pipeline.product, tmp_path / "kept.yaml")
    for pattern, new, due in (
        (r"\Z", "# a comment\n", set()),
        (r"horizon: 14d", "horizon: 13d", {"learn"}),
        (r"golden: 200", "golden: 100", {"specify"}),
        (r"^refresh: 14d", "refresh: 28d", {"run"}),
    ):
        shutil.copy(tmp_path / "kept.yaml", pipeline.product)
        pipeline.edit(pattern, new)
        assert pipeline.due() == due, new

    # The last change stands.
    ran, _ = pipeline.repro()
    assert ran == ["run"]

    shown = json.loads(pipeline.dvc("metrics", "show", "--json"))[""]["data"]
    assert {Path(file).parts[1] for file in shown} == {"learn", "run"}
    assert "error" not in json.dumps(shown)
    pipeline.dvc("plots", "show", "--out", str(tmp_path / "plots"))
    page = (tmp_path / "plots" / "index.html").read_text("utf-8")
    assert page.count("vegaEmbed(") == 4
    assert "served" in page


@pytest.mark.e2e
@pytest.mark.long
def test_a_new_product_has_a_pipeline_of_its_own(tmp_path: Path) -> None:
    """Its stages run where it was made, and not again until its configuration changes."""
    pipeline = Pipeline(tmp_path, "diabetes")
    written(pipeline.folder / "events.parquet", table(700))
    asked = ["task=new", "product=churn", "data=events.parquet", "target=left", "arrived=1d"]
    command = [sys.executable, "-m", "research", *asked, "implementation=none"]
    made = subprocess.run(
        command, cwd=pipeline.folder, check=True, capture_output=True, text=True, env=pipeline.env
    )
    file = "pipelines/churn/dvc.yaml"
    assert f"pipeline: dvc repro {file}" in made.stdout
    printed = pipeline.dvc("repro", file)
    assert re.findall(r"Running stage '\S+:(\w+)'", printed) == ["learn", "specify", "compare"]
    report = pipeline.folder / "outputs" / "compare" / "churn" / "report.json"
    assert json.loads(report.read_bytes())["verdict"]
    assert json.loads(pipeline.dvc("status", "--json", file)) == {}
    written(pipeline.folder / "events.parquet", table(701))
    due = {f"{file}:{stage}" for stage in ("learn", "specify", "compare")}
    assert set(json.loads(pipeline.dvc("status", "--json", file))) == due
    asked = [*command, "replace=true"]
    again = subprocess.run(
        asked, cwd=pipeline.folder, check=True, capture_output=True, text=True, env=pipeline.env
    )
    assert f"{file}: is as it was" in again.stdout


@pytest.mark.e2e
@pytest.mark.long
@pytest.mark.parametrize(
    ("package", "file", "variant"),
    [("", "pipelines/churn/dvc.yaml:", "current"), ("own", "", "own")],
)
def test_experiments_of_a_new_product_are_shown(
    package: str, file: str, variant: str, tmp_path: Path
) -> None:
    """In this repository and in a package of its own; what they leave changed stops no new one."""
    pipeline = Pipeline(tmp_path, "diabetes")
    written(pipeline.folder / "events.parquet", table(700))
    asked = ["task=new", "product=churn", "data=events.parquet", "target=left", "arrived=1d"]
    command = [sys.executable, "-m", "research", *asked, "implementation=none"]
    command += [f"package={tmp_path / package}"] if package else []
    new = partial(
        subprocess.run, command, check=True, capture_output=True, text=True, env=pipeline.env
    )
    new(cwd=pipeline.folder)
    clone = pipeline.folder
    if package:
        pipeline.folder = tmp_path / package
        subprocess.run(["git", "init", "-q"], cwd=pipeline.folder, check=True)
        pipeline.dvc("init")
    subprocess.run(["git", "add", "-A"], cwd=pipeline.folder, check=True)
    commit_clone(pipeline.folder, "A product")
    changed = f"conf/variant/{variant}.yaml:++product.learning.trials"
    for trials in (1, 2):
        words = ["-n", f"of{trials}", "-S", f"{changed}={trials}", f"{file}learn"]
        assert "skipping" not in pipeline.dvc("exp", "run", *words)
    rows = list(csv.DictReader(pipeline.dvc("exp", "show", "--csv").splitlines()))
    shown = {row["Experiment"]: row for row in rows}
    assert [shown[name]["product.learning.trials"] for name in ("of1", "of2")] == ["1", "2"]
    assert float(shown["of1"]["solution.brier"]) > 0
    assert "product.learning.trials" in pipeline.dvc("params", "diff")
    assert "outputs/learn/churn/metrics.json" in pipeline.dvc("metrics", "show")
    for words in (["show"], ["diff", "of1", "of2"]):
        pipeline.dvc("plots", *words, "--out", str(tmp_path / words[0]))
        page = (tmp_path / words[0] / "index.html").read_text("utf-8")
        for plot in ("daily", "calibration", "trials"):
            assert f"outputs/learn/churn/plots/{plot}.csv" in page
    assert "product/churn.yaml: is as it was" in " ".join(new(cwd=clone).stdout.split())
    assert pipeline.changed() >= {f"conf/variant/{variant}.yaml"}


@pytest.mark.e2e
@pytest.mark.long
def test_two_experiments_are_shown_with_what_was_changed_and_what_they_scored(
    tmp_path: Path,
) -> None:
    """Of another product of the list; the record of the search outlives the first of them."""
    pipeline = Pipeline(tmp_path, "outdoor")
    variant = "conf/variant/current.yaml:++product.learning"
    for trials in (1, 2):
        words = ["-n", f"of{trials}", "-S", f"{variant}.trials={trials}", "learn@outdoor"]
        pipeline.dvc("exp", "run", *words)
    rows = list(csv.DictReader(pipeline.dvc("exp", "show", "--csv").splitlines()))
    shown = {row["Experiment"]: row for row in rows}
    assert [shown[name]["product.learning.trials"] for name in ("of1", "of2")] == ["1", "2"]
    assert float(shown["of1"]["solution.brier"]) > 0
    assert "product.learning.trials" in pipeline.dvc("params", "diff")
    assert "solution.brier" in pipeline.dvc("metrics", "show")
    assert (
        json.loads((pipeline.folder / "outputs/learn/outdoor/report.json").read_text())["reused"]
        == 1
    )
    pipeline.dvc("plots", "diff", "of1", "of2", "--out", str(tmp_path / "plots"))
    page = (tmp_path / "plots" / "index.html").read_text("utf-8")
    for plot in ("daily", "calibration", "trials"):
        assert f"outputs/learn/outdoor/plots/{plot}.csv" in page
