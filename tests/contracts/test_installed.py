"""The package as it is installed, in a repository that contains nothing of it."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

pytestmark = pytest.mark.e2e

ROOT = Path(__file__).resolve().parents[2]
SOURCES = ("conf", "contracts", "production", "research", "pyproject.toml", "README.md", "LICENSE")
#: Nothing is fetched: what builds the wheel is installed, as the lock has it.
OFFLINE = ("--no-deps", "--no-build-isolation", "--offline", "--no-cache")


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with the wheel of this tree installed into it."""
    made, tree = tmp_path_factory.mktemp("site"), tmp_path_factory.mktemp("tree")
    for name in SOURCES:  # a copy: a build leaves folders behind where it builds
        given = ROOT / name
        if given.is_dir():
            shutil.copytree(given, tree / name, ignore=shutil.ignore_patterns("__pycache__"))
        else:
            shutil.copy(given, tree / name)
    words = ("-m", "uv", "pip", "install", *OFFLINE, "--target", str(made), str(tree))
    done = subprocess.run([sys.executable, *words], capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    return made


@pytest.fixture(scope="module")
def repository(tmp_path_factory: pytest.TempPathFactory, flights_data: Path) -> Path:
    """A folder with only the product's data."""
    folder = tmp_path_factory.mktemp("repository")
    shutil.copytree(flights_data, folder / "data" / "flights")
    return folder


def called(site: Path, repository: Path, *words: str) -> subprocess.CompletedProcess[str]:
    """Return the output of a command there; the installed packages come before this tree's."""
    return subprocess.run(
        [sys.executable, *words],
        cwd=repository,
        env={**os.environ, "PYTHONPATH": str(site), "COLUMNS": "100"},
        capture_output=True,
        text=True,
        check=False,
    )


def test_the_installation_is_used(site: Path, repository: Path) -> None:
    """The next tests do not run this tree's code."""
    answer = called(site, repository, "-c", "import conf, contracts; print(contracts.__file__)")
    assert Path(answer.stdout.strip()).is_relative_to(site), answer.stderr


def test_a_contract_is_proven_there(site: Path, repository: Path) -> None:
    """Plugin, configuration and published contract are found; the report is written there."""
    words = ("-m", "pytest", "--contract=flights", "--contract-version=1.0.0")
    done = called(site, repository, *words, "-p", "no:cacheprovider", "-p", "no:xdist")
    assert done.returncode == 0, done.stdout + done.stderr
    assert "equivalent by 4 clauses" in done.stdout
    folder = repository / "outputs" / "contract" / "flights"
    assert "<figure" in (folder / "report.html").read_text("utf-8")
    told = json.loads((folder / "report.json").read_text("utf-8"))
    assert told["contract"]["version"] == "1.0.0"


def test_nothing_is_written_into_the_installation(site: Path) -> None:
    """Neither reports nor counterexamples are written where the package is installed."""
    published = site / "contracts" / "published" / "flights" / "1.0.0"
    assert {each.name for each in published.iterdir()} == {
        "contract.yaml",
        "golden.parquet",
        "input.yaml",
        "output.yaml",
        "provenance.json",
    }


def test_the_error_for_a_missing_contract_names_both_places(site: Path, repository: Path) -> None:
    """The error names the working directory's folder and the installation's."""
    words = ("-m", "pytest", "--contract=flights", "--contract-version=0.9.0")
    done = called(site, repository, *words, "-p", "no:cacheprovider")
    assert done.returncode == pytest.ExitCode.USAGE_ERROR
    assert "contracts/published/flights/0.9.0: no contract there, nor in" in done.stderr
    assert str(site) in done.stderr
