"""Reads files that others wrote: regular ones alone, and none larger than is allowed."""

from __future__ import annotations

import errno
import os
import stat
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from pathlib import Path


def read_regular(path: Path, *, largest: int) -> bytes:
    """Return the bytes of a regular file; a link to one is followed.

    Args:
        path: The file.
        largest: The most bytes it may have; no more than these are read.

    Raises:
        OSError: It is missing, larger, or not a regular file: a pipe would never end.
    """
    handle = os.open(path, os.O_RDONLY | os.O_NONBLOCK)
    try:
        if not stat.S_ISREG(os.fstat(handle).st_mode):
            raise OSError(errno.EINVAL, "not a regular file", str(path))
        with open(handle, "rb", closefd=False) as file:
            content = file.read(largest + 1)
    finally:
        os.close(handle)
    if len(content) > largest:
        raise OSError(errno.EFBIG, f"larger than the {largest:,} bytes allowed", str(path))
    return content
