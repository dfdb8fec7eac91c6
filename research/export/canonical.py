"""A skops file as bytes that depend on the model alone: artifacts are known by their digest.

skops names a file's members and its nodes by addresses in memory, stamps the time, and writes a set
in the order of its hashes.
"""

from __future__ import annotations

import json
from hashlib import sha256
from io import BytesIO
from itertools import count
from typing import TYPE_CHECKING, Any
from zipfile import ZipFile, ZipInfo

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

SCHEMA = "schema.json"


def canonical(written: bytes) -> bytes:
    """Return a skops file with members named by content, nodes numbered as they stand."""
    with ZipFile(BytesIO(written)) as archive:
        members = {name: archive.read(name) for name in archive.namelist()}
    schema = json.loads(members.pop(SCHEMA))
    names = {name: _named(name, content) for name, content in members.items()}
    plain = _numbered(_plain(schema, names), count(1))
    placed = {names[name]: content for name, content in members.items()}
    placed[SCHEMA] = json.dumps(plain, separators=(",", ":")).encode()
    made = BytesIO()
    with ZipFile(made, "w") as archive:
        for name in sorted(placed):
            archive.writestr(ZipInfo(name), placed[name])
    return made.getvalue()


def nodes(schema: Any) -> Iterator[dict[str, Any]]:
    """Yield each node of a skops file's schema."""
    if isinstance(schema, dict):
        if "__loader__" in schema:
            yield schema
        for value in schema.values():
            yield from nodes(value)
    elif isinstance(schema, list):
        for value in schema:
            yield from nodes(value)


def _named(name: str, content: bytes) -> str:
    return f"{sha256(content).hexdigest()}.{name.rpartition('.')[2]}"


def _plain(node: Any, names: Mapping[str, str]) -> Any:
    """Return a node without its number, its member under the new name, sets in order."""
    if isinstance(node, list):
        return [_plain(each, names) for each in node]
    if not isinstance(node, dict):
        return node
    plain = {key: _plain(value, names) for key, value in node.items() if key != "__id__"}
    if isinstance(node.get("file"), str) and "__loader__" in node:
        plain["file"] = names[node["file"]]
    if node.get("__loader__") == "SetNode":
        plain["content"].sort(key=json.dumps)
    return plain


def _numbered(node: Any, numbers: Iterator[int]) -> Any:
    """Return a node and what is in it with a number each: nothing that is loaded is shared."""
    if isinstance(node, list):
        return [_numbered(each, numbers) for each in node]
    if not isinstance(node, dict):
        return node
    number = {"__id__": next(numbers)} if "__loader__" in node else {}
    return {key: _numbered(value, numbers) for key, value in node.items()} | number
