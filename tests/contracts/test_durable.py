"""Files that appear whole or not at all."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from contracts.durable import staged

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
