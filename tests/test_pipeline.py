"""The pipeline: the dependencies that each stage declares."""

from __future__ import annotations

import ast
import os
import re
import subprocess
from pathlib import Path
from typing import Any

import msgspec
import pytest
import yaml

from contracts.config.product import Product

ROOT = Path(__file__).parents[1]
STAGES = ("ingest", "explore", "learn", "specify", "equivalence", "run")
PACKAGES = ("contracts", "production", "research")
PRODUCT = "flights"
#: How a task is asked for and how files are written: neither changes what comes of it.
ASKING = ("contracts/config/", "contracts/host/durable.py", "contracts/errors.py")

SOURCE = ("contracts.products.flights.query", "contracts.data.programmatic")
SOLUTION = ("research.solutions.flights.solution", "research.export.exported")
IMPLEMENTATION = (
    "production.implementations.flights.learner",
    "production.implementations.flights.model",
)
#: Where the work of each stage begins: the task's own module, and what configuration names.
WORK = {
    "ingest": ("contracts.products.flights.ingest",),
    "explore": ("research.explore.task", *SOURCE),
    "learn": ("research.learn.task", "contracts.data.baseline", *SOURCE, *SOLUTION),
    "specify": (
        "research.specify.task",
        "contracts.publication.specification",
        "research.solutions.flights.schema",
        *SOURCE,
        *SOLUTION,
    ),
    "equivalence": (
        "contracts.equivalence.report.page",
        "contracts.equivalence.proof",
        "contracts.equivalence.configured",
        *SOURCE,
        *SOLUTION,
        *IMPLEMENTATION,
    ),
    "run": (
        "production.backtest.run",
        "contracts.data.baseline",
        *SOURCE,
        *SOLUTION,
        *IMPLEMENTATION,
    ),
}


@pytest.fixture(scope="module")
def stages() -> dict[str, dict[str, Any]]:
    """The stages as declared, for one product."""
    text = (ROOT / "dvc.yaml").read_text("utf-8").replace("${item.product}", PRODUCT)
    declared: dict[str, dict[str, Any]] = yaml.safe_load(text)["stages"]
    return declared


def watched(stage: dict[str, Any]) -> dict[str, list[str]]:
    """Return the configuration files whose values a stage watches, and which of them."""
    return {file: keys or [] for each in stage["params"] for file, keys in each.items()}


def module_file(name: str) -> Path | None:
    """Return the file of one of our modules."""
    path = ROOT / name.replace(".", "/")
    files = (path.with_suffix(".py"), path / "__init__.py")
    return next((file for file in files if file.is_file()), None)


def imported(file: Path) -> set[str]:
    """Return our modules that a file imports when it runs, and names that may be modules."""
    found = set()
    statements = [
        node
        for node in ast.parse(file.read_text("utf-8")).body
        if not (isinstance(node, ast.If) and ast.unparse(node.test) == "TYPE_CHECKING")
    ]
    for node in ast.walk(ast.Module(body=statements, type_ignores=[])):
        if isinstance(node, ast.ImportFrom) and (node.module or "").split(".")[0] in PACKAGES:
            found |= {str(node.module), *(f"{node.module}.{each.name}" for each in node.names)}
    return found


def closure(names: tuple[str, ...]) -> set[str]:
    """Return the files of modules and of all of ours that they import, in turn."""
    files: set[Path] = set()
    waiting = set(names)
    while waiting:
        file = module_file(waiting.pop())
        if file is not None and file not in files:
            files.add(file)
            waiting |= imported(file)
    return {str(file.relative_to(ROOT)) for file in files}


def test_stages_are_in_order(stages: dict[str, dict[str, Any]]) -> None:
    """From raw data to a year of operation; publishing is not a stage."""
    assert tuple(stages) == STAGES


