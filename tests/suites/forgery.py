"""Forges skops files, as someone could who may write to the store and knows the format."""

from __future__ import annotations

import json
from io import BytesIO
from typing import TYPE_CHECKING, Any
from zipfile import ZipFile

from research.export.archive import SCHEMA, canonical, nodes

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping

    Schema = dict[str, Any]


def members(state: bytes) -> dict[str, bytes]:
    """Return the members of an archive, by name."""
    with ZipFile(BytesIO(state)) as archive:
        return {name: archive.read(name) for name in archive.namelist()}


def archived(files: Mapping[str, bytes], **options: Any) -> bytes:
    """Return an archive of files."""
    archive = BytesIO()
    with ZipFile(archive, "w", **options) as written:
        for name, content in files.items():
            written.writestr(name, content)
    return archive.getvalue()


def plain(state: bytes, change: Callable[[Schema], object]) -> bytes:
    """Return a file with a changed schema and nothing else changed."""
    files = members(state)
    schema = json.loads(files[SCHEMA])
    change(schema)
    return archived(files | {SCHEMA: json.dumps(schema, separators=(",", ":")).encode()})


def forged(state: bytes, change: Callable[[Schema], object]) -> bytes:
    """Return a file with a changed schema, in the form in which this package writes it."""
    return canonical(plain(state, change))


def content(schema: Schema, name: str) -> Iterable[Schema]:
    """Yield the value of each node of a schema under a name."""
    for node in nodes(schema):
        values = node.get("content")
        if isinstance(values, dict) and name in values:
            yield values[name]
