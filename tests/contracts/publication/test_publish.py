from __future__ import annotations

import os
import shutil
import subprocess
from pathlib import Path
from typing import TYPE_CHECKING

import msgspec
import pyarrow.compute as pc
import pyarrow.parquet as pq
import pytest

from contracts.contract import latest, provenance, versions
from contracts.errors import ContractError, IntegrityError, StateError
from contracts.host.clock import VirtualClock
from contracts.moment import instant
from contracts.publication import publish as module
from contracts.publication.publish import publish
from contracts.publication.repository import UNCOMMITTED, check_clean_tree, head_commit

if TYPE_CHECKING:
    from collections.abc import Callable

    from contracts.contract import Contract
    from contracts.contract.terms import Terms

#: The time of publication.
CLOCK = VirtualClock(instant("2013-03-02T10:00:00Z"))


def git(repo: Path, *words: str) -> None:
    """Run git without a user's configuration."""
    own = ("user.name=t", "user.email=t@example.org", "commit.gpgsign=false")
    identity = [word for each in own for word in ("-c", each)]
    subprocess.run(["git", "-C", str(repo), *identity, *words], check=True, capture_output=True)


@pytest.fixture
def repo(tmp_path: Path) -> Path:
    """A work tree with one commit."""
    folder = tmp_path / "repo"
    folder.mkdir()
    git(folder, "init", "-q")
    (folder / "code.py").write_text("x = 1\n")
    (folder / ".gitignore").write_text("outputs/\n")
    git(folder, "add", "-A")
    git(folder, "commit", "-q", "-m", "a")
    return folder


@pytest.fixture
def draft(repo: Path, write: Callable[..., Contract]) -> Path:
    """A draft in the folder of outputs, which git ignores."""
    folder = repo / "outputs" / "specify" / "toy"
    write(folder)
    (folder / "report.html").write_text("for people")
    return folder


def test_a_draft_is_published_under_its_version(repo: Path, draft: Path) -> None:
    """The five files appear under product and version, with commit and time of publication."""
    contract = publish(draft, repo / "published", repo=repo, clock=CLOCK)
    assert contract.folder == repo / "published" / "toy" / "1.0.0"
    assert {file.name for file in contract.folder.iterdir()} == {
        "contract.yaml",
        "golden.parquet",
        "input.yaml",
        "output.yaml",
        "provenance.json",
    }
    assert contract.provenance.published_from == head_commit(repo)
    assert contract.provenance.published == "2013-03-02T10:00:00Z"
    assert latest(repo / "published", "toy") == contract


def test_equal_content_is_published_once(repo: Path, draft: Path) -> None:
    """Publishing again changes no file, and needs no clean work tree."""
    contract = publish(draft, repo / "published", repo=repo, clock=CLOCK)
    before = {file: file.stat().st_mtime_ns for file in contract.folder.iterdir()}
    assert publish(draft, repo / "published", repo=repo, clock=CLOCK) == contract
    assert {file: file.stat().st_mtime_ns for file in contract.folder.iterdir()} == before


def test_different_content_under_one_version_is_refused(
    repo: Path, draft: Path, write: Callable[..., Contract]
) -> None:
    """The error names the files that differ and the next step."""
    contract = publish(draft, repo / "published", repo=repo, clock=CLOCK)
    write(draft, labels=("early", "late"))
    with pytest.raises(ContractError, match=r"differs from the draft in contract\.yaml") as refusal:
        publish(draft, repo / "published", repo=repo, clock=CLOCK)
    assert "higher version" in refusal.value.hint
    assert latest(repo / "published", "toy") == contract


@pytest.mark.parametrize("name", ["code.py", "new.py", "folder/new.py"])
def test_an_unclean_tree_is_refused_by_file(repo: Path, draft: Path, name: str) -> None:
    """The error names changed and untracked files, and nothing is published."""
    (repo / name).parent.mkdir(exist_ok=True)
    (repo / name).write_text("x = 2\n")
    with pytest.raises(ContractError, match=name):
        publish(draft, repo / "published", repo=repo, clock=CLOCK)
    assert not (repo / "published").exists()


def test_a_draft_made_from_changed_files_is_refused(repo: Path, draft: Path) -> None:
    """A later commit does not show which files the draft was made from."""
    origin = provenance.read(draft)
    dirty = msgspec.structs.replace(origin, commit=f"{head_commit(repo)}-dirty")
    provenance.write(draft, dirty)
    with pytest.raises(ContractError, match=head_commit(repo)) as refusal:
        publish(draft, repo / "published", repo=repo, clock=CLOCK)
    assert "task=specify" in refusal.value.hint
    assert not (repo / "published").exists()


