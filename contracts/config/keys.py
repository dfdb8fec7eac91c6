"""The words a configuration knows: its groups and the dotted keys of its values."""

from __future__ import annotations

from typing import TYPE_CHECKING

from omegaconf import DictConfig

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path


def groups(tree: Path) -> list[str]:
    """Return the names of a tree's groups: one a folder that holds options."""
    return sorted({str(file.parent.relative_to(tree)) for file in tree.glob("*/**/*.yaml")})


def tasks(tree: Path, package: str = "") -> list[str]:
    """Return the names of a tree's tasks, those of one package where it is given."""
    found = sorted((tree / "task").glob("*.yaml"))
    said = f"package: {package}\n" if package else ""
    return [file.stem for file in found if said in file.read_text("utf-8")]


def keys(node: DictConfig, prefix: str = "") -> Iterator[str]:
    """Yield the dotted name of every key under a node, branches included.

    >>> from omegaconf import OmegaConf
    >>> list(keys(OmegaConf.create({"a": {"b": 1}})))
    ['a', 'a.b']
    """
    for key in node:
        name = f"{prefix}{key!s}"
        yield name
        child = node._get_node(key)  # noqa: SLF001 - reading a value would resolve it
        if isinstance(child, DictConfig) and not child._is_none() and not child._is_missing():  # noqa: SLF001
            yield from keys(child, f"{name}.")
