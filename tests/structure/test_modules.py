"""Code is easy to find: short files with docstrings, in proper packages."""

from __future__ import annotations

import ast
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from pathlib import Path

LONGEST = 320


def parsed(path: Path) -> ast.Module:
    """Return a file's syntax tree."""
    return ast.parse(path.read_text(encoding="utf-8"), str(path))


def test_docstrings(root: Path, modules: list[Path]) -> None:
    """Every module of the packages has a docstring."""
    silent = [str(path) for path in modules if not ast.get_docstring(parsed(root / path))]
    assert silent == []


def test_lengths(root: Path, tracked: list[Path]) -> None:
    """No Python file is longer than one concept needs."""
    lengths = {
        str(path): len((root / path).read_text(encoding="utf-8").splitlines())
        for path in tracked
        if path.suffix == ".py"
    }
    assert {path: lines for path, lines in lengths.items() if lines > LONGEST} == {}


def test_packages(modules: list[Path]) -> None:
    """Every folder with a module is a package, so that tools that walk packages find it."""
    known = set(modules)
    folders = {path.parent for path in modules}
    assert [str(path) for path in sorted(folders) if path / "__init__.py" not in known] == []


def test_claims(root: Path, tracked: list[Path]) -> None:
    """Every test states its claim in a docstring."""
    mute = [
        f"{path}::{node.name}"
        for path in tracked
        if path.parts[0] == "tests" and path.suffix == ".py"
        for node in ast.walk(parsed(root / path))
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef)
        and node.name.startswith("test_")
        and not ast.get_docstring(node)
    ]
    assert mute == []
