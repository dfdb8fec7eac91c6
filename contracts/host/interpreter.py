"""The name by which a shell finds this Python, for commands that a person is told to run."""

from __future__ import annotations

import shlex
import shutil
import sys
from pathlib import Path

PYTHON = "python"


def runnable(command: str, *, elsewhere: bool = False) -> str:
    """Return a command that runs this Python, also where its environment is not activated.

    Args:
        command: Its first word is ``python``.
        elsewhere: Whether it is run in another folder than this one.
    """
    words = command.partition(" ")[2]
    # Links are not followed: that of an environment leads to the Python that it was made by.
    found = shutil.which(PYTHON)
    if found and Path(found).absolute().parent == Path(sys.executable).parent:
        return command
    path, here = Path(sys.executable), Path.cwd()
    if not elsewhere and path.is_relative_to(here):
        path = path.relative_to(here)
    return f"{shlex.quote(str(path))} {words}"
