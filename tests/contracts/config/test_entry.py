from __future__ import annotations

import os
import shlex
import subprocess
import sys
from pathlib import Path
from typing import TYPE_CHECKING
from unittest.mock import Mock

import pytest
from omegaconf import OmegaConf

from contracts.config.entry import Request, main
from contracts.errors import ConflictError
from contracts.tasks.usage import USAGE as OF_CONTRACTS
from production.usage import USAGE
from research.usage import USAGE as OF_RESEARCH

if TYPE_CHECKING:
    from collections.abc import Sequence

ROOT = Path(__file__).parents[3]


def run(*words: str, cwd: Path, **env: str) -> subprocess.CompletedProcess[str]:
    """Run an entry point in a process of its own, found on the import path after its directory."""
    return subprocess.run(
        [sys.executable, "-m", *words],
        cwd=cwd,
        env={"PYTHONPATH": str(ROOT), "PATH": ""} | env,
        capture_output=True,
        text=True,
        check=False,
    )


@pytest.fixture
def there(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """An empty working directory."""
    monkeypatch.chdir(tmp_path)
    return tmp_path


def run_main(words: Sequence[str], capsys: pytest.CaptureFixture[str]) -> tuple[int, str, str]:
    """Run production's entry point; return its exit code, output and errors."""
    code = main("production", usage=USAGE, arguments=words)
    captured = capsys.readouterr()
    return code, captured.out, captured.err


@pytest.mark.usefixtures("there")
def test_help_shows_tasks_and_examples(capsys: pytest.CaptureFixture[str]) -> None:
    """``--help`` shows the tasks, the lifecycles and five worked examples."""
    code, out, _ = run_main(["--help"], capsys)
    assert code == 0
    assert all(word in out for word in ("compare", "interactive", "adaptive", "dual", "liaison"))
    assert out.partition("Examples")[2].count("\n  python -m production") == 5


@pytest.mark.parametrize("entry", ["contracts", "research", "production"])
def test_help_is_written_in_any_encoding(entry: str, tmp_path: Path) -> None:
    """In the C locale substitutes are printed for characters that ASCII lacks."""
    done = run(entry, "--help", cwd=tmp_path, PYTHONIOENCODING="ascii", LC_ALL="C")
    assert (done.returncode, done.stderr) == (0, "")
    assert f"python -m {entry} [task=...]" in done.stdout


@pytest.mark.parametrize("usage", [OF_CONTRACTS, OF_RESEARCH, USAGE])
def test_help_fits_eighty_columns(usage: str) -> None:
    """A terminal of the usual width breaks no line of it."""
    assert max(map(len, usage.splitlines())) <= 80


def test_the_first_example_of_research_goes_on_with_its_product() -> None:
    """What follows a new product is asked of that product, not of the default one."""
    assert "python -m production product=sales task=compare" in OF_RESEARCH


@pytest.mark.usefixtures("there")
def test_a_misspelt_word_beside_a_flag_ends_alike(
    capsys: pytest.CaptureFixture[str],
) -> None:
    """``--cfg job`` with a wrong option ends with our one line, not with Hydra's many."""
    code, out, err = run_main(["--cfg", "job", "lifecycle=opn"], capsys)
    assert (code, out, err.count("\n")) == (2, "", 1)
    assert "did you mean 'open'" in err


@pytest.mark.usefixtures("there")
def test_a_misspelt_word_ends_with_one_line_and_exit_code_2(
    capsys: pytest.CaptureFixture[str],
) -> None:
    """The error is one line on the error stream."""
    code, out, err = run_main(["lifecyle=open"], capsys)
    assert (code, out, err.count("\n")) == (2, "", 1)
    assert "did you mean 'lifecycle'?" in err


@pytest.mark.usefixtures("there")
def test_a_command_keeps_the_further_tree() -> None:
    """A suggested command finds the product that only the user's own tree has."""
    request = Request(
        entry="contracts",
        config=OmegaConf.create(),
        overrides=("task=verify",),
        config_dir=Path("c"),
    )
    assert request.command == "python -m contracts --config-dir c task=verify"
    assert (
        request.command_for("production", "task=run")
        == "python -m production --config-dir c task=run"
    )


@pytest.mark.parametrize(
    "word", ["a.b=${c}", "a=[1, 2]", "a='x y'", 'task.options.x=["y=1"]', "paths.output=$(id)"]
)
def test_a_command_is_what_a_shell_reads_back(word: str) -> None:
    """Copied from a report into a shell, it is the same request, and runs nothing else."""
    folder = Path("my trees")
    request = Request(
        entry="contracts", config=OmegaConf.create(), overrides=(word,), config_dir=folder
    )
    words = ["python", "-m", "contracts", "--config-dir", "my trees", word]
    assert shlex.split(request.command) == words
    printed = subprocess.run(
        ["sh", "-c", f"printf '%s\\n' {request.command}"],
        capture_output=True,
        text=True,
        check=True,
    )
    assert printed.stdout.splitlines() == words


@pytest.mark.parametrize(
    ("word", "shown"),
    [
        ("database.url=postgresql://ada:s3:c@ret@db/live", "postgresql://ada:***@db/live"),
        ("database.url=postgresql://ada:secret@db/live", "postgresql://ada:***@db/live"),
        ("database.url=postgresql://ada@db/live", "postgresql://ada@db/live"),
        ("database.url=sqlite:///{state}/a.db", "sqlite:///{state}/a.db"),
    ],
)
def test_a_command_hides_the_password_of_a_url(word: str, shown: str) -> None:
    """It stands in reports, which others read."""
    config = OmegaConf.create()
    request = Request(entry="production", config=config, overrides=(word,), config_dir=None)
    assert shlex.split(request.command)[-1] == f"database.url={shown}"


def test_control_characters_in_an_error_are_shown(capsys: pytest.CaptureFixture[str]) -> None:
    """What a person typed, or a file contains, does not reach the terminal as a command to it."""
    code, _, err = run_main(["lifecyle=\x1b[2J\u202e"], capsys)
    assert code == 2
    assert r"\x1b[2J" in err
    assert "\x1b" not in err


def test_an_error_is_shown_whole_where_that_is_asked_for(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    """``-v`` shows all of its details and no traceback, and ends with the next step too."""
    error = ConflictError("differs", hint="replace=true", details=map(str, range(12)))
    monkeypatch.setattr("contracts.config.entry._dispatch", Mock(side_effect=error))
    (code, _, whole), (_, _, short) = run_main(["-v"], capsys), run_main([], capsys)
    every = [f"  {number}" for number in range(12)]
    assert code == 5
    assert whole.splitlines() == ["ConflictError: differs", *every, "→ replace=true"]
    more = "  … and 2 more (-v shows them)"
    assert short.splitlines()[-4:] == [*every[8:10], more, "→ replace=true"]


@pytest.mark.parametrize("package", ["contracts", "production", "research"])
def test_an_interrupt_while_packages_are_imported_ends_in_one_line(
    tmp_path: Path, package: str
) -> None:
    """With the exit code of an interrupted command: here the import itself is the interrupt."""
    (tmp_path / "hydra.py").write_text("raise KeyboardInterrupt")
    ended = run(package, cwd=tmp_path, PYTHONPATH=f"{tmp_path}{os.pathsep}{ROOT}")
    assert (ended.returncode, ended.stdout, ended.stderr) == (130, "", "interrupted\n")


def test_the_error_for_another_entry_points_task_has_the_right_command(
    capsys: pytest.CaptureFixture[str],
) -> None:
    """Each task names its package."""
    code, _, err = run_main(["task=learn"], capsys)
    assert code == 2
    assert "python -m research task=learn" in err


@pytest.mark.usefixtures("there")
def test_a_combination_that_cannot_work_is_refused_before_anything_runs(
    capsys: pytest.CaptureFixture[str],
) -> None:
    """The error names the reason and the override to type."""
    code, _, err = run_main(["lifecycle=adaptive", "deployment=wrapped"], capsys)
    assert code == 2
    assert "model_updating=release_enforced" in err


@pytest.mark.usefixtures("there")
def test_a_dump_refuses_an_evaluation(capsys: pytest.CaptureFixture[str]) -> None:
    """The error says that a dump gives no new rows to evaluate on."""
    words = ["lifecycle=interactive", "evaluation=daily"]
    code, _, err = run_main(words, capsys)
    assert code == 2
    assert "a dump gives no increments" in err


def test_a_description_is_printed_and_reported(
    there: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """``task=describe`` prints the description and writes its report."""
    code, out, _ = run_main(["task=describe", "lifecycle=open"], capsys)
    assert code == 0
    assert "integration agent" in out
    assert (there / "outputs" / "describe" / "flights" / "report.json").is_file()


def test_a_folder_that_hides_our_package_is_named(tmp_path: Path) -> None:
    """``python -m`` would import the working directory's package instead of ours."""
    (tmp_path / "research").mkdir()
    (tmp_path / "research" / "__init__.py").touch()
    done = run("production", "task=describe", cwd=tmp_path)
    assert done.returncode == 2
    assert f"the folder {tmp_path / 'research'} hides the package" in done.stderr


def test_a_missing_folder_of_configuration_is_named(capsys: pytest.CaptureFixture[str]) -> None:
    """``--config-dir`` must exist."""
    code, _, err = run_main(["--config-dir", "nowhere"], capsys)
    assert code == 2
    assert "nowhere" in err


@pytest.mark.parametrize(
    ("words", "message"),
    [
        (("lifecycle=open,dul",), "lifecycle=dul: no such option (did you mean 'dual'?)"),
        (("seed=interval(1,2)",), "its values cannot be listed"),
        (("seed=glob(*)",), "--multirun: "),
        (("seed=1,",), "--multirun: "),
    ],
)
def test_an_error_of_multirun_is_that_of_a_single_run(
    there: Path, capsys: pytest.CaptureFixture[str], words: tuple[str, ...], message: str
) -> None:
    """It ends with one line on the error stream and the single run's exit code."""
    code, _, err = run_main(["-m", *words], capsys)
    assert (code, err.count("\n")) == (2, 1)
    assert message in err
    assert not (there / "outputs").exists()


@pytest.mark.usefixtures("there")
def test_what_fails_in_a_run_of_several_reads_as_in_one(
    capsys: pytest.CaptureFixture[str],
) -> None:
    """Text and exit code are those of the same words without ``--multirun``; the others run."""
    words = ["lifecycle=adaptive", "compute.processes=1"]
    code, out, err = run_main(["-m", *words, "deployment=wrapped,dynamic"], capsys)
    alone = run_main([*words, "deployment=wrapped"], capsys)
    assert alone[2].startswith("LifecycleError: ")
    assert (code, err[: len(alone[2])]) == (alone[0], alone[2])
    assert err.removeprefix(alone[2]).startswith("DataError: ")
    assert out.count("deployment=") == 2


@pytest.mark.usefixtures("there")
def test_all_runs_are_composed_before_the_first_begins(
    capsys: pytest.CaptureFixture[str],
) -> None:
    """A misspelt value of the last run is not found out when the others are done."""
    code, out, _ = run_main(["-m", "task=describe", "lifecycle=open,dul"], capsys)
    assert (code, out) == (2, "")


@pytest.mark.usefixtures("there")
@pytest.mark.parametrize(
    ("flags", "line"),
    [((), "output: outputs/${task.name}/${product.name}"), (("--resolve",), "output: outputs/run")],
)
def test_the_configuration_is_printed(
    capsys: pytest.CaptureFixture[str], flags: tuple[str, ...], line: str
) -> None:
    """``--cfg job`` prints every key, with ``--resolve`` its value; nothing is run."""
    code, out, err = run_main(["--cfg", "job", *flags], capsys)
    assert (code, err) == (0, "")
    assert line in out


@pytest.mark.usefixtures("there")
@pytest.mark.parametrize("word", ["~task", "task.options=3", "~task.answer"])
def test_a_task_without_its_parts_is_refused(capsys: pytest.CaptureFixture[str], word: str) -> None:
    """One line says what is missing."""
    code, out, err = run_main([word], capsys)
    assert (code, out, err.count("\n")) == (2, "", 1)
    assert "task" in err


def test_multirun_runs_once_for_each_value(tmp_path: Path) -> None:
    """``--multirun`` gives each run a folder of its own, and nothing else is left behind."""
    done = run("production", "--multirun", "task=describe", "lifecycle=open,dual", cwd=tmp_path)
    assert done.returncode == 0, done.stderr
    made = sorted(path.parent.name for path in tmp_path.glob("**/report.json"))
    assert made == ["0", "1"]
    assert [path.name for path in tmp_path.iterdir()] == ["outputs"]
