"""The page docs/architecture.md names files and packages that exist, and all packages there are."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from pathlib import Path

PATH = re.compile(r"`((?:conf|contracts|production|research)/[\w./]+)`")


@pytest.fixture(scope="module")
def page(root: Path) -> str:
    """Return the text of the page."""
    return (root / "docs" / "architecture.md").read_text(encoding="utf-8")


def test_every_path_exists(root: Path, page: str) -> None:
    """A reader can open every file and folder that the page names."""
    paths = PATH.findall(page)
    assert paths
    assert [path for path in paths if not (root / path).exists()] == []


def test_every_package_is_described(page: str, modules: list[Path]) -> None:
    """Each package of contracts, research and production has its row."""
    packages = {"/".join(path.parts[:2]) for path in modules if len(path.parts) > 2}
    assert sorted(packages - set(PATH.findall(page))) == []
