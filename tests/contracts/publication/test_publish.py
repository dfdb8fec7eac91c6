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
from contracts.publication.repository import check_clean_tree, head_commit

if TYPE_CHECKING:
    from collections.abc import Callable

    from contracts.contract import Contract
    from contracts.contract.terms import Terms

#: When contracts are published here.
CLOCK = VirtualClock(instant("2013-03-02T10:00:00Z"))


def git(repo: Path, *words: str) -> None:
    """Run git as a person without configuration of their own."""
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
    """A draft where a product's outputs lie, outside the commit's reach."""
    folder = repo / "outputs" / "specify" / "toy"
    write(folder)
    (folder / "report.html").write_text("for people")
    return folder


def test_a_draft_is_published_under_its_version(repo: Path, draft: Path) -> None:
    """The five files appear under product and version, with the commit and the moment."""
    made = publish(draft, repo / "published", repo=repo, clock=CLOCK)
    assert made.folder == repo / "published" / "toy" / "1.0.0"
    assert {file.name for file in made.folder.iterdir()} == {
        "contract.yaml",
        "golden.parquet",
        "input.yaml",
        "output.yaml",
        "provenance.json",
    }
    assert made.provenance.published_from == head_commit(repo)
    assert made.provenance.published == "2013-03-02T10:00:00Z"
    assert latest(repo / "published", "toy") == made


def test_equal_content_is_published_once(repo: Path, draft: Path) -> None:
    """Publishing again changes no file, though the first time left the tree unclean."""
    made = publish(draft, repo / "published", repo=repo, clock=CLOCK)
    before = {file: file.stat().st_mtime_ns for file in made.folder.iterdir()}
    assert publish(draft, repo / "published", repo=repo, clock=CLOCK) == made
    assert {file: file.stat().st_mtime_ns for file in made.folder.iterdir()} == before


def test_different_content_under_one_version_is_refused(
    repo: Path, draft: Path, write: Callable[..., Contract]
) -> None:
    """A published contract never changes: the refusal names the files and the next step."""
    made = publish(draft, repo / "published", repo=repo, clock=CLOCK)
    write(draft, labels=("early", "late"))
    with pytest.raises(ContractError, match=r"differs from the draft in contract\.yaml") as refusal:
        publish(draft, repo / "published", repo=repo, clock=CLOCK)
    assert "higher version" in refusal.value.hint
    assert latest(repo / "published", "toy") == made


@pytest.mark.parametrize("name", ["code.py", "new.py", "folder/new.py"])
def test_an_unclean_tree_is_refused_by_file(repo: Path, draft: Path, name: str) -> None:
    """Changed and untracked files are named, and nothing is published."""
    (repo / name).parent.mkdir(exist_ok=True)
    (repo / name).write_text("x = 2\n")
    with pytest.raises(ContractError, match=name):
        publish(draft, repo / "published", repo=repo, clock=CLOCK)
    assert not (repo / "published").exists()


def test_a_draft_made_from_changed_files_is_refused(repo: Path, draft: Path) -> None:
    """Committing afterwards does not tell which files the draft was made from."""
    origin = provenance.read(draft)
    dirty = msgspec.structs.replace(origin, commit=f"{head_commit(repo)}-dirty")
    provenance.write(draft, dirty)
    with pytest.raises(ContractError, match=head_commit(repo)) as refusal:
        publish(draft, repo / "published", repo=repo, clock=CLOCK)
    assert "task=specify" in refusal.value.hint
    assert not (repo / "published").exists()


def test_a_persons_git_settings_do_not_hide_files(repo: Path) -> None:
    """Untracked files count, whatever git was told to show."""
    git(repo, "config", "status.showUntrackedFiles", "no")
    (repo / "new.py").write_text("")
    with pytest.raises(ContractError, match=r"new\.py"):
        check_clean_tree(repo)


def test_a_dirty_commit_says_so(repo: Path) -> None:
    """A draft made from a changed file is not said to come from the commit."""
    clean = head_commit(repo)
    assert len(clean) == 40
    (repo / "code.py").write_text("x = 2\n")
    assert head_commit(repo) == f"{clean}-dirty"


def test_a_pipelines_lock_does_not_make_a_commit_dirty(repo: Path) -> None:
    """A stage that drafts a contract comes from its commit, though the pipeline notes its work."""
    (repo / "dvc.lock").write_text("schema: '2.0'\n")
    git(repo, "add", "-A")
    git(repo, "commit", "-q", "-m", "b")
    clean = head_commit(repo)
    (repo / "dvc.lock").write_text("schema: '2.0'\nstages: {}\n")
    assert head_commit(repo) == clean
    with pytest.raises(ContractError, match=r"dvc\.lock"):
        check_clean_tree(repo)


def test_a_folder_outside_git_is_refused(draft: Path, tmp_path: Path) -> None:
    """Without a repository no commit says what is published."""
    with pytest.raises(ContractError, match="git status failed"):
        publish(draft, tmp_path / "published", repo=tmp_path, clock=CLOCK)


@pytest.mark.parametrize("step", ["sync", "load"])
def test_a_publication_that_fails_shows_nothing(
    repo: Path, draft: Path, monkeypatch: pytest.MonkeyPatch, step: str
) -> None:
    """Whether a sync or the last check fails, no version appears and no room is left behind."""
    real = getattr(module, step)

    def fail(path: Path) -> object:
        if ".publish-" in str(path):
            raise OSError(step)
        return real(path)

    monkeypatch.setattr(module, step, fail)
    with pytest.raises(StateError, match=f"could not be written: {step}"):
        publish(draft, repo / "published", repo=repo, clock=CLOCK)
    assert versions(repo / "published", "toy") == ()
    assert list((repo / "published" / "toy").iterdir()) == []