@pytest.mark.parametrize("name", STAGES)
def test_code_that_a_stage_runs_is_a_dependency(
    stages: dict[str, dict[str, Any]], name: str
) -> None:
    """Every module the work imports is in a watched file or folder that exists."""
    assert [each for each in WORK[name] if module_file(each) is None] == []
    deps = [each for each in stages[name]["deps"] if each.split("/")[0] in PACKAGES]
    assert [each for each in deps if not (ROOT / each).exists()] == []
    inside = tuple(each if each.endswith(".py") else f"{each}/" for each in deps)
    code = {each for each in closure(WORK[name]) if not each.endswith("__init__.py")}
    assert sorted(each for each in code if not each.startswith((*inside, *ASKING))) == []


@pytest.mark.parametrize("name", STAGES)
def test_configuration_that_a_stage_composes_is_watched(
    stages: dict[str, dict[str, Any]], name: str
) -> None:
    """The entry point's file, its task and every group it chooses from are parameters or deps."""
    stage = stages[name]
    words = dict(re.findall(r"(-m|task=)\s?(\w+)", stage["cmd"]))
    entry, task = words["-m"], words["task="]
    defaults = yaml.safe_load((ROOT / f"conf/{entry}.yaml").read_text("utf-8"))["defaults"]
    chosen = {
        group: option
        for each in defaults
        if isinstance(each, dict)
        for group, option in each.items()
        if option is not None
    }
    files = {f"conf/{group}/{option}.yaml" for group, option in (chosen | {"task": task}).items()}
    known = {*watched(stage), *stage["deps"]}
    missing = {file for file in files if file not in known and str(Path(file).parent) not in known}
    assert missing == set()
    assert f"conf/{entry}.yaml" in known


def test_every_value_of_a_product_is_watched(stages: dict[str, dict[str, Any]]) -> None:
    """Every key of a product is watched by a stage."""
    keys = {
        key for stage in stages.values() for key in watched(stage)[f"conf/product/{PRODUCT}.yaml"]
    }
    named = {key.split(".")[0] for key in keys}
    assert {field.encode_name for field in msgspec.structs.fields(Product)} == named


@pytest.mark.parametrize("product", [file.stem for file in (ROOT / "conf/product").glob("*.yaml")])
def test_what_a_watched_value_is_made_of_is_watched(
    product: str, stages: dict[str, dict[str, Any]]
) -> None:
    """DVC sees the text of a value, not what it takes from another: that is watched beside it."""
    file = ROOT / "conf" / "product" / f"{product}.yaml"
    values = yaml.safe_load(file.read_text("utf-8"))
    for name, stage in stages.items():
        keys = watched(stage)[f"conf/product/{PRODUCT}.yaml"]
        texts = yaml.safe_dump([value_at(values, key) for key in keys])
        taken = re.findall(r"\$\{product\.([\w.]+)\}", texts)
        inside = tuple(f"{key}." for key in keys)
        assert [each for each in taken if not f"{each}.".startswith(inside)] == [], name


def value_at(values: Any, key: str) -> Any:
    """Return what stands at a key, none where nothing does."""
    for word in key.split("."):
        values = values.get(word) if isinstance(values, dict) else None
    return values


@pytest.mark.parametrize(("active", "expected"), [("mine", "mine"), ("gone", "own"), ("", "own")])
def test_stages_run_in_the_environment_without_activation(
    tmp_path: Path, active: str, expected: str
) -> None:
    """The active environment's Python is used, else the folder's own."""
    for name in ("mine", ".venv"):
        (tmp_path / name / "bin").mkdir(parents=True)
        python = tmp_path / name / "bin" / "python"
        python.write_text(f"#!/bin/sh\necho {'own' if name == '.venv' else name} $1\n")
        python.chmod(0o755)
    env = {"PATH": os.environ["PATH"], "VIRTUAL_ENV": str(tmp_path / active) if active else ""}
    words = ["sh", str(ROOT / ".dvc" / "python"), "-m"]
    done = subprocess.run(words, cwd=tmp_path, env=env, check=True, capture_output=True, text=True)
    assert done.stdout == f"{expected} -m\n"
