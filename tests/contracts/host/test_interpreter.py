"""A command that is printed runs as it is typed."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path
from typing import TYPE_CHECKING

from contracts.host.interpreter import runnable

if TYPE_CHECKING:
    import pytest

COMMAND = "python -c 'import sys; print(sys.prefix)'"


def in_a_shell(command: str, folder: Path) -> str:
    """Return what a shell prints that runs a command."""
    done = subprocess.run(
        ["/bin/sh", "-c", command], cwd=folder, check=True, capture_output=True, text=True
    )
    return done.stdout.strip()


def test_an_environment_that_is_not_activated(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """It is named, and its packages are found, from wherever the command is run."""
    monkeypatch.setenv("PATH", "/usr/bin:/bin")
    there = runnable(COMMAND, elsewhere=True)
    assert there.split()[0] == sys.executable
    assert in_a_shell(there, tmp_path) == sys.prefix


def test_an_environment_in_this_folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """It is named as a person would, relative to here."""
    (tmp_path / ".venv").symlink_to(sys.prefix)
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("PATH", "/usr/bin:/bin")
    monkeypatch.setattr(sys, "executable", str(tmp_path / ".venv/bin/python"))
    assert runnable(COMMAND).split()[0] == ".venv/bin/python"
    assert Path(in_a_shell(runnable(COMMAND), tmp_path)).resolve() == Path(sys.prefix).resolve()


def test_an_activated_environment(monkeypatch: pytest.MonkeyPatch) -> None:
    """Its Python is the one that a shell finds."""
    monkeypatch.setenv("PATH", str(Path(sys.executable).parent))
    assert runnable(COMMAND) == COMMAND
