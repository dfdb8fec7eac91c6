from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from contracts.config.code import digest

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path


@pytest.fixture
def package(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A package of a user's own, a module beside it."""
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
def test_other_code_of_a_package_is_other_code(
    package: Path, change: Callable[[Path], object]
) -> None:
    """A file that changed, came or moved; what has no code of ours is none of it."""
    before = digest(["shop_code"])
    (package / "shop_code" / "notes.txt").write_text("later")
    assert digest(["shop_code"]) == before
    change(package)
    assert digest(["shop_code"]) != before


def test_a_package_in_one_file_is_that_file(package: Path) -> None:
    """What lies beside a module belongs to others."""
    before = digest(["shop_module"])
    (package / "shop_code" / "__init__.py").write_text("A = 2\n")
    assert digest(["shop_module"]) == before
    (package / "shop_module.py").write_text("A = 2\n")
    assert digest(["shop_module"]) != before


def test_our_own_code_counts_whoever_asks(package: Path) -> None:
    """A product's code calls ours; a package that is not installed adds nothing."""
    assert package.is_dir()
    assert digest([]) == digest(["contracts", "not_installed_anywhere"])
    assert digest([]) != digest(["shop_module"])
