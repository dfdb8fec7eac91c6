"""Reading files that others wrote: which are read at all."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING

import pytest

from contracts.host.regular import read_regular

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path


def test_a_regular_file_is_read(tmp_path: Path) -> None:
    """All bytes are returned, also of a file that is linked to, and of one as large as allowed."""
    (tmp_path / "file").write_bytes(b"12345")
    (tmp_path / "link").symlink_to("file")
    assert read_regular(tmp_path / "file", largest=5) == b"12345"
    assert read_regular(tmp_path / "link", largest=5) == b"12345"


def test_a_larger_file_is_refused(tmp_path: Path) -> None:
    """One byte more than is allowed is refused, however large the file is."""
    (tmp_path / "file").touch()
    os.truncate(tmp_path / "file", 10**12)
    with pytest.raises(OSError, match="larger than the 5 bytes allowed"):
        read_regular(tmp_path / "file", largest=5)


@pytest.mark.parametrize(
    "make",
    [
        os.mkfifo,
        lambda path: path.mkdir(),
        lambda path: path.symlink_to("/dev/zero"),
        lambda path: path.symlink_to(path),
        lambda _: None,
    ],
    ids=["pipe", "folder", "device", "link to itself", "nothing"],
)
def test_anything_else_is_refused(tmp_path: Path, make: Callable[[Path], object]) -> None:
    """What is no regular file is refused at once: nobody may ever write to a pipe."""
    make(tmp_path / "x")
    with pytest.raises(OSError, match="x"):
        read_regular(tmp_path / "x", largest=5)
