"""Folders that are ours, and what is never touched."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from typing import TYPE_CHECKING

import pytest

from contracts.errors import StateError
from contracts.host.owned import MARKER, claim, clear

if TYPE_CHECKING:
    from pathlib import Path


def test_a_missing_folder_is_made_and_marked(tmp_path: Path) -> None:
    """So that it is ours the next time, whatever was written to it."""
    folder = tmp_path / "a" / "b"
    claim(folder)
    (folder / "report.html").touch()
    claim(folder)
    assert sorted(path.name for path in folder.iterdir()) == [MARKER, "report.html"]


def test_folders_claimed_at_once_are_all_ours(tmp_path: Path) -> None:
    """No claim takes the other's half of a marker for a foreign file."""
    with ThreadPoolExecutor(8) as pool:
        assert [*pool.map(claim, [tmp_path / "a"] * 40)] == [None] * 40


def test_a_foreign_folder_is_refused_by_name_and_left_as_it_is(tmp_path: Path) -> None:
    """The message names the folder, the first files and the next step."""
    for name in ("thesis.tex", "a.bib", ".git", "notes"):
        (tmp_path / name).touch()
    with pytest.raises(StateError, match=r"did not write: \.git, a\.bib, notes, …") as raised:
        claim(tmp_path)
    assert str(tmp_path) in raised.value.message
    assert "paths.output=" in raised.value.hint
    assert not (tmp_path / MARKER).exists()


def test_a_file_is_no_folder(tmp_path: Path) -> None:
    """A file in place of a folder is named."""
    (tmp_path / "state").write_text("mine")
    with pytest.raises(StateError, match="state is a file, expected a folder"):
        claim(tmp_path / "state")
    assert (tmp_path / "state").read_text() == "mine"


def test_a_folder_that_cannot_be_made_is_named(tmp_path: Path) -> None:
    """Here because a file is above it."""
    (tmp_path / "file").touch()
    with pytest.raises(StateError, match="file/inner could not be written"):
        claim(tmp_path / "file" / "inner")


def test_a_claimed_folder_is_cleared_but_for_its_marker(tmp_path: Path) -> None:
    """What links lead to stays."""
    claim(tmp_path / "state")
    (tmp_path / "state" / "inner").mkdir()
    (tmp_path / "state" / "inner" / "file").touch()
    (tmp_path / "elsewhere").mkdir()
    (tmp_path / "elsewhere" / "thesis").touch()
    (tmp_path / "state" / "link").symlink_to(tmp_path / "elsewhere")
    clear(tmp_path / "state")
    assert [path.name for path in (tmp_path / "state").iterdir()] == [MARKER]
    assert (tmp_path / "elsewhere" / "thesis").exists()


def test_a_folder_of_someone_else_is_never_cleared(tmp_path: Path) -> None:
    """Neither one without a marker, nor a link to one of ours."""
    claim(tmp_path / "ours")
    (tmp_path / "ours" / "file").touch()
    (tmp_path / "link").symlink_to(tmp_path / "ours")
    (tmp_path / "foreign").mkdir()
    (tmp_path / "foreign" / "file").touch()
    for name in ("link", "foreign"):
        with pytest.raises(StateError, match=rf"{name} has no \{MARKER}"):
            clear(tmp_path / name)
        assert (tmp_path / name / "file").exists()


def test_a_folder_of_empty_folders_is_empty(tmp_path: Path) -> None:
    """DVC makes the folders of a stage's outputs before the stage runs; one with a file is not."""
    (tmp_path / "plots").mkdir()
    claim(tmp_path)
    assert (tmp_path / MARKER).is_file()
    (tmp_path / "other" / "plots").mkdir(parents=True)
    (tmp_path / "other" / "plots" / "mine.csv").touch()
    with pytest.raises(StateError, match="plots"):
        claim(tmp_path / "other")
