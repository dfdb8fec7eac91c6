"""A package's `__all__` is sorted, and names exactly what the package imports."""

from __future__ import annotations

import ast
import importlib
from typing import TYPE_CHECKING

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
    """Return the names that a module's top level imports."""
    return {
        alias.asname or alias.name
        for node in tree.body
        if isinstance(node, ast.ImportFrom) and node.module != "__future__"
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
        assert set(importlib.import_module(name).__all__) == imported(tree), name


def rank(name: str) -> tuple[int, str]:
    """Order names as ruff does: constants, then classes, then the rest."""
    if name.isupper():
        return 0, name
    return (1 if name[0].isupper() else 2), name
