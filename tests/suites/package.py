"""A package of a user's own, as pip would leave it in a folder."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from pathlib import Path


def install(folder: Path, name: str, components: str, code: str) -> None:
    """Install a package of one module in a folder.

    Args:
        folder: Where; to be on the import path.
        name: The package's name, and its module's.
        components: Its entry points of the group ``liaison.components``, a line each.
        code: The text of its module.
    """
    (folder / f"{name}.py").write_text(code, encoding="utf-8")
    metadata = folder / f"{name}-1.0.dist-info"
    metadata.mkdir()
    (metadata / "METADATA").write_text(f"Metadata-Version: 2.1\nName: {name}\nVersion: 1.0\n")
    (metadata / "entry_points.txt").write_text(f"[liaison.components]\n{components}")
