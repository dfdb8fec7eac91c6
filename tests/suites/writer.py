"""A process that writes until it is killed."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

REPOSITORY = Path(__file__).parents[2]


def killed_after(steps: int, program: str, *words: str) -> list[str]:
    """Run a Python program, kill it once it has printed so many lines, and return all it printed.

    Args:
        steps: The lines to wait for; the program would print more.
        program: Its text.
        words: Its arguments.
    """
    command = [sys.executable, "-c", program, *words]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True, cwd=REPOSITORY) as writer:
        assert writer.stdout is not None
        lines = [writer.stdout.readline() for _ in range(steps)]
        writer.kill()
        lines += writer.stdout.read().splitlines()
    assert all(lines[:steps]), "the writer ended on its own"
    return lines