def test_files_are_durable_before_the_name_is(
    repo: Path, draft: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Files, their folder, the name, the folder of names: each is synced in that order."""
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


def test_the_folder_of_a_new_product_is_durable_before_its_first_version(
    repo: Path, draft: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Its name is synced in the folder of all contracts, and that one's in the folder above."""
    done: list[int] = []
    monkeypatch.setattr(os, "fsync", lambda handle: done.append(os.fstat(handle).st_ino))
    root = repo / "published"
    publish(draft, root, repo=repo, clock=CLOCK)
    assert done[:2] == [repo.stat().st_ino, root.stat().st_ino]
    assert done[-1] == (root / "toy").stat().st_ino


def test_what_a_killed_publication_leaves_is_in_nobodys_way(
    repo: Path, draft: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Neither a version nor a change of the work tree: the next publication goes through."""

    def killed(staged: Path, target: Path) -> None:
        shutil.copytree(staged.parent, target.parent / ".publish-left")
        raise KeyboardInterrupt

    with monkeypatch.context() as cut:
        cut.setattr(module, "_move", killed)
        with pytest.raises(KeyboardInterrupt):
            publish(draft, repo / "published", repo=repo, clock=CLOCK)
    left = repo / "published" / "toy" / ".publish-left"
    assert (left / "1.0.0" / "golden.parquet").exists()
    assert versions(repo / "published", "toy") == ()
    check_clean_tree(repo)
    assert publish(draft, repo / "published", repo=repo, clock=CLOCK).version == "1.0.0"


def test_a_place_that_takes_no_folder_is_told(repo: Path, draft: Path) -> None:
    """A file where the contracts were to lie, say."""
    (repo / ".git" / "taken").touch()
    with pytest.raises(StateError, match="taken"):
        publish(draft, repo / ".git" / "taken", repo=repo, clock=CLOCK)


def test_what_is_published_again_is_durable_again(
    repo: Path, draft: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The first may have been cut off after the name and before it was synced."""
    publish(draft, repo / "published", repo=repo, clock=CLOCK)
    synced: list[str] = []
    monkeypatch.setattr(module, "sync", lambda path: synced.append(path.name))
    publish(draft, repo / "published", repo=repo, clock=CLOCK)
    assert synced == ["toy"]


def test_a_race_for_one_version_has_one_winner(
    repo: Path, draft: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """What appeared in the meantime stays, and the loser is told to try again."""
    target = repo / "published" / "toy" / "1.0.0"

    def appear(_: Path) -> None:
        (target / "other").mkdir(parents=True)

    monkeypatch.setattr(module, "check_clean_tree", appear)
    with pytest.raises(ContractError, match="another publication came first"):
        publish(draft, repo / "published", repo=repo, clock=CLOCK)
    assert [file.name for file in target.iterdir()] == ["other"]


def test_who_is_overtaken_is_not_told_to_remove_what_came_first(
    repo: Path, draft: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Two in one work tree: the other's files are untracked there, and no reason to delete them."""
    keep = module._check_draft

    def meanwhile(_: Contract) -> None:
        monkeypatch.setattr(module, "_check_draft", keep)
        publish(draft, repo / "published", repo=repo, clock=CLOCK)

    monkeypatch.setattr(module, "_check_draft", meanwhile)
    with pytest.raises(ContractError, match="another publication came first"):
        publish(draft, repo / "published", repo=repo, clock=CLOCK)
    assert publish(draft, repo / "published", repo=repo, clock=CLOCK).version == "1.0.0"


def test_a_broken_draft_is_refused(repo: Path, draft: Path) -> None:
    """A draft that someone edited by hand is not what research wrote."""
    with (draft / "contract.yaml").open("a") as file:
        file.write("# an afterthought\n")
    with pytest.raises(IntegrityError, match=r"contract\.yaml"):
        publish(draft, repo / "published", repo=repo, clock=CLOCK)


def test_a_draft_that_its_next_check_would_refuse_is_refused(repo: Path, draft: Path) -> None:
    """Golden rows that the contract's own schema refuses would be published for ever."""
    path = draft / "golden.parquet"
    table = pq.read_table(path)
    at = table.column_names.index("size")
    pq.write_table(table.set_column(at, "size", pc.add(table["size"], 9.0)), path)
    provenance.write(draft, provenance.with_digests(provenance.read(draft), draft))
    with pytest.raises(ContractError, match="cannot be kept: not a record of the contract"):
        publish(draft, repo / "published", repo=repo, clock=CLOCK)
    assert not (repo / "published").exists()


def test_too_small_a_bump_is_not_published(
    repo: Path, draft: Path, write: Callable[..., Contract], terms: Callable[..., Terms]
) -> None:
    """A version that hides whom it breaks never appears, and the commit is not even looked at."""
    made = publish(draft, repo / "published", repo=repo, clock=CLOCK)
    log_loss, auc = terms().metrics
    eased = (msgspec.structs.replace(log_loss, threshold=0.9), auc)
    write(draft, version="1.1.0", metrics=eased)
    with pytest.raises(ContractError, match="major: the consumer breaks"):
        publish(draft, repo / "published", repo=repo, clock=CLOCK)
    assert versions(repo / "published", "toy") == ("1.0.0",)
    assert latest(repo / "published", "toy") == made
