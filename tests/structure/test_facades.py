"""A package's `__all__` is sorted, and names exactly what the package imports."""

from __future__ import annotations

import ast
import importlib
from typing import TYPE_CHECKING

from tests.structure.conftest import PACKAGES

if TYPE_CHECKING:
    from pathlib import Path


def facades(root: Path, modules: list[Path]) -> dict[str, ast.Module]:
    """Return the packages whose ``__init__`` imports something, by dotted name."""
    trees = {
        ".".join(path.parent.parts): ast.parse((root / path).read_text(encoding="utf-8"))
        for path in modules
        if path.name == "__init__.py"
    }
    return {name: tree for name, tree in trees.items() if imported(tree)}


def imported(tree: ast.Module) -> set[str]:
    """Return the names of ours that a module imports, or says that it imports when asked for."""
    return {
        alias.asname or alias.name
        for node in ast.walk(tree)
        if isinstance(node, ast.ImportFrom) and (node.module or "").split(".")[0] in PACKAGES
        for alias in node.names
    }


def test_sorted(root: Path, modules: list[Path]) -> None:
    """A package's __all__ is sorted, constants first as the linter does, without duplicates."""
    for name in facades(root, modules):
        shown = importlib.import_module(name).__all__
        assert list(shown) == sorted(set(shown), key=rank), name


def test_true(root: Path, modules: list[Path]) -> None:
    """A package's __all__ names exactly what the package imports."""
    for name, tree in facades(root, modules).items():
        facade = importlib.import_module(name)
        assert set(facade.__all__) == imported(tree), name
        assert [each for each in facade.__all__ if not hasattr(facade, each)] == [], name


def rank(name: str) -> tuple[int, str]:
    """Order names as ruff does: constants, then classes, then the rest."""
    if name.isupper():
        return 0, name
    return (1 if name[0].isupper() else 2), name