def test_a_draft_to_compare_by_is_no_commits(repo: Path, draft: Path) -> None:
    """It says how to make one that can be published."""
    origin = provenance.read(draft)
    provenance.write(draft, msgspec.structs.replace(origin, commit=UNCOMMITTED))
    with pytest.raises(ContractError, match="from no commit") as refusal:
        publish(draft, repo / "published", repo=repo, clock=CLOCK)
    assert "commit the product's file, then draft it anew" in refusal.value.hint


def test_git_settings_do_not_hide_untracked_files(repo: Path) -> None:
    """Untracked files count, even if git is configured not to show them."""
    git(repo, "config", "status.showUntrackedFiles", "no")
    (repo / "new.py").write_text("")
    with pytest.raises(ContractError, match=r"new\.py"):
        check_clean_tree(repo)


def test_a_commit_is_marked_dirty_if_files_differ(repo: Path) -> None:
    """A draft made from changed files does not claim to come from the commit."""
    clean = head_commit(repo)
    assert len(clean) == 40
    (repo / "code.py").write_text("x = 2\n")
    assert head_commit(repo) == f"{clean}-dirty"


@pytest.mark.parametrize("folder", [".", "pipelines/churn"])
def test_a_pipelines_lock_does_not_make_a_commit_dirty(repo: Path, folder: str) -> None:
    """The pipeline rewrites its lock file while it runs, which changes no code."""
    lock = repo / folder / "dvc.lock"
    lock.parent.mkdir(parents=True, exist_ok=True)
    lock.write_text("schema: '2.0'\n")
    git(repo, "add", "-A")
    git(repo, "commit", "-q", "-m", "b")
    clean = head_commit(repo)
    lock.write_text("schema: '2.0'\nstages: {}\n")
    assert head_commit(repo) == clean
    with pytest.raises(ContractError, match=r"dvc\.lock"):
        check_clean_tree(repo)


def test_a_folder_outside_git_is_refused(draft: Path, tmp_path: Path) -> None:
    """Publishing needs a repository with a commit."""
    with pytest.raises(ContractError, match="git status failed"):
        publish(draft, tmp_path / "published", repo=tmp_path, clock=CLOCK)


@pytest.mark.parametrize("step", ["sync", "load"])
def test_a_failed_publication_leaves_nothing(
    repo: Path, draft: Path, monkeypatch: pytest.MonkeyPatch, step: str
) -> None:
    """If a sync or the last check fails, no version and no temporary folder is left."""
    real = getattr(module, step)

    def fail(path: Path) -> object:
        if ".staging-" in str(path):
            raise OSError(step)
        return real(path)

    monkeypatch.setattr(module, step, fail)
    with pytest.raises(StateError, match=f"could not be written: {step}"):
        publish(draft, repo / "published", repo=repo, clock=CLOCK)
    assert versions(repo / "published", "toy") == ()
    assert list((repo / "published" / "toy").iterdir()) == []


