"""What git says of a work tree that a contract is made from."""

from __future__ import annotations

import subprocess
from typing import TYPE_CHECKING

import pytest

from contracts.errors import ContractError
from contracts.publication.repository import check_clean_tree, head_commit, unpublishable

if TYPE_CHECKING:
    from pathlib import Path

WHO = ("-c", "user.name=r", "-c", "user.email=r@localhost", "-c", "commit.gpgsign=false")


@pytest.fixture
def repo(tmp_path: Path) -> Path:
    """A work tree with a commit of five files."""
    for name in ("a.py", "b.py", "c.py", "d.py", "dvc.lock"):
        (tmp_path / name).write_text("1\n")
    for words in (("init", "-q"), ("add", "."), (*WHO, "commit", "-q", "-m", "one")):
        subprocess.run(["git", "-C", str(tmp_path), *words], check=True)
    return tmp_path


@pytest.mark.parametrize("changed", [[], ["dvc.lock"], ["untracked.py"]])
def test_a_draft_of_committed_files_can_be_published(repo: Path, changed: list[str]) -> None:
    """A pipeline's lock file, and files that git does not know, make no draft of other files."""
    for name in changed:
        (repo / name).write_text("2\n")
    assert unpublishable(repo) == ""
    assert not head_commit(repo).endswith("-dirty")


def test_changed_files_are_counted_and_named(repo: Path) -> None:
    """Three of them, that the line stays short."""
    for name in ("a.py", "b.py", "c.py", "d.py"):
        (repo / name).write_text("2\n")
    assert "4 files differ from their commit (a.py, b.py, c.py, …)" in unpublishable(repo)
    assert head_commit(repo).endswith("-dirty")


def test_plots_that_dvc_left_are_named(repo: Path) -> None:
    """They belong into no commit."""
    (repo / "dvc_plots").mkdir()
    (repo / "dvc_plots" / "index.html").write_text("<html>")
    with pytest.raises(ContractError, match="not clean") as refused:
        check_clean_tree(repo)
    assert "add dvc_plots/" in refused.value.hint
    assert ".gitignore" in refused.value.hint


def test_no_repository_is_said_at_once(tmp_path: Path) -> None:
    """A contract needs a commit that says what it is made from; a comparison's draft needs none."""
    said = unpublishable(tmp_path)
    assert "git rev-parse failed" in said
    assert said.endswith("To compare by it is enough")
