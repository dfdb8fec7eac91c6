"""The packages that a run executes, and the digest of their code."""

from __future__ import annotations

import hashlib
from importlib.util import find_spec
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

OURS = ("contracts", "production", "research")


def source_digest(packages: Iterable[str]) -> str:
    """Return the digest of the Python files of our packages and of others.

    If it differs, the code has changed: a run starts again, and an earlier proof no longer holds.

    Args:
        packages: The top-level names of the others; one that is not installed adds nothing.
    """
    total = hashlib.sha256()
    for package in sorted({*OURS, *packages}):
        for name, file in _files(package):
            total.update(name.encode() + b"\0" + file.read_bytes())
    return total.hexdigest()


def package_digest(path: str) -> str:
    """Return the digest of the Python files of the package that a dotted name leads into.

    It is the innermost one: what the class's own module lies in. Empty where there is none.
    """
    module = path.rpartition(".")[0]
    try:
        spec = find_spec(module) if module else None
    except ModuleNotFoundError:
        spec = None
    if spec is None:
        return ""
    package = module if spec.submodule_search_locations else spec.parent or module
    total = hashlib.sha256()
    for name, file in _files(package):
        total.update(name.encode() + b"\0" + file.read_bytes())
    return total.hexdigest()


def _files(package: str) -> Iterator[tuple[str, Path]]:
    """Yield each file of a package, or the one of a module, with its name there, in order."""
    spec = find_spec(package)
    if spec is None:
        return
    if spec.submodule_search_locations is None:
        if spec.origin and spec.origin.endswith(".py"):
            yield package, Path(spec.origin)
        return
    for folder in map(Path, spec.submodule_search_locations):
        for file in sorted(folder.rglob("*.py")):
            yield f"{package}/{file.relative_to(folder).as_posix()}", file
