"""A skops file looked at before skops reads it: as one is written here, no larger than it says."""

from __future__ import annotations

import json
from collections import Counter
from io import BytesIO
from math import prod
from typing import TYPE_CHECKING, Any
from zipfile import ZIP_STORED, BadZipFile, ZipFile

import numpy as np

from contracts.errors import StateError
from research.export.canonical import SCHEMA, canonical, nodes

if TYPE_CHECKING:
    from collections.abc import Sequence
    from zipfile import ZipInfo

#: Bytes that all arrays of a state may take in memory, one that many nodes name counted for each.
LARGEST = 2 * 2**30
#: What reads a member as it is; all else reads an array, whatever the member is called.
BYTES = frozenset({"BytesNode", "BytearrayNode"})
HEADERS = {
    (1, 0): np.lib.format.read_array_header_1_0,
    (2, 0): np.lib.format.read_array_header_2_0,
}


def schema(state: bytes) -> Any:
    """Return what a skops file says of its nodes, the file itself looked at first.

    Raises:
        StateError: It is no archive, a member is compressed, there twice or named by no node, or
            the nodes name more bytes than may be.
    """
    members = _members(state)
    found = json.loads(members.pop(SCHEMA))
    named = [node["file"] for node in nodes(found) if "file" in node]
    astray = sorted({*members} ^ {*map(str, named)})
    if astray:
        raise _broken(f"{astray[0]} is missing, or named by no node")
    total = sum(len(members[name]) for name in named)
    if total > LARGEST:
        raise _broken(f"its nodes name {total} bytes, at most {LARGEST} may be")
    return found


def require_ours(state: bytes) -> None:
    """Refuse a file that is none `guarded.dump` writes: a shared or a changed node, a false array.

    Raises:
        StateError: It is not.
    """
    members = _members(state)
    written = _members(canonical(state))
    changed = sorted(
        name for name in {*members, *written} if members.get(name) != written.get(name)
    )
    if changed:
        raise _broken(f"{changed[0]} does not stand as it is written here")
    for node in nodes(json.loads(members[SCHEMA])):
        name = node.get("file")
        if name is not None and node["__loader__"] not in BYTES and not _whole(members[name]):
            raise _broken(f"{name} is no array of the size that its header says")


def _members(state: bytes) -> dict[str, bytes]:
    try:
        with ZipFile(BytesIO(state)) as archive:
            _require_plain(archive.infolist(), len(state))
            found = {name: archive.read(name) for name in archive.namelist()}
    except BadZipFile as error:
        raise _broken(str(error)) from error
    if SCHEMA not in found:
        raise _broken(f"there is no {SCHEMA}")
    return found


def _require_plain(listed: Sequence[ZipInfo], size: int) -> None:
    """Refuse members that would take more memory than the file, before any of them is read."""
    packed = next((each.filename for each in listed if _packed(each)), None)
    if packed is not None:
        raise _broken(f"expected members without compression, {packed} is compressed")
    twice = [name for name, n in Counter(each.filename for each in listed).items() if n > 1]
    if twice:
        raise _broken(f"expected each member once, {twice[0]} is there twice")
    total = sum(each.file_size for each in listed)
    if total > size:
        raise _broken(f"its members lie over one another: {total} bytes of {size}")


def _packed(member: ZipInfo) -> bool:
    return member.compress_type != ZIP_STORED or member.file_size != member.compress_size


def _whole(content: bytes) -> bool:
    """Return whether an array takes as many bytes as its header says: memory is taken by that."""
    file = BytesIO(content)
    shape, _, dtype = HEADERS[np.lib.format.read_magic(file)](file)
    count, rest = prod(shape), len(content) - file.tell()
    fits = min(shape, default=0) >= 0 and count * dtype.itemsize == rest
    return bool(fits and (dtype.itemsize or not count))


def _broken(why: str) -> StateError:
    return StateError(
        f"no skops file as one is written here: {why}",
        hint="restore the artifact, or export the model anew from research's solution",
    )
