"""Fixtures for tests of the tree: the repository's files, as git lists them."""

from __future__ import annotations

import subprocess
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
PACKAGES = ("conf", "contracts", "production", "research")


@pytest.fixture(scope="session")
def tracked() -> list[Path]:
    """Every tracked file, relative to the root."""
    listing = subprocess.run(["git", "ls-files", "-z"], cwd=ROOT, capture_output=True, check=True)
    paths = (Path(name) for name in listing.stdout.decode().split("\0") if name)
    return sorted(path for path in paths if (ROOT / path).is_file())


@pytest.fixture(scope="session")
def modules(tracked: list[Path]) -> list[Path]:
    """Every Python file of the packages, relative to the root."""
    return [path for path in tracked if path.suffix == ".py" and path.parts[0] in PACKAGES]


@pytest.fixture(scope="session")
def root() -> Path:
    """The repository's root."""
    return ROOT
