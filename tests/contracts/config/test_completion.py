"""Completion of command lines: what is offered, and that a real bash offers it."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from contracts.config.completion import SCRIPTS, candidates, shell_completion
from contracts.config.entry import main
from contracts.errors import ConfigError

ROOT = Path(__file__).parents[3]


@pytest.mark.parametrize(
    ("line", "among"),
    [
        (" task=ex", "task=explain"),
        (" lifecycle=ad", "lifecycle=adaptive"),
        (" product=diabetes tri", "trigger="),
        (" task=compare task.options.ag", "task.options.against="),
        (" task=describe --js", "--json"),
    ],
)
def test_what_can_stand_there_is_offered(line: str, among: str) -> None:
    """Tasks, options, keys, those of a chosen option, flags."""
    assert among in candidates("production", line)


def test_only_what_this_entry_point_takes_is_offered() -> None:
    """The tasks of others are not, nor Hydra's own settings."""
    assert "task=publish" not in candidates("production", " task=")
    assert candidates("contracts", " task=pub") == ["task=publish"]
    assert not [each for each in candidates("contracts", " ") if each.startswith("hydra")]


@pytest.mark.parametrize("line", [" 'not closed", " lifecycle=none_such trigger."])
def test_a_line_that_does_not_compose_has_none(line: str) -> None:
    """Nothing is offered, and nothing printed over the prompt."""
    assert candidates("production", line) == []


@pytest.mark.parametrize("asked", [[], ["install=tcsh"], ["query"], ["install=bash", "x"]])
def test_other_shells_are_refused(asked: list[str]) -> None:
    """With the line that installs it."""
    with pytest.raises(ConfigError, match=r"expected install=bash\|zsh\|fish") as caught:
        shell_completion("production", asked)
    assert "-sc install=bash" in caught.value.hint


def test_the_entry_point_prints_the_script(capsys: pytest.CaptureFixture[str]) -> None:
    """As it stands, for the shell to evaluate."""
    assert main("research", usage="", arguments=["-sc", "install=fish"]) == 0
    assert capsys.readouterr().out == SCRIPTS["fish"]


@pytest.mark.parametrize("shell", SCRIPTS)
def test_a_shell_reads_its_script(shell: str) -> None:
    """Where that shell is installed."""
    if shutil.which(shell) is None:
        pytest.skip(f"{shell} is not installed here")
    subprocess.run([shell, "-n"], input=SCRIPTS[shell], text=True, check=True)


@pytest.mark.e2e
@pytest.mark.parametrize(
    ("typed", "offered"),
    [("lifecycle=ad", ["adaptive"]), ("task=descr", ["describe"]), ("--mul", ["--multirun"])],
)
def test_bash_completes_a_command(typed: str, offered: list[str], tmp_path: Path) -> None:
    """With its own splitting at equal signs: the part after them is completed."""
    line = f"python -m production {typed}"
    script = f"""
eval "$(python -m production -sc install=bash)"
COMP_LINE='{line}' COMP_POINT={len(line)}
compopt() {{ :; }}  # bash allows it only while a person types
_liaison_complete
printf '%s\\n' "${{COMPREPLY[@]}}"
complete -p python
"""
    done = subprocess.run(
        ["bash", "--norc", "-c", script],
        capture_output=True,
        text=True,
        check=True,
        cwd=tmp_path,
        env={
            **os.environ,
            "PATH": f"{Path(sys.executable).parent}:{os.environ['PATH']}",
            "PYTHONPATH": str(ROOT),
        },
    )
    *found, registered = done.stdout.splitlines()
    assert found == offered
    assert "_liaison_complete python" in registered
