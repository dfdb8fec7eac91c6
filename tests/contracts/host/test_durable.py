"""Durable files and folders, which appear completely or not at all."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING

import pytest

from contracts.errors import StateError
from contracts.host.durable import disk_errors, make_folder, staged, sync_tree, write_file

if TYPE_CHECKING:
    from pathlib import Path


def test_a_staged_file_appears_when_the_block_ends(tmp_path: Path) -> None:
    """The file appears in a folder made for it, and no temporary file is left."""
    path = tmp_path / "new" / "file"
    with staged(path) as stage:
        stage.write_text("all of it")
        assert not path.exists()
    assert path.read_text() == "all of it"
    assert [*path.parent.iterdir()] == [path]


def test_a_block_that_fails_changes_nothing(tmp_path: Path) -> None:
    """The old file is unchanged, and no temporary file is left."""
    path = tmp_path / "file"
    path.write_text("old")

    def fail() -> None:
        with staged(path) as stage:
            stage.write_text("half of")
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        fail()
    assert path.read_text() == "old"
    assert [*tmp_path.iterdir()] == [path]


def test_an_existing_file_is_replaced(tmp_path: Path) -> None:
    """The new content replaces the old, and no temporary file is left."""
    path = tmp_path / "file"
    for content in (b"old", b"new"):
        write_file(path, content)
    assert path.read_bytes() == b"new"
    assert [*tmp_path.iterdir()] == [path]


def test_a_folder_and_those_missing_above_it_are_synced(tmp_path: Path) -> None:
    """The folder that each new one was made in is synced, the outermost first."""
    done: list[str] = []
    for _ in range(2):
        make_folder(tmp_path / "a" / "b", lambda path: done.append(path.name))
    assert done == [tmp_path.name, "a"]


def test_a_file_in_new_folders_is_synced_with_all_of_them(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The folders made for it are synced in those above, before the file and its own name."""
    done: list[int] = []
    monkeypatch.setattr(os, "fsync", lambda handle: done.append(os.fstat(handle).st_ino))
    path = tmp_path / "a" / "b" / "file"
    write_file(path, b"new")
    wanted = (tmp_path, tmp_path / "a", path, path.parent)
    assert done == [each.stat().st_ino for each in wanted]


def test_a_path_that_cannot_exist_is_named(tmp_path: Path) -> None:
    """Where a file is in the way of a folder, the error names the path and the next step."""
    (tmp_path / "file").touch()
    with pytest.raises(StateError, match="file/report could not be written") as raised:
        write_file(tmp_path / "file" / "report", b"")
    assert "check the path" in raised.value.hint


def test_a_tree_is_synced_from_the_inside_out(tmp_path: Path) -> None:
    """A folder is synced after its contents: files first, the outermost folder last."""
    (tmp_path / "inner").mkdir()
    (tmp_path / "inner" / "file").touch()
    (tmp_path / "file").touch()
    done: list[str] = []
    sync_tree(tmp_path, lambda path: done.append(path.relative_to(tmp_path).as_posix()))
    assert done == ["inner/file", "inner", "file", "."]


def test_an_error_of_the_disk_becomes_ours() -> None:
    """The error says what could not be written, with the disk's own reason."""

    def fail() -> None:
        with disk_errors("the artifact"):
            raise OSError("no space left")

    with pytest.raises(StateError, match="the artifact could not be written: no space left"):
        fail()
