"""Staging rooms: what a killed writer left is removed, and nothing else."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from contracts.host.owned import claim
from contracts.host.staging import staging, sweep

if TYPE_CHECKING:
    from pathlib import Path


def test_a_folder_is_empty_and_can_be_moved_to_its_place(tmp_path: Path) -> None:
    """Nothing else of the room is left."""
    with staging(tmp_path) as folder:
        assert [*folder.iterdir()] == []
        (folder / "file").touch()
        folder.rename(tmp_path / "place")
    assert [*tmp_path.iterdir()] == [tmp_path / "place"]
    assert [path.name for path in (tmp_path / "place").iterdir()] == ["file"]


def test_a_room_is_gone_after_an_error(tmp_path: Path) -> None:
    """With what was in it."""

    def fail() -> None:
        with staging(tmp_path) as folder:
            (folder / "file").touch()
            raise KeyError

    with pytest.raises(KeyError):
        fail()
    assert [*tmp_path.iterdir()] == []


def test_a_living_writers_room_stays(tmp_path: Path) -> None:
    """Its lock says that it lives."""
    with staging(tmp_path) as folder:
        sweep(tmp_path)
        assert folder.is_dir()


def test_rooms_of_killed_writers_are_removed(tmp_path: Path) -> None:
    """Whether the writer was killed before it marked its room, or after."""
    (tmp_path / ".staging-early").mkdir()
    claim(tmp_path / ".staging-late")
    (tmp_path / ".staging-late" / "content").mkdir()
    sweep(tmp_path)
    assert [*tmp_path.iterdir()] == []


def test_what_is_not_ours_stays(tmp_path: Path) -> None:
    """Folders of other names or without our marker, files, and links to rooms."""
    claim(tmp_path / "others" / ".staging-room")
    (tmp_path / ".staging-foreign").mkdir()
    (tmp_path / ".staging-foreign" / "thesis").touch()
    (tmp_path / ".staging-file").touch()
    (tmp_path / ".staging-link").symlink_to(tmp_path / "others" / ".staging-room")
    before = sorted(tmp_path.rglob("*"))
    sweep(tmp_path)
    assert sorted(tmp_path.rglob("*")) == before


def test_a_folder_that_is_missing_has_no_rooms(tmp_path: Path) -> None:
    """Sweeping it creates nothing."""
    sweep(tmp_path / "missing")
    assert [*tmp_path.iterdir()] == []
