"""The packages whose objects a configuration may name, and the digest of their code."""

from __future__ import annotations

import hashlib
from functools import cache
from importlib.metadata import entry_points
from importlib.util import find_spec
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

OURS = ("contracts", "production", "research")
#: The entry-point group under which other packages register their components.
GROUP = "liaison.components"


@cache
def registered() -> frozenset[str]:
    """Return the top-level packages that registered their components."""
    return frozenset(
        point.value.partition(":")[0].partition(".")[0] for point in entry_points(group=GROUP)
    )


def allowed(path: str) -> bool:
    """Return whether a configuration may name the object at a dotted path."""
    package = path.partition(".")[0]
    if package in OURS or package in registered():
        return True
    registered.cache_clear()  # a session may have installed it since
    return package in registered()


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
