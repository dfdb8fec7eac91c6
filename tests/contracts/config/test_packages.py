from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from contracts.config.packages import source_digest

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path


@pytest.fixture
def package(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A package of a user's own, with a module beside it."""
    monkeypatch.syspath_prepend(tmp_path)
    (tmp_path / "shop_code" / "models").mkdir(parents=True)
    for file in ("shop_code/__init__.py", "shop_code/models/trees.py", "shop_module.py"):
        (tmp_path / file).write_text("A = 1\n")
    return tmp_path


@pytest.mark.parametrize(
    "change",
    [
        lambda root: (root / "shop_code/models/trees.py").write_text("A = 2\n"),
        lambda root: (root / "shop_code/models/more.py").write_text(""),
        lambda root: (root / "shop_code/models/trees.py").rename(root / "shop_code/trees.py"),
    ],
)
def test_a_change_in_a_package_changes_the_digest(
    package: Path, change: Callable[[Path], object]
) -> None:
    """A Python file that changed, was added or moved does; any other file does not."""
    before = source_digest(["shop_code"])
    (package / "shop_code" / "notes.txt").write_text("later")
    assert source_digest(["shop_code"]) == before
    change(package)
    assert source_digest(["shop_code"]) != before


def test_a_module_is_one_file(package: Path) -> None:
    """Files beside a module do not belong to it."""
    before = source_digest(["shop_module"])
    (package / "shop_code" / "__init__.py").write_text("A = 2\n")
    assert source_digest(["shop_module"]) == before
    (package / "shop_module.py").write_text("A = 2\n")
    assert source_digest(["shop_module"]) != before


def test_our_own_code_always_counts(package: Path) -> None:
    """A product's code calls ours, so it is included; a package not installed adds nothing."""
    assert package.is_dir()
    assert source_digest([]) == source_digest(["contracts", "not_installed_anywhere"])
    assert source_digest([]) != source_digest(["shop_module"])
