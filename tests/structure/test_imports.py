"""Modules that must start fast load no heavy library, checked in separate processes."""

from __future__ import annotations

import json
import subprocess
import sys

import pytest

HEAVY = (
    "duckdb",
    "ibis",
    "matplotlib",
    "onnx",
    "onnxruntime",
    "optuna",
    "pandas",
    "pandera",
    "sklearn",
    "sqlalchemy",
)
SERVING_KNOWS_NOT = (
    "duckdb",
    "ibis",
    "matplotlib",
    "onnx",
    "optuna",
    "pandas",
    "pandera",
    "scipy",
    "river",
    "skl2onnx",
    "sklearn",
)


def loaded(module: str) -> set[str]:
    """Return the top-level names that importing a module loads."""
    code = (
        f"import json, sys, {module}; "
        "print(json.dumps([name for name in sys.modules if '.' not in name]))"
    )
    run = subprocess.run([sys.executable, "-c", code], capture_output=True, check=True, text=True)
    return set(json.loads(run.stdout))


@pytest.mark.parametrize(
    "module",
    [
        "contracts.__main__",
        "contracts.config",
        "contracts.lifecycle",
        "contracts.testing.plugin",
        "production.__main__",
        "production.console.describe",
        "production.console.taxonomy",
        "research.__main__",
    ],
)
def test_light(module: str) -> None:
    """Help, descriptions and configuration load no heavy library."""
    assert loaded(module) & set(HEAVY) == set()


@pytest.mark.parametrize(
    "module",
    [
        "contracts.contract",
        "contracts.schema.record",
        "production.serving.engine",
        "production.assembly.serving",
    ],
)
def test_serving(module: str) -> None:
    """Modules that serve requests load no data frame, query engine, estimator or plot."""
    assert loaded(module) & set(SERVING_KNOWS_NOT) == set()
