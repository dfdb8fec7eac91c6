"""What git knows of the code: the commit a contract came from, and whether the tree is clean."""

from __future__ import annotations

import subprocess
from typing import TYPE_CHECKING

from contracts.errors import ContractError

if TYPE_CHECKING:
    from pathlib import Path

#: What a pipeline notes of its own work while it works; no code, and no change of any.
NOTES = "dvc.lock"
#: What follows a commit where the work tree differed from it.
DIRTY = "-dirty"
COMMIT_AND_TRY = "commit these files (or remove them) and try again"


def require_clean_tree(repo: Path) -> None:
    """Refuse a work tree that holds anything its commit does not.

    Raises:
        ContractError: Files are changed, staged or untracked; each is named.
    """
    # A user may have told git to hide untracked files or submodules: here they count.
    status = _git(
        repo, "status", "--porcelain", "--untracked-files=all", "--ignore-submodules=none"
    )
    if status:
        raise ContractError(
            f"{repo}: the work tree is not clean, so no commit says what is published",
            hint=COMMIT_AND_TRY,
            details=status.splitlines(),
        )


def commit(repo: Path) -> str:
    """Return the commit of a work tree, with ``-dirty`` where tracked files differ from it.

    A pipeline's lock file does not count: it is written after every stage, also by the very run
    that asks.

    Raises:
        ContractError: It is no git repository, or has no commit.
    """
    made = _git(repo, "rev-parse", "--verify", "HEAD").strip()
    others = (":/", f":(top,exclude){NOTES}")
    changed = _git(repo, "status", "--porcelain", "--untracked-files=no", "--", *others)
    return f"{made}{DIRTY}" if changed else made


def _git(repo: Path, *words: str) -> str:
    try:
        done = subprocess.run(  # noqa: S603 - our own words, no shell
            ["git", "-C", str(repo), *words],  # noqa: S607 - whichever git the person uses
            capture_output=True,
            text=True,
            check=False,
        )
    except FileNotFoundError as error:
        raise ContractError("git is not installed", hint="publishing needs git") from error
    if done.returncode:
        raise ContractError(
            f"{repo}: git {words[0]} failed: {done.stderr.strip()}",
            hint="a contract is published from a git repository with a commit",
        )
    return done.stdout
