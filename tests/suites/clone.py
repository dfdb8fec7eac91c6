"""A repository like this one, for a test to change as it likes."""

from __future__ import annotations

import os
import shutil
import subprocess
from pathlib import Path

ROOT = Path(__file__).parents[2]
#: Who commits there.
COMMITTER = {
    f"GIT_{role}_{what}": value
    for role in ("AUTHOR", "COMMITTER")
    for what, value in {"NAME": "reader", "EMAIL": "reader@example.org"}.items()
}


def make_clone(folder: Path) -> None:
    """Write the working tree's files to a folder, and commit them there.

    With what Python has compiled of them, which would take longer than what most tests do there:
    it counts for a file of the same size and time.

    Args:
        folder: Where the clone goes; made if it does not exist.
    """
    listed = ["git", "ls-files", "-z", "--cached", "--others", "--exclude-standard"]
    names = subprocess.run(listed, cwd=ROOT, capture_output=True, check=True).stdout.decode()
    files = [Path(name) for name in names.split("\0") if name and (ROOT / name).is_file()]
    for file in files:
        (folder / file).parent.mkdir(parents=True, exist_ok=True)
        shutil.copy2(ROOT / file, folder / file)
    for package in {file.parent for file in files if file.suffix == ".py"}:
        compiled = ROOT / package / "__pycache__"
        if compiled.is_dir():
            for file in compiled.glob("*.pyc"):
                target = folder / package / "__pycache__" / file.name
                target.parent.mkdir(exist_ok=True)
                shutil.copy2(file, target)
    for step in (["init", "-q"], ["add", "-A"]):
        subprocess.run(["git", *step], cwd=folder, check=True)
    commit_clone(folder, "As it is")


def commit_clone(folder: Path, message: str) -> None:
    """Commit what was changed in a clone."""
    words = ["git", "-c", "commit.gpgsign=false", "commit", "-q", "-a", "-m", message]
    subprocess.run(words, cwd=folder, env={**os.environ, **COMMITTER}, check=True)
