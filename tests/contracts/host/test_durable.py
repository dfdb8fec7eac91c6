"""Bytes that survive, files that appear whole or not at all."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING

import pytest

from contracts.errors import StateError
from contracts.host.durable import make, place, staged, sync_tree, written

if TYPE_CHECKING:
    from pathlib import Path


def test_whole(tmp_path: Path) -> None:
    """The file appears when the block ends, in a folder made for it, with nothing beside it."""
    path = tmp_path / "new" / "file"
    with staged(path) as stage:
        stage.write_text("all of it")
        assert not path.exists()
    assert path.read_text() == "all of it"
    assert [*path.parent.iterdir()] == [path]


def test_not_at_all(tmp_path: Path) -> None:
    """A block that fails leaves the old file and nothing beside it."""
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


def test_placed(tmp_path: Path) -> None:
    """Content takes the place of what was there, with nothing beside it."""
    path = tmp_path / "file"
    for content in (b"old", b"new"):
        place(path, content)
    assert path.read_bytes() == b"new"
    assert [*tmp_path.iterdir()] == [path]


def test_a_folder_is_durable_with_all_that_were_missing_above_it(tmp_path: Path) -> None:
    """Each new name is synced in the folder that holds it, the outermost first."""
    done: list[str] = []
    for _ in range(2):
        make(tmp_path / "a" / "b", lambda path: done.append(path.name))
    assert done == [tmp_path.name, "a"]


def test_a_file_in_new_folders_is_durable_by_every_name(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The folders made for it are synced in those above, before the file and its own name."""
    done: list[int] = []
    monkeypatch.setattr(os, "fsync", lambda handle: done.append(os.fstat(handle).st_ino))
    path = tmp_path / "a" / "b" / "file"
    place(path, b"new")
    wanted = (tmp_path, tmp_path / "a", path, path.parent)
    assert done == [each.stat().st_ino for each in wanted]


def test_a_place_that_cannot_be_is_told(tmp_path: Path) -> None:
    """A file stands where a folder is to be: named, with the next step."""
    (tmp_path / "file").touch()
    with pytest.raises(StateError, match="file/report could not be written down") as raised:
        place(tmp_path / "file" / "report", b"")
    assert "check the path" in raised.value.hint


def test_a_tree_is_synced_from_within(tmp_path: Path) -> None:
    """A folder is synced after what it holds: files first, the outermost folder last."""
    (tmp_path / "inner").mkdir()
    (tmp_path / "inner" / "file").touch()
    (tmp_path / "file").touch()
    done: list[str] = []
    sync_tree(tmp_path, lambda path: done.append(path.relative_to(tmp_path).as_posix()))
    assert done == ["inner/file", "inner", "file", "."]


def test_a_refusal_of_the_disk_is_told() -> None:
    """What could not be written down is named, with the disk's own reason."""

    def fail() -> None:
        with written("the artifact"):
            raise OSError("no space left")

    with pytest.raises(StateError, match="the artifact could not be written down: no space left"):
        fail()
