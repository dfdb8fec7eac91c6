"""Asks git for the commit that a contract is made from, and whether the work tree is clean."""

from __future__ import annotations

import subprocess
from typing import TYPE_CHECKING

from contracts.errors import ContractError

if TYPE_CHECKING:
    from pathlib import Path

#: The lock file that a pipeline rewrites while it runs, in whatever folder; it holds no code.
LOCK = "dvc.lock"
#: Follows a commit if the work tree differed from it.
DIRTY = "-dirty"
#: The commit of a draft that is made from none.
UNCOMMITTED = f"none{DIRTY}"
#: Changed files that a warning names.
SHOWN = 3
#: What `dvc plots show` leaves in the working directory.
PLOTS = "dvc_plots/"
PLOTS_LEFT = "commit these files, and add dvc_plots/, which `dvc plots show` writes, to .gitignore"
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
            hint=PLOTS_LEFT
            if any(PLOTS in line for line in status.splitlines())
            else COMMIT_AND_TRY,
            details=status.splitlines(),
        )


def unpublishable(repo: Path) -> str:
    """Return why a draft that is made from a work tree now could not be published, else nothing."""
    refused = "task=publish will refuse this draft"
    try:
        commit = head_commit(repo)
    except ContractError as error:
        return f"{refused}: {error.message}; {error.hint}. To compare by it is enough"
    if not commit.endswith(DIRTY):
        return ""
    changed = _changed(repo)
    shown = ", ".join(changed[:SHOWN]) + (", …" if len(changed) > SHOWN else "")
    return f"{refused}: {len(changed)} files differ from their commit ({shown}); commit them first"


def head_commit(repo: Path) -> str:
    """Return the commit of a work tree, with ``-dirty`` if tracked files differ from it.

    A pipeline's lock file does not count: the pipeline that runs this writes it after every stage.

    Raises:
        ContractError: It is not a git repository, or has no commit.
    """
    head = _git(repo, "rev-parse", "--verify", "HEAD").strip()
    return f"{head}{DIRTY}" if _changed(repo) else head


def _changed(repo: Path) -> list[str]:
    """Return the tracked files that differ from their commit, without a pipeline's lock file."""
    others = (":/", f":(top,exclude,glob)**/{LOCK}")
    status = _git(repo, "status", "--porcelain", "--untracked-files=no", "--", *others)
    return [line[3:] for line in status.splitlines()]


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