def test_files_are_synced_before_the_rename(
    repo: Path, draft: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Files and their folder are synced, then the folder is renamed, then its parent synced."""
    (repo / "published" / "toy").mkdir(parents=True)
    steps: list[str] = []
    rename = Path.rename

    def renamed(path: Path, target: Path) -> Path:
        steps.append(f"rename {target.name}")
        return rename(path, target)

    monkeypatch.setattr(module, "sync", lambda path: steps.append(path.name))
    monkeypatch.setattr(Path, "rename", renamed)
    publish(draft, repo / "published", repo=repo, clock=CLOCK)
    assert steps[-3:] == ["1.0.0", "rename 1.0.0", "toy"]
    assert len(steps) == 8


def test_the_folder_of_a_new_product_is_synced_first(
    repo: Path, draft: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """New folders are synced in their parents before the first version is written."""
    done: list[int] = []
    monkeypatch.setattr(os, "fsync", lambda handle: done.append(os.fstat(handle).st_ino))
    root = repo / "published"
    publish(draft, root, repo=repo, clock=CLOCK)
    assert done[:2] == [repo.stat().st_ino, root.stat().st_ino]
    assert done[-1] == (root / "toy").stat().st_ino


def test_a_killed_publication_does_not_block_the_next(
    repo: Path, draft: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """What it leaves is neither a version nor a change of the work tree; the next removes it."""

    def killed(staged: Path, target: Path) -> None:
        shutil.copytree(staged.parents[1], target.parent / ".staging-left")
        raise KeyboardInterrupt

    with monkeypatch.context() as cut:
        cut.setattr(module, "_move", killed)
        with pytest.raises(KeyboardInterrupt):
            publish(draft, repo / "published", repo=repo, clock=CLOCK)
    left = repo / "published" / "toy" / ".staging-left"
    assert (left / "content" / "1.0.0" / "golden.parquet").exists()
    assert versions(repo / "published", "toy") == ()
    check_clean_tree(repo)
    assert publish(draft, repo / "published", repo=repo, clock=CLOCK).version == "1.0.0"
    assert not left.exists()


def test_a_root_that_is_a_file_is_named(repo: Path, draft: Path) -> None:
    """The error names the file that is in the way."""
    (repo / ".git" / "taken").touch()
    with pytest.raises(StateError, match="taken"):
        publish(draft, repo / ".git" / "taken", repo=repo, clock=CLOCK)


def test_publishing_again_syncs_again(
    repo: Path, draft: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The first publication may have been interrupted between rename and sync."""
    publish(draft, repo / "published", repo=repo, clock=CLOCK)
    synced: list[str] = []
    monkeypatch.setattr(module, "sync", lambda path: synced.append(path.name))
    publish(draft, repo / "published", repo=repo, clock=CLOCK)
    assert synced == ["toy"]


def test_a_race_for_one_version_has_one_winner(
    repo: Path, draft: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A version that appeared meanwhile stays, and the error says to try again."""
    target = repo / "published" / "toy" / "1.0.0"

    def appear(_: Path) -> None:
        (target / "other").mkdir(parents=True)

    monkeypatch.setattr(module, "check_clean_tree", appear)
    with pytest.raises(ContractError, match="another publication came first"):
        publish(draft, repo / "published", repo=repo, clock=CLOCK)
    assert [file.name for file in target.iterdir()] == ["other"]


def test_losing_a_race_is_not_reported_as_an_unclean_tree(
    repo: Path, draft: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The winner's files are untracked in a shared work tree, but must not be deleted."""
    keep = module._check_draft

    def meanwhile(_: Contract) -> None:
        monkeypatch.setattr(module, "_check_draft", keep)
        publish(draft, repo / "published", repo=repo, clock=CLOCK)

    monkeypatch.setattr(module, "_check_draft", meanwhile)
    with pytest.raises(ContractError, match="another publication came first"):
        publish(draft, repo / "published", repo=repo, clock=CLOCK)
    assert publish(draft, repo / "published", repo=repo, clock=CLOCK).version == "1.0.0"


def test_a_broken_draft_is_refused(repo: Path, draft: Path) -> None:
    """A draft that was edited by hand fails its digest."""
    with (draft / "contract.yaml").open("a") as file:
        file.write("# an afterthought\n")
    with pytest.raises(IntegrityError, match=r"contract\.yaml"):
        publish(draft, repo / "published", repo=repo, clock=CLOCK)


def test_a_draft_that_task_check_would_refuse_is_refused(repo: Path, draft: Path) -> None:
    """Golden rows that the contract's schema refuses cannot be published."""
    path = draft / "golden.parquet"
    table = pq.read_table(path)
    at = table.column_names.index("size")
    pq.write_table(table.set_column(at, "size", pc.add(table["size"], 9.0)), path)
    provenance.write(draft, provenance.with_digests(provenance.read(draft), draft))
    with pytest.raises(ContractError, match="cannot be kept: not a record of the contract"):
        publish(draft, repo / "published", repo=repo, clock=CLOCK)
    assert not (repo / "published").exists()


def test_too_small_a_bump_is_refused(
    repo: Path, draft: Path, write: Callable[..., Contract], terms: Callable[..., Terms]
) -> None:
    """A version that breaks more than its bump says is refused before the commit is checked."""
    contract = publish(draft, repo / "published", repo=repo, clock=CLOCK)
    log_loss, auc = terms().metrics
    eased = (msgspec.structs.replace(log_loss, threshold=0.9), auc)
    write(draft, version="1.1.0", metrics=eased)
    with pytest.raises(ContractError, match="major: the consumer breaks"):
        publish(draft, repo / "published", repo=repo, clock=CLOCK)
    assert versions(repo / "published", "toy") == ("1.0.0",)
    assert latest(repo / "published", "toy") == contract
