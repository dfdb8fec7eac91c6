"""Asks git for the commit that a contract is made from, and whether the work tree is clean."""

from __future__ import annotations

import subprocess
from typing import TYPE_CHECKING

from contracts.errors import ContractError

if TYPE_CHECKING:
    from pathlib import Path

#: The lock file that a pipeline rewrites while it runs; it holds no code.
LOCK = "dvc.lock"
#: Follows a commit if the work tree differed from it.
DIRTY = "-dirty"
COMMIT_AND_TRY = "commit these files (or remove them) and try again"


def check_clean_tree(repo: Path) -> None:
    """Check that a work tree holds exactly what its commit does.

    Raises:
        ContractError: Files are changed, staged or untracked; each is named.
    """
    # Untracked files and submodules count, even if the user configured git to hide them.
    status = _git(
        repo, "status", "--porcelain", "--untracked-files=all", "--ignore-submodules=none"
    )
    if status:
        raise ContractError(
            f"{repo}: the work tree is not clean, so no commit says what is published",
            hint=COMMIT_AND_TRY,
            details=status.splitlines(),
        )


def head_commit(repo: Path) -> str:
    """Return the commit of a work tree, with ``-dirty`` if tracked files differ from it.

    A pipeline's lock file does not count: the pipeline that runs this writes it after every stage.

    Raises:
        ContractError: It is not a git repository, or has no commit.
    """
    head = _git(repo, "rev-parse", "--verify", "HEAD").strip()
    others = (":/", f":(top,exclude){LOCK}")
    changed = _git(repo, "status", "--porcelain", "--untracked-files=no", "--", *others)
    return f"{head}{DIRTY}" if changed else head


def _git(repo: Path, *args: str) -> str:
    try:
        done = subprocess.run(  # noqa: S603 - our own arguments, no shell
            ["git", "-C", str(repo), *args],  # noqa: S607 - whichever git the person uses
            capture_output=True,
            text=True,
            check=False,
        )
    except FileNotFoundError as error:
        raise ContractError("git is not installed", hint="publishing needs git") from error
    if done.returncode:
        raise ContractError(
            f"{repo}: git {args[0]} failed: {done.stderr.strip()}",
            hint="a contract is published from a git repository with a commit",
        )
    return done.stdout
