"""The bytes of a skops file: written canonically, and checked before skops reads them.

skops names a file's members and its nodes by addresses in memory, stamps the time, and writes a set
in the order of its hashes. Artifacts are known by their digest, so equal models must give equal
bytes; and what is not written in that one way is refused.
"""

from __future__ import annotations

import json
from collections import Counter
from hashlib import sha256
from io import BytesIO
from itertools import count
from math import prod
from typing import TYPE_CHECKING, Any
from zipfile import ZIP_STORED, ZipFile, ZipInfo

import numpy as np

from contracts.errors import StateError

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

SCHEMA = "schema.json"
#: Bytes that all arrays of a state may take in memory, counted once for each node that names them.
LARGEST = 2 * 2**30
#: Loaders that read a member as it is; all others read it as an array, whatever its name.
BYTES = frozenset({"BytesNode", "BytearrayNode"})
HEADERS = {
    (1, 0): np.lib.format.read_array_header_1_0,
    (2, 0): np.lib.format.read_array_header_2_0,
}


def canonical(written: bytes) -> bytes:
    """Return a skops file with members named by their content, and nodes numbered in order."""
    with ZipFile(BytesIO(written)) as archive:
        members = _canonical({name: archive.read(name) for name in archive.namelist()})
    file = BytesIO()
    with ZipFile(file, "w") as archive:
        for name in sorted(members):
            archive.writestr(ZipInfo(name), members[name])
    return file.getvalue()


def checked_schema(state: bytes) -> Any:
    """Return the schema of a skops file, after a check that reading it takes no more than its size.

    Raises:
        StateError: A member is compressed, there twice, missing or named by no node; or the nodes
            name more than `LARGEST` bytes.
        Exception: It is no archive, or has no schema.
    """
    members = _members(state)
    schema = json.loads(members.pop(SCHEMA))
    named = [node["file"] for node in nodes(schema) if "file" in node]
    unmatched = sorted({*members} ^ {*map(str, named)})
    if unmatched:
        raise _refused(f"{unmatched[0]} is missing, or named by no node")
    total = sum(len(members[name]) for name in named)
    if total > LARGEST:
        raise _refused(f"its nodes name {total} bytes, at most {LARGEST} are allowed")
    return schema


def require_canonical(state: bytes) -> None:
    """Refuse a file that is not canonical, or whose arrays are not as long as their headers say.

    Raises:
        StateError: A node is shared or has another number, a member another name, or an array lies
            about its size, by which memory would be taken.
    """
    members = _members(state)
    expected = _canonical(members)
    changed = sorted(
        name for name in {*members, *expected} if members.get(name) != expected.get(name)
    )
    if changed:
        raise _refused(f"{changed[0]} differs from how this package writes it")
    for node in nodes(json.loads(members[SCHEMA])):
        name = node.get("file")
        if name is None or node["__loader__"] in BYTES:
            continue
        if not _is_whole_array(members[name]):
            raise _refused(f"{name} is no array of the size that its header says")


def nodes(schema: Any) -> Iterator[dict[str, Any]]:
    """Yield each node of a skops file's schema: a JSON object that a loader reads."""
    yield from (each for each in objects(schema) if "__loader__" in each)


def objects(schema: Any) -> Iterator[dict[str, Any]]:
    """Yield each JSON object in a schema, at any depth."""
    if isinstance(schema, dict):
        yield schema
        schema = [*schema.values()]
    if isinstance(schema, list):
        for value in schema:
            yield from objects(value)


def _canonical(members: Mapping[str, bytes]) -> dict[str, bytes]:
    """Return the members of a file under their canonical names, with its canonical schema."""
    names = {
        name: f"{sha256(content).hexdigest()}.{name.rpartition('.')[2]}"
        for name, content in members.items()
        if name != SCHEMA
    }
    schema = _numbered(_without_numbers(json.loads(members[SCHEMA]), names), count(1))
    arrays = {names[name]: members[name] for name in names}
    return arrays | {SCHEMA: json.dumps(schema, separators=(",", ":")).encode()}


def _without_numbers(node: Any, names: Mapping[str, str]) -> Any:
    """Return a node without its number, its member under the new name, sets in sorted order."""
    if isinstance(node, list):
        return [_without_numbers(each, names) for each in node]
    if not isinstance(node, dict):
        return node
    plain = {key: _without_numbers(value, names) for key, value in node.items() if key != "__id__"}
    if isinstance(node.get("file"), str) and "__loader__" in node:
        plain["file"] = names[node["file"]]
    if node.get("__loader__") == "SetNode":
        plain["content"].sort(key=json.dumps)
    return plain


def _numbered(node: Any, numbers: Iterator[int]) -> Any:
    """Return a node in which each node has a number of its own, so that skops shares none."""
    if isinstance(node, list):
        return [_numbered(each, numbers) for each in node]
    if not isinstance(node, dict):
        return node
    number = {"__id__": next(numbers)} if "__loader__" in node else {}
    return {key: _numbered(value, numbers) for key, value in node.items()} | number


def _members(state: bytes) -> dict[str, bytes]:
    with ZipFile(BytesIO(state)) as archive:
        _require_plain(archive.infolist(), len(state))
        return {name: archive.read(name) for name in archive.namelist()}


def _require_plain(members: Sequence[ZipInfo], size: int) -> None:
    """Refuse members that would take more memory than the file, before any of them is read."""
    packed = next((each.filename for each in members if _is_compressed(each)), None)
    if packed is not None:
        raise _refused(f"expected members without compression, {packed} is compressed")
    twice = [name for name, n in Counter(each.filename for each in members).items() if n > 1]
    if twice:
        raise _refused(f"expected each member once, {twice[0]} is there twice")
    total = sum(each.file_size for each in members)
    if total > size:
        raise _refused(f"its members overlap: {total} bytes in a file of {size}")


def _is_compressed(member: ZipInfo) -> bool:
    return member.compress_type != ZIP_STORED or member.file_size != member.compress_size


def _is_whole_array(content: bytes) -> bool:
    """Return whether an array takes as many bytes as its header says: numpy allocates by that."""
    file = BytesIO(content)
    shape, _, dtype = HEADERS[np.lib.format.read_magic(file)](file)
    size, rest = prod(shape), len(content) - file.tell()
    fits = min(shape, default=0) >= 0 and size * dtype.itemsize == rest
    return bool(fits and (dtype.itemsize or not size))


def _refused(why: str) -> StateError:
    return StateError(
        f"not a skops file as this package writes it: {why}",
        hint="restore the artifact, or export the model anew from research's solution",
    )
