"""skops files as one forges them who may write to the store and knows how they are written."""

from __future__ import annotations

import json
from io import BytesIO
from typing import TYPE_CHECKING, Any
from zipfile import ZipFile

from research.export.canonical import SCHEMA, canonical, nodes

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping

    Schema = dict[str, Any]


def members(state: bytes) -> dict[str, bytes]:
    """Return what a file holds, by name."""
    with ZipFile(BytesIO(state)) as archive:
        return {name: archive.read(name) for name in archive.namelist()}


def archived(held: Mapping[str, bytes] | Iterable[tuple[str, bytes]], **options: Any) -> bytes:
    """Return a file that holds what is given."""
    made = BytesIO()
    with ZipFile(made, "w", **options) as archive:
        for name, content in dict(held).items():
            archive.writestr(name, content)
    return made.getvalue()


def plain(state: bytes, change: Callable[[Schema], object]) -> bytes:
    """Return a file whose schema was changed, and nothing else."""
    held = members(state)
    schema = json.loads(held[SCHEMA])
    change(schema)
    return archived(held | {SCHEMA: json.dumps(schema, separators=(",", ":")).encode()})


def forged(state: bytes, change: Callable[[Schema], object]) -> bytes:
    """Return a file whose schema was changed, and that stands as if it was written so."""
    return canonical(plain(state, change))


def content(schema: Schema, name: str) -> Iterable[Schema]:
    """Yield what nodes of a schema hold under a name."""
    for node in nodes(schema):
        held = node.get("content")
        if isinstance(held, dict) and name in held:
            yield held[name]
