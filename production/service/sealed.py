"""Files with a digest before their content, so that a damaged one is known from a whole one."""

from __future__ import annotations

from hashlib import blake2b
from typing import TYPE_CHECKING

from contracts.errors import IntegrityError
from contracts.host.durable import write_file

if TYPE_CHECKING:
    from pathlib import Path

SIZE = 32


def write_sealed(path: Path, content: bytes) -> None:
    """Write a file durably, in place of one that exists already.

    Raises:
        StateError: The disk failed; an existing file is unchanged.
    """
    write_file(path, blake2b(content, digest_size=SIZE).digest() + content)


def read_sealed(path: Path) -> bytes:
    """Return the content of a file.

    Raises:
        FileNotFoundError: There is none.
        IntegrityError: It is not as it was written.
    """
    digest, content = (whole := path.read_bytes())[:SIZE], whole[SIZE:]
    if blake2b(content, digest_size=SIZE).digest() != digest:
        raise IntegrityError(f"{path}: its content differs from its digest")
    return content
